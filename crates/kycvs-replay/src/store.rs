use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kycvs::store::{
    Advance, AnswerStore, AnswerWrite, BoardStore, ChallengeStore, ConsentLedger, Day, Decision, Entry, Key,
    LimitStore, LimitUse, Posting, StoreError, Topic, Version, Versioned,
};
use kycvs_memory::MemoryStore;

use crate::Plant;
use crate::world::World;

/// A store as a network shows it: calls take a while both ways, some never arrive, and some replies are lost.
pub(crate) struct SimStore {
    pub(crate) truth: MemoryStore,
    world: Arc<World>,
    /// Of each request the record before the last, for reads that are stale.
    before: Mutex<HashMap<Key, Vec<u8>>>,
    /// Replies on their way, with their tickets, for those that change places.
    replies: Mutex<BTreeMap<u64, Result<Decision, StoreError>>>,
    tickets: AtomicU64,
}

impl SimStore {
    pub(crate) fn new(world: Arc<World>) -> Self {
        Self {
            truth: MemoryStore::new(),
            world,
            before: Mutex::default(),
            replies: Mutex::default(),
            tickets: AtomicU64::new(0),
        }
    }

    async fn call<T>(
        &self,
        what: &str,
        take_effect: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        self.world.wait_turns(4).await;
        if self.world.fails(1) {
            self.world.note(format_args!("{what} did not arrive"));
            return Err(StoreError::unavailable("it did not arrive"));
        }
        let done = take_effect.await;
        self.world.note(format_args!("{what} {}", if done.is_ok() { "done" } else { "refused" }));
        self.world.wait_turns(4).await;
        if self.world.fails(1) {
            return Err(StoreError::unavailable("its reply was lost"));
        }
        done
    }

    async fn put_at_once(
        &self,
        id: &Key,
        expected: Option<Version>,
        body: Vec<u8>,
        purge_at: DateTime<Utc>,
    ) -> Result<Version, StoreError> {
        if self.world.shows(Plant::LostWrite, 10) {
            return Ok(expected.map_or(Version::FIRST, Version::next));
        }
        let before = self.truth.load(id).await?.map(|record| record.body);
        let version = self.truth.put(id, expected, body, purge_at).await?;
        if let Some(before) = before {
            locked(&self.before).insert(*id, before);
        }
        Ok(version)
    }

    /// The reply to a question of limits, or that of another one that is on its way.
    async fn reply(&self, reply: Result<Decision, StoreError>) -> Result<Decision, StoreError> {
        if self.world.plant != Some(Plant::ReorderedReply) {
            return reply;
        }
        let ticket = self.tickets.fetch_add(1, Ordering::Relaxed);
        locked(&self.replies).insert(ticket, reply);
        self.world.wait_turns(20).await;
        let mut replies = locked(&self.replies);
        let other = replies.keys().copied().find(|other| *other != ticket);
        let mine = replies.remove(&ticket);
        let theirs = other.and_then(|other| Some((other, replies.remove(&other)?)));
        let swapped = match (mine, theirs) {
            (Some(mine), Some((other, theirs))) => {
                replies.insert(other, mine);
                Some(theirs)
            }
            (mine, _) => mine,
        };
        swapped.unwrap_or_else(|| Err(StoreError::unavailable("no reply")))
    }

    /// Entries and postings are one write; a bug makes two of it, between which a caller may hang up.
    async fn record_at_once(&self, entries: Vec<Entry>, postings: Vec<Posting>) -> Result<(), StoreError> {
        if self.world.shows(Plant::LostWrite, 30) {
            return Ok(());
        }
        if !self.world.shows(Plant::CancelledCall, 60) {
            return self.truth.record(entries, postings).await;
        }
        self.truth.record(entries, vec![]).await?;
        self.world.wait_turns(20).await;
        self.truth.record(vec![], postings).await
    }
}

fn locked<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

#[async_trait]
impl ChallengeStore for SimStore {
    async fn load(&self, id: &Key) -> Result<Option<Versioned<Vec<u8>>>, StoreError> {
        let mut record = self.call("load", self.truth.load(id)).await?;
        if let Some(record) = &mut record
            && self.world.shows(Plant::StaleRead, 20)
            && let Some(before) = locked(&self.before).get(id)
        {
            record.body.clone_from(before);
        }
        Ok(record)
    }

    async fn put(
        &self,
        id: &Key,
        expected: Option<Version>,
        body: Vec<u8>,
        purge_at: DateTime<Utc>,
    ) -> Result<Version, StoreError> {
        self.call("put", self.put_at_once(id, expected, body, purge_at)).await
    }

    async fn purge(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        self.call("purge", ChallengeStore::purge(&self.truth, now)).await
    }
}

#[async_trait]
impl ConsentLedger for SimStore {
    async fn record(&self, entries: Vec<Entry>, postings: Vec<Posting>) -> Result<(), StoreError> {
        self.call("record", self.record_at_once(entries, postings)).await
    }

    async fn read(&self, id: &Key) -> Result<Vec<Vec<u8>>, StoreError> {
        self.call("read", self.truth.read(id)).await
    }

    async fn read_many(&self, ids: &[Key]) -> Result<Vec<Vec<Vec<u8>>>, StoreError> {
        self.call("read many", self.truth.read_many(ids)).await
    }

    async fn forget(&self, ids: &[Key]) -> Result<(), StoreError> {
        self.call("forget", self.truth.forget(ids)).await
    }

    async fn forget_before(&self, before: Day) -> Result<(), StoreError> {
        self.call("forget before", self.truth.forget_before(before)).await
    }

    async fn check_writable(&self) -> Result<(), StoreError> {
        self.call("check", self.truth.check_writable()).await
    }
}

#[async_trait]
impl BoardStore for SimStore {
    async fn pending(&self, topic: Topic, limit: u32) -> Result<Vec<Posting>, StoreError> {
        self.call("pending", self.truth.pending(topic, limit)).await
    }

    async fn page(&self, id: &Key) -> Result<Option<Versioned<Vec<u8>>>, StoreError> {
        self.call("page", self.truth.page(id)).await
    }

    async fn advance(&self, advance: Advance) -> Result<(), StoreError> {
        self.call("advance", self.truth.advance(advance)).await
    }
}

#[async_trait]
impl AnswerStore for SimStore {
    async fn answer(&self, write: AnswerWrite) -> Result<(), StoreError> {
        let lost = self.world.shows(Plant::LostWrite, 30);
        let written = async { if lost { Ok(()) } else { self.truth.answer(write).await } };
        self.call("answer", written).await
    }
}

#[async_trait]
impl LimitStore for SimStore {
    async fn take(&self, now: DateTime<Utc>, uses: &[LimitUse<'_>]) -> Result<Decision, StoreError> {
        let reply = self.call("take", self.truth.take(now, uses)).await;
        self.reply(reply).await
    }

    async fn check(&self, now: DateTime<Utc>, uses: &[LimitUse<'_>]) -> Result<Decision, StoreError> {
        self.call("check", self.truth.check(now, uses)).await
    }

    async fn clear(&self, keys: &[Key]) -> Result<(), StoreError> {
        self.call("clear", self.truth.clear(keys)).await
    }

    async fn purge(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        self.call("purge limits", LimitStore::purge(&self.truth, now)).await
    }
}
