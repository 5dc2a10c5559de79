use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::{Key, StoreError, Version, Versioned};

/// Keeps OTP requests while they live, and a day longer.
///
/// # Contract
///
/// - [`put`](Self::put) is a compare-and-set: of any number of concurrent writers that name the same expected version,
///   one gets `Ok` and the others [`StoreError::Conflict`].
/// - A record that was lost (by a failover of a store without full durability) reads as absent, never as an older
///   version that would accept a used code; an adapter that cannot promise this says so.
/// - After [`purge`](Self::purge) no record whose `purge_at` has passed is read. A store with expiry of its own may
///   forget such records earlier.
#[async_trait]
pub trait ChallengeStore: Send + Sync {
    /// Reads one record.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] or [`StoreError::Damaged`].
    async fn load(&self, id: &Key) -> Result<Option<Versioned<Vec<u8>>>, StoreError>;

    /// Writes a record, provided it is still at the version that was read (`None`: there must be none), and returns its
    /// new version. From `purge_at` on it may be forgotten.
    ///
    /// # Errors
    /// [`StoreError::Conflict`], [`StoreError::TooLarge`] or [`StoreError::Unavailable`].
    async fn put(
        &self,
        id: &Key,
        expected: Option<Version>,
        body: Vec<u8>,
        purge_at: DateTime<Utc>,
    ) -> Result<Version, StoreError>;

    /// Forgets the records whose `purge_at` is at or before `now`; returns how many.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    async fn purge(&self, now: DateTime<Utc>) -> Result<u64, StoreError>;
}
