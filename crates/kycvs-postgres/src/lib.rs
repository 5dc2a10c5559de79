#![doc = include_str!("../README.md")]

mod answer;
mod builder;
mod challenge;
mod consent;
mod error;
mod household;
mod limit;
mod replica;
mod schema;
mod server;
mod sql;
mod store;

pub use builder::Builder;
pub use error::{MigrateError, OpenError};
pub use store::PostgresStore;
