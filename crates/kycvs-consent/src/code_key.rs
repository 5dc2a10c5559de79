use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::{CodeProof, Confirmation, Identifier, NoticeHash, RequestId};

/// The length that HMAC-SHA256 pads its key to.
const BLOCK: usize = 64;

/// The key under which codes are stored. Without it a stored code cannot be guessed at, though it has few digits.
#[derive(Clone)]
pub struct CodeKey(Zeroizing<[u8; BLOCK]>);

/// A code as it is stored: an HMAC-SHA256 over everything that the code was sent for.
///
/// It has no equality; only [`CodeKey::accepts`] compares it.
#[derive(Clone, Serialize, Deserialize)]
pub struct StoredCode([u8; 32]);

/// What a code is bound to: a code of one request says nothing to another, and agrees to no other notice.
#[derive(Clone, Copy, Debug)]
pub struct CodeBinding<'a> {
    /// The request.
    pub request: &'a RequestId,
    /// Who asks.
    pub entity: &'a Identifier,
    /// For what.
    pub purpose: &'a Identifier,
    /// A keyed hash of the mobile number.
    pub mobile: &'a [u8; 16],
    /// The notice that the person is shown.
    pub notice: &'a NoticeHash,
}

impl CodeKey {
    /// Takes 32 secret bytes.
    pub fn new(secret: &[u8; 32]) -> Self {
        let mut key = Zeroizing::new([0; BLOCK]);
        key.iter_mut().zip(secret).for_each(|(to, from)| *to = *from);
        Self(key)
    }

    /// The form in which the code of `proof` is stored.
    pub fn store(&self, binding: CodeBinding<'_>, proof: &CodeProof) -> StoredCode {
        StoredCode(self.code(binding, proof).finalize().into_bytes().into())
    }

    /// Whether `proof` is the proof of the stored code, in a time that does not depend on either.
    pub fn accepts(&self, binding: CodeBinding<'_>, proof: &CodeProof, stored: &StoredCode) -> bool {
        self.code(binding, proof).verify_slice(&stored.0).is_ok()
    }

    /// The form in which a code is stored together with the nonce that it was entered with.
    pub(crate) fn store_entry(&self, binding: CodeBinding<'_>, entered: &Confirmation) -> StoredCode {
        StoredCode(self.entry(binding, entered).finalize().into_bytes().into())
    }

    /// Whether this code was entered with this nonce, in a time that does not depend on either.
    pub(crate) fn accepts_entry(&self, binding: CodeBinding<'_>, entered: &Confirmation, stored: &StoredCode) -> bool {
        self.entry(binding, entered).verify_slice(&stored.0).is_ok()
    }

    fn code(&self, binding: CodeBinding<'_>, proof: &CodeProof) -> Hmac<Sha256> {
        self.mac(b"kycvs code v1", binding, proof)
    }

    fn entry(&self, binding: CodeBinding<'_>, entered: &Confirmation) -> Hmac<Sha256> {
        let mut mac = self.mac(b"kycvs entry v1", binding, &entered.code);
        mac.update(entered.attempt.secret_bytes());
        mac
    }

    /// No label is the beginning of another, and the variable parts carry their length in front, so that no two bindings
    /// have the same bytes.
    fn mac(&self, label: &[u8], binding: CodeBinding<'_>, proof: &CodeProof) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new(&(*self.0).into());
        mac.update(label);
        mac.update(binding.request.as_bytes());
        for part in [binding.entity, binding.purpose] {
            mac.update(&[u8::try_from(part.as_str().len()).unwrap_or(u8::MAX)]);
            mac.update(part.as_str().as_bytes());
        }
        mac.update(binding.mobile);
        mac.update(binding.notice.as_bytes());
        mac.update(proof.as_bytes());
        mac
    }
}

impl fmt::Debug for CodeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeKey(redacted)")
    }
}

impl fmt::Debug for StoredCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoredCode(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_good_for_what_it_was_sent_for_and_for_nothing_else() {
        let key = CodeKey::new(&[1; 32]);
        let proof = CodeProof::from_typed("482913").unwrap();
        let (request, other_request) = (RequestId::from_random([1; 16]), RequestId::from_random([2; 16]));
        let (rail, air) = (Identifier::parse("rail").unwrap(), Identifier::parse("air").unwrap());
        let (notice, other_notice) = (NoticeHash::of("a"), NoticeHash::of("b"));
        let binding =
            CodeBinding { request: &request, entity: &rail, purpose: &air, mobile: &[3; 16], notice: &notice };
        let stored = key.store(binding, &proof);

        assert!(key.accepts(binding, &proof, &stored));
        for other in [
            CodeBinding { request: &other_request, ..binding },
            CodeBinding { entity: &air, ..binding },
            CodeBinding { purpose: &rail, ..binding },
            CodeBinding { mobile: &[4; 16], ..binding },
            CodeBinding { notice: &other_notice, ..binding },
        ] {
            assert!(!key.accepts(other, &proof, &stored), "{other:?}");
        }
        assert!(!key.accepts(binding, &CodeProof::from_typed("482914").unwrap(), &stored));
        assert!(!CodeKey::new(&[2; 32]).accepts(binding, &proof, &stored));
        assert_eq!(format!("{key:?} {stored:?}"), "CodeKey(redacted) StoredCode(redacted)");
    }
}
