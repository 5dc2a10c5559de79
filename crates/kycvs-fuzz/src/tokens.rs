//! Tokens and their lists, keys, small codes, and the texts of the public log.

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use kycvs_cose::{Item, Sign1, base45};
use kycvs_log::{Checkpoint, Note, ProofFile, Resource, VerifierKey, WitnessRequest, read_bundle, write_bundle};
use kycvs_token::{KeyRing, StatusList, StatusLists, StatusToken, TokenVerifier, der_to_fixed};

const JWKS: &str = include_str!("../../kycvs-token/tests/golden/jwks.json");
/// The time of the golden tokens: 2022-01-01.
const NOW: DateTime<Utc> = DateTime::from_timestamp_nanos(1_640_995_200_000_000_000);

static VERIFIER: LazyLock<Option<TokenVerifier>> =
    LazyLock::new(|| Some(TokenVerifier::new("https://kycvs.example", KeyRing::from_jwks(JWKS).ok()?)));

pub(crate) fn token(bytes: &[u8]) {
    let Some(verifier) = &*VERIFIER else { return };
    let text = String::from_utf8_lossy(bytes);
    let _ = (StatusToken::is_in(&text), StatusToken::scanned(&text).issuer_unverified());
    if let Ok(shown) = verifier.verify_shown_to_me(bytes, NOW) {
        // Who has no key cannot change what a golden token says.
        assert_eq!(shown.issued_to(), "irctc");
    }
    let _ = verifier.verify_receipt(bytes);
}

pub(crate) fn jwks(bytes: &[u8]) {
    let Ok(keys) = KeyRing::from_jwks(&String::from_utf8_lossy(bytes)) else { return };
    let again = KeyRing::from_jwks(&keys.to_jwks());
    assert!(again.is_ok_and(|again| again.iter().eq(keys.iter())), "what is published is read again");
}

pub(crate) fn status_list(bytes: &[u8]) {
    if let Ok(list) = StatusList::from_zlib(bytes) {
        let again = StatusList::from_zlib(&list.to_zlib(1));
        assert!(again.is_ok_and(|again| again.positions() == list.positions() && again.risen() == list.risen()));
    }
    let Some(verifier) = &*VERIFIER else { return };
    if verifier.verify_status_list(bytes, NOW).is_ok() {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let _ = StatusLists::default().insert(verifier, text, NOW);
    }
}

pub(crate) fn cose(bytes: &[u8]) {
    if let Some(item) = Item::parse(bytes) {
        assert_eq!(item.to_bytes(), bytes, "an item has one encoding");
    }
    if let Some(message) = Sign1::parse(bytes) {
        assert_eq!(message.to_bytes(), bytes, "a message has one encoding");
    }
    if let Some(decoded) = base45::decode(bytes) {
        assert_eq!(base45::encode(&decoded).as_bytes(), bytes, "Base45 has one spelling");
    }
    assert_eq!(base45::decode(base45::encode(bytes).as_bytes()).as_deref(), Some(bytes));
    let _ = der_to_fixed(bytes);
}

pub(crate) fn log(bytes: &[u8]) {
    if let Ok(entries) = read_bundle(bytes) {
        assert_eq!(write_bundle(&entries).ok().as_deref(), Some(bytes), "a bundle has one encoding");
    }
    let text = String::from_utf8_lossy(bytes);
    let _ = Note::parse(&text);
    let _ = Checkpoint::parse(&text);
    let _ = ProofFile::parse(&text);
    let _ = VerifierKey::parse(&text);
    let _ = Resource::parse(&text);
    let _ = WitnessRequest::parse(&text);
}
