//! What is past its day is gone from every store: the clock moves, and nothing is left of a consent.

use std::sync::Arc;

use crate::support::{FAMILY, Host, Store};
use kycvs::consent::{ConsentId, WithdrawnBy};
use kycvs::token::{Algorithm, SigningKey};
use kycvs::{Error, ListName, LogState, PublicLog, Retention, StatusServiceBuilder};
use kycvs_memory::MemoryStore;
use kycvs_redb::RedbStore;
use kycvs_redis::RedisStore;
use kycvs_test_servers::{Postgres, Redis};

const DAY: i64 = 86_400;

#[tokio::test]
async fn a_year_and_nine_days_later_memory_holds_nothing_of_a_consent() {
    let store = Arc::new(MemoryStore::new());
    let host = crate::support::over(store.clone(), None, with_log).await;
    keeps_for_a_year_and_then_forgets(&host, &*store).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_and_nine_days_later_redb_holds_nothing_of_a_consent() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(RedbStore::open(folder.path().join("kycvs.redb")).unwrap());
    let host = crate::support::over(store.clone(), None, with_log).await;
    keeps_for_a_year_and_then_forgets(&host, &*store).await;
}

/// By a role that can delete nothing but what is past its day: an import is the owner's, all else the host's.
#[tokio::test(flavor = "multi_thread")]
async fn a_year_and_nine_days_later_postgresql_has_dropped_the_day_for_a_role_that_can_delete_nothing() {
    let server = Postgres::start(&["fsync=off"]);
    let (name, registry, store) = crate::support::guarded(&server).await;
    let host = crate::support::asking(registry, store.clone(), None, with_log);
    keeps_for_a_year_and_then_forgets(&host, &*store).await;
    let of_2021 = "SELECT count(*) FROM pg_class WHERE relname ~ '^entry_2021'";
    assert_eq!(server.sql(&name, of_2021), "0", "the partitions of the days are gone");
    let delete = format!("SET ROLE {}; DELETE FROM kycvs.entry", Postgres::GUARDED);
    assert!(std::panic::catch_unwind(|| server.sql(&name, &delete)).is_err(), "and the role deletes nothing by itself");
}

/// Requests, sessions and counts are in Redis, where nothing is kept longer than it counts.
#[tokio::test(flavor = "multi_thread")]
async fn a_year_and_nine_days_later_redis_holds_nothing_at_all() {
    let server = Redis::start();
    let redis = Arc::new(RedisStore::open(&server.url()).await.unwrap());
    let short_lived = |builder: StatusServiceBuilder| builder.challenges(redis.clone()).limit_store(redis.clone());
    let host = crate::support::over(Arc::new(MemoryStore::new()), None, short_lived).await;
    host.wait(30 * 366 * DAY); // Redis has a clock of its own, which is behind this one
    granted(&host).await;
    let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
    host.enter(&open, &host.wrong_code(FAMILY)).await.unwrap_err();
    assert_ne!(server.cli(&["KEYS", "*"]).trim(), "");
    host.wait(375 * DAY);
    host.service.keep().await.unwrap();
    assert_eq!(server.cli(&["KEYS", "*"]).trim(), "");
}

fn with_log(builder: StatusServiceBuilder) -> StatusServiceBuilder {
    let signer = SigningKey::generate(Algorithm::EdDsa).unwrap();
    builder.log(PublicLog::new("kycvs.example/log", Arc::new(signer)).unwrap())
}

async fn keeps_for_a_year_and_then_forgets(host: &Host, store: &impl Store) {
    let (kept, withdrawn) = (granted(host).await, granted(host).await);
    host.service.withdraw(&withdrawn, WithdrawnBy::Person).await.unwrap();
    host.service.keep().await.unwrap();
    let lists: Vec<ListName> = host.service.status_lists().await.unwrap().into_iter().map(|(name, _)| name).collect();
    host.wait(3600);
    assert!(matches!(host.service.keep().await.unwrap().log, LogState::Published(_)));
    for (consent, entry) in [(kept, 0), (withdrawn, 0), (withdrawn, 1)] {
        assert!(host.service.log_proof(&consent, entry).await.unwrap().is_some());
    }
    let bundle = host.service.log_file("tile/entries/000").await.unwrap();
    assert!(bundle.is_some());

    // A year from the processing is the least that rule 8(3) wants, whatever that year is.
    host.wait(366 * DAY);
    host.service.keep().await.unwrap();
    assert_eq!(host.service.consent(&withdrawn).await.unwrap().unwrap().events.len(), 1);
    assert_eq!(host.service.log_file("tile/entries/000").await.unwrap(), bundle);
    host.wait(9 * DAY);
    host.service.keep().await.unwrap();
    for consent in [kept, withdrawn] {
        assert_eq!(host.service.consent(&consent).await.unwrap(), None, "375 days later");
        assert!(store.read(&(*consent.as_bytes()).into()).await.unwrap().is_empty());
        assert!(matches!(host.service.log_proof(&consent, 0).await, Err(Error::NotFound)));
    }
    for name in lists.into_iter().filter(|name| name.day().start() < crate::support::start()) {
        assert_eq!(host.service.status_list(name).await.unwrap(), None, "the list {name}");
    }
    assert_eq!(host.service.log_file("tile/entries/000").await.unwrap(), None);
    assert!(!host.service.status_lists().await.unwrap().is_empty(), "and today has its own");
    assert!(store.pending(kycvs::store::Topic(1), 10).await.unwrap().is_empty(), "nothing waits");
    let again = granted(host).await;
    host.wait(3600);
    assert!(matches!(host.service.keep().await.unwrap().log, LogState::Published(_)), "the log goes on");
    assert!(host.service.log_proof(&again, 0).await.unwrap().is_some());
}

#[tokio::test]
async fn another_law_may_want_it_shorter() {
    let nine_days = Retention::outside_india(9).unwrap();
    let store = Arc::new(MemoryStore::new());
    let host = crate::support::over(store, None, |builder| builder.retention(nine_days)).await;
    let consent = granted(&host).await;
    for (days, is_there) in [(8, true), (1, false)] {
        host.wait(days * DAY);
        host.service.keep().await.unwrap();
        assert_eq!(host.service.consent(&consent).await.unwrap().is_some(), is_there);
    }
}

async fn granted(host: &Host) -> ConsentId {
    let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
    host.enter(&open, &host.code(FAMILY)).await.unwrap().consent_id
}
