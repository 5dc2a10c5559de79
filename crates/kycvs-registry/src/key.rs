use std::fmt;

use ring::rand::{SecureRandom, SystemRandom};
use zeroize::ZeroizeOnDrop;

use crate::RegistryError;
use crate::error::NoRandomNumbers;

/// The secret from which a sealed registry derives its keys: 32 bytes.
///
/// Who has it and the database has everything, so it is kept apart from the database, in a secret store. Without it the
/// database cannot be read, by anyone: there is no recovery.
///
/// It is not shown by `Debug`, has no `==`, and is wiped from memory when it is dropped.
#[derive(Clone, ZeroizeOnDrop)]
pub struct RegistryKey([u8; 32]);

impl RegistryKey {
    /// Takes up a key that was kept. The bytes are all used, so they must be random: never a passphrase.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Makes a new key from the system's random numbers.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`] when the system has none to give.
    pub fn generate() -> Result<Self, RegistryError> {
        let mut key = Self([0; 32]);
        SystemRandom::new().fill(&mut key.0).map_err(|_| RegistryError::unavailable(NoRandomNumbers))?;
        Ok(key)
    }

    /// The bytes, to keep them in a secret store.
    pub fn secret_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for RegistryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RegistryKey(redacted)")
    }
}
