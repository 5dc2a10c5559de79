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
    /// [`OpenError::Io`]: there is something in the file already, or the system refused, as when the disk is full.
    /// [`OpenError::Damaged`]: the store's own file is.
    pub fn copy_to(&self, path: impl AsRef<Path>) -> Result<(), OpenError> {
        let path = path.as_ref();
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
