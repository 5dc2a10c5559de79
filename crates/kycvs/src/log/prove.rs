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

/// How many batches are searched from the one that an entry should be in.
const BATCHES: usize = 16;

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

    /// Looks for an entry in a batch, by halves.
    async fn find_in(&self, head: &Head, entry: &[u8; 32], batch: &Batch) -> Result<Option<u64>, StoreError> {
        let (mut low, mut high) = (batch.entries.start / 256, batch.entries.end / 256);
        while low < high {
            let middle = low.midpoint(high);
            let bundle = self.page(head, Kind::Bundle, 0, middle).await?.ok_or(DAMAGED)?;
            let entries = read_bundle(&bundle).map_err(|_| DAMAGED)?;
            match entries.binary_search(&&entry[..]) {
                Ok(place) => return Ok(Some(middle * 256 + place as u64)),
                Err(0) => high = middle,
                Err(256) => low = middle + 1,
                Err(_) => return Ok(None),
            }
        }
        Ok(None)
    }
}
