//! A store that breaks at a chosen operation, over one that does not.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kycvs::store::{
    Advance, AnswerStore, AnswerWrite, BoardStore, ChallengeStore, ConsentLedger, Day, Decision, Entry, HouseholdStore,
    HouseholdWrite, Key, LimitStore, LimitUse, Posting, StoreError, Topic, Version, Versioned,
};

/// What a broken operation left behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Break {
    /// Nothing: the connection was gone before the store heard of it.
    Before,
    /// All of it: the connection broke before the store could answer.
    After,
}

pub struct Failing<S> {
    inner: Arc<S>,
    /// How many operations still succeed; below zero, all of them.
    left: AtomicI64,
    broken: std::sync::Mutex<Break>,
    /// How many operations were asked for since the last [`break_after`](Failing::break_after).
    asked: AtomicI64,
}

impl<S> Failing<S> {
    pub fn over(inner: Arc<S>) -> Self {
        Self { inner, left: AtomicI64::new(-1), broken: std::sync::Mutex::new(Break::Before), asked: AtomicI64::new(0) }
    }

    /// Lets `operations` succeed, breaks the next one, and all after it until [`heal`](Self::heal).
    pub fn break_after(&self, operations: i64, how: Break) {
        *self.broken.lock().unwrap() = how;
        self.left.store(operations, Ordering::SeqCst);
        self.asked.store(0, Ordering::SeqCst);
    }

    pub fn operations_since_break(&self) -> i64 {
        self.asked.load(Ordering::SeqCst)
    }

    pub fn heal(&self) {
        self.left.store(-1, Ordering::SeqCst);
    }

    async fn run<T: Send>(
        &self,
        operation: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> Result<T, StoreError> {
        let how = *self.broken.lock().unwrap();
        self.asked.fetch_add(1, Ordering::SeqCst);
        match self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| (left > 0).then(|| left - 1)) {
            Err(0) => {
                if how == Break::After {
                    operation.await?;
                }
                Err(StoreError::unavailable("the connection broke"))
            }
            _ => operation.await,
        }
    }
}

#[async_trait]
impl<S: ChallengeStore> ChallengeStore for Failing<S> {
    async fn load(&self, id: &Key) -> Result<Option<Versioned<Vec<u8>>>, StoreError> {
        self.run(self.inner.load(id)).await
    }

    async fn put(
        &self,
        id: &Key,
        expected: Option<Version>,
        body: Vec<u8>,
        purge_at: DateTime<Utc>,
    ) -> Result<Version, StoreError> {
        self.run(self.inner.put(id, expected, body, purge_at)).await
    }

    async fn purge(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        self.run(ChallengeStore::purge(&*self.inner, now)).await
    }
}

#[async_trait]
impl<S: ConsentLedger> ConsentLedger for Failing<S> {
    async fn record(&self, entries: Vec<Entry>, postings: Vec<Posting>) -> Result<(), StoreError> {
        self.run(self.inner.record(entries, postings)).await
    }

    async fn read_many(&self, ids: &[Key]) -> Result<Vec<Vec<Vec<u8>>>, StoreError> {
        self.run(self.inner.read_many(ids)).await
    }

    async fn forget(&self, ids: &[Key]) -> Result<(), StoreError> {
        self.run(self.inner.forget(ids)).await
    }

    async fn forget_before(&self, before: Day) -> Result<(), StoreError> {
        self.run(self.inner.forget_before(before)).await
    }

    async fn read(&self, id: &Key) -> Result<Vec<Vec<u8>>, StoreError> {
        self.run(self.inner.read(id)).await
    }

    async fn check_writable(&self) -> Result<(), StoreError> {
        self.run(self.inner.check_writable()).await
    }
}

#[async_trait]
impl<S: BoardStore> BoardStore for Failing<S> {
    async fn pending(&self, topic: Topic, limit: u32) -> Result<Vec<Posting>, StoreError> {
        self.run(self.inner.pending(topic, limit)).await
    }

    async fn page(&self, id: &Key) -> Result<Option<Versioned<Vec<u8>>>, StoreError> {
        self.run(self.inner.page(id)).await
    }

    async fn advance(&self, advance: Advance) -> Result<(), StoreError> {
        self.run(self.inner.advance(advance)).await
    }
}

#[async_trait]
impl<S: AnswerStore> AnswerStore for Failing<S> {
    async fn answer(&self, write: AnswerWrite) -> Result<(), StoreError> {
        self.run(self.inner.answer(write)).await
    }
}

#[async_trait]
impl<S: LimitStore> LimitStore for Failing<S> {
    async fn take(&self, now: DateTime<Utc>, uses: &[LimitUse<'_>]) -> Result<Decision, StoreError> {
        self.run(self.inner.take(now, uses)).await
    }

    async fn check(&self, now: DateTime<Utc>, uses: &[LimitUse<'_>]) -> Result<Decision, StoreError> {
        self.run(self.inner.check(now, uses)).await
    }

    async fn clear(&self, keys: &[Key]) -> Result<(), StoreError> {
        self.run(self.inner.clear(keys)).await
    }

    async fn purge(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        self.run(LimitStore::purge(&*self.inner, now)).await
    }
}

#[async_trait]
impl<S: HouseholdStore> HouseholdStore for Failing<S> {
    async fn get(&self, key: &Key) -> Result<Option<Versioned<Vec<u8>>>, StoreError> {
        self.run(self.inner.get(key)).await
    }

    async fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Versioned<Vec<u8>>>>, StoreError> {
        self.run(self.inner.get_many(keys)).await
    }

    async fn write(&self, batch: Vec<HouseholdWrite>) -> Result<(), StoreError> {
        self.run(self.inner.write(batch)).await
    }
}
