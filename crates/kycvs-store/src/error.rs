use std::error::Error;

/// Why a store did not do what it was asked.
///
/// None of these carries a key or a body. After any of them nothing of the refused call is stored, but for
/// [`Unavailable`](Self::Unavailable): a connection that broke while writing may have written all of the call, never a
/// part of it; reading again tells.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The record is not at the expected version: another writer was first. Read it again and decide again.
    #[error("another writer was first")]
    Conflict,

    /// A body is longer than [`MAX_BODY_BYTES`](crate::MAX_BODY_BYTES), or a batch larger than the adapter takes,
    /// which is at least 1,000 writes.
    #[error("the record or batch is too large for the store")]
    TooLarge,

    /// What was read is not what an adapter wrote.
    #[error("a stored {what} is damaged")]
    Damaged {
        /// The kind of record, such as `household`.
        what: &'static str,
    },

    /// The database did not answer, or answered with an error of its own, which is the source. Trying later may help.
    #[error("the store is unavailable")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
}

impl StoreError {
    /// Wraps a driver's error as [`StoreError::Unavailable`].
    pub fn unavailable(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Unavailable(source.into())
    }
}
