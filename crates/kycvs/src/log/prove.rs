use std::ops::Range;

use chrono::{DateTime, TimeDelta, Utc};
use kycvs_log::{Plan, ProofFile, read_bundle};
use kycvs_store::{Day, StoreError};

use super::Log;
use super::head::Head;
use super::leaf::{Leaf, leaf_of};
use super::pages::{DAMAGED, Kind, batches_key};
use crate::Error;

/// How far the clock of the host that wrote an entry may be ahead of the one that logged it.
const CLOCKS_APART: TimeDelta = TimeDelta::hours(1);

/// How many batches are searched from the one that an entry should be in. A country logs some thirty an hour.
const BATCHES: usize = 1_024;

/// How many days of batches are searched: what a log that waited for its witnesses needs.
const DAYS: u16 = 8;

/// What was logged in one step.
pub(super) struct Batch {
    pub(super) at: DateTime<Utc>,
    pub(super) entries: Range<u64>,
}

impl Log {
    /// The proof that an entry is in the log, as a file, with its salt as `extra`; `None` before it is published, and when it
    /// is forgotten.
    pub(crate) async fn prove(&self, leaf: Leaf, written_at: DateTime<Utc>) -> Result<Option<ProofFile>, Error> {
        let day = leaf.consent.day().unwrap_or(Day::of(written_at));
        let Some(key) = self.secret.find(&*self.store, day).await? else { return Ok(None) };
        let salt = key.salt(&leaf.consent, leaf.number);
        let entry = leaf_of(&salt, leaf.number, &leaf.hash);
        let (head, _) = self.head().await?;
        let Some(index) = self.find(&head, &entry, written_at).await? else { return Ok(None) };
        self.file_of(&head, index, Some(salt.to_vec())).await
    }

    /// The proof for entry number `index`; `None` when it is not published.
    pub(super) async fn file_of(
        &self,
        head: &Head,
        index: u64,
        extra: Option<Vec<u8>>,
    ) -> Result<Option<ProofFile>, Error> {
        let size = head.published_size();
        let (Some(checkpoint), Ok(plan)) = (&head.published, Plan::inclusion(index, size)) else { return Ok(None) };
        let hashes = self.hashes(head, &plan).await?;
        Ok(Some(ProofFile { extra, index, hashes, checkpoint: checkpoint.clone() }))
    }

    /// The number of an entry: the first batches since it was written are searched, and each is sorted.
    async fn find(&self, head: &Head, entry: &[u8; 32], written_at: DateTime<Utc>) -> Result<Option<u64>, Error> {
        let from = written_at - CLOCKS_APART;
        let first = Day::of(from);
        let mut searched = 0;
        for (day, start) in head.days.iter().filter(|(day, _)| (first..=first.after(DAYS)).contains(day)) {
            for batch in self.batches(*day, *start).await?.into_iter().filter(|batch| batch.at >= from) {
                if let Some(index) = self.find_in(head, entry, &batch).await? {
                    return Ok(Some(index));
                }
                searched += 1;
                if searched == BATCHES {
                    return Ok(None);
                }
            }
        }
        Ok(None)
    }

    /// The batches of a day, whose first entry has the number `start`.
    pub(super) async fn batches(&self, day: Day, mut start: u64) -> Result<Vec<Batch>, StoreError> {
        let page = self.store.page(&batches_key(day)).await?.map(|page| page.body).unwrap_or_default();
        let mut batches = Vec::new();
        for row in page.as_chunks::<16>().0 {
            let (at, end) = row.split_first_chunk().ok_or(DAMAGED)?;
            let at = DateTime::from_timestamp(i64::from_be_bytes(*at), 0).ok_or(DAMAGED)?;
            let end = u64::from_be_bytes(end.try_into().map_err(|_| DAMAGED)?);
            batches.push(Batch { at, entries: start..end });
            start = end;
        }
        Ok(batches)
    }

    /// Looks for an entry in a batch. Entries are hashes in their order, so how large one is tells where it lies, to a bundle or two.
    async fn find_in(&self, head: &Head, entry: &[u8; 32], batch: &Batch) -> Result<Option<u64>, StoreError> {
        let (mut low, mut high) = (batch.entries.start / 256, batch.entries.end / 256);
        let [first, second, ..] = *entry;
        let share = u64::from(u16::from_be_bytes([first, second]));
        let mut bundle = low + (high - low) * share / (1 << 16);
        while (low..high).contains(&bundle) {
            let page = self.page(head, Kind::Bundle, 0, bundle).await?.ok_or(DAMAGED)?;
            match read_bundle(&page).map_err(|_| DAMAGED)?.binary_search(&&entry[..]) {
                Ok(place) => return Ok(Some(bundle * 256 + place as u64)),
                Err(0) if bundle > low => (high, bundle) = (bundle, bundle - 1),
                Err(256) => (low, bundle) = (bundle + 1, bundle + 1),
                Err(_) => return Ok(None),
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kycvs_memory::MemoryStore;
    use kycvs_store::{ConsentLedger, Day};

    use super::super::tests::{FIRST, Setup, after, entry, record, start};
    use super::*;

    #[tokio::test]
    async fn each_entry_of_a_crowd_is_found_however_late_it_is_logged() {
        let memory = Arc::new(MemoryStore::new());
        let log = Setup::new(0).host(memory.clone());
        let leaf = |number| Leaf::of(&entry(Day::of(start()), number, 0));
        memory.record(vec![], (0..10_000).map(|number| leaf(number).posting(start())).collect()).await.unwrap();
        log.keep(FIRST, start()).await.unwrap();
        for number in 0..1_000 {
            assert!(log.prove(leaf(number), start()).await.unwrap().is_some(), "{number}");
        }
        assert_eq!(log.prove(leaf(10_000), start()).await.unwrap(), None);
        // Behind whatever was logged before it.
        for hour in 1..=60 {
            log.keep(FIRST, after(hour)).await.unwrap();
        }
        let late = record(&memory, start(), 10_000).await;
        log.keep(FIRST, after(61)).await.unwrap();
        assert!(log.prove(late, start()).await.unwrap().is_some());
    }
}
