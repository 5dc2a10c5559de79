#![doc = include_str!("../README.md")]

mod builder;
mod challenge;
mod error;
mod inspect;
mod keys;
mod limit;
mod limit_group;
mod pool;
mod scripts;
mod server;
mod store;

pub use builder::Builder;
pub use error::{Fault, OpenError};
pub use store::RedisStore;
