use std::path::{Path, PathBuf};
use std::sync::Arc;

use kycvs_store::StoreError;
use redb::{Database, Key, ReadOnlyTable, ReadTransaction, TableDefinition, Value};

use crate::OpenError;
use crate::error::unavailable;
use crate::file::File;
use crate::tables::{self, Due, Records, Tables};
use crate::writer::Writer;

/// All five stores in one file. Share it by `Arc`.
///
/// Dropping it writes what was accepted, ends the writer thread and closes the file.
pub struct RedbStore {
    /// Before `file`, so that it is dropped first: the file closes when its last user is gone.
    pub(crate) writer: Writer,
    file: Arc<File>,
    /// Where the file is.
    pub(crate) path: PathBuf,
}

/// Chooses an index and the records it is for.
type Purged = for<'a, 'tx> fn(&'a mut Tables<'tx>) -> (&'a mut Due<'tx>, &'a mut Records<'tx>);

/// How a file is opened.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Builder {
    cache_bytes: usize,
}

impl RedbStore {
    /// Opens a file, and creates it when there is none, with the defaults of [`Builder`].
    ///
    /// # Errors
    /// [`OpenError`], each with what to do about it.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        Self::builder().open(path)
    }

    /// Sets how a file is opened.
    pub fn builder() -> Builder {
        Builder { cache_bytes: 256 << 20 }
    }

    /// Gives the free pages of a file back to the file system, which pays after a large import: a file grows by doubling.
    ///
    /// The file must not be open. Most of it is read and moved, so it takes about as long as copying it, or longer on a
    /// slow disk. A crash meanwhile loses nothing.
    ///
    /// # Errors
    /// [`OpenError`]; [`OpenError::InUse`] while a store has the file open. A file that is missing is not created.
    pub fn compact(path: impl AsRef<Path>) -> Result<(), OpenError> {
        let mut db = Database::open(path).map_err(OpenError::from_redb)?;
        if !tables::exist(&db)? {
            return Err(OpenError::NotAStore);
        }
        db.compact().map_err(OpenError::from_redb)?;
        db.close().map_err(OpenError::from_redb)
    }

    /// A table as of the last commit, in a read transaction that ends when the table is dropped.
    pub(crate) fn read<K: Key + 'static, V: Value + 'static>(
        &self,
        table: TableDefinition<'_, K, V>,
    ) -> Result<ReadOnlyTable<K, V>, StoreError> {
        self.begin_read()?.open_table(table).map_err(unavailable)
    }

    /// Everything as of the last commit.
    pub(crate) fn begin_read(&self) -> Result<ReadTransaction, StoreError> {
        self.file.begin_read()
    }

    /// Forgets the records that are due at `now`, a chunk at a time, so that other writes go on in between.
    pub(crate) async fn forget_due(&self, now: i64, of: Purged) -> Result<u64, StoreError> {
        const CHUNK: usize = 10_000;
        let mut forgotten = 0;
        loop {
            let forget = move |tables: &mut Tables<'_>| {
                let (due, records) = of(tables);
                due.forget(records, now, CHUNK)
            };
            let chunk = self.writer.run(forget).await?;
            forgotten += chunk as u64;
            if chunk < CHUNK {
                return Ok(forgotten);
            }
        }
    }
}

impl Builder {
    /// At most how many bytes of the file are kept in memory. The default is 256 MiB; a registry that fits is read
    /// without the disk.
    pub fn cache_bytes(self, cache_bytes: usize) -> Self {
        Self { cache_bytes }
    }

    /// Opens the file, and creates it when there is none. After a crash this checks and repairs it, which reads all of
    /// it: some five minutes for 7.4 GB on a busy disk that reads 30 MB/s.
    ///
    /// # Errors
    /// [`OpenError`], each with what to do about it.
    pub fn open(self, path: impl AsRef<Path>) -> Result<RedbStore, OpenError> {
        let path = path.as_ref().to_owned();
        let db = self.redb().create(&path).map_err(OpenError::from_redb)?;
        if !tables::exist(&db)? {
            tables::create(&db).map_err(OpenError::from_redb)?;
        }
        let again = path.clone();
        let file = Arc::new(File::new(db, move || self.reopen(&again)));
        let writer = Writer::start(file.clone()).map_err(OpenError::Io)?;
        Ok(RedbStore { writer, file, path })
    }

    /// Opens a file that was there. One that is gone is not created: it held what was acknowledged.
    fn reopen(self, path: &Path) -> Result<Database, OpenError> {
        let db = self.redb().open(path).map_err(OpenError::from_redb)?;
        if tables::exist(&db)? { Ok(db) } else { Err(OpenError::NotAStore) }
    }

    fn redb(self) -> redb::Builder {
        let mut builder = Database::builder();
        builder.set_cache_size(self.cache_bytes);
        builder
    }
}

/// Shows nothing of what is stored.
impl std::fmt::Debug for RedbStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RedbStore").finish_non_exhaustive()
    }
}
