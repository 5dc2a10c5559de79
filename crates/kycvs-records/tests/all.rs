//! All tests of the crate in one binary: it is linked once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

mod any_input;
mod common;
mod damaged_hc1;
mod damaged_shc;
mod divoc;
mod eu_dcc;
mod fhir;
mod not_green;
mod report;
mod revocations;
mod smart_health_cards;
mod trust_list;
