use std::fmt::Debug;
use std::future::Future;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use kycvs_store::{Day, Entry, Key, StoreError};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

/// A key of its own for every number, spread evenly as real keys are (SplitMix64).
pub(crate) fn key(number: u64) -> Key {
    let half = |seed: u64| {
        let mut z = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    };
    let wide = (u128::from(half(2 * number + 1)) << 64) | u128::from(half(2 * number + 2));
    Key::from(wide.to_be_bytes())
}

/// The key of its own for every number, on one day.
pub(crate) fn today(number: u64) -> Key {
    day(20_785, number)
}

/// The same on any day.
pub(crate) fn day(day: u16, number: u64) -> Key {
    Key::on_day(Day::from_number(day).expect("a day"), name(number))
}

/// The same of what lasts.
pub(crate) fn lasting(number: u64) -> Key {
    Key::lasting(name(number))
}

fn name(number: u64) -> [u8; 14] {
    key(number).as_bytes().first_chunk().copied().expect("a key has 16 bytes")
}

pub(crate) fn entry(id: Key, seq: u32, body: &[u8]) -> Entry {
    Entry { id, seq, body: body.to_vec() }
}

/// Keys that a careless encoding confuses: the first, the last, and neighbours that differ in one end.
pub(crate) fn awkward_keys() -> Vec<Key> {
    let mut keys = vec![[0; 16], [0xFF; 16], [b'0'; 16]];
    for at in [0, 15] {
        for byte in [1, 2, 0x7F, 0x80] {
            let mut bytes = [0; 16];
            bytes[at] = byte;
            keys.push(bytes);
        }
    }
    keys.into_iter().map(Key::from).collect()
}

/// Bodies that a careless encoding changes.
pub(crate) fn awkward_bodies() -> Vec<Vec<u8>> {
    vec![vec![], vec![0], vec![0; 16], vec![0xFF; 9], b"nil".to_vec(), b"\r\n'\\\"".to_vec(), (0..=255).collect()]
}

/// `seconds` after the start of the year 2100: later than any clock under test.
pub(crate) fn at(seconds: i64) -> DateTime<Utc> {
    const YEAR_2100: i64 = 4_102_444_800;
    DateTime::UNIX_EPOCH + TimeDelta::seconds(YEAR_2100 + seconds)
}

/// Runs `count` tasks that start together, and returns what they answered.
pub(crate) async fn race<T, F>(count: usize, task: impl Fn(usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let start = Arc::new(Barrier::new(count));
    let mut tasks = JoinSet::new();
    for number in 0..count {
        let (start, work) = (start.clone(), task(number));
        tasks.spawn(async move {
            start.wait().await;
            work.await
        });
    }
    tasks.join_all().await
}

/// The answer must be [`StoreError::Conflict`]; `rule` says why.
#[track_caller]
pub(crate) fn assert_conflict<T: Debug>(answer: Result<T, StoreError>, rule: &str) {
    assert!(matches!(answer, Err(StoreError::Conflict)), "{rule}: expected Err(Conflict), got {answer:?}");
}

/// The answer must be [`StoreError::TooLarge`]; `rule` says why.
#[track_caller]
pub(crate) fn assert_too_large<T: Debug>(answer: Result<T, StoreError>, rule: &str) {
    assert!(matches!(answer, Err(StoreError::TooLarge)), "{rule}: expected Err(TooLarge), got {answer:?}");
}

/// Of writers that named the same expectation, one succeeds and all others get [`StoreError::Conflict`].
#[track_caller]
pub(crate) fn assert_one_winner<T: Debug>(answers: Vec<Result<T, StoreError>>) {
    let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!(won.len(), 1, "of {} concurrent writers of one version exactly one gets Ok", won.len() + lost.len());
    for answer in lost {
        assert_conflict(answer, "a writer that came too late");
    }
}
