use async_trait::async_trait;

use crate::{ConsentLedger, Key, Posting, StoreError, Topic, Version, Versioned};

/// Something that is published, under its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its name. It begins with a day, or says that it lasts.
    pub id: Key,
    /// At most [`MAX_PAGE_BYTES`](crate::MAX_PAGE_BYTES).
    pub body: Vec<u8>,
}

/// One step of what is published: a new head, the pages that it speaks of, and the postings that they settle.
#[derive(Clone, Debug)]
pub struct Advance {
    /// The page that decides: of several who publish, the one that replaces it wins.
    pub head: Page,
    /// The version of the head that was read; `None` when there was none.
    pub expected: Option<Version>,
    /// Further pages, which are replaced whatever version they have.
    pub pages: Vec<Page>,
    /// Postings that are done with.
    pub settled: Vec<(Topic, Key)>,
}

/// What is published, and what waits to be: in the database of the ledger, so that a posting is written with its entry.
///
/// Any number of hosts may publish at once. Each reads a head, the postings that wait and the pages they change, and makes
/// one [`advance`](Self::advance); one of them wins, and the others read again. What is published is so a function of what
/// was posted, whoever publishes and whenever one dies.
///
/// # Contract
///
/// - A posting waits until it is settled: it survives a crash, where the adapter claims durability.
/// - Of any number of concurrent [`advance`](Self::advance)s of one version of a head, one gets `Ok` and the others
///   [`StoreError::Conflict`].
/// - [`advance`](Self::advance) does all that it says or nothing, and no reader of pages that it replaces sees a new one
///   before the head.
#[async_trait]
pub trait BoardStore: ConsentLedger {
    /// Reads postings of one topic that wait, at most `limit` of them, in any order.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] or [`StoreError::Damaged`].
    async fn pending(&self, topic: Topic, limit: u32) -> Result<Vec<Posting>, StoreError>;

    /// Reads a page.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] or [`StoreError::Damaged`].
    async fn page(&self, id: &Key) -> Result<Option<Versioned<Vec<u8>>>, StoreError>;

    /// Replaces the head, provided it is still at the version that was read, writes the pages, and takes the settled postings
    /// off the board. A page is in it at most once.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the head is at another version or a page appears twice; [`StoreError::TooLarge`] or
    /// [`StoreError::Unavailable`].
    async fn advance(&self, advance: Advance) -> Result<(), StoreError>;
}

impl Advance {
    /// Whether a body is longer than [`MAX_PAGE_BYTES`](crate::MAX_PAGE_BYTES).
    pub fn is_too_large(&self) -> bool {
        self.all_pages().any(|page| page.body.len() > crate::MAX_PAGE_BYTES)
    }

    /// Whether a page is in it twice.
    pub fn has_a_page_twice(&self) -> bool {
        let mut ids: Vec<Key> = self.all_pages().map(|page| page.id).collect();
        ids.sort_unstable();
        !ids.is_sorted_by(|a, b| a < b)
    }

    fn all_pages(&self) -> impl Iterator<Item = &Page> {
        std::iter::once(&self.head).chain(&self.pages)
    }
}
