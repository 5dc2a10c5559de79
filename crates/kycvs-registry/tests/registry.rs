//! Finding one person, and changing what is kept of them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

mod support;

use std::sync::Arc;

use kycvs_domain::DoseHistory;
use kycvs_memory::MemoryStore;
use kycvs_registry::{Lookup, Registry, RegistryError, RegistryKey, SealedRegistry, UpdateError};
use support::{ASHA, date, dose, find, id, in_memory, key, mobile, name, over, person};

#[tokio::test]
async fn one_named_person_is_found_and_nobody_else() {
    let registry = in_memory();
    let asha = person("1", "Asha Lakshmi Rao", vec![dose("COVISHIELD", "2021-04-03")]);
    registry.upsert(&mobile(ASHA), &asha).await.unwrap();
    registry.upsert(&mobile(ASHA), &person("2", "Imran Sheikh", vec![])).await.unwrap();

    assert_eq!(find(&registry, ASHA, "Smt. ASHA LAKSHMI RAO").await.unwrap().doses, asha.doses());
    assert_eq!(find(&registry, ASHA, "Imran Sheikh").await, Some(DoseHistory::default()), "registered, no dose");
    assert_eq!(find(&registry, ASHA, "Ravi Kumar").await, None, "another name");
    assert_eq!(find(&registry, "9876543211", "Asha Lakshmi Rao").await, None, "another mobile");
}

#[tokio::test]
async fn a_name_that_matches_two_matches_nobody() {
    let registry = in_memory();
    for (id, name) in [("1", "Ramesh Kumar"), ("2", "Rajesh Kumar"), ("3", "Sunita Devi")] {
        registry.upsert(&mobile(ASHA), &person(id, name, vec![])).await.unwrap();
    }
    assert_eq!(find(&registry, ASHA, "R Kumar").await, None);
    assert!(find(&registry, ASHA, "Ramesh Kumar").await.is_some());
    registry.upsert(&mobile(ASHA), &person("4", "Sunita Devi", vec![])).await.unwrap();
    assert_eq!(find(&registry, ASHA, "Sunita Devi").await, None, "namesakes");
}

#[tokio::test]
async fn an_upsert_replaces_all_of_one_person() {
    let registry = in_memory();
    registry.upsert(&mobile(ASHA), &person("1", "Asha Rao", vec![dose("COVISHIELD", "2021-04-03")])).await.unwrap();
    registry.upsert(&mobile(ASHA), &person("1", "Asha Iyer", vec![dose("COVAXIN", "2021-05-03")])).await.unwrap();
    assert_eq!(find(&registry, ASHA, "Asha Rao").await, None);
    assert_eq!(find(&registry, ASHA, "Asha Iyer").await.unwrap().doses, [dose("COVAXIN", "2021-05-03")]);
}

#[tokio::test]
async fn a_seventh_person_is_refused_and_the_six_stay() {
    let registry = in_memory();
    let names = ["Asha Rao", "Bina Rao", "Chitra Rao", "Deepa Rao", "Esha Rao", "Farah Rao"];
    for (at, name) in names.iter().enumerate() {
        registry.upsert(&mobile(ASHA), &person(&at.to_string(), name, vec![])).await.unwrap();
    }
    let seventh = registry.upsert(&mobile(ASHA), &person("7", "Gita Rao", vec![])).await;
    assert!(matches!(seventh, Err(UpdateError::HouseholdFull)));
    for name in names {
        assert!(find(&registry, ASHA, name).await.is_some());
    }
    registry.upsert(&mobile(ASHA), &person("3", "Deepa Rao", vec![dose("COVAXIN", "2021-05-03")])).await.unwrap();
}

#[tokio::test]
async fn a_voided_dose_is_no_longer_in_the_history() {
    let registry = in_memory();
    let doses = vec![dose("COVISHIELD", "2021-04-03"), dose("COVISHIELD", "2021-07-01")];
    registry.upsert(&mobile(ASHA), &person("1", "Asha Rao", doses)).await.unwrap();
    let void = async |id_text, day| registry.void_dose(&mobile(ASHA), &id(id_text), date(day)).await.unwrap();
    assert!(void("1", "2021-07-01").await);
    assert!(!void("1", "2021-07-01").await, "there is none any more");
    assert!(!void("2", "2021-04-03").await, "another person");
    assert_eq!(find(&registry, ASHA, "Asha Rao").await.unwrap().doses, [dose("COVISHIELD", "2021-04-03")]);
}

#[tokio::test]
async fn an_erased_person_is_not_found_and_their_place_is_free() {
    let registry = in_memory();
    registry.upsert(&mobile(ASHA), &person("1", "Asha Rao", vec![])).await.unwrap();
    assert!(registry.remove(&mobile(ASHA), &id("1")).await.unwrap());
    assert!(!registry.remove(&mobile(ASHA), &id("1")).await.unwrap());
    assert!(!registry.remove(&mobile("9876543211"), &id("1")).await.unwrap(), "no such mobile");
    assert_eq!(find(&registry, ASHA, "Asha Rao").await, None);
    registry.upsert(&mobile(ASHA), &person("2", "Imran Sheikh", vec![])).await.unwrap();
    assert!(find(&registry, ASHA, "Imran Sheikh").await.is_some());
}

#[tokio::test]
async fn another_key_finds_nothing_of_it() {
    let store = Arc::new(MemoryStore::new());
    over(store.clone()).upsert(&mobile(ASHA), &person("1", "Asha Rao", vec![])).await.unwrap();
    let other = SealedRegistry::new(&RegistryKey::generate().unwrap(), store.clone());
    assert_eq!(find(&other, ASHA, "Asha Rao").await, None);
    let same = SealedRegistry::new(&RegistryKey::from_bytes(*key().secret_bytes()), store);
    assert!(find(&same, ASHA, "Asha Rao").await.is_some(), "opened again with the key that was kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_changes_of_one_household_are_all_kept() {
    let registry = Arc::new(in_memory());
    let names = ["Asha Rao", "Bina Rao", "Chitra Rao", "Deepa Rao", "Esha Rao", "Farah Rao"];
    let changes = names.map(|name| {
        let registry = registry.clone();
        tokio::spawn(async move { registry.upsert(&mobile(ASHA), &person(&name[..1], name, vec![])).await })
    });
    for change in changes {
        change.await.unwrap().unwrap();
    }
    for name in names {
        assert!(find(&registry, ASHA, name).await.is_some(), "{name}");
    }
}

#[tokio::test]
async fn nothing_personal_is_shown_by_debug_or_an_error() {
    let record = person("20481830567712", "Asha Rao", vec![dose("COVISHIELD", "2021-04-03")]);
    let damaged = RegistryError::Damaged;
    let shown = format!("{record:?} {:?} {:?} {damaged} {damaged:?}", record.id(), key());
    for secret in ["2048", "sha", "Rao", "2021", "COVISHIELD", "7, 7"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

/// A host may hold any registry.
#[tokio::test]
async fn a_registry_is_an_object() {
    let registry: Arc<dyn Registry> = Arc::new(in_memory());
    assert_eq!(registry.find(&mobile(ASHA), &name("Asha Rao"), None).await.unwrap(), Lookup::NotFound);
}
