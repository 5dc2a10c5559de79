//! A store that fails: nothing is half done, and nothing is told wrongly.

use std::sync::{Arc, Mutex};

use crate::support::{
    ACTIONS, ASHA, date, dose, find, household_by_household, id, import_by, import_file, mobile, name, options, over,
    person,
};
use async_trait::async_trait;
use kycvs_memory::MemoryStore;
use kycvs_registry::{Asked, ImportError, Lookup, Registry, RegistryError, RowError, UpdateError};
use kycvs_store::{HouseholdStore, HouseholdWrite, Key, StoreError, Version, Versioned};
use mockall::mock;

mock! {
    Store {}

    #[async_trait]
    impl HouseholdStore for Store {
        async fn get(&self, key: &Key) -> Result<Option<Versioned<Vec<u8>>>, StoreError>;
        async fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Versioned<Vec<u8>>>>, StoreError>;
        async fn write(&self, batch: Vec<HouseholdWrite>) -> Result<(), StoreError>;
    }
}

const ROWS: &str = "\
1,Asha Rao,9876543210,,COVISHIELD,2021-04-03,,
2,Bina Das,9876543211,,COVISHIELD,2021-04-03,,
3,Chitra Sen,9876543212,,COVISHIELD,2021-04-03,,
";

fn gone() -> StoreError {
    StoreError::unavailable("the database is gone")
}

fn is_unavailable(error: &RegistryError) -> bool {
    matches!(error, RegistryError::Unavailable(_))
}

#[tokio::test]
async fn find_tells_an_unavailable_store_from_an_unknown_person() {
    let mut store = MockStore::new();
    store.expect_get().once().returning(|_| Err(gone()));
    store.expect_get().once().returning(|_| Err(StoreError::Damaged { what: "household" }));
    store.expect_get().once().returning(|_| Ok(Some(Versioned { body: vec![1; 40], version: Version::FIRST })));
    store.expect_get().once().returning(|_| Ok(None));
    let registry = over_broken(Arc::new(store)).await;
    let find = async || registry.find(&mobile(ASHA), &name("Asha Rao"), None).await;
    assert!(is_unavailable(&find().await.unwrap_err()));
    assert!(matches!(find().await, Err(RegistryError::Damaged)));
    assert!(matches!(find().await, Err(RegistryError::Damaged)), "bytes that no registry sealed");
    assert!(matches!(find().await, Ok(Lookup::NotFound)));
}

/// What a lookup asks of the store says nothing of who is registered; what it opens and reads is in `decoy.rs`.
#[tokio::test]
async fn an_unknown_mobile_a_wrong_name_and_a_found_person_cost_the_store_one_read_each() {
    let filled = MemoryStore::new();
    let store = Arc::new(Failing { store: filled, reads: Mutex::new(1_000), writes: Mutex::new(1_000) });
    let registry = over(store.clone()).await;
    registry.upsert(&mobile(ASHA), &person("1", "Asha Rao", vec![])).await.unwrap();
    for (number, asked) in [(ASHA, "Asha Rao"), (ASHA, "Ravi Kumar"), ("9876543211", "Asha Rao")] {
        let before = (*store.reads.lock().unwrap(), *store.writes.lock().unwrap());
        registry.find(&mobile(number), &name(asked), None).await.unwrap();
        let after = (*store.reads.lock().unwrap(), *store.writes.lock().unwrap());
        assert_eq!((before.0 - after.0, before.1 - after.1), (1, 0), "{number} {asked}");
    }
}

#[tokio::test]
async fn six_people_at_once_cost_the_store_one_read() {
    let store = Arc::new(Failing { store: MemoryStore::new(), reads: Mutex::new(1_000), writes: Mutex::new(1_000) });
    let registry = over(store.clone()).await;
    registry.upsert(&mobile(ASHA), &person("1", "Asha Rao", vec![])).await.unwrap();
    let names = ["Asha Rao", "Bina Rao", "Chitra Rao", "Deepa Rao", "Esha Rao", "Farah Rao"].map(name);
    let asked = names.each_ref().map(|name| Asked { name, birth_year: None });
    for number in [ASHA, "9876543211"] {
        let before = *store.reads.lock().unwrap();
        registry.find_many(&mobile(number), &asked).await.unwrap();
        assert_eq!(before - *store.reads.lock().unwrap(), 1, "{number}");
    }
}

#[tokio::test]
async fn a_record_moved_to_another_mobile_is_damaged() {
    let store = Arc::new(MemoryStore::new());
    let registry = over(store.clone()).await;
    let place = Arc::new(Mutex::new(Vec::new()));
    let mut spy = MockStore::new();
    let seen = place.clone();
    spy.expect_get().returning(move |key| {
        seen.lock().unwrap().push(*key);
        Ok(None)
    });
    let spied = over_broken(Arc::new(spy)).await;
    for number in [ASHA, "9876543211"] {
        assert_eq!(find(&spied, number, "Asha Rao").await, None);
    }
    let [asha, other] = place.lock().unwrap()[..] else { panic!("two lookups") };

    registry.upsert(&mobile(ASHA), &person("1", "Asha Rao", vec![])).await.unwrap();
    let body = store.get(&asha).await.unwrap().unwrap().body;
    store.write(vec![HouseholdWrite { key: other, expected: None, body }]).await.unwrap();
    let moved = registry.find(&mobile("9876543211"), &name("Asha Rao"), None).await;
    assert!(matches!(moved, Err(RegistryError::Damaged)));
}

#[tokio::test]
async fn a_change_is_made_again_when_another_writer_was_first() {
    let store = Arc::new(MemoryStore::new());
    let rival = over(store.clone()).await;
    let registry = over(Arc::new(Rivalled { store: store.clone(), rival: Mutex::new(Some(rival)) })).await;
    registry.upsert(&mobile(ASHA), &person("1", "Asha Rao", vec![])).await.unwrap();
    for name in ["Asha Rao", "Rival Das"] {
        assert!(find(&registry, ASHA, name).await.is_some(), "{name}");
    }
}

#[tokio::test]
async fn an_import_is_merged_again_when_another_writer_was_first() {
    let store = Arc::new(MemoryStore::new());
    let rival = over(store.clone()).await;
    let registry = over(Arc::new(Rivalled { store: store.clone(), rival: Mutex::new(Some(rival)) })).await;
    let seven: String = ('A'..='F').map(|c| format!("{c},{c}{c} Rao,9876543210,,COVAXIN,2021-05-01,,\n")).collect();
    let (summary, told) = import_by(&options(), &registry, &seven).await;
    assert_eq!(told.bad, [(7, RowError::HouseholdFull)], "the rival took the sixth place; told once");
    assert_eq!((summary.unwrap().people_added, told.progress.len()), (5, 1));
    for name in ["Aa Rao", "Ee Rao", "Rival Das"] {
        assert!(find(&registry, ASHA, name).await.is_some(), "{name}");
    }
}

#[tokio::test]
async fn a_change_that_never_gets_its_turn_ends() {
    let mut store = MockStore::new();
    store.expect_get().returning(|_| Ok(None));
    store.expect_get_many().returning(|keys| Ok(keys.iter().map(|_| None).collect()));
    store.expect_write().times(32).returning(|_| Err(StoreError::Conflict));
    let registry = over_broken(Arc::new(store)).await;
    let upsert = registry.upsert(&mobile(ASHA), &person("1", "Asha Rao", vec![])).await;
    assert!(matches!(upsert, Err(UpdateError::Registry(error)) if is_unavailable(&error)));
    let (import, told) = import_by(&options(), &registry, ROWS).await;
    assert!(matches!(import, Err(ImportError::Registry(error)) if is_unavailable(&error)));
    assert!(told.progress.is_empty());
}

#[tokio::test]
async fn a_change_of_an_unavailable_store_says_so() {
    let mut store = MockStore::new();
    store.expect_get().times(2).returning(|_| Err(gone()));
    store.expect_get().returning(|_| Ok(None));
    store.expect_write().once().returning(|_| Err(gone()));
    store.expect_write().once().returning(|_| Err(StoreError::TooLarge));
    let registry = over_broken(Arc::new(store)).await;
    let asha = person("1", "Asha Rao", vec![dose("COVAXIN", "2021-05-01")]);
    let void = registry.void_dose(&mobile(ASHA), &id("1"), date("2021-05-01"), None).await;
    assert!(matches!(void, Err(UpdateError::Registry(error)) if is_unavailable(&error)));
    for _ in ["reading", "writing", "writing what is too large"] {
        let upsert = registry.upsert(&mobile(ASHA), &asha).await;
        assert!(matches!(upsert, Err(UpdateError::Registry(error)) if is_unavailable(&error)));
    }
}

#[tokio::test]
async fn an_import_stops_where_the_store_fails_and_tells_nothing_that_is_not_stored() {
    for (reads, writes) in [(0, 0), (1, 0), (1, 1), (2, 1), (3, 2)] {
        let store =
            Arc::new(Failing { store: MemoryStore::new(), reads: Mutex::new(reads), writes: Mutex::new(writes) });
        let registry = over_broken(store.clone()).await;
        let (import, told) = import_by(&household_by_household(), &registry, ROWS).await;
        assert!(matches!(import, Err(ImportError::Registry(error)) if is_unavailable(&error)));
        assert_eq!(told.progress.len(), writes, "{reads} reads and {writes} writes succeeded");

        *store.reads.lock().unwrap() = usize::MAX;
        *store.writes.lock().unwrap() = usize::MAX;
        let after = over(store.clone()).await;
        let stored = [(ASHA, "Asha Rao"), ("9876543211", "Bina Das"), ("9876543212", "Chitra Sen")];
        let mut found = 0;
        for (mobile, name) in stored {
            found += usize::from(find(&after, mobile, name).await.is_some());
        }
        assert_eq!(found, writes);
        assert_eq!(
            import_by(&household_by_household(), &after, ROWS).await.0.unwrap().people_added,
            3 - writes as u64,
            "again, it completes"
        );
    }
}

#[tokio::test]
async fn a_move_is_whole_or_not_made_and_made_again_when_another_writer_was_first() {
    let row = "1,Asha Rao,9876543210,,,,,,move,9876543211\n";
    let file = format!("{ACTIONS}\n{row}");
    let store = Arc::new(Failing { store: MemoryStore::new(), reads: Mutex::new(9), writes: Mutex::new(2) });
    let registry = over(store.clone()).await;
    registry.upsert(&mobile(ASHA), &person("1", "Asha Rao", vec![])).await.unwrap();
    let (moved, told) = import_file(&options(), &registry, file.as_bytes()).await;
    assert!(matches!(moved, Err(ImportError::Registry(error)) if is_unavailable(&error)));
    assert!(told.lines.is_empty(), "nothing is told that is not stored");
    assert!(find(&registry, ASHA, "Asha Rao").await.is_some());

    let memory = Arc::new(MemoryStore::new());
    let rival = over(memory.clone()).await;
    rival.upsert(&mobile(ASHA), &person("1", "Asha Rao", vec![])).await.unwrap();
    let registry = over(Arc::new(Rivalled { store: memory, rival: Mutex::new(Some(rival)) })).await;
    let (moved, told) = import_file(&options(), &registry, file.as_bytes()).await;
    assert_eq!((moved.unwrap().people_moved, told.lines), (1, vec!["2 person-moved".to_owned()]));
    assert!(find(&registry, "9876543211", "Asha Rao").await.is_some());
    assert!(find(&registry, ASHA, "Rival Das").await.is_some());
}

/// A registry that was opened while its store still worked.
async fn over_broken(store: Arc<dyn HouseholdStore>) -> kycvs_registry::SealedRegistry {
    over(Arc::new(Opened { before: MemoryStore::new(), store, reads: Mutex::new(2) })).await
}

/// Opening reads the sentinel, writes it and reads it again; what comes then goes to `store`.
struct Opened {
    before: MemoryStore,
    store: Arc<dyn HouseholdStore>,
    reads: Mutex<usize>,
}

#[async_trait]
impl HouseholdStore for Opened {
    async fn get(&self, key: &Key) -> Result<Option<Versioned<Vec<u8>>>, StoreError> {
        if allow(&self.reads).is_ok() { self.before.get(key).await } else { self.store.get(key).await }
    }

    async fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Versioned<Vec<u8>>>>, StoreError> {
        self.store.get_many(keys).await
    }

    async fn write(&self, batch: Vec<HouseholdWrite>) -> Result<(), StoreError> {
        if *self.reads.lock().unwrap() > 0 { self.before.write(batch).await } else { self.store.write(batch).await }
    }
}

/// Lets another registry write first, once.
struct Rivalled {
    store: Arc<MemoryStore>,
    rival: Mutex<Option<kycvs_registry::SealedRegistry>>,
}

#[async_trait]
impl HouseholdStore for Rivalled {
    async fn get(&self, key: &Key) -> Result<Option<Versioned<Vec<u8>>>, StoreError> {
        self.store.get(key).await
    }

    async fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Versioned<Vec<u8>>>>, StoreError> {
        self.store.get_many(keys).await
    }

    async fn write(&self, batch: Vec<HouseholdWrite>) -> Result<(), StoreError> {
        let rival = if writes_sentinel(&batch) { None } else { self.rival.lock().unwrap().take() };
        if let Some(rival) = rival {
            rival.upsert(&mobile(ASHA), &person("99", "Rival Das", vec![])).await.unwrap();
        }
        self.store.write(batch).await
    }
}

fn writes_sentinel(batch: &[HouseholdWrite]) -> bool {
    batch.iter().all(|write| write.key.as_bytes() == b"kycvs registry 1")
}

/// Answers that many reads and writes, and no more.
struct Failing {
    store: MemoryStore,
    reads: Mutex<usize>,
    writes: Mutex<usize>,
}

fn allow(left: &Mutex<usize>) -> Result<(), StoreError> {
    let mut left = left.lock().unwrap();
    *left = left.checked_sub(1).ok_or_else(gone)?;
    Ok(())
}

#[async_trait]
impl HouseholdStore for Failing {
    async fn get(&self, key: &Key) -> Result<Option<Versioned<Vec<u8>>>, StoreError> {
        allow(&self.reads)?;
        self.store.get(key).await
    }

    async fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Versioned<Vec<u8>>>>, StoreError> {
        allow(&self.reads)?;
        self.store.get_many(keys).await
    }

    async fn write(&self, batch: Vec<HouseholdWrite>) -> Result<(), StoreError> {
        allow(&self.writes)?;
        self.store.write(batch).await
    }
}
