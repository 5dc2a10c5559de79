//! What several servers share: PostgreSQL, and Redis if there is one.

use std::sync::Arc;

use anyhow::{Context, Error, Result, anyhow, bail};
use kycvs::registry::SealedRegistry;
use kycvs_postgres::{Builder, OpenError, PostgresStore};
use kycvs_redis::RedisStore;
use tokio_postgres_rustls::MakeRustlsConnect;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::belonging;
use crate::config::{Kept, StoreSettings};
use crate::keys::Keys;

/// Opens what was migrated. Nothing is made here: a server that made keys of its own could read nobody else's records.
pub(crate) async fn open(settings: &StoreSettings, url: &str) -> Result<(Keys, PostgresStore, Option<RedisStore>)> {
    let postgres = postgres(settings, url)?.open().await.map_err(about_postgres)?;
    let keys = keys(settings)?;
    belonging::check(&postgres, &keys).await.with_context(|| about_keys(settings))?;
    let redis = match &settings.redis {
        Some(urls) => Some(redis(settings, urls.list()).await.context("[stores] redis")?),
        None => None,
    };
    Ok((keys, postgres, redis))
}

/// Brings the tables up to date, and makes the keys of a database that has no tables yet, and those of a log or of cards that it did
/// not have; gives how many migrations were missing. With other keys than those of the database nothing is imported after it.
pub(crate) async fn migrate(kept: &Kept, url: &str) -> Result<usize> {
    let settings = &kept.stores;
    let database = postgres(settings, url)?;
    let is_new = match database.clone().open().await {
        Err(OpenError::OlderSchema { found, .. }) => found == 0,
        Ok(_) => false,
        Err(error) => return Err(about_postgres(error)),
    };
    if is_new {
        Keys::make_missing(settings.keys.as_deref().context("[stores] keys is missing")?)?;
    }
    // Before a table is made that a damaged key is of no use for.
    let mut keys = keys(settings)?;
    if is_new {
        keys.sign_by(&kept.signing)?;
        keys.signing()?;
    }
    let database = settings.partitions.into_iter().fold(database, Builder::partitions);
    let database = settings.host_role.clone().into_iter().fold(database, Builder::host_role);
    let missing = database.migrate().await.context("[stores] postgres")?;
    let postgres = database.open().await.map_err(about_postgres)?;
    belonging::claim(&postgres, &keys).await.with_context(|| about_keys(settings))?;
    for (name, make) in kept.further_keys() {
        let folder = settings.keys.as_deref().context("[stores] keys is missing")?;
        let claimed = belonging::claim_further(&postgres, &keys, name, || make(folder)).await;
        claimed.with_context(|| about_keys(settings))?;
    }
    // Servers may serve before anybody is imported, and their role makes no registry.
    SealedRegistry::open(&keys.registry, Arc::new(postgres)).await.with_context(|| about_keys(settings))?;
    Ok(missing)
}

fn keys(settings: &StoreSettings) -> Result<Keys> {
    Keys::read(settings.keys.as_deref().context("[stores] keys is missing")?)
}

fn about_keys(settings: &StoreSettings) -> String {
    format!("[stores] keys, in {}", settings.keys.as_deref().unwrap_or_else(|| "?".as_ref()).display())
}

/// By TLS, unless the URL says `sslmode=disable`.
fn postgres(settings: &StoreSettings, url: &str) -> Result<Builder> {
    let builder = PostgresStore::builder(url).context("[stores] postgres")?;
    let builder = builder.tls(MakeRustlsConnect::new(trusting_the_machine()?));
    let builder = settings.connections.into_iter().fold(builder, Builder::connections);
    let builder = settings.readers.into_iter().fold(builder, Builder::readers);
    let builder = settings.wait.into_iter().fold(builder, |builder, wait| builder.wait(wait.into()));
    let timeout = settings.statement_timeout.into_iter();
    let builder = timeout.fold(builder, |builder, timeout| builder.statement_timeout(timeout.into()));
    let builder = match &settings.replica {
        Some(replica) => builder.replica(replica, settings.stale()).context("[stores] replica")?,
        None => builder,
    };
    Ok(if settings.pgbouncer { builder.through_pgbouncer() } else { builder })
}

fn about_postgres(error: OpenError) -> Error {
    match error {
        OpenError::PgBouncer => {
            anyhow!("[stores] postgres: this is a PgBouncer: set pgbouncer = true")
        }
        other => Error::new(other).context("[stores] postgres"),
    }
}

/// One server, or the Cluster that it is part of.
async fn redis(settings: &StoreSettings, urls: &[String]) -> Result<RedisStore> {
    let urls: Vec<&str> = urls.iter().flat_map(|url| url.split_whitespace()).collect();
    let builder = settings.redis_builder();
    match urls[..] {
        [] => bail!("there is no URL"),
        [one] => match builder.clone().open(one).await {
            Err(kycvs_redis::OpenError::IsACluster) => {}
            opened => return Ok(opened?),
        },
        _ => {}
    }
    Ok(builder.open_cluster(urls).await?)
}

/// Trusts the root certificates of the machine; `SSL_CERT_FILE` names others.
fn trusting_the_machine() -> Result<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    Ok(config.with_safe_default_protocol_versions()?.with_root_certificates(roots).with_no_client_auth())
}
