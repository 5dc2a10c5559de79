//! The rules of [`ChallengeStore`].

use std::sync::Arc;

use chrono::{DateTime, Utc};
use kycvs_store::{ChallengeStore, Key, MAX_BODY_BYTES, StoreError, Version, Versioned};

use crate::support::{
    assert_conflict, assert_one_winner, assert_too_large, at, awkward_bodies, awkward_keys, key, race,
};

/// Names the rules of [`challenge`](crate::challenge) as tests of a store.
#[macro_export]
macro_rules! challenge_store {
    ($store:expr) => {
        mod challenge_store {
            use super::*;
            $crate::name_rules!(
                challenge,
                ::std::sync::Arc::new($store),
                [
                    an_absent_challenge_reads_as_none,
                    each_put_adds_one_to_the_version,
                    bodies_and_keys_are_kept_byte_for_byte,
                    a_body_of_64_kib_is_kept_and_one_byte_more_is_refused,
                    a_stale_put_is_refused_and_changes_nothing,
                    of_a_thousand_concurrent_puts_one_wins,
                    no_concurrent_attempt_is_lost,
                    purge_forgets_what_is_due_and_nothing_else,
                    the_purge_time_of_the_last_put_counts,
                    a_purged_challenge_is_as_if_it_never_was,
                    a_put_and_a_purge_at_once_leave_no_half_record,
                ]
            );
        }
    };
}

type Store = Arc<dyn ChallengeStore>;

/// `load` answers `None` for an id that was never put.
pub async fn an_absent_challenge_reads_as_none(store: Store) {
    assert_eq!(load(&store, key(1)).await, None, "load of an absent id");
    put(&store, key(1), None, b"here", at(60)).await;
    assert_eq!(load(&store, key(2)).await, None, "load of an absent id beside one that is there");
}

/// `put` answers the version that `load` then reads: FIRST, then one more at each put.
pub async fn each_put_adds_one_to_the_version(store: Store) {
    let mut expected = None;
    for round in 0..5_u8 {
        let version = put(&store, key(1), expected, &[round], at(60)).await;
        assert_eq!(version, Version::after(expected), "the version that put {round} answers");
        let stored = load(&store, key(1)).await;
        assert_eq!(stored, Some(Versioned { body: vec![round], version }), "what is read after put {round}");
        expected = Some(version);
    }
}

/// Any bytes come back as they were put, also under ids that look alike.
pub async fn bodies_and_keys_are_kept_byte_for_byte(store: Store) {
    let ids = awkward_keys();
    let mut expected = None;
    for body in awkward_bodies() {
        let body_at = |place: usize| [&body[..], &place.to_be_bytes()].concat();
        for (place, id) in ids.iter().enumerate() {
            put(&store, *id, expected, &body_at(place), at(60)).await;
        }
        for (place, id) in ids.iter().enumerate() {
            assert_eq!(load(&store, *id).await.map(|read| read.body), Some(body_at(place)), "the body at {id:?}");
        }
        expected = Some(Version::after(expected));
    }
    put(&store, key(1), None, b"", at(60)).await;
    assert_eq!(load(&store, key(1)).await.map(|read| read.body), Some(vec![]), "an empty body is there, not absent");
}

/// [`MAX_BODY_BYTES`] are kept; one more is refused, and what was there stays.
pub async fn a_body_of_64_kib_is_kept_and_one_byte_more_is_refused(store: Store) {
    let largest = vec![7; MAX_BODY_BYTES];
    let too_large = vec![7; MAX_BODY_BYTES + 1];
    let version = put(&store, key(1), None, &largest, at(60)).await;
    assert_too_large(store.put(&key(1), Some(version), too_large.clone(), at(60)).await, "MAX_BODY_BYTES + 1");
    assert_eq!(load(&store, key(1)).await, Some(Versioned { body: largest, version }), "a body of MAX_BODY_BYTES");
    assert_too_large(store.put(&key(2), None, too_large, at(60)).await, "MAX_BODY_BYTES + 1 as a first put");
    assert_eq!(load(&store, key(2)).await, None, "a put refused as TooLarge leaves nothing");
}

/// A writer that names another version gets a conflict; body, version and purge time stay.
pub async fn a_stale_put_is_refused_and_changes_nothing(store: Store) {
    let absent = store.put(&key(1), Some(Version::FIRST), b"x".to_vec(), at(60)).await;
    assert_conflict(absent, "a version was expected where there is no record");
    assert_eq!(load(&store, key(1)).await, None, "a refused put leaves nothing");

    let first = put(&store, key(1), None, b"one", at(60)).await;
    let second = put(&store, key(1), Some(first), b"two", at(60)).await;
    for (expected, rule) in [
        (None, "no record was expected where there is one"),
        (Some(first), "an older version was expected"),
        (Some(second.next()), "a version that does not exist yet was expected"),
    ] {
        assert_conflict(store.put(&key(1), expected, b"x".to_vec(), at(0)).await, rule);
    }
    assert_eq!(purge(&store, at(59)).await, 0, "a refused put does not change when a record may be forgotten");
    let kept = Versioned { body: b"two".to_vec(), version: second };
    assert_eq!(load(&store, key(1)).await, Some(kept), "refused puts change neither body nor version");
}

/// A thousand concurrent writers of one version: one succeeds. A used code rests on this.
pub async fn of_a_thousand_concurrent_puts_one_wins(store: Store) {
    for expected in [None, Some(Version::FIRST)] {
        let answers = race(1000, |number| {
            let store = store.clone();
            async move { store.put(&key(1), expected, number.to_be_bytes().to_vec(), at(60)).await }
        })
        .await;
        assert_one_winner(answers);
    }
}

/// 64 writers that each load, add one and put, again after a conflict, count to 64.
pub async fn no_concurrent_attempt_is_lost(store: Store) {
    race(64, |_| {
        let store = store.clone();
        async move {
            loop {
                let read = load(&store, key(1)).await;
                let count = read.as_ref().map_or(0, |read| read.body[0]) + 1;
                match store.put(&key(1), read.map(|read| read.version), vec![count], at(60)).await {
                    Ok(_) => break,
                    Err(StoreError::Conflict) => {}
                    Err(other) => panic!("a concurrent writer gets Ok or Conflict, not {other:?}"),
                }
            }
        }
    })
    .await;
    let read = load(&store, key(1)).await.expect("the counter is there");
    assert_eq!((read.body[0], read.version.get()), (64, 64), "puts that were answered with Ok are missing");
}

/// `purge` forgets the records due at or before `now`, counts them, and keeps the others.
pub async fn purge_forgets_what_is_due_and_nothing_else(store: Store) {
    for number in 0..20 {
        put(&store, key(number), None, b"x", at(i64::try_from(number).unwrap_or(0))).await;
    }
    assert_eq!(purge(&store, at(-1)).await, 0, "nothing is due yet");
    assert_eq!(purge(&store, at(9)).await, 10, "due at 0 to 9 seconds, the tenth exactly now");
    for number in 0..20 {
        let there = load(&store, key(number)).await.is_some();
        assert_eq!(there, number > 9, "the record due at {number} s, after a purge at 9 s");
    }
    assert_eq!(purge(&store, at(9)).await, 0, "what was purged is not purged again");
}

/// A later put may move the purge time later or earlier; the one before it counts no more.
pub async fn the_purge_time_of_the_last_put_counts(store: Store) {
    let later = put(&store, key(1), None, b"x", at(10)).await;
    put(&store, key(1), Some(later), b"x", at(100)).await;
    let earlier = put(&store, key(2), None, b"x", at(100)).await;
    put(&store, key(2), Some(earlier), b"x", at(10)).await;
    assert_eq!(purge(&store, at(10)).await, 1, "of two records one is due now");
    assert!(load(&store, key(1)).await.is_some(), "the record whose purge time was moved later is there");
    assert!(load(&store, key(2)).await.is_none(), "the record whose purge time was moved earlier is gone");
    assert_eq!(purge(&store, at(100)).await, 1, "each record is purged once");
}

/// After a purge the old version is refused, and a first put starts at FIRST with a purge time of its own.
pub async fn a_purged_challenge_is_as_if_it_never_was(store: Store) {
    let version = put(&store, key(1), None, b"old", at(10)).await;
    assert_eq!(purge(&store, at(10)).await, 1, "the record is due");
    assert_conflict(store.put(&key(1), Some(version), b"x".to_vec(), at(60)).await, "the version was purged");
    assert_eq!(put(&store, key(1), None, b"new", at(60)).await, Version::FIRST, "a first put after a purge");
    assert_eq!(purge(&store, at(59)).await, 0, "the old purge time counts no more");
    assert_eq!(load(&store, key(1)).await.map(|read| read.body), Some(b"new".to_vec()), "the new record");
}

/// A put that moves the purge time on, at the same moment as a purge: it is kept, or was too late; nothing between.
pub async fn a_put_and_a_purge_at_once_leave_no_half_record(store: Store) {
    for round in 0..50 {
        let version = put(&store, key(round), None, b"old", at(10)).await;
        let answers = race(2, |number| {
            let store = store.clone();
            async move {
                if number == 0 {
                    purge(&store, at(10)).await;
                    return None;
                }
                Some(store.put(&key(round), Some(version), b"new".to_vec(), at(60)).await)
            }
        })
        .await;
        let stored = load(&store, key(round)).await.map(|read| read.body);
        match answers.into_iter().flatten().next() {
            Some(Ok(_)) => assert_eq!(stored, Some(b"new".to_vec()), "a put that was answered with Ok is kept"),
            Some(answer) => {
                assert_conflict(answer, "a put after the purge");
                assert_eq!(stored, None, "a put that was refused leaves nothing");
            }
            None => unreachable!("one of the two tasks puts"),
        }
    }
}

async fn put(store: &Store, id: Key, expected: Option<Version>, body: &[u8], purge_at: DateTime<Utc>) -> Version {
    store.put(&id, expected, body.to_vec(), purge_at).await.expect("a put at the stored version succeeds")
}

async fn load(store: &Store, id: Key) -> Option<Versioned<Vec<u8>>> {
    store.load(&id).await.expect("load answers")
}

async fn purge(store: &Store, now: DateTime<Utc>) -> u64 {
    store.purge(now).await.expect("purge answers")
}
