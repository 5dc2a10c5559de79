//! The storage traits in process memory: the reference adapter, written to be copied.
//!
//! A host takes [`MemoryStore`] for tests, for a demonstration, or for a registry that it loads at each start. It keeps
//! nothing when the process ends, so a consent that must last belongs into a durable adapter. Who writes an adapter
//! begins here: each file is one trait, and shows all that its contract asks for.
//!
//! ```
//! use kycvs_memory::MemoryStore;
//! use kycvs_store::{HouseholdStore, HouseholdWrite, Key, StoreError, Version};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), StoreError> {
//! let store = MemoryStore::new();
//! let key = Key::from([7; 16]);
//! store.write(vec![HouseholdWrite { key, expected: None, body: b"sealed".to_vec() }]).await?;
//!
//! let read = store.get(&key).await?.ok_or(StoreError::Damaged { what: "household" })?;
//! assert_eq!((read.body, read.version), (b"sealed".to_vec(), Version::FIRST));
//!
//! let stale = HouseholdWrite { key, expected: None, body: b"another".to_vec() };
//! assert!(matches!(store.write(vec![stale]).await, Err(StoreError::Conflict)));
//! # Ok(())
//! # }
//! ```
//!
//! | file | trait |
//! |---|---|
//! | `household.rs` | [`HouseholdStore`](kycvs_store::HouseholdStore) |
//! | `ledger.rs` | [`ConsentLedger`](kycvs_store::ConsentLedger) |
//! | `board.rs` | [`BoardStore`](kycvs_store::BoardStore) |
//! | `challenge.rs` | [`ChallengeStore`](kycvs_store::ChallengeStore) |
//! | `answer.rs` | [`AnswerStore`](kycvs_store::AnswerStore) |
//! | `limit.rs` | [`LimitStore`](kycvs_store::LimitStore) |
//! | `table.rs` | the map under a lock that the others keep |

mod answer;
mod board;
mod challenge;
mod household;
mod ledger;
mod limit;
mod table;

use challenge::Challenge;
use household::Household;
use kycvs_store::UseLog;
use ledger::Ledger;
use table::Table;

/// All five stores in the memory of this process. Share it by `Arc`.
#[derive(Default)]
pub struct MemoryStore {
    households: Table<Household>,
    ledger: Ledger,
    challenges: Table<Challenge>,
    limits: Table<UseLog>,
}

impl MemoryStore {
    /// A store with nothing in it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Forgets everything, so that the store is as a new one: for tests that start over, and for a sandbox. A call that runs
    /// at the same time sees all of the store or nothing of it.
    ///
    /// ```
    /// # use kycvs_memory::MemoryStore;
    /// # use kycvs_store::{ConsentLedger, Entry, Key, StoreError};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), StoreError> {
    /// let store = MemoryStore::new();
    /// let id = Key::lasting([7; 14]);
    /// store.record(vec![Entry { id, seq: 0, body: b"given".to_vec() }], vec![]).await?;
    /// store.forget_all();
    /// assert!(store.read(&id).await?.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    pub fn forget_all(&self) {
        let (mut challenges, mut ledger) = (self.challenges.write(), self.ledger.write());
        challenges.clear();
        *ledger = ledger::Rows::default();
        self.households.write().clear();
        self.limits.write().clear();
    }
}

/// Shows no record: there may be millions.
impl std::fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemoryStore").finish_non_exhaustive()
    }
}
