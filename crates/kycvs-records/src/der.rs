use chrono::{DateTime, NaiveDateTime, Utc};

use crate::trust::Use;

/// What a trust list takes of an X.509 certificate (RFC 5280). The reader is tolerant: document signers of several countries break
/// strict DER, and all that is believed is the key, which the list's maker vouches for.
pub(crate) struct Certificate {
    pub(crate) key: PublicKey,
    /// The country of the subject or, where it has none, of the issuer.
    pub(crate) country: String,
    pub(crate) from: DateTime<Utc>,
    pub(crate) until: DateTime<Utc>,
    /// The kinds of EU certificates that it may sign; empty for all.
    pub(crate) uses: Vec<Use>,
    /// Whether it is an authority's, which signs certificates.
    pub(crate) is_authority: bool,
}

/// A public key in the form that ring takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PublicKey {
    /// A point of P-256 or P-384, uncompressed; the length says which.
    Ec(Vec<u8>),
    Rsa(Vec<u8>),
    Ed25519(Vec<u8>),
    Other,
}

const SEQUENCE: u8 = 0x30;
const BOOLEAN: u8 = 0x01;
const OBJECT_ID: u8 = 0x06;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const VERSION: u8 = 0xa0;
const EXTENSIONS: u8 = 0xa3;

const EC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
/// P-256 and P-384.
const CURVES: [&[u8]; 2] = [&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07], &[0x2b, 0x81, 0x04, 0x00, 0x22]];
const RSA_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const RSA_PSS_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a];
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
const COUNTRY: &[u8] = &[0x55, 0x04, 0x06];
const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x25];
const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x13];
/// 1.3.6.1.4.1.1847.2021.1 and, as some issuers write it, 1.3.6.1.4.1.0.1847.2021.1; then 1, 2 or 3.
const DCC_USES: [&[u8]; 2] = [
    &[0x2b, 0x06, 0x01, 0x04, 0x01, 0x8e, 0x37, 0x8f, 0x65, 0x01],
    &[0x2b, 0x06, 0x01, 0x04, 0x01, 0x00, 0x8e, 0x37, 0x8f, 0x65, 0x01],
];

impl Certificate {
    pub(crate) fn read(der: &[u8]) -> Option<Self> {
        let mut certificate = Der(der).within(SEQUENCE)?;
        let mut body = certificate.within(SEQUENCE)?;
        body.skip_if(VERSION);
        body.next()?; // serial number
        body.next()?; // signature algorithm
        let issuer = body.within(SEQUENCE)?;
        let mut validity = body.within(SEQUENCE)?;
        let (from, until) = (time(validity.next()?)?, time(validity.next()?)?);
        let subject = body.within(SEQUENCE)?;
        let key = PublicKey::read(body.within(SEQUENCE)?)?;
        let country =
            subject.attribute(COUNTRY).or_else(|| issuer.attribute(COUNTRY)).unwrap_or_default().to_uppercase();
        let extensions = std::iter::from_fn(|| body.next()).find(|(tag, _)| *tag == EXTENSIONS);
        let extensions = extensions.and_then(|(_, list)| Der(list).within(SEQUENCE)).unwrap_or(Der(&[]));
        let uses = extensions.extension(EXTENDED_KEY_USAGE).map(uses).unwrap_or_default();
        let constraint = extensions.extension(BASIC_CONSTRAINTS).and_then(|mut list| list.next());
        let is_authority = constraint.is_some_and(|(tag, value)| tag == BOOLEAN && value != [0]);
        Some(Self { key, country, from, until, uses, is_authority })
    }
}

impl PublicKey {
    /// Reads a SubjectPublicKeyInfo.
    pub(crate) fn from_spki(der: &[u8]) -> Option<Self> {
        Self::read(Der(der).within(SEQUENCE)?)
    }

    fn read(mut info: Der<'_>) -> Option<Self> {
        let mut algorithm = info.within(SEQUENCE)?;
        let (_, id) = algorithm.next()?;
        let (tag, bits) = info.next()?;
        let key = bits.strip_prefix(&[0]).filter(|_| tag == BIT_STRING)?.to_vec();
        Some(match id {
            _ if id == EC_KEY && matches!(algorithm.next(), Some((OBJECT_ID, curve)) if CURVES.contains(&curve)) => {
                Self::Ec(key)
            }
            _ if id == RSA_KEY || id == RSA_PSS_KEY => Self::Rsa(key),
            _ if id == ED25519 => Self::Ed25519(key),
            _ => Self::Other,
        })
    }
}

/// The uses that an extended key usage names.
fn uses(mut usages: Der<'_>) -> Vec<Use> {
    std::iter::from_fn(|| usages.next()).filter_map(|(_, usage)| dcc_use(usage)).collect()
}

fn dcc_use(usage: &[u8]) -> Option<Use> {
    match DCC_USES.iter().find_map(|arc| usage.strip_prefix(*arc))? {
        [1] => Some(Use::Test),
        [2] => Some(Use::Vaccination),
        [3] => Some(Use::Recovery),
        _ => None,
    }
}

/// An ECDSA signature as ASN.1 has it, of r and s side by side in `size` bytes each half; `None` for another length.
pub(crate) fn ecdsa_signature(fixed: &[u8], size: usize) -> Option<Vec<u8>> {
    let (r, s) = fixed.split_at_checked(size)?;
    let integer = |number: &[u8]| -> Option<Vec<u8>> {
        let digits = &number[number.iter().position(|byte| *byte != 0).unwrap_or(number.len().saturating_sub(1))..];
        let sign: &[u8] = if digits.first().is_some_and(|byte| *byte >= 0x80) { &[0] } else { &[] };
        Some([&[0x02, u8::try_from(sign.len() + digits.len()).ok()?], sign, digits].concat())
    };
    let body = [integer(r)?, integer(s).filter(|_| s.len() == size)?].concat();
    let length = u8::try_from(body.len()).ok().filter(|length| *length < 0x80)?;
    Some([&[SEQUENCE, length], &body[..]].concat())
}

/// UTCTime, of which years from 50 are of the last century, or GeneralizedTime.
fn time((_, text): (u8, &[u8])) -> Option<DateTime<Utc>> {
    let text = std::str::from_utf8(text).ok()?;
    let full = match text.len() {
        13 if text.is_ascii() => format!("{}{text}", if text >= "50" { "19" } else { "20" }),
        _ => text.to_owned(),
    };
    NaiveDateTime::parse_from_str(&full, "%Y%m%d%H%M%SZ").ok().map(|time| time.and_utc())
}

/// What is left to read of a sequence.
#[derive(Clone, Copy)]
struct Der<'a>(&'a [u8]);

impl<'a> Der<'a> {
    /// The next element: its tag and its content.
    fn next(&mut self) -> Option<(u8, &'a [u8])> {
        let (&tag, rest) = self.0.split_first()?;
        let (&first, mut rest) = rest.split_first()?;
        let mut length = usize::from(first);
        if first >= 0x80 {
            let (bytes, after) =
                rest.split_at_checked(usize::from(first & 0x7f)).filter(|(bytes, _)| bytes.len() <= 4)?;
            length = bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
            rest = after;
        }
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((tag, content))
    }

    /// The content of the next element, which must have that tag.
    fn within(&mut self, tag: u8) -> Option<Self> {
        self.next().filter(|(found, _)| *found == tag).map(|(_, content)| Self(content))
    }

    fn skip_if(&mut self, tag: u8) {
        if self.0.first() == Some(&tag) {
            self.next();
        }
    }

    /// What one of the extensions of a certificate holds, of those that hold a sequence.
    fn extension(mut self, id: &[u8]) -> Option<Self> {
        while let Some(mut extension) = self.within(SEQUENCE) {
            if extension.next() == Some((OBJECT_ID, id)) {
                let value = std::iter::from_fn(|| extension.next()).find(|(tag, _)| *tag == OCTET_STRING);
                return value.and_then(|(_, value)| Der(value).within(SEQUENCE));
            }
        }
        None
    }

    /// The text of an attribute of a distinguished name.
    fn attribute(mut self, id: &[u8]) -> Option<&'a str> {
        while let Some((_, set)) = self.next() {
            let mut set = Der(set);
            while let Some(mut pair) = set.within(SEQUENCE) {
                if pair.next().is_some_and(|(_, found)| found == id) {
                    return pair.next().and_then(|(_, text)| std::str::from_utf8(text).ok());
                }
            }
        }
        None
    }
}
