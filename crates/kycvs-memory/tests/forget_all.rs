//! A store that is emptied is as good as new.

use std::num::NonZeroU32;

use chrono::{DateTime, TimeDelta};
use kycvs_memory::MemoryStore;
use kycvs_store::{
    ChallengeStore, ConsentLedger, Decision, Entry, HouseholdStore, HouseholdWrite, Key, Limit, LimitStore, LimitUse,
};

/// Fills every part of the store; a second time nothing of it is taken, unless the first was forgotten.
async fn fill(store: &MemoryStore) -> [bool; 4] {
    let (key, now) = (Key::from([7; 16]), DateTime::UNIX_EPOCH);
    let once = [Limit { max: NonZeroU32::MIN, per_seconds: NonZeroU32::MIN }];
    let household = HouseholdWrite { key, expected: None, body: b"sealed".to_vec() };
    [
        store.write(vec![household]).await.is_ok(),
        store.record(vec![Entry { id: key, seq: 0, body: b"given".to_vec() }], vec![]).await.is_ok(),
        store.put(&key, None, b"asked".to_vec(), now + TimeDelta::hours(1)).await.is_ok(),
        store.take(now, &[LimitUse { key, limits: &once }]).await.unwrap() == Decision::Allowed,
    ]
}

#[tokio::test]
async fn nothing_is_left_of_what_was_forgotten() {
    let store = MemoryStore::new();
    assert_eq!(fill(&store).await, [true; 4]);
    assert_eq!(fill(&store).await, [false; 4]);
    store.forget_all();
    assert_eq!(fill(&store).await, [true; 4]);
}
