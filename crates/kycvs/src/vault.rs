use std::sync::Arc;

use chrono::{DateTime, Utc};
use kycvs_store::{ChallengeStore, Key, StoreError, Version, Versioned};
use zeroize::Zeroizing;

use crate::seal::Seal;

/// Keeps records sealed: a request that is pending holds a mobile number and a name, and no store gets to see them.
pub(crate) struct Vault {
    pub(crate) seal: Seal,
    pub(crate) store: Arc<dyn ChallengeStore>,
}

impl Vault {
    /// Reads a record.
    pub(crate) async fn load(&self, id: &[u8; 16]) -> Result<Option<Versioned<Zeroizing<Vec<u8>>>>, StoreError> {
        let Some(stored) = self.store.load(&Key::from(*id)).await? else { return Ok(None) };
        let body = self.seal.open(id, stored.body).ok_or(StoreError::Damaged { what: "request" })?;
        Ok(Some(Versioned { body, version: stored.version }))
    }

    /// The version at which a record is.
    pub(crate) async fn version(&self, id: &[u8; 16]) -> Result<Option<Version>, StoreError> {
        Ok(self.store.load(&Key::from(*id)).await?.map(|stored| stored.version))
    }

    /// Writes a record, provided it is still at the version that was read.
    pub(crate) async fn put(
        &self,
        id: &[u8; 16],
        expected: Option<Version>,
        record: Zeroizing<Vec<u8>>,
        purge_at: DateTime<Utc>,
    ) -> Result<Version, StoreError> {
        self.store.put(&Key::from(*id), expected, self.seal.seal(id, record)?, purge_at).await
    }

    /// Forgets the records whose time to be kept has passed.
    pub(crate) async fn purge(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        self.store.purge(now).await
    }
}
