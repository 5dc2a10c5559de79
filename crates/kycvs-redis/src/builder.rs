use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use redis::cluster::ClusterClient;
use redis::{AsyncConnectionConfig, Client, RedisError};
use ring::rand::{SecureRandom, SystemRandom};

use crate::error::{OpenError, open_error};
use crate::inspect::{inspect, inspect_cluster};
use crate::keys::Keys;
use crate::pool::{Pool, Source};
use crate::scripts::Scripts;
use crate::server::{Replicas, Server};
use crate::store::{Inner, RedisStore};

/// How a store is opened.
#[derive(Clone, Debug)]
pub struct Builder {
    namespace: String,
    connections: usize,
    connect_timeout: Duration,
    call_timeout: Duration,
    replicas: Option<Replicas>,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            namespace: "kycvs".to_owned(),
            connections: 4,
            connect_timeout: Duration::from_secs(1),
            call_timeout: Duration::from_secs(1),
            replicas: None,
        }
    }
}

impl Builder {
    /// What all keys begin with, so that several systems can share a server: 1 to 32 of `a` to `z`, `0` to `9` and `-`.
    /// Default `kycvs`.
    #[must_use]
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = namespace.into();
        self
    }

    /// How many connections this host holds, to a Cluster as many to each of its nodes. Any number of calls share one, so few are
    /// enough: 1 to 64. Default 4.
    #[must_use]
    pub fn connections(mut self, connections: usize) -> Self {
        self.connections = connections;
        self
    }

    /// How long a server may take to accept a connection: 10 ms to a minute. Default 1 s.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long a server may take to answer a call: 10 ms to a minute. Default 1 s.
    #[must_use]
    pub fn call_timeout(mut self, timeout: Duration) -> Self {
        self.call_timeout = timeout;
        self
    }

    /// Answers a write only when `count` replicas have it (the command `WAIT`), and fails it when they do not `within` a time,
    /// 1 ms to a minute. Default: a write is answered when the primary has it.
    #[must_use]
    pub fn wait_for_replicas(mut self, count: u32, within: Duration) -> Self {
        self.replicas = Some(Replicas { count, within });
        self
    }

    /// Opens a single server: `redis://[user:password@]host[:port][/database]`.
    ///
    /// # Errors
    /// [`OpenError`] says which of the things that can be wrong with a server is.
    pub async fn open(self, url: &str) -> Result<RedisStore, OpenError> {
        self.check(url)?;
        let client = client(url)?;
        let config = self.connection_config();
        inspect(&client, &config).await?.check_single()?;
        self.connect(Source::Server(client, config), false).await
    }

    /// Opens a Cluster. `urls` are some of its nodes, all with the same user and password; the others are found.
    ///
    /// # Errors
    /// [`OpenError`] says which of the things that can be wrong with a Cluster is.
    pub async fn open_cluster(self, urls: impl IntoIterator<Item = impl AsRef<str>>) -> Result<RedisStore, OpenError> {
        let urls: Vec<String> = urls.into_iter().map(|url| url.as_ref().to_owned()).collect();
        urls.iter().try_for_each(|url| self.check(url))?;
        let clients: Vec<Client> = urls.iter().map(|url| client(url)).collect::<Result<_, _>>()?;
        inspect_cluster(&clients, &self.connection_config()).await?;
        let cluster = ClusterClient::builder(urls)
            .retries(0)
            .connection_timeout(self.connect_timeout)
            .response_timeout(self.answer_timeout())
            .build()
            .map_err(invalid_url)?;
        self.connect(Source::Cluster(cluster), true).await
    }

    /// Checks the settings and a URL, and connects to nothing.
    ///
    /// # Errors
    /// [`OpenError::InvalidUrl`] and [`OpenError::InvalidSetting`].
    pub fn check(&self, url: &str) -> Result<(), OpenError> {
        client(url)?;
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if !(1..=32).contains(&self.namespace.len()) || !self.namespace.bytes().all(plain) {
            let must = "1 to 32 small letters, digits and hyphens";
            return Err(OpenError::InvalidSetting { setting: "namespace", must });
        }
        if !(1..=64).contains(&self.connections) {
            return Err(OpenError::InvalidSetting { setting: "connections", must: "1 to 64" });
        }
        let minute = Duration::from_secs(60);
        for (setting, timeout) in [("connect_timeout", self.connect_timeout), ("call_timeout", self.call_timeout)] {
            if !(Duration::from_millis(10)..=minute).contains(&timeout) {
                return Err(OpenError::InvalidSetting { setting, must: "10 ms to a minute" });
            }
        }
        let waits = self.replicas.is_none_or(|replicas| {
            replicas.count > 0 && (Duration::from_millis(1)..=minute).contains(&replicas.within)
        });
        let must = "at least one replica, within 1 ms to a minute";
        if waits { Ok(()) } else { Err(OpenError::InvalidSetting { setting: "wait_for_replicas", must }) }
    }

    fn connection_config(&self) -> AsyncConnectionConfig {
        AsyncConnectionConfig::new()
            .set_connection_timeout(Some(self.connect_timeout))
            .set_response_timeout(Some(self.answer_timeout()))
    }

    /// The answer to a write comes after its wait for replicas.
    fn answer_timeout(&self) -> Duration {
        self.call_timeout + self.replicas.map_or(Duration::ZERO, |replicas| replicas.within)
    }

    async fn connect(self, source: Source, is_cluster: bool) -> Result<RedisStore, OpenError> {
        let mut store_id = [0; 16];
        SystemRandom::new().fill(&mut store_id).map_err(|_| OpenError::RandomUnavailable)?;
        let pool = Pool::open(source, self.connections).await.map_err(|error| open_error(&error))?;
        Ok(RedisStore {
            inner: Arc::new(Inner {
                server: Server { pool, call_timeout: self.call_timeout, replicas: self.replicas },
                scripts: Scripts::new(),
                keys: Keys::new(self.namespace),
                is_cluster,
                store_id,
                calls: AtomicU64::new(0),
            }),
        })
    }
}

fn client(url: &str) -> Result<Client, OpenError> {
    #[cfg(feature = "tls")]
    choose_crypto();
    Client::open(url).map_err(invalid_url)
}

/// The error of a URL may repeat it, with its password.
fn invalid_url(_: RedisError) -> OpenError {
    OpenError::InvalidUrl
}

/// rustls panics where it has two providers to choose from and nobody chose. Whatever the host has chosen stays.
#[cfg(feature = "tls")]
fn choose_crypto() {
    use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
    if CryptoProvider::get_default().is_none() {
        // It fails when another thread was first, which is as good.
        let _ = ring::default_provider().install_default();
    }
}
