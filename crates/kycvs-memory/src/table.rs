use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use kycvs_store::Key;

/// Records by key, under one lock: a call holds it from its check to its last change, so it is atomic.
///
/// A lock of the standard library fits async code here because no call waits for anything while it holds one.
pub(crate) struct Table<T>(RwLock<Map<T>>);

/// A map that trusts its keys to be spread evenly, as [`Key`] promises.
pub(crate) type Map<T> = HashMap<Key, T, BuildHasherDefault<KeyHasher>>;

impl<T> Table<T> {
    pub(crate) fn read(&self) -> RwLockReadGuard<'_, Map<T>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// A poisoned lock is taken all the same: every call checks before it changes, and no change can panic.
    pub(crate) fn write(&self) -> RwLockWriteGuard<'_, Map<T>> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self(RwLock::default())
    }
}

/// Takes the last eight bytes of a key for its hash.
#[derive(Default)]
pub(crate) struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn write(&mut self, bytes: &[u8]) {
        if let Some(last) = bytes.last_chunk() {
            self.0 = u64::from_ne_bytes(*last);
        }
    }

    /// The length that is hashed before the bytes of an array; every key has the same.
    fn write_usize(&mut self, _: usize) {}

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::hash::BuildHasher;

    #[test]
    fn a_key_is_its_own_hash() {
        let key = Key::from(std::array::from_fn(|at| u8::try_from(at).unwrap()));
        let hash = BuildHasherDefault::<KeyHasher>::default().hash_one(key);
        assert_eq!(hash.to_ne_bytes(), [8, 9, 10, 11, 12, 13, 14, 15]);
    }
}
