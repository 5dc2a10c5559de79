//! The contract, and that it holds after a reopen.

use kycvs_redb::RedbStore;

kycvs_store_testkit::household_store!(empty_store());
kycvs_store_testkit::consent_ledger!(empty_store());
kycvs_store_testkit::board_store!(empty_store());
kycvs_store_testkit::challenge_store!(empty_store());
kycvs_store_testkit::limit_store!(empty_store());
kycvs_store_testkit::answer_store!(empty_store());
kycvs_store_testkit::durability!(new_place());

/// A store in a file whose name is gone at once; the file lives as long as the store.
fn empty_store() -> RedbStore {
    let dir = tempfile::tempdir().unwrap();
    RedbStore::open(dir.path().join("kycvs.redb")).unwrap()
}

fn new_place() -> impl AsyncFn() -> RedbStore {
    let dir = tempfile::tempdir().unwrap();
    async move || RedbStore::open(dir.path().join("kycvs.redb")).unwrap()
}
