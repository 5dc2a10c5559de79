//! Certificates of CoWIN and of the other countries that run DIVOC: a W3C verifiable credential, in JSON-LD, mostly in a ZIP in a QR code.
//!
//! Its signature is over RDF, in which several members have one predicate: the two numbers of "1 of 2" can change places, and so can the
//! three dates, or vaccine, maker and batch, and the signature still holds. So nothing is believed of a document that could have been
//! written another way under the same signature, unless every way of writing it says the same, or what is believed is the lesser.

mod document;
mod nquads;
mod proof;
#[cfg(test)]
mod tests;

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use document::Document;
use proof::Proof;

use kycvs_domain::{BirthDate, Dose, Product, Source};

use crate::RecordError;
use crate::date;
use crate::json::Json;
use crate::record::{Issuer, Record, fair_name};
#[cfg(test)]
use crate::trust::Algorithm;
use crate::trust::{Framework, TrustList, Use};

/// India Standard Time. CoWIN writes instants in UTC; the day of a dose is a day in India.
const INDIA: i32 = 5 * 3600 + 1800;

/// How many doses make the primary series of the products that DIVOC's countries print, by their licences.
const SERIES: &[(u8, &[&str])] = &[
    (1, &["SPUTNIK_LIGHT", "JANSSEN", "CONVIDECIA"]),
    (2, &["COVISHIELD", "COVAXIN", "SPUTNIK_V", "CORBEVAX", "COVOVAX", "GEMCOVAC", "INCOVACC"]),
    (2, &["COMIRNATY", "MODERNA", "VAXZEVRIA", "NUVAXOVID", "CORONAVAC", "SINOPHARM_BIBP"]),
    (3, &["ZYCOV_D"]),
];

/// Reads and verifies a document.
pub(crate) fn verify(json: &Json<'_>, trust: &TrustList, now: DateTime<Utc>) -> Result<Record, RecordError> {
    let document = Document::read(json)?;
    let proof = Proof::of(&document)?;
    let pinned = |key: &&crate::TrustedKey| {
        key.name == proof.method
            && (key.issuer.is_empty() || key.issuer == document.issuer)
            && (key.contexts.is_empty() || key.contexts.iter().any(|context| context == document.context))
    };
    let keys: Vec<_> = trust.keys(Framework::Divoc).filter(pinned).collect();
    let key = TrustList::signer(&keys, proof.algorithm, &proof.signed, &proof.signature)?;
    let issued_at = DateTime::parse_from_rfc3339(json.text("issuanceDate").unwrap_or_default());
    key.check(Use::Vaccination, issued_at.ok().map(|at| at.to_utc()), now)?;
    Ok(Record {
        issuer: Issuer { name: document.issuer.to_owned(), key: key.name.clone() },
        names: vec![name(&document)?.to_owned()],
        birth: birth(&document)?,
        doses: vec![dose(&document)?],
        id: document.evidence.text("certificateId").unwrap_or_default().to_owned(),
        sealed_until: None,
        caveats: Vec::new(),
    })
}

/// The texts that the signature covers, of the document and of its proof.
#[cfg(test)]
fn canonical(text: &[u8]) -> Result<(String, String), RecordError> {
    let json = Json::parse(text)?;
    let document = Document::read(&json)?;
    let member = |name| document.proof.text(name).ok_or(RecordError::Shape("proof"));
    let algorithm = if member("type")? == "RsaSignature2018" { Algorithm::Ps256 } else { Algorithm::EdDsa };
    let proof = proof::graph(algorithm, member("created")?, member("verificationMethod")?)?;
    Ok((document.graph.canonical()?, proof.canonical()?))
}

fn name<'a>(document: &Document<'a>) -> Result<&'a str, RecordError> {
    fair_name(document.subject.text("name").ok_or(RecordError::Shape("credentialSubject.name"))?)
}

fn birth(document: &Document<'_>) -> Result<Option<BirthDate>, RecordError> {
    let Some(text) = document.subject.text("dob").filter(|text| !text.is_empty()) else { return Ok(None) };
    date::birth(text).map(Some).ok_or(RecordError::Shape("credentialSubject.dob"))
}

fn dose(document: &Document<'_>) -> Result<Dose, RecordError> {
    let evidence = document.evidence;
    let product = Product::find(evidence.text("vaccine").unwrap_or_default());
    let (number, of) = (count(evidence, "dose")?, count(evidence, "totalDoses")?);
    let number = number.ok_or(RecordError::Ambiguous("dose"))?;
    // "3 of 2" is how DIVOC writes a booster, and "2 of 1" could be "1 of 2" with its numbers swapped. Where the second number is
    // the length of the product's series, either way of writing it completes that series.
    if of.is_some_and(|of| number > of && product.and_then(series) != Some(of)) {
        return Err(RecordError::Ambiguous("dose"));
    }
    Ok(Dose {
        dose_number: Some(number),
        series_doses: of,
        source: Source::Certificate,
        ..Dose::new(product, given_on(evidence)?)
    })
}

fn series(product: Product) -> Option<u8> {
    SERIES.iter().find(|(_, names)| names.contains(&product.name())).map(|(doses, _)| *doses)
}

/// A count is a number, or a number in quotes; some writers leave it empty.
fn count(evidence: &Json<'_>, member: &'static str) -> Result<Option<u8>, RecordError> {
    let number = match evidence.get(member) {
        None | Some(Json::Null) => return Ok(None),
        Some(Json::Text(text)) if text.is_empty() => return Ok(None),
        Some(Json::Text(text)) => text.parse().ok(),
        Some(Json::Integer(number)) => u8::try_from(*number).ok(),
        Some(_) => None,
    };
    number.filter(|number| (1..=20).contains(number)).map(Some).ok_or(RecordError::Shape(member))
}

/// The day of the dose: the earliest of the days that are signed, which stays the same however the members change places. An instant
/// beside a day must fall on it, in India or in UTC.
fn given_on(evidence: &Json<'_>) -> Result<NaiveDate, RecordError> {
    const INVALID: RecordError = RecordError::Shape("evidence.date");
    let mut days = Vec::new();
    let mut instants = Vec::new();
    for member in ["date", "effectiveStart", "effectiveUntil"] {
        let Some(text) = evidence.text(member).filter(|text| !text.is_empty()) else { continue };
        match (text.parse::<NaiveDate>(), DateTime::parse_from_rfc3339(text)) {
            (Ok(day), _) => days.push(day),
            (_, Ok(instant)) => instants.push(instant),
            _ => return Err(INVALID),
        }
    }
    let india = FixedOffset::east_opt(INDIA).ok_or(INVALID)?;
    let in_india = |instant: &DateTime<FixedOffset>| instant.with_timezone(&india).date_naive();
    let Some(start) = days.iter().min().copied() else {
        return instants.iter().map(in_india).min().ok_or(INVALID);
    };
    let agrees = |instant: &DateTime<FixedOffset>| start == in_india(instant) || start == instant.to_utc().date_naive();
    if instants.iter().all(agrees) { Ok(start) } else { Err(RecordError::Ambiguous("the day of the dose")) }
}
