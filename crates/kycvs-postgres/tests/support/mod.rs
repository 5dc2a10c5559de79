//! One server for all tests of a binary, and a new database for each.
#![allow(dead_code)] // not every test binary uses all of it

use std::sync::OnceLock;
use std::time::Duration;

use kycvs_postgres::{Builder, PostgresStore};
use kycvs_test_servers::{PgBouncer, Postgres};
use tokio::sync::OnceCell;

/// A server that forgets to flush: what is tested on it does not turn the machine off.
pub(crate) fn server() -> &'static Postgres {
    static SERVER: OnceLock<Postgres> = OnceLock::new();
    SERVER.get_or_init(|| Postgres::start(&["fsync=off", "autovacuum=off"]))
}

pub(crate) fn pgbouncer() -> &'static PgBouncer {
    static BOUNCER: OnceLock<PgBouncer> = OnceLock::new();
    BOUNCER.get_or_init(|| PgBouncer::start(server(), &[]))
}

/// The name of a new database with our tables.
pub(crate) async fn database() -> String {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    let migrate = || async {
        let name = server().database(None);
        builder(&server().url(&name)).partitions(4).migrate().await.unwrap();
        // Its connections end a moment after the store, and nobody may be connected to a template.
        let connected = format!("SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}'");
        eventually(|| server().sql("postgres", &connected) == "0").await;
        name
    };
    let template = TEMPLATE.get_or_init(migrate).await;
    let (template, server) = (template.clone(), server());
    tokio::task::spawn_blocking(move || server.database(Some(&template))).await.unwrap()
}

pub(crate) fn builder(url: &str) -> Builder {
    PostgresStore::builder(url).unwrap()
}

/// A thousand calls at once wait for their turn, and for the server, however busy the machine is.
pub(crate) fn patient(url: &str) -> Builder {
    const PATIENCE: Duration = Duration::from_secs(60);
    builder(url).wait(PATIENCE).statement_timeout(PATIENCE)
}

pub(crate) async fn empty_store() -> PostgresStore {
    patient(&server().url(&database().await)).open().await.unwrap()
}

pub(crate) async fn empty_store_through_pgbouncer() -> PostgresStore {
    patient(&pgbouncer().url(&database().await)).through_pgbouncer().open().await.unwrap()
}

/// Waits until a condition holds; a test that waits for ever is stopped by whoever runs it.
pub(crate) async fn eventually(mut condition: impl FnMut() -> bool) {
    while !condition() {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}
