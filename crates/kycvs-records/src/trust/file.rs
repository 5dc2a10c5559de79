use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, Utc};
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde::{Deserialize, Serialize};

use super::{TrustList, TrustedKey};
use crate::Revocations;

/// The format of a trust list's file.
const FORMAT: &str = "kycvs-trust/1";
/// The longest trust list, in bytes: 64 MiB, which are some 100,000 keys.
pub const MAX_TRUST_LIST_BYTES: usize = 64 * 1024 * 1024;

/// Where keys of a list come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// What it is called: a file's name or a URL.
    pub name: String,
    /// The SHA-256 of what was read, 64 hexadecimal digits.
    pub sha256: String,
}

/// A list before it is signed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// The keys.
    pub keys: Vec<TrustedKey>,
    /// What they were read from.
    pub sources: Vec<Source>,
}

/// Why a file is no trust list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrustError {
    /// The file is longer than [`MAX_TRUST_LIST_BYTES`].
    #[error("the trust list is longer than 64 MiB")]
    TooLarge,
    /// A line is not what this format has there.
    #[error("line {0} of the trust list is malformed")]
    Malformed(usize),
    /// The signature is not the operator's.
    #[error("the trust list is not signed by the operator's key")]
    Signature,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    format: String,
    created: DateTime<Utc>,
    valid_until: DateTime<Utc>,
    sources: Vec<Source>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Seal {
    #[serde(with = "base64_bytes")]
    signature: Vec<u8>,
}

impl Draft {
    /// The text that is signed: a line for the list, then one for each key.
    ///
    /// # Errors
    /// [`TrustError::Malformed`] when a time lies beyond what JSON can say (the years 0 to 9999).
    pub fn to_text(&self, created: DateTime<Utc>, valid_until: DateTime<Utc>) -> Result<String, TrustError> {
        let head = Head { format: FORMAT.to_owned(), created, valid_until, sources: self.sources.clone() };
        let mut text = line(&head, 1)?;
        for (key, at) in self.keys.iter().zip(2..) {
            text.push_str(&line(key, at)?);
        }
        Ok(text)
    }

    /// The file: the text and the operator's ES256 signature over it, 64 bytes.
    ///
    /// # Errors
    /// None in practice; [`TrustError::Malformed`] as the type says.
    pub fn seal(text: &str, signature: &[u8]) -> Result<Vec<u8>, TrustError> {
        let seal = line(&Seal { signature: signature.to_vec() }, 0)?;
        Ok([text.as_bytes(), seal.as_bytes()].concat())
    }
}

impl TrustList {
    /// Reads a file that the operator signed. `operator` is the P-256 public key, an uncompressed point of 65 bytes.
    ///
    /// # Errors
    /// [`TrustError`]; nothing of a file is taken whose signature does not hold. The list's age is judged at each use.
    pub fn open(file: &[u8], operator: &[u8]) -> Result<Self, TrustError> {
        if file.len() > MAX_TRUST_LIST_BYTES {
            return Err(TrustError::TooLarge);
        }
        let body = file.strip_suffix(b"\n").ok_or(TrustError::Signature)?;
        let start = body.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let (signed, seal) = body.split_at(start);
        let Seal { signature } = serde_json::from_slice(seal).map_err(|_| TrustError::Signature)?;
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, operator)
            .verify(signed, &signature)
            .map_err(|_| TrustError::Signature)?;
        let mut lines = signed.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let head: Head = lines
            .next()
            .and_then(|line| serde_json::from_slice(line).ok())
            .filter(|head: &Head| head.format == FORMAT && head.created <= head.valid_until)
            .ok_or(TrustError::Malformed(1))?;
        let keys = lines
            .zip(2..)
            .map(|(line, at)| serde_json::from_slice(line).map_err(|_| TrustError::Malformed(at)))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            keys,
            revocations: Revocations::default(),
            created: Some(head.created),
            valid_until: Some(head.valid_until),
        })
    }
}

fn line(value: &impl Serialize, at: usize) -> Result<String, TrustError> {
    serde_json::to_string(value).map(|line| line + "\n").map_err(|_| TrustError::Malformed(at))
}

/// Bytes as Base64 in JSON.
pub(super) mod base64_bytes {
    use super::{BASE64_STANDARD, Engine};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(in crate::trust) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64_STANDARD.encode(bytes))
    }

    pub(in crate::trust) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        BASE64_STANDARD.decode(text).map_err(D::Error::custom)
    }
}
