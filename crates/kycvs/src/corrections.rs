//! A record that was wrong makes answers wrong that were given. Their tokens end; no other token does.
//!
//! | file | one idea |
//! |---|---|
//! | `announce.rs` | what waits to be looked at: written before a record is changed, and after |
//! | `amend.rs` | a change of the registry, announced |
//! | `judge.rs` | whether what was shared still holds for its day |
//! | `recheck.rs` | look at what was shared, now and two minutes later |
//!
//! An answer is written within a minute of what it was read from, and each announcement is looked at until two minutes after it
//! was made. So whoever reads, writes or dies in whatever order: an answer that was found before the change is in the ledger when
//! the last look comes.

mod amend;
mod announce;
mod judge;
mod recheck;

pub use amend::{AmendError, Amendment};
pub use announce::{Correction, Corrections};
