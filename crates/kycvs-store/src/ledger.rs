use async_trait::async_trait;

use crate::{Day, Key, StoreError};

/// One entry of a ledger: number `seq` of what is kept under `id`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it is an entry of. It begins with a day, or says that it lasts.
    pub id: Key,
    /// Its number, from 0 on without a gap.
    pub seq: u32,
    /// At most [`MAX_BODY_BYTES`](crate::MAX_BODY_BYTES).
    pub body: Vec<u8>,
}

/// What waits to be published because of entries, and is written with them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    /// Who takes it from the board.
    pub topic: Topic,
    /// Its name, unique within its topic while it waits.
    pub id: Key,
    /// At most [`MAX_BODY_BYTES`](crate::MAX_BODY_BYTES).
    pub body: Vec<u8>,
}

/// A kind of posting. What the number means is the business of who posts and who publishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Topic(pub u8);

/// The append-only record: consents, and whatever else must be proved later.
///
/// What lies under one id is a short list of entries. Entry 0 of a consent is the artefact as it was given, later ones are
/// changes of its state, such as a withdrawal. No call changes an entry; the law says when it is forgotten, and its id
/// begins with the day that this is counted from.
///
/// # Contract
///
/// - What was answered with `Ok` survives a crash of the process, where the adapter claims durability.
/// - Entries of one id are numbered 0, 1, 2 … without a gap. Of any number of concurrent writers of one number, one
///   gets `Ok` and the others [`StoreError::Conflict`].
/// - [`record`](Self::record) writes all of its entries and postings or nothing, and no reader sees a part of it.
#[async_trait]
pub trait ConsentLedger: Send + Sync {
    /// Writes entries, each of which must be the next of its id, and postings, each of which must be new to its topic. One
    /// call may hold several entries of one id, in their order, and the consents of several people: six of a family with their
    /// lines and postings are one durable write.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when an entry is not the next or a posting waits already, [`StoreError::TooLarge`] or
    /// [`StoreError::Unavailable`].
    async fn record(&self, entries: Vec<Entry>, postings: Vec<Posting>) -> Result<(), StoreError>;

    /// Reads the entries of an id in order; empty when there are none.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] or [`StoreError::Damaged`].
    async fn read(&self, id: &Key) -> Result<Vec<Vec<u8>>, StoreError>;

    /// Reads the entries of many ids, as [`read`](Self::read) does those of one, in the order of `ids`: in one round trip where
    /// the database is far.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] or [`StoreError::Damaged`].
    async fn read_many(&self, ids: &[Key]) -> Result<Vec<Vec<Vec<u8>>>, StoreError>;

    /// Forgets all entries of some ids, before their day is over. One entry without a body stays in their place until that day, so
    /// that nobody writes there again and what is numbered has no gap; where there was no entry, nothing does. A call forgets
    /// all or nothing, and forgetting again changes nothing.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    async fn forget(&self, ids: &[Key]) -> Result<(), StoreError>;

    /// Forgets whatever lies on days before `before`: entries, and what a board published. What lasts stays, and so do
    /// postings, which wait for somebody.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    async fn forget_before(&self, before: Day) -> Result<(), StoreError>;

    /// Tells whether an entry could be appended now: the database answers, takes writes, and takes them from this host. It
    /// leaves no trace. A host is ready by this, before a person gets a code that could not be used.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    async fn check_writable(&self) -> Result<(), StoreError>;
}
