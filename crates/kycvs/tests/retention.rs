//! What is past its day is gone from every store: the clock moves, and nothing is left of a consent.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

mod support;

use std::sync::Arc;

use kycvs::consent::WithdrawnBy;
use kycvs::{ListName, Retention};
use kycvs_memory::MemoryStore;
use kycvs_postgres::PostgresStore;
use kycvs_redb::RedbStore;
use kycvs_test_servers::Postgres;
use support::{FAMILY, Host, Store};

const DAY: i64 = 86_400;

#[tokio::test]
async fn a_year_and_nine_days_later_memory_holds_nothing_of_a_consent() {
    keeps_for_a_year_and_then_forgets(Arc::new(MemoryStore::new())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_and_nine_days_later_redb_holds_nothing_of_a_consent() {
    let folder = tempfile::tempdir().unwrap();
    keeps_for_a_year_and_then_forgets(Arc::new(RedbStore::open(folder.path().join("kycvs.redb")).unwrap())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_and_nine_days_later_postgresql_has_dropped_the_day() {
    let server = Postgres::start(&["fsync=off"]);
    let name = server.database(None);
    let builder = PostgresStore::builder(&server.url(&name)).unwrap();
    builder.clone().partitions(1).migrate().await.unwrap();
    keeps_for_a_year_and_then_forgets(Arc::new(builder.open().await.unwrap())).await;
    let of_2021 = "SELECT count(*) FROM pg_class WHERE relname ~ '^entry_2021'";
    assert_eq!(server.sql(&name, of_2021), "0", "the partitions of the days are gone");
}

async fn keeps_for_a_year_and_then_forgets<S: Store + 'static>(store: Arc<S>) {
    let host = support::over(store.clone(), None, |builder| builder).await;
    let (kept, withdrawn) = (granted(&host).await, granted(&host).await);
    host.service.withdraw(&withdrawn, WithdrawnBy::Person).await.unwrap();
    host.service.keep().await.unwrap();
    let lists: Vec<ListName> = host.service.status_lists().await.unwrap().into_iter().map(|(name, _)| name).collect();

    // A year from the processing is the least that rule 8(3) wants, whatever that year is.
    host.wait(366 * DAY);
    host.service.keep().await.unwrap();
    assert_eq!(host.service.consent(&withdrawn).await.unwrap().unwrap().events.len(), 1);
    host.wait(9 * DAY);
    host.service.keep().await.unwrap();
    for consent in [kept, withdrawn] {
        assert_eq!(host.service.consent(&consent).await.unwrap(), None, "375 days later");
        assert!(store.read(&(*consent.as_bytes()).into()).await.unwrap().is_empty());
    }
    for name in lists.into_iter().filter(|name| name.day().start() < support::start()) {
        assert_eq!(host.service.status_list(name).await.unwrap(), None, "the list {name}");
    }
    assert!(!host.service.status_lists().await.unwrap().is_empty(), "and today has its own");
    assert!(store.pending(kycvs::store::Topic(1), 10).await.unwrap().is_empty(), "nothing waits");
    let again = granted(&host).await;
    assert!(host.service.consent(&again).await.unwrap().is_some());
}

#[tokio::test]
async fn another_law_may_want_it_shorter() {
    let nine_days = Retention::outside_india(9).unwrap();
    let store = Arc::new(MemoryStore::new());
    let host = support::over(store, None, |builder| builder.retention(nine_days)).await;
    let consent = granted(&host).await;
    for (days, is_there) in [(8, true), (1, false)] {
        host.wait(days * DAY);
        host.service.keep().await.unwrap();
        assert_eq!(host.service.consent(&consent).await.unwrap().is_some(), is_there);
    }
}

async fn granted(host: &Host) -> kycvs::consent::ConsentId {
    let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
    host.enter(&open, &host.code(FAMILY)).await.unwrap().consent_id
}
