//! Who is trusted to sign certificates: one list for all formats, which a host loads as one signed file.

mod file;
pub mod import;

use chrono::{DateTime, Utc};
pub use file::{Draft, MAX_TRUST_LIST_BYTES, Source, TrustError};
use ring::signature::{self, UnparsedPublicKey, VerificationAlgorithm};
use serde::{Deserialize, Serialize};

use crate::{RecordError, Revocations, der};

/// The length of a point of P-384, uncompressed.
const P384_POINT: usize = 97;

/// The kinds of certificates that share a way of trusting keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Framework {
    /// CoWIN and the other countries of DIVOC.
    Divoc,
    /// EU DCC and WHO's trust network.
    Dcc,
    /// SMART Health Cards.
    Shc,
}

/// What a key signs with. It belongs to the key; a certificate's header must agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Algorithm {
    /// ECDSA with SHA-256, the signature as r and s side by side: on P-256 and, as some document signers have it, on P-384.
    #[serde(rename = "ES256")]
    Es256,
    /// RSASSA-PSS with SHA-256 and a salt of 32 bytes, keys of 2048 to 8192 bits.
    #[serde(rename = "PS256")]
    Ps256,
    /// Ed25519.
    #[serde(rename = "EdDSA")]
    EdDsa,
}

/// What a key may sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Use {
    /// Certificates of vaccination.
    Vaccination,
    /// Certificates of a test.
    Test,
    /// Certificates of recovery.
    Recovery,
}

/// A key of an issuer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustedKey {
    /// Which kind of certificates it is for.
    pub framework: Framework,
    /// Whose it is: a country's code, or the issuer's URL. Empty for a key of DIVOC that is bound by its contexts alone.
    pub issuer: String,
    /// The key's name: a key id in Base64, a thumbprint, or DIVOC's verification method.
    pub name: String,
    /// What it signs with.
    pub algorithm: Algorithm,
    /// The public key as ring takes it: a point, an RSAPublicKey in DER, or 32 bytes; in Base64.
    #[serde(with = "file::base64_bytes")]
    pub key: Vec<u8>,
    /// From when on it is good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<DateTime<Utc>>,
    /// Until when it is good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
    /// What it may sign; empty for everything of its framework.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uses: Vec<Use>,
    /// The JSON-LD contexts of a key of DIVOC; empty for any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contexts: Vec<String>,
    /// Whether its owner has ended it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub terminated: bool,
}

/// The keys that a host trusts.
#[derive(Clone, Debug, Default)]
pub struct TrustList {
    keys: Vec<TrustedKey>,
    revocations: Revocations,
    created: Option<DateTime<Utc>>,
    valid_until: Option<DateTime<Utc>>,
}

impl TrustList {
    /// A list that a host put together itself, without an age.
    pub fn of(keys: Vec<TrustedKey>) -> Self {
        Self { keys, revocations: Revocations::default(), created: None, valid_until: None }
    }

    /// The same list, with what the issuers have revoked. Revocation lists have no time of their own: replace them as a whole, as
    /// often as their issuers publish new ones.
    #[must_use]
    pub fn with_revocations(self, revocations: Revocations) -> Self {
        Self { revocations, ..self }
    }

    pub(crate) fn revocations(&self) -> &Revocations {
        &self.revocations
    }

    /// The keys.
    pub fn all(&self) -> &[TrustedKey] {
        &self.keys
    }

    /// When the list was made.
    pub fn created(&self) -> Option<DateTime<Utc>> {
        self.created
    }

    pub(crate) fn keys(&self, framework: Framework) -> impl Iterator<Item = &TrustedKey> {
        self.keys.iter().filter(move |key| key.framework == framework)
    }

    /// Whether the list is past its time.
    ///
    /// # Errors
    /// [`RecordError::TrustListTooOld`] once it is past twice the time that it was made for.
    pub(crate) fn is_stale(&self, now: DateTime<Utc>) -> Result<bool, RecordError> {
        let Some((created, until)) = self.created.zip(self.valid_until) else { return Ok(false) };
        if now > until.checked_add_signed(until - created).unwrap_or(until) {
            return Err(RecordError::TrustListTooOld);
        }
        Ok(now > until)
    }

    /// Finds the key among the candidates that signed.
    ///
    /// # Errors
    /// What is wrong with the best of them: none is known, none is for this algorithm, none signed this, or who signed has ended it.
    pub(crate) fn signer<'k>(
        candidates: &[&'k TrustedKey],
        algorithm: Algorithm,
        signed: &[u8],
        signature: &[u8],
    ) -> Result<&'k TrustedKey, RecordError> {
        if candidates.is_empty() {
            return Err(RecordError::UnknownIssuer);
        }
        let mut fitting = candidates.iter().copied().filter(|key| key.algorithm == algorithm).peekable();
        if fitting.peek().is_none() {
            return Err(RecordError::KeyNotForThis);
        }
        let signer = fitting.find(|key| key.verifies(signed, signature)).ok_or(RecordError::BadSignature)?;
        // Of two lists that have the key, one may know that it was ended.
        let is_ended = candidates.iter().any(|key| key.terminated && key.key == signer.key);
        if is_ended { Err(RecordError::KeyTerminated) } else { Ok(signer) }
    }
}

impl TrustedKey {
    /// Whether it may sign such a certificate, is good already, and was still good when this one was made. Of one that does not say when it
    /// was made, that is now.
    pub(crate) fn check(
        &self,
        for_use: Use,
        made_at: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<(), RecordError> {
        let made_at = made_at.unwrap_or(now);
        let in_time = self.from.is_none_or(|from| from <= now) && self.until.is_none_or(|until| made_at <= until);
        let in_use = self.uses.is_empty() || self.uses.contains(&for_use);
        if in_time && in_use { Ok(()) } else { Err(RecordError::KeyNotForThis) }
    }

    fn verifies(&self, signed: &[u8], signature: &[u8]) -> bool {
        let algorithm: &'static dyn VerificationAlgorithm = match self.algorithm {
            Algorithm::Es256 if self.key.len() == P384_POINT => {
                let Some(signature) = der::ecdsa_signature(signature, P384_POINT / 2) else { return false };
                return self.verifies_by(&signature::ECDSA_P384_SHA256_ASN1, signed, &signature);
            }
            Algorithm::Es256 => &signature::ECDSA_P256_SHA256_FIXED,
            Algorithm::Ps256 => &signature::RSA_PSS_2048_8192_SHA256,
            Algorithm::EdDsa => &signature::ED25519,
        };
        self.verifies_by(algorithm, signed, signature)
    }

    fn verifies_by(&self, algorithm: &'static dyn VerificationAlgorithm, signed: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(algorithm, &self.key).verify(signed, signature).is_ok()
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)] // as serde calls it
fn is_false(value: &bool) -> bool {
    !value
}
