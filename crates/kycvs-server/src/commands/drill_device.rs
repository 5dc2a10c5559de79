use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};
use kycvs::token::{Algorithm, DeviceKey, KeyDevice, PublicKey, Signer, SignerError};

/// A device as a drill uses it: it remembers what it made there, so that nothing of it stays.
#[derive(Debug)]
pub(super) struct DrillDevice {
    inner: Arc<dyn KeyDevice>,
    known: Arc<Mutex<Known>>,
}

#[derive(Debug, Default)]
struct Known {
    made: Vec<DeviceKey>,
}

impl DrillDevice {
    pub(super) fn new(inner: Arc<dyn KeyDevice>) -> Self {
        Self { inner, known: Arc::default() }
    }

    /// In which token a key lies.
    pub(super) fn token_of(&self, key: &PublicKey) -> Option<String> {
        lock(&self.known).made.iter().find(|made| made.public == *key).map(|made| made.device().to_owned())
    }

    /// Whether a token signs, by a key that lies in it.
    pub(super) async fn probe(&self, token: &str) -> Result<()> {
        let key = lock(&self.known).made.iter().find(|made| made.device() == token).cloned();
        let key = key.context("no key lies in it")?;
        self.inner.signer(&key)?.sign(b"drill").await?;
        Ok(())
    }

    /// Destroys every key that the drill made; says how many there were.
    pub(super) fn destroy_all(&self) -> Result<usize> {
        let made = lock(&self.known).made.clone();
        for key in &made {
            self.inner.destroy(key).with_context(|| format!("the key {} stays", key.place))?;
        }
        Ok(made.len())
    }
}

impl KeyDevice for DrillDevice {
    fn make(&self, algorithm: Algorithm, newest: Option<&DeviceKey>) -> Result<DeviceKey, SignerError> {
        let key = self.inner.make(algorithm, newest)?;
        lock(&self.known).made.push(key.clone());
        Ok(key)
    }

    fn signer(&self, key: &DeviceKey) -> Result<Arc<dyn Signer>, SignerError> {
        self.inner.signer(key)
    }

    fn destroy(&self, key: &DeviceKey) -> Result<(), SignerError> {
        self.inner.destroy(key)?;
        lock(&self.known).made.retain(|made| made != key);
        Ok(())
    }
}

fn lock(known: &Mutex<Known>) -> MutexGuard<'_, Known> {
    known.lock().unwrap_or_else(PoisonError::into_inner)
}
