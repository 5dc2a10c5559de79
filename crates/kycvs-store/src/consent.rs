use async_trait::async_trait;

use crate::{Key, StoreError};

/// The append-only record of consents.
///
/// A consent is a short list of entries: entry 0 is the artefact as it was given, later ones are changes of its state,
/// such as a withdrawal. No call changes or removes an entry.
///
/// # Contract
///
/// - An entry that was answered with `Ok` survives a crash of the process, where the adapter claims durability.
/// - Entries of one consent are numbered 0, 1, 2 … without a gap. Of any number of concurrent writers of one number, one
///   gets `Ok` and the others [`StoreError::Conflict`].
#[async_trait]
pub trait ConsentLedger: Send + Sync {
    /// Appends entry number `seq` of the consent `id`, which must have exactly `seq` entries.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it has more or fewer, [`StoreError::TooLarge`] or [`StoreError::Unavailable`].
    async fn append(&self, id: &Key, seq: u32, entry: Vec<u8>) -> Result<(), StoreError>;

    /// Reads the entries of a consent in order; empty when there is no such consent.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] or [`StoreError::Damaged`].
    async fn read(&self, id: &Key) -> Result<Vec<Vec<u8>>, StoreError>;

    /// Tells whether an entry could be appended now: the database answers, takes writes, and takes them from this host. It
    /// leaves nothing behind. A host is told to be ready by this, before a person gets a code that could not be used.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    async fn check_writable(&self) -> Result<(), StoreError>;
}
