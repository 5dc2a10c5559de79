//! Withdrawals, corrections and erasures at random among many tokens, while hosts break at each step: every bit is right, and the books
//! balance. `KYCVS_TRUST_TOKENS=1000000` runs it at the size of a country's hour; without it, at one three-thousandth.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kycvs::consent::{ConsentId, Language, WithdrawnBy};
use kycvs::domain::PersonName;
use kycvs::registry::{BeneficiaryId, RegistryKey, SealedRegistry};
use kycvs::store::Limit;
use kycvs::token::{Algorithm, DEFAULT_LIST_AGE, SigningKey, Standing, StatusLists, Unknown};
use kycvs::{Amendment, Limits, LogState, MeRequest, PublicLog};
use kycvs_memory::MemoryStore;
use support::failing::{Break, Failing};
use support::{mobile, person};

/// How many tokens there are for each act, and for each person.
const TOKENS_PER_ACT: usize = 10;
const TOKENS_PER_PERSON: usize = 3;

type Store = Failing<MemoryStore>;

/// Numbers that anyone could draw again.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }
}

struct Told {
    consent: ConsentId,
    token: String,
    person: usize,
}

fn number(person: usize) -> String {
    format!("98{person:08}")
}

/// Enough for everyone: how a host refuses is tested elsewhere.
fn limits() -> Limits {
    let many = vec![Limit { max: 1_000_000.try_into().unwrap(), per_seconds: 60.try_into().unwrap() }];
    Limits {
        sends_per_mobile: many.clone(),
        sends_per_prefix: many.clone(),
        sends_per_prefix_and_entity: many.clone(),
        sends_per_entity: many,
        ..Limits::default()
    }
}

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
    let asked = std::env::var("KYCVS_TRUST_TOKENS").ok().map(|text| text.parse().unwrap());
    let tokens: usize = asked.unwrap_or(300);
    let (store, mut dice) = (Arc::new(Store::over(Arc::new(MemoryStore::new()))), Dice(tokens as u64));
    let log = PublicLog::new("kycvs.example/log", Arc::new(SigningKey::generate(Algorithm::EdDsa).unwrap())).unwrap();
    let host = support::over(store.clone(), None, |builder| builder.limits(limits()).log(log)).await;
    let registry = SealedRegistry::open(&RegistryKey::from_bytes([1; 32]), store.clone()).await.unwrap();
    let people = tokens / TOKENS_PER_PERSON;
    for number_of in 0..people {
        let record = person(&format!("p{number_of}"), "Kavita Nair", None, &["2021-04-03", "2021-07-01"]);
        registry.upsert(&mobile(&number(number_of)), &record).await.unwrap();
    }
    host.service.keep().await.unwrap();

    let mut told = Vec::new();
    for token in 0..people * TOKENS_PER_PERSON {
        let person = token % people;
        let open = host.open(&number(person), "Kavita Nair").await;
        let granted = host.enter(&open, &host.code(&number(person))).await.unwrap();
        told.push(Told { consent: granted.consent_id, token: granted.token.as_str().to_owned(), person });
    }

    // What must end, by what was done.
    let (mut ended, mut changed, mut gone) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for _ in 0..(told.len() / TOKENS_PER_ACT).max(20) {
        let one = dice.below(told.len());
        let who = told[one].person;
        match dice.below(4) {
            0 | 1 => {
                let consent = told[one].consent;
                until_done(&store, &mut dice, || host.service.withdraw(&consent, WithdrawnBy::Person)).await;
                ended.insert(one);
            }
            2 if !gone.contains(&who) => {
                let amendment = || Amendment::VoidDose {
                    id: BeneficiaryId::parse(&format!("p{who}")).unwrap(),
                    given_on: "2021-07-01".parse().unwrap(),
                    product: None,
                };
                let number = mobile(&number(who));
                until_done(&store, &mut dice, || host.service.amend(&registry, &number, amendment())).await;
                changed.insert(who);
            }
            _ => {
                let (id, number) = (format!("p{who}"), mobile(&number(who)));
                let amendment = || Amendment::Erase(BeneficiaryId::parse(&id).unwrap());
                until_done(&store, &mut dice, || host.service.amend(&registry, &number, amendment())).await;
                gone.insert(who);
            }
        }
        if dice.below(5) == 0 {
            // A host that dies while it publishes; the next one does it.
            host.wait(60);
            until_done(&store, &mut dice, || host.service.keep()).await;
        }
    }
    let of_people = changed.union(&gone).copied().collect::<BTreeSet<_>>();
    ended.extend((0..told.len()).filter(|place| of_people.contains(&told[*place].person)));

    // 35 minutes later a gate that is online knows, and the log has its tick.
    for _ in 0..12 {
        host.wait(175);
        host.service.keep().await.unwrap();
    }
    let mut lists = StatusLists::new(DEFAULT_LIST_AGE).unwrap();
    let mut risen = 0;
    for (name, _) in host.service.status_lists().await.unwrap() {
        let list = host.service.status_list(name).await.unwrap().unwrap();
        risen += list.claims_unverified().unwrap().list.risen();
        lists.insert(&host.verifier(), list.as_str(), host.service.now()).unwrap();
    }
    let mut places = BTreeSet::new();
    for (place, Told { token, .. }) in told.iter().enumerate() {
        let status = host.verifier().verify(token, "rail", host.service.now()).unwrap();
        let listed = status.claims().status_list.clone().expect("a place in a list");
        assert!(places.insert((listed.uri, listed.index)), "a position was given twice");
        let standing = lists.standing(status.claims(), host.service.now());
        let is_right = match standing {
            Standing::Revoked { .. } => ended.contains(&place),
            Standing::Good { .. } => !ended.contains(&place),
            _ => false,
        };
        assert!(is_right, "{place}: {standing:?}, and {} must have ended", ended.contains(&place));
    }
    assert!(risen as usize > ended.len(), "and decoys");
    // Offline for a day, a gate goes by nothing.
    let status = host.verifier().verify(&told[0].token, "rail", host.service.now()).unwrap();
    let later = host.service.now() + chrono::TimeDelta::hours(25);
    assert!(matches!(lists.standing(status.claims(), later), Standing::Unknown(Unknown::Stale { .. })));

    // One leaf for each consent, and one for each thing that happened to it.
    host.wait(3600);
    assert!(matches!(host.service.keep().await.unwrap().log, LogState::Published(_)));
    let mut leaves = BTreeSet::new();
    for (place, Told { consent, .. }) in told.iter().enumerate() {
        let events = host.service.consent(consent).await.unwrap().unwrap().events.len();
        assert_eq!(events > 0, ended.contains(&place), "{place}");
        for entry in 0..=u32::try_from(events).unwrap() {
            let proof = host.service.log_proof(consent, entry).await.unwrap().expect("a leaf");
            assert!(leaves.insert(proof.index), "one leaf stands for two");
        }
    }

    // One line for each consent: a person who is still registered finds them all.
    let mut of_person: BTreeMap<usize, usize> = BTreeMap::new();
    told.iter().for_each(|told| *of_person.entry(told.person).or_default() += 1);
    for (who, count) in of_person.into_iter().filter(|(who, _)| !gone.contains(who)).step_by(7) {
        let name = PersonName::parse("Kavita Nair").unwrap();
        let asked = MeRequest { mobile: mobile(&number(who)), name, language: Language::English };
        let open = host.service.open_me(asked).await.unwrap();
        let code = kycvs::consent::CodeProof::from_typed(&host.code(&number(who))).unwrap();
        let session = host.service.confirm_me(&open.id, &open.confirmation(code)).await.unwrap();
        assert_eq!(host.service.history(&session).await.unwrap().len(), count);
    }
}
