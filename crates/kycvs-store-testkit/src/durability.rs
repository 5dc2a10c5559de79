//! The rules of an adapter that claims durability: what was answered with `Ok` is there after the store was closed and
//! opened again.
//!
//! Each rule takes a function that opens the same place at every call. A kill at any moment is the adapter's own test,
//! since only it knows its processes.

use std::num::NonZeroU32;

use kycvs_store::{
    Advance, AnswerStore, AnswerWrite, BoardStore, ChallengeStore, ConsentLedger, Decision, HouseholdStore,
    HouseholdWrite, Limit, LimitStore, LimitUse, Page, Posting, Topic, Version, Versioned,
};

use crate::support::{assert_conflict, at, entry, key, lasting, today};

/// Names the rules of [`durability`](mod@crate::durability) as tests of a store that implements all traits.
///
/// `$open` is an expression that chooses a new place and gives a function that opens it:
///
/// ```
/// # struct FileStore;
/// # impl FileStore { async fn open(_: std::path::PathBuf) -> Self { Self } }
/// fn new_place() -> impl AsyncFn() -> FileStore {
///     let path = std::env::temp_dir().join("a-name-of-its-own");
///     async move || FileStore::open(path.clone()).await
/// }
/// kycvs_store_testkit::durability!(new_place());
/// ```
#[macro_export]
macro_rules! durability {
    ($open:expr) => {
        mod durability {
            use super::*;
            $crate::name_rules!(
                durability,
                $open,
                [
                    households_survive_a_reopen,
                    consents_survive_a_reopen,
                    boards_survive_a_reopen,
                    challenges_survive_a_reopen,
                    limits_survive_a_reopen,
                    answers_survive_a_reopen,
                ]
            );
        }
    };
}

/// Bodies and versions are there, and what was stale before is stale after.
pub async fn households_survive_a_reopen<S: HouseholdStore>(open: impl AsyncFn() -> S) {
    let batch = |expected| -> Vec<HouseholdWrite> {
        (0..100).map(|n| HouseholdWrite { key: key(n), expected, body: n.to_be_bytes().to_vec() }).collect()
    };
    let store = open().await;
    store.write(batch(None)).await.expect("a first batch");
    store.write(batch(Some(Version::FIRST))).await.expect("a second batch");
    drop(store);

    let store = open().await;
    for n in 0..100_u64 {
        let stored = store.get(&key(n)).await.expect("get answers");
        let written = Versioned { body: n.to_be_bytes().to_vec(), version: Version::FIRST.next() };
        assert_eq!(stored, Some(written), "household {n} after a reopen");
    }
    assert_conflict(store.write(batch(Some(Version::FIRST))).await, "a version that was replaced before the reopen");
}

/// All entries are there in order, and the next number is the next number.
pub async fn consents_survive_a_reopen<S: ConsentLedger>(open: impl AsyncFn() -> S) {
    for seq in 0..5_u32 {
        let ledger = open().await;
        ledger.record(vec![entry(today(1), seq, &[1; 10])], vec![]).await.expect("the next entry is written");
        let taken = ledger.record(vec![entry(today(1), seq, &[2; 10])], vec![]).await;
        assert_conflict(taken, "a number that is taken");
    }
    assert_eq!(
        open().await.read(&today(1)).await.expect("read answers"),
        vec![vec![1; 10]; 5],
        "after five reopenings"
    );
}

/// What waits still waits, what was settled does not, and a head that was replaced is replaced.
pub async fn boards_survive_a_reopen<S: BoardStore>(open: impl AsyncFn() -> S) {
    const TOPIC: Topic = Topic(1);
    let posting = |number| Posting { topic: TOPIC, id: today(number), body: b"waits".to_vec() };
    let advance = |expected| Advance {
        head: Page { id: lasting(1), body: b"head".to_vec() },
        expected,
        pages: vec![Page { id: today(2), body: b"page".to_vec() }],
        settled: vec![(TOPIC, today(1))],
    };
    let store = open().await;
    store.record(vec![], vec![posting(1), posting(2)]).await.expect("two postings");
    store.advance(advance(None)).await.expect("a first head");
    drop(store);

    let store = open().await;
    assert_eq!(store.pending(TOPIC, 10).await.expect("pending answers"), [posting(2)], "what waits after a reopen");
    for (id, body) in [(lasting(1), "head"), (today(2), "page")] {
        let stored = store.page(&id).await.expect("page answers");
        assert_eq!(stored, Some(Versioned { body: body.into(), version: Version::FIRST }), "the {body} after a reopen");
    }
    assert_conflict(store.advance(advance(None)).await, "a head that was made before the reopen");
}

/// A used version stays used, and purge still knows what is due.
pub async fn challenges_survive_a_reopen<S: ChallengeStore>(open: impl AsyncFn() -> S) {
    let store = open().await;
    let first = store.put(&key(1), None, b"open".to_vec(), at(60)).await.expect("a first put");
    let second = store.put(&key(1), Some(first), b"used".to_vec(), at(120)).await.expect("a second put");
    drop(store);

    let store = open().await;
    let stored = store.load(&key(1)).await.expect("load answers");
    assert_eq!(stored, Some(Versioned { body: b"used".to_vec(), version: second }), "the challenge after a reopen");
    let stale = store.put(&key(1), Some(first), b"revived".to_vec(), at(60)).await;
    assert_conflict(stale, "a version that was replaced before the reopen");
    assert_eq!(store.purge(at(119)).await.expect("purge answers"), 0, "it is not due");
    drop(store);
    assert_eq!(open().await.purge(at(120)).await.expect("purge answers"), 1, "it is due");
    assert_eq!(open().await.load(&key(1)).await.expect("load answers"), None, "a purged challenge after a reopen");
}

/// What was counted still counts, what was cleared does not, and purge still knows what is stale.
pub async fn limits_survive_a_reopen<S: LimitStore>(open: impl AsyncFn() -> S) {
    let limits = [Limit { max: NonZeroU32::MIN, per_seconds: NonZeroU32::MIN.saturating_add(59) }];
    let use_of = |number| [LimitUse { key: key(number), limits: &limits }];
    let store = open().await;
    for number in [1, 2] {
        let taken = store.take(at(0), &use_of(number)).await.expect("take answers");
        assert_eq!(taken, Decision::Allowed, "a first use of key {number}");
    }
    store.clear(&[key(2)]).await.expect("clear answers");
    drop(store);

    let store = open().await;
    let counted = store.check(at(59), &use_of(1)).await.expect("check answers");
    assert_eq!(counted, Decision::Refused { which: 0, retry_at: at(60) }, "a use from before the reopen");
    let cleared = store.check(at(59), &use_of(2)).await.expect("check answers");
    assert_eq!(cleared, Decision::Allowed, "a key that was cleared before the reopen");
    assert_eq!(store.purge(at(60)).await.expect("purge answers"), 1, "one key is stale");
}

/// Both parts of an answer are there.
pub async fn answers_survive_a_reopen<S: AnswerStore>(open: impl AsyncFn() -> S) {
    let store = open().await;
    let expected = store.put(&key(1), None, b"open".to_vec(), at(60)).await.expect("a first put");
    let (request, consent, body) = (key(1), today(2), b"yes".to_vec());
    let entries = vec![entry(consent, 0, &body)];
    let write = AnswerWrite { request, expected, body: body.clone(), purge_at: at(60), entries, postings: vec![] };
    store.answer(write).await.expect("an answer");
    drop(store);

    let store = open().await;
    let stored = store.load(&request).await.expect("load answers");
    assert_eq!(stored, Some(Versioned { body: body.clone(), version: expected.next() }), "the request after a reopen");
    assert_eq!(store.read(&consent).await.expect("read answers"), [body], "the consent after a reopen");
}
