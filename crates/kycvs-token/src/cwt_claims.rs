//! The claims of a CWT, written from a token's and read as those of the JWT: a token's two spellings are one statement.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use chrono::{DateTime, NaiveDate, TimeDelta};
use kycvs_cose::Item;
use ring::digest;

use crate::bearer::digest_of;
use crate::json::{Object, Value};
use crate::{Disclosure, EvidenceKind, Refusal, StatusClaims, StatusReference};

/// Registered claims (RFC 8392 section 4), by their names in a JWT.
const TEXTS: [(i64, &str); 2] = [(ISS, "iss"), (AUD, "aud")];
const TIMES: [(i64, &str); 3] = [(EXP, "exp"), (5, "nbf"), (IAT, "iat")];
const ISS: i64 = 1;
const AUD: i64 = 3;
const EXP: i64 = 4;
const IAT: i64 = 6;
const CTI: i64 = 7;
/// The one private claim (RFC 8392 section 9.1), a map of ours, since each private number takes five bytes.
const OURS: i64 = -65537;
const STATUS: i64 = 1;
const AS_OF: i64 = 2;
const POLICY: i64 = 3;
const PURPOSE: i64 = 4;
const REFERENCE: i64 = 5;
const CONSENT: i64 = 6;
/// Not claim 2 of RFC 8392, which must be a text: ours is 16 bytes as a rule.
const SUBJECT: i64 = 7;
const DISCLOSURES: i64 = 8;
const LIST: i64 = 9;
const SANDBOX: i64 = 10;
const EVIDENCE: i64 = 11;

/// Tags of RFC 8949 section 3.4.5: bytes that JSON has as hexadecimal, and a URI.
const BASE16: u64 = 23;
const URI: u64 = 32;

/// 0001-01-01 to 9999-12-31.
const DAYS: std::ops::RangeInclusive<i64> = -719_162..=2_932_896;

/// Writes the claims, with a digest of all disclosures where there are any.
pub(crate) fn write(issuer: &str, is_sandbox: bool, claims: &StatusClaims, disclosures: &[Disclosure]) -> Vec<u8> {
    let consent = vec![identifier(&claims.consent.id), identifier(&claims.consent.hash)];
    let mut ours: Vec<(Item<'_>, Item<'_>)> = vec![
        (STATUS.into(), i64::from(u8::from(claims.status)).into()),
        (AS_OF.into(), claims.as_of.signed_duration_since(epoch()).num_days().into()),
        (POLICY.into(), claims.policy.as_str().into()),
        (PURPOSE.into(), claims.purpose.as_str().into()),
        (CONSENT.into(), consent.into()),
        (SUBJECT.into(), identifier(&claims.subject)),
    ];
    ours.push((EVIDENCE.into(), evidence_code(claims.evidence).into()));
    ours.extend(claims.reference.iter().map(|reference| (REFERENCE.into(), reference.as_str().into())));
    ours.extend(claims.status_list.iter().map(|list| (LIST.into(), position(list, issuer))));
    ours.extend(is_sandbox.then_some((SANDBOX.into(), Item::Bool(true))));
    if !disclosures.is_empty() {
        let all: String = disclosures.iter().map(|disclosure| format!("{}~", disclosure.as_str())).collect();
        ours.push((DISCLOSURES.into(), digest_of_all(&all).into()));
    }
    Item::Map(vec![
        (ISS.into(), issuer.into()),
        (AUD.into(), claims.audience.as_str().into()),
        (EXP.into(), claims.expires_at.timestamp().into()),
        (IAT.into(), claims.issued_at.timestamp().into()),
        (CTI.into(), identifier(&claims.token_id)),
        (OURS.into(), Item::Map(ours)),
    ])
    .to_bytes()
}

/// The issuer that a payload names.
pub(crate) fn issuer(payload: &[u8]) -> Option<String> {
    match Item::parse(payload)?.at(ISS)? {
        Item::Text(issuer) => Some(issuer.as_ref().to_owned()),
        _ => None,
    }
}

/// Reads the claims into the object that the JWT of the same token holds. One that has the wrong type becomes a value that no
/// claim of a JWT may have, and is refused as there. `disclosures` are what is shown with the token, as they follow a JWT.
pub(crate) fn read(payload: &[u8], disclosures: &str) -> Result<Object<'static>, Refusal> {
    let claims = Item::parse(payload).filter(is_map).ok_or(Refusal::ClaimsNotCbor)?;
    let none = Item::Map(Vec::new());
    let ours = claims.at(OURS).unwrap_or(&none);
    if !is_map(ours) {
        return Err(Refusal::ClaimsNotCbor);
    }
    let mut object = Object::default();
    let mut put = |name, value: Option<Value<'static>>| value.into_iter().for_each(|value| object.put(name, value));
    for (label, name) in TEXTS {
        put(name, claims.at(label).map(plain));
    }
    for (label, name) in TIMES {
        put(name, claims.at(label).map(plain));
    }
    put("jti", claims.at(CTI).map(named));
    put("sub", ours.at(SUBJECT).map(named));
    put("vaccination_status", ours.at(STATUS).map(plain));
    put("as_of", ours.at(AS_OF).map(day));
    for (label, name) in [(POLICY, "policy"), (PURPOSE, "purpose"), (REFERENCE, "reference")] {
        put(name, ours.at(label).map(plain));
    }
    put("evidence", ours.at(EVIDENCE).map(evidence));
    put("consent", ours.at(CONSENT).map(consent));
    put("status", ours.at(LIST).map(|list| status(list, claims.at(ISS))));
    put("sandbox", ours.at(SANDBOX).map(|_| Value::Other));
    put("_sd", digests(ours.at(DISCLOSURES), disclosures)?);
    Ok(object)
}

/// The digests of the disclosures, if the token's one digest is of exactly these.
fn digests(signed: Option<&Item<'_>>, disclosures: &str) -> Result<Option<Value<'static>>, Refusal> {
    let digest = match signed {
        Some(Item::Bytes(digest)) => digest.as_ref(),
        Some(_) => return Err(Refusal::MistypedClaim { claim: "_sd" }),
        None => &[],
    };
    if disclosures.is_empty() {
        return Ok(None);
    }
    if digest_of_all(disclosures) != digest {
        return Err(Refusal::ForeignDisclosure);
    }
    let each = disclosures.split_terminator('~').map(|disclosure| text(digest_of(disclosure.as_bytes())));
    Ok(Some(Value::Array(each.collect())))
}

/// The first 16 bytes of SHA-256 over what would follow the first `~` of a JWT that shows all.
fn digest_of_all(disclosures: &str) -> Vec<u8> {
    digest::digest(&digest::SHA256, disclosures.as_bytes()).as_ref().iter().take(16).copied().collect()
}

/// An identifier in the fewest bytes: 16 or 32 bytes in base64url as bytes, 32 in lower-case hexadecimal as bytes with a tag, and
/// any other text as it is.
fn identifier(text: &str) -> Item<'_> {
    if let Some(bytes) = hexadecimal(text) {
        return Item::Tagged(BASE16, Box::new(bytes.into()));
    }
    match BASE64URL.decode(text) {
        Ok(bytes) if matches!(bytes.len(), 16 | 32) => bytes.into(),
        _ => text.into(),
    }
}

/// An identifier as text, in the one form that [`identifier`] gives it.
fn named(item: &Item<'_>) -> Value<'static> {
    match item {
        Item::Bytes(bytes) if matches!(bytes.len(), 16 | 32) => text(BASE64URL.encode(bytes)),
        Item::Tagged(BASE16, bytes) => match &**bytes {
            Item::Bytes(bytes) if bytes.len() == 32 => text(bytes.iter().map(|byte| format!("{byte:02x}")).collect()),
            _ => Value::Other,
        },
        Item::Text(name) if matches!(identifier(name), Item::Text(_)) => text(name.clone().into_owned()),
        _ => Value::Other,
    }
}

fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    let is_hash = text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let byte = |at: usize| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
    if is_hash { (0..64).step_by(2).map(byte).collect() } else { None }
}

/// A place in a list: its index, and the list's name below the issuer's `/s/`, or its whole URI with a tag.
fn position<'a>(list: &'a StatusReference, issuer: &str) -> Item<'a> {
    let name = match below(&list.uri, issuer) {
        Some(name) => name.into(),
        None => Item::Tagged(URI, Box::new(list.uri.as_str().into())),
    };
    vec![i64::from(list.index).into(), name].into()
}

fn below<'u>(uri: &'u str, issuer: &str) -> Option<&'u str> {
    uri.strip_prefix(issuer)?.strip_prefix("/s/").filter(|name| !name.is_empty())
}

fn status(list: &Item<'_>, issuer: Option<&Item<'_>>) -> Value<'static> {
    let issuer = match issuer {
        Some(Item::Text(issuer)) => issuer.as_ref(),
        _ => "",
    };
    let uri = |name: &Item<'_>| match name {
        Item::Text(name) if !name.is_empty() => Some(format!("{issuer}/s/{name}")),
        Item::Tagged(URI, uri) => match &**uri {
            Item::Text(uri) if below(uri, issuer).is_none() => Some(uri.clone().into_owned()),
            _ => None,
        },
        _ => None,
    };
    let (Item::Array(parts), mut place, mut status) = (list, Object::default(), Object::default()) else {
        return Value::Other;
    };
    let [Item::Integer(index), name] = &parts[..] else { return Value::Other };
    let Some(uri) = uri(name) else { return Value::Other };
    place.put("idx", Value::Integer(*index));
    place.put("uri", text(uri));
    status.put("status_list", Value::Object(place));
    Value::Object(status)
}

fn consent(item: &Item<'_>) -> Value<'static> {
    let Item::Array(parts) = item else { return Value::Other };
    let [id, hash] = &parts[..] else { return Value::Other };
    let mut consent = Object::default();
    consent.put("id", named(id));
    consent.put("hash", named(hash));
    Value::Object(consent)
}

fn evidence_code(evidence: EvidenceKind) -> i64 {
    match evidence {
        EvidenceKind::Registry => 1,
        EvidenceKind::Presented => 2,
    }
}

/// A number as the word of the JWT; another number is a word that no JWT may have.
fn evidence(item: &Item<'_>) -> Value<'static> {
    let Item::Integer(code) = item else { return Value::Other };
    let known =
        [EvidenceKind::Registry, EvidenceKind::Presented].into_iter().find(|kind| evidence_code(*kind) == *code);
    text(known.map(EvidenceKind::as_str).unwrap_or_default().to_owned())
}

/// A date, as days; beyond the calendar of the claim it is a text that is no date.
fn day(item: &Item<'_>) -> Value<'static> {
    let Item::Integer(days) = item else { return Value::Other };
    let date = DAYS.contains(days).then(|| epoch().checked_add_signed(TimeDelta::days(*days))).flatten();
    text(date.map(|date| date.to_string()).unwrap_or_default())
}

/// 1970-01-01, from which `as_of` counts days.
fn epoch() -> NaiveDate {
    DateTime::UNIX_EPOCH.date_naive()
}

/// A text or a whole number as it is.
fn plain(item: &Item<'_>) -> Value<'static> {
    match item {
        Item::Text(known) => text(known.clone().into_owned()),
        Item::Integer(known) => Value::Integer(*known),
        _ => Value::Other,
    }
}

fn text(text: String) -> Value<'static> {
    Value::Text(text.into())
}

fn is_map(item: &Item<'_>) -> bool {
    matches!(item, Item::Map(_))
}
