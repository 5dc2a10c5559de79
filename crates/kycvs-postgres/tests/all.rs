//! All tests of the crate in one binary: it is linked once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

mod contract;
mod faults;
mod limits;
mod open;
mod plans;
mod processes;
mod purge;
mod support;
mod tls;
