//! The rules of [`AnswerStore`].

use std::sync::Arc;

use kycvs_store::{
    Advance, AnswerStore, AnswerWrite, BoardStore, Key, MAX_BODY_BYTES, Page, Posting, Topic, Version, Versioned,
};

use crate::support::{assert_conflict, assert_one_winner, assert_too_large, at, entry, key, lasting, race, today};

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
                    an_answer_writes_all_its_entries_and_postings_or_nothing,
                    six_consents_of_one_answer_are_written_with_their_lines_and_postings_or_not_at_all,
                    of_concurrent_answers_one_wins_with_both_its_parts,
                    of_concurrent_families_that_share_a_line_one_wins_whole,
                ]
            );
        }
    };
}

type Store = Arc<dyn AnswerStore>;

const TOPIC: Topic = Topic(1);

/// Both parts are there, as `put` and `append` would have left them, and purge knows when the request is due.
pub async fn an_answer_replaces_the_request_and_begins_the_consent(store: Store) {
    let expected = open(&store, 1).await;
    store.answer(answer(1, expected, b"yes")).await.expect("an answer to the version that was read");
    assert_eq!(request(&store, 1).await, Some(Versioned { body: b"yes".to_vec(), version: expected.next() }));
    assert_eq!(consent(&store, 1).await, [b"yes"]);
    store.record(vec![entry(today(1), 1, b"withdrawn")], vec![]).await.expect("entry 1 follows entry 0");
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
    store.record(vec![entry(today(1), 0, b"earlier")], vec![]).await.expect("entry 0 is written");
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
        AnswerWrite { entries: vec![entry(today(1), 0, &larger)], ..answer(1, expected, b"yes") },
        AnswerWrite { postings: vec![posting(1, &larger)], ..answer(1, expected, b"yes") },
    ] {
        assert_too_large(store.answer(write).await, "a part of MAX_BODY_BYTES + 1");
        assert!(consent(&store, 1).await.is_empty(), "nothing of a refused answer is written");
    }
    store.answer(answer(1, expected, &largest)).await.expect("both parts of MAX_BODY_BYTES");
    assert_eq!(consent(&store, 1).await, [largest]);
}

/// Several entries and a posting go with one answer; one of them that is there already keeps all from being written.
pub async fn an_answer_writes_all_its_entries_and_postings_or_nothing<S: AnswerStore + BoardStore + 'static>(
    store: Arc<S>,
) {
    let requests: Store = store.clone();
    let expected = [open(&requests, 1).await, open(&requests, 2).await, open(&requests, 3).await];
    let full = |number: u64, line: u64, posted: u64| AnswerWrite {
        entries: vec![
            entry(today(number), 0, b"consent"),
            entry(today(line), 0, b"line"),
            entry(today(line), 1, b"next"),
        ],
        postings: vec![posting(posted, b"waits")],
        ..answer(number, expected[usize::try_from(number).expect("a small number") - 1], b"yes")
    };
    store.answer(full(1, 11, 21)).await.expect("an answer with two ids and a posting");
    assert_conflict(store.answer(full(2, 11, 22)).await, "a line that is there");
    assert_conflict(store.answer(full(2, 12, 21)).await, "a posting that waits");
    for number in [2, 12] {
        assert!(consent(&requests, number).await.is_empty(), "no entry of a refused answer is written");
    }
    assert_eq!(request(&requests, 2).await.map(|read| read.body), Some(b"open".to_vec()), "nor its request");
    assert_eq!(consent(&requests, 11).await, [b"line", b"next"], "what was there is as it was");
    assert_eq!(store.pending(TOPIC, 10).await.expect("pending answers"), [posting(21, b"waits")], "nor its posting");
    store.answer(full(3, 13, 23)).await.expect("another answer");
    assert_eq!(store.pending(TOPIC, 10).await.expect("pending answers").len(), 2);
}

/// A family of six answers with one request. Whichever of their consents, lines or postings is there already keeps all the
/// others from being written; and an answer that is given again is refused and changes nothing.
pub async fn six_consents_of_one_answer_are_written_with_their_lines_and_postings_or_not_at_all<
    S: AnswerStore + BoardStore + 'static,
>(
    store: Arc<S>,
) {
    let requests: Store = store.clone();
    let expected = open(&requests, 1).await;
    let whole = family(1, expected);
    for (number, place) in (2..).zip(0..whole.entries.len()) {
        let other = family(number, open(&requests, number).await);
        let ids: Vec<_> = other.entries.iter().map(|entry| entry.id).collect();
        requests.record(vec![entry(ids[place], 0, b"earlier")], vec![]).await.expect("entry 0 is written");
        assert_conflict(store.answer(other).await, "an id that has an entry");
        let there = requests.read_many(&ids).await.expect("read_many answers").iter().flatten().count();
        assert_eq!(there, 1, "entry {place} was there, and nothing came to it");
    }
    for spoilt in &whole.postings {
        requests.record(vec![], vec![spoilt.clone()]).await.expect("a posting is written");
        assert_conflict(store.answer(whole.clone()).await, "a posting that waits");
        assert_eq!(waiting(&store).await, [spoilt.id], "nothing came to the posting that waits");
        let head = Page { id: lasting(1), body: vec![] };
        let expected = store.page(&head.id).await.expect("page answers").map(|page| page.version);
        let settled = vec![(spoilt.topic, spoilt.id)];
        store.advance(Advance { head, expected, pages: vec![], settled }).await.expect("a posting is settled");
    }
    assert_eq!(request(&requests, 1).await.map(|read| read.version), Some(expected), "the request is as it was");
    store.answer(whole.clone()).await.expect("an answer of six people");
    for _ in 0..2 {
        assert_conflict(store.answer(whole.clone()).await, "an answer that was given");
        for written in &whole.entries {
            assert_eq!(requests.read(&written.id).await.expect("read answers"), [&written.body[..]]);
        }
        assert_eq!(waiting(&store).await.len(), whole.postings.len(), "all postings wait, each once");
        assert_eq!(request(&requests, 1).await.map(|read| read.version), Some(expected.next()), "one new version");
    }
}

/// Sixteen families of one mobile take the same lines at once: one of them gets all it asked for, and the others nothing.
pub async fn of_concurrent_families_that_share_a_line_one_wins_whole(store: Store) {
    for round in 0..4 {
        let first = 100 * round;
        let mut expected = Vec::new();
        for number in 0..16 {
            expected.push(open(&store, first + number).await);
        }
        let write = move |number: u64, version| {
            let mut write = family(first + number, version);
            for (place, line) in (0..).zip(write.entries.iter_mut().skip(6)) {
                line.id = today(1_000_000 + first + place);
            }
            write
        };
        let answers = race(16, |writer| {
            let (store, number, version) = (store.clone(), writer as u64, expected[writer]);
            async move { (number, store.answer(write(number, version)).await) }
        })
        .await;
        for (number, answer) in &answers {
            let version = expected[usize::try_from(*number).expect("a small number")];
            let write = write(*number, version);
            let ids: Vec<_> = write.entries.iter().take(6).map(|entry| entry.id).collect();
            let there = store.read_many(&ids).await.expect("read_many answers").iter().flatten().count();
            let (consents, version) = if answer.is_ok() { (6, version.next()) } else { (0, version) };
            assert_eq!(there, consents, "the consents of family {number}");
            let stored = request(&store, first + number).await.map(|read| read.version);
            assert_eq!(stored, Some(version), "the request of family {number}");
        }
        assert_one_winner(answers.into_iter().map(|(_, answer)| answer).collect());
    }
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

/// An answer whose parts are alike, due at second 120.
fn answer(number: u64, expected: Version, body: &[u8]) -> AnswerWrite {
    let entries = vec![entry(today(number), 0, body)];
    AnswerWrite { request: key(number), expected, body: body.to_vec(), purge_at: at(120), entries, postings: vec![] }
}

/// An answer with six consents, six lines and six postings, each of an id of its own.
fn family(number: u64, expected: Version) -> AnswerWrite {
    let ids = |kind: u64| (0..6).map(move |place| 10_000 * kind + 6 * number + place);
    let entries = ids(1).map(|id| entry(today(id), 0, b"consent")).chain(ids(2).map(|id| entry(today(id), 0, b"line")));
    let postings = ids(3).map(|id| posting(id, b"waits"));
    AnswerWrite { entries: entries.collect(), postings: postings.collect(), ..answer(number, expected, b"yes") }
}

async fn waiting(store: &Arc<impl BoardStore>) -> Vec<Key> {
    store.pending(TOPIC, 100).await.expect("pending answers").into_iter().map(|posting| posting.id).collect()
}

fn posting(number: u64, body: &[u8]) -> Posting {
    Posting { topic: TOPIC, id: today(number), body: body.to_vec() }
}

async fn request(store: &Store, number: u64) -> Option<Versioned<Vec<u8>>> {
    store.load(&key(number)).await.expect("load answers")
}

async fn consent(store: &Store, number: u64) -> Vec<Vec<u8>> {
    store.read(&today(number)).await.expect("read answers")
}
