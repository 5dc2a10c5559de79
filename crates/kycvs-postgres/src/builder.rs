use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{ConfigConnectImpl, Connect};
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{Config, NoTls, Socket};

use crate::replica::Replica;
use crate::schema;
use crate::server::{Connector, Server, Settings};
use crate::{MigrateError, OpenError, PostgresStore};

/// How a host goes to its database. Every setting has a default but the URL.
///
/// The URL is as for libpq: `postgres://user:password@host:5432/database`, or `host=/run/postgresql user=kycvs`. It may name
/// several hosts and `target_session_attrs=read-write`, and then goes to the one that is the primary at the time.
#[derive(Clone)]
#[must_use]
pub struct Builder {
    primary: Config,
    replica: Option<(Config, Duration)>,
    connector: Option<Connector>,
    settings: Settings,
    partitions: u16,
    host_role: Option<String>,
}

impl PostgresStore {
    /// Begins with a URL.
    ///
    /// # Errors
    /// [`OpenError::Url`].
    pub fn builder(url: &str) -> Result<Builder, OpenError> {
        let settings = Settings {
            connections: 16,
            readers: 2,
            wait: Duration::from_secs(2),
            statement_timeout: Duration::from_secs(4),
            pgbouncer: false,
        };
        Ok(Builder { primary: parse(url)?, replica: None, connector: None, settings, partitions: 64, host_role: None })
    }
}

impl Builder {
    /// How many connections write and read in bulk, one call at a time each; 16 by default, at least 1. Further calls wait.
    pub fn connections(mut self, connections: usize) -> Self {
        self.settings.connections = connections.max(1);
        self
    }

    /// How many more connections carry the single reads, any number of calls at a time each, one answer behind the other;
    /// 2 by default, at least 1. There are none [through PgBouncer](Self::through_pgbouncer).
    pub fn readers(mut self, readers: usize) -> Self {
        self.settings.readers = readers.max(1);
        self
    }

    /// How long a call waits for a free connection, and a connection for the server; 2 seconds by default.
    pub fn wait(mut self, wait: Duration) -> Self {
        self.settings.wait = wait;
        self
    }

    /// After what time the server gives up a statement; 4 seconds by default, a thousand rows of a batch each. If it does
    /// not answer a second later either, the host gives up, and the connection with it.
    pub fn statement_timeout(mut self, timeout: Duration) -> Self {
        self.settings.statement_timeout = timeout.max(Duration::from_millis(1));
        self
    }

    /// There is a PgBouncer in transaction mode before the server.
    ///
    /// It may hand every transaction to another server connection, so statements have no names, and each is sent with its
    /// own `BEGIN`, time-out and `COMMIT`, all in one round trip. Single reads take a connection each, and large imports
    /// go by arrays instead of COPY.
    pub fn through_pgbouncer(mut self) -> Self {
        self.settings.pgbouncer = true;
        self
    }

    /// Lets households be read from a streaming replica, as long as it is known to be no more than `stale` behind.
    ///
    /// What this store wrote itself is never read older. The ledger, its board, challenges and limits are always read from the primary: a
    /// count or a used code that is a moment old is wrong.
    ///
    /// # Errors
    /// [`OpenError::Url`].
    pub fn replica(mut self, url: &str, stale: Duration) -> Result<Self, OpenError> {
        self.replica = Some((parse(url)?, stale));
        Ok(self)
    }

    /// Connects by TLS, and by nothing else unless the URL says `sslmode=disable`. The connector decides what certificate
    /// it accepts; `tokio-postgres-rustls` and `postgres-openssl` have one. Without one, another machine is refused unless the
    /// URL says `sslmode=disable`, and any machine if it says `sslmode=require`.
    pub fn tls<T>(mut self, connector: T) -> Self
    where
        T: MakeTlsConnect<Socket> + Clone + Send + Sync + 'static,
        T::Stream: Send + Sync,
        T::TlsConnect: Send + Sync,
        <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
    {
        self.connector = Some(Connector::new(ConfigConnectImpl { tls: connector }));
        self
    }

    /// Into how many partitions [`migrate`](Self::migrate) splits households when it creates them: a power of
    /// two from 1 to 1,024, 64 by default. It is not changed later.
    pub fn partitions(mut self, partitions: u16) -> Self {
        self.partitions = partitions;
        self
    }

    /// The role that hosts serve as, to which [`migrate`](Self::migrate) grants what they need: it reads people, and can delete or
    /// change nothing of the ledger that is to be kept. The role is there already; 1 to 63 of `a` to `z`, `0` to `9` and `_`.
    pub fn host_role(mut self, role: impl Into<String>) -> Self {
        self.host_role = Some(role.into());
        self
    }

    /// Brings the tables up to date, and creates them in a new database; returns how many migrations were missing.
    ///
    /// All of them are one transaction, under a lock that any number of hosts may ask for at once. The user must own the
    /// schema `kycvs`, or be allowed to create it.
    ///
    /// # Errors
    /// [`MigrateError`]; nothing was changed.
    pub async fn migrate(&self) -> Result<usize, MigrateError> {
        if !self.partitions.is_power_of_two() || self.partitions > 1024 {
            return Err(MigrateError::Partitions);
        }
        let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if self.host_role.as_ref().is_some_and(|role| !(1..=63).contains(&role.len()) || !role.bytes().all(is_plain)) {
            return Err(MigrateError::Role);
        }
        schema::migrate(&self.server(&self.primary)?, self.partitions, self.host_role.as_deref()).await
    }

    /// Opens the store: connects, and compares the schema. It writes nothing.
    ///
    /// # Errors
    /// [`OpenError`], each with what to do about it. A replica that cannot be reached is no error: it may come.
    pub async fn open(self) -> Result<PostgresStore, OpenError> {
        let primary = self.server(&self.primary)?;
        let partitions = schema::check(&primary, &self.settings).await?;
        let replica = match &self.replica {
            None => None,
            Some((config, stale)) => Some(Replica::new(self.server(config)?, *stale, &primary).await?),
        };
        Ok(PostgresStore::new(primary, replica, partitions))
    }

    fn server(&self, config: &Config) -> Result<Server, OpenError> {
        let mut config = config.clone();
        let plain = || Connector::new(ConfigConnectImpl { tls: NoTls });
        let connector = match &self.connector {
            Some(connector) => {
                if config.get_ssl_mode() == SslMode::Prefer {
                    config.ssl_mode(SslMode::Require);
                }
                connector.clone()
            }
            None => match config.get_ssl_mode() {
                SslMode::Disable => plain(),
                SslMode::Prefer if on_this_machine(&config) => plain(),
                _ => return Err(OpenError::NoTls),
            },
        };
        Server::new(config, connector, self.settings)
    }
}

/// The parser's own error may hold a piece of the URL.
fn parse(url: &str) -> Result<Config, OpenError> {
    let config: Config = url.parse().map_err(|_| OpenError::Url)?;
    if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() { Err(OpenError::Url) } else { Ok(config) }
}

fn on_this_machine(config: &Config) -> bool {
    let is_here = |name: &str| name == "localhost" || name.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
    config.get_hostaddrs().iter().all(IpAddr::is_loopback)
        && config.get_hosts().iter().all(|host| match host {
            Host::Tcp(name) => is_here(name) || !config.get_hostaddrs().is_empty(),
            #[cfg(unix)]
            Host::Unix(_) => true,
        })
}

impl Connector {
    fn new(connect: impl Connect + 'static) -> Self {
        Self(Arc::new(connect))
    }
}

/// Shows no URL: it holds the password.
impl std::fmt::Debug for Builder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Builder").field("settings", &self.settings).finish_non_exhaustive()
    }
}
