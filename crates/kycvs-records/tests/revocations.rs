//! What issuers have revoked: lists as the specifications and their data have them.

use crate::common::{lines, shc_keys, text, today, verify};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD as BASE64URL};
use kycvs_records::trust::import;
use kycvs_records::{Presented, RecordError, RevocationError, Revocations, Rules, TrustList};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

/// The specification's example of a list (smart-on-fhir/health-cards, CC-BY-4.0).
const EXAMPLE: &str = r#"{"kid":"3Kfdg-XwP-7gXyywtUfUADwBumDOPKMQx-iELL11W9s","method":"rid","ctr":1,
    "rids":["vwAjHdarZuc.1664492124","FKDIxsTCGlU","XkNHp2Iyk0Y.1664492124","TqB_qu_6OtM"]}"#;

/// A card of the specification with the `rid` that it has, issued at 1715107763.
const RID: &str = "MKyCxh7p6uQ";

fn card() -> String {
    let case = lines("shc-cases.jsonl").into_iter().find(|case| case["name"] == "the card of 2025").unwrap();
    text(&case, "text").to_owned()
}

fn list(counter: i64, rids: &Value) -> Vec<u8> {
    let jws = card();
    let header: Value = serde_json::from_slice(&BASE64URL.decode(jws.split('.').next().unwrap()).unwrap()).unwrap();
    json!({ "kid": header["kid"], "method": "rid", "ctr": counter, "rids": rids }).to_string().into_bytes()
}

fn with(file: &[u8]) -> Result<(), RecordError> {
    let mut revocations = Revocations::default();
    revocations.add_card_list(file).unwrap();
    verify(card().as_bytes(), &shc_keys().with_revocations(revocations)).map(|_| ())
}

#[test]
fn a_card_whose_id_is_listed_is_revoked() {
    assert_eq!(with(&list(1, &json!([RID]))), Err(RecordError::Revoked));
    assert_eq!(with(&list(1, &json!([]))), Ok(()));
    assert_eq!(with(EXAMPLE.as_bytes()), Ok(()));
    let other = String::from_utf8(list(1, &json!([RID]))).unwrap().replace(r#""kid":""#, r#""kid":"x"#);
    assert_eq!(with(other.as_bytes()), Ok(()), "the list of another key");
}

#[test]
fn with_a_time_only_cards_of_before_are_revoked() {
    assert_eq!(with(&list(1, &json!([format!("{RID}.1715107764")]))), Err(RecordError::Revoked));
    assert_eq!(with(&list(1, &json!([format!("{RID}.1715107763")]))), Ok(()));
}

#[test]
fn a_newer_list_takes_the_place_of_an_older_one_and_not_the_other_way() {
    let mut revocations = Revocations::default();
    revocations.add_card_list(&list(2, &json!([RID]))).unwrap();
    assert_eq!(revocations.add_card_list(&list(1, &json!([]))), Err(RevocationError::Older));
    let revoked = verify(card().as_bytes(), &shc_keys().with_revocations(revocations.clone())).map(|_| ());
    assert_eq!(revoked, Err(RecordError::Revoked));
    revocations.add_card_list(&list(3, &json!([]))).unwrap();
    assert_eq!(revocations.lists(), 1);
    assert!(verify(card().as_bytes(), &shc_keys().with_revocations(revocations)).is_ok());
}

/// The faults of smart-on-fhir/health-cards-dev-tools (`testdata/badcrl`, MIT).
#[test]
fn a_list_that_is_malformed_is_refused() {
    let add = |file: &str| Revocations::default().add_card_list(file.as_bytes());
    assert_eq!(add(EXAMPLE), Ok(()));
    for (from, to) in [
        ("\"rid\"", "\"other\""),
        ("FKDIxsTCGlU", "base64=="),
        ("FKDIxsTCGlU", "$wrongrid!"),
        ("FKDIxsTCGlU", "XkNHp2Iyk0Y.1638300000"),
        ("FKDIxsTCGlU", "XkNHp2Iyk0Y"),
        ("FKDIxsTCGlU", "FKDIxsTCGlUFKDIxsTCGlUFKDIxsTCGlU"),
        ("FKDIxsTCGlU", "FKDIxsTCGlU.soon"),
        ("\"ctr\":1,", ""),
        ("\"ctr\":1,", "\"ctr\":1.5,"),
        ("\"FKDIxsTCGlU\"", "7"),
    ] {
        assert!(matches!(add(&EXAMPLE.replace(from, to)), Err(RevocationError::Malformed(_))), "{to}");
    }
    let large = vec![b' '; kycvs_records::MAX_LIST_BYTES + 1];
    assert_eq!(Revocations::default().add_card_list(&large), Err(RevocationError::TooLarge));
}

/// A slice with one element of eight bytes.
fn slice_of(hashed: &[u8]) -> Vec<u8> {
    let mut slice = vec![0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 8];
    slice.extend_from_slice(&digest(&SHA256, hashed).as_ref()[..8]);
    slice
}

#[test]
fn a_certificate_is_named_by_its_id_or_by_country_and_id_and_by_its_own_key_alone() {
    let mut cases = lines("eu-cases.jsonl").into_iter().filter_map(|case| {
        let der = BASE64_STANDARD.decode(case["certificate"].as_str()?).ok()?;
        let trust = TrustList::of(import::certificates([&der[..]]).keys);
        let id = with_lists(&case, &trust).ok()?.id().to_owned();
        id.starts_with("URN:UVCI:01:").then_some((case, trust, id))
    });
    let (case, trust, id) = cases.next().unwrap();
    let key = trust.all()[0].name.clone();
    let file = |key: &str, hash: &str| {
        let key = BASE64URL.encode(BASE64_STANDARD.decode(key).unwrap());
        format!("{key}.{hash}.varhashlist")
    };
    let country = id.split(':').nth(3).unwrap().to_owned();
    let country_and_id = format!("{country}{id}");
    let other_key = BASE64_STANDARD.encode([7; 8]);
    for (key, hash, hashed, revoked) in [
        (&key, "uci", &id, true),
        (&key, "countrycodeuci", &country_and_id, true),
        (&key, "countrycodeuci", &id, false),
        (&key, "uci", &country_and_id, false),
        (&key, "signature", &id, false),
        (&other_key, "uci", &id, false),
    ] {
        let mut lists = Revocations::default();
        lists.add_file(&file(key, hash), &slice_of(hashed.as_bytes())).unwrap();
        let read = with_lists(&case, &trust.clone().with_revocations(lists));
        assert_eq!(read.err() == Some(RecordError::Revoked), revoked, "{hash} of {hashed}");
    }
}

fn with_lists(case: &Value, trust: &TrustList) -> Result<kycvs_records::Record, RecordError> {
    let rules = Rules { accept_expired_seals: true };
    Presented::from_bytes(text(case, "text").as_bytes())?.verify(trust, rules, today())
}
