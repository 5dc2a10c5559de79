use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use kycvs::registry::SealedRegistry;
use kycvs::store::{BoardStore, HouseholdStore};
use kycvs::{Corrections, PublicLog, StatusServiceBuilder};
use kycvs_axum::Issuer;
use kycvs_cards::Writer;
use kycvs_postgres::PostgresStore;
use kycvs_redb::RedbStore;
use kycvs_redis::RedisStore;

use crate::config::{CARDS, CardSettings, LogSettings, StoreSettings};
use crate::keys::{Keys, LOG};
use crate::{belonging, data, shared};

/// Where people, consents, requests and limits are kept, and the keys to them.
pub(crate) struct Stores {
    pub(crate) keys: Keys,
    kept: Kept,
}

enum Kept {
    /// In a folder that this process alone has open.
    Here(Arc<RedbStore>),
    /// Where other servers keep theirs: what must last in PostgreSQL, what is short-lived in Redis if there is one.
    Shared { postgres: Arc<PostgresStore>, redis: Option<Arc<RedisStore>> },
}

impl Stores {
    /// Opens what there is already: a tool makes no store.
    pub(crate) async fn open_existing(settings: &StoreSettings) -> Result<Self> {
        match settings.folders() {
            Some(folders) if !folders.exist() => bail!("there is no store in {}", folders.data.display()),
            _ => Self::open(settings).await,
        }
    }

    /// Opens what the settings name. In a new folder it makes a store and its keys; shared stores are made by `migrate`.
    pub(crate) async fn open(settings: &StoreSettings) -> Result<Self> {
        if let Some(folders) = settings.folders() {
            // A flag may have brought together what the file has apart.
            if let Some((place, what)) = folders.faults(settings.copy_to.as_deref()).first() {
                bail!("{place}: {what}");
            }
            let (store, keys) = folders.open()?;
            return Ok(Self { keys, kept: Kept::Here(store) });
        }
        let url = settings
            .postgres
            .as_deref()
            .context("there is no store: give --data DIR, or [stores] in the configuration (see --help)")?;
        let (keys, postgres, redis) = shared::open(settings, url).await?;
        Ok(Self { keys, kept: Kept::Shared { postgres: Arc::new(postgres), redis: redis.map(Arc::new) } })
    }

    /// The public log of these settings, by the key that all servers of the stores have.
    ///
    /// # Errors
    /// As [`Keys::log`], and a key that is not that of the shared stores.
    pub(crate) async fn log(&self, settings: Option<&LogSettings>) -> Result<Option<PublicLog>> {
        self.check_further(settings.map(|_| LOG)).await.context("[log]")?;
        self.keys.log(settings)
    }

    /// Who writes the cards of these settings, by the key that all servers of the stores have.
    ///
    /// # Errors
    /// As [`Keys::cards`], and a key that is not that of the shared stores.
    pub(crate) async fn cards(&self, settings: &CardSettings, issuer: &Issuer) -> Result<Writer> {
        self.check_further(Some(CARDS)).await.context("[cards]")?;
        self.keys.cards(settings, issuer.url.as_str(), issuer.name.as_str())
    }

    async fn check_further(&self, key: Option<&str>) -> Result<()> {
        match (&self.kept, key) {
            (Kept::Shared { postgres, .. }, Some(key)) => belonging::check_further(postgres, &self.keys, key).await,
            _ => Ok(()),
        }
    }

    /// Who is registered.
    pub(crate) async fn registry(&self) -> Result<SealedRegistry> {
        let households: Arc<dyn HouseholdStore> = match &self.kept {
            Kept::Here(store) => store.clone(),
            Kept::Shared { postgres, .. } => postgres.clone(),
        };
        Ok(SealedRegistry::open(&self.keys.registry, households).await?)
    }

    /// Where a change of the registry is announced, so that servers look at what they shared.
    pub(crate) fn corrections(&self) -> Corrections {
        let ledger: Arc<dyn BoardStore> = match &self.kept {
            Kept::Here(store) => store.clone(),
            Kept::Shared { postgres, .. } => postgres.clone(),
        };
        Corrections::new(&self.keys.service, ledger)
    }

    /// Writes a copy of an embedded store to a file, beside what it serves.
    ///
    /// # Errors
    /// Shared stores, and a file that cannot be written; then the one that was there stays.
    pub(crate) async fn copy_to(&self, path: PathBuf) -> Result<()> {
        let Kept::Here(store) = &self.kept else { bail!("PostgreSQL is backed up by its own tools") };
        let store = store.clone();
        tokio::task::spawn_blocking(move || data::copy(&store, &path)).await?
    }

    /// Gives a service its requests, consents and limits.
    pub(crate) fn apply_to(&self, builder: StatusServiceBuilder) -> StatusServiceBuilder {
        match &self.kept {
            Kept::Here(store) => builder.store(store.clone()),
            Kept::Shared { postgres, redis: None } => builder.store(postgres.clone()),
            Kept::Shared { postgres, redis: Some(redis) } => {
                builder.ledger(postgres.clone()).challenges(redis.clone()).limit_store(redis.clone())
            }
        }
    }
}
