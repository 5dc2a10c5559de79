//! The limits are counted on the server: by the same rules as everywhere, whatever the calls.

use crate::support::empty_store;
use chrono::DateTime;
use kycvs_memory::MemoryStore;
use kycvs_postgres::PostgresStore;
use kycvs_store::{Key, Limit, LimitStore, LimitUse};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// A call: how far the clock moves, whether it takes or purges, and the keys with their limits.
type Call = (i64, bool, Vec<(u8, Vec<(u32, u32)>)>);

#[test]
fn any_calls_are_answered_as_by_the_reference() {
    let limits = prop::collection::vec((1_u32..5, 1_u32..60), 0..3);
    let uses = prop::collection::btree_map(0_u8..4, limits, 0..4).prop_map(|uses| uses.into_iter().collect());
    let calls = prop::collection::vec((-70_i64..40, prop::bool::weighted(0.9), uses), 1..40);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let postgres = runtime.block_on(empty_store());
    let mut runner = TestRunner::new(Config { cases: 60, failure_persistence: None, ..Config::default() });
    let compared = runner.run(&calls, |calls| {
        runtime.block_on(compare(&postgres, calls));
        Ok(())
    });
    compared.unwrap();
}

async fn compare(postgres: &PostgresStore, calls: Vec<Call>) {
    let memory = MemoryStore::new();
    for number in 0..4 {
        postgres.clear(&[Key::from([number; 16])]).await.unwrap();
    }
    let mut second = 1_700_000_000;
    for (step, take, uses) in calls {
        second += step;
        let now = DateTime::from_timestamp(second, 0).unwrap();
        let limits: Vec<(Key, Vec<Limit>)> =
            uses.into_iter().map(|(key, l)| (Key::from([key; 16]), l.into_iter().map(limit).collect())).collect();
        let uses: Vec<LimitUse<'_>> = limits.iter().map(|(key, limits)| LimitUse { key: *key, limits }).collect();
        assert_eq!(postgres.check(now, &uses).await.unwrap(), memory.check(now, &uses).await.unwrap());
        if take {
            assert_eq!(postgres.take(now, &uses).await.unwrap(), memory.take(now, &uses).await.unwrap());
        } else {
            assert_eq!(postgres.purge(now).await.unwrap(), memory.purge(now).await.unwrap());
        }
    }
}

fn limit((max, per_seconds): (u32, u32)) -> Limit {
    Limit { max: max.try_into().unwrap(), per_seconds: per_seconds.try_into().unwrap() }
}
