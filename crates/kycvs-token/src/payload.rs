//! The claims as JSON, both ways.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use kycvs_status::VaccinationStatus;
use serde::Serialize;

use crate::bearer::DIGEST_ALGORITHM;
use crate::json::{Integers, JsonFault, Object, Value};
use crate::{Bearer, ConsentReference, EvidenceKind, Refusal, StatusClaims, StatusReference};

const INTEGERS: Integers = Integers {
    own: &["iat", "exp", "nbf", "vaccination_status"],
    within: Some((
        "status",
        &Integers { own: &[], within: Some(("status_list", &Integers { own: &["idx"], within: None })) },
    )),
};

/// What the payload of a token holds.
pub(crate) struct Payload<'a> {
    pub(crate) issuer: Cow<'a, str>,
    /// `sandbox`: whether it proves nothing. Whatever the claim's value is, a token of a production issuer does not have it.
    pub(crate) is_sandbox: bool,
    /// `nbf` (RFC 7519 section 4.1.5), which our tokens do not have; one that has it is not taken before that time.
    pub(crate) not_before: Option<DateTime<Utc>>,
    pub(crate) claims: StatusClaims,
}

/// Writes the claims in the order of the documentation, with `digests` for the bearer.
pub(crate) fn encode(
    issuer: &str,
    is_sandbox: bool,
    claims: &StatusClaims,
    digests: Option<&[String; 2]>,
) -> Result<Vec<u8>, serde_json::Error> {
    let mut json = Vec::with_capacity(640);
    serde_json::to_writer(
        &mut json,
        &WireClaims {
            iss: issuer,
            sandbox: is_sandbox,
            aud: &claims.audience,
            sub: &claims.subject,
            jti: &claims.token_id,
            iat: claims.issued_at.timestamp(),
            exp: claims.expires_at.timestamp(),
            vaccination_status: claims.status,
            as_of: claims.as_of,
            evidence: claims.evidence.as_str(),
            policy: &claims.policy,
            purpose: &claims.purpose,
            reference: claims.reference.as_deref(),
            consent: WireConsent { id: &claims.consent.id, hash: &claims.consent.hash },
            status: claims
                .status_list
                .as_ref()
                .map(|list| WireStatus { status_list: WireReference { idx: list.index, uri: &list.uri } }),
            _sd: digests,
            _sd_alg: digests.map(|_| DIGEST_ALGORITHM),
        },
    )?;
    Ok(json)
}

#[derive(Serialize)]
struct WireClaims<'a> {
    iss: &'a str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    sandbox: bool,
    aud: &'a str,
    sub: &'a str,
    jti: &'a str,
    iat: i64,
    exp: i64,
    vaccination_status: VaccinationStatus,
    as_of: NaiveDate,
    evidence: &'static str,
    policy: &'a str,
    purpose: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<&'a str>,
    consent: WireConsent<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<WireStatus<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    _sd: Option<&'a [String; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    _sd_alg: Option<&'static str>,
}

#[derive(Serialize)]
struct WireStatus<'a> {
    status_list: WireReference<'a>,
}

#[derive(Serialize)]
struct WireReference<'a> {
    idx: u32,
    uri: &'a str,
}

#[derive(Serialize)]
struct WireConsent<'a> {
    id: &'a str,
    hash: &'a str,
}

/// The claims of a JWT, still not read one by one.
pub(crate) fn parse(json: &[u8]) -> Result<Object<'_>, Refusal> {
    Object::parse(json, &INTEGERS).map_err(|fault| match fault {
        JsonFault::Malformed => Refusal::ClaimsNotJson,
        JsonFault::Duplicate(claim) => Refusal::DuplicateClaim { claim },
        JsonFault::NotAnInteger("idx") => Refusal::MalformedClaim { claim: "status" },
        JsonFault::NotAnInteger(claim) => Refusal::MistypedClaim { claim },
    })
}

/// Reads the claims: all that are required, each of its type. Claims that are not ours are ignored (RFC 7519 section 4),
/// so that an older gate reads a newer token. `disclosures` is what follows the first `~` of a presentation.
pub(crate) fn read<'a>(mut object: Object<'a>, disclosures: &[u8]) -> Result<Payload<'a>, Refusal> {
    let bearer = Bearer::open(&object, disclosures)?;
    let mut consent = match object.take("consent") {
        Some(Value::Object(consent)) => consent,
        Some(_) => return Err(Refusal::MistypedClaim { claim: "consent" }),
        None => return Err(Refusal::MissingClaim { claim: "consent" }),
    };
    let claims = StatusClaims {
        audience: text(&mut object, "aud")?.into_owned(),
        subject: text(&mut object, "sub")?.into_owned(),
        token_id: text(&mut object, "jti")?.into_owned(),
        issued_at: required(instant(&mut object, "iat")?, "iat")?,
        expires_at: required(instant(&mut object, "exp")?, "exp")?,
        status: status(&mut object)?,
        as_of: date(&text(&mut object, "as_of")?).ok_or(Refusal::MalformedClaim { claim: "as_of" })?,
        evidence: EvidenceKind::read(&text(&mut object, "evidence")?)
            .ok_or(Refusal::MalformedClaim { claim: "evidence" })?,
        policy: text(&mut object, "policy")?.into_owned(),
        purpose: text(&mut object, "purpose")?.into_owned(),
        reference: optional_text(&mut object, "reference", "reference")?.map(Cow::into_owned),
        consent: ConsentReference {
            id: required(optional_text(&mut consent, "id", "consent.id")?, "consent.id")?.into_owned(),
            hash: required(optional_text(&mut consent, "hash", "consent.hash")?, "consent.hash")?.into_owned(),
        },
        bearer,
        status_list: reference(&mut object).map_err(|()| Refusal::MalformedClaim { claim: "status" })?,
    };
    Ok(Payload {
        issuer: text(&mut object, "iss")?,
        is_sandbox: object.take("sandbox").is_some(),
        not_before: instant(&mut object, "nbf")?,
        claims,
    })
}

pub(crate) fn required<T>(value: Option<T>, claim: &'static str) -> Result<T, Refusal> {
    value.ok_or(Refusal::MissingClaim { claim })
}

pub(crate) fn text<'a>(object: &mut Object<'a>, claim: &'static str) -> Result<Cow<'a, str>, Refusal> {
    required(optional_text(object, claim, claim)?, claim)
}

pub(crate) fn optional_text<'a>(
    object: &mut Object<'a>,
    name: &str,
    claim: &'static str,
) -> Result<Option<Cow<'a, str>>, Refusal> {
    match object.take(name) {
        None => Ok(None),
        Some(Value::Text(text)) => Ok(Some(text)),
        Some(_) => Err(Refusal::MistypedClaim { claim }),
    }
}

pub(crate) fn integer(object: &mut Object<'_>, claim: &'static str) -> Result<Option<i64>, Refusal> {
    match object.take(claim) {
        None => Ok(None),
        Some(Value::Integer(integer)) => Ok(Some(integer)),
        Some(_) => Err(Refusal::MistypedClaim { claim }),
    }
}

pub(crate) fn instant(object: &mut Object<'_>, claim: &'static str) -> Result<Option<DateTime<Utc>>, Refusal> {
    let Some(seconds) = integer(object, claim)? else { return Ok(None) };
    DateTime::from_timestamp(seconds, 0).map(Some).ok_or(Refusal::MalformedClaim { claim })
}

fn status(object: &mut Object<'_>) -> Result<VaccinationStatus, Refusal> {
    let code = required(integer(object, "vaccination_status")?, "vaccination_status")?;
    let code = u8::try_from(code).map_err(|_| Refusal::StatusOutOfRange)?;
    VaccinationStatus::try_from(code).map_err(|_| Refusal::StatusOutOfRange)
}

/// The position in a status list; `None` where `status` has another mechanism only.
fn reference(object: &mut Object<'_>) -> Result<Option<StatusReference>, ()> {
    let mut status = match object.take("status") {
        None => return Ok(None),
        Some(Value::Object(status)) => status,
        Some(_) => return Err(()),
    };
    let mut list = match status.take("status_list") {
        None => return Ok(None),
        Some(Value::Object(list)) => list,
        Some(_) => return Err(()),
    };
    match (list.take("uri"), list.take("idx")) {
        (Some(Value::Text(uri)), Some(Value::Integer(index))) => {
            Ok(Some(StatusReference { uri: uri.into_owned(), index: u32::try_from(index).map_err(|_| ())? }))
        }
        _ => Err(()),
    }
}

/// Reads `2021-12-01`, and no other way to write that date.
fn date(text: &str) -> Option<NaiveDate> {
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok()).flatten();
    let shape = text.len() == 10 && text.is_ascii() && text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
    if !shape {
        return None;
    }
    let year: u32 = digits(text.get(..4)?)?;
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, digits(text.get(5..7)?)?, digits(text.get(8..)?)?)
}
