//! What the benchmarks share: people and questions, the raw parts of an answer, what a user would pick instead, and a
//! way to compare them that holds on a machine whose speed drifts.
//!
//! | module | holds |
//! |---|---|
//! | [`scale`] | how large a run is: a test, a small machine, ten million people |
//! | [`contest`] | measures several ways in turns, so that their ratio is of one run |
//! | [`people`] | registries of sample people, and random questions about them |
//! | [`raw`] | the primitives that a lookup is made of, over the very same records |
//! | [`rivals`] | a `HashMap<(String, String), _>`, and SQLite |
//! | [`lookup`] | the ways to answer from the two strings |
//! | [`token`] | the ways to sign and to verify |
//! | [`before`] | a store that keeps consents alone, as it was before lines, lists and the log |
//! | [`host`] | a service, and 64 people who use it at once |
//! | [`http`] | the same over HTTP, and a bare handler of the same JSON |
//! | [`postgres`] | a PostgreSQL server, and the same rows by tokio-postgres, psql and pgbench alone |
//! | [`redis_server`] | a Redis server, and the same records by redis-rs alone |
//! | [`footprint`] | memory, bytes on disk, and an import on one core |
//! | [`process`] | memory of this process, and one core for a thread |
//! | [`plot`] | cost against size as an SVG |
//! | [`records`] | certificates of other issuers, and a picture from a phone |
//! | [`table`] | the lines that a program prints |
#![allow(clippy::unwrap_used, clippy::missing_panics_doc)] // a benchmark that cannot go on ends by panicking
#![allow(clippy::print_stdout)] // a benchmark tells its figures on the terminal

pub mod before;
pub mod contest;
pub mod footprint;
pub mod host;
pub mod http;
pub mod lookup;
pub mod people;
pub mod plot;
pub mod policies;
pub mod postgres;
pub mod process;
pub mod raw;
pub mod records;
pub mod redis_server;
pub mod rivals;
pub mod scale;
pub mod table;
pub mod token;
