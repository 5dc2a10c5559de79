use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use kycvs_store::{Key, StoreError};
use redis::{Value, cmd};
use tokio::task::JoinSet;

use crate::Builder;
use crate::error::{Fault, OpenError};
use crate::keys::{Keys, Kind, TAGS};
use crate::scripts::Scripts;
use crate::server::{Ask, Server};

/// How many records a purge forgets in one call of the server, which serves nobody else meanwhile.
const PURGE_STEP: usize = 200;
/// How many tags a purge looks at concurrently.
const PURGE_TASKS: u16 = 16;

/// Requests and limits in one Redis server or one Redis Cluster, shared by any number of hosts. A clone is the same store.
#[derive(Clone)]
pub struct RedisStore {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) server: Server,
    pub(crate) scripts: Scripts,
    pub(crate) keys: Keys,
    pub(crate) is_cluster: bool,
    /// Random for each store that is opened, so that no two calls anywhere have one id.
    pub(crate) store_id: [u8; 16],
    pub(crate) calls: AtomicU64,
}

impl RedisStore {
    /// Opens a single server with the default settings.
    ///
    /// # Errors
    /// [`OpenError`] says which of the things that can be wrong with a server is.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        Self::builder().open(url).await
    }

    /// Opens a Cluster with the default settings. `urls` are some of its nodes; the others are found.
    ///
    /// # Errors
    /// [`OpenError`] says which of the things that can be wrong with a Cluster is.
    pub async fn open_cluster(urls: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Self, OpenError> {
        Self::builder().open_cluster(urls).await
    }

    /// Starts to set a store up.
    pub fn builder() -> Builder {
        Builder::default()
    }
}

impl Inner {
    /// An id that no other call has.
    pub(crate) fn call_id(&self) -> Vec<u8> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        [&self.store_id[..], &call.to_be_bytes()].concat()
    }

    /// Forgets the records that are due at `now`, in the unit of their index; returns how many.
    pub(crate) async fn purge(self: &Arc<Self>, kind: Kind, now: i64) -> Result<u64, StoreError> {
        let mut tasks = JoinSet::new();
        for first in 0..PURGE_TASKS {
            let inner = self.clone();
            tasks.spawn(async move {
                let mut forgotten = 0;
                for tag in (first..TAGS).step_by(usize::from(PURGE_TASKS)) {
                    forgotten += inner.purge_tag(kind, tag, now).await?;
                }
                Ok::<u64, StoreError>(forgotten)
            });
        }
        let mut forgotten = 0;
        while let Some(answer) = tasks.join_next().await {
            forgotten += answer.map_err(StoreError::unavailable)??;
        }
        Ok(forgotten)
    }

    async fn purge_tag(&self, kind: Kind, tag: u16, now: i64) -> Result<u64, StoreError> {
        let mut forgotten = 0;
        loop {
            let mut due = cmd("ZRANGE");
            due.arg(self.keys.index(kind, tag)).arg("-inf").arg(now).arg("BYSCORE");
            due.arg("LIMIT").arg(0).arg(PURGE_STEP);
            let due = members(self.server.ask(Ask::Read(due), kind.name()).await?, kind)?;
            if !due.is_empty() {
                forgotten += self.forget(kind, tag, now, &due).await?;
            }
            if due.len() < PURGE_STEP {
                return Ok(forgotten);
            }
        }
    }

    async fn forget(&self, kind: Kind, tag: u16, now: i64, keys: &[Key]) -> Result<u64, StoreError> {
        let index = [self.keys.index(kind, tag)];
        let run = Ask::Run {
            script: &self.scripts.forget,
            keys: index.into_iter().chain(keys.iter().map(|key| self.keys.record(kind, key))).collect(),
            arguments: [now.to_string().into_bytes()]
                .into_iter()
                .chain(keys.iter().map(|key| key.as_bytes().to_vec()))
                .collect(),
            lasting: false,
        };
        match self.server.ask(run, kind.name()).await? {
            Value::Int(forgotten) => u64::try_from(forgotten).map_err(|_| Fault::Answer.into()),
            _ => Err(Fault::Answer.into()),
        }
    }
}

fn members(answer: Value, kind: Kind) -> Result<Vec<Key>, StoreError> {
    let Value::Array(members) = answer else { return Err(Fault::Answer.into()) };
    let damaged = || StoreError::Damaged { what: kind.name() };
    let key = |member| match member {
        Value::BulkString(bytes) => <[u8; 16]>::try_from(&bytes[..]).map(Key::from).map_err(|_| damaged()),
        _ => Err(damaged()),
    };
    members.into_iter().map(key).collect()
}

/// Shows neither an address nor a password.
impl std::fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RedisStore").field("is_cluster", &self.inner.is_cluster).finish_non_exhaustive()
    }
}
