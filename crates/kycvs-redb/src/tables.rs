use kycvs_store::StoreError;
use redb::{Database, ReadableDatabase, ReadableTable, Table, TableDefinition, TableError, WriteTransaction};

use crate::OpenError;
use crate::error::unavailable;

/// The format of the tables below. A release that changes one of them adds one.
const FORMAT: u64 = 1;

const META: TableDefinition<'_, &str, u64> = TableDefinition::new("meta");

/// Key to version (8 bytes, big-endian) and body.
pub(crate) const HOUSEHOLDS: TableDefinition<'_, [u8; 16], &[u8]> = TableDefinition::new("households");

/// Id and number of the entry to the entry.
pub(crate) const ENTRIES: TableDefinition<'_, ([u8; 16], u32), &[u8]> = TableDefinition::new("entries");

/// Topic and id to the posting.
pub(crate) const POSTINGS: TableDefinition<'_, (u8, [u8; 16]), &[u8]> = TableDefinition::new("postings");

/// Id to version (8 bytes, big-endian) and body.
pub(crate) const PAGES: TableDefinition<'_, [u8; 16], &[u8]> = TableDefinition::new("pages");

/// Id to version and purge time (8 bytes each, big-endian; microseconds since 1970) and body.
pub(crate) const CHALLENGES: TableDefinition<'_, [u8; 16], &[u8]> = TableDefinition::new("challenges");

/// Key to [`UseLog`](kycvs_store::UseLog) bytes.
pub(crate) const LIMITS: TableDefinition<'_, [u8; 16], &[u8]> = TableDefinition::new("limits");

/// When a record is due to be forgotten, and its key. A purge reads what is due and nothing else.
pub(crate) type DueTable = TableDefinition<'static, (i64, [u8; 16]), ()>;
pub(crate) const CHALLENGES_DUE: DueTable = TableDefinition::new("challenges_due");
pub(crate) const LIMITS_DUE: DueTable = TableDefinition::new("limits_due");

/// A table of records by key.
pub(crate) type Records<'tx> = Table<'tx, [u8; 16], &'static [u8]>;

/// The tables as the writer thread has them, open for all calls of a group.
pub(crate) struct Tables<'tx> {
    pub(crate) households: Records<'tx>,
    pub(crate) entries: Table<'tx, ([u8; 16], u32), &'static [u8]>,
    pub(crate) postings: Table<'tx, (u8, [u8; 16]), &'static [u8]>,
    pub(crate) pages: Records<'tx>,
    pub(crate) challenges: Records<'tx>,
    pub(crate) challenges_due: Due<'tx>,
    pub(crate) limits: Records<'tx>,
    pub(crate) limits_due: Due<'tx>,
}

impl<'tx> Tables<'tx> {
    pub(crate) fn open(tx: &'tx WriteTransaction) -> Result<Self, TableError> {
        Ok(Self {
            households: tx.open_table(HOUSEHOLDS)?,
            entries: tx.open_table(ENTRIES)?,
            postings: tx.open_table(POSTINGS)?,
            pages: tx.open_table(PAGES)?,
            challenges: tx.open_table(CHALLENGES)?,
            challenges_due: Due(tx.open_table(CHALLENGES_DUE)?),
            limits: tx.open_table(LIMITS)?,
            limits_due: Due(tx.open_table(LIMITS_DUE)?),
        })
    }
}

/// The index of when records are due.
pub(crate) struct Due<'tx>(Table<'tx, (i64, [u8; 16]), ()>);

impl Due<'_> {
    /// Moves a record from one time to another; `None` is nowhere.
    pub(crate) fn set(&mut self, key: &[u8; 16], from: Option<i64>, to: Option<i64>) -> Result<(), StoreError> {
        if from == to {
            return Ok(());
        }
        if let Some(from) = from {
            self.0.remove((from, *key)).map_err(unavailable)?;
        }
        if let Some(to) = to {
            self.0.insert((to, *key), ()).map_err(unavailable)?;
        }
        Ok(())
    }

    /// Forgets the records of `table` that are due at or before `now`, at most `count`; returns how many.
    pub(crate) fn forget(&mut self, table: &mut Records<'_>, now: i64, count: usize) -> Result<usize, StoreError> {
        let due = self.0.extract_from_if(..=(now, [0xFF; 16]), |_, ()| true).map_err(unavailable)?;
        let mut forgotten = 0;
        for row in due.take(count) {
            let (_, key) = row.map_err(unavailable)?.0.value();
            table.remove(key).map_err(unavailable)?;
            forgotten += 1;
        }
        Ok(forgotten)
    }
}

/// Whether the file holds our tables; `false` when there is nothing in it, an error when it is not for this release.
pub(crate) fn exist(db: &Database) -> Result<bool, OpenError> {
    let tx = db.begin_read().map_err(OpenError::from_redb)?;
    if tx.list_tables().map_err(OpenError::from_redb)?.next().is_none() {
        return Ok(false);
    }
    let meta = match tx.open_table(META) {
        Err(TableError::Storage(error)) => return Err(OpenError::from_redb(error)),
        Err(_) => return Err(OpenError::NotAStore),
        Ok(meta) => meta,
    };
    match ReadableTable::get(&meta, "format").map_err(OpenError::from_redb)?.map(|format| format.value()) {
        Some(FORMAT) => Ok(true),
        Some(found) if found > FORMAT => Err(OpenError::NewerFormat { found, supported: FORMAT }),
        _ => Err(OpenError::NotAStore),
    }
}

/// Creates all tables at once, so that a reader finds each of them.
pub(crate) fn create(db: &Database) -> Result<(), redb::Error> {
    let tx = db.begin_write()?;
    tx.open_table(META)?.insert("format", FORMAT)?;
    Tables::open(&tx)?;
    Ok(tx.commit()?)
}
