use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ring::digest::{Context, SHA256};

use crate::TextError;

/// A SHA-256 hash: of an entry, of a subtree, or of the whole tree.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

/// The root of a tree without entries: SHA-256 of nothing (RFC 6962 section 2.1).
pub const EMPTY_ROOT: Hash = Hash([
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41,
    0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
]);

/// The hash of an entry: SHA-256(0x00 ‖ entry) (RFC 6962 section 2.1).
pub fn hash_leaf(entry: &[u8]) -> Hash {
    sha256([&[0], entry])
}

/// The hash of two subtrees: SHA-256(0x01 ‖ left ‖ right).
pub fn hash_node(left: &Hash, right: &Hash) -> Hash {
    sha256([&[1], &left.0, &right.0])
}

/// The hash of parts that follow each other.
pub(crate) fn sha256<const N: usize>(parts: [&[u8]; N]) -> Hash {
    let mut context = Context::new(&SHA256);
    parts.iter().for_each(|part| context.update(part));
    let mut hash = Hash([0; 32]);
    hash.0.iter_mut().zip(context.finish().as_ref()).for_each(|(to, from)| *to = *from);
    hash
}

impl Hash {
    /// Reads standard base64 with padding, 44 characters.
    ///
    /// # Errors
    /// [`TextError::Hash`] for any other text.
    pub fn from_base64(text: &str) -> Result<Self, TextError> {
        let bytes = BASE64_STANDARD.decode(text).map_err(|_| TextError::Hash)?;
        bytes.try_into().map(Self).map_err(|_| TextError::Hash)
    }
}

/// Standard base64 with padding, as checkpoints and proofs write it.
impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64_STANDARD.encode(self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_empty_root_is_the_hash_of_nothing() {
        assert_eq!(sha256([]), EMPTY_ROOT);
    }

    #[test]
    fn a_hash_has_one_text_and_no_other_is_read() {
        let hash = hash_leaf(b"");
        assert_eq!(hash.to_string(), "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=");
        assert_eq!(Hash::from_base64(&hash.to_string()), Ok(hash));
        for spoilt in
            ["", "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0", "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB1=", "AAAA"]
        {
            assert_eq!(Hash::from_base64(spoilt), Err(TextError::Hash), "{spoilt}");
        }
    }
}
