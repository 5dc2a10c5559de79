use std::error::Error;

use kycvs_store::StoreError;

/// Why a registry did not answer.
///
/// None carries a mobile, a name or a key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RegistryError {
    /// The registry's database did not answer, or another writer was first every time that a change was tried. Trying
    /// later may help.
    #[error("the registry is unavailable")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),

    /// What was read is not what a registry wrote under this key: it was changed or moved.
    #[error("a record of the registry is damaged")]
    Damaged,

    /// The registry in that store is sealed under another key. Nothing is damaged: open it with its own.
    #[error("the registry is sealed under another key")]
    WrongKey,

    /// More people were asked about at once than [`MAX_PEOPLE`](crate::MAX_PEOPLE).
    #[error("more people were asked about at once than a registry answers")]
    TooManyAsked,
}

impl RegistryError {
    /// A stable word for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unavailable(_) => "registry-unavailable",
            Self::Damaged => "registry-damaged",
            Self::WrongKey => "wrong-registry-key",
            Self::TooManyAsked => "too-many-asked",
        }
    }

    /// Wraps the error of a database as [`RegistryError::Unavailable`].
    pub fn unavailable(source: impl Into<Box<dyn Error + Send + Sync + 'static>>) -> Self {
        Self::Unavailable(source.into())
    }
}

/// The operating system gave no random numbers.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the system gave no random numbers")]
pub(crate) struct NoRandomNumbers;

impl From<StoreError> for RegistryError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Damaged { .. } => Self::Damaged,
            StoreError::Unavailable(source) => Self::Unavailable(source),
            other => Self::Unavailable(Box::new(other)),
        }
    }
}
