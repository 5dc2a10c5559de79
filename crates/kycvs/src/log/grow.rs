use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use chrono::{DateTime, Utc};
use kycvs_log::{grow, hash_leaf, right_edge, write_bundle};
use kycvs_store::{Advance, Day, Key, Page, StoreError};

use super::Log;
use super::day_key::DayKey;
use super::head::Head;
use super::leaf::{LEAVES, Leaf, leaf_of, padding_of};
use super::pages::{DAMAGED, Kind, batches_key, damaged};
use crate::Error;

/// How many leaves one step takes: 250 pages and settled postings, which is what every adapter takes at once. What is left is taken by the
/// next call.
const AT_A_TIME: u32 = 16_384;

/// How many entries a bundle has, and so by how many a log grows.
const BUNDLE: usize = 256;

/// What is logged in one step: the entry, and which entry of the ledger it stands for; none for padding.
struct Batch(Vec<([u8; 32], Option<Leaf>)>);

impl Log {
    /// Takes what waits into the tree, once a tick: filled up to a multiple of 256, so that nobody can count, and sorted, so that
    /// nobody learns an order. The tree is written before anything of it is signed: whoever dies between leaves one tree.
    pub(super) async fn grow(&self, first_kept: Day, now: DateTime<Utc>) -> Result<(), Error> {
        let (head, expected) = self.head().await?;
        let tick = now.timestamp().div_euclid(self.public.tick.num_seconds());
        if head.is_halted || expected.is_some() && head.tick == tick {
            return Ok(());
        }
        let postings = self.store.pending(LEAVES, AT_A_TIME).await?;
        let is_all = postings.len() < AT_A_TIME as usize;
        let batch = self.batch(postings.iter().filter_map(Leaf::read), head.size, now).await?;

        let mut next = head.clone();
        // A clock that goes back does not put entries before others.
        let day = head.days.last().map_or(Day::of(now), |(last, _)| Day::of(now).max(*last));
        next.days.retain(|(day, _)| *day >= first_kept);
        if next.days.last().is_none_or(|(last, _)| *last < day) {
            next.days.push((day, head.size));
        }
        next.tick = if is_all { tick } else { tick - 1 };
        next.size += batch.0.len() as u64;

        let pages = self.pages_of(&head, &next, day, &batch, now).await?;
        let head = Page { id: self.head_key(), body: next.to_bytes() };
        let settled = postings.iter().map(|posting| (posting.topic, posting.id)).collect();
        match self.store.advance(Advance { head, expected, pages, settled }).await {
            Ok(()) | Err(StoreError::Conflict) => Ok(()), // done, or another host was first
            Err(error) => Err(error.into()),
        }
    }

    /// The entries of a step, in their order.
    async fn batch(&self, leaves: impl Iterator<Item = Leaf>, start: u64, now: DateTime<Utc>) -> Result<Batch, Error> {
        let mut keys: BTreeMap<Day, DayKey> = BTreeMap::new();
        let mut batch = Vec::new();
        for leaf in leaves {
            let day = leaf.consent.day().unwrap_or(Day::of(now));
            let key = match keys.entry(day) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => new.insert(self.day_key(day).await?),
            };
            batch.push((leaf_of(&key.salt(&leaf.consent, leaf.number), leaf.number, &leaf.hash), Some(leaf)));
        }
        let key = self.day_key(Day::of(now)).await?;
        let padding = batch.len().next_multiple_of(BUNDLE).max(BUNDLE) - batch.len();
        batch.extend((0..padding as u64).map(|number| (padding_of(&key.padding(start, number)), None)));
        batch.sort_unstable_by_key(|(entry, _)| *entry);
        Ok(Batch(batch))
    }

    async fn day_key(&self, day: Day) -> Result<DayKey, Error> {
        self.secret.find_or_make(&*self.store, &crate::SystemRandomness, day).await
    }

    /// The bundles and their openings, the tiles that are new or longer, and the day's batches.
    async fn pages_of(
        &self,
        head: &Head,
        next: &Head,
        day: Day,
        batch: &Batch,
        now: DateTime<Utc>,
    ) -> Result<Vec<Page>, Error> {
        let mut pages = Vec::new();
        let place = |kind, level, index| self.place(next, kind, level, index).ok_or(DAMAGED);
        for (index, chunk) in (head.size / BUNDLE as u64..).zip(batch.0.chunks(BUNDLE)) {
            let entries: Vec<_> = chunk.iter().map(|(entry, _)| entry).collect();
            let body = write_bundle(&entries).map_err(|_| DAMAGED)?;
            pages.push(Page { id: place(Kind::Bundle, 0, index)?, body });
            let body = chunk.iter().flat_map(|(_, leaf)| opening(leaf.as_ref())).collect();
            pages.push(Page { id: place(Kind::Openings, 0, index)?, body });
        }
        let hashes: Vec<_> = batch.0.iter().map(|(entry, _)| hash_leaf(entry)).collect();
        let edge = self.tiles(head, right_edge(head.size)).await?;
        for (tile, body) in grow(head.size, &edge, &hashes).map_err(damaged)?.bytes() {
            pages.push(Page { id: place(Kind::Tile, tile.level, tile.index)?, body });
        }
        let id: Key = batches_key(day);
        let mut batches = self.store.page(&id).await?.map(|page| page.body).unwrap_or_default();
        batches.extend(now.timestamp().to_be_bytes());
        batches.extend(next.size.to_be_bytes());
        pages.push(Page { id, body: batches });
        Ok(pages)
    }
}

/// 20 bytes: the consent and the number of its entry, or zeros.
fn opening(leaf: Option<&Leaf>) -> [u8; 20] {
    let mut bytes = [0; 20];
    if let Some(Leaf { consent, number, .. }) = leaf {
        let known = consent.as_bytes().iter().copied().chain(number.to_be_bytes());
        bytes.iter_mut().zip(known).for_each(|(to, from)| *to = from);
    }
    bytes
}
