use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kycvs_store::{Decision, Key, LimitStore, LimitUse, StoreError, UseLog};

use crate::MemoryStore;
use crate::table::Map;

#[async_trait]
impl LimitStore for MemoryStore {
    async fn take(&self, now: DateTime<Utc>, uses: &[LimitUse<'_>]) -> Result<Decision, StoreError> {
        let mut limits = self.limits.write();
        let (decision, logs) = count(&limits, now, uses);
        if decision == Decision::Allowed {
            limits.extend(logs);
        }
        Ok(decision)
    }

    async fn check(&self, now: DateTime<Utc>, uses: &[LimitUse<'_>]) -> Result<Decision, StoreError> {
        Ok(count(&self.limits.read(), now, uses).0)
    }

    async fn clear(&self, keys: &[Key]) -> Result<(), StoreError> {
        let mut limits = self.limits.write();
        for key in keys {
            limits.remove(key);
        }
        Ok(())
    }

    async fn purge(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let mut limits = self.limits.write();
        let before = limits.len();
        limits.retain(|_, log| log.stale_at() > now.timestamp());
        Ok((before - limits.len()) as u64)
    }
}

/// Counts one use after the other in copies of the logs, so that a key that appears twice is counted twice; the copies
/// replace the logs only when all uses had room.
fn count(limits: &Map<UseLog>, now: DateTime<Utc>, uses: &[LimitUse<'_>]) -> (Decision, Map<UseLog>) {
    let mut logs = Map::default();
    for (which, asked) in uses.iter().enumerate() {
        let log = logs.entry(asked.key).or_insert_with(|| limits.get(&asked.key).cloned().unwrap_or_default());
        if let Some(retry_at) = log.retry_at(asked.limits, now) {
            return (Decision::Refused { which, retry_at }, logs);
        }
        log.record(asked.limits, now);
    }
    (Decision::Allowed, logs)
}
