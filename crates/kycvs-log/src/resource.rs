use std::fmt;

use crate::TextError;
use crate::text::number;

/// How many hashes a full tile has, and how many entries a full bundle.
pub const TILE_WIDTH: u64 = 256;

/// The longest path of a log, in bytes: a tile of the highest index, with its width.
pub const MAX_PATH_BYTES: usize = 64;

/// A tile: `width` hashes that follow each other, of subtrees of 256^`level` entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    /// 0 for the hashes of entries; at most 7.
    pub level: u8,
    /// Its number within its level.
    pub index: u64,
    /// How many hashes it has: 1 to 256.
    pub width: u16,
}

/// What a log serves, by the path of C2SP's tlog-tiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resource {
    /// `checkpoint`: the signed size and root.
    Checkpoint,
    /// `tile/0/x001/067`, `tile/1/000.p/3`: hashes.
    Tile(TileId),
    /// `tile/entries/x001/067`: the entries under the tile of level 0 with that number.
    Entries {
        /// The number of the tile of level 0.
        index: u64,
        /// How many entries: 1 to 256.
        width: u16,
    },
}

/// 256^7 entries are 2^56: no log gets there.
const MAX_LEVEL: u8 = 7;

impl TileId {
    /// The tile number `index` of a level as a tree of `size` entries has it: full, partial, or not there.
    pub fn in_tree(level: u8, index: u64, size: u64) -> Option<Self> {
        let hashes = size.checked_shr(8 * u32::from(level)).unwrap_or(0);
        let width = hashes.saturating_sub(index.checked_mul(TILE_WIDTH)?).min(TILE_WIDTH);
        let width = u16::try_from(width).ok().filter(|width| *width > 0)?;
        (level <= MAX_LEVEL).then_some(Self { level, index, width })
    }

    /// Whether it has all of its 256 hashes, and never changes again.
    pub fn is_full(&self) -> bool {
        u64::from(self.width) == TILE_WIDTH
    }
}

impl Resource {
    /// Reads a path under the prefix of a log, without a slash before it.
    ///
    /// # Errors
    /// [`TextError::Path`] for what is not written as tlog-tiles writes it.
    pub fn parse(path: &str) -> Result<Self, TextError> {
        if path.len() > MAX_PATH_BYTES {
            return Err(TextError::Path);
        }
        let resource = Self::read(path).ok_or(TextError::Path)?;
        // One thing has one path: no zeros too many, no `.p/256`.
        if resource.to_string() == path { Ok(resource) } else { Err(TextError::Path) }
    }

    fn read(path: &str) -> Option<Self> {
        if path == "checkpoint" {
            return Some(Self::Checkpoint);
        }
        let (level, place) = path.strip_prefix("tile/")?.split_once('/')?;
        let (index, width) = match place.split_once(".p/") {
            Some((index, width)) => (index, u16::try_from(number(width).ok()?).ok()?),
            None => (place, 256),
        };
        let mut whole = 0_u64;
        for group in index.split('/') {
            let digits = group.strip_prefix('x').unwrap_or(group);
            let are_digits = digits.len() == 3 && digits.bytes().all(|byte| byte.is_ascii_digit());
            let value = are_digits.then(|| digits.parse::<u64>().ok()).flatten()?;
            whole = whole.checked_mul(1000)?.checked_add(value)?;
        }
        let is_sound = (1..=256).contains(&width);
        match level {
            "entries" => is_sound.then_some(Self::Entries { index: whole, width }),
            level => {
                let level = u8::try_from(number(level).ok()?).ok().filter(|level| *level <= MAX_LEVEL)?;
                is_sound.then_some(Self::Tile(TileId { level, index: whole, width }))
            }
        }
    }
}

/// The path under the prefix of a log.
impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (index, width) = match self {
            Self::Checkpoint => return f.write_str("checkpoint"),
            Self::Tile(TileId { level, index, width }) => {
                write!(f, "tile/{level}/")?;
                (*index, *width)
            }
            Self::Entries { index, width } => {
                f.write_str("tile/entries/")?;
                (*index, *width)
            }
        };
        write_index(f, index)?;
        if u64::from(width) < TILE_WIDTH { write!(f, ".p/{width}") } else { Ok(()) }
    }
}

/// Groups of three digits, all but the last with an `x`.
fn write_index(f: &mut fmt::Formatter<'_>, index: u64) -> fmt::Result {
    let mut divisor = 1_u64;
    while index / divisor >= 1000 {
        divisor *= 1000;
    }
    while divisor > 1 {
        write!(f, "x{:03}/", index / divisor % 1000)?;
        divisor /= 1000;
    }
    write!(f, "{:03}", index % 1000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_path_that_is_written_otherwise_is_no_path() {
        for path in [
            "",
            "checkpoint/",
            "/checkpoint",
            "tile",
            "tile/0",
            "tile/0/",
            "tile/0/0",
            "tile/0/0000",
            "tile/00/000",
            "tile/8/000",
            "tile/0/x000/001",
            "tile/0/001/002",
            "tile/0/x001",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/0/000.p/",
            "tile/-1/000",
            "tile/entries/x1/000",
            "tile/0/x018/x446/x744/x073/x709/x551/616",
            "tile/0/+01",
        ] {
            assert_eq!(Resource::parse(path), Err(TextError::Path), "{path}");
        }
    }

    proptest! {
        #[test]
        fn a_path_is_read_as_it_was_written(level in 0..=MAX_LEVEL, index: u64, width in 1..=256_u16, noise in "(tile/)?[0-9x/.p]{0,40}") {
            for resource in [Resource::Tile(TileId { level, index, width }), Resource::Entries { index, width }] {
                let path = resource.to_string();
                prop_assert!(path.len() <= MAX_PATH_BYTES);
                prop_assert_eq!(Resource::parse(&path), Ok(resource));
            }
            if let Ok(resource) = Resource::parse(&noise) {
                prop_assert_eq!(resource.to_string(), noise);
            }
        }
    }
}
