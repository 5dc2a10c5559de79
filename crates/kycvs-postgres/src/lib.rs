#![doc = include_str!("../README.md")]

mod answer;
mod board;
mod builder;
mod challenge;
mod error;
mod household;
mod ledger;
mod limit;
mod meta;
mod record;
mod replica;
mod schema;
mod server;
mod sql;
mod store;

pub use builder::Builder;
pub use error::{MigrateError, OpenError};
pub use store::PostgresStore;
