//! The contract between hosts: several processes write the same records at the same time.
//!
//! The parent runs this test binary again as its children. At each line it sends them, all of them go for the same record with
//! many tasks each, and tell how often they won.
#![allow(clippy::print_stdout)] // how a child answers

use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;

use crate::support::{builder, database, pgbouncer, server};
use chrono::{DateTime, Utc};
use kycvs_postgres::PostgresStore;
use kycvs_store::{
    Advance, AnswerStore, AnswerWrite, BoardStore, ChallengeStore, ConsentLedger, Day, Decision, Entry, HouseholdStore,
    HouseholdWrite, Key, Limit, LimitStore, LimitUse, Page, StoreError, Version,
};
use tokio::task::JoinSet;

/// Tells a child where to write, and whether through PgBouncer.
const CHILD_URL: &str = "KYCVS_PROCESSES_TEST_URL";
const CHILD_BOUNCED: &str = "KYCVS_PROCESSES_TEST_BOUNCED";
const CHILDREN: usize = 3;
const TASKS: u8 = 40;
const ROUNDS: u64 = 20;

/// What is raced for, and how many of all may win a round.
const RACES: [(&str, usize); 7] =
    [("put", 1), ("answer", 1), ("append", 1), ("advance", 1), ("write", 1), ("copy", 1), ("take", 3)];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_several_processes_as_many_win_as_may() {
    if let Ok(url) = std::env::var(CHILD_URL) {
        return race_as_told(&url).await;
    }
    let name = database().await;
    race(&server().url(&name), false);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_several_processes_through_pgbouncer_as_many_win_as_may() {
    let name = database().await;
    race(&pgbouncer().url(&name), true);
}

fn race(url: &str, bounced: bool) {
    let mut children: Vec<Racer> = (0..CHILDREN).map(|_| Racer::start(url, bounced)).collect();
    for round in 0..ROUNDS {
        for (what, may_win) in RACES {
            children.iter_mut().for_each(|child| child.tell(what, round));
            let won: usize = children.iter_mut().map(Racer::answer).sum();
            assert_eq!(won, may_win, "winners of {what} in round {round}");
        }
    }
}

/// A child, as the parent has it.
struct Racer {
    child: Child,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Racer {
    fn start(url: &str, bounced: bool) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "processes::of_several_processes_as_many_win_as_may", "--nocapture"]);
        command.env(CHILD_URL, url).env(CHILD_BOUNCED, bounced.to_string());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the child starts");
        let answers = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, answers }
    }

    fn tell(&mut self, what: &str, round: u64) {
        writeln!(self.child.stdin.as_mut().unwrap(), "{what} {round}").expect("the child listens");
    }

    /// The lines of the test harness are passed over.
    fn answer(&mut self) -> usize {
        let answered = |line: std::io::Result<String>| line.unwrap().split_once("won ")?.1.parse().ok();
        self.answers.by_ref().find_map(answered).expect("the child answers")
    }
}

impl Drop for Racer {
    fn drop(&mut self) {
        drop(self.child.stdin.take()); // its input ends, and so does it
        let _ = self.child.wait();
    }
}

async fn race_as_told(url: &str) {
    let bounced = std::env::var(CHILD_BOUNCED).is_ok_and(|bounced| bounced == "true");
    let builder = if bounced { builder(url).through_pgbouncer() } else { builder(url) };
    let store = Arc::new(builder.open().await.unwrap());
    for line in std::io::stdin().lines() {
        let line = line.unwrap();
        let (what, round) = line.split_once(' ').unwrap();
        let mut tasks = JoinSet::new();
        for task in 0..TASKS {
            tasks.spawn(attempt(store.clone(), what.to_owned(), round.parse().unwrap(), task));
        }
        println!("won {}", tasks.join_all().await.into_iter().filter(|won| *won).count());
    }
}

/// Whether it won; anything but a conflict or a refusal is a failure.
async fn attempt(store: Arc<PostgresStore>, what: String, round: u64, task: u8) -> bool {
    let body = vec![task; 50];
    let answer = match &what[..] {
        "put" => store.put(&key(round), None, body, now()).await.map(|_| ()),
        "answer" => {
            let (request, expected) = (key(round), Version::FIRST);
            let entries = vec![Entry { id: consent(round), seq: 0, body: body.clone() }];
            let write = AnswerWrite { request, expected, body, purge_at: now(), entries, postings: vec![] };
            store.answer(write).await
        }
        "append" => store.record(vec![Entry { id: consent(round), seq: 1, body }], vec![]).await,
        "advance" => {
            let expected = round.checked_sub(1).and(Version::from_stored(round));
            let (head, pages) = (Page { id: Key::lasting([1; 14]), body: body.clone() }, page(round, &body));
            store.advance(Advance { head, expected, pages, settled: vec![] }).await
        }
        "write" => store.write(batch(round, 10, task)).await,
        "copy" => store.write(batch(round + 1_000, 300, task)).await,
        _ => return take(&store, round).await,
    };
    match answer {
        Ok(()) => true,
        Err(StoreError::Conflict) => false,
        Err(other) => panic!("a writer that came too late gets a conflict, not {other:?}"),
    }
}

/// A consent of its own day, so that each round finds no partition for it.
fn consent(round: u64) -> Key {
    Key::on_day(Day::FIRST.after(u16::try_from(round).unwrap()), [1; 14])
}

/// Two pages that are replaced in each round.
fn page(round: u64, body: &[u8]) -> Vec<Page> {
    let mut ids = [Key::lasting([2; 14]), Key::lasting([3; 14])];
    ids.rotate_left(usize::try_from(round).unwrap() % 2);
    ids.map(|id| Page { id, body: body.to_vec() }).into()
}

/// New households, by each task in an order of its own.
fn batch(round: u64, size: u64, task: u8) -> Vec<HouseholdWrite> {
    let mut keys: Vec<Key> = (0..size).map(|number| key(round * 1_000 + number)).collect();
    keys.rotate_left(usize::from(task) % 10);
    keys.into_iter().map(|key| HouseholdWrite { key, expected: None, body: vec![task; 50] }).collect()
}

/// Three may use the first key; the second has room for all.
async fn take(store: &PostgresStore, round: u64) -> bool {
    let limits = |max: u32| [Limit { max: max.try_into().unwrap(), per_seconds: 60.try_into().unwrap() }];
    let (few, many) = (limits(3), limits(1_000));
    let uses = [LimitUse { key: key(round), limits: &few }, LimitUse { key: key(round + 1_000), limits: &many }];
    store.take(now(), &uses).await.unwrap() == Decision::Allowed
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap()
}

fn key(number: u64) -> Key {
    Key::from((u128::from(number) + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835).to_be_bytes())
}
