//! What is wrong at the start is told at the start, each by its own error, and nothing is written.

use std::error::Error;

use crate::support::{builder, database, empty_store, server};
use kycvs_postgres::{MigrateError, OpenError, PostgresStore};
use kycvs_store::{
    Advance, BoardStore, ChallengeStore, ConsentLedger, Day, Entry, HouseholdStore, HouseholdWrite, Key, Limit,
    LimitStore, LimitUse, Page, Posting, StoreError, Topic, Version,
};
use kycvs_test_servers::{PgBouncer, Postgres, free_port};

#[test]
fn a_wrong_url_is_refused_and_not_repeated() {
    for url in ["", "mysql://db", "postgres://", "postgres://u:secret@h:99999/db", "host=h port=secret", "secret"] {
        let error = PostgresStore::builder(url).unwrap_err();
        assert!(matches!(error, OpenError::Url), "{url}: {error:?}");
    }
}

#[tokio::test]
async fn another_machine_is_reached_by_tls_or_by_an_explicit_word() {
    for url in ["postgres://u:p@db.example/x", "postgres://u:p@10.0.0.1/x?sslmode=prefer"] {
        assert!(matches!(builder(url).open().await, Err(OpenError::NoTls)), "{url}");
        assert!(matches!(builder(url).migrate().await, Err(MigrateError::Open(OpenError::NoTls))), "{url}");
    }
    let nobody = format!("postgres://u:p@localhost:{}/x?sslmode=disable", free_port());
    assert!(matches!(builder(&nobody).open().await, Err(OpenError::Unreachable(_))));
}

#[tokio::test]
async fn with_a_connector_nothing_goes_over_a_plain_connection() {
    let url = server().url(&database().await);
    let tls = builder(&url).tls(tokio_postgres::NoTls);
    assert!(matches!(tls.open().await, Err(OpenError::Unreachable(_))), "the server speaks no TLS");
    let plain = builder(&format!("{url}?sslmode=disable")).tls(tokio_postgres::NoTls);
    plain.open().await.expect("the URL asks for a plain connection");
}

#[tokio::test]
async fn a_wrong_password_user_or_database_is_named_without_its_value() {
    let port = server().port();
    let at = |user: &str, database: &str| format!("postgres://{user}@127.0.0.1:{port}/{database}");
    let guarded = Postgres::GUARDED;
    for (url, expected) in [
        (at(&format!("{guarded}:wrong-secret"), "postgres"), "the server refuses the user or the password"),
        (at("no_such_secret_user", "postgres"), "the server refuses the user or the password"),
        (at("postgres", "no_such_secret"), "the database does not exist"),
    ] {
        let error = builder(&url).open().await.unwrap_err();
        assert_eq!(error.to_string(), expected);
        assert!(!told(&error).contains("secret"), "{error:?}");
        assert!(!format!("{:?}", builder(&url)).contains("secret"));
    }
}

#[tokio::test]
async fn opening_an_empty_database_says_what_to_do_and_writes_nothing() {
    let name = server().database(None);
    let error = builder(&server().url(&name)).open().await.unwrap_err();
    assert_eq!(error.to_string(), "the database has schema 0, and this release needs 4: run migrate");
    assert_eq!(server().sql(&name, "SELECT count(*) FROM pg_namespace WHERE nspname = 'kycvs'"), "0");
}

#[tokio::test]
async fn an_older_and_a_newer_schema_are_refused() {
    let name = database().await;
    let newer = builder(&server().url(&name));
    server().sql(&name, "INSERT INTO kycvs.migration VALUES (5)");
    newer.clone().open().await.expect("the next release has migrated, and hosts of this one are not replaced yet");
    server().sql(&name, "INSERT INTO kycvs.migration VALUES (6)");
    assert!(matches!(newer.clone().open().await, Err(OpenError::NewerSchema { found: 6, supported: 5 })));
    let refused = newer.migrate().await;
    assert!(matches!(refused, Err(MigrateError::Open(OpenError::NewerSchema { found: 6, supported: 4 }))));

    server().sql(&name, "DELETE FROM kycvs.migration WHERE version > 3");
    let older = builder(&server().url(&name)).open().await;
    assert!(matches!(older, Err(OpenError::OlderSchema { found: 3, needed: 4 })));
}

#[tokio::test]
async fn a_missing_right_and_a_damaged_schema_are_told_apart() {
    let name = database().await;
    let url = format!("postgres://{}:{}@127.0.0.1:{}/{name}", Postgres::GUARDED, Postgres::PASSWORD, server().port());
    assert!(matches!(builder(&url).open().await, Err(OpenError::NotAllowed)));
    assert!(matches!(builder(&url).migrate().await, Err(MigrateError::Failed { version: 0, .. })));
    server().sql(&name, "DELETE FROM kycvs.layout");
    assert!(matches!(builder(&server().url(&name)).open().await, Err(OpenError::Damaged)));
}

/// A host that can read and not write would send codes that nobody can use.
#[tokio::test]
async fn a_user_or_a_server_that_cannot_write_is_refused() {
    let name = database().await;
    let guarded = Postgres::GUARDED;
    let may_read =
        format!("GRANT USAGE ON SCHEMA kycvs TO {guarded}; GRANT SELECT ON ALL TABLES IN SCHEMA kycvs TO {guarded}");
    server().sql(&name, &may_read);
    let url = format!("postgres://{guarded}:{}@127.0.0.1:{}/{name}", Postgres::PASSWORD, server().port());
    assert!(matches!(builder(&url).open().await, Err(OpenError::NotAllowed)));

    let read_only = format!("{}?options=-c%20default_transaction_read_only=on", server().url(&name));
    assert!(matches!(builder(&read_only).open().await, Err(OpenError::ReadOnly)));
}

/// What a migration grants to the role of the hosts is enough to serve, and leaves the ledger append-only.
#[tokio::test]
async fn a_host_serves_as_a_role_that_can_delete_nothing_of_the_ledger() {
    let name = server().database(None);
    let owner = builder(&server().url(&name)).partitions(4).host_role(Postgres::GUARDED);
    owner.migrate().await.unwrap();
    let owner = owner.open().await.unwrap();
    owner.claim_meta("whose", b"mine").await.unwrap();
    owner.claim_meta("whose", b"another's").await.unwrap();
    owner.write(vec![write(key(1), None)]).await.unwrap();
    let url = format!("postgres://{}:{}@127.0.0.1:{}/{name}", Postgres::GUARDED, Postgres::PASSWORD, server().port());
    let store = builder(&url).open().await.unwrap();
    let now = chrono::DateTime::from_timestamp(1_700_000_000, 0).unwrap();
    let first = store.put(&key(1), None, vec![1], now).await.unwrap();
    let answer = kycvs_store::AnswerWrite {
        request: key(1),
        expected: first,
        body: vec![2],
        purge_at: now,
        entries: vec![Entry { id: Key::on_day(DAY, [2; 14]), seq: 0, body: vec![3] }],
        postings: vec![Posting { topic: Topic(1), id: key(3), body: vec![4] }],
    };
    kycvs_store::AnswerStore::answer(&store, answer).await.unwrap();
    let withdrawn = Entry { id: Key::on_day(DAY, [2; 14]), seq: 1, body: vec![5] };
    store.record(vec![withdrawn], vec![]).await.unwrap();
    let head = Page { id: Key::lasting([1; 14]), body: vec![6] };
    let page = Page { id: Key::on_day(DAY, [1; 14]), body: vec![7] };
    let advance = |expected| Advance {
        head: head.clone(),
        expected,
        pages: vec![page.clone()],
        settled: vec![(Topic(1), key(3))],
    };
    store.advance(advance(None)).await.unwrap();
    store.advance(advance(Some(Version::FIRST))).await.unwrap();
    assert_eq!(store.meta("whose").await.unwrap(), Some(b"mine".to_vec()));
    assert!(store.get(&key(1)).await.unwrap().is_some());
    assert!(store.write(vec![write(key(2), None)]).await.is_err(), "an import is the owner's");
    let limits = [Limit { max: 1.try_into().unwrap(), per_seconds: 60.try_into().unwrap() }];
    let _ = store.take(now, &[LimitUse { key: key(1), limits: &limits }]).await.unwrap();
    store.clear(&[key(1)]).await.unwrap();
    ChallengeStore::purge(&store, now).await.unwrap();
    LimitStore::purge(&store, now).await.unwrap();
    let today = Day::of(std::time::SystemTime::now().into());
    let recent = Entry { id: Key::on_day(today.before(360), [2; 14]), seq: 0, body: vec![3] };
    store.record(vec![recent], vec![]).await.unwrap();
    store.forget_before(today.before(373)).await.unwrap();
    assert!(store.read(&Key::on_day(DAY, [2; 14])).await.unwrap().is_empty());
    assert!(store.forget_before(today.before(372)).await.is_err(), "these days are to be kept");
    assert!(store.forget(&[Key::on_day(today.before(360), [2; 14])]).await.is_err());
    assert_eq!(store.read(&Key::on_day(today.before(360), [2; 14])).await.unwrap().len(), 1);
    server().sql(&name, "UPDATE kycvs.layout SET erases_at_once = true");
    store.forget(&[Key::on_day(today.before(360), [2; 14])]).await.expect("the law has no floor there");
    assert_eq!(store.read(&Key::on_day(today.before(360), [2; 14])).await.unwrap(), [b""]);
    owner.forget_before(today).await.expect("the owner may");
    for forbidden in [
        "UPDATE kycvs.entry SET body = ''",
        "DELETE FROM kycvs.entry",
        "TRUNCATE kycvs.entry",
        "DROP TABLE kycvs.entry",
        "DELETE FROM kycvs.household",
        "UPDATE kycvs.layout SET ledger_days = 1",
        "UPDATE kycvs.layout SET erases_at_once = true",
        "UPDATE kycvs.meta SET value = ''",
        "CREATE TABLE kycvs.mine (x int)",
    ] {
        let as_host = format!("SET ROLE {}; {forbidden}", Postgres::GUARDED);
        assert!(std::panic::catch_unwind(|| server().sql(&name, &as_host)).is_err(), "{forbidden}");
    }
}

#[tokio::test]
async fn a_role_that_could_be_anything_but_a_name_is_refused() {
    for role in ["", "a b", "x; DROP SCHEMA kycvs", "Upper", "no_such_role"] {
        let name = server().database(None);
        let refused = builder(&server().url(&name)).host_role(role).migrate().await.unwrap_err();
        let is_role = matches!(refused, MigrateError::Role);
        assert!(is_role || (role == "no_such_role" && matches!(refused, MigrateError::Grants { .. })), "{refused:?}");
        assert_eq!(server().sql(&name, "SELECT count(*) FROM pg_namespace WHERE nspname = 'kycvs'"), "0");
    }
}

#[tokio::test]
async fn a_pgbouncer_that_was_not_told_of_is_noticed() {
    let name = database().await;
    for settings in [&[][..], &["ignore_startup_parameters = options"]] {
        let bouncer = PgBouncer::start(server(), settings);
        let untold = builder(&bouncer.url(&name)).open().await;
        assert!(matches!(untold, Err(OpenError::PgBouncer)), "{settings:?}: {untold:?}");
        builder(&bouncer.url(&name)).through_pgbouncer().open().await.unwrap();
    }
}

#[tokio::test]
async fn a_replica_that_is_none_is_refused() {
    let name = database().await;
    let url = server().url(&name);
    let itself = builder(&url).replica(&url, std::time::Duration::from_secs(1)).unwrap().open().await;
    assert!(matches!(itself, Err(OpenError::NotAReplica)), "{itself:?}");
}

#[tokio::test]
async fn migrations_from_many_hosts_at_once_apply_once() {
    let url = server().url(&server().database(None));
    let hosts: Vec<_> = (0..8).map(|_| builder(&url).partitions(8)).collect();
    let migrating = hosts.into_iter().map(|host| tokio::spawn(async move { host.migrate().await.unwrap() }));
    let mut applied = 0;
    for host in migrating.collect::<Vec<_>>() {
        applied += host.await.unwrap();
    }
    assert_eq!(applied, 4);
    builder(&url).open().await.unwrap();
}

#[tokio::test]
async fn migrations_go_through_pgbouncer_too() {
    let url = crate::support::pgbouncer().url(&server().database(None));
    let host = builder(&url).through_pgbouncer();
    assert_eq!(host.migrate().await.unwrap(), 4);
    assert_eq!(host.migrate().await.unwrap(), 0);
    host.open().await.unwrap();
}

#[tokio::test]
async fn a_migration_that_fails_leaves_nothing_of_any() {
    let name = server().database(None);
    server().sql(&name, "CREATE SCHEMA kycvs; CREATE TABLE kycvs.challenge (mine int)");
    let failed = builder(&server().url(&name)).partitions(2).migrate().await;
    assert!(matches!(failed, Err(MigrateError::Failed { version: 3, .. })), "{failed:?}");
    assert_eq!(
        server().sql(&name, "SELECT relname FROM pg_class WHERE relnamespace = 'kycvs'::regnamespace"),
        "challenge"
    );
}

#[tokio::test]
async fn every_number_of_partitions_holds_every_key() {
    for partitions in [0, 3, 2048] {
        let refused = builder(&server().url("postgres")).partitions(partitions).migrate().await;
        assert!(matches!(refused, Err(MigrateError::Partitions)));
    }
    for partitions in [1, 2, 64, 512] {
        let url = server().url(&server().database(None));
        builder(&url).partitions(partitions).migrate().await.unwrap();
        let store = builder(&url).open().await.unwrap();
        let keys: Vec<Key> = (0..=0xFFFF_u16)
            .step_by(131)
            .chain([0, 0x3FFF, 0x4000, 0x7FFF, 0x8000, 0xFFFF])
            .map(|first| Key::from((u128::from(first) << 112 | 0xFF).to_be_bytes()))
            .collect();
        let batch: std::collections::BTreeSet<Key> = keys.iter().copied().collect();
        store.write(batch.into_iter().map(|key| write(key, None)).collect()).await.unwrap();
        for key in keys {
            assert!(store.get(&key).await.unwrap().is_some(), "{key:?} in {partitions} partitions");
        }
    }
}

#[tokio::test]
async fn a_row_that_no_adapter_wrote_is_damaged() {
    let name = database().await;
    let tamper = "ALTER TABLE kycvs.household DROP CONSTRAINT household_version_check;
        ALTER TABLE kycvs.challenge DROP CONSTRAINT challenge_version_check;
        INSERT INTO kycvs.household VALUES ('01010101-0101-0101-0101-010101010101', 0, '');
        INSERT INTO kycvs.challenge VALUES ('01010101-0101-0101-0101-010101010101', -1, 0, '');
        SELECT kycvs.open_day(257);
        INSERT INTO kycvs.entry VALUES ('01010101-0101-0101-0101-010101010101', 1, '');
        ALTER TABLE kycvs.page DROP CONSTRAINT page_version_check;
        INSERT INTO kycvs.page VALUES ('01010101-0101-0101-0101-010101010101', 0, '');
        INSERT INTO kycvs.use_log VALUES
            ('01010101-0101-0101-0101-010101010101', ARRAY[9223372036854775000], ARRAY[1], 9223372036854775000)";
    server().sql(&name, tamper);
    let store = builder(&server().url(&name)).open().await.unwrap();
    let key = Key::from([1; 16]);
    assert!(matches!(store.get(&key).await, Err(StoreError::Damaged { what: "household" })));
    assert!(matches!(store.get_many(&[key]).await, Err(StoreError::Damaged { what: "household" })));
    assert!(matches!(store.load(&key).await, Err(StoreError::Damaged { what: "challenge" })));
    assert!(matches!(store.read(&key).await, Err(StoreError::Damaged { what: "entry" })));
    assert!(matches!(store.page(&key).await, Err(StoreError::Damaged { what: "page" })));
}

#[tokio::test]
async fn a_key_of_another_type_is_an_error_and_not_a_wrong_answer() {
    let name = database().await;
    server().sql(&name, "ALTER TABLE kycvs.challenge DROP CONSTRAINT challenge_version_check, ALTER version TYPE text");
    let store = builder(&server().url(&name)).open().await.unwrap();
    server().sql(&name, "INSERT INTO kycvs.challenge VALUES ('01010101-0101-0101-0101-010101010101', '1', 0, '')");
    assert!(matches!(store.load(&Key::from([1; 16])).await, Err(StoreError::Damaged { what: "challenge" })));
}

#[tokio::test]
async fn a_copy_that_meets_a_row_is_a_conflict_and_adds_nothing() {
    let store = empty_store().await;
    store.write(vec![write(key(500), None)]).await.unwrap();
    let batch = (0..1000).map(|n| write(key(n), None)).collect();
    assert!(matches!(store.write(batch).await, Err(StoreError::Conflict)));
    let keys: Vec<Key> = (0..1000).map(key).collect();
    assert_eq!(store.get_many(&keys).await.unwrap().into_iter().flatten().count(), 1);
}

#[tokio::test]
async fn an_error_of_the_server_shows_no_value() {
    let name = database().await;
    let store = builder(&server().url(&name)).open().await.unwrap();
    server().sql(&name, "ALTER TABLE kycvs.household ADD CHECK (length(body) < 10)");
    for size in [1, 1000] {
        let refused = store.write((0..size).map(|n| write(key(n), None)).collect()).await.unwrap_err();
        let told = told(&refused);
        assert!(told.contains("23514") && !told.contains("Failing row") && !told.contains("0707"), "{told}");
    }
}

/// A day of no other test here.
const DAY: Day = Day::FIRST;

fn key(number: u128) -> Key {
    Key::from((number.wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835)).to_be_bytes())
}

fn write(key: Key, expected: Option<Version>) -> HouseholdWrite {
    HouseholdWrite { key, expected, body: vec![7; 100] }
}

/// All that an error and its causes say.
fn told(error: &(dyn Error + 'static)) -> String {
    let source = error.source().map(told).unwrap_or_default();
    format!("{error} {error:?} {source}")
}
