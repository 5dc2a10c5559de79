use async_trait::async_trait;
use kycvs_store::{AnswerStore, AnswerWrite, MAX_BODY_BYTES, StoreError};
use tokio_postgres::types::Type;

use crate::PostgresStore;
use crate::sql::{Body, Id, Param, bigint};

/// The request is locked at its version, then the consent begins, then the request is replaced: each step only by what the
/// one before it found.
const ANSWER: &str = "WITH request AS (
        SELECT id FROM kycvs.challenge WHERE id = $1::uuid AND version = $2::bigint FOR UPDATE
    ), given AS (
        INSERT INTO kycvs.consent (id, seq, entry) SELECT $5::uuid, 0, $6::bytea FROM request ON CONFLICT DO NOTHING RETURNING 1
    )
    UPDATE kycvs.challenge SET version = version + 1, body = $3, purge_at = $4
    FROM given WHERE id = $1 AND version = $2 RETURNING 1";

#[async_trait]
impl AnswerStore for PostgresStore {
    async fn answer(&self, write: AnswerWrite) -> Result<(), StoreError> {
        if write.body.len().max(write.entry.len()) > MAX_BODY_BYTES {
            return Err(StoreError::TooLarge);
        }
        let params: [Param<'_>; 6] = [
            (&Id(write.request), Type::UUID),
            (&bigint(write.expected), Type::INT8),
            (&Body(&write.body), Type::BYTEA),
            (&write.purge_at.timestamp_micros(), Type::INT8),
            (&Id(write.consent), Type::UUID),
            (&Body(&write.entry), Type::BYTEA),
        ];
        let rows = self.primary.call(1, ANSWER, &params).await?;
        if rows.is_empty() { Err(StoreError::Conflict) } else { Ok(()) }
    }
}
