use std::fmt;

use crate::PublicKey;

/// The most keys of a key ring.
pub const MAX_KEYS: usize = 64;

/// The public keys of an issuer, as they are published and as a verifier holds them: 1 to [`MAX_KEYS`], each once.
#[derive(Clone, Debug)]
pub struct KeyRing(Vec<PublicKey>);

/// Why keys are not a key ring.
///
/// `at` is the place of a key in the JWK set, from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyRingError {
    /// The JWK set is longer than [`MAX_JWKS_BYTES`](crate::MAX_JWKS_BYTES).
    TooLong,
    /// Not a JSON object with a list of objects `keys`.
    NotAJwkSet,
    /// A name appears twice in one object.
    DuplicateName {
        /// The name.
        name: String,
    },
    /// More than [`MAX_KEYS`].
    TooManyKeys,
    /// A key, of whatever type, is private or symmetric. It is compromised now: take it out of use.
    SecretKey {
        /// Its place.
        at: usize,
    },
    /// The same key appears twice.
    DuplicateKey,
    /// Not one key for our algorithms.
    NoKey,
}

impl fmt::Display for KeyRingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => f.write_str("the JWK set is longer than 64 KiB"),
            Self::NotAJwkSet => f.write_str("not a JWK set"),
            Self::DuplicateName { name } => write!(f, "the JWK set holds the name {name:?} twice in one object"),
            Self::TooManyKeys => f.write_str("more than 64 keys"),
            Self::SecretKey { at } => write!(f, "key {at} is a private or a symmetric key"),
            Self::DuplicateKey => f.write_str("a key appears twice"),
            Self::NoKey => f.write_str("no key that verifies status tokens"),
        }
    }
}

impl std::error::Error for KeyRingError {}

impl KeyRing {
    /// A key ring of these keys.
    ///
    /// # Errors
    /// [`KeyRingError::NoKey`], [`KeyRingError::TooManyKeys`] or [`KeyRingError::DuplicateKey`].
    pub fn new(keys: impl IntoIterator<Item = PublicKey>) -> Result<Self, KeyRingError> {
        let keys: Vec<_> = keys.into_iter().take(MAX_KEYS + 1).collect();
        if keys.is_empty() {
            return Err(KeyRingError::NoKey);
        }
        if keys.len() > MAX_KEYS {
            return Err(KeyRingError::TooManyKeys);
        }
        let is_repeated = |(at, key): (usize, &PublicKey)| keys.iter().take(at).any(|earlier| earlier == key);
        if keys.iter().enumerate().any(is_repeated) {
            return Err(KeyRingError::DuplicateKey);
        }
        Ok(Self::of_distinct(keys))
    }

    /// A key ring of keys that are known to be different, and not too many.
    pub(crate) fn of_distinct(keys: Vec<PublicKey>) -> Self {
        Self(keys)
    }

    /// The keys, in their order.
    pub fn iter(&self) -> impl Iterator<Item = &PublicKey> {
        self.0.iter()
    }

    /// The key of that name.
    pub fn find(&self, key_id: &str) -> Option<&PublicKey> {
        self.iter().find(|key| key.key_id().as_str() == key_id)
    }
}

/// The key ring of a single key.
impl From<PublicKey> for KeyRing {
    fn from(key: PublicKey) -> Self {
        Self(vec![key])
    }
}
