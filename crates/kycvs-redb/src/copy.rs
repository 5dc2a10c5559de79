use std::fs;
use std::io;
use std::path::Path;

use redb::{Database, Key, ReadTransaction, ReadableTable, TableDefinition, Value, WriteTransaction};

use crate::tables::{CHALLENGES, CHALLENGES_DUE, ENTRIES, HOUSEHOLDS, LIMITS, LIMITS_DUE, PAGES, POSTINGS, create};
use crate::{OpenError, RedbStore};

impl RedbStore {
    /// Writes a copy of everything that was acknowledged before this call to another file, on the caller's thread, while reads and
    /// writes go on. `path` is a file that is empty, or not there; a copy that fails leaves no file.
    ///
    /// It takes about as long as reading the store. Until it ends, the store's file keeps what is replaced meanwhile, and grows.
    ///
    /// # Errors
    /// [`OpenError::OntoItself`]: it is the store's own file. [`OpenError::Io`]: there is something in the file already, or the system refused, as when the disk is full.
    /// [`OpenError::Damaged`]: the store's own file is.
    pub fn copy_to(&self, path: impl AsRef<Path>) -> Result<(), OpenError> {
        let path = path.as_ref();
        if self.is_at(path) {
            return Err(OpenError::OntoItself);
        }
        if fs::metadata(path).is_ok_and(|file| file.len() > 0) {
            return Err(OpenError::Io(io::ErrorKind::AlreadyExists.into()));
        }
        let from = self.begin_read().map_err(|error| OpenError::Io(io::Error::other(error)))?;
        copy(&from, path).map_err(|error| {
            // Where even this fails, what is left is no store, or not the whole of one: it is never committed.
            let _ = fs::remove_file(path);
            OpenError::from_redb(error)
        })
    }

    /// Whether a path leads to the file that this store has open, by whatever links or mounts. A host that moves a copy into its place
    /// asks before: what takes the name of the open file takes what is acknowledged after it.
    pub fn is_at(&self, path: impl AsRef<Path>) -> bool {
        matches!((identity(&self.path), identity(path.as_ref())), (Ok(own), Ok(other)) if own == other)
    }
}

/// What a file has alone, whatever its names: its device and its number there.
#[cfg(unix)]
fn identity(path: &Path) -> io::Result<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    let file = fs::metadata(path)?;
    Ok((file.dev(), file.ino()))
}

#[cfg(not(unix))]
fn identity(path: &Path) -> io::Result<std::path::PathBuf> {
    fs::canonicalize(path)
}

/// One transaction to another: the copy is whole, or not there.
fn copy(from: &ReadTransaction, path: &Path) -> Result<(), redb::Error> {
    let db = Database::create(path)?;
    create(&db)?;
    let to = db.begin_write()?;
    copy_table(from, &to, HOUSEHOLDS)?;
    copy_table(from, &to, ENTRIES)?;
    copy_table(from, &to, POSTINGS)?;
    copy_table(from, &to, PAGES)?;
    copy_table(from, &to, CHALLENGES)?;
    copy_table(from, &to, CHALLENGES_DUE)?;
    copy_table(from, &to, LIMITS)?;
    copy_table(from, &to, LIMITS_DUE)?;
    Ok(to.commit()?)
}

fn copy_table<K: Key + 'static, V: Value + 'static>(
    from: &ReadTransaction,
    to: &WriteTransaction,
    table: TableDefinition<'_, K, V>,
) -> Result<(), redb::Error> {
    let mut target = to.open_table(table)?;
    for row in from.open_table(table)?.iter()? {
        let (key, value) = row?;
        target.insert(key.value(), value.value())?;
    }
    Ok(())
}
