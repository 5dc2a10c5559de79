use chrono::{DateTime, Utc};
use kycvs_store::{Key, Limit, StoreError};
use redis::Value;

use crate::error::Fault;
use crate::keys::{Kind, tag};
use crate::server::Ask;
use crate::store::Inner;

/// How long a key outlives its log before the server itself forgets it, in seconds: an hour, for hosts whose clocks go back.
const GRACE_SECONDS: u32 = 3600;
/// How long a reservation waits to be settled, in time-outs of a call. Longer than a call that lives can need.
const LEASE_TIMEOUTS: u32 = 10;

/// The uses of a call whose keys lie in one slot, each with its place in the call. One script judges them.
#[derive(Clone, Default)]
pub(crate) struct Group {
    pub(crate) uses: Vec<(usize, Key, Vec<Limit>)>,
}

/// What is to happen to uses that have room.
#[derive(Clone, Copy)]
pub(crate) enum Step<'a> {
    /// Nothing.
    Check,
    /// They are counted.
    Take,
    /// They are set aside for the call of this id, and counted when it settles, or by themselves when it does not.
    Reserve(&'a [u8]),
}

/// What a script says to uses.
pub(crate) enum Answer {
    /// All have room.
    Allowed,
    /// The use at this place of the call has none until this second.
    Refused { which: usize, second: i64 },
    /// There is room, but not if all is counted that others have reserved. They settle soon.
    Busy,
}

/// What becomes of what is reserved.
#[derive(Clone, Copy)]
pub(crate) enum Settle {
    Count,
    Return,
}

impl Group {
    pub(crate) async fn judge(&self, inner: &Inner, now: DateTime<Utc>, step: Step<'_>) -> Result<Answer, StoreError> {
        let keys = self.keys();
        let lease = inner.server.call_timeout * LEASE_TIMEOUTS;
        let (mode, id) = match step {
            Step::Check => ("check", &[][..]),
            Step::Take => ("take", &[][..]),
            Step::Reserve(id) => ("reserve", id),
        };
        let mut arguments = vec![
            mode.into(),
            number(now.timestamp()),
            id.to_vec(),
            lease.as_millis().to_string().into_bytes(),
            number(GRACE_SECONDS),
        ];
        arguments.extend(keys.iter().map(|key| key.as_bytes().to_vec()));
        for (_, key, limits) in &self.uses {
            arguments.push(keys.binary_search(key).map_or(0, |at| at + 1).to_string().into_bytes());
            arguments.push(limits.len().to_string().into_bytes());
            arguments
                .extend(limits.iter().flat_map(|limit| [number(limit.max.get()), number(limit.per_seconds.get())]));
        }
        let script = &inner.scripts.take;
        let run = Ask::Run { script, keys: places(inner, &keys), arguments, lasting: matches!(step, Step::Take) };
        self.read(&inner.server.ask(run, Kind::Limit.name()).await?)
    }

    pub(crate) async fn settle(
        &self,
        inner: &Inner,
        now: DateTime<Utc>,
        id: &[u8],
        how: Settle,
    ) -> Result<(), StoreError> {
        let keys = self.keys();
        let (mode, lasting) = match how {
            Settle::Count => ("count", true),
            Settle::Return => ("return", false),
        };
        let mut arguments = vec![mode.into(), number(now.timestamp()), id.to_vec(), number(GRACE_SECONDS)];
        arguments.extend(keys.iter().map(|key| key.as_bytes().to_vec()));
        let run = Ask::Run { script: &inner.scripts.settle, keys: places(inner, &keys), arguments, lasting };
        inner.server.ask(run, Kind::Limit.name()).await.map(|_| ())
    }

    /// Each key once.
    fn keys(&self) -> Vec<Key> {
        let mut keys: Vec<Key> = self.uses.iter().map(|(_, key, _)| *key).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    fn read(&self, answer: &Value) -> Result<Answer, StoreError> {
        let Value::Array(parts) = answer else { return Err(Fault::Answer.into()) };
        match &parts[..] {
            [Value::BulkString(word)] if word == b"allowed" => Ok(Answer::Allowed),
            [Value::BulkString(word)] if word == b"busy" => Ok(Answer::Busy),
            [Value::BulkString(word)] if word == b"damaged" => Err(StoreError::Damaged { what: Kind::Limit.name() }),
            [Value::BulkString(word), Value::Int(at), Value::Int(second)] if word == b"refused" => {
                let refused = usize::try_from(*at).ok().and_then(|at| self.uses.get(at));
                let (which, ..) = refused.ok_or(Fault::Answer)?;
                Ok(Answer::Refused { which: *which, second: *second })
            }
            _ => Err(Fault::Answer.into()),
        }
    }
}

/// Where each key and the index of its tag lie.
pub(crate) fn places(inner: &Inner, keys: &[Key]) -> Vec<Vec<u8>> {
    let place = |key| [inner.keys.record(Kind::Limit, key), inner.keys.index(Kind::Limit, tag(key))];
    keys.iter().flat_map(place).collect()
}

fn number(number: impl Into<i64>) -> Vec<u8> {
    number.into().to_string().into_bytes()
}
