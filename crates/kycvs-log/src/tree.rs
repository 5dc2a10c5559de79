use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::{EMPTY_ROOT, Hash, ProofError, TILE_WIDTH, TileId, hash_node};

/// The hashes that a root or a proof consists of, and which tiles they are made from: whoever keeps the tiles fetches them, and
/// the plan makes the hashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    size: u64,
    /// Each hash is the root of the entries of a range.
    ranges: Vec<Range<u64>>,
}

/// Tiles that were read, by what they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tiles(BTreeMap<TileId, Vec<Hash>>);

/// Tiles do not hold a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TreeError {
    /// A tile that is needed is not there.
    #[error("tile {} of level {} is missing", .0.index, .0.level)]
    Missing(TileId),
    /// The bytes of a tile are not as many hashes as it has.
    #[error("tile {} of level {} has another length", .0.index, .0.level)]
    Length(TileId),
    /// The tree would have more than 2^56 entries.
    #[error("the tree is too large")]
    TooLarge,
}

/// How high trees get: what fits into tiles of eight levels.
const MAX_SIZE: u64 = 1 << 56;

impl Plan {
    /// The root of the tree of `size` entries: one hash.
    pub fn root(size: u64) -> Self {
        Self { size, ranges: std::iter::once(0..size).collect() }
    }

    /// The proof that entry number `index` is in the tree of `size` entries (RFC 6962 section 2.1.1).
    ///
    /// # Errors
    /// [`ProofError::Beyond`] when it is not.
    pub fn inclusion(index: u64, size: u64) -> Result<Self, ProofError> {
        if index >= size {
            return Err(ProofError::Beyond);
        }
        let (mut ranges, mut whole) = (Vec::new(), 0..size);
        while whole.end - whole.start > 1 {
            let middle = middle(&whole);
            if index < middle {
                ranges.push(middle..whole.end);
                whole.end = middle;
            } else {
                ranges.push(whole.start..middle);
                whole.start = middle;
            }
        }
        ranges.reverse();
        Ok(Self { size, ranges })
    }

    /// The proof that the tree of `new` entries begins with the tree of `old` (RFC 6962 section 2.1.2).
    ///
    /// # Errors
    /// [`ProofError::Beyond`] when the older tree is the larger.
    pub fn consistency(old: u64, new: u64) -> Result<Self, ProofError> {
        if old > new {
            return Err(ProofError::Beyond);
        }
        let (mut ranges, mut whole) = (Vec::new(), 0..new);
        if old > 0 {
            while whole.end != old {
                let middle = middle(&whole);
                if old <= middle {
                    ranges.push(middle..whole.end);
                    whole.end = middle;
                } else {
                    ranges.push(whole.start..middle);
                    whole.start = middle;
                }
            }
            // What is the whole of the older tree is known to who holds its root.
            if whole.start > 0 {
                ranges.push(whole);
            }
        }
        ranges.reverse();
        Ok(Self { size: new, ranges })
    }

    /// The tiles that are needed, each once.
    pub fn tiles(&self) -> Vec<TileId> {
        let nodes = self.ranges.iter().flat_map(subtrees);
        let tiles: BTreeSet<TileId> = nodes.filter_map(|node| node.tile(self.size)).collect();
        tiles.into_iter().collect()
    }

    /// The hashes, in the order of the proof.
    ///
    /// # Errors
    /// [`TreeError::Missing`] when a tile is not there.
    pub fn hashes(&self, tiles: &Tiles) -> Result<Vec<Hash>, TreeError> {
        self.ranges.iter().map(|range| self.hash(range, tiles)).collect()
    }

    fn hash(&self, range: &Range<u64>, tiles: &Tiles) -> Result<Hash, TreeError> {
        let mut hash = None;
        for node in subtrees(range).into_iter().rev() {
            let left = node.hash(self.size, tiles)?;
            hash = Some(hash.map_or(left, |right| hash_node(&left, &right)));
        }
        Ok(hash.unwrap_or(EMPTY_ROOT))
    }
}

impl Tiles {
    /// Takes a tile as it is served: its hashes, one after the other.
    ///
    /// # Errors
    /// [`TreeError::Length`] when there are more or fewer than it has.
    pub fn insert(&mut self, id: TileId, bytes: &[u8]) -> Result<(), TreeError> {
        let (hashes, rest) = bytes.as_chunks::<32>();
        if !rest.is_empty() || hashes.len() != usize::from(id.width) {
            return Err(TreeError::Length(id));
        }
        self.0.insert(id, hashes.iter().copied().map(Hash).collect());
        Ok(())
    }

    /// Every tile, with its bytes as it is served.
    pub fn bytes(&self) -> impl Iterator<Item = (TileId, Vec<u8>)> {
        self.0.iter().map(|(id, hashes)| (*id, hashes.iter().flat_map(|hash| hash.0).collect()))
    }

    /// Takes all tiles of another.
    pub fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// Drops all but these.
    pub(crate) fn keep(&mut self, ids: &[TileId]) {
        self.0.retain(|id, _| ids.contains(id));
    }

    fn get(&self, id: TileId) -> Result<&[Hash], TreeError> {
        self.0.get(&id).map(Vec::as_slice).ok_or(TreeError::Missing(id))
    }
}

/// The tiles at the right edge of a tree of `size` entries that are not full: what [`grow`] goes on from.
pub fn right_edge(size: u64) -> Vec<TileId> {
    let edge = (0..8_u8).filter_map(|level| TileId::in_tree(level, (size >> (8 * level)) / TILE_WIDTH, size));
    edge.filter(|tile| !tile.is_full()).collect()
}

/// Appends entries, by their hashes, to a tree of `size` entries. `edge` holds its [`right_edge`]. Returns the tiles that are
/// new or longer.
///
/// # Errors
/// [`TreeError::Missing`] when a tile of the edge is not there, [`TreeError::TooLarge`].
pub fn grow(size: u64, edge: &Tiles, leaves: &[Hash]) -> Result<Tiles, TreeError> {
    let new_size = size.checked_add(leaves.len() as u64).filter(|size| *size < MAX_SIZE).ok_or(TreeError::TooLarge)?;
    let (mut grown, mut new) = (Tiles::default(), leaves.to_vec());
    for level in 0..8_u8 {
        if new.is_empty() {
            break;
        }
        let first = (size >> (8 * level)) / TILE_WIDTH;
        let mut hashes = match TileId::in_tree(level, first, size) {
            Some(tile) => edge.get(tile)?.to_vec(),
            None => Vec::new(),
        };
        hashes.append(&mut new);
        for (index, chunk) in (first..).zip(hashes.chunks(256)) {
            let tile = TileId::in_tree(level, index, new_size).ok_or(TreeError::TooLarge)?;
            if tile.is_full() {
                new.push(root_of(chunk));
            }
            grown.0.insert(tile, chunk.to_vec());
        }
    }
    Ok(grown)
}

/// A whole subtree of 2^`height` entries: number `index` of its height.
struct Node {
    height: u32,
    index: u64,
}

impl Node {
    /// Where its hash is, or what it is made from: a tile, and the places in it.
    fn place(&self, size: u64) -> Option<(TileId, Range<usize>)> {
        let (level, above) = (u8::try_from(self.height / 8).ok()?, self.height % 8);
        let first = self.index << above;
        let tile = TileId::in_tree(level, first / TILE_WIDTH, size)?;
        let start = usize::try_from(first % TILE_WIDTH).ok()?;
        Some((tile, start..start + (1 << above)))
    }

    fn tile(&self, size: u64) -> Option<TileId> {
        self.place(size).map(|(tile, _)| tile)
    }

    fn hash(&self, size: u64, tiles: &Tiles) -> Result<Hash, TreeError> {
        let (tile, places) = self.place(size).ok_or(TreeError::TooLarge)?;
        tiles.get(tile)?.get(places).map(root_of).ok_or(TreeError::Length(tile))
    }
}

/// The whole subtrees that a range consists of, from left to right. The range begins where a subtree as large as it does.
fn subtrees(range: &Range<u64>) -> Vec<Node> {
    let (mut start, mut nodes) = (range.start, Vec::new());
    while start < range.end {
        let height = (range.end - start).ilog2();
        nodes.push(Node { height, index: start >> height });
        start += 1 << height;
    }
    nodes
}

/// Where the left subtree of a range of more than one entry ends: after the largest power of two that is smaller than it.
fn middle(range: &Range<u64>) -> u64 {
    range.start + (1 << (range.end - range.start - 1).ilog2())
}

/// The root over a power of two of hashes.
fn root_of(hashes: &[Hash]) -> Hash {
    match hashes {
        [] => EMPTY_ROOT,
        [one] => *one,
        more => {
            let (left, right) = more.split_at(more.len() / 2);
            hash_node(&root_of(left), &root_of(right))
        }
    }
}
