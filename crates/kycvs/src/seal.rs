use std::sync::Arc;

use kycvs_consent::Random;
use kycvs_store::StoreError;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::hmac;
use zeroize::Zeroizing;

/// Seals what no store gets to see.
///
/// Each record has a key of its own, HMAC-SHA256 of its id under the seal's key, so that a random nonce of 96 bits is
/// drawn a handful of times under one key (NIST SP 800-38D allows 2^32), and a record that was moved to another id does
/// not open. It is `version 1 | nonce, 12 bytes | AES-256-GCM of the record, with its tag of 16 bytes`; the version is
/// authenticated with it.
#[derive(Clone)]
pub(crate) struct Seal {
    key: hmac::Key,
    random: Arc<dyn Random>,
}

const FORMAT: u8 = 1;
const NONCE_BYTES: usize = 12;

impl Seal {
    pub(crate) fn new(key: hmac::Key, random: Arc<dyn Random>) -> Self {
        Self { key, random }
    }

    /// Random bytes, from the source that nonces come from.
    pub(crate) fn draw(&self, bytes: &mut [u8]) -> Result<(), StoreError> {
        self.random.fill(bytes).map_err(StoreError::unavailable)
    }

    /// Seals a record, for whoever stores it.
    pub(crate) fn seal(&self, id: &[u8; 16], mut record: Zeroizing<Vec<u8>>) -> Result<Vec<u8>, StoreError> {
        let mut nonce = [0; NONCE_BYTES];
        self.draw(&mut nonce)?;
        let tag = self
            .key_of(id)
            .and_then(|key| {
                let nonce = Nonce::assume_unique_for_key(nonce);
                key.seal_in_place_separate_tag(nonce, Aad::from([FORMAT]), record.as_mut_slice()).ok()
            })
            .ok_or_else(|| StoreError::unavailable("the record could not be sealed"))?;
        Ok([&[FORMAT], nonce.as_slice(), record.as_slice(), tag.as_ref()].concat())
    }

    /// Opens what [`seal`](Self::seal) closed under the same id.
    pub(crate) fn open(&self, id: &[u8; 16], mut sealed: Vec<u8>) -> Option<Zeroizing<Vec<u8>>> {
        let (header, body) = sealed.split_at_mut_checked(1 + NONCE_BYTES)?;
        let (format, nonce) = header.split_first()?;
        if *format != FORMAT {
            return None;
        }
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let plain = self.key_of(id)?.open_in_place(nonce, Aad::from([FORMAT]), body).ok()?.len();
        let mut record = Zeroizing::new(sealed);
        record.drain(..1 + NONCE_BYTES);
        record.truncate(plain);
        Some(record)
    }

    fn key_of(&self, id: &[u8; 16]) -> Option<LessSafeKey> {
        let key = hmac::sign(&self.key, id);
        UnboundKey::new(&AES_256_GCM, key.as_ref()).ok().map(LessSafeKey::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::SystemRandomness;

    #[test]
    fn a_record_opens_under_its_own_id_and_no_other() {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &[7; 32]);
        let seal = Seal::new(key, Arc::new(SystemRandomness));
        let sealed = seal.seal(&[1; 16], Zeroizing::new(b"a record".to_vec())).unwrap();
        assert_eq!(seal.open(&[1; 16], sealed.clone()).unwrap().as_slice(), b"a record");
        assert!(seal.open(&[2; 16], sealed.clone()).is_none(), "each record has a key of its own");
        let other = Seal::new(hmac::Key::new(hmac::HMAC_SHA256, &[8; 32]), Arc::new(SystemRandomness));
        assert!(other.open(&[1; 16], sealed.clone()).is_none());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(seal.open(&[1; 16], changed).is_none(), "byte {at}");
            assert!(seal.open(&[1; 16], sealed[..at].to_vec()).is_none(), "{at} bytes");
        }
    }
}
