use std::error::Error;
use std::io;

use kycvs_store::StoreError;

/// Why a file was not opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// This or another process has the file open.
    #[error("the file is in use by another store or process")]
    InUse,

    /// The file was written by something else. It was not changed.
    #[error("the file is not a KYC-VS store")]
    NotAStore,

    /// The file was written by a later release. It was not changed.
    #[error("the file has format {found}, and this release reads up to {supported}")]
    NewerFormat {
        /// The format of the file.
        found: u64,
        /// The newest format that this release knows.
        supported: u64,
    },

    /// What is in the file is inconsistent: it was changed from outside, or its disk lost writes.
    #[error("the file is damaged")]
    Damaged(#[source] Box<dyn Error + Send + Sync>),

    /// A copy was to be written over the store's own file.
    #[error("a store cannot be copied onto its own file")]
    OntoItself,

    /// The system refused: the path is a directory, its parent is missing, the file may not be written, the disk is full.
    #[error("the file cannot be opened or written")]
    Io(#[source] io::Error),
}

impl OpenError {
    /// Sorts an error of redb by what the host can do about it.
    pub(crate) fn from_redb(error: impl Into<redb::Error>) -> Self {
        match error.into() {
            redb::Error::DatabaseAlreadyOpen | redb::Error::LockProtocolMismatch => Self::InUse,
            redb::Error::UpgradeRequired(_) => Self::NotAStore,
            // How redb says that a file does not begin as its files do.
            redb::Error::Io(error) if error.kind() == io::ErrorKind::InvalidData => Self::NotAStore,
            redb::Error::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => Self::Damaged(error.into()),
            redb::Error::Io(error) => Self::Io(error),
            other => Self::Damaged(other.into()),
        }
    }
}

/// Any error of redb while a store is open. It is kept as the source, and redb's types stay out of our signatures.
pub(crate) fn unavailable(error: impl Into<redb::Error>) -> StoreError {
    StoreError::unavailable(error.into())
}
