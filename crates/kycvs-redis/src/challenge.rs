use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kycvs_store::{ChallengeStore, Key, MAX_BODY_BYTES, StoreError, Version, Versioned};
use redis::{Value, cmd};

use crate::RedisStore;
use crate::error::Fault;
use crate::keys::{Kind, tag};
use crate::server::Ask;

/// How long a record outlives its purge time, in milliseconds, before the server itself forgets it: an hour. So none is
/// forgotten early by a server whose clock is up to that much ahead of the host's.
const GRACE_MS: i64 = 3_600_000;

#[async_trait]
impl ChallengeStore for RedisStore {
    async fn load(&self, id: &Key) -> Result<Option<Versioned<Vec<u8>>>, StoreError> {
        let mut get = cmd("GET");
        get.arg(self.inner.keys.record(Kind::Challenge, id));
        match self.inner.server.ask(Ask::Read(get), Kind::Challenge.name()).await? {
            Value::Nil => Ok(None),
            Value::BulkString(row) => decode(row).map(Some).ok_or(DAMAGED),
            _ => Err(Fault::Answer.into()),
        }
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
        let version = Version::after(expected);
        let run = Ask::Run {
            script: &self.inner.scripts.put,
            keys: vec![self.inner.keys.record(Kind::Challenge, id), self.inner.keys.index(Kind::Challenge, tag(id))],
            arguments: vec![
                expected.map(|version| version.get().to_be_bytes().to_vec()).unwrap_or_default(),
                encode(version, purge_at, &body),
                expires_at(purge_at).to_string().into_bytes(),
                purge_at.timestamp_micros().to_string().into_bytes(),
                id.as_bytes().to_vec(),
                GRACE_MS.to_string().into_bytes(),
            ],
            lasting: true,
        };
        match self.inner.server.ask(run, Kind::Challenge.name()).await? {
            Value::Int(1) => Ok(version),
            Value::Int(0) => Err(StoreError::Conflict),
            Value::Int(-1) => Err(DAMAGED),
            Value::Int(-2) => Err(Fault::Clock.into()),
            _ => Err(Fault::Answer.into()),
        }
    }

    async fn purge(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        self.inner.purge(Kind::Challenge, now.timestamp_micros()).await
    }
}

const DAMAGED: StoreError = StoreError::Damaged { what: "challenge" };

/// A record: version and purge time (8 bytes each, big-endian; microseconds), then the body.
fn encode(version: Version, purge_at: DateTime<Utc>, body: &[u8]) -> Vec<u8> {
    [&version.get().to_be_bytes(), &purge_at.timestamp_micros().to_be_bytes(), body].concat()
}

fn decode(mut row: Vec<u8>) -> Option<Versioned<Vec<u8>>> {
    let (version, rest) = row.split_first_chunk::<8>()?;
    let version = Version::from_stored(u64::from_be_bytes(*version))?;
    rest.split_first_chunk::<8>()?;
    row.drain(..16);
    Some(Versioned { body: row, version })
}

/// Milliseconds since 1970.
fn expires_at(purge_at: DateTime<Utc>) -> i64 {
    purge_at.timestamp_millis().saturating_add(1 + GRACE_MS)
}
