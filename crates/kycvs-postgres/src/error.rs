use std::error::Error;
use std::fmt;

use deadpool_postgres::PoolError;
use kycvs_store::StoreError;
use tokio_postgres::error::SqlState;

/// Why a store was not opened. Nothing was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The URL is not one of PostgreSQL, or names no server.
    #[error("the URL is not one of PostgreSQL")]
    Url,

    /// No TLS connector was given, and the URL says `sslmode=require`, or names another machine and does not say
    /// `sslmode=disable`.
    #[error("the connection must be TLS: give a TLS connector, or say sslmode=disable")]
    NoTls,

    /// No server answered at the address, or its certificate was refused.
    #[error("the server cannot be reached")]
    Unreachable(#[source] Box<dyn Error + Send + Sync>),

    /// The user or the password is wrong, or the server does not let this user in from here.
    #[error("the server refuses the user or the password")]
    Credentials,

    /// There is no database of this name.
    #[error("the database does not exist")]
    NoDatabase,

    /// The database has no tables of ours, or those of an earlier release.
    #[error("the database has schema {found}, and this release needs {needed}: run migrate")]
    OlderSchema {
        /// The schema of the database; 0 when there is none.
        found: i32,
        /// The schema of this release.
        needed: i32,
    },

    /// The database was migrated by a release later than the next one.
    #[error("the database has schema {found}, and this release serves over {supported} at most")]
    NewerSchema {
        /// The schema of the database.
        found: i32,
        /// The newest schema that this release serves over, or migrates to.
        supported: i32,
    },

    /// Our tables are not as a migration leaves them.
    #[error("the schema of the database is damaged")]
    Damaged,

    /// The user may not read our tables, or may not add to the ledger.
    #[error("the user has no right to the tables")]
    NotAllowed,

    /// The server takes no writes: it is a standby, or its transactions are read-only by default.
    #[error("the server takes no writes: it is a standby, or its transactions are read-only")]
    ReadOnly,

    /// There is a PgBouncer before the server, which keeps settings of a connection from it.
    #[error("there is a PgBouncer before the server: say through_pgbouncer")]
    PgBouncer,

    /// The replica is a server of its own, or of another database.
    #[error("the replica is not a streaming replica of this server")]
    NotAReplica,

    /// The server answered with an error of its own.
    #[error("the server answered with an error")]
    Server(#[source] Box<dyn Error + Send + Sync>),
}

/// Why the tables were not brought up to date. None of the missing migrations was applied.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MigrateError {
    /// The number of partitions is no power of two from 1 to 1,024.
    #[error("the number of partitions is no power of two from 1 to 1,024")]
    Partitions,

    /// The database was not reached, or is newer.
    #[error(transparent)]
    Open(#[from] OpenError),

    /// The role of the hosts is not 1 to 63 of `a` to `z`, `0` to `9` and `_`.
    #[error("the role of the hosts must be 1 to 63 small letters, digits and underscores")]
    Role,

    /// The role of the hosts was not granted its rights: there is no such role, for example.
    #[error("the role of the hosts could not be granted its rights")]
    Grants {
        /// What the server said.
        source: Box<dyn Error + Send + Sync>,
    },

    /// The server refused a migration, for a missing right or a name that is taken.
    #[error("migration {version} failed")]
    Failed {
        /// The number of the migration.
        version: i32,
        /// What the server said.
        source: Box<dyn Error + Send + Sync>,
    },
}

/// Why a call to a server failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The server answered with an error, or the connection broke.
    Server(tokio_postgres::Error),
    /// A time-out of ours, by what was waited for.
    TimeOut(&'static str),
    /// A row is not what an adapter wrote.
    Damaged(&'static str),
}

impl Failure {
    pub(crate) fn code(&self) -> Option<&SqlState> {
        if let Self::Server(error) = self { error.code() } else { None }
    }

    /// The server has undone the call because of others that ran at the same time.
    pub(crate) fn may_be_repeated(&self) -> bool {
        matches!(self.code(), Some(&SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED))
    }

    /// The connection is of no use any more: it does not answer, its prepared statements are from before a change of the
    /// tables, or its server is no longer the primary.
    pub(crate) fn spoils_connection(&self) -> bool {
        let stale = [
            SqlState::FEATURE_NOT_SUPPORTED,
            SqlState::INVALID_SQL_STATEMENT_NAME,
            SqlState::READ_ONLY_SQL_TRANSACTION,
        ];
        matches!(self, Self::TimeOut(_)) || self.code().is_some_and(|code| stale.contains(code))
    }

    pub(crate) fn into_open(self) -> OpenError {
        let Some(code) = self.code() else {
            return match self {
                Self::Damaged(_) => OpenError::Damaged,
                other => OpenError::Unreachable(other.boxed()),
            };
        };
        match *code {
            SqlState::INVALID_PASSWORD | SqlState::INVALID_AUTHORIZATION_SPECIFICATION => OpenError::Credentials,
            SqlState::INVALID_CATALOG_NAME => OpenError::NoDatabase,
            SqlState::INSUFFICIENT_PRIVILEGE => OpenError::NotAllowed,
            SqlState::READ_ONLY_SQL_TRANSACTION => OpenError::ReadOnly,
            _ => OpenError::Server(self.boxed()),
        }
    }

    /// The cause, without what a server says beside its message: its details may hold the values of a row.
    pub(crate) fn boxed(self) -> Box<dyn Error + Send + Sync> {
        match self {
            Self::Server(error) => match error.as_db_error() {
                Some(told) => {
                    Box::new(ServerError { code: told.code().code().to_owned(), message: told.message().to_owned() })
                }
                None => error.into(),
            },
            Self::TimeOut(what) => format!("{what} took too long").into(),
            Self::Damaged(what) => format!("a stored {what} is damaged").into(),
        }
    }
}

impl From<tokio_postgres::Error> for Failure {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Server(error)
    }
}

impl From<PoolError> for Failure {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Backend(error) => Self::Server(error),
            PoolError::Timeout(deadpool_postgres::TimeoutType::Wait) => Self::TimeOut("waiting for a free connection"),
            _ => Self::TimeOut("connecting"),
        }
    }
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Damaged(what) => Self::Damaged { what },
            // Only a writer that was first makes a duplicate.
            other if other.code() == Some(&SqlState::UNIQUE_VIOLATION) => Self::Conflict,
            other => Self::Unavailable(other.boxed()),
        }
    }
}

/// What a server answered: its code and its message.
#[derive(Debug)]
struct ServerError {
    code: String,
    message: String,
}

impl fmt::Display for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (SQLSTATE {})", self.message, self.code)
    }
}

impl Error for ServerError {}
