//! The rules of [`AnswerStore`].

use std::sync::Arc;

use kycvs_store::{AnswerStore, AnswerWrite, MAX_BODY_BYTES, Version, Versioned};

use crate::support::{assert_conflict, assert_one_winner, assert_too_large, at, key, race};

/// Names the rules of [`answer`](crate::answer) as tests of a store.
#[macro_export]
macro_rules! answer_store {
    ($store:expr) => {
        mod answer_store {
            use super::*;
            $crate::name_rules!(
                answer,
                ::std::sync::Arc::new($store),
                [
                    an_answer_replaces_the_request_and_begins_the_consent,
                    an_answer_to_another_version_writes_neither,
                    an_answer_whose_consent_is_there_writes_neither,
                    an_answer_too_large_in_either_part_writes_neither,
                    of_concurrent_answers_one_wins_with_both_its_parts,
                ]
            );
        }
    };
}

type Store = Arc<dyn AnswerStore>;

/// Both parts are there, as `put` and `append` would have left them, and purge knows when the request is due.
pub async fn an_answer_replaces_the_request_and_begins_the_consent(store: Store) {
    let expected = open(&store, 1).await;
    store.answer(answer(1, expected, b"yes")).await.expect("an answer to the version that was read");
    assert_eq!(request(&store, 1).await, Some(Versioned { body: b"yes".to_vec(), version: expected.next() }));
    assert_eq!(consent(&store, 1).await, [b"yes"]);
    store.append(&consent_key(1), 1, b"withdrawn".to_vec()).await.expect("entry 1 follows entry 0");
    assert_eq!(store.purge(at(119)).await.expect("purge answers"), 0, "the answer moved the time of the purge");
    assert_eq!(store.purge(at(120)).await.expect("purge answers"), 1, "the request is due");
    assert_eq!(consent(&store, 1).await.len(), 2, "a purge of requests takes no consent");
}

/// A request that changed, or is not there, keeps its answer from being written, and the consent too.
pub async fn an_answer_to_another_version_writes_neither(store: Store) {
    let expected = open(&store, 1).await;
    for (number, version, rule) in
        [(1, expected.next(), "another version"), (2, expected, "a request that is not there")]
    {
        assert_conflict(store.answer(answer(number, version, b"yes")).await, rule);
        assert!(consent(&store, number).await.is_empty(), "{rule}: the consent is not written either");
    }
    assert_eq!(request(&store, 1).await.map(|read| read.body), Some(b"open".to_vec()), "the request is as it was");
    assert_eq!(request(&store, 2).await, None, "no request came to be");
}

/// A consent that has an entry keeps the answer from being written, and the request too.
pub async fn an_answer_whose_consent_is_there_writes_neither(store: Store) {
    let expected = open(&store, 1).await;
    store.append(&consent_key(1), 0, b"earlier".to_vec()).await.expect("entry 0 is appended");
    assert_conflict(store.answer(answer(1, expected, b"yes")).await, "a consent that is there");
    assert_eq!(consent(&store, 1).await, [b"earlier"], "the consent is as it was");
    assert_eq!(request(&store, 1).await.map(|read| read.version), Some(expected), "the request is not written either");
}

/// Either part may have [`MAX_BODY_BYTES`], and neither one more.
pub async fn an_answer_too_large_in_either_part_writes_neither(store: Store) {
    let expected = open(&store, 1).await;
    let (largest, larger) = (vec![7; MAX_BODY_BYTES], vec![7; MAX_BODY_BYTES + 1]);
    for write in [
        AnswerWrite { body: larger.clone(), ..answer(1, expected, b"yes") },
        AnswerWrite { entry: larger, ..answer(1, expected, b"yes") },
    ] {
        assert_too_large(store.answer(write).await, "a part of MAX_BODY_BYTES + 1");
        assert!(consent(&store, 1).await.is_empty(), "nothing of a refused answer is written");
    }
    store.answer(answer(1, expected, &largest)).await.expect("both parts of MAX_BODY_BYTES");
    assert_eq!(consent(&store, 1).await, [largest]);
}

/// Of 64 concurrent answers one gets Ok, and the request and the consent are both that one's.
pub async fn of_concurrent_answers_one_wins_with_both_its_parts(store: Store) {
    for number in 0..8 {
        let expected = open(&store, number).await;
        let answers = race(64, |writer| {
            let store = store.clone();
            async move {
                let body = writer.to_be_bytes();
                store.answer(answer(number, expected, &body)).await?;
                Ok(body.to_vec())
            }
        })
        .await;
        let winner = answers.iter().find_map(|answer| answer.as_ref().ok().cloned());
        assert_one_winner::<Vec<u8>>(answers);
        assert_eq!(request(&store, number).await.map(|read| read.body), winner, "the request is the winner's");
        assert_eq!(consent(&store, number).await.pop(), winner, "the consent is the winner's");
    }
}

/// A request that waits for its answer, due at second 60.
async fn open(store: &Store, number: u64) -> Version {
    store.put(&key(number), None, b"open".to_vec(), at(60)).await.expect("a first put")
}

/// An answer whose two parts are alike, due at second 120.
fn answer(number: u64, expected: Version, body: &[u8]) -> AnswerWrite {
    let (request, consent) = (key(number), consent_key(number));
    AnswerWrite { request, expected, body: body.to_vec(), purge_at: at(120), consent, entry: body.to_vec() }
}

fn consent_key(number: u64) -> kycvs_store::Key {
    key(1_000_000 + number)
}

async fn request(store: &Store, number: u64) -> Option<Versioned<Vec<u8>>> {
    store.load(&key(number)).await.expect("load answers")
}

async fn consent(store: &Store, number: u64) -> Vec<Vec<u8>> {
    store.read(&consent_key(number)).await.expect("read answers")
}
