//! The pages as forms and their answers, as a browser without script sees them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

#[path = "../support/mod.rs"]
mod support;

mod certificate;
mod crowd;
mod family;
mod framing;
mod hand_over;
mod link;
mod loading;
mod look;
mod person;
mod reload;
mod rules;
mod steps;
mod verify;
mod visit;
