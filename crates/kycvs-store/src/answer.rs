use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::{ChallengeStore, ConsentLedger, Entry, Key, Posting, StoreError, Version};

/// A request that was answered, and what goes into the ledger with it.
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
    /// The consents, one for each person who was answered for, and what else begins with them: entries with number 0, each of an
    /// id of its own.
    pub entries: Vec<Entry>,
    /// What waits to be published because of them.
    pub postings: Vec<Posting>,
}

/// Requests and consents in one database, where an answer and its consent are one durable write instead of two.
///
/// # Contract
///
/// - [`answer`](Self::answer) does what [`put`](ChallengeStore::put) and [`record`](ConsentLedger::record) do, both or
///   neither, and keeps what their traits promise.
#[async_trait]
pub trait AnswerStore: ChallengeStore + ConsentLedger {
    /// Replaces a request, and writes entries and postings.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the request is not at the expected version, an id has an entry, or a posting waits
    /// already; [`StoreError::TooLarge`] or [`StoreError::Unavailable`].
    async fn answer(&self, write: AnswerWrite) -> Result<(), StoreError>;
}
