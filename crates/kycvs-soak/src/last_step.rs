use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use chrono::{DateTime, Utc};
use kycvs::store::{
    Advance, AnswerStore, AnswerWrite, BoardStore, ChallengeStore, ConsentLedger, Day, Decision, Entry, HouseholdStore,
    HouseholdWrite, Key, LimitStore, LimitUse, Posting, StoreError, Topic, Version, Versioned,
};

tokio::task_local! {
    /// Is there in the task of a call, and not where a host starts or keeps what is due.
    static CALL: ();
}

/// Ends the process in the middle of a call. Each step is one word of a call with a store; the process ends right after the
/// store did what it was asked, before the host hears of it, which is where an answer can be lost.
#[derive(Clone)]
pub(crate) struct LastStep(Arc<AtomicU32>);

impl LastStep {
    /// Ends with step number `last`, counted from 1 across all stores; never for 0.
    pub(crate) fn new(last: u32) -> Self {
        Self(Arc::new(AtomicU32::new(last)))
    }

    /// A store whose words are counted.
    pub(crate) fn over<S>(&self, store: Arc<S>) -> Arc<Counted<S>> {
        Arc::new(Counted { store, steps: self.clone() })
    }

    /// Answers a call, whose steps count.
    pub(crate) async fn in_call(request: Request, next: Next) -> Response {
        CALL.scope((), next.run(request)).await
    }

    /// Counts a step that was done in a call.
    fn done<T>(&self, outcome: T) -> T {
        if CALL.try_with(|()| ()).is_err() {
            return outcome;
        }
        let left = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        if left == Ok(1) {
            // SIGABRT: no destructor runs, no buffer is written, no connection is closed in order.
            std::process::abort();
        }
        outcome
    }
}

/// A store whose words are counted.
pub(crate) struct Counted<S> {
    store: Arc<S>,
    steps: LastStep,
}

#[async_trait]
impl<S: HouseholdStore> HouseholdStore for Counted<S> {
    async fn get(&self, key: &Key) -> Result<Option<Versioned<Vec<u8>>>, StoreError> {
        self.steps.done(self.store.get(key).await)
    }

    async fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Versioned<Vec<u8>>>>, StoreError> {
        self.steps.done(self.store.get_many(keys).await)
    }

    async fn write(&self, batch: Vec<HouseholdWrite>) -> Result<(), StoreError> {
        self.steps.done(self.store.write(batch).await)
    }
}

#[async_trait]
impl<S: ChallengeStore> ChallengeStore for Counted<S> {
    async fn load(&self, id: &Key) -> Result<Option<Versioned<Vec<u8>>>, StoreError> {
        self.steps.done(self.store.load(id).await)
    }

    async fn put(
        &self,
        id: &Key,
        expected: Option<Version>,
        body: Vec<u8>,
        purge_at: DateTime<Utc>,
    ) -> Result<Version, StoreError> {
        self.steps.done(self.store.put(id, expected, body, purge_at).await)
    }

    async fn purge(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        ChallengeStore::purge(&*self.store, now).await
    }
}

#[async_trait]
impl<S: ConsentLedger> ConsentLedger for Counted<S> {
    async fn record(&self, entries: Vec<Entry>, postings: Vec<Posting>) -> Result<(), StoreError> {
        self.steps.done(self.store.record(entries, postings).await)
    }

    async fn read_many(&self, ids: &[Key]) -> Result<Vec<Vec<Vec<u8>>>, StoreError> {
        self.steps.done(self.store.read_many(ids).await)
    }

    async fn forget(&self, ids: &[Key]) -> Result<(), StoreError> {
        self.steps.done(self.store.forget(ids).await)
    }

    async fn forget_before(&self, before: Day) -> Result<(), StoreError> {
        self.store.forget_before(before).await
    }

    async fn read(&self, id: &Key) -> Result<Vec<Vec<u8>>, StoreError> {
        self.steps.done(self.store.read(id).await)
    }

    /// No step: readiness may be asked for at any time, and nothing can be lost there.
    async fn check_writable(&self) -> Result<(), StoreError> {
        self.store.check_writable().await
    }
}

#[async_trait]
impl<S: BoardStore> BoardStore for Counted<S> {
    async fn pending(&self, topic: Topic, limit: u32) -> Result<Vec<Posting>, StoreError> {
        self.steps.done(self.store.pending(topic, limit).await)
    }

    async fn page(&self, id: &Key) -> Result<Option<Versioned<Vec<u8>>>, StoreError> {
        self.steps.done(self.store.page(id).await)
    }

    async fn advance(&self, advance: Advance) -> Result<(), StoreError> {
        self.steps.done(self.store.advance(advance).await)
    }
}

#[async_trait]
impl<S: AnswerStore> AnswerStore for Counted<S> {
    async fn answer(&self, write: AnswerWrite) -> Result<(), StoreError> {
        self.steps.done(self.store.answer(write).await)
    }
}

#[async_trait]
impl<S: LimitStore> LimitStore for Counted<S> {
    async fn take(&self, now: DateTime<Utc>, uses: &[LimitUse<'_>]) -> Result<Decision, StoreError> {
        self.steps.done(self.store.take(now, uses).await)
    }

    async fn check(&self, now: DateTime<Utc>, uses: &[LimitUse<'_>]) -> Result<Decision, StoreError> {
        self.steps.done(self.store.check(now, uses).await)
    }

    async fn clear(&self, keys: &[Key]) -> Result<(), StoreError> {
        self.steps.done(self.store.clear(keys).await)
    }

    async fn purge(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        LimitStore::purge(&*self.store, now).await
    }
}
