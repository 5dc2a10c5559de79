//! What is genuinely signed and must prove nothing all the same, or no more than it says: cards made here, by a key that is trusted.

#![allow(clippy::unwrap_used)] // a test that panics fails

mod common;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use chrono::TimeDelta;
use common::{divoc_keys, text, today, verify};
use kycvs_records::{Algorithm, Framework, Record, RecordError, TrustList, TrustedKey};
use miniz_oxide::deflate::compress_to_vec;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};

const ISSUER: &str = "https://issuer.example";

struct Maker {
    pair: EcdsaKeyPair,
    random: SystemRandom,
}

impl Maker {
    fn new() -> Self {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap();
        Self { pair, random }
    }

    fn key(&self) -> TrustedKey {
        TrustedKey {
            framework: Framework::Shc,
            issuer: ISSUER.to_owned(),
            name: "k".to_owned(),
            algorithm: Algorithm::Es256,
            key: self.pair.public_key().as_ref().to_vec(),
            from: None,
            until: None,
            uses: Vec::new(),
            contexts: Vec::new(),
            terminated: false,
        }
    }

    fn card(&self, patient: &Value, immunizations: &[Value]) -> String {
        let resources = [patient].into_iter().chain(immunizations).enumerate();
        let entries: Vec<_> = resources
            .map(|(at, resource)| json!({ "fullUrl": format!("resource:{at}"), "resource": resource }))
            .collect();
        let payload = json!({ "iss": ISSUER, "nbf": (today() - TimeDelta::days(1)).timestamp(), "vc": {
            "type": ["https://smarthealth.cards#health-card"],
            "credentialSubject": { "fhirVersion": "4.0.1", "fhirBundle": { "resourceType": "Bundle", "entry": entries } },
        } });
        let header = json!({ "alg": "ES256", "zip": "DEF", "kid": "k" }).to_string();
        let packed = compress_to_vec(payload.to_string().as_bytes(), 9);
        let signed = format!("{}.{}", BASE64URL.encode(header), BASE64URL.encode(packed));
        let signature = self.pair.sign(&self.random, signed.as_bytes()).unwrap();
        format!("{signed}.{}", BASE64URL.encode(signature))
    }

    fn read(&self, cards: &[String]) -> Result<Record, RecordError> {
        let file = json!({ "verifiableCredential": cards }).to_string();
        verify(file.as_bytes(), &TrustList::of(vec![self.key()]))
    }
}

fn patient(birth: Option<&str>) -> Value {
    let mut patient = json!({ "resourceType": "Patient", "name": [{ "family": "Rao", "given": ["Asha"] }] });
    if let Some(birth) = birth {
        patient["birthDate"] = birth.into();
    }
    patient
}

fn dose(day: &str) -> Value {
    json!({ "resourceType": "Immunization", "status": "completed", "patient": { "reference": "resource:0" },
        "vaccineCode": { "coding": [{ "system": "http://hl7.org/fhir/sid/cvx", "code": "208" }] }, "occurrenceDateTime": day })
}

fn with(mut dose: Value, member: &str, value: Value) -> Value {
    dose[member] = value;
    dose
}

#[test]
fn a_dose_that_its_issuer_calls_too_weak_or_changes_the_meaning_of_does_not_count() {
    let maker = Maker::new();
    let doses = |second: Value| {
        let card = maker.card(&patient(Some("1986-02-11")), &[dose("2021-04-03"), second]);
        maker.read(&[card]).map(|record| record.doses().len())
    };
    assert_eq!(doses(dose("2021-07-03")), Ok(2));
    assert_eq!(doses(with(dose("2021-07-03"), "isSubpotent", json!(true))), Ok(1));
    assert_eq!(doses(with(dose("2021-07-03"), "isSubpotent", json!(false))), Ok(2));
    assert_eq!(doses(with(dose("2021-07-03"), "status", json!("not-done"))), Ok(1));
    let changed = doses(with(dose("2021-07-03"), "modifierExtension", json!([])));
    assert!(matches!(changed, Err(RecordError::Ambiguous(_))), "{changed:?}");
    let another = doses(with(dose("2021-07-03"), "patient", json!({ "reference": "resource:9" })));
    assert!(matches!(another, Err(RecordError::Ambiguous(_))), "{another:?}");
}

#[test]
fn two_namesakes_cards_are_not_one_record() {
    let maker = Maker::new();
    let of = |birth, day| maker.card(&patient(birth), &[dose(day)]);
    let merged =
        |one, other| maker.read(&[of(one, "2021-04-03"), of(other, "2021-07-03")]).map(|read| read.doses().len());
    assert_eq!(merged(Some("1986-02-11"), Some("1986-02-11")), Ok(2));
    for (one, other) in [(None, None), (Some("1986-02-11"), None), (Some("1986-02-11"), Some("1987-02-11"))] {
        assert!(matches!(merged(one, other), Err(RecordError::Ambiguous(_))), "{one:?} and {other:?}");
    }
}

#[test]
fn a_key_makes_no_certificate_after_its_end_in_any_format() {
    let maker = Maker::new();
    let card = maker.card(&patient(None), &[dose("2021-04-03")]);
    let read = |until| verify(card.as_bytes(), &TrustList::of(vec![TrustedKey { until, ..maker.key() }])).map(|_| ());
    let day = TimeDelta::days(1);
    assert_eq!(read(Some(today() - day)), Ok(()), "it was good when the card was made");
    assert_eq!(read(Some(today() - day * 2)), Err(RecordError::KeyNotForThis));

    let samples: Value = serde_json::from_slice(&common::data("divoc-samples.json")).unwrap();
    let cowin = text(&samples, "cowin-production-dummy").as_bytes();
    let ended = |year: &str| {
        let until = Some(common::at(&format!("{year}-01-01T00:00:00Z")));
        let keys = divoc_keys().all().iter().map(|key| TrustedKey { until, ..key.clone() }).collect();
        verify(cowin, &TrustList::of(keys)).map(|_| ())
    };
    assert_eq!(ended("2021"), Err(RecordError::KeyNotForThis));
    assert_eq!(ended("2022"), Ok(()));
}

#[test]
fn a_key_that_one_list_calls_ended_is_ended_whatever_another_says() {
    let maker = Maker::new();
    let card = maker.card(&patient(None), &[dose("2021-04-03")]);
    let ended = TrustedKey { terminated: true, ..maker.key() };
    for keys in [vec![maker.key(), ended.clone()], vec![ended, maker.key()]] {
        let read = verify(card.as_bytes(), &TrustList::of(keys)).map(|_| ());
        assert_eq!(read, Err(RecordError::KeyTerminated));
    }
}
