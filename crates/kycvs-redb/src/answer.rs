use async_trait::async_trait;
use kycvs_store::{AnswerStore, AnswerWrite, MAX_BODY_BYTES, StoreError, are_too_large};

use crate::RedbStore;
use crate::tables::Tables;
use crate::{challenge, ledger};

#[async_trait]
impl AnswerStore for RedbStore {
    async fn answer(&self, write: AnswerWrite) -> Result<(), StoreError> {
        if write.body.len() > MAX_BODY_BYTES || are_too_large(&write.entries, &write.postings) {
            return Err(StoreError::TooLarge);
        }
        self.writer.run(move |tables| answer(tables, &write)).await
    }
}

/// Both are checked before either is written: `put` checks first, and then nothing but the database can fail.
fn answer(tables: &mut Tables<'_>, write: &AnswerWrite) -> Result<(), StoreError> {
    ledger::check(tables, &write.entries, &write.postings)?;
    challenge::put(tables, &write.request, Some(write.expected), &write.body, write.purge_at.timestamp_micros())?;
    ledger::insert(tables, &write.entries, &write.postings)
}
