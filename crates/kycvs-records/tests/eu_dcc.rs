//! EU Digital COVID Certificates, by the EU's own test data: each with its certificate as the only key that is trusted.

mod common;

use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, Utc};
use common::{at, data, lines, text};
use kycvs_records::trust::import;
use kycvs_records::{Caveat, Presented, RecordError, Rules, TrustList};
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
