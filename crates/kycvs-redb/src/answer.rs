use async_trait::async_trait;
use kycvs_store::{AnswerStore, AnswerWrite, MAX_BODY_BYTES, StoreError};

use crate::RedbStore;
use crate::tables::Tables;
use crate::{challenge, consent};

#[async_trait]
impl AnswerStore for RedbStore {
    async fn answer(&self, write: AnswerWrite) -> Result<(), StoreError> {
        if write.body.len().max(write.entry.len()) > MAX_BODY_BYTES {
            return Err(StoreError::TooLarge);
        }
        self.writer.run(move |tables| answer(tables, &write)).await
    }
}

/// Both are checked before either is written: `put` checks first, and then nothing but the database can fail.
fn answer(tables: &mut Tables<'_>, write: &AnswerWrite) -> Result<(), StoreError> {
    consent::check_next(tables, &write.consent, 0)?;
    challenge::put(tables, &write.request, Some(write.expected), &write.body, write.purge_at.timestamp_micros())?;
    consent::insert(tables, &write.consent, 0, &write.entry)
}
