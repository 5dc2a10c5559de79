//! One signed file names whom a host trusts.

use crate::common::{bytes, data, divoc_keys, lines, today};
use chrono::TimeDelta;
use kycvs_records::trust::{Draft, Source, import};
use kycvs_records::{Caveat, Presented, RecordError, Rules, TrustError, TrustList};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};

fn operator() -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap()
}

/// A list made a day before `today`, for two days.
fn file(operator: &EcdsaKeyPair) -> Vec<u8> {
    let source = Source { name: "divoc-keys.json".to_owned(), sha256: "00".repeat(32) };
    let draft = Draft { keys: divoc_keys().all().to_vec(), sources: vec![source] };
    let made = today() - TimeDelta::days(1);
    let text = draft.to_text(made, made + TimeDelta::days(2)).unwrap();
    let signature = operator.sign(&SystemRandom::new(), text.as_bytes()).unwrap();
    Draft::seal(&text, signature.as_ref()).unwrap()
}

#[test]
fn a_list_is_read_back_as_it_was_written() {
    let operator = operator();
    let list = TrustList::open(&file(&operator), operator.public_key().as_ref()).unwrap();
    assert_eq!(list.all(), divoc_keys().all());
}

#[test]
fn a_list_that_somebody_else_signed_or_changed_is_refused() {
    let operator = operator();
    let public = operator.public_key().as_ref();
    let good = file(&operator);
    let open = |file: &[u8]| TrustList::open(file, public).unwrap_err();
    assert_eq!(open(&file(&self::operator())), TrustError::Signature);
    for place in (0..good.len()).step_by(7) {
        let mut changed = good.clone();
        changed[place] ^= 1;
        assert!(TrustList::open(&changed, public).is_err(), "{place}");
    }
    assert_eq!(open(b""), TrustError::Signature);
    assert_eq!(open(&good[..good.len() / 2]), TrustError::Signature);
}

#[test]
fn a_stale_list_warns_and_one_twice_as_old_refuses() {
    let operator = operator();
    let list = TrustList::open(&file(&operator), operator.public_key().as_ref()).unwrap();
    let code = bytes(&lines("divoc-valid.jsonl")[0], "qr_bytes_base64");
    let certificate = Presented::from_bytes(&code).unwrap();
    let on = |days| certificate.verify(&list, Rules::default(), today() + TimeDelta::days(days));
    assert_eq!(on(1).unwrap().caveats(), []);
    assert_eq!(on(2).unwrap().caveats(), [Caveat::TrustListStale]);
    assert_eq!(on(3).unwrap().caveats(), [Caveat::TrustListStale]);
    assert_eq!(on(4).unwrap_err(), RecordError::TrustListTooOld);
}

#[test]
fn a_key_whose_private_half_is_public_is_never_taken() {
    let imported = import::divoc_keys(&data("divoc-keys.json")).unwrap();
    let india: Vec<_> = imported.keys.iter().filter(|key| key.name == "did:india").collect();
    assert_eq!(india.len(), 1, "CoWIN's own");
    assert_eq!(india[0].issuer, "https://cowin.gov.in/");
    assert_eq!(imported.skipped.len(), 2, "DIVOC's demonstrations, which use the same name");
}

#[test]
fn private_symmetric_and_foreign_keys_of_an_issuer_are_passed_over() {
    let good = r#"{"kty":"EC","kid":"a","use":"sig","alg":"ES256","crv":"P-256","x":"11XvRWy1I2S0EyJlyf_bWfw_TQ5CJJNLw78bHXNxcgw","y":"eZXwxvO1hvCY0KucrPfKo7yAyMT6Ajc3N7OkAB6VYy8"}"#;
    let private = good.replace(r#""kid":"a""#, r#""kid":"b","d":"AAAA""#);
    let p384 = good.replace("P-256", "P-384");
    let set = format!(r#"{{"keys":[{good},{private},{p384},{{"kty":"oct","kid":"c","k":"AAAA"}}]}}"#);
    let imported = import::issuer_keys(set.as_bytes(), "https://issuer.example").unwrap();
    assert_eq!(imported.keys.len(), 1);
    assert_eq!(imported.skipped.len(), 3);
}

#[test]
fn a_reference_of_a_did_document_is_not_followed() {
    let document = br#"{"verificationMethod":["did:web:tng-cdn.who.int:v2:trustlist-ref:DCC"]}"#;
    let imported = import::did_document(document).unwrap();
    let reference = (
        "did:web:tng-cdn.who.int:v2:trustlist-ref:DCC".to_owned(),
        "a reference to another document, which is not followed",
    );
    assert_eq!((imported.keys, imported.skipped), (Vec::new(), vec![reference]));
}
