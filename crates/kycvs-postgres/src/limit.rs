use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kycvs_store::{Decision, Key, LimitStore, LimitUse, StoreError};
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use crate::PostgresStore;
use crate::sql::{Id, Param};

const CHECK: &str = "SELECT which, retry_at FROM kycvs.without_room($1, $2, $3, $4, $5)";
const TAKE: &str = "SELECT which, retry_at FROM kycvs.take($1, $2, $3, $4, $5)";
const CLEAR: &str = "DELETE FROM kycvs.use_log WHERE key = ANY ($1)";
const PURGE: &str = "WITH purged AS (
    DELETE FROM kycvs.use_log WHERE key IN (
        SELECT key FROM kycvs.use_log
        WHERE stale_at <= $1::bigint AND key = ANY (ARRAY(
            SELECT key FROM kycvs.use_log
            WHERE stale_hour <= $1::bigint / 3600 AND stale_at <= $1 ORDER BY stale_hour LIMIT 5000))
        ORDER BY key FOR UPDATE) RETURNING 1)
    SELECT count(*) FROM purged";

#[async_trait]
impl LimitStore for PostgresStore {
    async fn take(&self, now: DateTime<Utc>, uses: &[LimitUse<'_>]) -> Result<Decision, StoreError> {
        decision(self.primary.call(1, TAKE, &Asked::new(now, uses).params()).await?)
    }

    async fn check(&self, now: DateTime<Utc>, uses: &[LimitUse<'_>]) -> Result<Decision, StoreError> {
        decision(self.primary.read(CHECK, &Asked::new(now, uses).params()).await?)
    }

    async fn clear(&self, keys: &[Key]) -> Result<(), StoreError> {
        let keys: Vec<_> = keys.iter().copied().map(Id).collect();
        self.primary.call(1, CLEAR, &[(&keys, Type::UUID_ARRAY)]).await?;
        Ok(())
    }

    async fn purge(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        self.purge_in_parts(PURGE, now.timestamp()).await
    }
}

/// The uses of a call as columns: the keys, and for each limit the place of its use from 1 on.
struct Asked {
    now: i64,
    keys: Vec<Id>,
    limit_of: Vec<i64>,
    maxima: Vec<i64>,
    windows: Vec<i64>,
}

impl Asked {
    fn new(now: DateTime<Utc>, uses: &[LimitUse<'_>]) -> Self {
        let keys = uses.iter().map(|asked| Id(asked.key)).collect();
        let limits = (1..).zip(uses).flat_map(|(place, asked)| asked.limits.iter().map(move |limit| (place, limit)));
        let mut columns = Self { now: now.timestamp(), keys, limit_of: vec![], maxima: vec![], windows: vec![] };
        for (place, limit) in limits {
            columns.limit_of.push(place);
            columns.maxima.push(limit.max.get().into());
            columns.windows.push(limit.per_seconds.get().into());
        }
        columns
    }

    fn params(&self) -> [Param<'_>; 5] {
        [
            (&self.now, Type::INT8),
            (&self.keys, Type::UUID_ARRAY),
            (&self.limit_of, Type::INT8_ARRAY),
            (&self.maxima, Type::INT8_ARRAY),
            (&self.windows, Type::INT8_ARRAY),
        ]
    }
}

fn decision(rows: Vec<Row>) -> Result<Decision, StoreError> {
    const DAMAGED: StoreError = StoreError::Damaged { what: "limit" };
    let Some(row) = rows.first() else { return Ok(Decision::Allowed) };
    let place: i64 = row.try_get(0).map_err(|_| DAMAGED)?;
    let second: i64 = row.try_get(1).map_err(|_| DAMAGED)?;
    Ok(Decision::Refused {
        which: usize::try_from(place - 1).map_err(|_| DAMAGED)?,
        retry_at: DateTime::from_timestamp(second, 0).ok_or(DAMAGED)?,
    })
}
