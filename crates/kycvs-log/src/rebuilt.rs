use crate::{Hash, Plan, Tiles, TreeError, grow, hash_leaf, right_edge};

/// A tree that somebody makes from the entries which a log serves, to hold it against the tiles and the root that it serves.
#[derive(Clone, Debug, Default)]
pub struct Rebuilt {
    size: u64,
    /// The tiles of the right edge.
    edge: Tiles,
}

impl Rebuilt {
    /// Goes on from the first `size` entries, a multiple of 256, of a log that forgot them: by the tiles of their
    /// [`right_edge`]. Whether these are right shows in the root.
    pub fn after(size: u64, edge: Tiles) -> Self {
        Self { size, edge }
    }

    /// Takes the entries of the next bundle; gives the tiles that are new or longer by it.
    ///
    /// # Errors
    /// [`TreeError::Missing`] when a tile of the edge was not given, [`TreeError::TooLarge`].
    pub fn take<E: AsRef<[u8]>>(&mut self, entries: &[E]) -> Result<Tiles, TreeError> {
        let leaves: Vec<Hash> = entries.iter().map(|entry| hash_leaf(entry.as_ref())).collect();
        let grown = grow(self.size, &self.edge, &leaves)?;
        self.size += leaves.len() as u64;
        self.edge.extend(grown.clone());
        self.edge.keep(&right_edge(self.size));
        Ok(grown)
    }

    /// How many entries it has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Its root.
    ///
    /// # Errors
    /// [`TreeError::Missing`] when a tile of the edge was not given.
    pub fn root(&self) -> Result<Hash, TreeError> {
        let hashes = Plan::root(self.size).hashes(&self.edge)?;
        Ok(hashes.first().copied().unwrap_or(crate::EMPTY_ROOT))
    }
}
