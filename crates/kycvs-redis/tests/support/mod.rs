//! Servers that the tests of a binary share, and names of their own in them.
#![allow(dead_code, unreachable_pub)] // each test binary uses a part

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use kycvs_redis::{Builder, Fault, RedisStore};
use kycvs_store::{Key, Limit, StoreError};
use kycvs_test_servers::{Redis, RedisCluster};

pub static SERVER: LazyLock<Redis> = LazyLock::new(Redis::start);
/// Patient too: on a busy machine a primary may be silent for a while, and is not to be taken for dead.
pub static CLUSTER: LazyLock<RedisCluster> =
    LazyLock::new(|| RedisCluster::start_with(&["--cluster-node-timeout", "15000"]));

/// A namespace that nobody else uses.
pub fn namespace() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("test-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Settings for a machine that may be busy with something else.
pub fn patient() -> Builder {
    RedisStore::builder().namespace(namespace()).connections(2).call_timeout(Duration::from_secs(30))
}

pub async fn on_a_server() -> RedisStore {
    patient().open(&SERVER.url()).await.unwrap()
}

pub async fn on_a_cluster() -> RedisStore {
    patient().open_cluster(CLUSTER.urls()).await.unwrap()
}

/// Settings that find a fault soon.
pub fn quick() -> Builder {
    RedisStore::builder()
        .namespace(namespace())
        .connections(2)
        .connect_timeout(Duration::from_millis(500))
        .call_timeout(Duration::from_millis(500))
}

/// A key with this tag, which is its first ten bits: `kycvs:{02a}:…` for 42.
pub fn key_of_tag(tag: u16, number: u8) -> Key {
    let mut bytes = [number; 16];
    [bytes[0], bytes[1]] = (tag << 6).to_be_bytes();
    Key::from(bytes)
}

pub fn limit(max: u32, per_seconds: u32) -> Limit {
    Limit { max: max.try_into().unwrap(), per_seconds: per_seconds.try_into().unwrap() }
}

pub fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(2_524_608_000 + second, 0).unwrap()
}

/// What the adapter says of the server, which must be the reason that a call failed.
pub fn fault<T: std::fmt::Debug>(answer: Result<T, StoreError>) -> Fault {
    match answer {
        Err(StoreError::Unavailable(source)) => source.downcast_ref::<Fault>().expect("a fault of the server").clone(),
        other => panic!("expected Err(Unavailable), got {other:?}"),
    }
}

/// Asks until it succeeds. A host is promised five seconds; a busy machine gets more.
pub async fn soon<T, F: Future<Output = Result<T, StoreError>>>(ask: impl Fn() -> F) -> T {
    let asking = async {
        loop {
            match ask().await {
                Ok(answer) => return answer,
                Err(StoreError::Unavailable(_)) => tokio::time::sleep(Duration::from_millis(20)).await,
                Err(other) => panic!("expected Ok or Err(Unavailable), got {other:?}"),
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(60), asking).await.expect("an answer soon after the recovery")
}
