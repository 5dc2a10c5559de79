use std::collections::{BTreeMap, BTreeSet};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use async_trait::async_trait;
use kycvs_store::{ConsentLedger, Day, Entry, Key, Posting, StoreError, Topic, Versioned, are_too_large};

use crate::MemoryStore;
use crate::table::Map;

/// The ledger and its board, under one lock: what is written together is seen together.
#[derive(Default)]
pub(crate) struct Ledger(RwLock<Rows>);

#[derive(Default)]
pub(crate) struct Rows {
    pub(crate) entries: Map<Vec<Vec<u8>>>,
    pub(crate) postings: BTreeMap<(Topic, Key), Vec<u8>>,
    pub(crate) pages: Map<Versioned<Vec<u8>>>,
}

#[async_trait]
impl ConsentLedger for MemoryStore {
    async fn record(&self, entries: Vec<Entry>, postings: Vec<Posting>) -> Result<(), StoreError> {
        if are_too_large(&entries, &postings) {
            return Err(StoreError::TooLarge);
        }
        let mut rows = self.ledger.write();
        rows.check(&entries, &postings)?;
        rows.record(entries, postings);
        Ok(())
    }

    async fn read(&self, id: &Key) -> Result<Vec<Vec<u8>>, StoreError> {
        Ok(self.ledger.read().entries.get(id).cloned().unwrap_or_default())
    }

    async fn read_many(&self, ids: &[Key]) -> Result<Vec<Vec<Vec<u8>>>, StoreError> {
        let rows = self.ledger.read();
        Ok(ids.iter().map(|id| rows.entries.get(id).cloned().unwrap_or_default()).collect())
    }

    async fn forget(&self, ids: &[Key]) -> Result<(), StoreError> {
        let mut rows = self.ledger.write();
        for id in ids {
            if let Some(entries) = rows.entries.get_mut(id) {
                *entries = vec![Vec::new()];
            }
        }
        Ok(())
    }

    async fn forget_before(&self, before: Day) -> Result<(), StoreError> {
        let mut rows = self.ledger.write();
        rows.entries.retain(|id, _| *id >= Key::first_of(before));
        rows.pages.retain(|id, _| *id >= Key::first_of(before));
        Ok(())
    }

    async fn check_writable(&self) -> Result<(), StoreError> {
        Ok(())
    }
}

impl Ledger {
    pub(crate) fn read(&self) -> RwLockReadGuard<'_, Rows> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// A poisoned lock is taken all the same: every call checks before it changes, and no change can panic.
    pub(crate) fn write(&self) -> RwLockWriteGuard<'_, Rows> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rows {
    /// Refuses an entry that is not the next of its id, counting those before it in the same call, and a posting that waits.
    pub(crate) fn check(&self, entries: &[Entry], postings: &[Posting]) -> Result<(), StoreError> {
        let mut next = BTreeMap::new();
        for entry in entries {
            let recorded = || self.entries.get(&entry.id).map_or(0, Vec::len);
            let next = next.entry(entry.id).or_insert_with(recorded);
            if u32::try_from(*next) != Ok(entry.seq) {
                return Err(StoreError::Conflict);
            }
            *next += 1;
        }
        let mut new = BTreeSet::new();
        let mut is_new = |key| !self.postings.contains_key(&key) && new.insert(key);
        if postings.iter().all(|posting| is_new((posting.topic, posting.id))) {
            Ok(())
        } else {
            Err(StoreError::Conflict)
        }
    }

    /// Writes what was checked.
    pub(crate) fn record(&mut self, entries: Vec<Entry>, postings: Vec<Posting>) {
        for Entry { id, body, .. } in entries {
            self.entries.entry(id).or_default().push(body);
        }
        self.postings.extend(postings.into_iter().map(|posting| ((posting.topic, posting.id), posting.body)));
    }
}
