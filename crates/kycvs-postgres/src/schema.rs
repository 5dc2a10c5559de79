use tokio_postgres::error::SqlState;

use crate::error::Failure;
use crate::ledger;
use crate::server::{Server, Settings};
use crate::{MigrateError, OpenError};

/// The migrations, each with the schema that it leads to. A release adds to them and changes none.
const MIGRATIONS: [(i32, &str); 4] = [
    (1, include_str!("../migrations/0001_households.sql")),
    (2, include_str!("../migrations/0002_ledger.sql")),
    (3, include_str!("../migrations/0003_challenges.sql")),
    (4, include_str!("../migrations/0004_limits.sql")),
];

/// The lock that one migration at a time holds, until its transaction ends: "kycvs" in ASCII.
const LOCK: &str = "SELECT pg_advisory_xact_lock(x'6b79637673'::bigint)";

const VERSION: &str = "SELECT coalesce(max(version), 0) FROM kycvs.migration";

/// The schema of this release.
const NEWEST: i32 = MIGRATIONS[MIGRATIONS.len() - 1].0;

/// The newest schema that this release serves over. A release adds one migration at most, which hosts of the release before
/// can live with, so that they are replaced one by one after it.
const SUPPORTED: i32 = NEWEST + 1;

/// The rights of a host that is not the owner, where `kycvs_host` stands for its role.
const GRANTS: &str = include_str!("grants.sql");

/// Applies the migrations that are missing, and grants a host's rights to a role, in one transaction; returns how many were
/// missing.
pub(crate) async fn migrate(server: &Server, partitions: u16, host: Option<&str>) -> Result<usize, MigrateError> {
    let failed = |version: i32| move |failure: Failure| MigrateError::Failed { version, source: failure.boxed() };
    let mut connection = server.connection().await.map_err(Failure::into_open)?;
    let transaction = connection.transaction().await.map_err(|error| Failure::from(error).into_open())?;
    // The lock may be held for as long as another host migrates.
    let begin = format!(
        "SET LOCAL statement_timeout = 0; SET LOCAL kycvs.partitions = {partitions}; {LOCK};
         SET LOCAL client_min_messages = warning; CREATE SCHEMA IF NOT EXISTS kycvs;
         CREATE TABLE IF NOT EXISTS kycvs.migration (
             version integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())"
    );
    transaction.batch_execute(&begin).await.map_err(|error| failed(0)(error.into()))?;
    let row = transaction.query_typed_one(VERSION, &[]).await.map_err(|error| failed(0)(error.into()))?;
    let found: i32 = row.try_get(0).map_err(|error| failed(0)(error.into()))?;
    if found > NEWEST {
        return Err(OpenError::NewerSchema { found, supported: NEWEST }.into());
    }
    let missing: Vec<_> = MIGRATIONS.iter().filter(|(version, _)| *version > found).collect();
    for (version, sql) in &missing {
        let sql = format!("{sql}; INSERT INTO kycvs.migration (version) VALUES ({version})");
        transaction.batch_execute(&sql).await.map_err(|error| failed(*version)(error.into()))?;
    }
    if let Some(role) = host {
        let granted = transaction.batch_execute(&GRANTS.replace("kycvs_host", role)).await;
        granted.map_err(|error| MigrateError::Grants { source: Failure::from(error).boxed() })?;
    }
    transaction.commit().await.map_err(|error| failed(NEWEST)(error.into()))?;
    Ok(missing.len())
}

/// Compares the schema with this release's, and sees that entries may be added to the ledger; returns the number of
/// partitions.
pub(crate) async fn check(server: &Server, settings: &Settings) -> Result<u16, OpenError> {
    let session = "SELECT coalesce(current_setting('kycvs.session', true), '')";
    let arrived: String = one(server, session).await.map_err(from_start)?;
    if arrived.is_empty() && !settings.pgbouncer {
        return Err(OpenError::PgBouncer);
    }
    let found = match one(server, VERSION).await {
        Err(failure) if failure.code().is_some_and(is_missing) => 0,
        found => found.map_err(Failure::into_open)?,
    };
    if found > SUPPORTED {
        return Err(OpenError::NewerSchema { found, supported: SUPPORTED });
    }
    if found < NEWEST {
        return Err(OpenError::OlderSchema { found, needed: NEWEST });
    }
    let partitions: i32 = one(server, "SELECT partitions FROM kycvs.layout").await.map_err(Failure::into_open)?;
    server.call(1, ledger::CHECK, &[]).await.map_err(Failure::into_open)?;
    u16::try_from(partitions).ok().filter(|count| count.is_power_of_two()).ok_or(OpenError::Damaged)
}

/// The one value that a statement answers.
pub(crate) async fn one<T>(server: &Server, sql: &str) -> Result<T, Failure>
where
    T: for<'a> tokio_postgres::types::FromSql<'a>,
{
    let rows = server.call(1, sql, &[]).await?;
    rows.first().and_then(|row| row.try_get(0).ok()).ok_or(Failure::Damaged("schema"))
}

/// A PgBouncer refuses settings that it does not know, as what violates the protocol.
fn from_start(failure: Failure) -> OpenError {
    match failure.code() {
        Some(&SqlState::PROTOCOL_VIOLATION) => OpenError::PgBouncer,
        _ => failure.into_open(),
    }
}

fn is_missing(code: &SqlState) -> bool {
    [SqlState::UNDEFINED_TABLE, SqlState::INVALID_SCHEMA_NAME].contains(code)
}
