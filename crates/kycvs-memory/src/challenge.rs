use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kycvs_store::{ChallengeStore, Key, MAX_BODY_BYTES, StoreError, Version, Versioned};

use crate::MemoryStore;

pub(crate) struct Challenge {
    pub(crate) stored: Versioned<Vec<u8>>,
    pub(crate) purge_at: DateTime<Utc>,
}

#[async_trait]
impl ChallengeStore for MemoryStore {
    async fn load(&self, id: &Key) -> Result<Option<Versioned<Vec<u8>>>, StoreError> {
        Ok(self.challenges.read().get(id).map(|challenge| challenge.stored.clone()))
    }

    async fn put(
        &self,
        id: &Key,
        expected: Option<Version>,
        body: Vec<u8>,
        purge_at: DateTime<Utc>,
    ) -> Result<Version, StoreError> {
        if body.len() > MAX_BODY_BYTES {
            return Err(StoreError::TooLarge);
        }
        let mut challenges = self.challenges.write();
        if challenges.get(id).map(|challenge| challenge.stored.version) != expected {
            return Err(StoreError::Conflict);
        }
        let version = Version::after(expected);
        challenges.insert(*id, Challenge { stored: Versioned { body, version }, purge_at });
        Ok(version)
    }

    async fn purge(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let mut challenges = self.challenges.write();
        let before = challenges.len();
        challenges.retain(|_, challenge| challenge.purge_at > now);
        Ok((before - challenges.len()) as u64)
    }
}
