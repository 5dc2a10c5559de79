//! All tests of the crate in one binary: it is linked once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

mod bearer;
mod cwt;
mod gate;
mod golden;
mod group;
mod interop;
mod issuing;
mod jwks;
mod key_folder;
mod policies;
mod properties;
mod qr;
mod rotation;
mod status_list;
mod status_lists;
mod support;
