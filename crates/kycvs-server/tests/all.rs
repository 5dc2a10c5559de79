//! All tests of the crate in one binary: it is linked once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

mod apart;
mod audit;
mod certificates;
mod channels;
mod compose;
mod configurations;
mod consents;
mod drills;
mod export;
mod family;
mod hardware;
mod links;
mod operate;
mod packaging;
mod policy;
mod proxies;
mod registry_commands;
mod reload;
mod rotation;
mod serve;
mod shared_keys;
mod shared_stores;
mod statements;
mod support;
mod tools;
mod traces;
mod verify;
mod webhooks;
mod witness;
mod wrong_settings;
