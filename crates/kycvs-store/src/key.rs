use std::fmt;

/// The 16-byte key of a record.
///
/// Keys are random or the output of a keyed hash, never a mobile number or a name. They are spread evenly, so an
/// adapter may partition by their first bytes and needs no further hashing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key([u8; 16]);

impl Key {
    /// The bytes, in the order they sort.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl From<[u8; 16]> for Key {
    fn from(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

/// Shows the first four bytes: enough to follow one record in a log, too few to look it up.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, ..] = self.0;
        write!(f, "Key({a:02x}{b:02x}{c:02x}{d:02x}…)")
    }
}
