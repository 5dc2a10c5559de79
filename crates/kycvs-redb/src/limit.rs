use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kycvs_store::{Decision, Key, Limit, LimitStore, LimitUse, StoreError, UseLog};
use redb::ReadableTable;

use crate::RedbStore;
use crate::error::unavailable;
use crate::tables::{LIMITS, Tables};

#[async_trait]
impl LimitStore for RedbStore {
    /// A refusal is answered from a read, so that a flood of refused calls does not keep the disk busy.
    async fn take(&self, now: DateTime<Utc>, uses: &[LimitUse<'_>]) -> Result<Decision, StoreError> {
        let decision = self.check(now, uses).await?;
        if uses.is_empty() || decision != Decision::Allowed {
            return Ok(decision);
        }
        let uses: Vec<(Key, Vec<Limit>)> = uses.iter().map(|asked| (asked.key, asked.limits.to_vec())).collect();
        self.writer.run(move |tables| take(tables, now, &uses)).await
    }

    async fn check(&self, now: DateTime<Utc>, uses: &[LimitUse<'_>]) -> Result<Decision, StoreError> {
        Ok(count(&self.read(LIMITS)?, now, uses)?.0)
    }

    async fn clear(&self, keys: &[Key]) -> Result<(), StoreError> {
        let keys = keys.to_vec();
        self.writer.run(move |tables| keys.iter().try_for_each(|key| clear(tables, key))).await
    }

    async fn purge(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        self.forget_due(now.timestamp(), |tables| (&mut tables.limits_due, &mut tables.limits)).await
    }
}

/// A log with the uses of a call counted, and when it was stale before; `None` when there was none.
type Counted = (UseLog, Option<i64>);

/// Counts one use after the other in the logs that were read, so that a key that appears twice is counted twice. The
/// logs are to be written only when all uses had room.
fn count(
    limits: &impl ReadableTable<[u8; 16], &'static [u8]>,
    now: DateTime<Utc>,
    uses: &[LimitUse<'_>],
) -> Result<(Decision, BTreeMap<Key, Counted>), StoreError> {
    let mut logs = BTreeMap::new();
    for (which, asked) in uses.iter().enumerate() {
        let (log, _) = match logs.entry(asked.key) {
            Entry::Occupied(log) => log.into_mut(),
            Entry::Vacant(place) => place.insert(read(limits, &asked.key)?),
        };
        if let Some(retry_at) = log.retry_at(asked.limits, now) {
            return Ok((Decision::Refused { which, retry_at }, logs));
        }
        log.record(asked.limits, now);
    }
    Ok((Decision::Allowed, logs))
}

fn read(limits: &impl ReadableTable<[u8; 16], &'static [u8]>, key: &Key) -> Result<Counted, StoreError> {
    let Some(row) = limits.get(key.as_bytes()).map_err(unavailable)? else { return Ok(Counted::default()) };
    let log = UseLog::from_bytes(row.value()).map_err(|_| StoreError::Damaged { what: "limit" })?;
    let stale_at = log.stale_at();
    Ok((log, Some(stale_at)))
}

fn take(tables: &mut Tables<'_>, now: DateTime<Utc>, uses: &[(Key, Vec<Limit>)]) -> Result<Decision, StoreError> {
    let uses: Vec<LimitUse<'_>> = uses.iter().map(|(key, limits)| LimitUse { key: *key, limits }).collect();
    let (decision, logs) = count(&tables.limits, now, &uses)?;
    if decision == Decision::Allowed {
        for (key, (log, stale_before)) in logs {
            tables.limits.insert(key.as_bytes(), &log.to_bytes()[..]).map_err(unavailable)?;
            tables.limits_due.set(key.as_bytes(), stale_before, Some(log.stale_at()))?;
        }
    }
    Ok(decision)
}

fn clear(tables: &mut Tables<'_>, key: &Key) -> Result<(), StoreError> {
    let (_, stale_at) = read(&tables.limits, key)?;
    tables.limits.remove(key.as_bytes()).map_err(unavailable)?;
    tables.limits_due.set(key.as_bytes(), stale_at, None)
}
