//! The scripts that count keep the rules of `UseLog`, and what a call has reserved and not settled.

use crate::support::{SERVER, at, fault, limit, namespace, quick};
use kycvs_redis::{Fault, RedisStore};
use kycvs_store::{Decision, Key, Limit, LimitStore, LimitUse, UseLog};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use redis::{Client, Commands};

/// Any past, any limits, a clock that goes anywhere: the script answers as `UseLog` does, and stores its bytes.
#[test]
fn the_script_answers_as_the_use_log_does_and_stores_its_bytes() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let calls = prop::collection::vec((0_i64..150, prop::collection::vec((1_u32..4, 1_u32..60), 0..3)), 1..40);
    let mut runner = TestRunner::new(Config { cases: 64, failure_persistence: None, ..Config::default() });
    let run = runner.run(&calls, |calls| {
        runtime.block_on(async {
            let name = namespace();
            let store = quick().namespace(&name).open(&SERVER.url()).await.unwrap();
            let (key, mut log) = (Key::from([0; 16]), UseLog::default());
            for (second, limits) in calls {
                let limits: Vec<Limit> = limits.into_iter().map(|(max, per)| limit(max, per)).collect();
                let expected = log.retry_at(&limits, at(second));
                let expected = expected.map_or(Decision::Allowed, |retry_at| Decision::Refused { which: 0, retry_at });
                let uses = [LimitUse { key, limits: &limits }];
                prop_assert_eq!(store.check(at(second), &uses).await.unwrap(), expected);
                prop_assert_eq!(store.take(at(second), &uses).await.unwrap(), expected);
                if expected == Decision::Allowed {
                    log.record(&limits, at(second));
                }
                let stored: Option<Vec<u8>> = raw().hget(place(&name), "u").unwrap();
                prop_assert_eq!(stored.unwrap_or_else(|| UseLog::default().to_bytes()), log.to_bytes());
            }
            Ok(())
        })
    });
    run.unwrap();
}

#[tokio::test]
async fn what_another_call_has_reserved_makes_a_call_wait_and_is_no_refusal() {
    let (store, name) = store().await;
    reserve(&name, u64::MAX / 2);
    let (key, one, two) = (Key::from([0; 16]), [limit(1, 60)], [limit(2, 60)]);
    assert_eq!(fault(store.take(at(0), &[LimitUse { key, limits: &one }]).await), Fault::Contended);
    assert_eq!(store.take(at(0), &[LimitUse { key, limits: &two }]).await.unwrap(), Decision::Allowed);
    let refused = Decision::Refused { which: 0, retry_at: at(60) };
    assert_eq!(store.take(at(0), &[LimitUse { key, limits: &one }]).await.unwrap(), refused, "one use is counted");
}

#[tokio::test]
async fn what_nobody_settled_in_time_is_counted() {
    let (store, name) = store().await;
    reserve(&name, 1);
    let (key, one) = (Key::from([0; 16]), [limit(1, 60)]);
    let refused = Decision::Refused { which: 0, retry_at: at(60) };
    assert_eq!(store.check(at(0), &[LimitUse { key, limits: &one }]).await.unwrap(), refused);
    assert_eq!(store.take(at(0), &[LimitUse { key, limits: &one }]).await.unwrap(), refused);
    assert_eq!(store.take(at(60), &[LimitUse { key, limits: &one }]).await.unwrap(), Decision::Allowed);
    let fields: usize = raw().hlen(place(&name)).unwrap();
    assert_eq!(fields, 1, "it is a part of the log now");
}

async fn store() -> (RedisStore, String) {
    let name = namespace();
    (quick().namespace(&name).open(&SERVER.url()).await.unwrap(), name)
}

/// A use in the second 0 under a window of a minute, by a call that died before it settled.
fn reserve(namespace: &str, until_ms: u64) {
    let second = at(0).timestamp().to_be_bytes();
    let value = [&second[..], &60_u32.to_be_bytes(), &1_u32.to_be_bytes(), &until_ms.to_be_bytes()].concat();
    let _: () = raw().hset(place(namespace), [7; 24].as_slice(), value).unwrap();
}

fn place(namespace: &str) -> String {
    format!("{namespace}:{{000}}:l:00000000000000000000000000000000")
}

fn raw() -> redis::Connection {
    Client::open(SERVER.url()).unwrap().get_connection().unwrap()
}
