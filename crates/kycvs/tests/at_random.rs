//! Withdrawals, corrections and erasures at random among many tokens, while the store breaks at each of its operations: every bit is
//! right, and the books balance. `killed_at_random.rs` does the same to hosts that are killed.

use std::sync::Arc;

use crate::acts::{
    Acts, Dice, NAME, TOKENS_PER_PERSON, Told, check_bits, check_lines, check_log, limits, number_of, record_of, settle,
};
use crate::support::failing::{Break, Failing};
use crate::support::mobile;
use kycvs::PublicLog;
use kycvs::registry::{RegistryKey, SealedRegistry};
use kycvs::token::{Algorithm, DEFAULT_LIST_AGE, SigningKey, Standing, StatusLists, Unknown};
use kycvs_memory::MemoryStore;

const PEOPLE: usize = 100;
const ACTS: usize = 30;

type Store = Failing<MemoryStore>;

/// Does something until it is done, breaking the store at another operation each time.
async fn until_done<T, E, A: Future<Output = Result<T, E>>>(store: &Store, dice: &mut Dice, act: impl Fn() -> A) -> T {
    for _ in 0..40 {
        let how = if dice.below(2) == 0 { Break::Before } else { Break::After };
        store.break_after(i64::try_from(dice.below(12)).unwrap(), how);
        let done = act().await;
        store.heal();
        if let Ok(done) = done {
            return done;
        }
    }
    act().await.ok().expect("a store that is whole")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bit_is_right_and_no_other_whoever_breaks() {
    let (store, mut dice) = (Arc::new(Store::over(Arc::new(MemoryStore::new()))), Dice(300));
    let log = PublicLog::new("kycvs.example/log", Arc::new(SigningKey::generate(Algorithm::EdDsa).unwrap())).unwrap();
    let host = Arc::new(crate::support::over(store.clone(), None, |builder| builder.limits(limits()).log(log)).await);
    let registry = SealedRegistry::open(&RegistryKey::from_bytes([1; 32]), store.clone()).await.unwrap();
    for person in 0..PEOPLE {
        registry.upsert(&mobile(&number_of(person)), &record_of(person)).await.unwrap();
    }
    host.service.keep().await.unwrap();

    let (mut told, mut tokens) = (Vec::new(), Vec::new());
    for token in 0..PEOPLE * TOKENS_PER_PERSON {
        let number = number_of(token % PEOPLE);
        let open = host.open(&number, NAME).await;
        let granted = host.enter(&open, &host.code(&number)).await.unwrap();
        let status = host.verifier().verify(granted.token.as_str(), "rail", host.service.now()).unwrap();
        let place = status.claims().status_list.clone().expect("a place in a list");
        told.push(Told { consent: granted.consent_id, place });
        tokens.push(granted.token);
    }
    let told = Arc::new(told);

    let mut acts = Acts::default();
    for _ in 0..ACTS {
        let act = acts.draw(&mut dice, PEOPLE);
        until_done(&store, &mut dice, || act.perform(&host, &registry, |token| told[token].consent)).await;
        if dice.below(5) == 0 {
            // A host that dies while it publishes; the next one does it.
            host.wait(60);
            until_done(&store, &mut dice, || host.service.keep()).await;
        }
    }
    settle(&host).await;
    check_bits(&host, &told, &acts).await;
    check_log(&host, &store, &told, &acts).await;
    let phones = host.clone();
    check_lines(&host, &told, &acts, 7, move |number| phones.code(number)).await;

    // A gate says the same of each token; one that is offline for a day goes by nothing.
    let mut lists = StatusLists::new(DEFAULT_LIST_AGE).unwrap();
    for (name, _) in host.service.status_lists().await.unwrap() {
        let list = host.service.status_list(name).await.unwrap().unwrap();
        lists.insert(&host.verifier(), list.as_str(), host.service.now()).unwrap();
    }
    for (token, text) in tokens.iter().enumerate() {
        let status = host.verifier().verify(text.as_str(), "rail", host.service.now()).unwrap();
        let standing = lists.standing(status.claims(), host.service.now());
        let is_right = match standing {
            Standing::Revoked { .. } => acts.have_ended(token, PEOPLE),
            Standing::Good { .. } => !acts.have_ended(token, PEOPLE),
            _ => false,
        };
        assert!(is_right, "token {token}: {standing:?}");
        let later = lists.standing(status.claims(), host.service.now() + chrono::TimeDelta::hours(25));
        let is_stale = matches!(later, Standing::Unknown(Unknown::Stale { .. }));
        assert!(is_stale != acts.have_ended(token, PEOPLE), "token {token}, a day later: {later:?}");
    }
}
