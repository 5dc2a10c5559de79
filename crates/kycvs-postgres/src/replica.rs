use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use kycvs_store::StoreError;
use tokio::time::timeout;
use tokio_postgres::types::FromSql;

use crate::OpenError;
use crate::error::Failure;
use crate::server::Server;

/// Where the primary's log ends on its disk. A commit is there before anybody reads what it wrote.
const WRITTEN: &str = "SELECT system_identifier::text, pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '0/0')::bigint
    FROM pg_control_system()";

/// How far a replica has applied that log; no number on a server that is not a replica, or has become a primary.
const APPLIED: &str = "SELECT system_identifier::text,
        CASE WHEN pg_is_in_recovery() THEN pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint END
    FROM pg_control_system()";

/// A streaming replica, and how old it is at most.
///
/// Its age needs no clock but the host's own: when the replica has applied what the primary's log held at a moment, it is no
/// older than that moment. Neither an idle primary nor a connection between the two that hangs deceives this, as they do
/// the time of the last transaction that a replica tells.
pub(crate) struct Replica {
    server: Server,
    stale: Duration,
    known: Mutex<Known>,
    measuring: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Known {
    measured_at: Option<Instant>,
    /// A moment, and the end of the primary's log then, which the replica had not applied when it was last asked.
    awaited: Option<(Instant, i64)>,
    /// The latest moment of which the replica has everything.
    fresh_at: Option<Instant>,
    /// Writes of this store that are on their way, and when the last one ended.
    writing: usize,
    wrote_at: Option<Instant>,
}

impl Replica {
    pub(crate) async fn new(server: Server, stale: Duration, primary: &Server) -> Result<Self, OpenError> {
        let replica = Self { server, stale, known: Mutex::default(), measuring: tokio::sync::Mutex::default() };
        match replica.measure(primary).await {
            Err(Failure::Damaged(_)) => Err(OpenError::NotAReplica),
            _ => Ok(replica),
        }
    }

    pub(crate) fn server(&self) -> &Server {
        &self.server
    }

    pub(crate) fn staleness(&self) -> Option<Duration> {
        Some(self.known().fresh_at?.elapsed())
    }

    /// Whether the replica is young enough, and has all that this store wrote. One caller measures when it is time to; the
    /// others decide by what was last known.
    pub(crate) async fn may_be_read(&self, primary: &Server) -> bool {
        if self.known().measured_at.is_none_or(|at| at.elapsed() >= self.stale / 4)
            && let Ok(_measuring) = self.measuring.try_lock()
        {
            // A replica that does not answer is as one that is too old.
            let _ = timeout(self.stale, self.measure(primary)).await;
        }
        let known = self.known();
        known.writing == 0 && known.fresh_at.is_some_and(|at| at.elapsed() <= self.stale && Some(at) >= known.wrote_at)
    }

    /// Forgets that the replica was up to date, after it failed a read.
    pub(crate) fn distrust(&self) {
        self.known().fresh_at = None;
    }

    /// Does a write, of which nothing is then read older than it was, by this store.
    pub(crate) async fn around_a_write(
        &self,
        write: impl Future<Output = Result<(), StoreError>>,
    ) -> Result<(), StoreError> {
        self.known().writing += 1;
        let _until_it_ends = Writing(self);
        write.await
    }

    async fn measure(&self, primary: &Server) -> Result<(), Failure> {
        let now = Instant::now();
        self.known().measured_at = Some(now);
        let (cluster, written): (String, i64) = two(primary, WRITTEN).await?;
        let (same_cluster, applied): (String, Option<i64>) = two(&self.server, APPLIED).await?;
        let mut known = self.known();
        let applied = applied.filter(|_| cluster == same_cluster).ok_or(Failure::Damaged("replica"))?;
        if let Some((at, _)) = known.awaited.take_if(|(_, end)| applied >= *end) {
            known.fresh_at = Some(at);
        }
        if applied >= written {
            (known.fresh_at, known.awaited) = (Some(now), None);
        } else if known.awaited.is_none() {
            known.awaited = Some((now, written));
        }
        Ok(())
    }

    /// A poisoned lock is taken all the same: no change under it can panic.
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A write that is on its way; also one whose caller goes away ends.
struct Writing<'a>(&'a Replica);

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        let mut known = self.0.known();
        known.writing -= 1;
        known.wrote_at = Some(Instant::now());
    }
}

/// The two values that a statement answers.
async fn two<A, B>(server: &Server, sql: &str) -> Result<(A, B), Failure>
where
    A: for<'a> FromSql<'a>,
    B: for<'a> FromSql<'a>,
{
    let rows = server.read(sql, &[]).await?;
    let row = rows.first().ok_or(Failure::Damaged("replica"))?;
    Ok((row.try_get(0)?, row.try_get(1)?))
}
