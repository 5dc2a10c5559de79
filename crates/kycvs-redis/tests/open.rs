//! What a host gets that opens something else than its own server, or finds something else in it.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

use crate::support::{CLUSTER, SERVER, at, fault, key_of_tag, limit, namespace, patient, quick};
use kycvs_redis::{Fault, OpenError, RedisStore};
use kycvs_store::{ChallengeStore, Decision, Key, LimitStore, LimitUse, StoreError, Version};
use kycvs_test_servers::{Redis, RedisCluster, free_port};

async fn refusal(url: &str) -> OpenError {
    quick().open(url).await.expect_err("the server is not right")
}

async fn cluster_refusal(url: &str) -> OpenError {
    quick().open_cluster([url]).await.expect_err("the cluster is not right")
}

#[tokio::test]
async fn a_url_that_is_none_is_not_repeated() {
    for url in ["", "127.0.0.1:6379", "http://h/", "redis://:pass word@", "redis://user:hunter2@host:port/"] {
        for error in [refusal(url).await, cluster_refusal(url).await] {
            assert!(matches!(error, OpenError::InvalidUrl), "{url}: {error:?}");
            assert!(!format!("{error} {error:?}").contains("hunter2"));
        }
    }
    let none: [&str; 0] = [];
    assert!(matches!(RedisStore::open_cluster(none).await, Err(OpenError::InvalidUrl)));
}

#[tokio::test]
async fn a_setting_that_is_not_allowed_is_named() {
    let second = Duration::from_secs(1);
    for (builder, named) in [
        (quick().namespace(""), "namespace"),
        (quick().namespace("{a}"), "namespace"),
        (quick().connections(0), "connections"),
        (quick().connections(65), "connections"),
        (quick().call_timeout(Duration::ZERO), "call_timeout"),
        (quick().connect_timeout(61 * second), "connect_timeout"),
        (quick().wait_for_replicas(0, second), "wait_for_replicas"),
        (quick().wait_for_replicas(1, Duration::ZERO), "wait_for_replicas"),
    ] {
        match builder.open("redis://127.0.0.1").await {
            Err(OpenError::InvalidSetting { setting, .. }) => assert_eq!(setting, named),
            other => panic!("{named}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_port_where_nobody_listens_is_unreachable() {
    let url = format!("redis://127.0.0.1:{}", free_port());
    assert!(matches!(refusal(&url).await, OpenError::Unreachable(Fault::Connection)));
    assert!(matches!(cluster_refusal(&url).await, OpenError::Unreachable(Fault::Connection)));
}

#[tokio::test]
async fn a_server_that_never_answers_is_unreachable() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("redis://{}", silent.local_addr().unwrap());
    assert!(matches!(refusal(&url).await, OpenError::Unreachable(Fault::Timeout)));
}

#[tokio::test]
async fn a_server_of_another_kind_is_told() {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("redis://{}", other.local_addr().unwrap());
    std::thread::spawn(move || {
        for connection in other.incoming() {
            let mut connection = connection.unwrap();
            let _ = connection.read(&mut [0; 100]);
            let _ = connection.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    let error = refusal(&url).await;
    assert!(matches!(error, OpenError::NotRedis), "{error:?}");
}

#[tokio::test]
async fn a_password_that_is_missing_or_wrong_is_told_and_not_repeated() {
    let server = Redis::start_with(&["--requirepass", "swordfish"]);
    let address = server.url().replace("redis://", "");
    for url in [format!("redis://{address}"), format!("redis://:hunter2@{address}")] {
        let error = refusal(&url).await;
        assert!(matches!(error, OpenError::NotAllowed(_)), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }
    let store = quick().open(&format!("redis://:swordfish@{address}")).await.unwrap();
    assert!(!format!("{store:?}").contains("swordfish"));
}

#[tokio::test]
async fn a_user_who_may_not_run_scripts_is_told() {
    let server = Redis::start();
    let url = server.url().replace("redis://", "redis://reader:pass@");
    server.cli(&["ACL", "SETUSER", "reader", "on", ">pass", "~*", "+@read", "+info"]);
    assert!(matches!(refusal(&url).await, OpenError::NotAllowed(_)));
}

/// With the rights that the README gives.
#[tokio::test]
async fn a_user_who_may_do_what_is_needed_and_no_more_is_enough() {
    let cluster = RedisCluster::start();
    let rights = "on >pass +@read +@write +@scripting +info +time +wait +ping +asking +cluster ~kycvs:*";
    for node in cluster.nodes() {
        let words: Vec<&str> = ["ACL", "SETUSER", "kycvs"].into_iter().chain(rights.split(' ')).collect();
        assert_eq!(node.cli(&words).trim(), "OK");
    }
    let urls = cluster.urls().into_iter().map(|url| url.replace("redis://", "redis://kycvs:pass@"));
    let builder = patient().namespace("kycvs").wait_for_replicas(1, Duration::from_secs(5));
    let store = builder.open_cluster(urls).await.expect("it need not be told the eviction policy");
    let one = [limit(1, 60)];
    let uses = [0, 1, 2, 3].map(|tag| LimitUse { key: key_of_tag(tag * 200, 7), limits: &one });
    store.put(&Key::from([7; 16]), None, vec![], at(60)).await.unwrap();
    assert_eq!(store.take(at(0), &uses).await.unwrap(), Decision::Allowed);
    store.clear(&[uses[0].key]).await.unwrap();
    assert_eq!(ChallengeStore::purge(&store, at(60)).await.unwrap(), 1);
    assert_eq!(LimitStore::purge(&store, at(60)).await.unwrap(), 3);
}

#[tokio::test]
async fn a_server_that_evicts_is_refused() {
    let server = Redis::start_with(&["--maxmemory-policy", "allkeys-lru"]);
    assert!(matches!(refusal(&server.url()).await, OpenError::Evicts));
}

#[tokio::test]
async fn a_replica_is_refused() {
    let (primary, replica) = (Redis::start(), Redis::start());
    replica.cli(&["REPLICAOF", "127.0.0.1", &primary.port().to_string()]);
    assert!(matches!(refusal(&replica.url()).await, OpenError::Replica));
}

#[tokio::test]
async fn a_single_server_is_no_cluster_and_a_cluster_no_single_server() {
    assert!(matches!(cluster_refusal(&SERVER.url()).await, OpenError::NotACluster));
    assert!(matches!(refusal(&CLUSTER.urls()[0]).await, OpenError::IsACluster));
}

#[tokio::test]
async fn a_cluster_that_does_not_serve_all_slots_is_down() {
    let lone = Redis::start_with(&["--cluster-enabled", "yes"]);
    assert!(matches!(cluster_refusal(&lone.url()).await, OpenError::ClusterDown));
}

#[tokio::test]
async fn a_cluster_is_found_by_any_of_its_nodes_that_is_up() {
    let urls = [format!("redis://127.0.0.1:{}", free_port()), CLUSTER.urls()[5].clone()];
    let store = patient().open_cluster(urls).await.unwrap();
    store.put(&Key::from([7; 16]), None, vec![], at(60)).await.unwrap();
}

#[tokio::test]
async fn a_cluster_that_lost_slots_answers_so() {
    let mut cluster = RedisCluster::start();
    let store = quick().open_cluster(cluster.urls()).await.unwrap();
    let replicas = cluster.freeze_replicas();
    let primary = cluster.primary_of("{000}");
    let other = (1..1024).find(|tag| cluster.primary_of(&format!("{{{tag:03x}}}")) != primary).unwrap();
    cluster.kill(primary);
    let elsewhere = key_of_tag(other, 1);
    let down = async { while fault_of(store.load(&elsewhere).await) != Some(Fault::Server("CLUSTERDOWN".into())) {} };
    tokio::time::timeout(Duration::from_secs(30), down).await.expect("the cluster notices");
    replicas.iter().for_each(|place| cluster.nodes()[*place].thaw());
}

#[tokio::test]
async fn what_no_adapter_wrote_is_damaged_and_not_overwritten() {
    let server = Redis::start();
    let store = quick().namespace("kycvs").open(&server.url()).await.unwrap();
    let id = Key::from([0; 16]);
    let (request, uses) =
        ("kycvs:{000}:c:00000000000000000000000000000000", "kycvs:{000}:l:00000000000000000000000000000000");
    let one = [limit(1, 60)];
    let asked = [LimitUse { key: id, limits: &one }];
    for command in [["SET", request, "short"], ["RPUSH", request, "of another type"]] {
        server.cli(&["DEL", request]);
        server.cli(&command);
        let before = server.cli(&["DUMP", request]);
        assert!(matches!(store.load(&id).await, Err(StoreError::Damaged { what: "challenge" })), "{command:?}");
        let put = store.put(&id, Some(Version::FIRST), vec![], at(60)).await;
        assert!(matches!(put, Err(StoreError::Damaged { what: "challenge" })), "{command:?}: {put:?}");
        assert_eq!(server.cli(&["DUMP", request]), before);
    }
    for command in
        [&["HSET", uses, "u", "short"][..], &["HSET", uses, "someone", "x"], &["SET", uses, "of another type"]]
    {
        server.cli(&["DEL", uses]);
        server.cli(command);
        let before = server.cli(&["DUMP", uses]);
        for answer in [store.take(at(0), &asked).await, store.check(at(0), &asked).await] {
            assert!(matches!(answer, Err(StoreError::Damaged { what: "limit" })), "{command:?}: {answer:?}");
        }
        assert_eq!(server.cli(&["DUMP", uses]), before);
        store.clear(&[id]).await.unwrap();
        assert_eq!(store.take(at(0), &asked).await.unwrap(), Decision::Allowed, "a cleared key is good again");
    }
}

#[tokio::test]
async fn a_record_that_the_server_would_forget_at_once_is_refused() {
    let store = quick().namespace(namespace()).open(&SERVER.url()).await.unwrap();
    let id = Key::from([7; 16]);
    let long_ago = chrono::DateTime::from_timestamp(1_600_000_000, 0).unwrap();
    assert_eq!(fault(store.put(&id, None, vec![], long_ago).await), Fault::Clock);
    assert_eq!(store.load(&id).await.unwrap(), None);
}

#[tokio::test]
async fn every_key_expires() {
    let server = Redis::start();
    let store = quick().open(&server.url()).await.unwrap();
    let (one, key) = ([limit(1, 60)], Key::from([7; 16]));
    store.put(&key, None, vec![], at(60)).await.unwrap();
    assert_eq!(store.take(at(0), &[LimitUse { key, limits: &one }]).await.unwrap(), Decision::Allowed);
    let keys = server.cli(&["KEYS", "*"]);
    assert_eq!(keys.lines().count(), 4, "a request, a limit, and an index for each: {keys}");
    for key in keys.lines() {
        assert!(server.cli(&["PTTL", key]).trim().parse::<i64>().unwrap() > 0, "{key}");
    }
}

fn fault_of<T>(answer: Result<T, StoreError>) -> Option<Fault> {
    let Err(StoreError::Unavailable(source)) = answer else { return None };
    source.downcast_ref().cloned()
}
