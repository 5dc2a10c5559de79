//! SMART Health Cards: a compact JWS whose payload is deflated, with a FHIR bundle of a patient and immunizations.

mod bundle;
mod numeric;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
pub(crate) use numeric::{card, cards};

use crate::inflate::{Wrapping, inflate};
use crate::json::Json;
use crate::record::{Caveat, Issuer, Record};
use crate::trust::{Algorithm, Framework, TrustList, Use};
use crate::{RecordError, Rules};

/// The most that a card unpacks to; the largest of the specification's examples has 30 KiB.
const MAX_BYTES: usize = 64 * 1024;
const HEALTH_CARD: &str = "https://smarthealth.cards#health-card";

/// Reads and verifies one card.
pub(crate) fn verify(jws: &str, trust: &TrustList, rules: Rules, now: DateTime<Utc>) -> Result<Record, RecordError> {
    let mut parts = jws.split('.');
    let (Some(header), Some(payload), Some(signature), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(RecordError::Shape("JWS"));
    };
    let decode = |part| BASE64_URL_SAFE_NO_PAD.decode(part).map_err(|_| RecordError::Container("Base64"));
    let key_id = key_id(&Json::parse(&decode(header)?)?)?;
    let payload = inflate(&decode(payload)?, Wrapping::None, MAX_BYTES)?;
    let payload_json = Json::parse(&payload)?;
    let issuer = issuer(&payload_json)?;
    let keys: Vec<_> = trust.keys(Framework::Shc).filter(|key| key.name == key_id && key.issuer == issuer).collect();
    let signed = jws.rsplit_once('.').map_or("", |(signed, _)| signed);
    let key = TrustList::signer(&keys, Algorithm::Es256, signed.as_bytes(), &decode(signature)?)?;
    let made_at = time(payload_json.get("nbf").ok_or(RecordError::Shape("nbf"))?)?;
    key.check(Use::Vaccination, Some(made_at), now)?;
    if is_revoked(&payload_json, &key_id, trust)? {
        return Err(RecordError::Revoked);
    }
    let (sealed_until, caveats) = seal(&payload_json, rules, now)?;
    let vc = payload_json.get("vc").ok_or(RecordError::Shape("vc"))?;
    let types = vc.get("type").map(Json::items).unwrap_or_default();
    if !types.iter().any(|kind| kind.as_text() == Some(HEALTH_CARD)) {
        return Err(RecordError::Shape("vc.type"));
    }
    let subject = vc.get("credentialSubject").ok_or(RecordError::Shape("vc.credentialSubject"))?;
    let person = bundle::read(subject.get("fhirBundle").ok_or(RecordError::Shape("fhirBundle"))?)?;
    Ok(Record {
        issuer: Issuer { name: issuer.to_owned(), key: key_id },
        names: vec![person.name],
        birth: person.birth,
        doses: person.doses,
        id: vc.text("rid").unwrap_or_default().to_owned(),
        sealed_until,
        caveats,
    })
}

/// The header has exactly these three members, so that a payload that is not deflated is no card.
fn key_id(header: &Json<'_>) -> Result<String, RecordError> {
    const INVALID: RecordError = RecordError::Shape("JWS header");
    if header.get("zip").is_none() {
        return Err(RecordError::Shape("zip"));
    }
    if header.text("alg") != Some("ES256") || header.text("zip") != Some("DEF") || header.members().len() != 3 {
        return Err(INVALID);
    }
    header.text("kid").map(str::to_owned).ok_or(INVALID)
}

fn issuer<'a>(payload: &'a Json<'a>) -> Result<&'a str, RecordError> {
    let issuer = payload.text("iss").filter(|issuer| issuer.starts_with("https://") && !issuer.ends_with('/'));
    issuer.ok_or(RecordError::Shape("iss"))
}

fn is_revoked(payload: &Json<'_>, key: &str, trust: &TrustList) -> Result<bool, RecordError> {
    let Some(rid) = payload.get("vc").and_then(|vc| vc.text("rid")) else { return Ok(false) };
    let issued_at = time(payload.get("nbf").ok_or(RecordError::Shape("nbf"))?)?;
    Ok(trust.revocations().has_card(key, rid, issued_at))
}

/// A card holds from `nbf` and, where it says so, until `exp`.
fn seal(
    payload: &Json<'_>,
    rules: Rules,
    now: DateTime<Utc>,
) -> Result<(Option<DateTime<Utc>>, Vec<Caveat>), RecordError> {
    let from = time(payload.get("nbf").ok_or(RecordError::Shape("nbf"))?)?;
    if from > now {
        return Err(RecordError::NotYetValid);
    }
    match payload.get("exp").map(time).transpose()? {
        Some(until) if now > until && !rules.accept_expired_seals => Err(RecordError::SealExpired),
        Some(until) if now > until => Ok((Some(until), vec![Caveat::ExpiredSeal])),
        until => Ok((until, Vec::new())),
    }
}

/// A NumericDate (RFC 7519), which may have a fraction.
#[allow(clippy::cast_possible_truncation)] // a float beyond the range becomes its end, which no calendar has
fn time(value: &Json<'_>) -> Result<DateTime<Utc>, RecordError> {
    let seconds = match value {
        Json::Integer(seconds) => *seconds,
        Json::Float(seconds) if seconds.is_finite() => seconds.floor() as i64,
        _ => return Err(RecordError::Shape("a time")),
    };
    DateTime::from_timestamp(seconds, 0).ok_or(RecordError::NotYetValid)
}
