//! SMART Health Cards (HL7 SMART Health Cards and Links 1.0): a FHIR bundle, deflated, as a JWS.

use std::fmt::{self, Write as _};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use chrono::{DateTime, Utc};
use kycvs_domain::{Dose, Product};
use kycvs_token::{Algorithm, PublicKey, Signer};
use miniz_oxide::deflate::compress_to_vec;
use serde_json::{Value, json};

use crate::holder::product_of;
use crate::{CardError, Holder};

/// The longest card, in characters, that the specification puts into a QR code (version 22).
pub const MAX_QR_CHARACTERS: usize = 1195;

/// A signed card. It is about a person: `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct HealthCard(String);

/// Writes a card of all doses. `issuer` is the URL below which the key is published as `/.well-known/jwks.json`.
///
/// # Errors
/// [`CardError::Algorithm`], [`CardError::Issuer`], [`CardError::Doses`], [`CardError::Product`], [`CardError::Name`], or
/// [`CardError::Signer`].
pub async fn health_card(
    holder: &Holder<'_>,
    issuer: &str,
    signer: &dyn Signer,
    now: DateTime<Utc>,
) -> Result<HealthCard, CardError> {
    let key = signer.public_key();
    check_issuer(issuer, key)?;
    let header = json!({ "zip": "DEF", "alg": "ES256", "kid": key.key_id().as_str() });
    let payload = json!({
        "iss": issuer,
        "nbf": now.timestamp(),
        "vc": {
            "type": ["https://smarthealth.cards#health-card", "https://smarthealth.cards#immunization"],
            "credentialSubject": { "fhirVersion": "4.0.1", "fhirBundle": bundle(holder)? },
        },
    });
    let packed = compress_to_vec(payload.to_string().as_bytes(), 9);
    let mut jws = format!("{}.{}", BASE64URL.encode(header.to_string()), BASE64URL.encode(packed));
    let signature = signer.sign(jws.as_bytes()).await?;
    jws.push('.');
    BASE64URL.encode_string(signature, &mut jws);
    Ok(HealthCard(jws))
}

/// Whether cards by this issuer, signed with this key, are read.
pub(crate) fn check_issuer(url: &str, key: &PublicKey) -> Result<(), CardError> {
    if key.algorithm() != Algorithm::Es256 {
        return Err(CardError::Algorithm);
    }
    let is_url = url.starts_with("https://") && url.len() > "https://".len() && !url.ends_with('/');
    if is_url && url.chars().all(|c| c.is_ascii_graphic()) { Ok(()) } else { Err(CardError::Issuer) }
}

impl HealthCard {
    /// The JWS.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The content of a file `….smart-health-card`, which phones take as an import (`application/smart-health-card`).
    pub fn file(&self) -> String {
        json!({ "verifiableCredential": [self.0] }).to_string()
    }

    /// The text of a QR code: `shc:/` and two digits for each character. `None` above [`MAX_QR_CHARACTERS`]: give the file.
    pub fn qr_text(&self) -> Option<String> {
        if self.0.len() > MAX_QR_CHARACTERS {
            return None;
        }
        let mut text = String::from("shc:/");
        for character in self.0.bytes() {
            let _ = write!(text, "{:02}", character.saturating_sub(b'-')); // a `String` takes everything
        }
        Some(text)
    }
}

impl fmt::Debug for HealthCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HealthCard(redacted)")
    }
}

/// The bundle, as small as the specification wants it: no ids, references by place.
fn bundle(holder: &Holder<'_>) -> Result<Value, CardError> {
    let (given, family) = holder.names()?;
    let mut name = json!({ "family": family });
    if !given.is_empty() {
        name["given"] = given.into();
    }
    let mut patient = json!({ "resourceType": "Patient", "name": [name] });
    if let Some(birth) = holder.birth() {
        patient["birthDate"] = birth.into();
    }
    let immunizations = holder.doses()?.into_iter().map(immunization).collect::<Result<Vec<_>, _>>()?;
    let resources = [patient].into_iter().chain(immunizations).enumerate();
    let entries = resources.map(|(at, resource)| json!({ "fullUrl": format!("resource:{at}"), "resource": resource }));
    Ok(json!({ "resourceType": "Bundle", "type": "collection", "entry": entries.collect::<Vec<_>>() }))
}

fn immunization(dose: &Dose) -> Result<Value, CardError> {
    let mut immunization = json!({
        "resourceType": "Immunization",
        "status": "completed",
        "vaccineCode": { "coding": [coding(product_of(dose)?)?] },
        "patient": { "reference": "resource:0" },
        "occurrenceDateTime": dose.given_on.to_string(),
    });
    if let Some(batch) = &dose.batch {
        immunization["lotNumber"] = batch.as_str().into();
    }
    Ok(immunization)
}

/// The code that the specification's readers know best.
fn coding(product: Product) -> Result<Value, CardError> {
    let cvx = product.cvx().map(|cvx| ("http://hl7.org/fhir/sid/cvx", format!("{cvx:02}")));
    let icd11 = || Some(("http://id.who.int/icd/release/11/mms", product.icd11()?.to_owned()));
    let snomed = || Some(("http://snomed.info/sct", product.snomed()?.to_owned()));
    let (system, code) = cvx.or_else(icd11).or_else(snomed).ok_or(CardError::Product)?;
    Ok(json!({ "system": system, "code": code }))
}
