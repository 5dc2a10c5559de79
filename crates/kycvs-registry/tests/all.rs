//! All tests of the crate in one binary: it is linked once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

mod contract;
mod defects;
mod faults;
mod import;
mod import_actions;
mod import_again;
mod import_cases;
mod registry;
mod secrecy;
mod support;
