use std::borrow::Cow;

use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, Utc};

use crate::json::Json;
use crate::record::{Caveat, Record};
use crate::trust::TrustList;
use crate::{RecordError, divoc, hc1, shc, unzip};

/// The longest input: a card in sixteen codes of version 40.
const MAX_BYTES: usize = 128 * 1024;
const ZIP: &[u8] = b"PK\x03\x04";
/// What some editors put before a text in UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// What a host decides about certificates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// Takes a certificate whose seal was good when it was made and has expired since, as nearly all of the EU's have. Default no.
    pub accept_expired_seals: bool,
}

/// Something that a person presents, distinguished by how it begins and not verified yet.
#[derive(Clone, PartialEq)]
pub struct Presented<'a>(Kind<'a>);

#[derive(Clone, PartialEq)]
enum Kind<'a> {
    Divoc(Json<'a>),
    DivocZip(Cow<'a, [u8]>),
    Hc1(Cow<'a, str>),
    Card(Cow<'a, str>),
    CardFile(Json<'a>),
}

impl<'a> Presented<'a> {
    /// Tells what bytes are: the text of a QR code, what a byte-mode code holds, a file's content, or a pasted text.
    ///
    /// # Errors
    /// [`RecordError`] for what is no certificate, is of a kind that is not taken, or is too large.
    pub fn from_bytes(bytes: &'a [u8]) -> Result<Self, RecordError> {
        if bytes.len() > MAX_BYTES {
            return Err(RecordError::TooLarge("input"));
        }
        if bytes.starts_with(b"PK") {
            return Ok(Self(Kind::DivocZip(bytes.into())));
        }
        if [&b"%PDF"[..], b"\x89PNG", b"\xff\xd8\xff"].iter().any(|magic| bytes.starts_with(magic)) {
            return Err(RecordError::Unsupported(
                "a picture or document, of which only the code's content is read here,",
            ));
        }
        let text = std::str::from_utf8(bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes))
            .map_err(|_| RecordError::Container("not UTF-8"))?;
        let text = text.trim_ascii();
        if !text.starts_with('"') {
            return Self::from_text(text);
        }
        match Json::parse(text.as_bytes())? {
            Json::Text(Cow::Borrowed(text)) => Self::from_text(text.trim_ascii()),
            Json::Text(Cow::Owned(text)) => Presented::from_text(text.trim_ascii()).map(Presented::into_owned),
            _ => Err(RecordError::NotARecord),
        }
    }

    fn from_text(text: &'a str) -> Result<Self, RecordError> {
        let unsupported = [
            ("shlink:/", "a link to a health record"),
            ("NL2:", "a domestic certificate of the Netherlands"),
            ("LT1:", "a Swiss certificate light"),
            ("DC0", "a 2D-Doc"),
        ];
        // A link to a health record comes alone, or behind the address of a page that shows it.
        let page = text.split_once('#').filter(|(page, _)| page.starts_with("https://"));
        let begins = page.map_or(text, |(_, shown)| shown);
        if let Some((_, what)) = unsupported.iter().find(|(prefix, _)| begins.starts_with(prefix)) {
            return Err(RecordError::Unsupported(what));
        }
        if let Some(base45) = text.strip_prefix("HC1:") {
            return Ok(Self(Kind::Hc1(unbroken(base45))));
        }
        if text.starts_with("shc:/") {
            return Ok(Self(Kind::Card(text.into())));
        }
        if text.starts_with("eyJ") {
            return Ok(Self(Kind::Card(unbroken(text))));
        }
        if text.starts_with('{') {
            return Self::from_json(text);
        }
        let base64 = text.strip_prefix("B64:").or_else(|| text.starts_with("UEsD").then_some(text));
        let zip = base64.ok_or(RecordError::NotARecord)?;
        let zip = BASE64_STANDARD.decode(unbroken(zip).as_ref()).map_err(|_| RecordError::Container("Base64"))?;
        Ok(Self(Kind::DivocZip(zip.into())))
    }

    fn from_json(text: &'a str) -> Result<Self, RecordError> {
        let json = Json::parse(text.as_bytes())?;
        if json.get("verifiableCredential").is_some() {
            Ok(Self(Kind::CardFile(json)))
        } else if json.get("@context").is_some() && json.get("credentialSubject").is_some() {
            Ok(Self(Kind::Divoc(json)))
        } else if json.get("resourceType").is_some() {
            Err(RecordError::Unsupported("a FHIR bundle, which nobody signed,"))
        } else if json.get("data").is_some() && json.get("sig").is_some() {
            Err(RecordError::Unsupported("an ICAO visible digital seal"))
        } else {
            Err(RecordError::NotARecord)
        }
    }

    fn into_owned(self) -> Presented<'static> {
        Presented(match self.0 {
            Kind::Divoc(json) => Kind::Divoc(json.into_owned()),
            Kind::DivocZip(zip) => Kind::DivocZip(zip.into_owned().into()),
            Kind::Hc1(text) => Kind::Hc1(text.into_owned().into()),
            Kind::Card(text) => Kind::Card(text.into_owned().into()),
            Kind::CardFile(json) => Kind::CardFile(json.into_owned()),
        })
    }

    /// What it is: `divoc`, `eu-dcc` or `smart-health-card`.
    pub fn kind(&self) -> &'static str {
        match &self.0 {
            Kind::Divoc(_) | Kind::DivocZip(_) => "divoc",
            Kind::Hc1(_) => "eu-dcc",
            Kind::Card(_) | Kind::CardFile(_) => "smart-health-card",
        }
    }

    /// Verifies the certificate with the keys of the list, offline, as of `now`. Nothing is fetched, ever.
    ///
    /// # Errors
    /// [`RecordError`] says why it is not taken.
    pub fn verify(&self, trust: &TrustList, rules: Rules, now: DateTime<Utc>) -> Result<Record, RecordError> {
        let stale = trust.is_stale(now)?;
        let mut record = match &self.0 {
            Kind::Divoc(json) => divoc::verify(json, trust, now)?,
            Kind::DivocZip(zip) => divoc::verify(&Json::parse(&unpacked(zip)?)?, trust, now)?,
            Kind::Hc1(text) => hc1::verify(text, trust, rules, now)?,
            Kind::Card(text) => shc::verify(&shc::card(text)?, trust, rules, now)?,
            Kind::CardFile(file) => {
                let records = shc::cards(file)?.map(|card| shc::verify(card, trust, rules, now));
                one_person(records.collect::<Result<_, _>>()?)?
            }
        };
        record.caveats.extend(stale.then_some(Caveat::TrustListStale));
        Ok(record)
    }
}

/// What the codes of one picture or document show: a card that is cut into several, else the first that is a certificate, else the first.
pub fn shown_by(codes: &[Vec<u8>]) -> Vec<u8> {
    let is_part = |code: &&Vec<u8>| code.starts_with(b"shc:/") && code.iter().filter(|byte| **byte == b'/').count() > 1;
    let parts: Vec<&[u8]> = codes.iter().filter(is_part).map(Vec::as_slice).collect();
    if parts.len() > 1 {
        return parts.join(&b'\n');
    }
    let certificate = codes.iter().find(|code| Presented::from_bytes(code).is_ok());
    certificate.or(codes.first()).cloned().unwrap_or_default()
}

/// Several cards of one file are one record when they name one person, born on one day: a name alone is many people's.
fn one_person(records: Vec<Record>) -> Result<Record, RecordError> {
    let mut records = records.into_iter();
    let mut first = records.next().ok_or(RecordError::NotARecord)?;
    for other in records {
        if other.names != first.names || other.birth != first.birth || first.birth.is_none() {
            return Err(RecordError::Ambiguous("cards of two people"));
        }
        let known = |dose| first.doses.contains(dose);
        let new: Vec<_> = other.doses.iter().filter(|dose| !known(dose)).cloned().collect();
        first.doses.extend(new);
        first.caveats.extend(other.caveats);
    }
    Ok(first)
}

/// A text of which mail has broken the lines. No alphabet here has a line break.
fn unbroken(text: &str) -> Cow<'_, str> {
    let is_broken = [b'\r', b'\n'].iter().any(|end| text.as_bytes().contains(end));
    if is_broken { text.replace(['\r', '\n'], "").into() } else { text.into() }
}

/// The certificate in a ZIP.
pub(crate) fn unpacked(zip: &[u8]) -> Result<Vec<u8>, RecordError> {
    unzip::certificate_json(&as_bytes_again(zip))
}

/// Undoes what some writers of QR codes do to a ZIP: each byte from 0x80 as the UTF-8 of the character with that number.
fn as_bytes_again(bytes: &[u8]) -> Cow<'_, [u8]> {
    let characters = std::str::from_utf8(bytes).ok();
    let undone =
        characters.and_then(|text| text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect::<Option<Vec<u8>>>());
    undone.filter(|undone| undone.starts_with(ZIP)).map_or(Cow::Borrowed(bytes), Cow::Owned)
}
