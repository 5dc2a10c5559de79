//! A Redis server, and the same records by redis-rs alone.

use std::cell::Cell;

use chrono::{DateTime, TimeDelta, Utc};
use kycvs::store::{ChallengeStore, Key, Version};
use kycvs::{Clock, SystemClock};
use kycvs_redis::RedisStore;
use kycvs_test_servers::Redis;
use redis::aio::MultiplexedConnection;
use redis::{Client, Cmd, Value, cmd};
use tokio::runtime::Runtime;

use crate::contest::{Way, way};
use crate::people;

/// Reads a request.
pub const LOAD: &str = "load";
/// A bare `GET` of as many bytes.
pub const GET: &str = "GET";
/// Writes a request that there was not.
pub const PUT_NEW: &str = "put, new";
/// Writes a request over its last version.
pub const PUT_NEXT: &str = "put, next";
/// A bare `EVALSHA` with keys and arguments of the same sizes, of a script that only sets the record and when it expires.
pub const EVALSHA: &str = "EVALSHA";

const SCRIPT: &str = "redis.call('SET', KEYS[1], ARGV[2], 'PXAT', ARGV[3]) return 1";

/// How many requests are read and written over and over.
const REQUESTS: usize = 10_000;

/// A server with requests in it, a store over one connection, and a connection beside it. All of it on one thread.
pub struct RedisRequests {
    // Before the server, so that the connections end first.
    runtime: Runtime,
    store: RedisStore,
    bare: MultiplexedConnection,
    hash: String,
    body: Vec<u8>,
    purge_at: DateTime<Utc>,
    _server: Redis,
}

impl RedisRequests {
    /// Starts a server, and writes requests of a given body.
    pub fn with(body: Vec<u8>) -> Self {
        let (runtime, server) = (people::one_thread(), Redis::start());
        let purge_at = SystemClock.now() + TimeDelta::days(1);
        let (store, bare, hash) = runtime.block_on(async {
            let store = RedisStore::builder().connections(1).open(&server.url()).await.unwrap();
            let client = Client::open(server.url()).unwrap();
            let mut bare = client.get_multiplexed_async_connection().await.unwrap();
            let hash = cmd("SCRIPT").arg("LOAD").arg(SCRIPT).query_async(&mut bare).await.unwrap();
            for number in 0..REQUESTS {
                store.put(&id(number), None, body.clone(), purge_at).await.unwrap();
                let record = [&[0; 16], &body[..]].concat();
                let () = cmd("SET").arg(key(number)).arg(record).query_async(&mut bare).await.unwrap();
            }
            (store, bare, hash)
        });
        Self { runtime, store, bare, hash, body, purge_at, _server: server }
    }

    /// Each operation of the store, and what it is held against.
    pub fn ways(&self) -> Vec<Way<'_>> {
        let Self { runtime, store, body, purge_at, .. } = self;
        let (mut bare, mut bare_too) = (self.bare.clone(), self.bare.clone());
        let (keys, mut fresh) = ((0..REQUESTS).map(key).collect::<Vec<_>>(), REQUESTS..);
        let versions = vec![Cell::new(Version::FIRST); REQUESTS];
        vec![
            way(LOAD, |number| runtime.block_on(store.load(&id(number % REQUESTS))).unwrap().unwrap()),
            way(GET, {
                let keys = keys.clone();
                move |number| {
                    let get = cmd("GET").arg(&keys[number % REQUESTS]).take();
                    runtime.block_on(get.query_async::<Value>(&mut bare)).unwrap()
                }
            }),
            way(PUT_NEW, move |_| {
                let id = id(fresh.next().unwrap());
                runtime.block_on(store.put(&id, None, body.clone(), *purge_at)).unwrap()
            }),
            way(PUT_NEXT, move |number| {
                let (id, version) = (id(number % REQUESTS), &versions[number % REQUESTS]);
                let put = store.put(&id, Some(version.get()), body.clone(), *purge_at);
                version.set(runtime.block_on(put).unwrap());
            }),
            way(EVALSHA, move |number| {
                let run = self.evalsha(&keys[number % REQUESTS]);
                runtime.block_on(run.query_async::<Value>(&mut bare_too)).unwrap()
            }),
        ]
    }

    /// With two keys and six arguments, as the store sends them.
    fn evalsha(&self, key: &[u8]) -> Cmd {
        let record = [&[0; 16], &self.body[..]].concat();
        let (expires_at, purge_at) = (self.purge_at.timestamp_millis(), self.purge_at.timestamp_micros());
        let mut run = cmd("EVALSHA");
        run.arg(&self.hash).arg(2).arg(key).arg("bench:{000}:cs");
        run.arg(&[0_u8; 8][..]).arg(record).arg(expires_at).arg(purge_at).arg(&[0_u8; 16][..]).arg(3_600_000);
        run
    }
}

/// The id of a request. An odd multiplier scatters them as random ids are.
fn id(number: usize) -> Key {
    let number = u128::try_from(number).unwrap().wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    Key::from(number.to_be_bytes())
}

/// A key as long as the store's.
fn key(number: usize) -> Vec<u8> {
    format!("bench:{{{:03x}}}:c:{:032x}", number % 1024, number).into_bytes()
}
