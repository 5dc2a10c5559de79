use std::collections::BTreeMap;

use async_trait::async_trait;
use bytes::{BufMut, Bytes, BytesMut};
use kycvs_store::{HouseholdStore, HouseholdWrite, Key, MAX_BODY_BYTES, StoreError, Version, Versioned};
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, Type};

use crate::PostgresStore;
use crate::error::Failure;
use crate::sql::{Body, Id, bigint, version};
use crate::store::patience;

/// New records from this many on go by COPY. Below, its two more round trips cost more than it saves.
const COPY_FROM: usize = 256;

/// The most bytes of a batch: PostgreSQL takes a value of a gigabyte at most.
const MAX_BATCH_BYTES: usize = 256 << 20;

/// So many keys are read from each partition by itself, which takes a third of the time: the server need not find the partition of each.
const EACH_PARTITION_FROM: usize = 1024;

const WRITE: &str = "SELECT kycvs.write_households($1, $2, $3, $4, $5)";

const COPY: &str = "COPY kycvs.household (key, version, body) FROM STDIN (FORMAT binary)";

#[async_trait]
impl HouseholdStore for PostgresStore {
    async fn get(&self, key: &Key) -> Result<Option<Versioned<Vec<u8>>>, StoreError> {
        let rows = self.read_households(1, self.lookup(key), &[(&Id(*key), Type::UUID)]).await?;
        let row = rows.first().ok_or(DAMAGED)?;
        let (stored, body): (Option<i64>, Vec<u8>) = (field(row, 0)?, field(row, 1)?);
        Ok(stored.map(|stored| versioned(stored, body)).transpose()?)
    }

    async fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Versioned<Vec<u8>>>>, StoreError> {
        let mut found = vec![None; keys.len()];
        let mut tables: BTreeMap<String, (Vec<usize>, Vec<Id>)> = BTreeMap::new();
        for (place, key) in keys.iter().enumerate() {
            let each = keys.len() >= EACH_PARTITION_FROM;
            let table = if each { format!("household_{:04}", self.partition(key)) } else { "household".to_owned() };
            let (places, ids) = tables.entry(table).or_default();
            places.push(place);
            ids.push(Id(*key));
        }
        for (table, (places, ids)) in &tables {
            for row in self.read_households(ids.len(), &get_many(table), &[(ids, Type::UUID_ARRAY)]).await? {
                let place: i64 = field(&row, 0)?;
                let place = usize::try_from(place - 1).ok().and_then(|place| found.get_mut(*places.get(place)?));
                *place.ok_or(DAMAGED)? = Some(versioned(field(&row, 1)?, field(&row, 2)?)?);
            }
        }
        Ok(found)
    }

    /// A batch is one statement, or one COPY when it only adds.
    async fn write(&self, mut batch: Vec<HouseholdWrite>) -> Result<(), StoreError> {
        let bytes: usize = batch.iter().map(|write| write.body.len()).sum();
        if bytes > MAX_BATCH_BYTES || batch.iter().any(|write| write.body.len() > MAX_BODY_BYTES) {
            return Err(StoreError::TooLarge);
        }
        batch.sort_unstable_by_key(|write| write.key);
        let each_key_once = batch.is_sorted_by(|a, b| a.key < b.key);
        if !each_key_once {
            return Err(StoreError::Conflict);
        }
        if batch.is_empty() {
            return Ok(());
        }
        match &self.replica {
            None => self.write_sorted(batch).await,
            Some(replica) => replica.around_a_write(self.write_sorted(batch)).await,
        }
    }
}

impl PostgresStore {
    async fn write_sorted(&self, batch: Vec<HouseholdWrite>) -> Result<(), StoreError> {
        let patience = patience(batch.len());
        let (new, old): (Vec<_>, Vec<_>) = batch.into_iter().partition(|write| write.expected.is_none());
        if old.is_empty() && new.len() >= COPY_FROM && self.primary.copies() {
            return Ok(self.primary.copy(patience, COPY, || copy_chunks(&new)).await?);
        }
        let old_ids: Vec<Id> = old.iter().map(|write| Id(write.key)).collect();
        let new_ids: Vec<Id> = new.iter().map(|write| Id(write.key)).collect();
        let versions: Vec<i64> = old.iter().filter_map(|write| write.expected).map(bigint).collect();
        let old_bodies: Vec<Body<'_>> = old.iter().map(|write| Body(&write.body)).collect();
        let new_bodies: Vec<Body<'_>> = new.iter().map(|write| Body(&write.body)).collect();
        let rows = self
            .primary
            .call(
                patience,
                WRITE,
                &[
                    (&old_ids, Type::UUID_ARRAY),
                    (&versions, Type::INT8_ARRAY),
                    (&old_bodies, Type::BYTEA_ARRAY),
                    (&new_ids, Type::UUID_ARRAY),
                    (&new_bodies, Type::BYTEA_ARRAY),
                ],
            )
            .await?;
        let written = rows.first().and_then(|row| row.try_get(0).ok()).unwrap_or(false);
        if written { Ok(()) } else { Err(StoreError::Conflict) }
    }
}

/// One lookup for each key; a join could be turned into a look through whole partitions.
fn get_many(table: &str) -> String {
    format!(
        "SELECT place, version, body FROM unnest($1::uuid[]) WITH ORDINALITY AS asked (key, place)
        CROSS JOIN LATERAL (SELECT version, body FROM kycvs.{table} h WHERE h.key = asked.key OFFSET 0) AS found"
    )
}

const DAMAGED: Failure = Failure::Damaged("household");

fn field<'a, T: FromSql<'a>>(row: &'a Row, at: usize) -> Result<T, Failure> {
    row.try_get(at).map_err(|_| DAMAGED)
}

fn versioned(stored: i64, body: Vec<u8>) -> Result<Versioned<Vec<u8>>, Failure> {
    Ok(Versioned { body, version: version(stored).ok_or(DAMAGED)? })
}

/// New records in the binary format of COPY, in chunks that are sent while the next is made.
fn copy_chunks(new: &[HouseholdWrite]) -> impl Iterator<Item = Bytes> + Send {
    const SIGNATURE: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
    const END: &[u8] = &[0xFF, 0xFF];
    let chunks = new.chunks(512).map(|writes| {
        let mut chunk = BytesMut::with_capacity(writes.iter().map(|write| write.body.len() + 38).sum());
        for HouseholdWrite { key, body, .. } in writes {
            chunk.put_i16(3);
            put_field(&mut chunk, key.as_bytes());
            put_field(&mut chunk, &bigint(Version::FIRST).to_be_bytes());
            put_field(&mut chunk, body);
        }
        chunk.freeze()
    });
    [Bytes::from_static(SIGNATURE)].into_iter().chain(chunks).chain([Bytes::from_static(END)])
}

/// A field follows its length; none is longer than a body.
fn put_field(chunk: &mut BytesMut, field: &[u8]) {
    chunk.put_u32(u32::try_from(field.len()).unwrap_or(u32::MAX));
    chunk.put_slice(field);
}
