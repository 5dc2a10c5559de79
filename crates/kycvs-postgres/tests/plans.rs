//! Every call goes by an index and reads no partition that it does not need, also with plans that were made while all tables
//! were empty: so begins every day's partition, and who measures a server that never analyses sees the same.

use crate::support::patient;
use chrono::{DateTime, TimeDelta, Utc};
use kycvs_postgres::PostgresStore;
use kycvs_store::{
    Advance, AnswerStore, AnswerWrite, BoardStore, ChallengeStore, ConsentLedger, Day, Entry, HouseholdStore,
    HouseholdWrite, Key, Limit, LimitStore, LimitUse, Page, Posting, Topic, Version,
};
use kycvs_test_servers::{PgBouncer, Postgres};

const ROWS: u32 = 20_000;
/// The most pages that a statement reads here. The smallest index has more.
const PAGES: u64 = 80;

const TABLES: [&str; 6] = ["entry", "posting", "page", "challenge", "use_log", "household"];

/// The days that exist, of which calls are about the first.
const DAYS: [u16; 3] = [20_000, 20_001, 20_002];

#[tokio::test]
async fn a_statement_that_was_planned_on_empty_tables_goes_by_an_index_when_they_are_full() {
    let server = Postgres::start(&[
        "fsync=off",
        "autovacuum=off",
        "jit_above_cost=0",
        "shared_preload_libraries=auto_explain",
        "auto_explain.log_min_duration=0",
        "auto_explain.log_analyze=on",
        "auto_explain.log_timing=off",
        "auto_explain.log_buffers=on",
        "auto_explain.log_nested_statements=on",
    ]);
    let bouncer = PgBouncer::start(&server, &[]);
    for through_pgbouncer in [false, true] {
        let name = server.database(None);
        let url = if through_pgbouncer { bouncer.url(&name) } else { server.url(&name) };
        let builder = patient(&url).partitions(4).connections(1).readers(1);
        let builder = if through_pgbouncer { builder.through_pgbouncer() } else { builder };
        builder.migrate().await.unwrap();
        for day in DAYS {
            server.sql(&name, &format!("SELECT kycvs.open_day({day})"));
        }
        // Now the server knows that they are empty. Of a table that nobody looked into yet it assumes ten pages.
        server.sql(&name, "VACUUM ANALYZE");
        let store = builder.open().await.unwrap();
        call_everything(&store, 0).await;
        fill(&server, &name);
        let before = server.log().len();
        call_everything(&store, 1).await;
        assert_good(&server.log()[before..]);

        // Every other key is there.
        let keys: Vec<Key> = (0..1500).flat_map(|number| [key(2000 + number), key(u32::MAX / 4 + number)]).collect();
        let before = server.log().len();
        let found = store.get_many(&keys).await.unwrap();
        assert!(found.chunks(2).all(|two| two[0].is_some() && two[1].is_none()));
        let log = &server.log()[before..];
        assert!(log.contains("household_0003") && !log.contains("Append"), "each partition by itself: {log}");
    }
}

/// Sees that what a log tells went by indexes, and over the partition of the day alone.
fn assert_good(log: &str) {
    let plans: Vec<&str> = log.split("  plan:\n").skip(1).map(of_its_own).collect();
    for table in TABLES {
        let is_read = |plan: &&str| plan.contains("Index Cond") && plan.contains(&format!(" on {table}"));
        assert!(plans.iter().any(is_read), "nothing reads {table}");
    }
    for plan in plans {
        let scans = |line: &str| TABLES.iter().any(|table| line.contains(&format!("Seq Scan on {table}")));
        assert!(!plan.lines().any(scans), "{plan}");
        assert!(!plan.contains("JIT:"), "compiled: {plan}");
        assert!(!plan.contains("Filter: (id = ANY"), "each row is looked for in a list of ids: {plan}");
        let pages = pages(plan);
        assert!(pages <= PAGES, "{pages} pages: {plan}");
        for day in &DAYS[1..] {
            assert!(!plan.contains(&format!(" on entry_{}", date(*day))), "another day's partition: {plan}");
        }
    }
}

/// The lines of a plan, before the next message of the log.
fn of_its_own(text: &str) -> &str {
    let end =
        text.match_indices('\n').find(|(at, _)| !text[at + 1..].starts_with('\t')).map_or(text.len(), |(at, _)| at);
    &text[..end]
}

/// The pages that a statement read: those of its first node hold those of all below.
fn pages(plan: &str) -> u64 {
    let Some((_, counts)) = plan.split_once("Buffers: shared ") else { return 0 };
    let counts = counts.lines().next().unwrap().split_whitespace();
    counts
        .filter_map(|part| part.strip_prefix("hit=").or(part.strip_prefix("read=")))
        .map(|n| n.parse::<u64>().unwrap())
        .sum()
}

fn date(day: u16) -> String {
    (DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(day.into())).format("%Y%m%d").to_string()
}

/// A key of the first day: from 1,000 on and below [`ROWS`] as [`fill`] makes it.
fn today(number: u32) -> Key {
    Key::on_day(Day::from_number(DAYS[0]).unwrap(), spread(number))
}

fn lasting(number: u32) -> Key {
    Key::lasting(spread(number))
}

fn spread(number: u32) -> [u8; 14] {
    let mut bytes = [0; 14];
    bytes[..4].copy_from_slice(&number.wrapping_mul(2_654_435_761).to_be_bytes());
    bytes
}

fn key(number: u32) -> Key {
    let mut bytes = [0; 16];
    bytes[..14].copy_from_slice(&spread(number));
    Key::from(bytes)
}

/// Puts [`ROWS`] into each table and each day, which nobody analyses.
fn fill(server: &Postgres, database: &str) {
    let name = "lpad(to_hex(n * 2654435761 % 4294967296), 8, '0')";
    let on = |day: u16| format!("rpad('{day:04x}' || {name}, 32, '0')::uuid");
    let (body, of) = ("decode(repeat('07', 200), 'hex')", format!("FROM generate_series(1000, {ROWS}::bigint) n"));
    for day in DAYS.into_iter().chain([u16::MAX]) {
        server.sql(database, &format!("INSERT INTO kycvs.entry SELECT {}, 0, {body} {of}", on(day)));
    }
    for (table, columns) in [
        ("posting", format!("7, {}, {body}", on(DAYS[0]))),
        ("page", format!("{}, 1, {body}", on(DAYS[0]))),
        ("household", format!("rpad({name}, 32, '0')::uuid, 1, {body}")),
        ("challenge", format!("rpad({name}, 32, '0')::uuid, 1, {FAR}, {body}")),
        ("use_log (key, seconds, counts, stale_at)", format!("rpad({name}, 32, '0')::uuid, '{{1}}', '{{1}}', {FAR}")),
    ] {
        server.sql(database, &format!("INSERT INTO kycvs.{table} SELECT {columns} {of}"));
    }
}

/// A time that does not come in the test, in any unit.
const FAR: i64 = 1 << 52;

/// Every call of the store; those of one round are about other keys than those of the next.
async fn call_everything(store: &PostgresStore, round: u8) {
    let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
    let first = 1000 * u32::from(round);
    let body = || vec![round; 20];
    let new = |number: u32| u32::MAX / 2 + first + number;

    store.pending(Topic(7), 10).await.unwrap();
    let head = Page { id: lasting(u32::MAX), body: body() };
    let expected = store.page(&head.id).await.unwrap().map(|page| page.version);
    let pages = vec![Page { id: today(first + 200), body: body() }, Page { id: today(new(2)), body: body() }];
    let settled = (0..10).map(|number| (Topic(7), today(first + 200 + number))).collect();
    store.advance(Advance { head, expected, pages, settled }).await.unwrap();

    store.record(vec![entry_of(new(1), body()), entry_of(new(2), body())], vec![]).await.unwrap();
    store.record(vec![Entry { id: today(new(1)), seq: 1, body: body() }], vec![]).await.unwrap();
    store.check_writable().await.unwrap();
    store.read(&today(new(1))).await.unwrap();
    let ids: Vec<Key> = (0..16).map(|number| today(first + number)).collect();
    store.read_many(&ids).await.unwrap();
    store.read_many(&[today(new(1)), lasting(first)]).await.unwrap();
    store.forget(&[today(new(2))]).await.unwrap();

    let request = key(new(1));
    let version = store.put(&request, None, body(), now).await.unwrap();
    let version_2 = store.put(&request, Some(version), body(), now).await.unwrap();
    store.load(&request).await.unwrap();
    let postings = vec![Posting { topic: Topic(7), id: today(new(3)), body: body() }];
    let entries = vec![entry_of(new(3), body()), entry_of(new(4), body())];
    let answer = AnswerWrite { request, expected: version_2, body: body(), purge_at: now, entries, postings };
    store.answer(answer).await.unwrap();
    ChallengeStore::purge(store, now).await.unwrap();

    store.get(&key(first)).await.unwrap();
    store.get_many(&[key(first), key(first + 1)]).await.unwrap();
    let write = |number, expected| HouseholdWrite { key: key(number), expected, body: body() };
    store.write(vec![write(new(1), None), write(new(2), None)]).await.unwrap();
    store.write(vec![write(new(1), Some(Version::FIRST)), write(new(3), None)]).await.unwrap();

    let limits = [Limit { max: 3.try_into().unwrap(), per_seconds: 60.try_into().unwrap() }];
    let uses = [key(first), key(new(1))].map(|key| LimitUse { key, limits: &limits });
    let _ = store.check(now, &uses).await.unwrap();
    let _ = store.take(now, &uses).await.unwrap();
    store.clear(&[key(new(1))]).await.unwrap();
    LimitStore::purge(store, now).await.unwrap();
}

fn entry_of(number: u32, body: Vec<u8>) -> Entry {
    Entry { id: today(number), seq: 0, body }
}
