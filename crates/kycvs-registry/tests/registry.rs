//! Finding one person, and changing what is kept of them.

use std::sync::Arc;

use crate::support::{
    ASHA, date, days, dose, find, find_born, id, in_memory, key, look_up, mobile, name, over, person,
};
use kycvs_domain::{DoseHistory, Product};
use kycvs_memory::MemoryStore;
use kycvs_registry::{Lookup, PersonRecord, Registry, RegistryError, RegistryKey, SealedRegistry, UpdateError};

#[tokio::test]
async fn one_named_person_is_found_and_nobody_else() {
    let registry = in_memory().await;
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
    let registry = in_memory().await;
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
    let registry = in_memory().await;
    registry.upsert(&mobile(ASHA), &person("1", "Asha Rao", vec![dose("COVISHIELD", "2021-04-03")])).await.unwrap();
    registry.upsert(&mobile(ASHA), &person("1", "Asha Iyer", vec![dose("COVAXIN", "2021-05-03")])).await.unwrap();
    assert_eq!(find(&registry, ASHA, "Asha Rao").await, None);
    assert_eq!(find(&registry, ASHA, "Asha Iyer").await.unwrap().doses, [dose("COVAXIN", "2021-05-03")]);
}

#[tokio::test]
async fn a_seventh_person_is_refused_and_the_six_stay() {
    let registry = in_memory().await;
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
    let registry = in_memory().await;
    let doses = vec![dose("COVISHIELD", "2021-04-03"), dose("COVISHIELD", "2021-07-01")];
    registry.upsert(&mobile(ASHA), &person("1", "Asha Rao", doses)).await.unwrap();
    let void = async |id_text, day| registry.void_dose(&mobile(ASHA), &id(id_text), date(day), None).await.unwrap();
    assert!(void("1", "2021-07-01").await);
    assert!(!void("1", "2021-07-01").await, "there is none any more");
    assert!(!void("2", "2021-04-03").await, "another person");
    assert_eq!(find(&registry, ASHA, "Asha Rao").await.unwrap().doses, [dose("COVISHIELD", "2021-04-03")]);
}

#[tokio::test]
async fn an_erased_person_is_not_found_and_their_place_is_free() {
    let registry = in_memory().await;
    registry.upsert(&mobile(ASHA), &person("1", "Asha Rao", vec![])).await.unwrap();
    assert!(registry.remove(&mobile(ASHA), &id("1")).await.unwrap());
    assert!(!registry.remove(&mobile(ASHA), &id("1")).await.unwrap());
    assert!(!registry.remove(&mobile("9876543211"), &id("1")).await.unwrap(), "no such mobile");
    assert_eq!(find(&registry, ASHA, "Asha Rao").await, None);
    registry.upsert(&mobile(ASHA), &person("2", "Imran Sheikh", vec![])).await.unwrap();
    assert!(find(&registry, ASHA, "Imran Sheikh").await.is_some());
}

#[tokio::test]
async fn another_key_is_refused_when_the_registry_is_opened() {
    let store = Arc::new(MemoryStore::new());
    over(store.clone()).await.upsert(&mobile(ASHA), &person("1", "Asha Rao", vec![])).await.unwrap();
    let other = SealedRegistry::open(&RegistryKey::generate().unwrap(), store.clone()).await;
    assert!(matches!(other, Err(RegistryError::WrongKey)), "it would look like a country without people");
    let same = SealedRegistry::open(&RegistryKey::from_bytes(*key().secret_bytes()), store).await.unwrap();
    assert!(find(&same, ASHA, "Asha Rao").await.is_some(), "opened again with the key that was kept");
}

#[tokio::test]
async fn a_moved_person_is_on_one_mobile_with_all_they_have_and_their_tag() {
    let registry = in_memory().await;
    let asha = person("1", "Asha Rao", vec![dose("COVISHIELD", "2021-04-03")]);
    registry.upsert(&mobile(ASHA), &asha).await.unwrap();
    let tag = async |number| look_up(&registry, number, "Asha Rao").await.found().map(|found| found.person);
    let before = tag(ASHA).await;
    registry.move_person(&mobile(ASHA), &mobile("9876543211"), &id("1")).await.unwrap();
    assert_eq!(tag(ASHA).await, None);
    assert_eq!(tag("9876543211").await, before);
    assert_eq!(find(&registry, "9876543211", "Asha Rao").await.unwrap().doses, asha.doses());
}

#[tokio::test]
async fn a_move_that_cannot_be_made_changes_nothing() {
    let registry = in_memory().await;
    let to = "9876543211";
    let go = async |from: &str, to: &str, id_text| registry.move_person(&mobile(from), &mobile(to), &id(id_text)).await;
    registry.upsert(&mobile(ASHA), &person("1", "Asha Rao", vec![])).await.unwrap();
    assert!(matches!(go(ASHA, to, "2").await, Err(UpdateError::NoSuchPerson)));
    assert!(matches!(go(ASHA, ASHA, "1").await, Err(UpdateError::IsThere)));
    registry.upsert(&mobile(to), &person("1", "Bina Rao", vec![])).await.unwrap();
    assert!(matches!(go(ASHA, to, "1").await, Err(UpdateError::IsThere)));
    registry.remove(&mobile(to), &id("1")).await.unwrap();
    for (at, name) in ["Aa Rao", "Bb Rao", "Cc Rao", "Dd Rao", "Ee Rao", "Ff Rao"].iter().enumerate() {
        registry.upsert(&mobile(to), &person(&format!("9{at}"), name, vec![])).await.unwrap();
    }
    assert!(matches!(go(ASHA, to, "1").await, Err(UpdateError::HouseholdFull)));
    assert!(find(&registry, ASHA, "Asha Rao").await.is_some());
    assert_eq!(find(&registry, to, "Asha Rao").await, None);
}

#[tokio::test]
async fn two_ids_of_one_person_become_one_that_answers_for_both() {
    let registry = in_memory().await;
    let (first, second) = ("2021-04-03", "2021-07-05");
    registry.upsert(&mobile(ASHA), &person("1", "Ramesh Kumar", vec![dose("COVISHIELD", first)])).await.unwrap();
    registry.upsert(&mobile(ASHA), &person("2", "Ramesh Kumar", vec![dose("COVISHIELD", second)])).await.unwrap();
    let state = registry.person(&mobile(ASHA), &id("1")).await.unwrap().unwrap();
    assert!(!state.is_answerable, "nobody knows which of the two is meant");
    registry.merge_ids(&mobile(ASHA), &id("2"), &id("1")).await.unwrap();
    assert_eq!(days(&registry, ASHA, "Ramesh Kumar").await.unwrap(), [first, second]);
    let state = registry.person(&mobile(ASHA), &id("2")).await.unwrap().unwrap();
    assert_eq!(
        (state.beneficiary_id.as_str(), state.other_ids, state.is_answerable),
        ("1", vec!["2".to_owned()], true)
    );

    registry.upsert(&mobile(ASHA), &person("2", "Ramesh Kumar", vec![])).await.unwrap();
    assert_eq!(
        days(&registry, ASHA, "Ramesh Kumar").await.unwrap().len(),
        0,
        "the id that was merged means the one person"
    );
    assert!(matches!(registry.merge_ids(&mobile(ASHA), &id("2"), &id("1")).await, Err(UpdateError::NoSuchPerson)));
    assert!(registry.remove(&mobile(ASHA), &id("2")).await.unwrap());
    assert_eq!(find(&registry, ASHA, "Ramesh Kumar").await, None);
}

#[tokio::test]
async fn two_people_are_never_made_one() {
    let registry = in_memory().await;
    let born = |id_text, name_text, day: &str| {
        PersonRecord::new(id(id_text), name(name_text), Some(date(day).into()), vec![]).unwrap()
    };
    registry.upsert(&mobile(ASHA), &born("1", "Ramesh Kumar", "1955-01-01")).await.unwrap();
    registry.upsert(&mobile(ASHA), &born("2", "Ramesh Kumar", "1985-01-01")).await.unwrap();
    registry.upsert(&mobile(ASHA), &born("3", "Sunita Devi", "1955-01-01")).await.unwrap();
    for (twice, kept) in [("1", "2"), ("3", "1")] {
        let merged = registry.merge_ids(&mobile(ASHA), &id(twice), &id(kept)).await;
        assert!(matches!(merged, Err(UpdateError::AnotherPerson)), "{twice} {kept}");
    }
    assert!(find_born(&registry, ASHA, "Ramesh Kumar", 1955).await.is_some());
    assert!(find_born(&registry, ASHA, "Ramesh Kumar", 1985).await.is_some());
}

#[tokio::test]
async fn one_of_several_vaccines_of_a_day_can_be_voided() {
    let registry = in_memory().await;
    let doses = vec![dose("MMR", "2021-04-03"), dose("VARICELLA", "2021-04-03"), dose("MMR", "2021-07-01")];
    registry.upsert(&mobile(ASHA), &person("1", "Asha Rao", doses)).await.unwrap();
    let void = async |day, product: Option<Product>| {
        registry.void_dose(&mobile(ASHA), &id("1"), date(day), product).await.unwrap()
    };
    assert!(void("2021-04-03", Product::find("MMR")).await);
    let left = [dose("VARICELLA", "2021-04-03"), dose("MMR", "2021-07-01")];
    assert_eq!(find(&registry, ASHA, "Asha Rao").await.unwrap().doses, left);
    assert!(void("2021-07-01", None).await);
    assert_eq!(find(&registry, ASHA, "Asha Rao").await.unwrap().doses, left[..1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_changes_of_one_household_are_all_kept() {
    let registry = Arc::new(in_memory().await);
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
    let registry: Arc<dyn Registry> = Arc::new(in_memory().await);
    assert_eq!(registry.find(&mobile(ASHA), &name("Asha Rao"), None).await.unwrap(), Lookup::NotFound);
}
