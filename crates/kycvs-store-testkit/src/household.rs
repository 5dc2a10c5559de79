//! The rules of [`HouseholdStore`].

use std::sync::Arc;
use std::task::{Context, Waker};

use kycvs_store::{HouseholdStore, HouseholdWrite, Key, MAX_BODY_BYTES, StoreError, Version, Versioned};

use crate::support::{assert_conflict, assert_one_winner, assert_too_large, awkward_bodies, awkward_keys, key, race};

/// Names the rules of [`household`](crate::household) as tests of a store.
#[macro_export]
macro_rules! household_store {
    ($store:expr) => {
        mod household_store {
            use super::*;
            $crate::name_rules!(
                household,
                ::std::sync::Arc::new($store),
                [
                    an_absent_household_reads_as_none,
                    each_write_adds_one_to_the_version,
                    bodies_and_keys_are_kept_byte_for_byte,
                    a_body_of_64_kib_is_kept_and_one_byte_more_is_refused,
                    a_stale_write_is_refused_and_changes_nothing,
                    a_batch_with_one_stale_write_writes_nothing,
                    a_key_twice_in_a_batch_is_refused,
                    an_empty_batch_is_accepted,
                    a_batch_of_a_thousand_is_accepted,
                    get_many_answers_every_place_it_was_asked,
                    of_concurrent_first_writers_one_wins,
                    no_concurrent_update_is_lost,
                    overlapping_batches_do_not_mix,
                    a_reader_sees_a_whole_batch_or_none_of_it,
                    a_write_that_is_given_up_is_whole_or_absent,
                ]
            );
        }
    };
}

type Store = Arc<dyn HouseholdStore>;

/// `get` and `get_many` answer `None` for a key that was never written.
pub async fn an_absent_household_reads_as_none(store: Store) {
    assert_eq!(get(&store, key(1)).await, None, "get of an absent key");
    write(&store, key(1), None, b"here").await;
    assert_eq!(get(&store, key(2)).await, None, "get of an absent key beside one that is there");
    let many = store.get_many(&[key(2)]).await.expect("get_many answers");
    assert_eq!(many, [None], "get_many of an absent key");
}

/// Versions are FIRST, then one more at each write.
pub async fn each_write_adds_one_to_the_version(store: Store) {
    let mut expected = None;
    for round in 0..5_u8 {
        write(&store, key(1), expected, &[round]).await;
        let version = Version::after(expected);
        assert_eq!(get(&store, key(1)).await, Some(Versioned { body: vec![round], version }), "after write {round}");
        expected = Some(version);
    }
}

/// Any bytes come back as they were written, also under keys that look alike.
pub async fn bodies_and_keys_are_kept_byte_for_byte(store: Store) {
    for body in awkward_bodies() {
        for (place, key) in awkward_keys().into_iter().enumerate() {
            let before = get(&store, key).await;
            let body = [&body[..], &[u8::try_from(place).unwrap_or(0)]].concat();
            write(&store, key, before.map(|read| read.version), &body).await;
        }
        for (place, key) in awkward_keys().into_iter().enumerate() {
            let body = [&body[..], &[u8::try_from(place).unwrap_or(0)]].concat();
            assert_eq!(get(&store, key).await.map(|read| read.body), Some(body), "the body at {key:?}");
        }
    }
    write(&store, key(1), None, b"").await;
    assert_eq!(get(&store, key(1)).await.map(|read| read.body), Some(vec![]), "an empty body is there, not absent");
}

/// [`MAX_BODY_BYTES`] are kept; one more is refused with the whole batch.
pub async fn a_body_of_64_kib_is_kept_and_one_byte_more_is_refused(store: Store) {
    let largest = vec![7; MAX_BODY_BYTES];
    write(&store, key(1), None, &largest).await;
    assert_eq!(get(&store, key(1)).await.map(|read| read.body), Some(largest), "a body of MAX_BODY_BYTES");

    let batch = vec![one(key(2), None, b"small"), one(key(3), None, &[7; MAX_BODY_BYTES + 1])];
    assert_too_large(store.write(batch).await, "a body of MAX_BODY_BYTES + 1");
    for key in [key(2), key(3)] {
        assert_eq!(get(&store, key).await, None, "a batch refused as TooLarge leaves nothing");
    }
}

/// A writer that names another version than the stored one gets a conflict, and the record stays.
pub async fn a_stale_write_is_refused_and_changes_nothing(store: Store) {
    let absent = store.write(vec![one(key(1), Some(Version::FIRST), b"x")]).await;
    assert_conflict(absent, "a version was expected where there is no record");
    assert_eq!(get(&store, key(1)).await, None, "a refused write leaves nothing");

    write(&store, key(1), None, b"one").await;
    write(&store, key(1), Some(Version::FIRST), b"two").await;
    let second = Version::FIRST.next();
    for (expected, rule) in [
        (None, "no record was expected where there is one"),
        (Some(Version::FIRST), "an older version was expected"),
        (Some(second.next()), "a version that does not exist yet was expected"),
    ] {
        assert_conflict(store.write(vec![one(key(1), expected, b"x")]).await, rule);
    }
    let kept = Versioned { body: b"two".to_vec(), version: second };
    assert_eq!(get(&store, key(1)).await, Some(kept), "refused writes change neither body nor version");
}

/// One stale write refuses all of its batch, wherever it is in it.
pub async fn a_batch_with_one_stale_write_writes_nothing(store: Store) {
    write(&store, key(0), None, b"kept").await;
    for stale_at in 0..3 {
        let mut batch = vec![one(key(1), None, b"x"), one(key(2), None, b"x")];
        batch.insert(stale_at, one(key(0), None, b"x"));
        assert_conflict(store.write(batch).await, "one write of the batch is stale");
        for key in [key(1), key(2)] {
            assert_eq!(get(&store, key).await, None, "the stale write stood at {stale_at}, and others were applied");
        }
    }
    assert_eq!(get(&store, key(0)).await.map(|read| read.body), Some(b"kept".to_vec()), "the record that was there");
}

/// A key is in a batch at most once; a batch that has it twice is a conflict with itself.
pub async fn a_key_twice_in_a_batch_is_refused(store: Store) {
    for second in [None, Some(Version::FIRST)] {
        let batch = vec![one(key(1), None, b"a"), one(key(2), None, b"b"), one(key(1), second, b"c")];
        assert_conflict(store.write(batch).await, "a key appears twice in a batch");
        for key in [key(1), key(2)] {
            assert_eq!(get(&store, key).await, None, "a batch with a key twice leaves nothing");
        }
    }
}

/// Nothing to write and nothing to read are no errors.
pub async fn an_empty_batch_is_accepted(store: Store) {
    store.write(vec![]).await.expect("an empty batch is written");
    assert_eq!(store.get_many(&[]).await.expect("no keys are read"), []);
}

/// An import writes batches of a thousand, new records and replaced ones mixed.
pub async fn a_batch_of_a_thousand_is_accepted(store: Store) {
    let some: Vec<Key> = (0..1000).step_by(3).map(key).collect();
    store.write(some.iter().map(|key| one(*key, None, b"old")).collect()).await.expect("a third is written");
    let all: Vec<Key> = (0..1000).map(key).collect();
    let read = store.get_many(&all).await.expect("a thousand keys are read");
    let batch = all.iter().zip(&read).map(|(key, read)| one(*key, read.as_ref().map(|r| r.version), key.as_bytes()));
    store.write(batch.collect()).await.expect("a batch of a thousand writes");
    let after = store.get_many(&all).await.expect("a thousand keys are read");
    for ((key, before), after) in all.iter().zip(read).zip(after) {
        let version = Version::after(before.map(|read| read.version));
        assert_eq!(after, Some(Versioned { body: key.as_bytes().to_vec(), version }), "the record at {key:?}");
    }
}

/// `get_many` keeps the order of the keys, answers a repeated key each time and an absent one with `None`.
pub async fn get_many_answers_every_place_it_was_asked(store: Store) {
    for number in [1_u8, 2, 3] {
        write(&store, key(number.into()), None, &[number]).await;
    }
    let asked = [3, 9, 1, 3, 2, 9, 1];
    let keys: Vec<Key> = asked.iter().map(|number| key(u64::from(*number))).collect();
    let read = store.get_many(&keys).await.expect("get_many answers");
    assert_eq!(read.len(), keys.len(), "get_many answers each key it was asked, repeated and absent ones too");
    for (number, read) in asked.into_iter().zip(read) {
        let expected = (number < 9).then(|| Versioned { body: vec![number], version: Version::FIRST });
        assert_eq!(read, expected, "get_many answers in the order of its keys");
    }
}

/// Of 64 concurrent first writers of a key, one succeeds and its body stays.
pub async fn of_concurrent_first_writers_one_wins(store: Store) {
    for round in 0..8 {
        let answers = race(64, |number| {
            let store = store.clone();
            async move {
                let body = number.to_be_bytes().to_vec();
                store.write(vec![HouseholdWrite { key: key(round), expected: None, body: body.clone() }]).await?;
                Ok(body)
            }
        })
        .await;
        let winner = answers.iter().find_map(|answer| answer.as_ref().ok().cloned());
        assert_one_winner::<Vec<u8>>(answers);
        let stored = get(&store, key(round)).await.map(|read| read.body);
        assert_eq!(stored, winner, "what is stored is what the one that got Ok wrote");
    }
}

/// 64 writers that each read, add one and write, again after a conflict, count to 64.
pub async fn no_concurrent_update_is_lost(store: Store) {
    race(64, |_| {
        let store = store.clone();
        async move {
            loop {
                let read = get(&store, key(1)).await;
                let count = read.as_ref().map_or(0, |read| read.body[0]) + 1;
                match store.write(vec![one(key(1), read.map(|read| read.version), &[count])]).await {
                    Ok(()) => break,
                    Err(StoreError::Conflict) => {}
                    Err(other) => panic!("a concurrent writer gets Ok or Conflict, not {other:?}"),
                }
            }
        }
    })
    .await;
    let read = get(&store, key(1)).await.expect("the counter is there");
    assert_eq!((read.body[0], read.version.get()), (64, 64), "updates that were answered with Ok are missing");
}

/// Of concurrent batches over the same keys, each in an order of its own, one is applied whole; none waits for ever.
pub async fn overlapping_batches_do_not_mix(store: Store) {
    let answers = race(64, |number| {
        let store = store.clone();
        async move {
            let mut keys: Vec<Key> = (0..10).map(key).collect();
            keys.rotate_left(number % 10);
            if number % 2 == 1 {
                keys.reverse();
            }
            store.write(keys.into_iter().map(|key| one(key, None, &number.to_be_bytes())).collect()).await
        }
    })
    .await;
    assert_one_winner(answers);
    let keys: Vec<Key> = (0..10).map(key).collect();
    let mut read = store.get_many(&keys).await.expect("get_many answers");
    assert!(read.iter().all(Option::is_some), "the batch that won is there with all its keys");
    read.dedup();
    assert_eq!(read.len(), 1, "all keys carry the body of the one batch that won");
}

/// While batches are written, no reader sees keys of one batch at different versions, or goes back in time.
pub async fn a_reader_sees_a_whole_batch_or_none_of_it(store: Store) {
    const ROUNDS: u64 = 100;
    let keys: Vec<Key> = (0..8).map(key).collect();
    race(5, |number| {
        let (store, keys) = (store.clone(), keys.clone());
        async move {
            if number == 0 {
                let mut expected = None;
                for _ in 0..ROUNDS {
                    let batch = keys.iter().map(|key| one(*key, expected, b"x")).collect();
                    store.write(batch).await.expect("the only writer has no conflict");
                    expected = Some(Version::after(expected));
                }
                return;
            }
            let version = |read: &Option<Versioned<Vec<u8>>>| read.as_ref().map_or(0, |read| read.version.get());
            let mut newest = 0;
            while newest < ROUNDS {
                let read = store.get_many(&keys).await.expect("get_many answers");
                let first = version(&read[0]);
                assert!(read.iter().all(|read| version(read) == first), "get_many saw a part of a batch");
                assert!(first >= newest, "a reader saw version {first} after {newest}");
                let last = version(&get(&store, keys[7]).await);
                assert!(last >= first, "get saw version {last} of a batch that get_many saw at {first}");
                newest = last;
                tokio::task::yield_now().await;
            }
        }
    })
    .await;
}

/// A caller that goes away while it waits leaves all of its batch or nothing, and the store works on.
pub async fn a_write_that_is_given_up_is_whole_or_absent(store: Store) {
    for round in 0..32 {
        let keys = [key(2 * round), key(2 * round + 1)];
        let mut call = store.write(keys.iter().map(|key| one(*key, None, b"x")).collect());
        // Each round a step further: before it is sent, while it is under way, before its answer is heard.
        for _ in 0..=round * round {
            if call.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(call);
    }
    write(&store, key(1000), None, b"the store works on").await;
    for round in 0..32 {
        let keys = [key(2 * round), key(2 * round + 1)];
        let read = store.get_many(&keys).await.expect("get_many answers");
        assert_eq!(read[0].is_some(), read[1].is_some(), "a write that was given up left a part of its batch");
    }
}

fn one(key: Key, expected: Option<Version>, body: &[u8]) -> HouseholdWrite {
    HouseholdWrite { key, expected, body: body.to_vec() }
}

async fn write(store: &Store, key: Key, expected: Option<Version>, body: &[u8]) {
    store.write(vec![one(key, expected, body)]).await.expect("a write at the stored version succeeds");
}

async fn get(store: &Store, key: Key) -> Option<Versioned<Vec<u8>>> {
    store.get(&key).await.expect("get answers")
}
