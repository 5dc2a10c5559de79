use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use kycvs_store::{ConsentLedger, Day, Entry, Key, Posting, StoreError, are_too_large};
use redb::ReadableTable;

use crate::RedbStore;
use crate::error::unavailable;
use crate::tables::{ENTRIES, Tables};

/// How many rows one transaction forgets, so that other writes go on in between.
const CHUNK: usize = 10_000;

#[async_trait]
impl ConsentLedger for RedbStore {
    async fn record(&self, entries: Vec<Entry>, postings: Vec<Posting>) -> Result<(), StoreError> {
        if are_too_large(&entries, &postings) {
            return Err(StoreError::TooLarge);
        }
        self.writer
            .run(move |tables| {
                check(tables, &entries, &postings)?;
                insert(tables, &entries, &postings)
            })
            .await
    }

    async fn read(&self, id: &Key) -> Result<Vec<Vec<u8>>, StoreError> {
        entries_of(&self.read(ENTRIES)?, id)
    }

    async fn read_many(&self, ids: &[Key]) -> Result<Vec<Vec<Vec<u8>>>, StoreError> {
        let entries = self.read(ENTRIES)?;
        ids.iter().map(|id| entries_of(&entries, id)).collect()
    }

    async fn forget(&self, ids: &[Key]) -> Result<(), StoreError> {
        let ids = ids.to_vec();
        self.writer.run(move |tables| ids.iter().try_for_each(|id| forget(tables, id))).await
    }

    async fn forget_before(&self, before: Day) -> Result<(), StoreError> {
        let first = *Key::first_of(before).as_bytes();
        self.writer.run(move |tables| tables.pages.retain_in(..first, |_, _| false).map_err(unavailable)).await?;
        let forget = move |tables: &mut Tables<'_>| {
            let past = tables.entries.extract_from_if(..(first, 0), |_, _| true).map_err(unavailable)?;
            past.take(CHUNK).try_fold(0, |forgotten, row| row.map(|_| forgotten + 1)).map_err(unavailable)
        };
        while self.writer.run(forget).await? == CHUNK {}
        Ok(())
    }

    /// A commit of nothing, which the disk has to take all the same.
    async fn check_writable(&self) -> Result<(), StoreError> {
        self.writer.run(|_| Ok(())).await
    }
}

/// Refuses an entry that is not the next of its id, counting those before it in the same call, and a posting that waits.
pub(crate) fn check(tables: &Tables<'_>, entries: &[Entry], postings: &[Posting]) -> Result<(), StoreError> {
    let mut last = BTreeMap::new();
    for Entry { id, seq, .. } in entries {
        let before = match last.insert(id, *seq) {
            Some(before) => Some(before),
            None => last_of(tables, id)?,
        };
        if seq.checked_sub(1) != before {
            return Err(StoreError::Conflict);
        }
    }
    let mut new = BTreeSet::new();
    for posting in postings {
        let key = (posting.topic.0, *posting.id.as_bytes());
        if !new.insert(key) || tables.postings.get(key).map_err(unavailable)?.is_some() {
            return Err(StoreError::Conflict);
        }
    }
    Ok(())
}

/// Writes what was checked.
pub(crate) fn insert(tables: &mut Tables<'_>, entries: &[Entry], postings: &[Posting]) -> Result<(), StoreError> {
    for Entry { id, seq, body } in entries {
        tables.entries.insert((*id.as_bytes(), *seq), &body[..]).map_err(unavailable)?;
    }
    for Posting { topic, id, body } in postings {
        tables.postings.insert((topic.0, *id.as_bytes()), &body[..]).map_err(unavailable)?;
    }
    Ok(())
}

/// Leaves one entry without a body where there were entries.
fn forget(tables: &mut Tables<'_>, id: &Key) -> Result<(), StoreError> {
    if last_of(tables, id)?.is_some() {
        tables.entries.retain_in(all_of(id), |_, _| false).map_err(unavailable)?;
        tables.entries.insert((*id.as_bytes(), 0), &[][..]).map_err(unavailable)?;
    }
    Ok(())
}

fn entries_of(
    entries: &impl ReadableTable<([u8; 16], u32), &'static [u8]>,
    id: &Key,
) -> Result<Vec<Vec<u8>>, StoreError> {
    let rows = entries.range(all_of(id)).map_err(unavailable)?;
    (0..)
        .zip(rows)
        .map(|(seq, row)| {
            let (key, entry) = row.map_err(unavailable)?;
            if key.value().1 != seq {
                return Err(StoreError::Damaged { what: "entry" });
            }
            Ok(entry.value().to_vec())
        })
        .collect()
}

/// The number of the last entry of an id.
fn last_of(tables: &Tables<'_>, id: &Key) -> Result<Option<u32>, StoreError> {
    let last = tables.entries.range(all_of(id)).map_err(unavailable)?.next_back().transpose().map_err(unavailable)?;
    Ok(last.map(|(key, _)| key.value().1))
}

/// The keys of an id's entries, in order.
fn all_of(id: &Key) -> std::ops::RangeInclusive<([u8; 16], u32)> {
    (*id.as_bytes(), 0)..=(*id.as_bytes(), u32::MAX)
}
