use std::path::PathBuf;
use std::time::Duration;

use kycvs_postgres::PostgresStore;
use kycvs_redis::{OpenError, RedisStore};
use serde::Deserialize;

use super::rates::Span;
use crate::data::Folders;

/// `[stores]`: a folder of this machine, or what several servers share.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoreSettings {
    /// The folder of an embedded store.
    pub(crate) data: Option<PathBuf>,
    /// The file to which an embedded store is copied when the server is asked to.
    pub(crate) copy_to: Option<PathBuf>,
    pub(crate) postgres: Option<String>,
    pub(crate) redis: Option<Urls>,
    /// The folder of the keys.
    pub(crate) keys: Option<PathBuf>,
    /// Into how many parts the first migration splits households and consents.
    pub(crate) partitions: Option<u16>,
    /// The role that servers connect as, to which the owner's migration grants what they need.
    pub(crate) host_role: Option<String>,
    /// Whether PostgreSQL is reached through a PgBouncer in transaction mode.
    #[serde(default)]
    pub(crate) pgbouncer: bool,
    /// How many connections write, and how many more read.
    pub(crate) connections: Option<usize>,
    pub(crate) readers: Option<usize>,
    /// How long a call waits for a connection, and a statement may take.
    pub(crate) wait: Option<Span>,
    pub(crate) statement_timeout: Option<Span>,
    /// A streaming replica from which people are read, and how far it may be behind.
    pub(crate) replica: Option<String>,
    pub(crate) replica_stale: Option<Span>,
    /// What keys in Redis begin with.
    pub(crate) redis_namespace: Option<String>,
    pub(crate) redis_connections: Option<usize>,
    pub(crate) redis_timeout: Option<Span>,
    /// How many replicas of Redis have a write before it is answered, and how long that may take.
    pub(crate) redis_replicas: Option<u32>,
    pub(crate) redis_replicas_within: Option<Span>,
}

/// The URL of a server, or the URLs of some nodes of a Cluster.
#[derive(Clone, Deserialize)]
#[serde(untagged, expecting = "this is a URL, a list of URLs, { env = \"NAME\" } or { file = \"PATH\" }")]
pub(crate) enum Urls {
    One(String),
    Several(Vec<String>),
}

/// How far a replica may be behind where nothing is said.
const STALE: Duration = Duration::from_secs(5);

/// How long replicas of Redis may take where nothing is said.
const WITHIN: Duration = Duration::from_secs(1);

impl StoreSettings {
    /// The settings with the folders of the flags in the place of those of the file.
    pub(crate) fn or_folders(mut self, data: Option<PathBuf>, keys: Option<PathBuf>) -> Self {
        self.data = data.or(self.data);
        self.keys = keys.or(self.keys);
        self
    }

    /// What the settings lack or have too much of, with the place.
    pub(crate) fn faults(&self) -> Vec<(&'static str, String)> {
        let mut faults = Vec::new();
        let mut fault = |is_one: bool, place, what: &str| {
            if is_one {
                faults.push((place, what.to_owned()));
            }
        };
        let (is_embedded, is_shared, has_redis) = (self.data.is_some(), self.postgres.is_some(), self.redis.is_some());
        fault(is_embedded && is_shared, "stores.data", "there is `stores.postgres`, too: keep one of them");
        let is_odd = self.copy_to.is_some() && is_shared;
        fault(is_odd, "stores.copy_to", "it goes with `stores.data` alone: back PostgreSQL up by its own tools");
        for (is_set, place) in [
            (has_redis, "stores.redis"),
            (self.partitions.is_some(), "stores.partitions"),
            (self.host_role.is_some(), "stores.host_role"),
            (self.pgbouncer, "stores.pgbouncer"),
            (self.connections.is_some(), "stores.connections"),
            (self.readers.is_some(), "stores.readers"),
            (self.wait.is_some(), "stores.wait"),
            (self.statement_timeout.is_some(), "stores.statement_timeout"),
            (self.replica.is_some(), "stores.replica"),
        ] {
            fault(is_set && !is_shared, place, "it goes with `stores.postgres` alone");
        }
        for (is_set, place) in [
            (self.redis_namespace.is_some(), "stores.redis_namespace"),
            (self.redis_connections.is_some(), "stores.redis_connections"),
            (self.redis_timeout.is_some(), "stores.redis_timeout"),
            (self.redis_replicas.is_some(), "stores.redis_replicas"),
        ] {
            fault(is_set && !has_redis, place, "it goes with `stores.redis` alone");
        }
        for (path, place) in
            [(&self.data, "stores.data"), (&self.copy_to, "stores.copy_to"), (&self.keys, "stores.keys")]
        {
            fault(path.as_ref().is_some_and(|path| path.as_os_str().is_empty()), place, "it is empty: write a path");
        }
        let is_wrong = |url: &Option<String>| url.as_ref().is_some_and(|url| PostgresStore::builder(url).is_err());
        let must = "it must be a URL such as postgres://kycvs@db.example/kycvs";
        fault(is_wrong(&self.postgres), "stores.postgres", must);
        fault(is_wrong(&self.replica), "stores.replica", must);
        let is_empty = self.host_role.as_ref().is_some_and(String::is_empty);
        fault(is_empty, "stores.host_role", "it is empty: write the name of a role");
        let builder = self.redis_builder();
        let urls = self.redis.iter().flat_map(|urls| urls.list());
        if let Some(error) = urls.flat_map(|url| url.split_whitespace()).find_map(|url| builder.check(url).err()) {
            let place = match &error {
                OpenError::InvalidSetting { setting: "namespace", .. } => "stores.redis_namespace",
                OpenError::InvalidSetting { setting: "connections", .. } => "stores.redis_connections",
                OpenError::InvalidSetting { setting: "call_timeout", .. } => "stores.redis_timeout",
                OpenError::InvalidSetting { .. } => "stores.redis_replicas",
                _ => "stores.redis",
            };
            let what = match &error {
                OpenError::InvalidSetting { must, .. } => format!("it must be {must}"),
                error => error.to_string(),
            };
            fault(true, place, &what);
        }
        let has_no_url = self.redis.as_ref().is_some_and(|urls| urls.list().iter().all(|url| url.trim().is_empty()));
        fault(has_no_url, "stores.redis", "there is no URL: write it as in redis = \"rediss://cache.example\"");
        let is_alone = self.replica_stale.is_some() && self.replica.is_none();
        fault(is_alone, "stores.replica_stale", "it goes with `stores.replica` alone");
        let is_alone = self.redis_replicas_within.is_some() && self.redis_replicas.is_none();
        fault(is_alone, "stores.redis_replicas_within", "it goes with `stores.redis_replicas` alone");
        let is_no_power = |count: u16| !count.is_power_of_two() || count > 1024;
        fault(
            self.partitions.is_some_and(is_no_power),
            "stores.partitions",
            "it must be a power of two from 1 to 1,024",
        );
        let is_out = |count: usize| !(1..=1000).contains(&count);
        fault(self.connections.is_some_and(is_out), "stores.connections", "it must be 1 to 1,000");
        fault(self.readers.is_some_and(is_out), "stores.readers", "it must be 1 to 1,000");
        let is_missing = is_shared && self.keys.is_none();
        fault(is_missing, "stores.keys", "it is missing: write it as in keys = \"/etc/kycvs/keys\"");
        // Without an empty path, which is named above.
        if faults.is_empty() {
            faults.extend(self.folders().iter().flat_map(|folders| folders.faults(self.copy_to.as_deref())));
        }
        faults
    }

    /// The folders of an embedded store.
    pub(crate) fn folders(&self) -> Option<Folders> {
        self.data.clone().map(|data| Folders::new(data, self.keys.clone()))
    }

    /// Redis by these settings.
    pub(crate) fn redis_builder(&self) -> kycvs_redis::Builder {
        let builder = self.redis_namespace.iter().fold(RedisStore::builder(), |builder, name| builder.namespace(name));
        let builder = self.redis_connections.into_iter().fold(builder, kycvs_redis::Builder::connections);
        let timeout = self.redis_timeout.into_iter().map(Duration::from);
        let builder = timeout.fold(builder, kycvs_redis::Builder::call_timeout);
        self.replicas().into_iter().fold(builder, |builder, (count, within)| builder.wait_for_replicas(count, within))
    }

    /// How far the replica may be behind.
    pub(crate) fn stale(&self) -> Duration {
        self.replica_stale.map_or(STALE, Into::into)
    }

    /// How many replicas of Redis have a write before it is answered, and within what time.
    fn replicas(&self) -> Option<(u32, Duration)> {
        let within = self.redis_replicas_within.map_or(WITHIN, Into::into);
        self.redis_replicas.map(|count| (count, within))
    }
}

impl Urls {
    pub(crate) fn list(&self) -> &[String] {
        match self {
            Self::One(url) => std::slice::from_ref(url),
            Self::Several(urls) => urls,
        }
    }
}
