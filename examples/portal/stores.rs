use std::sync::Arc;

use kycvs::StatusServiceBuilder;
use kycvs::store::HouseholdStore;
use kycvs_examples::{Data, Keys};
use kycvs_postgres::PostgresStore;
use kycvs_redis::RedisStore;

/// Where a portal keeps people, consents, requests and limits, and the keys to them.
pub(crate) enum Stores {
    /// In a folder that it alone has open.
    Own(Data),
    /// Where other portals keep theirs: what must last in PostgreSQL, what is short-lived in Redis if there is one.
    Shared { keys: Keys, postgres: Arc<PostgresStore>, redis: Option<Arc<RedisStore>> },
}

impl Stores {
    pub(crate) fn keys(&self) -> &Keys {
        match self {
            Self::Own(data) => &data.keys,
            Self::Shared { keys, .. } => keys,
        }
    }

    pub(crate) fn households(&self) -> Arc<dyn HouseholdStore> {
        match self {
            Self::Own(data) => data.store.clone(),
            Self::Shared { postgres, .. } => postgres.clone(),
        }
    }

    /// Gives a service its requests, consents and limits.
    pub(crate) fn apply_to(&self, builder: StatusServiceBuilder) -> StatusServiceBuilder {
        match self {
            Self::Own(data) => builder.store(data.store.clone()),
            Self::Shared { postgres, redis: None, .. } => builder.store(postgres.clone()),
            Self::Shared { postgres, redis: Some(redis), .. } => {
                builder.ledger(postgres.clone()).challenges(redis.clone()).limit_store(redis.clone())
            }
        }
    }
}
