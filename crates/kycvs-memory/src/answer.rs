use async_trait::async_trait;
use kycvs_store::{AnswerStore, AnswerWrite, MAX_BODY_BYTES, StoreError, Version, Versioned};

use crate::MemoryStore;
use crate::challenge::Challenge;

#[async_trait]
impl AnswerStore for MemoryStore {
    /// Who holds two locks takes them in this order, as `forget_all` does, so that nobody waits for another who waits.
    async fn answer(&self, write: AnswerWrite) -> Result<(), StoreError> {
        let AnswerWrite { request, expected, body, purge_at, consent, entry } = write;
        if body.len().max(entry.len()) > MAX_BODY_BYTES {
            return Err(StoreError::TooLarge);
        }
        let (mut challenges, mut consents) = (self.challenges.write(), self.consents.write());
        let version = challenges.get(&request).map(|challenge| challenge.stored.version);
        if version != Some(expected) || consents.contains_key(&consent) {
            return Err(StoreError::Conflict);
        }
        let stored = Versioned { body, version: Version::next(expected) };
        challenges.insert(request, Challenge { stored, purge_at });
        consents.insert(consent, vec![entry]);
        Ok(())
    }
}
