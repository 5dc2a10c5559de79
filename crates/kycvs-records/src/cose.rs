use base64::{Engine, prelude::BASE64_STANDARD};

use crate::RecordError;
use crate::cbor::Cbor;
use crate::trust::Algorithm;

const SIGN1: u64 = 18;
const CWT: u64 = 61;
/// The labels of headers that are understood here. What is critical and is not among them is refused (RFC 9052, section 3.1).
const ALGORITHM: i64 = 1;
const CRITICAL: i64 = 2;
const KEY: i64 = 4;
const INVALID: RecordError = RecordError::Shape("COSE");

/// A COSE_Sign1 message (RFC 9052), tagged or not, in a CWT tag or not.
pub(crate) struct Sign1 {
    pub(crate) algorithm: Algorithm,
    /// The key id in Base64, as trust lists have it.
    pub(crate) key: String,
    pub(crate) payload: Vec<u8>,
    pub(crate) signature: Vec<u8>,
    protected: Vec<u8>,
}

impl Sign1 {
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, RecordError> {
        let mut message = Cbor::parse(bytes)?;
        while let Cbor::Tagged(SIGN1 | CWT, inner) = message {
            message = *inner;
        }
        let Cbor::Array(parts) = message else { return Err(INVALID) };
        let [Cbor::Bytes(protected), unprotected @ Cbor::Map(_), Cbor::Bytes(payload), Cbor::Bytes(signature)] =
            &parts[..]
        else {
            return Err(INVALID);
        };
        // An empty header may be written as no bytes (RFC 9052, section 3).
        let header = if protected.is_empty() { Cbor::Map(Vec::new()) } else { Cbor::parse(protected)? };
        for critical in [header.at(CRITICAL), unprotected.at(CRITICAL)].into_iter().flatten() {
            let is_known = |label: &Cbor| matches!(label, Cbor::Integer(ALGORITHM | CRITICAL | KEY));
            if !matches!(critical, Cbor::Array(labels) if labels.iter().all(is_known)) {
                return Err(INVALID);
            }
        }
        // The protected header decides, where both name something.
        let member = |label| header.at(label).or_else(|| unprotected.at(label));
        let algorithm = match member(ALGORITHM) {
            Some(Cbor::Integer(-7)) => Algorithm::Es256,
            Some(Cbor::Integer(-8)) => Algorithm::EdDsa,
            Some(Cbor::Integer(-37)) => Algorithm::Ps256,
            _ => return Err(RecordError::KeyNotForThis),
        };
        let key = member(KEY).and_then(Cbor::bytes).ok_or(RecordError::UnknownIssuer)?;
        Ok(Self {
            algorithm,
            key: BASE64_STANDARD.encode(key),
            payload: payload.clone(),
            signature: signature.clone(),
            protected: protected.clone(),
        })
    }

    /// What is signed: `["Signature1", protected, h'', payload]`, the protected header as it was received.
    pub(crate) fn signed(&self) -> Vec<u8> {
        let mut bytes = vec![0x84, 0x6a];
        bytes.extend_from_slice(b"Signature1");
        for part in [&self.protected[..], &[], &self.payload] {
            bytes.extend(byte_string_head(part.len()));
            bytes.extend_from_slice(part);
        }
        bytes
    }
}

/// The head of a byte string (RFC 8949, major type 2) in its shortest form.
fn byte_string_head(length: usize) -> Vec<u8> {
    let bytes = length.to_be_bytes();
    match length {
        0..24 => vec![0x40 | bytes[bytes.len() - 1]],
        24..0x100 => [&[0x58], &bytes[bytes.len() - 1..]].concat(),
        0x100..0x1_0000 => [&[0x59], &bytes[bytes.len() - 2..]].concat(),
        _ => [&[0x5a], &bytes[bytes.len() - 4..]].concat(),
    }
}
