//! EU Digital COVID Certificates, by the EU's own test data: each with its certificate as the only key that is trusted.

use crate::common::{at, data, lines, text};
use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, Utc};
use kycvs_records::trust::import;
use kycvs_records::{Caveat, Coordinates, HashKind, Presented, RecordError, Revocations, Rules, SliceKind, TrustList};
use ring::digest::{SHA256, digest};
use serde_json::Value;

#[test]
fn the_eus_cases_are_answered_as_they_say() {
    let exceptions: Value = serde_json::from_slice(&data("exceptions.json")).unwrap();
    for case in lines("eu-cases.jsonl") {
        let file = text(&case, "file");
        let found = verify(&case);
        if let Some(exception) = exceptions["eu-cases"].get(file) {
            assert_eq!(found.unwrap_err().code(), text(exception, "answer"), "{file}");
            continue;
        }
        let checks = [
            "EXPECTEDUNPREFIX",
            "EXPECTEDB45DECODE",
            "EXPECTEDCOMPRESSION",
            "EXPECTEDDECODE",
            "EXPECTEDVERIFY",
            "EXPECTEDEXPIRATIONCHECK",
            "EXPECTEDKEYUSAGE",
        ];
        let says = |check: &&str| case["expected"][*check] == false;
        match (checks.iter().find(|check| says(check)), found) {
            // A test or a recovery is genuine and no evidence of vaccination.
            (None, Ok(_) | Err(RecordError::Unsupported("a test" | "a recovery"))) => {}
            // Made before the time that the case is to be judged at; the case does not ask for its times.
            (None, Err(RecordError::NotYetValid | RecordError::SealExpired)) => {
                assert_ne!(case["expected"]["EXPECTEDEXPIRATIONCHECK"], true, "{file}");
            }
            (Some(_), Err(_)) => {}
            (check, found) => panic!("{file}: {check:?}, and not {found:?}"),
        }
    }
}

#[test]
fn an_expired_seal_is_taken_where_a_host_says_so() {
    let case = lines("eu-cases.jsonl").into_iter().find(|case| case["file"] == "common/2DCode/raw/CO17.json").unwrap();
    assert_eq!(verify(&case).unwrap_err(), RecordError::SealExpired);
    let rules = Rules { accept_expired_seals: true };
    let found =
        Presented::from_bytes(text(&case, "text").as_bytes()).unwrap().verify(&trust(&case), rules, clock(&case));
    assert_ne!(found.err(), Some(RecordError::SealExpired));
}

#[test]
fn a_dose_that_is_not_clear_counts_for_nothing() {
    let case = lines("eu-cases.jsonl").into_iter().find(|case| case["file"] == "NL/2DCode/raw/078-NL-vaccination.json");
    let record = verify(&case.unwrap()).unwrap(); // "dose 0 of 7"
    assert_eq!((record.doses().len(), record.caveats()), (0, &[Caveat::DoseUnclear][..]));
}

#[test]
fn a_terminated_key_says_so() {
    let case = lines("eu-cases.jsonl").into_iter().find(|case| verify(case).is_ok()).unwrap();
    let mut keys = trust(&case).all().to_vec();
    keys.iter_mut().for_each(|key| key.terminated = true);
    let presented = Presented::from_bytes(text(&case, "text").as_bytes()).unwrap();
    let found = presented.verify(&TrustList::of(keys), Rules::default(), clock(&case));
    assert_eq!(found.unwrap_err(), RecordError::KeyTerminated);
}

fn verify(case: &Value) -> Result<kycvs_records::Record, RecordError> {
    let presented = Presented::from_bytes(case["text"].as_str().unwrap_or_default().as_bytes())?;
    presented.verify(&trust(case), Rules::default(), clock(case))
}

fn trust(case: &Value) -> TrustList {
    let der = case["certificate"].as_str().and_then(|text| BASE64_STANDARD.decode(text).ok()).unwrap_or_default();
    TrustList::of(import::certificates([&der[..]]).keys)
}

/// The time that the case is to be judged at; a few leave the zone out.
fn clock(case: &Value) -> DateTime<Utc> {
    let clock = case["clock"].as_str().unwrap_or("2021-06-20T00:00:00Z");
    clock.parse().unwrap_or_else(|_| at(&format!("{clock}Z")))
}

/// By the hash of its id and that of its signature, in a slice of each kind.
#[test]
fn a_certificate_that_is_in_a_slice_is_revoked() {
    let is_good = |case: &Value| verify(case).is_ok_and(|record| !record.id().is_empty()) && case["text"].is_string();
    let case = lines("eu-cases.jsonl").into_iter().find(is_good).unwrap();
    let record = verify(&case).unwrap();
    let key = trust(&case).all()[0].name.clone();
    let message = message_of(text(&case, "text"));
    let signature = &message[message.len() - 64..message.len() - 32];
    for (kind, hashed) in [(HashKind::Uci, record.id().as_bytes()), (HashKind::Signature, signature)] {
        let hashes = [hashed, b"another"].map(|hashed| digest(&SHA256, hashed));
        let [hash, other] = [&hashes[0].as_ref()[..16], &hashes[1].as_ref()[..16]];
        for (slice, form) in
            [(var_hash_list as fn(&[u8]) -> Vec<u8>, SliceKind::VarHashList), (bloom_filter, SliceKind::BloomFilter)]
        {
            let found = |key: &str, slice: Vec<u8>, prefix: &str| {
                let mut revocations = Revocations::default();
                let at = Coordinates { prefix: prefix.into() };
                revocations.add_dcc_slice(key, kind, form, at, &slice).unwrap();
                let presented = Presented::from_bytes(text(&case, "text").as_bytes()).unwrap();
                let trust = trust(&case).with_revocations(revocations);
                presented.verify(&trust, Rules::default(), clock(&case)).map(|_| ())
            };
            let digits = format!("{:02x}", hash[0]);
            assert_eq!(found(&key, slice(hash), ""), Err(RecordError::Revoked), "{kind:?} {form:?}");
            assert_eq!(found(&key, slice(hash), &digits), Err(RecordError::Revoked), "{kind:?} {form:?}");
            assert_eq!(found(&key, slice(hash), &format!("{:02x}", hash[0] ^ 1)), Ok(()), "of another chunk");
            assert_eq!(found(&key, slice(other), ""), Ok(()), "of another certificate");
            assert_eq!(found("AAAAAAAAAAA=", slice(hash), ""), Ok(()), "of another key");
        }
    }
}

/// The bytes of a COSE message whose signature is its end.
fn message_of(text: &str) -> Vec<u8> {
    let packed = kycvs_cose::base45::decode(text.strip_prefix("HC1:").unwrap().as_bytes()).unwrap();
    miniz_oxide::inflate::decompress_to_vec_zlib(&packed).unwrap()
}

/// One element of four bytes.
fn var_hash_list(hash: &[u8]) -> Vec<u8> {
    [&[0, 1, 0x35, 0x86, 0x37, 0xbd, 0, 0, 0, 1, 4], &hash[..4]].concat()
}

/// A filter of 64 bits and three hashes with one element.
fn bloom_filter(hash: &[u8]) -> Vec<u8> {
    let mut bits = 0_u64;
    for round in 0..3 {
        // A power of two divides 2^256, so that the sign makes no difference.
        let index = digest(&SHA256, &[hash, &[round]].concat()).as_ref()[31] % 64;
        bits |= 1 << (63 - index);
    }
    [&[0, 1, 3, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2], &bits.to_be_bytes()[..]].concat()
}
