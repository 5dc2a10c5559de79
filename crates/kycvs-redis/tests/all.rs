//! All tests of the crate in one binary: it is linked once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

mod commands;
mod contract;
mod faults;
mod limits;
mod open;
mod processes;
mod support;
mod tls;
mod used_code;
