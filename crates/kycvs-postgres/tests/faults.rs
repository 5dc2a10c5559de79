//! A server that is killed, that hangs, that is full or behind: every call ends, says why, and works again afterwards.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::support::{builder, database, eventually, pgbouncer, server};
use kycvs_postgres::PostgresStore;
use kycvs_store::{
    ChallengeStore, ConsentLedger, Day, Entry, HouseholdStore, HouseholdWrite, Key, StoreError, Version,
};
use kycvs_test_servers::Postgres;

/// How many calls to this database wait for a lock.
const WAITING: &str =
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";

/// A server of its own for what is done to it, with its disk as safe as an operator has it.
struct Own {
    server: Postgres,
    database: String,
}

impl Own {
    async fn start() -> Self {
        let server = Postgres::start(&[]);
        let database = server.database(None);
        builder(&server.url(&database)).partitions(2).migrate().await.unwrap();
        Self { server, database }
    }

    fn url(&self) -> String {
        self.server.url(&self.database)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_killed_server_loses_nothing_that_was_acknowledged_and_is_found_again() {
    let mut own = Own::start().await;
    let store = Arc::new(builder(&own.url()).open().await.unwrap());
    for round in 0..3 {
        let written = Arc::new(AtomicUsize::new(0));
        let writer = |number| tokio::spawn(append_until_it_fails(store.clone(), written.clone(), number, round));
        let writers: Vec<_> = (0..8).map(writer).collect();
        eventually(|| written.load(Ordering::Relaxed) > 200).await;
        own.server.kill();
        let (mut acknowledged, mut cut_off) = (Vec::new(), Vec::new());
        for writer in writers {
            let (written, failed) = writer.await.unwrap();
            acknowledged.extend(written);
            cut_off.push(failed);
        }
        assert!(matches!(store.get(&key(1)).await, Err(StoreError::Unavailable(_))), "it says that there is no server");
        own.server.start_again();
        for family in acknowledged {
            assert_eq!(there(&store, family).await, 6, "an acknowledged consent is lost");
        }
        for family in cut_off {
            let there = there(&store, family).await;
            assert!([0, 6].contains(&there), "{there} of six consents of one call are there");
        }
        append(&store, key(round), 0).await.expect("the store works again without being opened again");
    }
}

/// Writes six consents at once, until a call fails: those that were acknowledged, and those of that call.
async fn append_until_it_fails(
    store: Arc<PostgresStore>,
    written: Arc<AtomicUsize>,
    writer: u64,
    round: u64,
) -> (Vec<Family>, Family) {
    let mut acknowledged = Vec::new();
    loop {
        let first = 1_000_000 + round * 10_000_000 + writer * 1_000_000 + 6 * acknowledged.len() as u64;
        let family: Family = std::array::from_fn(|place| key(first + place as u64));
        let consents = family.map(|id| Entry { id, seq: 0, body: vec![7; 500] });
        match store.record(consents.into(), vec![]).await {
            Ok(()) => {
                acknowledged.push(family);
                written.fetch_add(1, Ordering::Relaxed);
            }
            Err(StoreError::Unavailable(_)) => return (acknowledged, family),
            Err(other) => panic!("a broken connection is Unavailable, not {other:?}"),
        }
    }
}

#[tokio::test]
async fn the_server_gives_up_a_statement_that_takes_too_long() {
    for url in [server().url(&database().await), pgbouncer().url(&database().await)] {
        let bounced = url.contains(&pgbouncer().url("")[..]);
        let builder = builder(&url).statement_timeout(Duration::from_millis(200));
        let builder = if bounced { builder.through_pgbouncer() } else { builder };
        let store = builder.open().await.unwrap();
        store.put(&key(1), None, vec![1], at(0)).await.unwrap();
        let held = Held::new(&url, "LOCK TABLE kycvs.challenge").await;
        let error = store.put(&key(1), Some(Version::FIRST), vec![2], at(0)).await.unwrap_err();
        assert_eq!(source(&error), "canceling statement due to statement timeout (SQLSTATE 57014)");
        held.release().await;
        store.put(&key(1), Some(Version::FIRST), vec![2], at(0)).await.expect("it works again");
    }
}

/// What keeps an entry from being appended is found by the check, and when it is gone that is found, too.
#[tokio::test]
async fn a_ledger_that_takes_no_entries_says_so_when_asked() {
    let own = Own::start().await;
    let store = builder(&own.url()).open().await.unwrap();
    store.check_writable().await.unwrap();
    let setting = |value| format!("ALTER DATABASE {} SET default_transaction_read_only = {value}", own.database);
    own.server.sql("postgres", &setting("on"));
    let leave = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'kycvs'";
    own.server.sql("postgres", leave); // settings of a database hold for new connections
    let refused = loop {
        match store.check_writable().await.unwrap_err() {
            error if source(&error).ends_with("(SQLSTATE 25006)") => break error,
            _ => {} // the connection had ended
        }
    };
    assert_eq!(source(&refused), "cannot execute INSERT in a read-only transaction (SQLSTATE 25006)");
    assert!(matches!(append(&store, key(1), 0).await, Err(StoreError::Unavailable(_))));
    own.server.sql("postgres", &setting("off"));
    store.check_writable().await.expect("a connection that could not write was closed");
    append(&store, key(1), 0).await.unwrap();
}

#[tokio::test]
async fn a_server_that_does_not_answer_at_all_is_given_up_and_found_again() {
    let own = Own::start().await;
    let store = builder(&own.url()).statement_timeout(Duration::from_millis(100)).wait(Duration::from_millis(200));
    let store = store.connections(1).readers(1).open().await.unwrap();
    let pids = own.server.sql(&own.database, "SELECT pid FROM pg_stat_activity WHERE application_name = 'kycvs'");
    assert_eq!(store.get(&key(1)).await.unwrap(), None);
    let reading = own.server.sql(&own.database, "SELECT pid FROM pg_stat_activity WHERE application_name = 'kycvs'");
    own.server.signal("STOP");
    signal_all("STOP", &[&pids[..], &reading[..]].join("\n"));
    for _ in 0..2 {
        assert!(matches!(store.get(&key(1)).await, Err(StoreError::Unavailable(_))));
        assert!(matches!(append(&store, key(1), 0).await, Err(StoreError::Unavailable(_))));
    }
    signal_all("CONT", &[&pids[..], &reading[..]].join("\n"));
    own.server.signal("CONT");
    while store.get(&key(1)).await.is_err() {}
    while matches!(append(&store, key(2), 0).await, Err(StoreError::Unavailable(_))) {}
}

#[tokio::test]
async fn a_full_pool_says_so_and_the_reads_go_on() {
    let name = database().await;
    let url = server().url(&name);
    let store = builder(&url).connections(1).wait(Duration::from_millis(100)).open().await.unwrap();
    let store = Arc::new(store);
    append(&store, key(1), 0).await.unwrap();
    let held = Held::new(&url, "LOCK TABLE kycvs.challenge").await;
    let waiting = tokio::spawn({
        let store = store.clone();
        async move { store.put(&key(1), None, vec![1], at(0)).await }
    });
    eventually(|| server().sql(&name, WAITING) == "1").await;
    let error = append(&store, key(1), 1).await.unwrap_err();
    assert_eq!(source(&error), "waiting for a free connection took too long");
    assert_eq!(store.read(&key(1)).await.unwrap().len(), 1, "a read shares a connection of its own");
    held.release().await;
    waiting.await.unwrap().unwrap();
    append(&store, key(1), 1).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_that_goes_away_leaves_no_transaction_open_and_no_row_locked() {
    for through_pgbouncer in [false, true] {
        let name = database().await;
        let store = if through_pgbouncer {
            builder(&pgbouncer().url(&name)).through_pgbouncer().open().await.unwrap()
        } else {
            builder(&server().url(&name)).open().await.unwrap()
        };
        let store = Arc::new(store);
        for round in 0..200_u64 {
            let writing = tokio::spawn({
                let store = store.clone();
                let size = if round.is_multiple_of(2) { 2 } else { 2000 }; // an array, or a COPY
                async move { store.write((0..size).map(|n| write(key(round * 10_000 + n), None)).collect()).await }
            });
            tokio::time::sleep(Duration::from_micros(round * 50)).await;
            writing.abort();
            let _ = writing.await;
        }
        let open = format!("SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}' AND state LIKE 'idle in%'");
        eventually(|| server().sql("postgres", &open) == "0").await;
        for round in 0..200_u64 {
            let size = if round.is_multiple_of(2) { 2 } else { 2000 };
            let keys: Vec<Key> = (0..size).map(|n| key(round * 10_000 + n)).collect();
            let there = store.get_many(&keys).await.unwrap().into_iter().flatten().count();
            assert!(there == 0 || there == keys.len(), "{there} of {} are there", keys.len());
        }
    }
}

#[tokio::test]
async fn a_call_that_the_server_took_back_for_a_deadlock_is_sent_again() {
    let name = database().await;
    let url = server().url(&name);
    let store = Arc::new(builder(&url).open().await.unwrap());
    let mut keys = [key(1), key(2)];
    keys.sort();
    store.write(keys.map(|key| write(key, None)).into()).await.unwrap();
    // Another program locks the two in the wrong order, around a write that has the first of them.
    let uuid = |key: Key| key.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let lock = |key: Key| format!("SELECT FROM kycvs.household WHERE key = '{}' FOR UPDATE", uuid(key));
    let held = Held::new(&url, &lock(keys[1])).await;
    let writing = tokio::spawn({
        let store = store.clone();
        async move { store.write(keys.map(|key| write(key, Some(Version::FIRST))).into()).await }
    });
    eventually(|| server().sql(&name, WAITING) == "1").await;
    let _ = held.client.batch_execute(&lock(keys[0])).await; // one of the two is chosen to be taken back
    held.release().await;
    writing.await.unwrap().expect("the write is done in the end");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_is_read_while_it_is_fresh_and_left_when_it_is_not() {
    let own = Own::start().await;
    let mut replica = own.server.replica();
    let stale = Duration::from_millis(800);
    let other_host = builder(&own.url()).open().await.unwrap();
    let store = builder(&own.url()).replica(&replica.url(&own.database), stale).unwrap().open().await.unwrap();
    let reads = || replica_reads(&replica, &own.database);

    while reads() == 0 {
        store.get(&key(1)).await.unwrap(); // until a read went to the replica
    }
    assert!(store.replica_staleness().is_some_and(|age| age <= stale));

    // It stops applying the log: what another host writes is seen once it is known to be too old.
    replica.sql("postgres", "SELECT pg_wal_replay_pause()");
    other_host.write(vec![write(key(1), None)]).await.unwrap();
    while store.get(&key(1)).await.unwrap().is_none() {}
    assert!(store.replica_staleness().is_some_and(|age| age > stale));
    replica.sql("postgres", "SELECT pg_wal_replay_resume()");
    while store.replica_staleness().is_none_or(|age| age > stale) {
        store.get(&key(1)).await.unwrap();
    }

    // What the store writes itself it reads at once.
    store.write(vec![write(key(2), None)]).await.unwrap();
    assert!(store.get(&key(2)).await.unwrap().is_some());

    // It goes away and comes back: no read fails.
    replica.kill();
    for _ in 0..20 {
        assert!(store.get(&key(1)).await.unwrap().is_some());
    }
    replica.start_again();
    while store.replica_staleness().is_none_or(|age| age > stale) {
        store.get(&key(1)).await.unwrap();
    }
}

/// How many lookups of households a server has done.
fn replica_reads(server: &Postgres, database: &str) -> u32 {
    let reads =
        "SELECT coalesce(sum(idx_scan + seq_scan), 0) FROM pg_stat_user_tables WHERE relname LIKE 'household_%'";
    server.sql(database, reads).parse().unwrap()
}

/// A transaction of another program.
struct Held {
    client: tokio_postgres::Client,
}

impl Held {
    async fn new(url: &str, sql: &str) -> Self {
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        client.batch_execute(&format!("BEGIN; {sql}")).await.unwrap();
        Self { client }
    }

    async fn release(self) {
        self.client.batch_execute("ROLLBACK").await.unwrap();
    }
}

fn signal_all(signal: &str, pids: &str) {
    for pid in pids.lines().filter(|pid| !pid.is_empty()) {
        let _ = std::process::Command::new("kill").args(["-s", signal, pid]).status();
    }
}

fn source(error: &StoreError) -> String {
    std::error::Error::source(error).unwrap().to_string()
}

fn at(second: i64) -> chrono::DateTime<chrono::Utc> {
    chrono::DateTime::from_timestamp(second, 0).unwrap()
}

/// Keys of one day, which serve for households and requests as well.
fn key(number: u64) -> Key {
    let mixed = (u128::from(number) + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835);
    Key::on_day(Day::FIRST, *mixed.to_be_bytes().last_chunk().unwrap())
}

async fn append(store: &PostgresStore, id: Key, seq: u32) -> Result<(), StoreError> {
    store.record(vec![Entry { id, seq, body: vec![7; 500] }], vec![]).await
}

/// The consents of six people who answered at once.
type Family = [Key; 6];

/// How many of them have an entry.
async fn there(store: &PostgresStore, family: Family) -> usize {
    store.read_many(&family).await.unwrap().iter().flatten().count()
}

fn write(key: Key, expected: Option<Version>) -> HouseholdWrite {
    HouseholdWrite { key, expected, body: vec![7; 100] }
}
