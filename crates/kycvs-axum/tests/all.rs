//! All tests of the crate in one binary: it is linked once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

mod bad_calls;
mod bad_input;
mod bookings;
mod cowin;
mod flow;
mod log;
mod me;
mod problems;
mod schemathesis;
mod sockets;
mod support;
mod withdrawal;
