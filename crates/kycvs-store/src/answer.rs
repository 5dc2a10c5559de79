use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::{ChallengeStore, ConsentLedger, Key, StoreError, Version};

/// A request that was answered, and the consent that it was answered on.
#[derive(Clone, Debug)]
pub struct AnswerWrite {
    /// The request.
    pub request: Key,
    /// The version of it that was read.
    pub expected: Version,
    /// Its new body, at most [`MAX_BODY_BYTES`](crate::MAX_BODY_BYTES).
    pub body: Vec<u8>,
    /// From when on the request may be forgotten.
    pub purge_at: DateTime<Utc>,
    /// The consent.
    pub consent: Key,
    /// Its entry 0, at most [`MAX_BODY_BYTES`](crate::MAX_BODY_BYTES).
    pub entry: Vec<u8>,
}

/// Requests and consents in one database, where an answer and its consent are one durable write instead of two.
///
/// # Contract
///
/// - [`answer`](Self::answer) does what [`put`](ChallengeStore::put) and [`append`](ConsentLedger::append) do, both or
///   neither, and keeps what their traits promise.
#[async_trait]
pub trait AnswerStore: ChallengeStore + ConsentLedger {
    /// Replaces a request and appends the first entry of a consent.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the request is not at the expected version, or the consent has an entry;
    /// [`StoreError::TooLarge`] or [`StoreError::Unavailable`].
    async fn answer(&self, write: AnswerWrite) -> Result<(), StoreError>;
}
