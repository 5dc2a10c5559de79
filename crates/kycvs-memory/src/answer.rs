use async_trait::async_trait;
use kycvs_store::{AnswerStore, AnswerWrite, MAX_BODY_BYTES, StoreError, Version, Versioned, are_too_large};

use crate::MemoryStore;
use crate::challenge::Challenge;

#[async_trait]
impl AnswerStore for MemoryStore {
    /// Who holds two locks takes them in this order, as `forget_all` does, so that nobody waits for another who waits.
    async fn answer(&self, write: AnswerWrite) -> Result<(), StoreError> {
        let AnswerWrite { request, expected, body, purge_at, entries, postings } = write;
        if body.len() > MAX_BODY_BYTES || are_too_large(&entries, &postings) {
            return Err(StoreError::TooLarge);
        }
        let (mut challenges, mut ledger) = (self.challenges.write(), self.ledger.write());
        if challenges.get(&request).map(|challenge| challenge.stored.version) != Some(expected) {
            return Err(StoreError::Conflict);
        }
        ledger.check(&entries, &postings)?;
        ledger.record(entries, postings);
        let stored = Versioned { body, version: Version::next(expected) };
        challenges.insert(request, Challenge { stored, purge_at });
        Ok(())
    }
}
