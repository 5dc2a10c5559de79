//! What a stranger presents: nothing panics, and no change of a genuine certificate says anything else than it did.

#![allow(clippy::unwrap_used)] // a test that panics fails

mod common;

use std::sync::LazyLock;

use base64::{Engine, prelude::BASE64_STANDARD};
use common::{bytes, divoc_keys, lines, shc_keys, text, today, verify};
use kycvs_records::trust::import;
use kycvs_records::{Presented, Rules, TrustList};
use proptest::prelude::*;

/// A genuine certificate of each format, with the keys that verify it.
static GENUINE: LazyLock<Vec<(Vec<u8>, TrustList)>> = LazyLock::new(|| {
    let divoc = bytes(&lines("divoc-valid.jsonl")[0], "qr_bytes_base64");
    let shc = text(&lines("shc-cases.jsonl")[0], "text").as_bytes().to_vec();
    let mutation = text(&lines("divoc-mutations.jsonl")[0], "text").as_bytes().to_vec();
    let eu = lines("eu-cases.jsonl").into_iter().find_map(|case| {
        let der = case["certificate"].as_str().and_then(|text| BASE64_STANDARD.decode(text).ok())?;
        let trust = TrustList::of(import::certificates([&der[..]]).keys);
        let input = text(&case, "text").as_bytes().to_vec();
        read(&input, &trust).map(|_| (input, trust))
    });
    vec![(divoc, divoc_keys()), (mutation, divoc_keys()), (shc, shc_keys()), eu.unwrap()]
});

fn read(input: &[u8], trust: &TrustList) -> Option<(Vec<String>, Vec<kycvs_domain::Dose>)> {
    let rules = Rules { accept_expired_seals: true };
    let record = Presented::from_bytes(input).ok()?.verify(trust, rules, today()).ok()?;
    Some((record.names().to_vec(), record.doses().to_vec()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn a_changed_certificate_is_refused_or_says_the_same(
        format in 0_usize..4, changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_u8..3), 1..4),
    ) {
        let (genuine, trust) = &GENUINE[format];
        let (mut input, said) = (genuine.clone(), read(genuine, trust));
        prop_assert!(said.is_some());
        for (place, byte, way) in changes {
            let place = place.index(input.len());
            match way {
                0 => input[place] = byte,
                1 => { input.remove(place); }
                _ => input.insert(place, byte),
            }
        }
        let now = read(&input, trust);
        prop_assert!(now.is_none() || now == said);
    }

    #[test]
    fn any_bytes_are_a_record_or_an_error(
        prefix in prop::sample::select(vec!["", "HC1:", "shc:/", "PK\u{3}\u{4}", "{\"@context\":", "B64:UEsD", "eyJ"]),
        rest in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let input = [prefix.as_bytes(), &rest].concat();
        prop_assert!(verify(&input, &divoc_keys()).is_err());
    }
}
