use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kycvs_store::{ChallengeStore, Key, MAX_BODY_BYTES, StoreError, Version, Versioned};
use redb::ReadableTable;

use crate::RedbStore;
use crate::error::unavailable;
use crate::tables::{CHALLENGES, Tables};

#[async_trait]
impl ChallengeStore for RedbStore {
    async fn load(&self, id: &Key) -> Result<Option<Versioned<Vec<u8>>>, StoreError> {
        let challenges = self.read(CHALLENGES)?;
        let Some(row) = ReadableTable::get(&challenges, id.as_bytes()).map_err(unavailable)? else { return Ok(None) };
        let Challenge { version, body, .. } = decode(row.value())?;
        Ok(Some(Versioned { body: body.to_vec(), version }))
    }

    async fn put(
        &self,
        id: &Key,
        expected: Option<Version>,
        body: Vec<u8>,
        purge_at: DateTime<Utc>,
    ) -> Result<Version, StoreError> {
        if body.len() > MAX_BODY_BYTES {
            return Err(StoreError::TooLarge);
        }
        let id = *id;
        self.writer.run(move |tables| put(tables, &id, expected, &body, purge_at.timestamp_micros())).await
    }

    async fn purge(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        self.forget_due(now.timestamp_micros(), |tables| (&mut tables.challenges_due, &mut tables.challenges)).await
    }
}

/// A row: version and purge time (8 bytes each, big-endian), then the body.
struct Challenge<'a> {
    version: Version,
    purge_at: i64,
    body: &'a [u8],
}

pub(crate) fn put(
    tables: &mut Tables<'_>,
    id: &Key,
    expected: Option<Version>,
    body: &[u8],
    purge_at: i64,
) -> Result<Version, StoreError> {
    let stored = tables.challenges.get(id.as_bytes()).map_err(unavailable)?;
    let stored = stored.map(|row| decode(row.value()).map(|c| (c.version, c.purge_at))).transpose()?;
    if stored.map(|(version, _)| version) != expected {
        return Err(StoreError::Conflict);
    }
    let version = Version::after(expected);
    let row = [&version.get().to_be_bytes(), &purge_at.to_be_bytes(), body].concat();
    tables.challenges.insert(id.as_bytes(), &row[..]).map_err(unavailable)?;
    tables.challenges_due.set(id.as_bytes(), stored.map(|(_, purge_at)| purge_at), Some(purge_at))?;
    Ok(version)
}

fn decode(row: &[u8]) -> Result<Challenge<'_>, StoreError> {
    let damaged = StoreError::Damaged { what: "challenge" };
    let Some((version, rest)) = row.split_first_chunk() else { return Err(damaged) };
    let Some((purge_at, body)) = rest.split_first_chunk() else { return Err(damaged) };
    let version = Version::from_stored(u64::from_be_bytes(*version)).ok_or(damaged)?;
    Ok(Challenge { version, purge_at: i64::from_be_bytes(*purge_at), body })
}
