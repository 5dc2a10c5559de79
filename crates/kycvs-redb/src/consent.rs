use async_trait::async_trait;
use kycvs_store::{ConsentLedger, Key, MAX_BODY_BYTES, StoreError};
use redb::ReadableTable;

use crate::RedbStore;
use crate::error::unavailable;
use crate::tables::{CONSENTS, Tables};

#[async_trait]
impl ConsentLedger for RedbStore {
    async fn append(&self, id: &Key, seq: u32, entry: Vec<u8>) -> Result<(), StoreError> {
        if entry.len() > MAX_BODY_BYTES {
            return Err(StoreError::TooLarge);
        }
        let id = *id;
        self.writer
            .run(move |tables| {
                check_next(tables, &id, seq)?;
                insert(tables, &id, seq, &entry)
            })
            .await
    }

    async fn read(&self, id: &Key) -> Result<Vec<Vec<u8>>, StoreError> {
        let consents = self.read(CONSENTS)?;
        let rows = ReadableTable::range(&consents, all_of(id)).map_err(unavailable)?;
        (0..)
            .zip(rows)
            .map(|(seq, row)| {
                let (key, entry) = row.map_err(unavailable)?;
                if key.value().1 != seq {
                    return Err(StoreError::Damaged { what: "consent" });
                }
                Ok(entry.value().to_vec())
            })
            .collect()
    }

    /// A commit of nothing, which the disk has to take all the same.
    async fn check_writable(&self) -> Result<(), StoreError> {
        self.writer.run(|_| Ok(())).await
    }
}

/// Refuses a number that is not the one after the last.
pub(crate) fn check_next(tables: &Tables<'_>, id: &Key, seq: u32) -> Result<(), StoreError> {
    let last = tables.consents.range(all_of(id)).map_err(unavailable)?.next_back().transpose().map_err(unavailable)?;
    let last = last.map(|(key, _)| key.value().1);
    if seq.checked_sub(1) == last { Ok(()) } else { Err(StoreError::Conflict) }
}

pub(crate) fn insert(tables: &mut Tables<'_>, id: &Key, seq: u32, entry: &[u8]) -> Result<(), StoreError> {
    tables.consents.insert((*id.as_bytes(), seq), entry).map_err(unavailable)?;
    Ok(())
}

/// The keys of a consent's entries, in order.
fn all_of(id: &Key) -> std::ops::RangeInclusive<([u8; 16], u32)> {
    (*id.as_bytes(), 0)..=(*id.as_bytes(), u32::MAX)
}
