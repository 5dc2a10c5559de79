//! The contract: to the server itself, through PgBouncer in transaction mode, and with households read from a replica.

use crate::support::{database, empty_store, patient, server};
use kycvs_postgres::PostgresStore;

kycvs_store_testkit::household_store!(empty_store().await);
kycvs_store_testkit::consent_ledger!(empty_store().await);
kycvs_store_testkit::board_store!(empty_store().await);
kycvs_store_testkit::challenge_store!(empty_store().await);
kycvs_store_testkit::limit_store!(empty_store().await);
kycvs_store_testkit::answer_store!(empty_store().await);
kycvs_store_testkit::durability!(new_place().await);

mod through_pgbouncer {
    use crate::support::empty_store_through_pgbouncer as empty_store;

    kycvs_store_testkit::household_store!(empty_store().await);
    kycvs_store_testkit::consent_ledger!(empty_store().await);
    kycvs_store_testkit::board_store!(empty_store().await);
    kycvs_store_testkit::challenge_store!(empty_store().await);
    kycvs_store_testkit::limit_store!(empty_store().await);
    kycvs_store_testkit::answer_store!(empty_store().await);
}

/// What a store wrote is never read older by it, so that the whole contract holds beside a replica too.
mod with_a_replica {
    use std::sync::OnceLock;
    use std::time::Duration;

    use super::*;
    use kycvs_test_servers::Postgres;

    kycvs_store_testkit::household_store!(empty_store().await);

    async fn empty_store() -> PostgresStore {
        static REPLICA: OnceLock<Postgres> = OnceLock::new();
        let replica = REPLICA.get_or_init(|| server().replica());
        let name = database().await;
        let store = patient(&server().url(&name)).replica(&replica.url(&name), Duration::from_secs(1)).unwrap();
        store.open().await.unwrap()
    }
}

async fn new_place() -> impl AsyncFn() -> PostgresStore {
    let name = database().await;
    async move || patient(&server().url(&name)).open().await.unwrap()
}
