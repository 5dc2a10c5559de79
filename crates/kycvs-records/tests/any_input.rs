//! What a stranger presents: nothing panics, and no change of a genuine certificate says anything else than it did.

use std::sync::LazyLock;

use crate::common::{bytes, divoc_keys, lines, shc_keys, text, today, verify};
use base64::{Engine, prelude::BASE64_STANDARD};
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

/// How many changes of each format are tried.
const CHANGES: usize = 55_000;

/// A genuine certificate is changed at up to three places: a byte replaced, dropped or put in, drawn by xorshift64 from a fixed seed, so that
/// a failure comes back.
fn changed_certificates_are_refused_or_say_the_same(format: usize) {
    let (genuine, trust) = &GENUINE[format];
    let said = read(genuine, trust);
    assert!(said.is_some());
    let mut state = 0x9E37_79B9_7F4A_7C15 ^ format as u64;
    let mut draw = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).unwrap()
    };
    for change in 0..CHANGES {
        let mut input = genuine.clone();
        for _ in 0..=draw(3) {
            let (place, byte) = (draw(input.len()), u8::try_from(draw(256)).unwrap());
            match draw(3) {
                0 => input[place] = byte,
                1 => drop(input.remove(place)),
                _ => input.insert(place, byte),
            }
        }
        let says = read(&input, trust);
        assert!(says.is_none() || says == said, "change {change} of format {format}");
    }
}

#[test]
fn a_changed_divoc_qr_code_is_refused_or_says_the_same() {
    changed_certificates_are_refused_or_say_the_same(0);
}

#[test]
fn a_changed_divoc_document_is_refused_or_says_the_same() {
    changed_certificates_are_refused_or_say_the_same(1);
}

#[test]
fn a_changed_smart_health_card_is_refused_or_says_the_same() {
    changed_certificates_are_refused_or_say_the_same(2);
}

#[test]
fn a_changed_eu_certificate_is_refused_or_says_the_same() {
    changed_certificates_are_refused_or_say_the_same(3);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn any_bytes_are_a_record_or_an_error(
        prefix in prop::sample::select(vec!["", "HC1:", "shc:/", "PK\u{3}\u{4}", "{\"@context\":", "B64:UEsD", "eyJ"]),
        rest in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let input = [prefix.as_bytes(), &rest].concat();
        prop_assert!(verify(&input, &divoc_keys()).is_err());
    }
}
