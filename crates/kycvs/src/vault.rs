use std::sync::Arc;

use chrono::{DateTime, Utc};
use kycvs_consent::{Challenge, Random, RequestId};
use kycvs_store::{ChallengeStore, Key, StoreError, Version, Versioned};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::hmac;
use zeroize::Zeroizing;

/// Keeps requests sealed: a request that is pending holds a mobile number and a name, and no store gets to see them.
///
/// Each request has a key of its own, HMAC-SHA256 of its id under the vault's key, so that a random nonce of 96 bits is
/// drawn a handful of times under one key (NIST SP 800-38D allows 2^32). A record is
/// `version 1 | nonce, 12 bytes | AES-256-GCM of the request as JSON, with its tag of 16 bytes`; the version is
/// authenticated with it.
pub(crate) struct Vault {
    key: hmac::Key,
    store: Arc<dyn ChallengeStore>,
    random: Arc<dyn Random>,
}

const FORMAT: u8 = 1;
const NONCE_BYTES: usize = 12;

impl Vault {
    pub(crate) fn new(key: hmac::Key, store: Arc<dyn ChallengeStore>, random: Arc<dyn Random>) -> Self {
        Self { key, store, random }
    }

    /// Reads a request.
    pub(crate) async fn load(&self, id: &RequestId) -> Result<Option<Versioned<Challenge>>, StoreError> {
        let Some(stored) = self.store.load(&Key::from(*id.as_bytes())).await? else { return Ok(None) };
        let body = self.open(id, stored.body).ok_or(StoreError::Damaged { what: "request" })?;
        Ok(Some(Versioned { body, version: stored.version }))
    }

    /// Writes a request, provided it is still at the version that was read.
    pub(crate) async fn put(
        &self,
        expected: Option<Version>,
        challenge: &Challenge,
        purge_at: DateTime<Utc>,
    ) -> Result<Version, StoreError> {
        let body = self.seal(challenge)?;
        self.store.put(&Key::from(*challenge.request().id.as_bytes()), expected, body, purge_at).await
    }

    /// Forgets the requests whose time to be kept has passed.
    pub(crate) async fn purge(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        self.store.purge(now).await
    }

    /// Seals a request, for whoever stores it.
    pub(crate) fn seal(&self, challenge: &Challenge) -> Result<Vec<u8>, StoreError> {
        let id = &challenge.request().id;
        let mut plain = Zeroizing::new(serde_json::to_vec(challenge).map_err(StoreError::unavailable)?);
        let mut nonce = [0; NONCE_BYTES];
        self.random.fill(&mut nonce).map_err(StoreError::unavailable)?;
        let tag = self
            .key_of(id)
            .and_then(|key| {
                let nonce = Nonce::assume_unique_for_key(nonce);
                key.seal_in_place_separate_tag(nonce, Aad::from([FORMAT]), plain.as_mut_slice()).ok()
            })
            .ok_or_else(|| StoreError::unavailable("the request could not be sealed"))?;
        Ok([&[FORMAT], nonce.as_slice(), plain.as_slice(), tag.as_ref()].concat())
    }

    fn open(&self, id: &RequestId, body: Vec<u8>) -> Option<Challenge> {
        let mut body = Zeroizing::new(body);
        let (header, sealed) = body.split_at_mut_checked(1 + NONCE_BYTES)?;
        let (format, nonce) = header.split_first()?;
        if *format != FORMAT {
            return None;
        }
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let plain = self.key_of(id)?.open_in_place(nonce, Aad::from([FORMAT]), sealed).ok()?;
        let challenge: Challenge = serde_json::from_slice(plain).ok()?;
        (challenge.request().id == *id).then_some(challenge)
    }

    fn key_of(&self, id: &RequestId) -> Option<LessSafeKey> {
        let key = hmac::sign(&self.key, id.as_bytes());
        UnboundKey::new(&AES_256_GCM, key.as_ref()).ok().map(LessSafeKey::new)
    }
}
