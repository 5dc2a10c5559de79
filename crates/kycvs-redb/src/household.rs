use async_trait::async_trait;
use kycvs_store::{HouseholdStore, HouseholdWrite, Key, MAX_BODY_BYTES, StoreError, Version, Versioned};
use redb::ReadableTable;

use crate::RedbStore;
use crate::error::unavailable;
use crate::tables::{HOUSEHOLDS, Tables};

#[async_trait]
impl HouseholdStore for RedbStore {
    async fn get(&self, key: &Key) -> Result<Option<Versioned<Vec<u8>>>, StoreError> {
        get(&self.read(HOUSEHOLDS)?, key)
    }

    async fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Versioned<Vec<u8>>>>, StoreError> {
        let households = self.read(HOUSEHOLDS)?;
        keys.iter().map(|key| get(&households, key)).collect()
    }

    async fn write(&self, mut batch: Vec<HouseholdWrite>) -> Result<(), StoreError> {
        if batch.iter().any(|write| write.body.len() > MAX_BODY_BYTES) {
            return Err(StoreError::TooLarge);
        }
        // In the order of the table, so that its pages are visited one after the other.
        batch.sort_unstable_by_key(|write| write.key);
        let each_key_once = batch.is_sorted_by(|a, b| a.key < b.key);
        if !each_key_once {
            return Err(StoreError::Conflict);
        }
        self.writer.run(move |tables| write(tables, &batch)).await
    }
}

fn get(
    households: &impl ReadableTable<[u8; 16], &'static [u8]>,
    key: &Key,
) -> Result<Option<Versioned<Vec<u8>>>, StoreError> {
    let Some(row) = households.get(key.as_bytes()).map_err(unavailable)? else { return Ok(None) };
    let (version, body) = decode(row.value())?;
    Ok(Some(Versioned { body: body.to_vec(), version }))
}

fn write(tables: &mut Tables<'_>, batch: &[HouseholdWrite]) -> Result<(), StoreError> {
    let households = &mut tables.households;
    for write in batch {
        let stored = households.get(write.key.as_bytes()).map_err(unavailable)?;
        if stored.map(|row| Ok(decode(row.value())?.0)).transpose()? != write.expected {
            return Err(StoreError::Conflict);
        }
    }
    for HouseholdWrite { key, expected, body } in batch {
        let row = [&Version::after(*expected).get().to_be_bytes(), &body[..]].concat();
        households.insert(key.as_bytes(), &row[..]).map_err(unavailable)?;
    }
    Ok(())
}

fn decode(row: &[u8]) -> Result<(Version, &[u8]), StoreError> {
    let damaged = StoreError::Damaged { what: "household" };
    let Some((version, body)) = row.split_first_chunk() else { return Err(damaged) };
    Ok((Version::from_stored(u64::from_be_bytes(*version)).ok_or(damaged)?, body))
}
