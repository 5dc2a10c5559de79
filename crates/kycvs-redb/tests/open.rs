//! What a host gets that opens something else than its own closed file.

use std::fs;
use std::path::PathBuf;

use kycvs_redb::{OpenError, RedbStore};
use kycvs_store::{HouseholdStore, HouseholdWrite, Key, StoreError, Version};
use redb::{Database, TableDefinition};

const META: TableDefinition<'_, &str, u64> = TableDefinition::new("meta");

struct Place {
    _dir: tempfile::TempDir,
    path: PathBuf,
}

fn place() -> Place {
    let dir = tempfile::tempdir().unwrap();
    Place { path: dir.path().join("kycvs.redb"), _dir: dir }
}

#[test]
fn a_file_is_open_once() {
    let place = place();
    let store = RedbStore::open(&place.path).unwrap();
    assert!(matches!(RedbStore::open(&place.path), Err(OpenError::InUse)));
    assert!(matches!(RedbStore::compact(&place.path), Err(OpenError::InUse)));
    drop(store);
    RedbStore::open(&place.path).unwrap();
}

#[test]
fn a_file_of_another_kind_is_refused_and_left_as_it_is() {
    for content in [&b"name,mobile\n"[..], &[0; 8192], &[0xFF; 70_000]] {
        let place = place();
        fs::write(&place.path, content).unwrap();
        assert!(matches!(RedbStore::open(&place.path), Err(OpenError::NotAStore)), "{} bytes", content.len());
        assert!(matches!(RedbStore::compact(&place.path), Err(OpenError::NotAStore)));
        assert_eq!(fs::read(&place.path).unwrap(), content);
    }
}

#[test]
fn a_redb_file_of_another_program_is_refused() {
    let place = place();
    let db = Database::create(&place.path).unwrap();
    let tx = db.begin_write().unwrap();
    tx.open_table(TableDefinition::<u64, u64>::new("scores")).unwrap().insert(1, 2).unwrap();
    tx.commit().unwrap();
    drop(db);
    assert!(matches!(RedbStore::open(&place.path), Err(OpenError::NotAStore)));
    assert!(matches!(RedbStore::compact(&place.path), Err(OpenError::NotAStore)));
}

#[test]
fn a_newer_format_is_refused_by_its_number() {
    let place = place();
    drop(RedbStore::open(&place.path).unwrap());
    let db = Database::open(&place.path).unwrap();
    let tx = db.begin_write().unwrap();
    tx.open_table(META).unwrap().insert("format", 7).unwrap();
    tx.commit().unwrap();
    drop(db);
    for refused in [RedbStore::open(&place.path).map(drop), RedbStore::compact(&place.path)] {
        let error = refused.unwrap_err();
        assert!(matches!(error, OpenError::NewerFormat { found: 7, supported: 1 }));
        assert_eq!(error.to_string(), "the file has format 7, and this release reads up to 1");
    }
}

#[test]
fn a_directory_and_a_missing_parent_are_errors_of_the_system() {
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(RedbStore::open(dir.path()), Err(OpenError::Io(_))));
    assert!(matches!(RedbStore::open(dir.path().join("missing/kycvs.redb")), Err(OpenError::Io(_))));
}

#[test]
fn compacting_creates_no_file() {
    let place = place();
    assert!(matches!(RedbStore::compact(&place.path), Err(OpenError::Io(_))));
    assert!(!place.path.exists());
}

#[test]
fn a_cut_off_file_is_refused() {
    let place = place();
    drop(RedbStore::open(&place.path).unwrap());
    let whole = fs::read(&place.path).unwrap();
    for length in [1, 100, 4096, whole.len() / 2, whole.len() - 1] {
        fs::write(&place.path, &whole[..length]).unwrap();
        let refused = RedbStore::open(&place.path);
        assert!(matches!(refused, Err(OpenError::NotAStore | OpenError::Damaged(_))), "{length} bytes: {refused:?}");
    }
}

#[tokio::test]
async fn a_row_that_no_adapter_wrote_is_damaged_and_not_overwritten() {
    let place = place();
    drop(RedbStore::open(&place.path).unwrap());
    let db = Database::open(&place.path).unwrap();
    let tx = db.begin_write().unwrap();
    let households = TableDefinition::<[u8; 16], &[u8]>::new("households");
    tx.open_table(households).unwrap().insert([1; 16], &[0, 0, 0][..]).unwrap();
    tx.open_table(households).unwrap().insert([2; 16], &[0; 20][..]).unwrap();
    tx.commit().unwrap();
    drop(db);

    let store = RedbStore::open(&place.path).unwrap();
    for byte in [1, 2] {
        let key = Key::from([byte; 16]);
        assert!(matches!(store.get(&key).await, Err(StoreError::Damaged { what: "household" })));
        let write = HouseholdWrite { key, expected: Some(Version::FIRST), body: vec![] };
        assert!(matches!(store.write(vec![write]).await, Err(StoreError::Damaged { what: "household" })));
    }
}

#[tokio::test]
async fn a_compacted_file_is_smaller_and_holds_the_same() {
    let place = place();
    let store = RedbStore::open(&place.path).unwrap();
    let key = |n: u32| Key::from(u128::from(n.wrapping_mul(0x9E37_79B9)).rotate_left(96).to_be_bytes());
    for batch in 0..20 {
        let numbers = batch * 1000..(batch + 1) * 1000;
        let batch = numbers.map(|n| HouseholdWrite { key: key(n), expected: None, body: vec![7; 165] });
        store.write(batch.collect()).await.unwrap();
    }
    drop(store);
    let before = fs::metadata(&place.path).unwrap().len();
    RedbStore::compact(&place.path).unwrap();
    assert!(fs::metadata(&place.path).unwrap().len() < before);
    let store = RedbStore::open(&place.path).unwrap();
    let keys: Vec<Key> = (0..20_000).map(key).collect();
    assert!(store.get_many(&keys).await.unwrap().into_iter().flatten().count() == 20_000);
}
