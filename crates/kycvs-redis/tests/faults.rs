//! Servers that go away, hang, fill up and change their roles under a store.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::support::{at, fault, key_of_tag, limit, patient, quick, soon};
use kycvs_redis::Fault;
use kycvs_store::{ChallengeStore, Decision, Key, LimitStore, LimitUse, StoreError, Version};
use kycvs_test_servers::{Redis, RedisCluster};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_fail_while_the_server_is_away_and_work_when_it_is_back() {
    let mut server = Redis::start();
    let store = quick().open(&server.url()).await.unwrap();
    let id = Key::from([7; 16]);
    store.put(&id, None, b"lost".to_vec(), at(60)).await.unwrap();
    for _ in 0..2 {
        server.kill();
        for _ in 0..10 {
            assert_eq!(fault(store.load(&id).await), Fault::Connection);
            assert_eq!(fault(store.put(&id, None, b"x".to_vec(), at(60)).await), Fault::Connection);
        }
        server.restart();
        let read = soon(|| store.load(&id)).await;
        assert_eq!(read, None, "what a server forgets reads as absent");
        let put = || store.put(&id, None, b"new".to_vec(), at(60));
        assert_eq!(soon(put).await, Version::FIRST, "the new server learns the scripts");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_is_cut_is_made_anew() {
    let server = Redis::start();
    let store = quick().open(&server.url()).await.unwrap();
    let id = Key::from([7; 16]);
    store.put(&id, None, b"kept".to_vec(), at(60)).await.unwrap();
    server.cli(&["CLIENT", "KILL", "TYPE", "normal"]);
    assert_eq!(soon(|| store.load(&id)).await.unwrap().body, b"kept");
}

/// A host that nobody asked meanwhile finds no broken connection: each is opened again before it is used.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_call_after_a_restart_answers_and_so_does_each_further_one() {
    let mut server = Redis::start();
    let store = patient().connections(4).open(&server.url()).await.unwrap();
    let id = Key::from([7; 16]);
    for round in 0..3_u8 {
        tokio::task::block_in_place(|| server.restart());
        for number in 0..8 {
            let id = Key::from([8 * round + number; 16]);
            store.put(&id, None, b"kept".to_vec(), at(60)).await.unwrap();
        }
    }
    server.kill();
    assert_eq!(fault(store.load(&id).await), Fault::Connection);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_call_after_the_server_closed_idle_connections_answers() {
    let server = Redis::start_with(&["--timeout", "1"]);
    let store = patient().connections(4).open(&server.url()).await.unwrap();
    let id = Key::from([7; 16]);
    let mut version = None;
    for _ in 0..2 {
        let connected = || server.cli(&["CLIENT", "LIST", "TYPE", "normal"]).lines().count();
        while connected() > 1 {
            tokio::time::sleep(Duration::from_millis(100)).await; // until only who asks is left
        }
        for _ in 0..8 {
            version = Some(store.put(&id, version, b"kept".to_vec(), at(60)).await.unwrap());
        }
    }
}

/// Where one connection leads to a server that was demoted, those made before lead there too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fault_of_one_connection_has_all_that_are_as_old_made_anew() {
    let (server, primary) = (Redis::start(), Redis::start());
    let connected = || -> BTreeSet<String> {
        let clients = server.cli(&["CLIENT", "LIST", "TYPE", "normal"]);
        clients
            .lines()
            .filter(|line| !line.contains("cmd=client|list"))
            .map(|line| line.split(' ').next().unwrap().into())
            .collect()
    };
    let store = quick().connections(4).open(&server.url()).await.unwrap();
    while connected().len() != 4 {
        tokio::time::sleep(Duration::from_millis(20)).await; // until the one that looked at the server is gone
    }
    let before = connected();
    server.cli(&["REPLICAOF", "127.0.0.1", &primary.port().to_string()]);
    let answer = fault(store.put(&Key::from([7; 16]), None, b"x".to_vec(), at(60)).await);
    assert_eq!(answer, Fault::Server("READONLY".into()));
    while !connected().is_disjoint(&before) || connected().len() < 4 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_hangs_is_not_waited_for() {
    let server = Redis::start();
    let store = quick().open(&server.url()).await.unwrap();
    let id = Key::from([7; 16]);
    store.put(&id, None, b"kept".to_vec(), at(60)).await.unwrap();
    server.freeze();
    for _ in 0..3 {
        assert_eq!(fault(store.load(&id).await), Fault::Timeout);
    }
    server.thaw();
    assert_eq!(soon(|| store.load(&id)).await.unwrap().body, b"kept");
}

/// A write that timed out may be done when the server goes on, once; it is never done a second time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_with_an_unknown_end_is_done_at_most_once() {
    let server = Redis::start();
    let store = quick().open(&server.url()).await.unwrap();
    let (key, five) = (Key::from([7; 16]), [limit(5, 60)]);
    let uses = [LimitUse { key, limits: &five }];
    assert_eq!(store.take(at(0), &uses).await.unwrap(), Decision::Allowed);
    server.freeze();
    assert_eq!(fault(store.take(at(0), &uses).await), Fault::Timeout);
    server.thaw();
    let mut left = 0;
    while soon(|| store.take(at(0), &uses)).await == Decision::Allowed {
        left += 1;
    }
    assert!((3..=4).contains(&left), "one use was counted, and one perhaps; {left} of five were left");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_without_memory_refuses_writes_and_still_reads() {
    let server = Redis::start();
    let store = quick().open(&server.url()).await.unwrap();
    let id = Key::from([7; 16]);
    let version = store.put(&id, None, b"kept".to_vec(), at(60)).await.unwrap();
    server.cli(&["CONFIG", "SET", "maxmemory", "1"]);
    assert_eq!(fault(store.put(&id, Some(version), b"x".to_vec(), at(60)).await), Fault::Server("OOM".into()));
    assert_eq!(store.load(&id).await.unwrap().unwrap().body, b"kept");
    server.cli(&["CONFIG", "SET", "maxmemory", "0"]);
    store.put(&id, Some(version), b"x".to_vec(), at(60)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_became_a_replica_takes_no_writes_until_it_is_a_primary() {
    let (server, primary) = (Redis::start(), Redis::start());
    let store = quick().open(&server.url()).await.unwrap();
    let id = Key::from([7; 16]);
    server.cli(&["REPLICAOF", "127.0.0.1", &primary.port().to_string()]);
    let answer = fault(store.put(&id, None, b"x".to_vec(), at(60)).await);
    assert_eq!(answer, Fault::Server("READONLY".into()));
    server.cli(&["REPLICAOF", "NO", "ONE"]);
    soon(|| store.put(&id, None, b"x".to_vec(), at(60))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_waits_for_replicas_where_that_is_wished() {
    let (primary, replica) = (Redis::start(), Redis::start());
    let builder = patient().wait_for_replicas(1, Duration::from_millis(200));
    let store = builder.open(&primary.url()).await.unwrap();
    let id = Key::from([7; 16]);
    assert_eq!(fault(store.put(&id, None, b"x".to_vec(), at(60)).await), Fault::NotReplicated);
    assert!(store.load(&id).await.unwrap().is_some(), "the primary has it");

    let builder = patient().wait_for_replicas(1, Duration::from_secs(30));
    let store = builder.namespace("second").open(&primary.url()).await.unwrap();
    replica.cli(&["REPLICAOF", "127.0.0.1", &primary.port().to_string()]);
    let in_sync = || primary.cli(&["INFO", "replication"]).contains("state=online");
    while !in_sync() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    store.put(&id, None, b"y".to_vec(), at(60)).await.unwrap();
    let (one, key) = ([limit(1, 60)], Key::from([8; 16]));
    assert_eq!(store.take(at(0), &[LimitUse { key, limits: &one }]).await.unwrap(), Decision::Allowed);
    assert_eq!(replica.cli(&["DBSIZE"]), primary.cli(&["DBSIZE"]));
}

/// A primary that is killed, and one that hangs: in both cases its replica takes over, and the store finds it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cluster_that_lost_a_primary_works_again_soon_of_the_failover() {
    let mut cluster = RedisCluster::start();
    let store = quick().open_cluster(cluster.urls()).await.unwrap();
    for (round, hang) in [(0_u8, false), (1, true), (2, false)] {
        let ids: Vec<Key> = (0..32).map(|tag| key_of_tag(tag * 32, round)).collect();
        for id in &ids {
            soon(|| store.put(id, None, b"kept".to_vec(), at(60))).await;
        }
        cluster.wait_until_replicated();
        let primary = cluster.primary_of("{000}");
        if hang {
            cluster.nodes()[primary].freeze()
        } else {
            cluster.kill(primary)
        }
        fault(store.load(&key_of_tag(0, round)).await);
        cluster.wait_until_taken_over(primary);
        for id in &ids {
            let read = soon(|| store.load(id)).await;
            assert_eq!(read.expect("the replica had it").body, b"kept");
            soon(|| put_next(&store, id)).await;
        }
        if hang {
            cluster.nodes()[primary].thaw()
        } else {
            cluster.restart(primary)
        }
        cluster.wait_until_whole();
    }
}

/// Calls go on while a slot moves from one primary to another, key by key.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slot_that_moves_loses_nothing() {
    let cluster = RedisCluster::start();
    let store = patient().open_cluster(cluster.urls()).await.unwrap();
    let ids: Vec<Key> = (1..=60).map(|number| key_of_tag(0, number)).collect();
    for id in &ids {
        store.put(id, None, b"one".to_vec(), at(60)).await.unwrap();
    }
    let moving = cluster.start_to_move("{000}");
    for id in &ids {
        assert_eq!(store.load(id).await.unwrap().expect("it is in one of the two").body, b"one");
    }
    let redirected = |node: &Redis| node.cli(&["INFO", "errorstats"]).contains("errorstat_ASK");
    assert!(cluster.nodes().iter().any(redirected), "calls met the move");
    let writing = tokio::spawn({
        let (store, ids) = (store.clone(), ids.clone());
        async move {
            for id in &ids {
                store.put(id, Some(Version::FIRST), b"two".to_vec(), at(60)).await.unwrap();
            }
        }
    });
    tokio::task::yield_now().await;
    tokio::task::block_in_place(|| moving.finish());
    writing.await.unwrap();
    for id in &ids {
        assert_eq!(store.load(id).await.unwrap().expect("it moved").body, b"two");
    }
    assert_eq!(ChallengeStore::purge(&store, at(60)).await.unwrap(), 60, "the index moved with them");
}

/// What was reserved in one slot is given back when another slot's server fails.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_take_that_fails_in_one_slot_counts_nothing_in_another() {
    let cluster = RedisCluster::start();
    let store = quick().open_cluster(cluster.urls()).await.unwrap();
    let first = key_of_tag(0, 1);
    let elsewhere = |tag: &u16| cluster.primary_of(&format!("{{{tag:03x}}}")) != cluster.primary_of("{000}");
    let second_tag = (1..1024).find(elsewhere).unwrap();
    let (second, one) = (key_of_tag(second_tag, 1), [limit(1, 600)]);
    let (first, second) = (LimitUse { key: first, limits: &one }, LimitUse { key: second, limits: &one });

    // A server without memory answers checks and refuses writes.
    let primary = &cluster.nodes()[cluster.primary_of(&format!("{{{second_tag:03x}}}"))];
    primary.cli(&["CONFIG", "SET", "maxmemory", "1"]);
    assert_eq!(fault(store.take(at(0), &[first, second]).await), Fault::Server("OOM".into()));
    primary.cli(&["CONFIG", "SET", "maxmemory", "0"]);
    assert_eq!(store.take(at(0), &[first, second]).await.unwrap(), Decision::Allowed, "nothing was counted");
    let refused = store.take(at(1), &[first, second]).await.unwrap();
    assert_eq!(refused, Decision::Refused { which: 0, retry_at: at(600) });
}

async fn put_next(store: &kycvs_redis::RedisStore, id: &Key) -> Result<Version, StoreError> {
    let version = store.load(id).await?.map(|read| read.version);
    store.put(id, version, b"kept".to_vec(), at(60)).await
}
