use async_trait::async_trait;

use crate::{Key, StoreError, Version, Versioned};

/// One write of a batch: replace the record at `key`, provided it is still at the version that was read.
#[derive(Clone, Debug)]
pub struct HouseholdWrite {
    /// Where the record lies.
    pub key: Key,
    /// The version that was read; `None` when there was no record.
    pub expected: Option<Version>,
    /// The new body, at most [`MAX_BODY_BYTES`](crate::MAX_BODY_BYTES).
    pub body: Vec<u8>,
}

/// Keeps sealed households: everyone registered on one mobile number, as one opaque record.
///
/// # Contract
///
/// - A write that was answered with `Ok` survives a crash of the process, where the adapter claims durability.
/// - [`write`](Self::write) applies its whole batch or nothing of it, and no reader sees a part of it.
/// - A record's version is [`Version::FIRST`] after its first write and one more after each further one.
#[async_trait]
pub trait HouseholdStore: Send + Sync {
    /// Reads one record.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] or [`StoreError::Damaged`].
    async fn get(&self, key: &Key) -> Result<Option<Versioned<Vec<u8>>>, StoreError>;

    /// Reads many records, in the order of `keys`. An import reads a batch this way, so that an adapter can do it in
    /// one round trip.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] or [`StoreError::Damaged`].
    async fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Versioned<Vec<u8>>>>, StoreError>;

    /// Applies all of `batch`, or nothing. A key is in it at most once.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when any record is not at its expected version or a key appears twice,
    /// [`StoreError::TooLarge`] when a body is too long, [`StoreError::Unavailable`].
    async fn write(&self, batch: Vec<HouseholdWrite>) -> Result<(), StoreError>;
}
