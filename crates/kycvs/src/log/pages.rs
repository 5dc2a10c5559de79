use kycvs_log::{Plan, Resource, TileId, Tiles, TreeError};
use kycvs_store::{Day, Key, StoreError};

use super::Log;
use super::head::Head;
use crate::Error;

/// What lies under a page of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The hashes of a tile.
    Tile = b'h' as isize,
    /// 256 entries as they are served.
    Bundle = b'e' as isize,
    /// Which entries of the ledger these are: 20 bytes each, zeros for padding. It is never served.
    Openings = b'o' as isize,
}

/// The page of a day that tells its batches: for each the time and the size of the tree after it, 16 bytes.
pub(super) fn batches_key(day: Day) -> Key {
    Key::on_day(day, *b"log batches\0\0\0")
}

impl Log {
    /// Where something lies. What belongs to entries is forgotten with the day they were logged on; the tiles above them last.
    pub(super) fn place(&self, head: &Head, kind: Kind, level: u8, index: u64) -> Option<Key> {
        let mut name = *b"log\0\0\0\0\0\0\0\0\0\0\0";
        let tail = [kind as u8, level].into_iter().chain(index.to_be_bytes());
        name.iter_mut().skip(4).zip(tail).for_each(|(to, from)| *to = from);
        match level {
            0 => Some(Key::on_day(head.day_of(index.checked_mul(256)?)?, name)),
            _ => Some(Key::lasting(name)),
        }
    }

    /// Reads a page of the log; `None` for one that is forgotten.
    pub(super) async fn page(
        &self,
        head: &Head,
        kind: Kind,
        level: u8,
        index: u64,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(place) = self.place(head, kind, level, index) else { return Ok(None) };
        Ok(self.store.page(&place).await?.map(|page| page.body))
    }

    /// A tile of a tree. What is stored may have grown since: hashes of whole subtrees do not change.
    pub(super) async fn tile(&self, head: &Head, id: TileId) -> Result<Option<Vec<u8>>, StoreError> {
        let page = self.page(head, Kind::Tile, id.level, id.index).await?;
        Ok(page.and_then(|mut page| {
            let length = usize::from(id.width) * 32;
            (page.len() >= length).then(|| {
                page.truncate(length);
                page
            })
        }))
    }

    /// The tiles that a plan needs.
    pub(super) async fn tiles(&self, head: &Head, ids: Vec<TileId>) -> Result<Tiles, Error> {
        let mut tiles = Tiles::default();
        for id in ids {
            let bytes = self.tile(head, id).await?.ok_or(DAMAGED)?;
            tiles.insert(id, &bytes).map_err(damaged)?;
        }
        Ok(tiles)
    }

    /// The hashes of a plan.
    pub(super) async fn hashes(&self, head: &Head, plan: &Plan) -> Result<Vec<kycvs_log::Hash>, Error> {
        Ok(plan.hashes(&self.tiles(head, plan.tiles()).await?).map_err(damaged)?)
    }

    /// What is served under a path; `None` for what is no path of a log, not published yet, or forgotten.
    pub(crate) async fn file(&self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        let Ok(resource) = Resource::parse(path) else { return Ok(None) };
        let (head, _) = self.head().await?;
        let size = head.published_size();
        let is_in_tree =
            |level, index, width| TileId::in_tree(level, index, size).is_some_and(|tile| tile.width >= width);
        match resource {
            Resource::Checkpoint => Ok(head.published.map(|note| note.to_string().into_bytes())),
            Resource::Tile(id) if is_in_tree(id.level, id.index, id.width) => Ok(self.tile(&head, id).await?),
            // Bundles are whole: the log grows by 256 entries.
            Resource::Entries { index, width: 256 } if is_in_tree(0, index, 256) => {
                Ok(self.page(&head, Kind::Bundle, 0, index).await?)
            }
            _ => Ok(None),
        }
    }
}

pub(super) const DAMAGED: StoreError = StoreError::Damaged { what: "page of the log" };

pub(super) fn damaged(_: TreeError) -> StoreError {
    DAMAGED
}
