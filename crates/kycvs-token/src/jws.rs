//! The compact form of a JWS (RFC 7515 section 7.1), as strictly as it can be read.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;

use crate::json::{Integers, JsonFault, Object, Value};
use crate::key::SIGNATURE_BYTES;
use crate::{KeyRing, Part, PublicKey, Refusal};

/// The header parameters that bring a key. Following one would let a forger bring theirs.
const EMBEDDED_KEYS: [&str; 4] = ["jwk", "jku", "x5u", "x5c"];

/// How much of a part is looked at to tell whose it is, in characters: more than the largest card of others that is read.
const MAX_LOOKED_AT: usize = 128 * 1024;

/// What a JWS of ours is for. The `typ` keeps one kind from being taken for another (RFC 8725 section 3.11).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenType {
    Status,
    StatusList,
    Receipt,
    Group,
    Id,
}

impl TokenType {
    /// The `typ`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Status => "kycvs+jwt",
            Self::StatusList => "statuslist+jwt",
            Self::Receipt => "kycvs-receipt+jwt",
            Self::Group => "kycvs-group+jwt",
            Self::Id => "JWT",
        }
    }
}

/// Whether this begins as a JWS does and nothing says that it is another's: a payload that is deflated or encrypted, or one that is a
/// verifiable credential (`vc`) or no JSON under a header without the `typ` that each of ours has.
pub(crate) fn may_be_ours(text: &[u8]) -> bool {
    let decoded = |part: &[u8]| BASE64URL.decode(part.get(..MAX_LOOKED_AT).unwrap_or(part)).unwrap_or_default();
    let mut parts = text.split(|byte| *byte == b'.').map(decoded);
    let (header, payload) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let is_another_s = Object::parse(&header, Integers::NONE).is_ok_and(|header| {
        let is_wrapped = header.get("zip").or_else(|| header.get("enc")).is_some();
        let payload = Object::parse(&payload, Integers::NONE);
        is_wrapped || payload.map_or(header.get("typ").is_none(), |payload| payload.get("vc").is_some())
    });
    text.starts_with(b"eyJ") && !is_another_s
}

/// The issuer that a JWS names.
pub(crate) fn issuer_unverified(token: &[u8]) -> Option<String> {
    let payload = decode(token.split(|byte| *byte == b'.').nth(1)?, Part::Payload).ok()?;
    Some(text(&Object::parse(&payload, Integers::NONE).ok()?, "iss").ok()?.to_owned())
}

/// The parts of a token, still encoded.
pub(crate) struct Compact<'a> {
    header: &'a [u8],
    payload: &'a [u8],
    signature: &'a [u8],
    /// What is signed: header, dot, payload.
    signed: &'a [u8],
}

impl<'a> Compact<'a> {
    pub(crate) fn split(token: &'a [u8]) -> Result<Self, Refusal> {
        let is_dot = |byte: &u8| *byte == b'.';
        let first = token.iter().position(is_dot).ok_or(Refusal::NotThreeParts)?;
        let last = token.iter().rposition(is_dot).ok_or(Refusal::NotThreeParts)?;
        let (signed, signature) = (token.get(..last), token.get(last + 1..));
        let (header, payload) = (token.get(..first), token.get(first + 1..last));
        match (header, payload, signature, signed) {
            (Some(header), Some(payload), Some(signature), Some(signed)) if !payload.contains(&b'.') => {
                Ok(Self { header, payload, signature, signed })
            }
            _ => Err(Refusal::NotThreeParts),
        }
    }

    /// Returns the payload, still not read, if a key of the ring signed it for that use.
    pub(crate) fn authenticate(&self, keys: &KeyRing, kind: TokenType) -> Result<Vec<u8>, Refusal> {
        let key = self.key(keys, kind)?;
        let payload = decode(self.payload, Part::Payload)?;
        let signature: [u8; SIGNATURE_BYTES] =
            decode(self.signature, Part::Signature)?.try_into().map_err(|_| Refusal::BadSignature)?;
        if key.verifies(self.signed, &signature) { Ok(payload) } else { Err(Refusal::BadSignature) }
    }

    /// Finds the key that the header names. The header that an issuer of ours writes for a status token is known letter
    /// for letter; any other takes the longer way.
    fn key<'k>(&self, keys: &'k KeyRing, kind: TokenType) -> Result<&'k PublicKey, Refusal> {
        let is_known = |key: &&PublicKey| key.status_header().as_bytes() == self.header;
        match keys.iter().find(|key| kind == TokenType::Status && is_known(key)) {
            Some(key) => Ok(key),
            None => key_of_header(&decode(self.header, Part::Header)?, keys, kind),
        }
    }
}

fn key_of_header<'k>(json: &[u8], keys: &'k KeyRing, kind: TokenType) -> Result<&'k PublicKey, Refusal> {
    let header = Object::parse(json, Integers::NONE).map_err(|fault| match fault {
        JsonFault::Duplicate(_) => Refusal::DuplicateHeader,
        _ => Refusal::HeaderNotJson,
    })?;
    if header.get("crit").is_some() {
        return Err(Refusal::Critical);
    }
    if let Some(header) = EMBEDDED_KEYS.into_iter().find(|name| header.get(name).is_some()) {
        return Err(Refusal::EmbeddedKey { header });
    }
    if text(&header, "typ")? != kind.name() {
        return Err(Refusal::WrongType);
    }
    let algorithm = text(&header, "alg")?;
    if algorithm.eq_ignore_ascii_case("none") {
        return Err(Refusal::AlgorithmNone);
    }
    let key = keys.find(text(&header, "kid")?).ok_or(Refusal::UnknownKey)?;
    if key.algorithm().name() == algorithm { Ok(key) } else { Err(Refusal::AlgorithmMismatch) }
}

fn text<'o>(header: &'o Object<'_>, name: &'static str) -> Result<&'o str, Refusal> {
    match header.get(name) {
        Some(Value::Text(text)) => Ok(text),
        _ => Err(Refusal::MissingHeader { header: name }),
    }
}

/// Decodes base64url without padding; RFC 7515 section 2 has no other, and trailing bits are refused, so that each token
/// has one spelling.
fn decode(part: &[u8], name: Part) -> Result<Vec<u8>, Refusal> {
    BASE64URL.decode(part).map_err(|_| Refusal::NonCanonicalBase64 { part: name })
}
