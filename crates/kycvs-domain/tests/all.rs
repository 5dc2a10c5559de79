//! All tests of the crate in one binary: it is linked once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

mod cdsi;
mod common;
mod doses_not_needed;
mod evaluate;
mod evaluate_properties;
mod households;
mod mobile;
mod names;
mod policy_file;
mod policy_properties;
mod policy_words;
mod rules_in_force;
mod shipped;
mod us_cdc;
