use async_trait::async_trait;
use kycvs_store::{AnswerStore, AnswerWrite, MAX_BODY_BYTES, StoreError, are_too_large};
use tokio_postgres::types::Type;

use crate::PostgresStore;
use crate::record::Record;
use crate::sql::{Body, Id, Param, bigint};

#[async_trait]
impl AnswerStore for PostgresStore {
    async fn answer(&self, write: AnswerWrite) -> Result<(), StoreError> {
        if write.body.len() > MAX_BODY_BYTES || are_too_large(&write.entries, &write.postings) {
            return Err(StoreError::TooLarge);
        }
        let answer: [Param<'_>; 4] = [
            (&Id(write.request), Type::UUID),
            (&bigint(write.expected), Type::INT8),
            (&Body(&write.body), Type::BYTEA),
            (&write.purge_at.timestamp_micros(), Type::INT8),
        ];
        self.write(&Record::new(&write.entries, &write.postings)?, Some(&answer)).await
    }
}
