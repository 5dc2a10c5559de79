use std::path::PathBuf;

use serde::Deserialize;

use crate::data::Folders;

/// `[stores]`: a folder of this machine, or what several servers share.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoreSettings {
    /// The folder of an embedded store.
    pub(crate) data: Option<PathBuf>,
    pub(crate) postgres: Option<String>,
    pub(crate) redis: Option<Urls>,
    /// The folder of the keys.
    pub(crate) keys: Option<PathBuf>,
    /// Into how many parts the first migration splits households and consents.
    pub(crate) partitions: Option<u16>,
    /// Whether PostgreSQL is reached through a PgBouncer in transaction mode.
    #[serde(default)]
    pub(crate) pgbouncer: bool,
}

/// The URL of a server, or the URLs of some nodes of a Cluster.
#[derive(Clone, Deserialize)]
#[serde(untagged, expecting = "this is a URL, a list of URLs, { env = \"NAME\" } or { file = \"PATH\" }")]
pub(crate) enum Urls {
    One(String),
    Several(Vec<String>),
}

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
        let (is_embedded, is_shared) = (self.data.is_some(), self.postgres.is_some());
        fault(is_embedded && is_shared, "stores.data", "there is `stores.postgres`, too: keep one of them");
        fault(self.redis.is_some() && !is_shared, "stores.redis", "it goes with `stores.postgres` alone");
        fault(self.partitions.is_some() && !is_shared, "stores.partitions", "it goes with `stores.postgres` alone");
        fault(self.pgbouncer && !is_shared, "stores.pgbouncer", "it goes with `stores.postgres` alone");
        fault(
            is_shared && self.keys.is_none(),
            "stores.keys",
            "it is missing: write it as in keys = \"/etc/kycvs/keys\"",
        );
        faults
    }

    /// The folders of an embedded store.
    pub(crate) fn folders(&self) -> Option<Folders> {
        self.data.clone().map(|data| Folders::new(data, self.keys.clone()))
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
