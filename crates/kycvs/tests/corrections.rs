//! A record that is put right ends the tokens that were answered from what was wrong, and no other token, while answers are given.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use crate::support::{FAMILY, Host, NAMESAKES, asked, mobile, person};
use async_trait::async_trait;
use chrono::TimeDelta;
use kycvs::consent::{ConsentEvent, ConsentState};
use kycvs::domain::{BirthYear, Mobile, PersonName, Policy, VaccinationStatus};
use kycvs::registry::{BeneficiaryId, Found, Lookup, PersonTag, Registry, RegistryError, RegistryKey, SealedRegistry};
use kycvs::store::{BoardStore, Limit, Topic};
use kycvs::token::{Refusal, StatusLists};
use kycvs::{
    Amendment, Correction, Corrections, Error, Granted, Limits, ManualClock, ServiceKey, StatusRequest,
    StatusServiceBuilder,
};
use kycvs_memory::MemoryStore;

const ASHA: &str = "Asha Lakshmi Rao";

/// A host, and the registry that it answers from.
struct Rig {
    host: Host,
    registry: SealedRegistry,
    store: Arc<MemoryStore>,
}

async fn rig(adjust: impl FnOnce(StatusServiceBuilder) -> StatusServiceBuilder) -> Rig {
    let store = Arc::new(MemoryStore::new());
    let host = crate::support::over(store.clone(), None, |builder| adjust(builder.limits(unlimited()))).await;
    Rig { host, registry: registry(&store).await, store }
}

async fn registry(store: &Arc<MemoryStore>) -> SealedRegistry {
    SealedRegistry::open(&RegistryKey::from_bytes([1; 32]), store.clone()).await.unwrap()
}

fn unlimited() -> Limits {
    let many = vec![Limit { max: 1_000_000.try_into().unwrap(), per_seconds: 60.try_into().unwrap() }];
    Limits {
        sends_per_mobile: many.clone(),
        sends_per_prefix: many.clone(),
        sends_per_prefix_and_entity: many.clone(),
        sends_per_entity: many,
        token_lifetime: TimeDelta::days(7),
        ..Limits::default()
    }
}

fn beneficiary(text: &str) -> BeneficiaryId {
    BeneficiaryId::parse(text).unwrap()
}

fn void(id: &str, day: &str) -> Amendment {
    Amendment::VoidDose { id: beneficiary(id), given_on: day.parse().unwrap(), product: None }
}

fn doses(id: &str, name: &str, days: &[&str]) -> Amendment {
    Amendment::Put(person(id, name, None, days))
}

impl Rig {
    async fn answer(&self, number: &str, name: &str) -> Granted {
        let open = self.host.open(number, name).await;
        self.host.enter(&open, &self.host.code(number)).await.unwrap()
    }

    async fn amend(&self, number: &str, amendment: Amendment) -> bool {
        self.host.service.amend(&self.registry, &mobile(number), amendment).await.unwrap()
    }

    async fn state(&self, granted: &Granted) -> ConsentState {
        let record = self.host.service.consent(&granted.consent_id).await.unwrap().unwrap();
        record.state(self.host.service.now())
    }

    /// Two minutes later, with whatever `keep` has to do.
    async fn later(&self) {
        for _ in 0..2 {
            self.host.service.keep().await.unwrap();
            self.host.wait(60);
        }
        self.host.service.keep().await.unwrap();
    }

    async fn waiting(&self) -> usize {
        self.store.pending(Topic(3), 100).await.unwrap().len()
    }
}

/// What was recorded, how it was put right, and whether what was shared before was false.
#[tokio::test]
async fn a_token_ends_whose_statement_was_false_for_its_day_and_no_other() {
    let before = ["2021-04-03", "2021-07-01"];
    for (case, ends, amendment) in [
        ("a dose is void", true, void("1", "2021-07-01")),
        ("both are void", true, doses("1", ASHA, &[])),
        ("a dose of another day is not there", false, void("1", "2021-08-01")),
        ("nothing is another", false, doses("1", ASHA, &before)),
        ("a dose was on another day, as good", false, doses("1", ASHA, &["2021-04-04", "2021-07-01"])),
        ("a dose came too soon after the first", true, doses("1", ASHA, &["2021-06-28", "2021-07-01"])),
        ("a dose came on the day of the answer", false, doses("1", ASHA, &["2021-04-03", "2021-07-01", "2021-12-01"])),
        ("a dose came later", false, doses("1", ASHA, &["2021-04-03", "2021-07-01", "2021-12-05"])),
        ("another person of the number", false, doses("2", "Imran Sheikh", &before)),
        ("another person is erased", false, Amendment::Erase(beneficiary("2"))),
        ("the person is erased", true, Amendment::Erase(beneficiary("1"))),
        ("the name is another", false, doses("1", "Asha Iyer", &before)),
    ] {
        let rig = rig(|builder| builder).await;
        let granted = rig.answer(FAMILY, ASHA).await;
        let elsewhere = rig.answer(NAMESAKES, "Meena Devi").await;
        rig.amend(FAMILY, amendment).await;
        rig.later().await;
        let is_erased = case == "the person is erased";
        let expected = match (ends, is_erased) {
            (false, _) => ConsentState::Active,
            (true, false) => ConsentState::Corrected,
            (true, true) => ConsentState::Erased,
        };
        assert_eq!(rig.state(&granted).await, expected, "{case}");
        assert_eq!(rig.state(&elsewhere).await, ConsentState::Active, "{case}: a person of another number");
        assert_eq!(rig.waiting().await, 0, "{case}: nothing is looked at for ever");
    }
}

/// What was recorded too late makes "not vaccinated" false; what is given later does not.
#[tokio::test]
async fn a_dose_that_was_recorded_late_ends_what_was_told_without_it() {
    for (day, ends) in [("2021-11-01", true), ("2021-12-01", false), ("2021-12-02", false)] {
        let rig = rig(|builder| builder).await;
        let granted = rig.answer(FAMILY, "Imran Sheikh").await;
        assert_eq!(granted.status, VaccinationStatus::NotVaccinated);
        rig.host.wait(2 * 86_400);
        rig.amend(FAMILY, doses("2", "Imran Sheikh", &[day])).await;
        let expected = if ends { ConsentState::Corrected } else { ConsentState::Active };
        assert_eq!(rig.state(&granted).await, expected, "{day}");
    }
}

/// Answers before, during and after a correction; tokens that live and such that are over; and a repeated correction.
#[tokio::test]
async fn what_was_told_before_ends_and_what_is_told_after_stays() {
    let rig = rig(|builder| builder.limits(Limits { token_lifetime: TimeDelta::hours(24), ..unlimited() })).await;
    let over = rig.answer(FAMILY, ASHA).await;
    rig.host.wait(86_401);
    let (before, withdrawn) = (rig.answer(FAMILY, ASHA).await, rig.answer(FAMILY, ASHA).await);
    rig.host.service.withdraw(&withdrawn.consent_id, kycvs::consent::WithdrawnBy::Person).await.unwrap();
    let open = rig.host.open(FAMILY, ASHA).await;
    for _ in 0..2 {
        rig.amend(FAMILY, void("1", "2021-07-01")).await;
    }
    let during = rig.host.enter(&open, &rig.host.code(FAMILY)).await.unwrap();
    rig.later().await;
    let after = rig.answer(FAMILY, ASHA).await;
    assert_eq!(
        (during.status, after.status),
        (VaccinationStatus::PartiallyVaccinated, VaccinationStatus::PartiallyVaccinated)
    );
    let states = [
        rig.state(&over).await,
        rig.state(&before).await,
        rig.state(&withdrawn).await,
        rig.state(&during).await,
        rig.state(&after).await,
    ];
    use ConsentState::{Active, Corrected, Expired, Withdrawn};
    assert_eq!(states, [Expired, Corrected, Withdrawn, Active, Active]);
    let events = |record: kycvs::consent::ConsentRecord| record.events;
    let of_before = events(rig.host.service.consent(&before.consent_id).await.unwrap().unwrap());
    assert!(matches!(of_before[..], [ConsentEvent::Corrected { .. }]), "once: {of_before:?}");
    // The person can withdraw it all the same, and the entity gets the token no more.
    rig.host.service.withdraw(&before.consent_id, kycvs::consent::WithdrawnBy::Person).await.unwrap();
    assert_eq!(rig.state(&before).await, Withdrawn);
}

#[tokio::test]
async fn a_corrected_token_is_refused_within_twenty_minutes_and_not_handed_out_again() {
    let rig = rig(|builder| builder).await;
    let open = rig.host.open(FAMILY, ASHA).await;
    let granted = rig.host.enter(&open, &rig.host.code(FAMILY)).await.unwrap();
    let right = rig.answer(FAMILY, "Imran Sheikh").await;
    rig.amend(FAMILY, void("1", "2021-07-01")).await;
    assert!(matches!(rig.host.told(&open).await, Err(Error::AlreadyUsed)));
    for _ in 0..5 {
        rig.host.service.keep().await.unwrap();
        rig.host.wait(300);
    }
    let mut lists = StatusLists::default();
    for (name, _) in rig.host.service.status_lists().await.unwrap() {
        let list = rig.host.service.status_list(name).await.unwrap().unwrap();
        lists.insert(&rig.host.verifier(), list, rig.host.service.now()).unwrap();
    }
    let at_the_gate = |granted: &Granted| {
        let now = rig.host.service.now();
        let shown = rig.host.verifier().verify(granted.token.as_str(), "rail", now).unwrap();
        lists.require_good(shown.claims(), now).map(|_| ())
    };
    assert_eq!((at_the_gate(&granted), at_the_gate(&right)), (Err(Refusal::Revoked), Ok(())));
}

/// A tool that changes the registry announces it before, dies, and a server looks all the same.
#[tokio::test]
async fn a_tool_that_dies_after_its_change_loses_no_correction() {
    let rig = rig(|builder| builder).await;
    let granted = rig.answer(FAMILY, ASHA).await;
    let tool = Corrections::new(&ServiceKey::from_bytes([2; 32]), rig.store.clone());
    let correction = Correction { mobile: mobile(FAMILY), erased: None };
    tool.announce(&[correction], rig.host.service.now()).await.unwrap();
    assert_eq!(rig.host.service.keep().await.unwrap().corrected, 0, "nothing is another yet");
    rig.registry.void_dose(&mobile(FAMILY), &beneficiary("1"), "2021-07-01".parse().unwrap(), None).await.unwrap();
    rig.host.wait(60);
    assert_eq!(rig.host.service.keep().await.unwrap().corrected, 1);
    assert_eq!((rig.state(&granted).await, rig.waiting().await), (ConsentState::Corrected, 1));
    rig.host.wait(60);
    rig.host.service.keep().await.unwrap();
    assert_eq!(rig.waiting().await, 0, "two minutes later it is settled");

    let foreign = Corrections::new(&ServiceKey::from_bytes([9; 32]), rig.store.clone());
    foreign.announce(&[correction; 3], rig.host.service.now()).await.unwrap();
    rig.host.service.keep().await.unwrap();
    assert_eq!(rig.waiting().await, 0, "what cannot be read waits for nobody");
}

/// Who moved to another number is not erased, and two records of one person that were merged are both that person's.
#[tokio::test]
async fn who_moved_or_was_merged_keeps_what_is_true_of_them() {
    let rig = rig(|builder| builder).await;
    let (asha, imran) = (rig.answer(FAMILY, ASHA).await, rig.answer(FAMILY, "Imran Sheikh").await);
    rig.registry.move_person(&mobile(FAMILY), &mobile("9876500000"), &beneficiary("1")).await.unwrap();
    rig.amend(FAMILY, doses("2", "Imran Sheikh", &["2021-07-01"])).await;
    assert_eq!((rig.state(&asha).await, rig.state(&imran).await), (ConsentState::Active, ConsentState::Corrected));

    let rig = self::rig(|builder| builder).await;
    let meena = rig.answer(NAMESAKES, "Meena Devi").await;
    rig.registry.upsert(&mobile(NAMESAKES), &person("50", "Meena Devi", None, &["2021-06-01"])).await.unwrap();
    rig.registry.merge_ids(&mobile(NAMESAKES), &beneficiary("5"), &beneficiary("50")).await.unwrap();
    rig.host.service.corrected(&mobile(NAMESAKES)).await.unwrap();
    assert_eq!(rig.state(&meena).await, ConsentState::Corrected, "the other record has a dose more");
}

/// A host that does not know the policy leaves the correction to one that does.
#[tokio::test]
async fn a_policy_that_is_gone_is_judged_by_no_host_that_lacks_it() {
    let store = Arc::new(MemoryStore::new());
    let other = || Policy::builtin("us-cdc").unwrap();
    let first = crate::support::over(store.clone(), None, |builder| builder.limits(unlimited()).policy(other())).await;
    let open = first.open(FAMILY, ASHA).await;
    let granted = first.enter(&open, &first.code(FAMILY)).await.unwrap();
    let without = crate::support::over(store.clone(), None, |builder| builder.limits(unlimited())).await;
    let rig = Rig { host: without, registry: registry(&store).await, store: store.clone() };
    rig.amend(FAMILY, doses("1", ASHA, &[])).await;
    rig.later().await;
    assert_eq!(rig.state(&granted).await, ConsentState::Active);
    assert!(rig.waiting().await > 0, "it waits for a host that knows the policy");
    let knows = crate::support::over(store.clone(), None, |builder| builder.limits(unlimited()).policy(other())).await;
    // A host of these tests puts its people into the registry when it starts.
    rig.registry.upsert(&mobile(FAMILY), &person("1", ASHA, None, &[])).await.unwrap();
    knows.wait(180);
    assert_eq!(knows.service.keep().await.unwrap().corrected, 1);
    assert_eq!((rig.state(&granted).await, rig.waiting().await), (ConsentState::Corrected, 0));
}

/// A registry that lets others run before and after it reads, and may make the clock go on while it does.
struct Slow {
    inner: SealedRegistry,
    turns: AtomicU64,
    clock: Arc<ManualClock>,
    seconds: AtomicI64,
}

impl Slow {
    async fn dawdle(&self) {
        let turn = self.turns.fetch_add(7, Ordering::Relaxed);
        for _ in 0..turn % 11 {
            tokio::task::yield_now().await;
        }
    }
}

#[async_trait]
impl Registry for Slow {
    async fn find(&self, mobile: &Mobile, name: &PersonName, year: Option<BirthYear>) -> Result<Lookup, RegistryError> {
        self.dawdle().await;
        let found = self.inner.find(mobile, name, year).await;
        self.dawdle().await;
        self.clock.advance(TimeDelta::seconds(self.seconds.swap(0, Ordering::Relaxed)));
        found
    }

    async fn find_again(&self, mobile: &Mobile, person: &PersonTag) -> Result<Option<Found>, RegistryError> {
        self.inner.find_again(mobile, person).await
    }
}

async fn slow_rig() -> (Rig, Arc<Slow>) {
    let store = Arc::new(MemoryStore::new());
    crate::support::over(store.clone(), None, |builder| builder).await; // the people
    let clock = Arc::new(ManualClock::at(crate::support::start()));
    let inner = registry(&store).await;
    let slow = Arc::new(Slow { inner, turns: AtomicU64::new(1), clock: clock.clone(), seconds: AtomicI64::new(0) });
    let with = slow.clone();
    let adjust = |builder: StatusServiceBuilder| builder.limits(unlimited()).registry(with).clock(clock.clone());
    let mut host = crate::support::over(store.clone(), None, adjust).await;
    host.clock = clock;
    (Rig { host, registry: registry(&store).await, store }, slow)
}

/// A thousand times: answers are given while the record is put right. Two minutes later no token says what was false, and none
/// ended that says what is true.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_corrections_raced_against_answers_leave_no_false_token() {
    let (rig, _) = slow_rig().await;
    let rig = Arc::new(rig);
    let (mut ended, mut stayed, mut held_back) = (0, 0, 0);
    for round in 0..1_000_u32 {
        let number = format!("98{:08}", round);
        rig.registry.upsert(&mobile(&number), &person("9", ASHA, None, &["2021-04-03", "2021-07-01"])).await.unwrap();
        let mut answers = Vec::new();
        for _ in 0..2 {
            let open = rig.host.open(&number, ASHA).await;
            let (rig, code) = (rig.clone(), rig.host.code(&number));
            answers.push(tokio::spawn(async move { rig.host.enter(&open, &code).await }));
        }
        for _ in 0..round % 13 {
            tokio::task::yield_now().await;
        }
        rig.amend(&number, void("9", "2021-07-01")).await;
        let mut given = Vec::new();
        for answer in answers {
            match answer.await.unwrap() {
                Ok(granted) => given.push(granted),
                // It was corrected between being written down and being handed out: nobody got it.
                Err(Error::AlreadyUsed) => held_back += 1,
                Err(error) => panic!("{error}"),
            }
        }
        if round % 100 != 99 {
            rig.host.service.corrected(&mobile(&number)).await.unwrap(); // the later look, at once
        } else {
            rig.later().await; // as a server does it
        }
        for granted in given {
            let expected = match granted.status {
                VaccinationStatus::FullyVaccinated => ConsentState::Corrected,
                _ => ConsentState::Active,
            };
            assert_eq!(rig.state(&granted).await, expected, "round {round}");
            if expected == ConsentState::Active { stayed += 1 } else { ended += 1 }
        }
    }
    assert!(ended > 50 && stayed > 50, "both orders were tried: {ended} ended, {stayed} stayed, {held_back} held back");
}

/// What was read a minute ago is read again before it is told.
#[tokio::test]
async fn an_answer_that_took_too_long_is_found_again() {
    let (rig, slow) = slow_rig().await;
    let open = rig.host.open(FAMILY, ASHA).await;
    slow.seconds.store(61, Ordering::Relaxed);
    let granted = rig.host.enter(&open, &rig.host.code(FAMILY)).await.unwrap();
    assert_eq!(granted.status, VaccinationStatus::FullyVaccinated);
    let record = rig.host.service.consent(&granted.consent_id).await.unwrap().unwrap();
    assert_eq!(
        record.consent.given_at,
        crate::support::start() + TimeDelta::seconds(61),
        "by a record that was read afresh"
    );
}

#[tokio::test]
async fn a_statement_for_a_day_ahead_is_held_against_what_was_known_when_it_was_made() {
    let rig = rig(|builder| builder).await;
    let request = StatusRequest { on: Some("2022-03-01".parse().unwrap()), ..asked(FAMILY, ASHA) };
    let open = rig.host.service.request(request).await.unwrap();
    let granted = rig.host.enter_at("rail", &open, &rig.host.code(FAMILY)).await.unwrap();
    rig.host.wait(86_400);
    rig.amend(FAMILY, doses("1", ASHA, &["2021-04-03", "2021-07-01", "2021-12-02"])).await;
    assert_eq!(rig.state(&granted).await, ConsentState::Active);
    rig.amend(FAMILY, doses("1", ASHA, &["2021-04-03", "2021-12-02"])).await;
    assert_eq!(rig.state(&granted).await, ConsentState::Corrected, "the second dose was not given before");
}
