//! What breaks, and what is left: every call is either done, or can be tried again, or has clearly ended.

use std::sync::Arc;

use crate::support::failing::{Break, Failing};
use crate::support::{FAMILY, Host, asked, rail};
use async_trait::async_trait;
use chrono::TimeDelta;
use kycvs::domain::{BirthYear, DoseHistory, Mobile, PersonName, VaccinationStatus};
use kycvs::registry::{Found, Lookup, PersonTag, Registry, RegistryError};
use kycvs::token::{Algorithm, PublicKey, Signer, SignerError, SigningKey, TokenIssuer};
use kycvs::{Error, OtpMessage, OtpSender, SendError};
use kycvs_memory::MemoryStore;
use mockall::mock;

/// More operations than any call makes.
const ALL_STEPS: i64 = 12;

async fn breakable() -> (Host, Arc<Failing<MemoryStore>>) {
    let store = Arc::new(Failing::over(Arc::new(MemoryStore::new())));
    (crate::support::over(store.clone(), None, |builder| builder).await, store)
}

/// The same with requests and consents as two stores, so that an answer and its consent are two writes.
async fn breakable_apart() -> (Host, Arc<Failing<MemoryStore>>) {
    let store = Arc::new(Failing::over(Arc::new(MemoryStore::new())));
    let apart = store.clone();
    (crate::support::over(store.clone(), None, |builder| builder.challenges(apart.clone()).ledger(apart)).await, store)
}

#[tokio::test]
async fn a_host_is_ready_while_each_store_can_be_read_and_written() {
    let (host, store) = breakable().await;
    for step in 0..5 {
        store.break_after(step, Break::Before);
        assert!(matches!(host.service.check_stores().await, Err(Error::StoreUnavailable(_))), "step {step}");
        store.heal();
        host.service.check_stores().await.unwrap();
    }
}

#[tokio::test]
async fn a_host_is_not_ready_while_its_registry_is_away() {
    let mut people = MockPeople::new();
    people.expect_find().times(1).returning(|_, _, _| Err(RegistryError::unavailable("down")));
    people.expect_find().returning(|_, _, _| Ok(Lookup::NotFound));
    let host =
        crate::support::over(Arc::new(MemoryStore::new()), None, |builder| builder.registry(Arc::new(people))).await;
    assert!(matches!(host.service.check_stores().await, Err(Error::RegistryUnavailable(_))));
    host.service.check_stores().await.unwrap();
}

/// Hosts ask at the same moment, any number of times: all that is left is one note and one count.
#[tokio::test]
async fn who_asks_whether_stores_are_ready_leaves_no_heap_of_records() {
    let host = crate::support::redb().await;
    for _ in 0..3 {
        let (one, another) = tokio::join!(host.service.check_stores(), host.service.check_stores());
        one.and(another).unwrap();
    }
    host.clock.advance(TimeDelta::days(2));
    let purged = host.service.keep().await.unwrap();
    assert_eq!((purged.requests, purged.limits), (1, 1));
}

#[tokio::test]
async fn a_store_that_breaks_at_any_step_of_confirm_costs_nothing() {
    for (how, apart) in [(Break::Before, false), (Break::After, false), (Break::Before, true), (Break::After, true)] {
        let mut broke = 0;
        for step in 0..ALL_STEPS {
            let (host, store) = if apart { breakable_apart().await } else { breakable().await };
            let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
            let code = host.code(FAMILY);
            store.break_after(step, how);
            let first = host.enter(&open, &code).await;
            store.heal();
            let again = host.enter(&open, &code).await.unwrap();
            match first {
                Ok(first) => assert_eq!(first.token.as_str(), again.token.as_str(), "one token"),
                Err(Error::StoreUnavailable(_) | Error::RegistryUnavailable(_)) => broke += 1,
                Err(other) => panic!("step {step}, {how:?}: {other:?}"),
            }
            assert_eq!(again.status, VaccinationStatus::FullyVaccinated);
            let record = host.service.consent(&again.consent_id).await.unwrap().unwrap();
            let verified = host.verifier().verify(&again.token, "rail", crate::support::start()).unwrap();
            assert_eq!(verified.claims().consent.hash, record.hash, "step {step}, {how:?}");
        }
        let steps = if apart { 9 } else { 8 };
        assert_eq!(
            broke, steps,
            "load, lock, code used, counted, registry, head, lease, answer; apart, the ledger, too"
        );
    }
}

#[tokio::test]
async fn a_store_that_breaks_while_a_wrong_code_is_counted_gives_no_free_guess() {
    for how in [Break::Before, Break::After] {
        for step in 0..ALL_STEPS {
            let (host, store) = breakable().await;
            let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
            let wrong = host.wrong_code(FAMILY);
            store.break_after(step, how);
            let told_at_first = matches!(host.enter(&open, &wrong).await, Err(Error::WrongCode { .. }));
            store.heal();
            let mut told = usize::from(told_at_first);
            while let Err(Error::WrongCode { .. }) = host.enter(&open, &wrong).await {
                told += 1;
            }
            assert!(told <= 3, "step {step}, {how:?}");
            assert!(matches!(host.enter(&open, &host.code(FAMILY)).await, Err(Error::RequestLocked)));
        }
    }
}

#[tokio::test]
async fn a_store_that_breaks_while_a_request_is_opened_leaves_no_request() {
    for how in [Break::Before, Break::After] {
        for step in 0..ALL_STEPS {
            let (host, store) = breakable().await;
            store.break_after(step, how);
            let first = host.service.request(asked(FAMILY, "Asha Lakshmi Rao")).await;
            store.heal();
            assert_eq!(
                host.sms.messages().len(),
                usize::from(first.is_ok()),
                "step {step}: no message without a request"
            );
            let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
            assert!(host.enter(&open, &host.code(FAMILY)).await.is_ok());
        }
    }
}

#[tokio::test]
async fn a_store_that_breaks_while_a_code_is_resent_leaves_the_request_alive() {
    for how in [Break::Before, Break::After] {
        for step in 0..ALL_STEPS {
            let (host, store) = breakable().await;
            let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
            host.wait(60);
            store.break_after(step, how);
            let _ = host.service.resend(&rail(), &open.id).await;
            store.heal();
            host.wait(120);
            if host.service.resend(&rail(), &open.id).await.is_ok() {
                assert!(host.enter(&open, &host.code(FAMILY)).await.is_ok(), "step {step}, {how:?}");
            } else {
                panic!("step {step}, {how:?}: a further code must be possible");
            }
        }
    }
}

mock! {
    Sender {}
    #[async_trait]
    impl OtpSender for Sender {
        async fn send(&self, message: OtpMessage) -> Result<(), SendError>;
    }
}

#[tokio::test]
async fn a_code_that_was_not_sent_opens_no_request_and_still_counts() {
    let mut sender = MockSender::new();
    sender.expect_send().times(8).returning(|_| Err(SendError::NotSent("the gateway is down".into())));
    let host =
        crate::support::over(Arc::new(MemoryStore::new()), None, |builder| builder.sender(Arc::new(sender))).await;
    for _ in 0..8 {
        let refused = host.service.request(asked(FAMILY, "Asha Rao")).await;
        assert!(matches!(refused, Err(Error::SmsUnavailable(_))));
    }
    // Nobody knows whether a gateway that failed sent the message after all.
    assert!(matches!(host.service.request(asked(FAMILY, "Asha Rao")).await, Err(Error::TooManyRequests { .. })));
}

mock! {
    People {}
    #[async_trait]
    impl Registry for People {
        async fn find(
            &self,
            mobile: &Mobile,
            name: &PersonName,
            birth_year: Option<BirthYear>,
        ) -> Result<Lookup, RegistryError>;
        async fn find_again(&self, mobile: &Mobile, person: &PersonTag) -> Result<Option<Found>, RegistryError>;
    }
}

#[tokio::test]
async fn a_registry_that_is_down_does_not_use_up_the_code() {
    let mut people = MockPeople::new();
    people.expect_find().times(5).returning(|_, _, _| Err(RegistryError::unavailable("down")));
    people.expect_find().returning(|_, _, _| {
        Ok(Lookup::Found(Found { history: DoseHistory::default(), person: PersonTag::from_bytes([1; 16]) }))
    });
    let host =
        crate::support::over(Arc::new(MemoryStore::new()), None, |builder| builder.registry(Arc::new(people))).await;
    let open = host.open(FAMILY, "Asha Rao").await;
    for _ in 0..5 {
        assert!(matches!(host.enter(&open, &host.code(FAMILY)).await, Err(Error::RegistryUnavailable(_))));
    }
    assert_eq!(host.enter(&open, &host.code(FAMILY)).await.unwrap().status, VaccinationStatus::NotVaccinated);
}

#[tokio::test]
async fn the_registry_is_not_read_before_the_right_code() {
    let mut people = MockPeople::new();
    people.expect_find().never();
    let host =
        crate::support::over(Arc::new(MemoryStore::new()), None, |builder| builder.registry(Arc::new(people))).await;
    let open = host.open(FAMILY, "Asha Rao").await;
    assert!(host.enter(&open, &host.wrong_code(FAMILY)).await.is_err());
    host.wait(60);
    host.service.resend(&rail(), &open.id).await.unwrap();
    host.service.state(&rail(), &open.id).await.unwrap();
    host.service.decline(&rail(), &open.id).await.unwrap();
}

/// A key in an HSM that is away, and comes back.
struct Flaky(SigningKey, std::sync::atomic::AtomicBool);

#[async_trait]
impl Signer for Flaky {
    fn public_key(&self) -> &PublicKey {
        self.0.public_key()
    }

    async fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignerError> {
        if self.1.swap(true, std::sync::atomic::Ordering::SeqCst) {
            self.0.sign(message).await
        } else {
            Err(SignerError::new("the HSM is away"))
        }
    }
}

#[tokio::test]
async fn a_signer_that_is_away_does_not_use_up_the_code() {
    let key = Flaky(SigningKey::generate(Algorithm::Es256).unwrap(), false.into());
    let issuer = TokenIssuer::new(crate::support::ISSUER, Arc::new(key)).unwrap();
    let host = crate::support::over(Arc::new(MemoryStore::new()), None, |builder| builder.issuer(issuer)).await;
    let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
    assert!(matches!(host.enter(&open, &host.code(FAMILY)).await, Err(Error::SigningUnavailable(_))));
    assert!(host.enter(&open, &host.code(FAMILY)).await.is_ok());
}

/// The challenge store knows the request as it was before its code was used, as a replica does that was promoted too early.
#[tokio::test]
async fn a_challenge_store_that_forgot_a_used_code_gives_no_second_token() {
    let (before, after, ledger) = (MemoryStore::new(), MemoryStore::new(), Arc::new(MemoryStore::new()));
    let (before, after) = (Arc::new(before), Arc::new(after));
    let first = crate::support::over(ledger.clone(), None, |builder| builder.challenges(after.clone())).await;
    let open = first.open(FAMILY, "Asha Lakshmi Rao").await;
    let code = first.code(FAMILY);
    copy_request(&after, &before, &open.id).await;
    first.enter(&open, &code).await.unwrap();

    let second = crate::support::over(ledger, None, |builder| builder.challenges(before)).await;
    second.wait(1);
    assert!(matches!(second.enter(&open, &code).await, Err(Error::AlreadyUsed)));
}

/// The same where an answer and its consent are one write.
#[tokio::test]
async fn a_store_with_a_request_from_before_its_answer_gives_no_second_token() {
    let (store, before) = (Arc::new(MemoryStore::new()), MemoryStore::new());
    let host = crate::support::over(store.clone(), None, |builder| builder).await;
    let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
    let code = host.code(FAMILY);
    copy_request(&store, &before, &open.id).await;
    host.enter(&open, &code).await.unwrap();
    host.wait(1);
    put_back(&before, &store, &open.id).await;
    for _ in 0..2 {
        assert!(matches!(host.enter(&open, &code).await, Err(Error::AlreadyUsed)));
    }
}

/// Writes a request over a newer state of itself.
async fn put_back(from: &MemoryStore, to: &MemoryStore, id: &kycvs::consent::RequestId) {
    use kycvs::store::ChallengeStore;
    let key = kycvs::store::Key::from(*id.as_bytes());
    let record = from.load(&key).await.unwrap().unwrap();
    let newer = to.load(&key).await.unwrap().unwrap().version;
    to.put(&key, Some(newer), record.body, crate::support::start()).await.unwrap();
}

async fn copy_request(from: &MemoryStore, to: &MemoryStore, id: &kycvs::consent::RequestId) {
    use kycvs::store::ChallengeStore;
    let key = kycvs::store::Key::from(*id.as_bytes());
    let record = from.load(&key).await.unwrap().unwrap();
    to.put(&key, None, record.body, crate::support::start()).await.unwrap();
}
