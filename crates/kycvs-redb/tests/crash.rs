//! What was acknowledged survives SIGKILL at any moment, and a disk that fails.
//!
//! The parent runs this test binary again as a child that writes and prints each acknowledged write; when the child has
//! ended, the parent opens the file and compares. A rule is checked against everything acknowledged in earlier rounds too.
#![allow(clippy::print_stdout)] // how the child acknowledges
#![cfg(unix)]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use kycvs_redb::RedbStore;
use kycvs_store::{
    ChallengeStore, ConsentLedger, Entry, HouseholdStore, HouseholdWrite, Key, StoreError, Version, Versioned,
};

/// Tells the child where to write.
const CHILD_FILE: &str = "KYCVS_CRASH_TEST_FILE";
const WRITERS: u8 = 8;
const PURGE_AT: DateTime<Utc> = DateTime::from_timestamp_nanos(i64::MAX);

/// The highest number acknowledged for each kind of record and writer.
type Acknowledged = BTreeMap<(String, u8), u64>;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_sigkill_at_random_moments() {
    if let Ok(path) = std::env::var(CHILD_FILE) {
        return write_until_the_end(&path).await;
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("kycvs.redb");
    let mut acknowledged = Acknowledged::new();
    for _ in 0..20 {
        let mut child = child(Command::new(std::env::current_exe().unwrap()), &path);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        while !note(&mut acknowledged, &lines.next().expect("the child writes").unwrap()) {}
        let reader = std::thread::spawn(move || lines.map(Result::unwrap).collect::<Vec<_>>());
        std::thread::sleep(Duration::from_micros(u64::from(random_below(60_000))));
        child.kill().unwrap();
        child.wait().unwrap();
        for line in reader.join().unwrap() {
            note(&mut acknowledged, &line);
        }
        assert_all_there(&path, &acknowledged).await;
    }
    assert_eq!(acknowledged.len(), 3 * usize::from(WRITERS), "each writer of each kind has written");
}

/// The shell limits the size of the child's files, so that the system refuses its writes in the middle. Then the child has
/// that lifted, as if the disk had room again, and writes on.
#[tokio::test]
async fn a_full_disk_answers_unavailable_loses_nothing_and_may_have_room_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("kycvs.redb");
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' XFSZ; ulimit -S -f 8192; exec \"$0\" \"$@\""]).arg(std::env::current_exe().unwrap());
    let child = child(shell, &path).wait_with_output().unwrap();
    assert!(child.status.success(), "the child ends by itself: {}", String::from_utf8_lossy(&child.stderr));
    let mut acknowledged = Acknowledged::new();
    let lines = String::from_utf8(child.stdout).unwrap();
    for line in lines.lines() {
        note(&mut acknowledged, line);
    }
    assert!(lines.lines().any(|line| line.ends_with("unavailable")), "the disk was full");
    assert!(lines.lines().any(|line| line == "there is room again"), "and then it was not");
    assert_all_there(&path, &acknowledged).await;
}

/// The child: 24 writers until the store answers Unavailable to one of them, or the process is killed. When there is room
/// again, the same store writes.
async fn write_until_the_end(path: &str) {
    let store = Arc::new(RedbStore::open(path).unwrap());
    let mut writers = Vec::new();
    for writer in 0..WRITERS {
        writers.push(tokio::spawn(put_until_unavailable(store.clone(), writer)));
        writers.push(tokio::spawn(append_until_unavailable(store.clone(), writer)));
        writers.push(tokio::spawn(write_until_unavailable(store.clone(), writer)));
    }
    for writer in writers {
        writer.await.unwrap();
    }
    let (id, process) = (Key::from([0xFE; 16]), std::process::id().to_string());
    let lifted = Command::new("prlimit").args(["--pid", &process, "--fsize=unlimited"]).status().unwrap();
    assert!(lifted.success(), "`prlimit` of util-linux lifts the limit");
    let first = Entry { id, seq: 0, body: vec![7; 60_000] };
    store.record(vec![first], vec![]).await.expect("the first write after there is room");
    assert_eq!(store.read(&id).await.unwrap().len(), 1, "and the first read");
    println!("there is room again");
}

async fn put_until_unavailable(store: Arc<RedbStore>, writer: u8) {
    let id = Key::from([writer; 16]);
    let mut version = store.load(&id).await.unwrap().map(|read| read.version);
    loop {
        let next = Version::after(version).get();
        let put = store.put(&id, version, next.to_be_bytes().to_vec(), PURGE_AT).await;
        if !acknowledge("challenge", writer, next, put.map(|put| version = Some(put))) {
            return;
        }
    }
}

/// Each record is of the same six consents, far from each other in the file.
async fn append_until_unavailable(store: Arc<RedbStore>, writer: u8) {
    let ids = consents(writer);
    let mut seq = u32::try_from(store.read(&ids[0]).await.unwrap().len()).unwrap();
    loop {
        let append = store.record(ids.map(|id| Entry { id, seq, body: entry(seq) }).into(), vec![]).await;
        seq += 1;
        if !acknowledge("consent", writer, seq.into(), append) {
            return;
        }
    }
}

/// Each batch replaces the same three records, far from each other in the file.
async fn write_until_unavailable(store: Arc<RedbStore>, writer: u8) {
    let keys = household_keys(writer);
    let mut expected = store.get(&keys[0]).await.unwrap().map(|read| read.version);
    loop {
        let next = Version::after(expected);
        let body = next.get().to_be_bytes().to_vec();
        let batch = keys.map(|key| HouseholdWrite { key, expected, body: body.clone() });
        expected = Some(next);
        if !acknowledge("household", writer, next.get(), store.write(batch.into()).await) {
            return;
        }
    }
}

/// Whether the store has answered Unavailable. It ends all writers, since those that only replace a record might go on.
static FULL: AtomicBool = AtomicBool::new(false);

/// Prints what was acknowledged, whole lines at a time; whether to write on.
fn acknowledge(kind: &str, writer: u8, number: u64, answer: Result<(), StoreError>) -> bool {
    match answer {
        Ok(()) => println!("ack {kind} {writer} {number}"),
        Err(StoreError::Unavailable(_)) => {
            FULL.store(true, Ordering::SeqCst);
            println!("{kind} {writer} unavailable");
        }
        Err(other) => panic!("the only writer of a record got {other:?}"),
    }
    !FULL.load(Ordering::SeqCst)
}

fn entry(seq: u32) -> Vec<u8> {
    seq.to_be_bytes().repeat(100)
}

fn consents(writer: u8) -> [Key; 6] {
    [0, 40, 80, 120, 160, 200].map(|far| Key::from([far + writer; 16]))
}

fn household_keys(writer: u8) -> [Key; 3] {
    [0, 100, 200].map(|far| Key::from([far + writer; 16]))
}

fn child(mut command: Command, path: &Path) -> std::process::Child {
    let test = "crash::what_was_acknowledged_survives_sigkill_at_random_moments";
    command.args(["--exact", test, "--nocapture"]).env(CHILD_FILE, path);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the child starts")
}

/// Whether the line acknowledges a write; the others are of the test harness.
fn note(acknowledged: &mut Acknowledged, line: &str) -> bool {
    let words: Vec<&str> = line.split(' ').collect();
    let ["ack", kind, writer, number] = words[..] else { return false };
    acknowledged.insert((kind.into(), writer.parse().unwrap()), number.parse().unwrap());
    true
}

async fn assert_all_there(path: &Path, acknowledged: &Acknowledged) {
    let store = RedbStore::open(path).expect("the file opens after a crash");
    let least = |kind: &str, writer| acknowledged.get(&(kind.to_owned(), writer)).copied().unwrap_or(0);
    for writer in 0..WRITERS {
        let id = Key::from([writer; 16]);
        let challenge = store.load(&id).await.unwrap();
        assert!(
            number(&challenge) >= least("challenge", writer),
            "an acknowledged put is lost: a used code lives again"
        );

        let family = store.read_many(&consents(writer)).await.unwrap();
        let entries = &family[0];
        assert!(entries.len() as u64 >= least("consent", writer), "an acknowledged consent is lost");
        assert!(family.iter().all(|other| other == entries), "a part of six consents is there");
        assert!((0..).zip(entries).all(|(seq, stored)| *stored == entry(seq)), "an entry is not what was appended");

        let households = store.get_many(&household_keys(writer)).await.unwrap();
        assert!(number(&households[0]) >= least("household", writer), "an acknowledged batch is lost");
        assert!(households.iter().all(|household| *household == households[0]), "a part of a batch is there");
    }
}

/// The version, which is also the body.
fn number(stored: &Option<Versioned<Vec<u8>>>) -> u64 {
    let Some(Versioned { body, version }) = stored else { return 0 };
    assert_eq!(*body, version.get().to_be_bytes(), "the body belongs to another version");
    version.get()
}

fn random_below(limit: u32) -> u32 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().subsec_nanos() / 7 % limit
}
