//! Real servers for tests, and libraries of other languages: each server starts on a free loopback port, in a temporary folder, and stops whatever happens.
//!
//! A server lives as long as its value. A test binary that is killed, or keeps a server in a `static`, takes it with it, since the
//! kernel tells the server that its parent died; a shell then removes the folder. Whatever is missing on the machine is a panic
//! that names the Debian package.
//!
//! This crate is for tests, benchmarks and soak runs only; it panics instead of answering with errors.

#![allow(clippy::panic, clippy::expect_used, clippy::missing_panics_doc)] // a server that does not start is a failed test

mod chromium;
#[cfg(feature = "web")]
mod firefox;
mod folder;
mod kannel;
mod moved_clock;
pub mod packages;
mod pgbouncer;
mod postgres;
mod process;
#[cfg(feature = "web")]
pub mod programs;
mod proxy;
mod redis;
mod softhsm;
mod webkit;

pub use chromium::Chromium;
#[cfg(feature = "web")]
pub use firefox::Firefox;
pub use kannel::{Kannel, ReceivedSms};
pub use moved_clock::MovedClock;
pub use pgbouncer::PgBouncer;
pub use postgres::Postgres;
pub use process::{Process, free_port, unprivileged};
pub use proxy::{Proxy, Weather};
pub use redis::{MovingSlot, Redis, RedisCluster};
pub use softhsm::SoftHsm;
pub use webkit::WebKit;
