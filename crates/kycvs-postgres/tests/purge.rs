//! A purge that finds nothing costs next to nothing: each host asks each minute.

use kycvs_postgres::PostgresStore;
use kycvs_store::ChallengeStore;
use kycvs_test_servers::Postgres;

/// The pages that the last plan in the log read, which is that of the whole statement.
fn buffers(log: &str) -> u64 {
    let plan = log.rsplit("DELETE FROM kycvs.challenge").next().unwrap();
    let (_, line) = plan.split_once("Buffers: shared ").unwrap_or_else(|| panic!("no plan in {plan}"));
    let counts = line.lines().next().unwrap().split_whitespace();
    counts
        .filter_map(|part| part.strip_prefix("hit=").or(part.strip_prefix("read=")))
        .map(|n| n.parse::<u64>().unwrap())
        .sum()
}

#[tokio::test]
async fn a_purge_that_finds_nothing_among_fifty_thousand_requests_reads_a_few_pages() {
    let server = Postgres::start(&[
        "fsync=off",
        "shared_preload_libraries=auto_explain",
        "auto_explain.log_min_duration=0",
        "auto_explain.log_analyze=on",
        "auto_explain.log_buffers=on",
    ]);
    let name = server.database(None);
    let builder = PostgresStore::builder(&server.url(&name)).unwrap().partitions(1);
    builder.migrate().await.unwrap();
    let store = builder.open().await.unwrap();
    let now = chrono::DateTime::from_timestamp(1_700_000_000, 0).unwrap();
    // All are due within this hour, and none yet.
    server.sql(
        &name,
        &format!(
            "INSERT INTO kycvs.challenge (id, version, purge_at, body)
             SELECT gen_random_uuid(), 1, {} + n, '\\x00' FROM generate_series(1, 50000) AS n; ANALYZE kycvs.challenge",
            now.timestamp_micros()
        ),
    );
    assert_eq!(store.purge(now).await.unwrap(), 0);
    let read = buffers(&server.log());
    assert!(read < 20, "{read} pages");
    assert_eq!(store.purge(now + chrono::TimeDelta::microseconds(20_000)).await.unwrap(), 20_000);
}
