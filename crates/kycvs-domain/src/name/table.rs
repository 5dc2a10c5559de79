//! The data files of names: lines of words, and comments that begin with `#`.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// What a data file says about its words.
pub(super) type Table<V> = HashMap<&'static str, V, BuildHasherDefault<Fnv>>;

/// The lines that are not empty and no comment.
pub(super) fn lines(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// All words of a file.
pub(super) fn words(table: &'static str) -> impl Iterator<Item = &'static str> {
    lines(table).flat_map(|line| line.split(' '))
}

/// FNV-1a (draft-eastlake-fnv), which takes a few nanoseconds for a short word. Nobody outside chooses the keys of a table.
pub(super) struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
