//! A store that keeps what was kept before there were lines, postings and lists: the consent alone. So the same service, in the same
//! run, shows what these cost.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kycvs::store::{
    Advance, AnswerStore, AnswerWrite, BoardStore, ChallengeStore, ConsentLedger, Day, Decision, Entry, Key,
    LimitStore, LimitUse, Posting, StoreError, Topic, Version, Versioned,
};

/// A store that leaves out every entry but the first of a write, and all postings.
#[derive(Debug)]
pub struct Before<S>(pub Arc<S>);

#[async_trait]
impl<S: ConsentLedger> ConsentLedger for Before<S> {
    async fn record(&self, mut entries: Vec<Entry>, _: Vec<Posting>) -> Result<(), StoreError> {
        entries.truncate(1);
        self.0.record(entries, Vec::new()).await
    }

    async fn read(&self, id: &Key) -> Result<Vec<Vec<u8>>, StoreError> {
        self.0.read(id).await
    }

    async fn read_many(&self, ids: &[Key]) -> Result<Vec<Vec<Vec<u8>>>, StoreError> {
        self.0.read_many(ids).await
    }

    async fn forget(&self, ids: &[Key]) -> Result<(), StoreError> {
        self.0.forget(ids).await
    }

    async fn forget_before(&self, before: Day) -> Result<(), StoreError> {
        self.0.forget_before(before).await
    }

    async fn check_writable(&self) -> Result<(), StoreError> {
        self.0.check_writable().await
    }
}

#[async_trait]
impl<S: BoardStore> BoardStore for Before<S> {
    async fn pending(&self, topic: Topic, limit: u32) -> Result<Vec<Posting>, StoreError> {
        self.0.pending(topic, limit).await
    }

    async fn page(&self, id: &Key) -> Result<Option<Versioned<Vec<u8>>>, StoreError> {
        self.0.page(id).await
    }

    async fn advance(&self, advance: Advance) -> Result<(), StoreError> {
        self.0.advance(advance).await
    }
}

#[async_trait]
impl<S: ChallengeStore> ChallengeStore for Before<S> {
    async fn load(&self, id: &Key) -> Result<Option<Versioned<Vec<u8>>>, StoreError> {
        self.0.load(id).await
    }

    async fn put(
        &self,
        id: &Key,
        expected: Option<Version>,
        body: Vec<u8>,
        purge_at: DateTime<Utc>,
    ) -> Result<Version, StoreError> {
        self.0.put(id, expected, body, purge_at).await
    }

    async fn purge(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        ChallengeStore::purge(&*self.0, now).await
    }
}

#[async_trait]
impl<S: AnswerStore> AnswerStore for Before<S> {
    async fn answer(&self, mut write: AnswerWrite) -> Result<(), StoreError> {
        write.entries.truncate(1);
        write.postings.clear();
        self.0.answer(write).await
    }
}

#[async_trait]
impl<S: LimitStore> LimitStore for Before<S> {
    async fn take(&self, now: DateTime<Utc>, uses: &[LimitUse<'_>]) -> Result<Decision, StoreError> {
        self.0.take(now, uses).await
    }

    async fn check(&self, now: DateTime<Utc>, uses: &[LimitUse<'_>]) -> Result<Decision, StoreError> {
        self.0.check(now, uses).await
    }

    async fn clear(&self, keys: &[Key]) -> Result<(), StoreError> {
        self.0.clear(keys).await
    }

    async fn purge(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        LimitStore::purge(&*self.0, now).await
    }
}
