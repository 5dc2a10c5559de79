use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kycvs_store::{ChallengeStore, Key, MAX_BODY_BYTES, StoreError, Version, Versioned};
use tokio_postgres::types::Type;

use crate::PostgresStore;
use crate::sql::{Body, Id, Param, bigint, version};

const LOAD: &str = "SELECT version, body FROM kycvs.challenge WHERE id = $1";

const PUT_FIRST: &str = "INSERT INTO kycvs.challenge (id, version, body, purge_at)
    VALUES ($1, 1, $2, $3) ON CONFLICT DO NOTHING RETURNING 1";

const PUT_NEXT: &str = "UPDATE kycvs.challenge SET version = version + 1, body = $2, purge_at = $3
    WHERE id = $1 AND version = $4 RETURNING 1";

/// A part of what is due. Rows are locked in the order of keys, as everywhere, and looked at again when they are locked: by their
/// keys, since the index of what is due would find the whole of it for each part.
const PURGE: &str = "WITH purged AS (
    DELETE FROM kycvs.challenge WHERE id IN (
        SELECT id FROM kycvs.challenge
        WHERE purge_at + 0 <= $1::bigint AND id = ANY (ARRAY(
            SELECT id FROM kycvs.challenge WHERE purge_at <= $1 ORDER BY purge_at LIMIT 5000))
        ORDER BY id FOR UPDATE) RETURNING 1)
    SELECT count(*) FROM purged";

#[async_trait]
impl ChallengeStore for PostgresStore {
    async fn load(&self, id: &Key) -> Result<Option<Versioned<Vec<u8>>>, StoreError> {
        const DAMAGED: StoreError = StoreError::Damaged { what: "challenge" };
        let rows = self.primary.read(LOAD, &[(&Id(*id), Type::UUID)]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let version = row.try_get(0).ok().and_then(version).ok_or(DAMAGED)?;
        Ok(Some(Versioned { body: row.try_get(1).map_err(|_| DAMAGED)?, version }))
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
        let (id, purge_at, read) = (Id(*id), purge_at.timestamp_micros(), expected.map(bigint).unwrap_or_default());
        let params: [Param<'_>; 4] =
            [(&id, Type::UUID), (&Body(&body), Type::BYTEA), (&purge_at, Type::INT8), (&read, Type::INT8)];
        let rows = match expected {
            None => self.primary.call(1, PUT_FIRST, &params[..3]).await?,
            Some(_) => self.primary.call(1, PUT_NEXT, &params).await?,
        };
        if rows.is_empty() { Err(StoreError::Conflict) } else { Ok(Version::after(expected)) }
    }

    async fn purge(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        self.purge_in_parts(PURGE, now.timestamp_micros()).await
    }
}

impl PostgresStore {
    /// Sends a purge until it finds nothing more, so that other calls get their turn in between.
    pub(crate) async fn purge_in_parts(&self, sql: &str, now: i64) -> Result<u64, StoreError> {
        let mut purged = 0;
        loop {
            let rows = self.primary.call(1, sql, &[(&now, Type::INT8)]).await?;
            let part: i64 = rows.first().and_then(|row| row.try_get(0).ok()).unwrap_or_default();
            if part == 0 {
                return Ok(purged);
            }
            purged += part.unsigned_abs();
        }
    }
}
