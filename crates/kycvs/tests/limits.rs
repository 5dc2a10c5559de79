//! Limits bind who guesses and who sends messages at our cost, and let a family book.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use crate::support::failing::{Break, Failing};
use crate::support::{FAMILY, Host, UNKNOWN, asked, id, mobile, rail};
use async_trait::async_trait;
use kycvs::consent::{CodeProof, LimitError, RequestId};
use kycvs::store::Limit;
use kycvs::{
    BuildError, CollectingSender, EntityLimits, Error, Limits, OpenRequest, OtpMessage, OtpSender, RequestState,
    SendError, StatusRequest, StatusServiceBuilder,
};
use kycvs_memory::MemoryStore;

fn limit(max: u32, per_seconds: u32) -> Vec<Limit> {
    vec![Limit { max: max.try_into().unwrap(), per_seconds: per_seconds.try_into().unwrap() }]
}

async fn with(adjust: impl FnOnce(StatusServiceBuilder) -> StatusServiceBuilder) -> Host {
    crate::support::over(Arc::new(MemoryStore::new()), None, adjust).await
}

/// CoWIN let one number have six people, and a booking has up to six passengers.
#[tokio::test]
async fn six_people_of_one_phone_finish_one_booking() {
    let host = crate::support::memory().await;
    for name in ["Asha Lakshmi Rao", "Imran Sheikh", "Ravi Kumar", "Meena Devi", "Thomas Mathew", "Zoya Mathew"] {
        let open = host.open(FAMILY, name).await;
        let _ = host.enter(&open, &host.code(FAMILY)).await;
    }
    assert_eq!(host.sms.messages().len(), 6);
}

#[tokio::test]
async fn a_number_that_is_locked_at_one_entity_is_answered_at_another() {
    let host = crate::support::memory().await;
    let mut wrong = 0;
    while let Ok(open) = host.service.request(asked(FAMILY, "Asha Lakshmi Rao")).await {
        while let Err(Error::WrongCode { .. }) = host.enter(&open, &host.wrong_code(FAMILY)).await {
            wrong += 1;
        }
    }
    assert_eq!(wrong, 5);
    let elsewhere = StatusRequest { entity: id("air"), ..asked(FAMILY, "Asha Lakshmi Rao") };
    let open = host.service.request(elsewhere).await.unwrap();
    host.enter_at("air", &open, &host.code(FAMILY)).await.unwrap();
    assert!(
        matches!(host.service.request(asked(FAMILY, "Asha Rao")).await, Err(Error::MobileLocked { .. })),
        "a right code elsewhere does not free it here"
    );
}

/// Who knows a number, and guesses at every entity from where they are.
#[tokio::test]
async fn a_number_is_locked_on_the_network_of_who_guesses_before_it_is_anywhere() {
    let host = crate::support::memory().await;
    let (guesser, owner) = (Some("192.0.2.0/24"), Some("198.51.100.0/24"));
    let open = async |entity: &str, from| {
        let asked = StatusRequest { entity: id(entity), ..asked(FAMILY, "Asha Lakshmi Rao") };
        let admitted = host.service.admit(asked, &[], from).await?;
        host.service.open(RequestId::from_random(host.service.draw_bytes()?), admitted).await
    };
    let enter = async |entity: &str, open: &OpenRequest, code: &str, from| {
        let entered = open.confirmation(CodeProof::from_typed(code).unwrap());
        host.service.confirm_from(&id(entity), &open.id, &entered, from, &[]).await.map(drop)
    };
    let mut wrong = 0;
    let mut in_hand = None;
    for entity in ["rail", "air"] {
        while let Ok(opened) = open(entity, guesser).await {
            while let Err(Error::WrongCode { .. }) = enter(entity, &opened, &host.wrong_code(FAMILY), guesser).await {
                wrong += 1;
            }
            in_hand = Some(opened);
        }
    }
    assert_eq!(wrong, 4, "fewer than lock a number at an entity");
    let in_hand = in_hand.unwrap();
    let right = enter("rail", &in_hand, &host.code(FAMILY), guesser).await;
    assert!(matches!(right, Err(Error::MobileLocked { .. })), "a right code tells nothing there: {right:?}");
    for entity in ["rail", "air"] {
        let opened = open(entity, owner).await.unwrap();
        enter(entity, &opened, &host.code(FAMILY), owner).await.unwrap();
    }
    assert!(matches!(open("air", guesser).await, Err(Error::MobileLocked { .. })), "no right code was entered there");
    host.wait(86_400);
    let opened = open("air", guesser).await.unwrap();
    enter("air", &opened, &host.code(FAMILY), guesser).await.unwrap();
}

#[tokio::test]
async fn a_range_of_numbers_that_is_used_up_at_one_entity_is_open_at_another() {
    let host = crate::support::memory().await;
    let to = |number: u32| format!("987654{number:04}");
    let mut sent = 0;
    for number in 0..40 {
        sent += u32::from(host.service.request(asked(&to(number), "Asha Lakshmi Rao")).await.is_ok());
    }
    assert_eq!(sent, 20);
    let elsewhere = StatusRequest { entity: id("air"), ..asked(&to(50), "Asha Lakshmi Rao") };
    host.service.request(elsewhere).await.unwrap();
}

/// NIST SP 800-63B-4, 3.2.2.
#[tokio::test]
async fn wrong_codes_in_a_row_add_up_over_days_until_a_right_one() {
    let few = Limits {
        failures_per_mobile: [limit(10, 86_400), limit(12, 31_536_000)].concat(),
        failures_per_mobile_and_entity: limit(100, 86_400),
        ..Limits::default()
    };
    for right_between in [false, true] {
        let host = with(|builder| builder.limits(few.clone())).await;
        let mut wrong = 0;
        for day in 0..5 {
            let open = host.service.request(asked(FAMILY, "Asha Lakshmi Rao")).await;
            let Ok(open) = open else { break };
            if right_between && day == 2 {
                host.enter(&open, &host.code(FAMILY)).await.unwrap();
                host.wait(86_400);
                continue;
            }
            while let Err(Error::WrongCode { .. }) = host.enter(&open, &host.wrong_code(FAMILY)).await {
                wrong += 1;
            }
            host.wait(86_400);
        }
        let locked = host.service.request(asked(FAMILY, "Asha Rao")).await;
        assert_eq!((wrong, locked.is_err()), if right_between { (12, false) } else { (12, true) });
    }
}

/// Who tries one code at each of many numbers.
#[tokio::test]
async fn wrong_codes_over_many_numbers_stop_their_entity_and_no_other() {
    let own = EntityLimits { failures: Some(limit(20, 3_600)), ..EntityLimits::default() };
    let host = with(|builder| builder.entity_limits(rail(), own)).await;
    let mut wrong = 0;
    let stopped = loop {
        let number = (6_000_010_000_u64 + 10_000 * wrong).to_string();
        let open = match host.service.request(asked(&number, "Asha Rao")).await {
            Ok(open) => open,
            Err(error) => break error,
        };
        host.enter(&open, &host.wrong_code(&number)).await.unwrap_err();
        wrong += 1;
    };
    assert_eq!(wrong, 20);
    assert!(
        matches!(stopped, Error::TooManyRequests { retry_at } if retry_at == crate::support::start() + chrono::TimeDelta::hours(1))
    );
    let elsewhere = StatusRequest { entity: id("air"), ..asked(FAMILY, "Asha Lakshmi Rao") };
    let open = host.service.request(elsewhere).await.unwrap();
    assert!(host.enter_at("air", &open, &host.code(FAMILY)).await.is_ok());
    host.wait(3_600);
    assert!(host.service.request(asked(FAMILY, "Asha Rao")).await.is_ok());
}

#[tokio::test]
async fn right_codes_do_not_count_for_the_entity() {
    let own = EntityLimits { failures: Some(limit(2, 3_600)), sends: Some(limit(6, 600)) };
    let host = with(|builder| builder.entity_limits(rail(), own)).await;
    for _ in 0..6 {
        let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
        host.enter(&open, &host.code(FAMILY)).await.unwrap();
    }
    assert!(matches!(host.service.request(asked(UNKNOWN, "Asha Rao")).await, Err(Error::TooManyRequests { .. })));
    let elsewhere = StatusRequest { entity: id("air"), ..asked(UNKNOWN, "Asha Rao") };
    assert!(host.service.request(elsewhere).await.is_ok(), "only the one entity's messages");
}

#[tokio::test]
async fn a_limit_that_bounds_nothing_is_refused_when_the_service_is_built() {
    let own = EntityLimits { sends: Some(vec![]), ..EntityLimits::default() };
    let built = kycvs::StatusService::builder().entity_limits(rail(), own).build();
    assert!(matches!(built, Err(BuildError::Limit(LimitError { field: "sends", .. }))));
}

/// A gateway that does with each message what the test says.
struct Gateway(Arc<CollectingSender>, Mutex<VecDeque<&'static str>>);

#[async_trait]
impl OtpSender for Gateway {
    async fn send(&self, message: OtpMessage) -> Result<(), SendError> {
        let outcome = self.1.lock().unwrap().pop_front().unwrap_or("taken");
        match outcome {
            "not sent" => Err(SendError::NotSent("down".into())),
            "lost" => Err(SendError::Unknown("no answer".into())),
            "late" => {
                self.0.send(message).await?;
                Err(SendError::Unknown("no answer".into()))
            }
            _ => self.0.send(message).await,
        }
    }
}

async fn behind_a_gateway(outcomes: &[&'static str]) -> Host {
    let sms = Arc::new(CollectingSender::default());
    let gateway = Gateway(sms.clone(), Mutex::new(outcomes.iter().copied().collect()));
    let mut host = with(|builder| builder.sender(Arc::new(gateway))).await;
    host.sms = sms;
    host
}

#[tokio::test]
async fn a_code_that_arrives_after_its_gateway_timed_out_works() {
    let host = behind_a_gateway(&["late"]).await;
    let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
    assert!(matches!(host.service.state(&rail(), &open.id).await, Ok(RequestState::Pending(_))));
    assert!(host.enter(&open, &host.code(FAMILY)).await.is_ok());
}

#[tokio::test]
async fn whichever_code_arrived_works_when_nobody_knows() {
    for (second, arrived) in [("lost", 0), ("late", 0), ("late", 1)] {
        let host = behind_a_gateway(&["taken", second]).await;
        let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
        host.wait(60);
        let open = host.service.resend(&rail(), &open.id).await.unwrap();
        let code = host.sms.messages()[arrived].code.secret().to_owned();
        assert!(host.enter(&open, &code).await.is_ok(), "{second} {arrived}");
    }
}

#[tokio::test]
async fn a_resend_that_fails_leaves_the_code_in_hand() {
    let host = behind_a_gateway(&["taken", "not sent"]).await;
    let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
    let code = host.code(FAMILY);
    host.wait(60);
    assert!(matches!(host.service.resend(&rail(), &open.id).await, Err(Error::SmsUnavailable(_))));
    assert!(host.service.resend(&rail(), &open.id).await.is_ok(), "and uses up none of the request's messages");
    if host.code(FAMILY) != code {
        assert!(matches!(host.enter(&open, &code).await, Err(Error::WrongCode { .. })), "a new code kills it");
    }
    assert!(host.enter(&open, &host.code(FAMILY)).await.is_ok());
}

#[tokio::test]
async fn a_resend_is_held_to_the_limits_and_the_locks() {
    let host = with(|builder| builder.limits(Limits { sends_per_mobile: limit(2, 600), ..Limits::default() })).await;
    let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
    host.open(FAMILY, "Asha Lakshmi Rao").await;
    host.wait(60);
    let code = host.sms.messages()[0].code.secret().to_owned();
    assert!(matches!(host.service.resend(&rail(), &open.id).await, Err(Error::TooManyRequests { .. })));
    assert!(host.enter(&open, &code).await.is_ok());

    let host = crate::support::memory().await;
    let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
    for _ in 0..2 {
        let other = host.open(FAMILY, "Asha Lakshmi Rao").await;
        while let Err(Error::WrongCode { .. }) = host.enter(&other, &host.wrong_code(FAMILY)).await {}
    }
    host.wait(60);
    let sent = host.sms.messages().len();
    assert!(matches!(host.service.resend(&rail(), &open.id).await, Err(Error::MobileLocked { .. })));
    assert_eq!(host.sms.messages().len(), sent);
}

/// Right and wrong codes look the same to whoever asks while nothing can be written, and all that is judged is counted.
#[tokio::test]
async fn a_store_that_reads_and_does_not_write_tells_nothing() {
    for step in [2, 3] {
        let store = Arc::new(Failing::over(Arc::new(MemoryStore::new())));
        let host = crate::support::over(store.clone(), None, |builder| builder).await;
        let (right, wrong) = (host.open(FAMILY, "Asha Lakshmi Rao").await, host.open(FAMILY, "Asha Lakshmi Rao").await);
        let code = host.sms.messages()[0].code.secret().to_owned();
        let mut told = Vec::new();
        for (open, code) in [(&right, code), (&wrong, host.wrong_code(FAMILY))] {
            store.break_after(step, Break::Before);
            told.push(format!("{:?}", host.enter(open, &code).await));
            assert_eq!(store.operations_since_break(), step + 1, "and takes the same steps");
            store.heal();
        }
        assert_eq!(told[0], told[1]);
        assert!(told[0].contains("StoreUnavailable"));
    }
}

#[tokio::test]
async fn a_number_is_freed_at_every_entity() {
    let host = crate::support::memory().await;
    for entity in ["rail", "air"] {
        for _ in 0..2 {
            let request = StatusRequest { entity: id(entity), ..asked(FAMILY, "Asha Lakshmi Rao") };
            let Ok(open) = host.service.request(request).await else { break };
            while let Err(Error::WrongCode { .. }) = host.enter_at(entity, &open, &host.wrong_code(FAMILY)).await {}
        }
    }
    host.service.unlock(&mobile(FAMILY)).await.unwrap();
    for entity in ["rail", "air", "sea"] {
        let request = StatusRequest { entity: id(entity), ..asked(FAMILY, "Asha Lakshmi Rao") };
        assert!(host.service.request(request).await.is_ok(), "{entity}");
    }
}
