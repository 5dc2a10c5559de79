//! The public log: a salted hash of each consent and of each change of it, in a tree that nobody can rewrite unseen.
//!
//! | file | one idea |
//! |---|---|
//! | `leaf.rs` | what of an entry is public: 32 bytes, which say nothing without their salt |
//! | `statement.rs` | what a service says about itself: lists, keys, entities, who read |
//! | `day_key.rs` | the key of a day, from which salts follow, and which is forgotten with it |
//! | `head.rs` | how far the log is, in one record that hosts compare and set |
//! | `pages.rs` | where tiles, bundles and openings lie, and until when |
//! | `grow.rs` | from what waits to a larger tree |
//! | `publish.rs` | from a larger tree to a checkpoint that witnesses signed |
//! | `witness.rs` | who sees to it that there is one tree |
//! | `prove.rs` | that an entry is in the tree |
//! | `sample.rs` | what an auditor asks to see |

mod day_key;
mod grow;
mod head;
mod leaf;
mod pages;
mod prove;
mod publish;
mod sample;
mod statement;
#[cfg(test)]
mod tests;
mod witness;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use kycvs_log::{TextError, VerifierKey};
use kycvs_store::{BoardStore, Day, Key, StoreError};
use kycvs_token::{Algorithm, Signer};

pub use leaf::{leaf_of, padding_of};
pub use sample::{Opening, Sample, SampleError, SampledLeaf};
pub use statement::{Access, statement_of_list};
pub use witness::{Witness, WitnessUnavailable};

pub(crate) use day_key::LogSecret;
pub(crate) use leaf::Leaf;
pub(crate) use statement::{Statement, list_statement};

use crate::Error;

/// How a service keeps a public log. [`StatusServiceBuilder::log`](crate::StatusServiceBuilder::log) takes it.
pub struct PublicLog {
    signer: Arc<dyn Signer>,
    key: VerifierKey,
    witnesses: Vec<Arc<dyn Witness>>,
    wanted: usize,
    tick: TimeDelta,
}

/// A log cannot be kept so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PublicLogError {
    /// The origin is no name: it is empty, or has a space or a `+`.
    #[error("the origin of a log must not be empty, and has neither spaces nor `+`")]
    Origin(#[source] TextError),
    /// Checkpoints are signed with Ed25519.
    #[error("a log is signed with an Ed25519 key")]
    Algorithm,
    /// More witnesses are wanted than there are.
    #[error("more witnesses are wanted than there are")]
    Witnesses,
    /// A tick is 60 seconds to a day.
    #[error("a log must grow every 60 seconds to 24 hours")]
    Tick,
}

/// How the log is, after [`keep`](crate::StatusService::keep).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogState {
    /// There is none.
    #[default]
    Off,
    /// Its checkpoint is published, and holds so many entries.
    Published(u64),
    /// Too few witnesses signed: the checkpoint of before stays, and the next call asks again. Somebody should look.
    Unwitnessed,
    /// A witness has seen another tree: this database was put back to an older state, or another one signs with the same key. The
    /// log stopped for good, and nothing of it is signed any more.
    Halted,
}

impl PublicLog {
    /// A log that grows every hour, without witnesses. Its `origin` is its name for ever, such as `kycvs.example/log`, and `signer`
    /// an Ed25519 key of its own.
    ///
    /// # Errors
    /// [`PublicLogError::Origin`] or [`PublicLogError::Algorithm`].
    pub fn new(origin: &str, signer: Arc<dyn Signer>) -> Result<Self, PublicLogError> {
        let public = signer.public_key();
        let bytes = public.as_bytes().try_into().ok().filter(|_| public.algorithm() == Algorithm::EdDsa);
        let key = VerifierKey::log(origin, bytes.ok_or(PublicLogError::Algorithm)?).map_err(PublicLogError::Origin)?;
        Ok(Self { signer, key, witnesses: Vec::new(), wanted: 0, tick: TimeDelta::hours(1) })
    }

    /// The same with witnesses, of which `wanted` must sign a checkpoint before it is published.
    ///
    /// # Errors
    /// [`PublicLogError::Witnesses`].
    pub fn witnesses(self, witnesses: Vec<Arc<dyn Witness>>, wanted: usize) -> Result<Self, PublicLogError> {
        if wanted > witnesses.len() {
            return Err(PublicLogError::Witnesses);
        }
        Ok(Self { witnesses, wanted, ..self })
    }

    /// The same, growing every `tick`: 60 seconds to 24 hours.
    ///
    /// # Errors
    /// [`PublicLogError::Tick`].
    pub fn every(self, tick: TimeDelta) -> Result<Self, PublicLogError> {
        let is_sound = (TimeDelta::seconds(60)..=TimeDelta::hours(24)).contains(&tick);
        if is_sound { Ok(Self { tick, ..self }) } else { Err(PublicLogError::Tick) }
    }

    /// The public half of its key, as an auditor needs it.
    pub fn verifier_key(&self) -> &VerifierKey {
        &self.key
    }
}

/// The log of a service.
pub(crate) struct Log {
    pub(crate) store: Arc<dyn BoardStore>,
    pub(crate) secret: LogSecret,
    pub(crate) public: PublicLog,
    /// The statements that this host has posted today.
    pub(crate) stated: Mutex<BTreeSet<Key>>,
}

impl Log {
    /// Takes what waits, once a tick, and publishes what is not published yet.
    pub(crate) async fn keep(&self, first_kept: Day, now: DateTime<Utc>) -> Result<LogState, Error> {
        self.grow(first_kept, now).await?;
        self.publish().await
    }

    /// When it grows next.
    pub(crate) fn next_tick(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let tick = self.public.tick.num_seconds();
        let past = TimeDelta::seconds(now.timestamp().rem_euclid(tick));
        now - past + self.public.tick
    }

    /// Whether nothing was stated today.
    pub(crate) fn is_new_day(&self, day: Day) -> bool {
        let stated = self.stated.lock().unwrap_or_else(PoisonError::into_inner);
        stated.last().and_then(Key::day) != Some(day)
    }

    /// Posts a statement, once a day.
    pub(crate) async fn state(&self, statement: &Statement<'_>, at: DateTime<Utc>) -> Result<(), Error> {
        let (entry, posting) = statement.write(at)?;
        let id = entry.id;
        if self.stated.lock().unwrap_or_else(PoisonError::into_inner).contains(&id) {
            return Ok(());
        }
        match self.store.record(vec![entry], vec![posting]).await {
            Ok(()) | Err(StoreError::Conflict) => {} // another host was first
            Err(error) => return Err(error.into()),
        }
        let mut stated = self.stated.lock().unwrap_or_else(PoisonError::into_inner);
        stated.retain(|before| before.day() == id.day());
        stated.insert(id);
        Ok(())
    }
}
