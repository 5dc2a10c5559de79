use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{env, fs};

use anyhow::{Context, Error, Result, anyhow, bail};
use kycvs_examples::Keys;
use kycvs_postgres::{Builder, OpenError, PostgresStore};
use kycvs_redis::RedisStore;
use serde::Deserialize;
use tokio_postgres_rustls::MakeRustlsConnect;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::belonging;
use crate::stores::Stores;

/// `[stores]` of a configuration file: what several portals share.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shared {
    postgres: Address,
    redis: Option<Address>,
    keys: PathBuf,
    /// Into how many the first migration splits households and consents.
    partitions: Option<u16>,
    /// Whether PostgreSQL is reached through a PgBouncer in transaction mode.
    #[serde(default)]
    pgbouncer: bool,
}

/// URLs, or where they are, since they hold passwords.
#[derive(Deserialize)]
#[serde(
    untagged,
    deny_unknown_fields,
    expecting = "this is a URL, a list of URLs, { env = \"NAME\" } or { file = \"PATH\" }"
)]
enum Address {
    One(String),
    Several(Vec<String>),
    Environment { env: String },
    File { file: PathBuf },
}

impl Shared {
    /// Opens what was migrated. Nothing is made here: a portal that made keys of its own could read nobody else's records.
    pub(crate) async fn open(&self) -> Result<Stores> {
        let postgres = self.postgres()?.open().await.map_err(about_postgres)?;
        let keys = Keys::read(&self.keys)?;
        belonging::check(&postgres, &keys).await.with_context(|| self.about_keys())?;
        let redis = match &self.redis {
            Some(address) => Some(Arc::new(redis(&address.text()?).await.context("[stores] redis")?)),
            None => None,
        };
        Ok(Stores::Shared { keys, postgres: Arc::new(postgres), redis })
    }

    /// Brings the tables up to date, and makes the keys of a database that has no tables yet; tells how many migrations
    /// were missing. With other keys than those of the database nothing is imported after it.
    pub(crate) async fn migrate(&self) -> Result<usize> {
        let database = self.postgres()?;
        match database.clone().open().await {
            Err(OpenError::OlderSchema { found: 0, .. }) => Keys::make_missing(&self.keys)?,
            Ok(_) | Err(OpenError::OlderSchema { .. }) => {}
            Err(error) => return Err(about_postgres(error)),
        }
        // Before a table is made that a damaged key is of no use for.
        let keys = Keys::read(&self.keys)?;
        let database = self.partitions.into_iter().fold(database, Builder::partitions);
        let missing = database.migrate().await.context("[stores] postgres")?;
        let postgres = database.open().await.map_err(about_postgres)?;
        belonging::claim(&postgres, &keys).await.with_context(|| self.about_keys())?;
        Ok(missing)
    }

    fn about_keys(&self) -> String {
        format!("[stores] keys, in {}", self.keys.display())
    }

    /// By TLS, unless the URL says `sslmode=disable`.
    fn postgres(&self) -> Result<Builder> {
        let builder = PostgresStore::builder(&self.postgres.text()?).context("[stores] postgres")?;
        let builder = builder.tls(MakeRustlsConnect::new(trusting_the_machine()?));
        Ok(if self.pgbouncer { builder.through_pgbouncer() } else { builder })
    }
}

fn about_postgres(error: OpenError) -> Error {
    match error {
        OpenError::PgBouncer => {
            anyhow!("[stores] postgres: there is a PgBouncer before the server: say pgbouncer = true")
        }
        other => Error::new(other).context("[stores] postgres"),
    }
}

/// One server, or the Cluster that it is part of.
async fn redis(urls: &str) -> Result<RedisStore, kycvs_redis::OpenError> {
    let urls: Vec<_> = urls.split_whitespace().collect();
    if let [one] = urls[..] {
        match RedisStore::open(one).await {
            Err(kycvs_redis::OpenError::IsACluster) => {}
            opened => return opened,
        }
    }
    RedisStore::builder().open_cluster(urls).await
}

impl Address {
    fn text(&self) -> Result<String> {
        let text = match self {
            Self::One(url) => url.clone(),
            Self::Several(urls) => urls.join(" "),
            Self::Environment { env } => env::var(env).with_context(|| format!("the environment variable {env}"))?,
            Self::File { file } => read(file)?,
        };
        match text.trim() {
            "" => bail!("a URL in [stores] is empty"),
            text => Ok(text.to_owned()),
        }
    }
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

/// Trusts the root certificates of the machine; `SSL_CERT_FILE` names others.
fn trusting_the_machine() -> Result<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    Ok(config.with_safe_default_protocol_versions()?.with_root_certificates(roots).with_no_client_auth())
}
