use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use kycvs_store::StoreError;
use redb::{Database, ReadTransaction, ReadableDatabase, WriteTransaction};

use crate::OpenError;
use crate::error::unavailable;
use crate::writer::Cause;

/// The open file. After an error of the disk redb refuses every write until the file was closed and opened again; the next
/// write does that.
pub(crate) struct File {
    reopen: Box<dyn Fn() -> Result<Database, OpenError> + Send + Sync>,
    /// `None` while the file is opened again, and after that has failed.
    db: RwLock<Option<Database>>,
}

impl File {
    /// A file that was opened, and how to open it again.
    pub(crate) fn new(db: Database, reopen: impl Fn() -> Result<Database, OpenError> + Send + Sync + 'static) -> Self {
        Self { reopen: Box::new(reopen), db: RwLock::new(Some(db)) }
    }

    pub(crate) fn begin_read(&self) -> Result<ReadTransaction, StoreError> {
        let db = self.db();
        db.as_ref().ok_or_else(|| StoreError::unavailable("the file is closed"))?.begin_read().map_err(unavailable)
    }

    /// Begins a write, if need be after opening the file again, which checks and repairs it. There is one writer at a time.
    pub(crate) fn begin_write(&self) -> Result<WriteTransaction, Cause> {
        if let Some(Ok(tx)) = self.db().as_ref().map(Database::begin_write) {
            return Ok(tx);
        }
        // Closed first: the file is open once. Reads that are under way fail, and new ones wait for nothing.
        self.replace(None);
        let db = (self.reopen)()?;
        let tx = db.begin_write()?;
        self.replace(Some(db));
        Ok(tx)
    }

    /// A poisoned lock is taken all the same: what it guards is replaced as a whole.
    fn db(&self) -> RwLockReadGuard<'_, Option<Database>> {
        self.db.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn replace(&self, db: Option<Database>) {
        let mut place = self.db.write().unwrap_or_else(PoisonError::into_inner);
        drop(std::mem::replace(&mut *place, db));
    }
}
