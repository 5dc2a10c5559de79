//! Certificates of people who do not exist: SMART Health Cards, signed with a key that this sandbox alone trusts.

use std::sync::Arc;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, NaiveDate, Utc};
use kycvs::domain::{PersonName, Product};
use kycvs::token::{Algorithm, KeyError, Signer, SigningKey};
use kycvs_axum::objects;
use kycvs_cards::{CardError, Writer};
use kycvs_records::{Framework, Reader, Rules, TrustList, TrustedKey};
use kycvs_scan::Scanning;
use miniz_oxide::deflate::compress_to_vec;
use serde::Deserialize;
use serde_json::json;

/// Who issues them. No such host can exist (RFC 2606).
const ISSUER: &str = "https://certificates.sandbox.invalid";
/// As good as it gets.
const LEVEL: u8 = 9;
const MAX_DOSES: usize = 10;

/// Makes certificates, and says who trusts them.
pub(crate) struct CertificateMaker {
    key: Arc<SigningKey>,
}

/// Whose certificate to make.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MadeUpPerson {
    name: String,
    birth_date: Option<String>,
    #[serde(deserialize_with = "objects")]
    doses: Vec<MadeUpDose>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MadeUpDose {
    /// A product of the catalogue that has a CVX code.
    product: String,
    given_on: String,
}

/// A certificate that cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum MakeError {
    #[error("`name` is not a name")]
    Name,
    #[error("`birth_date` and `given_on` are dates, YYYY-MM-DD, from 1900-01-01 to 2079-06-06")]
    Date,
    #[error("`doses` may be ten at most")]
    TooManyDoses,
    #[error("a product is not in the catalogue, or has no CVX code")]
    Product,
    #[error("the certificate could not be signed")]
    Signer,
}

impl MadeUpPerson {
    /// Somebody to try it with, who is in no sample.
    pub(crate) fn zubeida() -> Self {
        let dose = |day: &str| MadeUpDose { product: "COVISHIELD".to_owned(), given_on: day.to_owned() };
        Self {
            name: "Zubeida Khatun".to_owned(),
            birth_date: Some("1986-02-11".to_owned()),
            doses: ["2021-04-03", "2021-07-10"].map(dose).into(),
        }
    }
}

impl CertificateMaker {
    /// Draws a key, which is kept nowhere.
    pub(crate) fn new() -> Result<Self, KeyError> {
        Ok(Self { key: Arc::new(SigningKey::generate(Algorithm::Es256)?) })
    }

    /// Writes cards of the sandbox's people, which [`reader`](Self::reader) takes as certificates.
    pub(crate) fn writer(&self, organization: &str) -> Result<Writer, CardError> {
        Writer::new(ISSUER, organization, self.key.clone(), None)
    }

    /// Reads what [`make`](Self::make) makes, and nothing else.
    pub(crate) fn reader(&self) -> Scanning<Reader> {
        let public = self.key.public_key();
        let key = TrustedKey {
            framework: Framework::Shc,
            issuer: ISSUER.to_owned(),
            name: public.key_id().as_str().to_owned(),
            algorithm: kycvs_records::Algorithm::Es256,
            key: public.as_bytes().to_vec(),
            from: None,
            until: None,
            uses: Vec::new(),
            contexts: Vec::new(),
            terminated: false,
        };
        Scanning(Reader::new(TrustList::of(vec![key]), Rules::default()))
    }

    /// The text of the QR code of a person's certificate.
    pub(crate) async fn make(&self, person: &MadeUpPerson, now: DateTime<Utc>) -> Result<String, MakeError> {
        let payload = payload(person, now)?.to_string();
        let header = json!({ "zip": "DEF", "alg": "ES256", "kid": self.key.public_key().key_id().as_str() });
        let encode = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        let signed = format!(
            "{}.{}",
            encode(header.to_string().as_bytes()),
            encode(&compress_to_vec(payload.as_bytes(), LEVEL))
        );
        let signature = self.key.sign(signed.as_bytes()).await.map_err(|_| MakeError::Signer)?;
        // Two digits for each character, from `-` on (SMART Health Cards, "Encoding chunks as QR codes").
        let digits = format!("{signed}.{}", encode(&signature))
            .bytes()
            .map(|byte| format!("{:02}", byte - b'-'))
            .collect::<String>();
        Ok(format!("shc:/{digits}"))
    }
}

/// A day as RFC 3339 writes it, of the years that a registry keeps.
fn day(text: &str) -> Result<NaiveDate, MakeError> {
    let is_kept = |day: &NaiveDate| day.to_string() == text && ("1900-01-01"..="2079-06-06").contains(&text);
    text.parse().ok().filter(is_kept).ok_or(MakeError::Date)
}

/// What a card says: a FHIR bundle of a patient and immunizations.
fn payload(person: &MadeUpPerson, now: DateTime<Utc>) -> Result<serde_json::Value, MakeError> {
    PersonName::parse(&person.name).map_err(|_| MakeError::Name)?;
    if person.doses.len() > MAX_DOSES {
        return Err(MakeError::TooManyDoses);
    }
    let mut patient = json!({ "resourceType": "Patient", "name": [{ "given": [person.name] }] });
    if let Some(text) = &person.birth_date {
        patient["birthDate"] = json!(day(text)?);
    }
    let mut entries = vec![json!({ "fullUrl": "resource:0", "resource": patient })];
    for (dose, number) in person.doses.iter().zip(1..) {
        let cvx = Product::find(&dose.product).and_then(Product::cvx).ok_or(MakeError::Product)?;
        let resource = json!({
            "resourceType": "Immunization",
            "status": "completed",
            "vaccineCode": { "coding": [{ "system": "http://hl7.org/fhir/sid/cvx", "code": cvx.to_string() }] },
            "patient": { "reference": "resource:0" },
            "occurrenceDateTime": day(&dose.given_on)?,
        });
        entries.push(json!({ "fullUrl": format!("resource:{number}"), "resource": resource }));
    }
    Ok(json!({
        "iss": ISSUER,
        "nbf": now.timestamp(),
        "vc": {
            "type": ["https://smarthealth.cards#health-card", "https://smarthealth.cards#immunization"],
            "credentialSubject": {
                "fhirVersion": "4.0.1",
                "fhirBundle": { "resourceType": "Bundle", "type": "collection", "entry": entries },
            },
        },
    }))
}
