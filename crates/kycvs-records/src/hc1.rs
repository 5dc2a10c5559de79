//! EU Digital COVID Certificates and their kin: `HC1:`, Base45, zlib, COSE, CWT, and in it a certificate of schema 1.x.

use chrono::{DateTime, Utc};
use kycvs_cose::base45;
use kycvs_domain::{BirthDate, Dose, Product, Source};
use ring::digest::{SHA256, digest};

use crate::cbor::Cbor;
use crate::cose::Sign1;
use crate::date;
use crate::inflate::{Wrapping, inflate};
use crate::record::{Caveat, Issuer, Record, fair_name};
use crate::trust::{Algorithm, Framework, TrustList, TrustedKey, Use};
use crate::{HashKind, RecordError, Rules};

/// The most that a certificate unpacks to; the largest of a thousand real ones has 1.2 KiB.
const MAX_BYTES: usize = 16 * 1024;

const ISSUER: i64 = 1;
const EXPIRES_AT: i64 = 4;
const ISSUED_AT: i64 = 6;
const HEALTH_CERTIFICATE: i64 = -260;
/// The claim of the certificate in the health certificate's map.
const EU_DCC: i64 = 1;
/// SNOMED CT: COVID-19.
const COVID_19: &str = "840539006";

/// Reads and verifies what follows `HC1:`.
pub(crate) fn verify(text: &str, trust: &TrustList, rules: Rules, now: DateTime<Utc>) -> Result<Record, RecordError> {
    let zipped = base45::decode(text.as_bytes()).ok_or(RecordError::Container("base45"))?;
    let message = Sign1::parse(&inflate(&zipped, Wrapping::Zlib, MAX_BYTES)?)?;
    let candidates: Vec<_> = trust.keys(Framework::Dcc).filter(|key| key.name == message.key).collect();
    let claims = Cbor::parse(&message.payload)?;
    let key = TrustList::signer(&candidates, message.algorithm, &message.signed(), &message.signature)?;
    let content = content(&claims)?;
    let (member, for_use) = kind(content)?;
    let made_at = time(&claims, ISSUED_AT)?;
    key.check(for_use, made_at, now)?;
    if trust.revocations().has_certificate(&message.key, |kind| hash_of(kind, &message, content, member)) {
        return Err(RecordError::Revoked);
    }
    let (sealed_until, caveats) = seal(&claims, made_at, key, rules, now)?;
    if for_use != Use::Vaccination {
        return Err(RecordError::Unsupported(if for_use == Use::Test { "a test" } else { "a recovery" }));
    }
    let [entry] = &content.get(member).map(items).unwrap_or_default() else { return Err(RecordError::Shape("v")) };
    let dose = dose(entry)?;
    let unclear = dose.is_none().then_some(Caveat::DoseUnclear);
    Ok(Record {
        issuer: Issuer { name: issuer(&claims, key), key: key.name.clone() },
        names: names(content)?,
        birth: birth(content)?,
        doses: dose.into_iter().collect(),
        id: text_of(entry, "ci").unwrap_or_default().to_owned(),
        sealed_until,
        caveats: caveats.into_iter().chain(unclear).collect(),
    })
}

/// The first half of the hash by which a revocation list names a certificate; none of one without an id.
fn hash_of(kind: HashKind, message: &Sign1, content: &Cbor, member: &str) -> Option<[u8; 16]> {
    let of_entry =
        |name| content.get(member).map(items).unwrap_or_default().first().and_then(|entry| text_of(entry, name));
    let hashed = match (kind, message.algorithm) {
        (HashKind::Signature, Algorithm::Ps256) => message.signature.clone(),
        // Of r and s the second can be written in two ways.
        (HashKind::Signature, _) => message.signature.get(..message.signature.len() / 2)?.to_vec(),
        (HashKind::Uci, _) => of_entry("ci")?.as_bytes().to_vec(),
        (HashKind::CountryCodeUci, _) => format!("{}{}", of_entry("co")?, of_entry("ci")?).into_bytes(),
    };
    digest(&SHA256, &hashed).as_ref().first_chunk().copied()
}

fn content(claims: &Cbor) -> Result<&Cbor, RecordError> {
    let certificates = claims.at(HEALTH_CERTIFICATE).ok_or(RecordError::Shape("hcert"))?;
    match certificates.at(EU_DCC) {
        Some(content @ Cbor::Map(_)) => Ok(content),
        Some(_) => Err(RecordError::Shape("hcert")),
        None if certificates.at(-6).is_some() => {
            Err(RecordError::Unsupported("an international certificate of vaccination (ICVP)"))
        }
        None => Err(RecordError::Unsupported("a health certificate of another kind")),
    }
}

/// Which of the three kinds a certificate is: exactly one of them has exactly one entry.
fn kind(content: &Cbor) -> Result<(&'static str, Use), RecordError> {
    let kinds = [("v", Use::Vaccination), ("t", Use::Test), ("r", Use::Recovery)];
    let mut filled =
        kinds.into_iter().filter(|(member, _)| !content.get(member).map(items).unwrap_or_default().is_empty());
    let kind = filled.next().ok_or(RecordError::Shape("no entry"))?;
    let entries = content.get(kind.0).map(items).unwrap_or_default().len();
    if filled.next().is_some() || entries > 1 { Err(RecordError::Ambiguous("several entries")) } else { Ok(kind) }
}

/// The time in a claim: a whole number, or a float as some issuers write it.
fn time(claims: &Cbor, label: i64) -> Result<Option<DateTime<Utc>>, RecordError> {
    const INVALID: RecordError = RecordError::Shape("a time");
    let seconds = claims.at(label).map(|value| value.whole().ok_or(INVALID)).transpose()?;
    seconds.map(|seconds| DateTime::from_timestamp(seconds, 0).ok_or(INVALID)).transpose()
}

/// The seal holds from `iat` to `exp`, and no longer than the key.
fn seal(
    claims: &Cbor,
    from: Option<DateTime<Utc>>,
    key: &TrustedKey,
    rules: Rules,
    now: DateTime<Utc>,
) -> Result<(Option<DateTime<Utc>>, Vec<Caveat>), RecordError> {
    let until = time(claims, EXPIRES_AT)?;
    if from.is_some_and(|from| now < from) {
        return Err(RecordError::NotYetValid);
    }
    match [until, key.until].into_iter().flatten().min() {
        Some(end) if now > end && !rules.accept_expired_seals => Err(RecordError::SealExpired),
        Some(end) if now > end => Ok((until, vec![Caveat::ExpiredSeal])),
        _ => Ok((until, Vec::new())),
    }
}

/// Who vouches for it: the country of the key, whatever the certificate says, which counts where the list does not know.
fn issuer(claims: &Cbor, key: &TrustedKey) -> String {
    let claimed = claims.at(ISSUER).and_then(Cbor::text).unwrap_or_default();
    if key.issuer.is_empty() { claimed } else { &key.issuer }.to_owned()
}

/// The name as it is written, and as it is transliterated for passports (ICAO 9303), where `<` stands for a space.
fn names(content: &Cbor) -> Result<Vec<String>, RecordError> {
    let name = content.get("nam").ok_or(RecordError::Shape("nam"))?;
    let joined = |given, family| {
        let parts = [text_of(name, given), text_of(name, family)].into_iter().flatten();
        let parts = parts.map(|part| fair_name(part).map(|part| part.replace('<', " ").trim().to_owned()));
        let parts = parts.collect::<Result<Vec<_>, _>>()?;
        Ok(parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "))
    };
    let names: Vec<String> =
        [joined("gn", "fn")?, joined("gnt", "fnt")?].into_iter().filter(|name| !name.is_empty()).collect();
    if names.is_empty() { Err(RecordError::Shape("nam")) } else { Ok(names) }
}

fn birth(content: &Cbor) -> Result<Option<BirthDate>, RecordError> {
    match text_of(content, "dob") {
        None | Some("") => Ok(None),
        Some(text) => date::birth(text).map(Some).ok_or(RecordError::Shape("dob")),
    }
}

/// The last dose. `None` if the issuer gave no day or wrote "dose 0 of 7": neither records a dose.
fn dose(entry: &Cbor) -> Result<Option<Dose>, RecordError> {
    if text_of(entry, "tg") != Some(COVID_19) {
        return Err(RecordError::Unsupported("a certificate for another disease"));
    }
    let count = |member| {
        let number = entry.get(member).and_then(Cbor::whole).and_then(|number| u8::try_from(number).ok());
        number.ok_or(RecordError::Shape(member))
    };
    let product = text_of(entry, "mp").ok_or(RecordError::Shape("mp"))?;
    let given_on = text_of(entry, "dt").and_then(date::birth).ok_or(RecordError::Shape("dt"))?;
    let (number, of) = (count("dn")?, count("sd")?);
    let BirthDate::Day(given_on) = given_on else { return Ok(None) };
    let dose = Dose {
        dose_number: Some(number),
        series_doses: Some(of),
        source: Source::Certificate,
        ..Dose::new(Product::find(&format!("eu:{product}")), given_on)
    };
    Ok(Some(dose).filter(|_| number > 0 && of > 0))
}

/// A text without the blanks that some issuers leave around it.
fn text_of<'a>(map: &'a Cbor, member: &str) -> Option<&'a str> {
    map.get(member).and_then(Cbor::text).map(str::trim)
}

fn items(value: &Cbor) -> &[Cbor] {
    match value {
        Cbor::Array(items) => items,
        _ => &[],
    }
}
