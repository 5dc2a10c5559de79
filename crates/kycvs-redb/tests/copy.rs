//! A copy that is taken while the store is written.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use kycvs_redb::{OpenError, RedbStore};
use kycvs_store::{ChallengeStore, ConsentLedger, Entry, HouseholdStore, HouseholdWrite, Key};

const WRITERS: u8 = 8;
const LATER: DateTime<Utc> = DateTime::from_timestamp_nanos(i64::MAX);

/// Two consents of one write, far from each other in the file.
fn pair(writer: u8) -> [Key; 2] {
    [writer, 200 + writer].map(|byte| Key::lasting([byte; 14]))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_acknowledged_before_a_copy_is_in_it_and_no_half_of_a_write() {
    let dir = tempfile::tempdir().unwrap();
    let store = Arc::new(RedbStore::open(dir.path().join("kycvs.redb")).unwrap());
    let (acknowledged, is_over) =
        (Arc::new([const { AtomicU32::new(0) }; WRITERS as usize]), Arc::new(AtomicBool::new(false)));
    let write = |writer: u8| {
        let (store, acknowledged, is_over) = (store.clone(), acknowledged.clone(), is_over.clone());
        tokio::spawn(async move {
            for seq in 0.. {
                let entries = pair(writer).map(|id| Entry { id, seq, body: seq.to_be_bytes().to_vec() });
                store.record(entries.into(), vec![]).await.unwrap();
                acknowledged[usize::from(writer)].store(seq + 1, Ordering::SeqCst);
                if is_over.load(Ordering::SeqCst) {
                    return;
                }
            }
        })
    };
    let writers: Vec<_> = (0..WRITERS).map(write).collect();
    for round in 0..10 {
        while acknowledged.iter().any(|count| count.load(Ordering::SeqCst) <= round) {
            tokio::task::yield_now().await;
        }
        let before = acknowledged.each_ref().map(|count| count.load(Ordering::SeqCst));
        let path = dir.path().join(format!("copy-{round}.redb"));
        let (from, to) = (store.clone(), path.clone());
        tokio::task::spawn_blocking(move || from.copy_to(to)).await.unwrap().unwrap();
        let copy = RedbStore::open(&path).unwrap();
        for (writer, before) in (0..WRITERS).zip(before) {
            let both = copy.read_many(&pair(writer)).await.unwrap();
            assert!(both[0].len() >= before as usize, "an acknowledged consent is missing");
            assert_eq!(both[0], both[1], "a half of a write is there");
        }
    }
    is_over.store(true, Ordering::SeqCst);
    for writer in writers {
        writer.await.unwrap();
    }
}

#[tokio::test]
async fn a_copy_is_a_store_like_the_one_it_was_taken_from() {
    let dir = tempfile::tempdir().unwrap();
    let store = RedbStore::open(dir.path().join("kycvs.redb")).unwrap();
    let (household, request, brief) = (Key::lasting([1; 14]), Key::lasting([2; 14]), Key::lasting([3; 14]));
    let write = HouseholdWrite { key: household, expected: None, body: b"a household".to_vec() };
    store.write(vec![write]).await.unwrap();
    let version = store.put(&request, None, b"a request".to_vec(), LATER).await.unwrap();
    store.put(&brief, None, b"a request that ends".to_vec(), DateTime::UNIX_EPOCH).await.unwrap();
    let path = dir.path().join("copy.redb");
    store.copy_to(&path).unwrap();
    let copy = RedbStore::open(&path).unwrap();
    assert_eq!(copy.get(&household).await.unwrap(), store.get(&household).await.unwrap());
    assert_eq!(copy.load(&request).await.unwrap(), store.load(&request).await.unwrap());
    // Versions and what is due go with it.
    copy.put(&request, Some(version), b"its next version".to_vec(), LATER).await.unwrap();
    assert_eq!(ChallengeStore::purge(&copy, DateTime::UNIX_EPOCH + TimeDelta::seconds(1)).await.unwrap(), 1);
    assert!(copy.load(&brief).await.unwrap().is_none());
}

#[test]
fn a_copy_replaces_nothing_and_one_that_fails_leaves_no_file() {
    let dir = tempfile::tempdir().unwrap();
    let store = RedbStore::open(dir.path().join("kycvs.redb")).unwrap();
    let taken = dir.path().join("taken");
    fs::write(&taken, b"something else").unwrap();
    assert!(matches!(store.copy_to(&taken), Err(OpenError::Io(_))));
    assert_eq!(fs::read(&taken).unwrap(), b"something else");
    let nowhere = dir.path().join("no-such-folder/copy.redb");
    assert!(matches!(store.copy_to(&nowhere), Err(OpenError::Io(_))));
    // The file of the host, empty and its own alone, is what is written to.
    let empty = dir.path().join("empty");
    fs::write(&empty, b"").unwrap();
    store.copy_to(&empty).unwrap();
    RedbStore::open(&empty).unwrap();
}

#[cfg(unix)]
#[test]
fn a_store_is_not_copied_onto_its_own_file_by_any_name() {
    let dir = tempfile::tempdir().unwrap();
    let [own, link, other, empty] = ["kycvs.redb", "link", "other", "empty"].map(|name| dir.path().join(name));
    let store = RedbStore::open(&own).unwrap();
    std::os::unix::fs::symlink(&own, &link).unwrap();
    fs::hard_link(&own, &other).unwrap();
    fs::create_dir(dir.path().join("folder")).unwrap();
    for path in [&own, &link, &other, &dir.path().join("folder/../kycvs.redb")] {
        assert!(store.is_at(path) && matches!(store.copy_to(path), Err(OpenError::OntoItself)), "{}", path.display());
    }
    fs::write(&empty, b"").unwrap();
    assert!(!store.is_at(&empty) && !store.is_at(dir.path().join("nothing")));
}
