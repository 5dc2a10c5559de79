use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use kycvs_store::{Decision, Key, LimitStore, LimitUse, StoreError};
use tokio::time::Instant;

use crate::RedisStore;
use crate::error::Fault;
use crate::keys::{Kind, tag};
use crate::limit_group::{Answer, Group, Settle, Step, places};
use crate::server::Ask;
use crate::store::Inner;

#[async_trait]
impl LimitStore for RedisStore {
    /// Uses whose keys share a slot are counted by one script. Others take two steps, in a task of their own: a caller that
    /// gives up does not leave it half done.
    async fn take(&self, now: DateTime<Utc>, uses: &[LimitUse<'_>]) -> Result<Decision, StoreError> {
        let groups = self.inner.group(uses);
        if groups.len() <= 1 {
            return self.inner.take_together(now, groups).await;
        }
        let inner = self.inner.clone();
        let taking = tokio::spawn(async move { inner.take_apart(now, &groups).await });
        taking.await.map_err(StoreError::unavailable)?
    }

    async fn check(&self, now: DateTime<Utc>, uses: &[LimitUse<'_>]) -> Result<Decision, StoreError> {
        self.inner.check(now, &self.inner.group(uses)).await
    }

    /// By one script; on a Cluster by one for each key.
    async fn clear(&self, keys: &[Key]) -> Result<(), StoreError> {
        let together = if self.inner.is_cluster { 1 } else { keys.len().max(1) };
        for keys in keys.chunks(together) {
            let arguments = keys.iter().map(|key| key.as_bytes().to_vec()).collect();
            let script = &self.inner.scripts.clear;
            let run = Ask::Run { script, keys: places(&self.inner, keys), arguments, lasting: true };
            self.inner.server.ask(run, Kind::Limit.name()).await?;
        }
        Ok(())
    }

    async fn purge(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        self.inner.purge(Kind::Limit, now.timestamp()).await
    }
}

impl Inner {
    /// One group on a single server, one for each tag on a Cluster; in the order of the tags, so that of two calls which are
    /// in each other's way one gets on.
    fn group(&self, uses: &[LimitUse<'_>]) -> Vec<Group> {
        let mut groups = BTreeMap::<u16, Group>::new();
        for (place, asked) in uses.iter().enumerate() {
            let slot = if self.is_cluster { tag(&asked.key) } else { 0 };
            groups.entry(slot).or_default().uses.push((place, asked.key, asked.limits.to_vec()));
        }
        groups.into_values().collect()
    }

    async fn take_together(&self, now: DateTime<Utc>, groups: Vec<Group>) -> Result<Decision, StoreError> {
        let Some(group) = groups.first() else { return Ok(Decision::Allowed) };
        let mut waits = Waits::new(self);
        loop {
            match group.judge(self, now, Step::Take).await? {
                Answer::Allowed => return Ok(Decision::Allowed),
                Answer::Refused { which, second } => return Ok(refused(now, which, second)),
                Answer::Busy => waits.wait().await?,
            }
        }
    }

    /// Looks whether all have room, reserves in one slot after the other, and counts what is reserved. What is in the
    /// way while reserving is given back and looked at again: only what is counted refuses a call, never what another has
    /// reserved and may give back.
    async fn take_apart(&self, now: DateTime<Utc>, groups: &[Group]) -> Result<Decision, StoreError> {
        let mut waits = Waits::new(self);
        loop {
            let decision = self.check(now, groups).await?;
            if decision != Decision::Allowed {
                return Ok(decision);
            }
            let id = self.call_id();
            if self.reserve(now, groups, &id).await? {
                // It is decided. What is not settled now counts by itself when its time is up.
                self.settle(now, groups, &id, Settle::Count).await?;
                return Ok(Decision::Allowed);
            }
            waits.wait().await?;
        }
    }

    /// Tells the refusal that comes first in the call.
    async fn check(&self, now: DateTime<Utc>, groups: &[Group]) -> Result<Decision, StoreError> {
        let mut first: Option<(usize, i64)> = None;
        for group in groups {
            if let Answer::Refused { which, second } = group.judge(self, now, Step::Check).await? {
                first = first.filter(|(other, _)| *other < which).or(Some((which, second)));
            }
        }
        Ok(first.map_or(Decision::Allowed, |(which, second)| refused(now, which, second)))
    }

    /// Reserves in every slot, or in none.
    async fn reserve(&self, now: DateTime<Utc>, groups: &[Group], id: &[u8]) -> Result<bool, StoreError> {
        for (reserved, group) in groups.iter().enumerate() {
            let answer = group.judge(self, now, Step::Reserve(id)).await;
            if matches!(answer, Ok(Answer::Allowed)) {
                continue;
            }
            // After an error nobody knows whether this group was reserved.
            let to_return = if answer.is_err() { reserved + 1 } else { reserved };
            let returned = self.settle(now, &groups[..to_return], id, Settle::Return).await;
            return answer.and(returned).map(|()| false);
        }
        Ok(true)
    }

    /// Goes to every slot, whatever happens in one, and tells the first error.
    async fn settle(&self, now: DateTime<Utc>, groups: &[Group], id: &[u8], how: Settle) -> Result<(), StoreError> {
        let mut settled = Ok(());
        for group in groups {
            let answer = group.settle(self, now, id, how).await;
            settled = settled.and(answer);
        }
        settled
    }
}

/// Waits for others to settle what they have reserved, and not for ever.
struct Waits {
    until: Instant,
    next: Duration,
}

impl Waits {
    fn new(inner: &Inner) -> Self {
        Self { until: Instant::now() + inner.server.call_timeout, next: Duration::from_millis(1) }
    }

    async fn wait(&mut self) -> Result<(), StoreError> {
        if Instant::now() > self.until {
            return Err(Fault::Contended.into());
        }
        tokio::time::sleep(self.next).await;
        self.next = (self.next * 2).min(Duration::from_millis(20));
        Ok(())
    }
}

fn refused(now: DateTime<Utc>, which: usize, second: i64) -> Decision {
    // A time that no calendar has is as good as any: as long as the longest window.
    let latest = || now.checked_add_signed(TimeDelta::seconds(u32::MAX.into())).unwrap_or(now);
    Decision::Refused { which, retry_at: DateTime::from_timestamp(second, 0).unwrap_or_else(latest) }
}
