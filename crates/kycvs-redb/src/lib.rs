//! The storage traits over redb: the embedded, durable default, with group commit.
//!
//! A host that runs as one process depends on this crate: [`RedbStore`] keeps everything in one file and needs no
//! server. What was answered with `Ok` is on disk, and survives a crash of the process and of the machine.
//!
//! - **Reads** run on the caller's thread, each in a read transaction of its own. One takes microseconds from the cache,
//!   less than a hop to another thread would cost. A read that misses the cache waits for the disk in place.
//! - **Writes** go to one writer thread. It applies all calls that wait in one transaction and syncs them together, so
//!   64 concurrent confirms share an fsync. A call that is refused spoils no other of its group.
//! - **One process** has the file open: a second gets [`OpenError::InUse`].
//!
//! ```
//! use kycvs_redb::RedbStore;
//! use kycvs_store::{ConsentLedger, Entry, Key};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let dir = tempfile::tempdir()?;
//! let path = dir.path().join("kycvs.redb");
//! let id = Key::lasting([7; 14]);
//!
//! let store = RedbStore::open(&path)?;
//! store.record(vec![Entry { id, seq: 0, body: b"the artefact".to_vec() }], vec![]).await?;
//! drop(store);
//!
//! let store = RedbStore::builder().cache_bytes(64 << 20).open(&path)?;
//! assert_eq!(store.read(&id).await?, [b"the artefact"]);
//! # Ok(())
//! # }
//! ```
//!
//! | file | holds |
//! |---|---|
//! | `store.rs` | opening and compacting a file |
//! | `copy.rs` | a copy of the file while it is open |
//! | `file.rs` | the open file, which is opened again after an error of the disk |
//! | `writer.rs` | the writer thread and its group commit |
//! | `tables.rs` | the tables of the file and its format version |
//! | `household.rs`, `ledger.rs`, `board.rs`, `challenge.rs`, `answer.rs`, `limit.rs` | one trait each |
//!
//! After an I/O error, such as a full disk, the next write opens the file again, which checks and repairs it; nobody restarts
//! the host. Until that succeeds calls answer [`Unavailable`](kycvs_store::StoreError::Unavailable), and reads too while the
//! file is closed for it: it takes as long as opening a file after a crash.

mod answer;
mod board;
mod challenge;
mod copy;
mod error;
mod file;
mod household;
mod ledger;
mod limit;
mod store;
mod tables;
mod writer;

pub use error::OpenError;
pub use store::{Builder, RedbStore};
