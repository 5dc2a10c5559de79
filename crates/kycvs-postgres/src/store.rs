use std::time::Duration;

use kycvs_store::Key;
use tokio_postgres::Row;

use crate::error::Failure;
use crate::replica::Replica;
use crate::server::Server;
use crate::sql::Param;

/// All five stores in a PostgreSQL database that any number of hosts share. Share it by `Arc`.
pub struct PostgresStore {
    pub(crate) primary: Server,
    pub(crate) replica: Option<Replica>,
    /// The statements that look up a household, for each partition. Each answers one row about as long as most, also where there is no
    /// household (its version is null): by the time of an answer without a row, an unknown number could be recognised.
    lookups: Vec<String>,
}

/// How long the records of most households are.
const HOUSEHOLD_BYTES: usize = 160;

impl PostgresStore {
    pub(crate) fn new(primary: Server, replica: Option<Replica>, partitions: u16) -> Self {
        let nobody = "00".repeat(HOUSEHOLD_BYTES);
        let lookup = |number| {
            format!(
                "SELECT version, coalesce(body, '\\x{nobody}')
                FROM (SELECT) AS asked LEFT JOIN kycvs.household_{number:04} ON key = $1"
            )
        };
        Self { primary, replica, lookups: (0..partitions).map(lookup).collect() }
    }

    /// How far the replica is behind the primary at most, as far as this store knows: since when it is known to have
    /// everything. `None` without a replica, and before it was first found to be up to date.
    ///
    /// It is measured when households are read, at most every quarter of the allowed staleness.
    pub fn replica_staleness(&self) -> Option<Duration> {
        self.replica.as_ref()?.staleness()
    }

    /// Reads households: from the replica while that is fresh, and from the primary otherwise, or when the replica fails.
    pub(crate) async fn read_households(
        &self,
        rows: usize,
        sql: &str,
        params: &[Param<'_>],
    ) -> Result<Vec<Row>, Failure> {
        if let Some(replica) = &self.replica
            && replica.may_be_read(&self.primary).await
        {
            match fetch(replica.server(), rows, sql, params).await {
                Err(_) => replica.distrust(),
                answer => return answer,
            }
        }
        fetch(&self.primary, rows, sql, params).await
    }

    /// The statement that looks up the household at `key`, in its partition.
    pub(crate) fn lookup(&self, key: &Key) -> &str {
        &self.lookups[self.partition(key)]
    }

    /// The number of the partition of `key`: they are equal ranges of the first 16 bits.
    pub(crate) fn partition(&self, key: &Key) -> usize {
        let [first, second, ..] = *key.as_bytes();
        let range = usize::from(u16::from_be_bytes([first, second]));
        (range * self.lookups.len()) >> 16
    }
}

/// A batch has the time of a statement for every thousand rows.
pub(crate) fn patience(rows: usize) -> u32 {
    u32::try_from(rows / 1000).unwrap_or(u32::MAX).saturating_add(1)
}

/// A single row shares a connection; many would hold up the calls behind them.
async fn fetch(server: &Server, rows: usize, sql: &str, params: &[Param<'_>]) -> Result<Vec<Row>, Failure> {
    if rows == 1 { server.read(sql, params).await } else { server.call(patience(rows), sql, params).await }
}

/// Shows no URL and no row.
impl std::fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostgresStore").finish_non_exhaustive()
    }
}
