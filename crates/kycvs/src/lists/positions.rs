use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use kycvs_consent::{Random, RandomError};
use kycvs_store::{BoardStore, Day, Entry, Posting, StoreError, Topic};

use super::head::Head;
use super::permutation::Permutation;
use super::{ListName, Trust};
use crate::Error;
use crate::key::ListKey;

/// Lists that a day needs beyond those that it begins with.
pub(super) const OPENINGS: Topic = Topic(2);

/// Gives each token a position that no other token has, without a write for each.
///
/// A host takes a lease of a block of places in a list: the next entry of a record in the ledger, of which one writer gets
/// each number. Where a place lies in the list is up to a keyed permutation, and which place of the block a token gets is up to
/// chance. What a host that dies has not given stays unused.
pub(crate) struct Positions {
    store: Arc<dyn BoardStore>,
    key: ListKey,
    random: Arc<dyn Random>,
    trust: Trust,
    days: Mutex<BTreeMap<Day, Shelves>>,
    /// Held while a lease is taken, so that of calls at once one takes it, and the others find it.
    leasing: tokio::sync::Mutex<()>,
}

/// What this host holds of the lists of a day.
struct Shelves {
    first_shard: u16,
    shelves: Vec<Shelf>,
}

/// What this host holds of one list.
struct Shelf {
    name: ListName,
    positions: u32,
    order: Permutation,
    /// Places that were leased and not given.
    places: Vec<u32>,
    /// The number of the block after the last that is known to be taken.
    next: u32,
    is_full: bool,
}

/// What a look at the shelves gave.
enum Look {
    /// A position of this list, and whether it is the one after which the next lease is taken.
    Found(ListName, u32, bool),
    /// A lease of this list is needed.
    Empty(ListName),
    /// Nothing is known of the day yet, or all its lists are full.
    NoList,
}

/// How often a lease is tried again because other hosts were first.
const MAX_CONFLICTS: usize = 64;

impl Positions {
    pub(crate) fn new(store: Arc<dyn BoardStore>, key: ListKey, random: Arc<dyn Random>, trust: Trust) -> Self {
        Self { store, key, random, trust, days: Mutex::default(), leasing: tokio::sync::Mutex::default() }
    }

    /// A list of the day of `now`, drawn evenly, and a position in it.
    pub(crate) async fn take(&self, now: DateTime<Utc>) -> Result<(ListName, u32), Error> {
        let day = Day::of(now);
        loop {
            match self.look(day)? {
                Look::Found(name, position, is_last_before_lease) => {
                    if is_last_before_lease {
                        self.lease_ahead(name).await;
                    }
                    return Ok((name, position));
                }
                Look::Empty(name) => {
                    let _one_at_a_time = self.leasing.lock().await;
                    if self.shelf(name, |shelf| shelf.places.is_empty()) == Some(true) {
                        self.lease(name).await?;
                    }
                }
                Look::NoList => {
                    let _one_at_a_time = self.leasing.lock().await;
                    if matches!(self.look(day)?, Look::NoList) {
                        self.open(day).await?;
                    }
                }
            }
        }
    }

    /// Takes a lease ahead for every list of today that has less than a block left, so that calls do not wait for one.
    pub(crate) async fn stock(&self, now: DateTime<Utc>) -> Result<(), Error> {
        let day = Day::of(now);
        let _one_at_a_time = self.leasing.lock().await;
        let first_shard = self.head().await?.first_shard;
        self.days().retain(|held, shelves| *held >= day.before(1) && shelves.first_shard == first_shard);
        if !self.days().contains_key(&day) {
            self.open(day).await?;
        }
        let low = |shelf: &&Shelf| !shelf.is_full && shelf.places.len() < Trust::lease(shelf.positions) as usize;
        let names: Vec<ListName> =
            self.days().get(&day).iter().flat_map(|day| &day.shelves).filter(low).map(|shelf| shelf.name).collect();
        for name in names {
            self.lease(name).await?;
        }
        Ok(())
    }

    fn look(&self, day: Day) -> Result<Look, RandomError> {
        let mut days = self.days();
        let shelves = days.get_mut(&day).into_iter().flat_map(|day| &mut day.shelves);
        let mut open: Vec<&mut Shelf> = shelves.filter(|shelf| !shelf.is_full || !shelf.places.is_empty()).collect();
        let Some(at) = self.below(open.len())? else { return Ok(Look::NoList) };
        let shelf = open.swap_remove(at);
        match self.below(shelf.places.len())? {
            None => Ok(Look::Empty(shelf.name)),
            Some(at) => {
                let place = shelf.places.swap_remove(at);
                let is_half_used = shelf.places.len() == Trust::lease(shelf.positions) as usize / 2;
                Ok(Look::Found(shelf.name, shelf.order.at(place), is_half_used && !shelf.is_full))
            }
        }
    }

    /// Takes the next block of a list while half of the last one is left: one call waits for it, so that none of the others has to. Where that
    /// fails, whoever finds the list empty takes it.
    async fn lease_ahead(&self, name: ListName) {
        let _one_at_a_time = self.leasing.lock().await;
        if let Err(error) = self.lease(name).await {
            tracing::warn!(list = %name, %error, "no block of a status list could be taken ahead");
        }
    }

    /// Begins a day with its lists; one that has them, and all full, with one list more.
    async fn open(&self, day: Day) -> Result<(), Error> {
        let head = self.head().await?;
        let mut days = self.days();
        let first_shard = head.first_shard;
        let of_day = days.entry(day).or_insert_with(|| Shelves { first_shard, shelves: Vec::new() });
        let more = if of_day.shelves.is_empty() { self.trust.shards } else { 1 };
        for _ in 0..more {
            let shard = of_day.first_shard.saturating_add(u16::try_from(of_day.shelves.len()).unwrap_or(u16::MAX));
            let name = ListName::new(day, shard).ok_or_else(|| StoreError::unavailable("all status lists are full"))?;
            // What is published already has a length, whatever the settings are by now.
            let positions = head.find(name).map_or(self.trust.positions, |list| list.positions);
            let order = Permutation::new(self.key.order_of(name), positions);
            of_day.shelves.push(Shelf { name, positions, order, places: Vec::new(), next: 0, is_full: false });
        }
        Ok(())
    }

    /// Takes a block of a list, or finds that it has none left.
    async fn lease(&self, name: ListName) -> Result<(), Error> {
        let id = name.key(b"lease\0\0\0\0\0\0\0");
        let held = self.shelf(name, |shelf| (shelf.positions, shelf.next));
        let (positions, mut next) = held.unwrap_or((self.trust.positions, 0));
        let lease = Trust::lease(positions);
        let blocks = Trust::allocatable(positions) / lease;
        for _ in 0..MAX_CONFLICTS {
            if next >= blocks {
                self.shelf(name, |shelf| shelf.is_full = true);
                return Ok(());
            }
            let entry = Entry { id, seq: next, body: Vec::new() };
            match self.store.record(vec![entry], self.opening(name, next)).await {
                Ok(()) => {
                    let block = next * lease..(next + 1) * lease;
                    self.shelf(name, |shelf| {
                        shelf.places.extend(block);
                        shelf.next = next + 1;
                    });
                    return Ok(());
                }
                Err(StoreError::Conflict) => {
                    next = u32::try_from(self.store.read(&id).await?.len()).unwrap_or(u32::MAX)
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::unavailable("other hosts took every lease").into())
    }

    /// A list beyond those that a day begins with is published once its first block is taken.
    fn opening(&self, name: ListName, block: u32) -> Vec<Posting> {
        let is_extra = |shelves: &Shelves| name.shard() >= shelves.first_shard.saturating_add(self.trust.shards);
        if block > 0 || !self.days().get(&name.day()).is_some_and(is_extra) {
            return Vec::new();
        }
        tracing::warn!(list = %name, "all status lists of the day are full, so another one is opened: choose more of them");
        vec![Posting { topic: OPENINGS, id: name.key(b"opening\0\0\0\0\0"), body: name.bytes().to_vec() }]
    }

    async fn head(&self) -> Result<Head, StoreError> {
        Ok(Head::read(&*self.store).await?.map(|(head, _)| head).unwrap_or_default())
    }

    /// Works on what is held of a list.
    fn shelf<T>(&self, name: ListName, work: impl FnOnce(&mut Shelf) -> T) -> Option<T> {
        let mut days = self.days();
        let shelf = days.get_mut(&name.day())?.shelves.iter_mut().find(|shelf| shelf.name == name)?;
        Some(work(shelf))
    }

    /// A number below `count`, each as likely as the others; `None` below 0.
    fn below(&self, count: usize) -> Result<Option<usize>, RandomError> {
        let mut bytes = [0; 8];
        self.random.fill(&mut bytes)?;
        let scaled = (u128::from(u64::from_be_bytes(bytes)) * count as u128) >> 64;
        Ok(usize::try_from(scaled).ok().filter(|number| *number < count))
    }

    /// A poisoned lock is taken all the same: no place is given twice by what is half done, since it is taken off first.
    fn days(&self) -> MutexGuard<'_, BTreeMap<Day, Shelves>> {
        self.days.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ServiceKey, SystemRandomness};
    use kycvs_memory::MemoryStore;
    use kycvs_store::ConsentLedger;

    /// Blocks of eight: after the first call no call finds the list empty, and no block is taken before half of the last one is used.
    #[tokio::test]
    async fn the_next_block_is_taken_while_half_of_the_last_is_left() {
        let (store, now) = (Arc::new(MemoryStore::new()), "2026-11-29T10:00:00Z".parse().unwrap());
        let trust = Trust { shards: 1, positions: 1 << 12 };
        let key = ServiceKey::from_bytes([2; 32]).list_key();
        let positions = Positions::new(store.clone(), key, Arc::new(SystemRandomness), trust);
        for taken in 1..=100 {
            let (name, _) = positions.take(now).await.unwrap();
            let blocks = store.read(&name.key(b"lease\0\0\0\0\0\0\0")).await.unwrap().len();
            assert_eq!(blocks, 1 + (taken + 4) / 8, "after {taken} positions");
        }
    }
}
