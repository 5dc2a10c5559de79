//! A purge of more than the writer forgets in one transaction.

use chrono::DateTime;
use kycvs_redb::RedbStore;
use kycvs_store::{Decision, Key, Limit, LimitStore, LimitUse};

#[tokio::test]
async fn a_long_purge_is_done_in_parts_and_whole() {
    let dir = tempfile::tempdir().unwrap();
    let store = RedbStore::open(dir.path().join("kycvs.redb")).unwrap();
    let limits = [Limit { max: 1.try_into().unwrap(), per_seconds: 60.try_into().unwrap() }];
    let uses: Vec<_> =
        (0..25_000_u128).map(|n| LimitUse { key: Key::from(n.to_le_bytes()), limits: &limits }).collect();
    let now = DateTime::from_timestamp(1_630_000_000, 0).unwrap();
    assert_eq!(store.take(now, &uses).await.unwrap(), Decision::Allowed);

    assert_eq!(store.purge(now).await.unwrap(), 0);
    let later = now + chrono::TimeDelta::seconds(60);
    assert_eq!(store.purge(later).await.unwrap(), 25_000);
    assert_eq!(store.take(later, &uses).await.unwrap(), Decision::Allowed, "every key is forgotten");
}
