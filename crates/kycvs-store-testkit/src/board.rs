//! The rules of [`BoardStore`].

use std::collections::BTreeSet;
use std::sync::Arc;

use kycvs_store::{
    Advance, BoardStore, Day, Key, MAX_BODY_BYTES, MAX_PAGE_BYTES, Page, Posting, StoreError, Topic, Version, Versioned,
};

use crate::support::{
    assert_conflict, assert_one_winner, assert_too_large, awkward_bodies, awkward_keys, day, entry, lasting, race,
    today,
};

/// Names the rules of [`board`](crate::board) as tests of a store.
#[macro_export]
macro_rules! board_store {
    ($store:expr) => {
        mod board_store {
            use super::*;
            $crate::name_rules!(
                board,
                ::std::sync::Arc::new($store),
                [
                    postings_wait_in_their_topic_until_they_are_settled,
                    a_posting_that_waits_is_refused_with_all_of_its_call,
                    postings_that_arrive_in_any_order_all_wait,
                    postings_and_pages_are_kept_byte_for_byte,
                    a_page_of_256_kib_is_kept_and_one_byte_more_is_refused,
                    an_advance_replaces_the_head_and_its_pages_and_settles,
                    a_stale_advance_changes_nothing,
                    of_concurrent_advances_one_wins_with_all_its_parts,
                    what_is_posted_meanwhile_is_published_once,
                    pages_of_past_days_are_forgotten_and_no_posting,
                ]
            );
        }
    };
}

type Board = Arc<dyn BoardStore>;

const TOPIC: Topic = Topic(1);

/// `pending` answers what waits in the topic and nothing of another, at most as many as it was asked for.
pub async fn postings_wait_in_their_topic_until_they_are_settled(board: Board) {
    let other = Posting { topic: Topic(2), ..posting(1, b"another topic") };
    post(&board, vec![posting(1, b"one"), posting(2, b"two"), posting(3, b"three"), other.clone()]).await;
    assert_eq!(waiting(&board, TOPIC).await, ids([1, 2, 3]));
    assert_eq!(board.pending(TOPIC, 2).await.expect("pending answers").len(), 2, "no more than were asked for");
    assert!(board.pending(Topic(3), 10).await.expect("pending answers").is_empty(), "a topic with nothing in it");
    advance(&board, None, [], [2, 9]).await.expect("an advance that settles one that waits and one that is not there");
    assert_eq!(waiting(&board, TOPIC).await, ids([1, 3]));
    assert_eq!(board.pending(Topic(2), 10).await.expect("pending answers"), [other], "a topic of its own");
    post(&board, vec![posting(2, b"again")]).await;
    assert_eq!(waiting(&board, TOPIC).await, ids([1, 2, 3]), "what was settled may be posted again");
}

/// A posting that waits already, or appears twice, keeps the whole call from being written.
pub async fn a_posting_that_waits_is_refused_with_all_of_its_call(board: Board) {
    post(&board, vec![posting(1, b"first")]).await;
    let again = board.record(vec![entry(today(1), 0, b"entry")], vec![posting(2, b"new"), posting(1, b"second")]).await;
    assert_conflict(again, "a posting that waits");
    assert_conflict(board.record(vec![], vec![posting(3, b"x"), posting(3, b"x")]).await, "one posting twice");
    let stale = board.record(vec![entry(today(1), 1, b"entry")], vec![posting(4, b"new")]).await;
    assert_conflict(stale, "an entry that is not the next");
    let large = board.record(vec![entry(today(1), 0, b"entry")], vec![posting(5, &[7; MAX_BODY_BYTES + 1])]).await;
    assert_too_large(large, "a posting of MAX_BODY_BYTES + 1");
    assert!(board.read(&today(1)).await.expect("read answers").is_empty(), "no entry of a refused call is written");
    let waits = board.pending(TOPIC, 10).await.expect("pending answers");
    assert_eq!(waits, [posting(1, b"first")], "what waits is as it was, and nothing of a refused call waits");
}

/// Postings of concurrent calls, each with its entry, all wait, whichever call was first.
pub async fn postings_that_arrive_in_any_order_all_wait(board: Board) {
    let written = race(64, |number| {
        let (board, number) = (board.clone(), number as u64);
        async move { board.record(vec![entry(today(number), 0, b"entry")], vec![posting(number, b"posting")]).await }
    })
    .await;
    assert!(written.iter().all(Result::is_ok), "calls that have nothing in common do not stand in each other's way");
    assert_eq!(waiting(&board, TOPIC).await, ids(0..64));
}

/// Any bytes come back as they were, under keys that look alike.
pub async fn postings_and_pages_are_kept_byte_for_byte(board: Board) {
    let keys = awkward_keys();
    let mut expected = None;
    for body in awkward_bodies() {
        let postings = keys.iter().map(|id| Posting { topic: TOPIC, id: *id, body: body.clone() }).collect();
        post(&board, postings).await;
        let waits = board.pending(TOPIC, 100).await.expect("pending answers");
        let found: BTreeSet<Key> = waits.iter().map(|posting| posting.id).collect();
        assert_eq!(found, keys.iter().copied().collect());
        assert!(waits.iter().all(|posting| posting.body == body), "a posting of {} bytes", body.len());

        let pages: Vec<Page> = keys.iter().map(|id| Page { id: *id, body: body.clone() }).collect();
        let settled = keys.iter().map(|id| (TOPIC, *id)).collect();
        let head = Page { id: lasting(1), body: body.clone() };
        board
            .advance(Advance { head, expected, pages, settled })
            .await
            .expect("an advance of the version that was read");
        let version = Version::after(expected);
        for id in keys.iter().chain([&lasting(1)]) {
            assert_eq!(page(&board, *id).await, Some(Versioned { body: body.clone(), version }), "the page {id:?}");
        }
        expected = Some(version);
    }
}

/// Head and pages may have [`MAX_PAGE_BYTES`], and none of them one more.
pub async fn a_page_of_256_kib_is_kept_and_one_byte_more_is_refused(board: Board) {
    let (largest, larger) = (vec![7; MAX_PAGE_BYTES], vec![7; MAX_PAGE_BYTES + 1]);
    let write = |head: &[u8], body: &[u8]| Advance {
        head: Page { id: lasting(1), body: head.to_vec() },
        expected: None,
        pages: vec![Page { id: today(1), body: body.to_vec() }],
        settled: vec![],
    };
    assert_too_large(board.advance(write(&larger, b"page")).await, "a head of MAX_PAGE_BYTES + 1");
    assert_too_large(board.advance(write(b"head", &larger)).await, "a page of MAX_PAGE_BYTES + 1");
    assert_eq!((page(&board, lasting(1)).await, page(&board, today(1)).await), (None, None), "nothing was written");
    board.advance(write(&largest, &largest)).await.expect("head and page of MAX_PAGE_BYTES");
    assert_eq!(page(&board, today(1)).await.map(|read| read.body), Some(largest));
}

/// Head, pages and settled postings change together, and each page has its versions one after the other.
pub async fn an_advance_replaces_the_head_and_its_pages_and_settles(board: Board) {
    post(&board, vec![posting(1, b"one"), posting(2, b"two")]).await;
    let first = advance(&board, None, [1, 2], [1]).await.expect("a first head");
    let second = advance(&board, Some(first), [2, 3], [2]).await.expect("a second");
    assert_eq!((first, second), (Version::FIRST, Version::FIRST.next()));
    let versions = [(1, first), (2, second), (3, first)];
    for (number, version) in versions {
        assert_eq!(page(&board, today(number)).await.map(|read| read.version), Some(version), "page {number}");
    }
    assert!(waiting(&board, TOPIC).await.is_empty(), "both were settled");
    let twice = Advance { pages: vec![Page { id: lasting(1), body: vec![] }], ..written(Some(second), [], []) };
    assert_conflict(board.advance(twice).await, "a page that is the head, too");
    assert_conflict(advance(&board, Some(second), [4, 4], []).await, "a page twice");
    assert_eq!(page(&board, today(4)).await, None, "nothing of a refused advance is written");
}

/// An advance of another version than the head's writes no page and settles nothing.
pub async fn a_stale_advance_changes_nothing(board: Board) {
    post(&board, vec![posting(1, b"one")]).await;
    assert_conflict(advance(&board, Some(Version::FIRST), [1], [1]).await, "a head that is not there");
    let first = advance(&board, None, [2], []).await.expect("a first head");
    for stale in [None, Some(first.next())] {
        assert_conflict(advance(&board, stale, [1, 2], [1]).await, "another version of the head");
    }
    assert_eq!(page(&board, today(1)).await, None, "no page came to be");
    assert_eq!(page(&board, today(2)).await.map(|read| read.version), Some(first), "no page was replaced");
    assert_eq!(waiting(&board, TOPIC).await, ids([1]), "nothing was settled");
    advance(&board, Some(first), [1], [1]).await.expect("the head is as it was");
}

/// Of 64 concurrent advances one gets Ok, and head and pages are that one's.
pub async fn of_concurrent_advances_one_wins_with_all_its_parts(board: Board) {
    let mut expected = None;
    for _ in 0..8 {
        let answers = race(64, |writer| {
            let board = board.clone();
            async move {
                let body = writer.to_be_bytes().to_vec();
                let pages = [1, 2].map(|number| Page { id: today(number), body: body.clone() }).into();
                let head = Page { id: lasting(1), body: body.clone() };
                board.advance(Advance { head, expected, pages, settled: vec![] }).await?;
                Ok(body)
            }
        })
        .await;
        let winner = answers.iter().find_map(|answer| answer.as_ref().ok().cloned());
        assert_one_winner::<Vec<u8>>(answers);
        for id in [lasting(1), today(1), today(2)] {
            assert_eq!(page(&board, id).await.map(|read| read.body), winner, "{id:?} is the winner's");
        }
        expected = Some(Version::after(expected));
    }
}

/// While calls post, hosts publish what waits, each after what it read, again after a conflict: every posting is in exactly
/// one of the heads that won. A call that is given up in the middle, as by a crash, changes nothing of that.
pub async fn what_is_posted_meanwhile_is_published_once(board: Board) {
    const POSTINGS: u64 = 200;
    let posting_host = {
        let board = board.clone();
        tokio::spawn(async move {
            for number in 0..POSTINGS {
                post(&board, vec![posting(number, &number.to_be_bytes())]).await;
            }
        })
    };
    let hosts: Vec<_> = (0..4).map(|host| tokio::spawn(publish_all(board.clone(), host, POSTINGS))).collect();
    posting_host.await.expect("every posting is written");
    for host in hosts {
        host.await.expect("a host publishes until all is published");
    }
    let published = page(&board, lasting(1)).await.expect("a head").body;
    let mut numbers: Vec<&[u8]> = published.chunks(8).collect();
    numbers.sort_unstable();
    let expected: Vec<[u8; 8]> = (0..POSTINGS).map(u64::to_be_bytes).collect();
    assert_eq!(numbers, expected, "each posting once");
    assert!(waiting(&board, TOPIC).await.is_empty(), "and none is left");
}

/// Publishes until the head holds `all` postings. Every third advance is given up while it runs.
async fn publish_all(board: Board, host: usize, all: u64) {
    for round in host.. {
        let head = page(&board, lasting(1)).await;
        let (mut body, expected) = head.map_or((vec![], None), |read| (read.body, Some(read.version)));
        if body.len() as u64 == all * 8 {
            return;
        }
        let waits = board.pending(TOPIC, 7).await.expect("pending answers");
        waits.iter().for_each(|posting| body.extend(&posting.body));
        let settled = waits.iter().map(|posting| (TOPIC, posting.id)).collect();
        let step = Advance { head: Page { id: lasting(1), body }, expected, pages: vec![], settled };
        let board = board.clone();
        let call = tokio::spawn(async move { board.advance(step).await });
        if round % 3 == 0 {
            tokio::task::yield_now().await;
            call.abort();
            let _ = call.await;
        } else {
            let answer = call.await.expect("the call ends");
            assert!(matches!(answer, Ok(()) | Err(StoreError::Conflict)), "{answer:?}");
        }
    }
}

/// Pages of days before the one that is named are forgotten. What lasts stays, and so does every posting: somebody waits.
pub async fn pages_of_past_days_are_forgotten_and_no_posting(board: Board) {
    let pages = [day(20_000, 1), day(20_001, 2), lasting(3)];
    let step = Advance { pages: pages.map(|id| Page { id, body: b"page".to_vec() }).into(), ..written(None, [], []) };
    board.advance(step).await.expect("a first head");
    post(&board, vec![Posting { id: day(20_000, 9), ..posting(1, b"waits") }]).await;
    for (before, left) in [(20_000, 3), (20_001, 2), (u16::MAX - 1, 1)] {
        board.forget_before(Day::from_number(before).expect("a day")).await.expect("forget_before answers");
        for (number, id) in pages.into_iter().enumerate() {
            let there = page(&board, id).await.is_some();
            assert_eq!(there, number >= pages.len() - left, "page {number} after forgetting days before {before}");
        }
        assert_eq!(waiting(&board, TOPIC).await.len(), 1, "the posting");
        assert!(page(&board, lasting(1)).await.is_some(), "the head lasts");
    }
}

fn posting(number: u64, body: &[u8]) -> Posting {
    Posting { topic: TOPIC, id: today(number), body: body.to_vec() }
}

async fn post(board: &Board, postings: Vec<Posting>) {
    board.record(vec![], postings).await.expect("postings that are new");
}

async fn waiting(board: &Board, topic: Topic) -> BTreeSet<Key> {
    let waits = board.pending(topic, 1_000).await.expect("pending answers");
    waits.into_iter().map(|posting| posting.id).collect()
}

fn ids(numbers: impl IntoIterator<Item = u64>) -> BTreeSet<Key> {
    numbers.into_iter().map(today).collect()
}

async fn page(board: &Board, id: Key) -> Option<Versioned<Vec<u8>>> {
    board.page(&id).await.expect("page answers")
}

async fn advance<const P: usize, const S: usize>(
    board: &Board,
    expected: Option<Version>,
    pages: [u64; P],
    settled: [u64; S],
) -> Result<Version, StoreError> {
    board.advance(written(expected, pages, settled)).await.map(|()| Version::after(expected))
}

fn written<const P: usize, const S: usize>(expected: Option<Version>, pages: [u64; P], settled: [u64; S]) -> Advance {
    Advance {
        head: Page { id: lasting(1), body: b"head".to_vec() },
        expected,
        pages: pages.map(|number| Page { id: today(number), body: b"page".to_vec() }).into(),
        settled: settled.map(|number| (TOPIC, today(number))).into(),
    }
}
