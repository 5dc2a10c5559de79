use std::fmt;

use crate::note::is_name;
use crate::text::number;
use crate::{Hash, TextError};

/// How large a log is, and the root of its tree (C2SP tlog-checkpoint). Signed, it is a [`Note`](crate::Note).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The name of the log: also the name of the key that signs.
    pub origin: String,
    /// How many entries.
    pub size: u64,
    /// The root of the tree of these entries.
    pub root: Hash,
}

impl Checkpoint {
    /// Reads the text of a note. Lines that follow the root are extensions and are passed over.
    ///
    /// # Errors
    /// [`TextError::Checkpoint`].
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let mut lines = text.strip_suffix('\n').ok_or(TextError::Checkpoint)?.split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(TextError::Checkpoint);
        };
        if origin.is_empty() || lines.any(str::is_empty) {
            return Err(TextError::Checkpoint);
        }
        let size = number(size).map_err(|_| TextError::Checkpoint)?;
        let root = Hash::from_base64(root).map_err(|_| TextError::Checkpoint)?;
        Ok(Self { origin: origin.to_owned(), size, root })
    }

    /// Whether a text can be an origin that also names its key.
    pub fn is_origin(text: &str) -> bool {
        is_name(text)
    }
}

/// The text that is signed.
impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, self.root)
    }
}
