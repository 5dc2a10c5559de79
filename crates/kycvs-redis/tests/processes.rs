//! The rules of concurrency with writers in several processes, as several hosts are.
//!
//! The parent runs this test binary again as children, which open the store, say that they are ready, wait for a line, and
//! race.
#![allow(clippy::print_stdout)] // how a child answers

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

use crate::support::{CLUSTER, SERVER, at, key_of_tag, limit, namespace, patient};
use kycvs_redis::RedisStore;
use kycvs_store::{ChallengeStore, Decision, Key, LimitStore, LimitUse, StoreError, Version};
use tokio::task::JoinSet;

/// Tells a child what to do: namespace and URLs, separated by spaces.
const CHILD: &str = "KYCVS_REDIS_CHILD";
const PROCESSES: usize = 4;
const TASKS: u32 = 250;
const ROUNDS: u8 = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_thousand_writers_in_four_processes_one_wins_on_a_server() {
    race("processes::of_a_thousand_writers_in_four_processes_one_wins_on_a_server", || vec![SERVER.url()]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_thousand_writers_in_four_processes_one_wins_on_a_cluster() {
    race("processes::of_a_thousand_writers_in_four_processes_one_wins_on_a_cluster", || CLUSTER.urls()).await;
}

/// In each round a thousand puts of one version, of which one may win, and a thousand uses of three keys whose limits leave
/// room for ten.
async fn race(test: &str, urls: impl Fn() -> Vec<String>) {
    if let Ok(told) = std::env::var(CHILD) {
        return run_child(&told).await;
    }
    let told = format!("{} {}", namespace(), urls().join(" "));
    let mut children: Vec<Child> = (0..PROCESSES).map(|_| start_child(test, &told)).collect();
    let mut lines: Vec<_> =
        children.iter_mut().map(|child| BufReader::new(child.stdout.take().unwrap()).lines()).collect();
    for round in 0..ROUNDS {
        for lines in &mut lines {
            assert!(lines.any(|line| line.unwrap().ends_with("ready")), "a child is ready");
        }
        for child in &mut children {
            child.stdin.as_mut().unwrap().write_all(b"go\n").unwrap();
        }
        let (mut won, mut allowed) = (0, 0);
        for lines in &mut lines {
            let line = lines.map(Result::unwrap).find(|line| line.starts_with("won ")).expect("a child answers");
            let numbers: Vec<u32> = line.split(' ').filter_map(|word| word.parse().ok()).collect();
            won += numbers[0];
            allowed += numbers[1];
        }
        assert_eq!((won, allowed), (1, 10), "puts that won, and uses that were allowed, in round {round}");
    }
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
}

fn start_child(test: &str, told: &str) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]).env(CHILD, told);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the child starts")
}

async fn run_child(told: &str) {
    let mut words = told.split(' ');
    let builder = patient().namespace(words.next().unwrap());
    let urls: Vec<&str> = words.collect();
    let store = match urls[..] {
        [url] => builder.open(url).await.unwrap(),
        _ => builder.open_cluster(urls).await.unwrap(),
    };
    for round in 0..ROUNDS {
        println!("\nready");
        std::io::stdin().read_line(&mut String::new()).unwrap();
        let mut tasks = JoinSet::new();
        for _ in 0..TASKS {
            tasks.spawn(put_and_take(store.clone(), round));
        }
        let answers = tasks.join_all().await;
        let count = |one: fn(&(bool, bool)) -> bool| answers.iter().filter(|answer| one(answer)).count();
        println!("won {} allowed {}", count(|(won, _)| *won), count(|(_, allowed)| *allowed));
    }
}

async fn put_and_take(store: RedisStore, round: u8) -> (bool, bool) {
    let won = match store.put(&key_of_tag(7, round), None, b"mine".to_vec(), at(60)).await {
        Ok(Version::FIRST) => true,
        Err(StoreError::Conflict) => false,
        other => panic!("a writer gets the first version or a conflict, not {other:?}"),
    };
    let (ten, many) = ([limit(10, 60)], [limit(13, 60)]);
    let key = |tag| -> Key { key_of_tag(tag, round) };
    let uses = [(11, &many), (400, &ten), (900, &many)].map(|(tag, limits)| LimitUse { key: key(tag), limits });
    let allowed = store.take(at(0), &uses).await.unwrap() == Decision::Allowed;
    (won, allowed)
}
