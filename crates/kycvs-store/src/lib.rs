//! The storage traits of KYC-VS: what a database must promise, and nothing else.
//!
//! Depend on this crate to write an adapter for a database; a host depends on an adapter instead. There are five
//! narrow traits, and an adapter may implement any of them:
//!
//! | trait | keeps | lives |
//! |---|---|---|
//! | [`HouseholdStore`] | sealed registry records | for years |
//! | [`ConsentLedger`] | consents, append-only | a year, as the law wants it |
//! | [`BoardStore`] | what is published, and what waits for it | as long as the ledger |
//! | [`ChallengeStore`] | OTP requests, sealed | a day |
//! | [`LimitStore`] | how often something happened | a day |
//!
//! [`AnswerStore`] is for a database that keeps both requests and consents, and can write to them at once.
//!
//! Every record is opaque bytes under a 16-byte [`Key`]: what is personal was sealed before it came here, so an adapter
//! is a key-value table and has nothing to leak. Nothing here reads a clock: time is an argument.
//!
//! Concurrency is optimistic. A record has a [`Version`]; a writer names the version it read, and gets
//! [`StoreError::Conflict`] when another writer was first. `kycvs-store-testkit` holds the contract as tests.
//!
//! ```
//! use kycvs_store::{Key, Version};
//! let key = Key::from([7; 16]);
//! assert_eq!(format!("{key:?}"), "Key(07070707…)");
//! assert!(Version::FIRST < Version::FIRST.next());
//! ```

mod answer;
mod board;
mod challenge;
mod day;
mod error;
mod household;
mod key;
mod ledger;
mod limit;
mod use_log;
mod versioned;

pub use answer::{AnswerStore, AnswerWrite};
pub use board::{Advance, BoardStore, Page};
pub use challenge::ChallengeStore;
pub use day::Day;
pub use error::StoreError;
pub use household::{HouseholdStore, HouseholdWrite};
pub use key::Key;
pub use ledger::{ConsentLedger, Entry, Posting, Topic};
pub use limit::{Decision, Limit, LimitStore, LimitUse};
pub use use_log::{UseLog, UseLogError};
pub use versioned::{Version, Versioned};

/// The longest body of a record, in bytes. An adapter refuses more with [`StoreError::TooLarge`].
pub const MAX_BODY_BYTES: usize = 64 * 1024;

/// The longest page of a board, in bytes: a status list of 2^20 bits that does not compress, as a signed token, and room.
pub const MAX_PAGE_BYTES: usize = 256 * 1024;

/// Whether a body of an entry or a posting is longer than [`MAX_BODY_BYTES`].
pub fn are_too_large(entries: &[Entry], postings: &[Posting]) -> bool {
    let bodies = entries.iter().map(|entry| &entry.body).chain(postings.iter().map(|posting| &posting.body));
    bodies.into_iter().any(|body| body.len() > MAX_BODY_BYTES)
}
