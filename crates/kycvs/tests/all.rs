//! All tests of the crate in one binary: it is linked once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

#[path = "support/acts.rs"]
mod acts;
mod at_random;
mod audit;
mod certificates;
mod concurrency;
mod corrections;
mod crash;
mod erasure;
mod faults;
mod flow;
mod group;
mod group_links;
mod host;
#[path = "support/killed.rs"]
mod killed;
mod killed_at_random;
mod limits;
mod me;
mod person;
mod policies;
mod retention;
mod support;
mod withdrawal;
mod words;
