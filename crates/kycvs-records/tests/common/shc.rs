//! SMART Health Cards made here, whole or damaged, by an issuer who is trusted.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use kycvs_records::{Algorithm, Framework, Record, RecordError, TrustList, TrustedKey};
use miniz_oxide::deflate::compress_to_vec;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};

pub(crate) const ISSUER: &str = "https://issuer.example";

/// An issuer of cards.
pub(crate) struct Maker {
    pair: EcdsaKeyPair,
    random: SystemRandom,
}

impl Maker {
    pub(crate) fn new() -> Self {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap();
        Self { pair, random }
    }

    /// Its key, called `k`.
    pub(crate) fn key(&self) -> TrustedKey {
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

    pub(crate) fn sign(&self, signed: &str) -> Vec<u8> {
        self.pair.sign(&self.random, signed.as_bytes()).unwrap().as_ref().to_vec()
    }

    /// A genuine JWS of this header over these bytes.
    pub(crate) fn jws(&self, header: &str, packed: &[u8]) -> String {
        let signed = format!("{}.{}", BASE64URL.encode(header), BASE64URL.encode(packed));
        let signature = self.sign(&signed);
        format!("{signed}.{}", BASE64URL.encode(signature))
    }

    /// A genuine card with this payload.
    pub(crate) fn over(&self, payload: &str) -> String {
        self.jws(&header().to_string(), &compress_to_vec(payload.as_bytes(), 9))
    }

    /// A genuine card of a patient and immunizations.
    pub(crate) fn card(&self, patient: &Value, immunizations: &[Value]) -> String {
        self.over(&payload(patient, immunizations).to_string())
    }

    /// Reads the cards of one file.
    pub(crate) fn read(&self, cards: &[String]) -> Result<Record, RecordError> {
        let file = json!({ "verifiableCredential": cards }).to_string();
        super::verify(file.as_bytes(), &TrustList::of(vec![self.key()]))
    }
}

pub(crate) fn header() -> Value {
    json!({ "alg": "ES256", "zip": "DEF", "kid": "k" })
}

/// A card that was issued yesterday.
pub(crate) fn payload(patient: &Value, immunizations: &[Value]) -> Value {
    let resources = [patient].into_iter().chain(immunizations).enumerate();
    let entries: Vec<_> =
        resources.map(|(at, resource)| json!({ "fullUrl": format!("resource:{at}"), "resource": resource })).collect();
    json!({ "iss": ISSUER, "nbf": super::today().timestamp() - 86_400, "vc": {
        "type": ["https://smarthealth.cards#health-card"],
        "credentialSubject": { "fhirVersion": "4.0.1", "fhirBundle": { "resourceType": "Bundle", "entry": entries } },
    } })
}

pub(crate) fn patient(birth: Option<&str>) -> Value {
    let mut patient = json!({ "resourceType": "Patient", "name": [{ "family": "Rao", "given": ["Asha"] }] });
    if let Some(birth) = birth {
        patient["birthDate"] = birth.into();
    }
    patient
}

pub(crate) fn dose(day: &str) -> Value {
    json!({ "resourceType": "Immunization", "status": "completed", "patient": { "reference": "resource:0" },
        "vaccineCode": { "coding": [{ "system": "http://hl7.org/fhir/sid/cvx", "code": "208" }] }, "occurrenceDateTime": day })
}

/// The same with a value at a JSON pointer.
pub(crate) fn with(mut value: Value, pointer: &str, new: Value) -> Value {
    let (parent, member) = pointer.rsplit_once('/').unwrap();
    value.pointer_mut(parent).unwrap()[member] = new;
    value
}

/// The digits of a card's code.
pub(crate) fn digits(jws: &str) -> String {
    jws.bytes().map(|byte| format!("{:02}", byte - 45)).collect()
}
