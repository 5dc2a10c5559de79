//! The way of one answer, over every store.

use std::collections::HashSet;
use std::sync::Arc;

use crate::support::{FAMILY, Host, NAMESAKES, UNKNOWN, asked, id, mobile, on_every_store, rail};
use kycvs::consent::{CodeProof, Confirmation, ConsentState, Language, Nonce, NoticeHash, WithdrawnBy};
use kycvs::domain::VaccinationStatus;
use kycvs::{Error, OpenRequest, OtpDomain, RequestState};
use kycvs_memory::MemoryStore;

on_every_store!(
    a_right_code_gives_a_status_that_anyone_verifies,
    who_asks_for_a_cwt_gets_the_same_statement_as_one,
    each_person_on_a_mobile_gets_their_own_status,
    the_answer_is_repeated_to_the_same_caller,
    a_code_works_once,
    a_used_code_is_worthless_before_its_request_ends,
    the_consent_is_in_the_ledger_and_the_token_names_it,
    a_wrong_name_an_unknown_mobile_and_namesakes_get_the_same_refusal,
    nothing_about_the_registry_shows_before_the_right_code,
    a_wrong_code_is_counted_and_the_third_locks,
    a_code_expires_and_a_resend_helps,
    a_request_ends_after_ten_minutes,
    the_old_code_dies_with_a_resend,
    another_entity_cannot_touch_a_request,
    agreeing_to_another_notice_is_refused,
    a_declined_request_is_over,
    a_withdrawn_consent_is_not_answered_again,
    a_token_that_expired_is_not_handed_out,
    an_operator_frees_a_number_that_is_locked,
    finished_requests_are_forgotten_after_a_day,
    an_abandoned_request_keeps_nobody_longer_than_an_hour_after_its_code,
);

async fn a_right_code_gives_a_status_that_anyone_verifies(host: Host) {
    let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
    let granted = host.enter(&open, &host.code(FAMILY)).await.unwrap();
    assert_eq!(granted.status, VaccinationStatus::FullyVaccinated);

    let verified = host.verifier().verify(&granted.token, "rail", crate::support::start()).unwrap();
    assert_eq!(verified.status(), VaccinationStatus::FullyVaccinated);
    let claims = verified.claims();
    assert_eq!(claims.policy, "in-kyc-vs/1");
    assert_eq!(claims.purpose, "booking");
    assert_eq!(claims.reference.as_deref(), Some("PNR 2345678901"));
    assert_eq!(claims.as_of.to_string(), "2021-12-01");
    assert!(host.verifier().verify(&granted.token, "air", crate::support::start()).is_err());
}

async fn who_asks_for_a_cwt_gets_the_same_statement_as_one(host: Host) {
    let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
    let entered = open.confirmation(CodeProof::from_typed(&host.code(FAMILY)).unwrap());
    let answer =
        async |entered: &Confirmation| host.service.confirm(&rail(), &open.id, entered).await.unwrap().only().unwrap();
    let granted = answer(&entered.clone().with_cwt()).await;
    let claims = |token| host.verifier().verify(token, "rail", crate::support::start()).unwrap().into_claims();
    let cwt = granted.cwt.as_ref().unwrap();
    assert!(claims(cwt) == claims(&granted.token));
    assert_eq!(answer(&entered).await.cwt.as_ref(), Some(cwt), "a call that is repeated gives what the first one did");

    let open = host.open(FAMILY, "Imran Sheikh").await;
    assert!(host.enter(&open, &host.code(FAMILY)).await.unwrap().cwt.is_none(), "a signature that nobody asked for");
}

async fn each_person_on_a_mobile_gets_their_own_status(host: Host) {
    for (number, name, status) in [
        (FAMILY, "ASHA LAXMI RAO", VaccinationStatus::FullyVaccinated),
        (FAMILY, "Mr. Imran Sheikh", VaccinationStatus::NotVaccinated),
        (NAMESAKES, "Devi Meena", VaccinationStatus::PartiallyVaccinated),
    ] {
        let open = host.open(number, name).await;
        assert_eq!(host.enter(&open, &host.code(number)).await.unwrap().status, status, "{name}");
    }
}

async fn the_answer_is_repeated_to_the_same_caller(host: Host) {
    let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
    let code = host.code(FAMILY);
    let first = host.enter(&open, &code).await.unwrap();
    host.wait(119);
    let again = host.enter(&open, &code).await.unwrap();
    assert_eq!((first.token.as_str(), first.consent_id), (again.token.as_str(), again.consent_id));
    let told = host.told(&open).await.unwrap();
    assert_eq!(told.token.as_str(), first.token.as_str());
    assert!(matches!(host.enter(&open, &host.wrong_code(FAMILY)).await, Err(Error::AlreadyUsed)));
}

/// NIST SP 800-63B-4, 3.1.3.2: "shall accept a given OTP only once".
async fn a_code_works_once(host: Host) {
    let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
    let code = host.code(FAMILY);
    host.enter(&open, &code).await.unwrap();
    for attempt in [Nonce::from_random([0; 16]), Nonce::from_random([9; 16])] {
        let elsewhere = OpenRequest { attempt, ..open.clone() };
        assert!(matches!(host.enter(&elsewhere, &code).await, Err(Error::AlreadyUsed)));
    }
}

async fn a_used_code_is_worthless_before_its_request_ends(host: Host) {
    let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
    let code = host.code(FAMILY);
    host.enter(&open, &code).await.unwrap();
    host.wait(120);
    assert!(matches!(host.enter(&open, &code).await, Err(Error::AlreadyUsed)), "nor to the same caller");
    host.wait(479);
    assert!(matches!(host.enter(&open, &code).await, Err(Error::AlreadyUsed)));
}

async fn the_consent_is_in_the_ledger_and_the_token_names_it(host: Host) {
    let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
    let granted = host.enter(&open, &host.code(FAMILY)).await.unwrap();
    let record = host.service.consent(&granted.consent_id).await.unwrap().unwrap();
    let verified = host.verifier().verify(&granted.token, "rail", crate::support::start()).unwrap();
    assert_eq!(verified.claims().consent.id, granted.consent_id.to_string());
    assert_eq!(verified.claims().consent.hash, record.hash);
    assert_eq!(Some(verified.claims().token_id.as_str()), record.consent.token_id());
    assert_eq!(record.consent.notice, open.notice.reference);
    assert_eq!(verified.claims().expires_at, granted.expires_at);
    assert_eq!(record.state(crate::support::start()), ConsentState::Active);
}

async fn a_wrong_name_an_unknown_mobile_and_namesakes_get_the_same_refusal(host: Host) {
    for (number, name) in [(FAMILY, "Asha Verma"), (UNKNOWN, "Asha Lakshmi Rao"), (NAMESAKES, "Ravi Kumar")] {
        let open = host.open(number, name).await;
        let code = host.code(number);
        for _ in 0..2 {
            let refused = host.enter(&open, &code).await;
            assert!(matches!(refused, Err(Error::NoMatchingRecord)), "{number} {name}: {refused:?}");
        }
        assert!(matches!(host.told(&open).await, Err(Error::NoMatchingRecord)));
    }
}

async fn nothing_about_the_registry_shows_before_the_right_code(host: Host) {
    let mut shown = Vec::new();
    for (number, name) in [(FAMILY, "Asha Lakshmi Rao"), (FAMILY, "Asha Verma"), (UNKNOWN, "Asha Lakshmi Rao")] {
        let open = host.open(number, name).await;
        let wrong = host.enter(&open, &host.wrong_code(number)).await;
        let pending = (open.code_expires_at, open.expires_at, open.resend_at, open.code_digits);
        let notice = open.notice.text.replace(name, "whom they named");
        shown.push((pending, notice, format!("{wrong:?}")));
    }
    assert!(shown.iter().all(|answer| *answer == shown[0]), "{shown:?}");
}

async fn a_wrong_code_is_counted_and_the_third_locks(host: Host) {
    let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
    let (right, wrong) = (host.code(FAMILY), host.wrong_code(FAMILY));
    for left in [2, 1, 0] {
        assert!(
            matches!(host.enter(&open, &wrong).await, Err(Error::WrongCode { attempts_left }) if attempts_left == left)
        );
    }
    assert!(matches!(host.enter(&open, &right).await, Err(Error::RequestLocked)));
    assert!(matches!(host.service.state(&rail(), &open.id).await, Ok(RequestState::Locked)));
}

async fn a_code_expires_and_a_resend_helps(host: Host) {
    let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
    host.wait(180);
    assert!(matches!(host.enter(&open, &host.code(FAMILY)).await, Err(Error::CodeExpired)));
    let open = host.service.resend(&rail(), &open.id).await.unwrap();
    assert!(host.enter(&open, &host.code(FAMILY)).await.is_ok());
}

async fn a_request_ends_after_ten_minutes(host: Host) {
    let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
    host.wait(600);
    assert!(matches!(host.enter(&open, &host.code(FAMILY)).await, Err(Error::RequestExpired)));
    assert!(matches!(host.service.resend(&rail(), &open.id).await, Err(Error::RequestExpired)));
    assert!(matches!(host.service.state(&rail(), &open.id).await, Ok(RequestState::Expired)));
}

async fn the_old_code_dies_with_a_resend(host: Host) {
    let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
    let old = host.code(FAMILY);
    assert!(matches!(host.service.resend(&rail(), &open.id).await, Err(Error::ResendTooEarly { .. })));
    host.wait(60);
    let open = host.service.resend(&rail(), &open.id).await.unwrap();
    let new = host.code(FAMILY);
    if old != new {
        assert!(matches!(host.enter(&open, &old).await, Err(Error::WrongCode { attempts_left: 2 })));
    }
    assert!(host.enter(&open, &new).await.is_ok());
}

async fn another_entity_cannot_touch_a_request(host: Host) {
    let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
    let (air, code) = (id("air"), CodeProof::from_typed(&host.code(FAMILY)).unwrap());
    let confirmed = host.service.confirm(&air, &open.id, &open.confirmation(code)).await;
    assert!(matches!(confirmed, Err(Error::NotFound)));
    assert!(matches!(host.service.resend(&air, &open.id).await, Err(Error::NotFound)));
    assert!(matches!(host.service.decline(&air, &open.id).await, Err(Error::NotFound)));
    assert!(matches!(host.service.state(&air, &open.id).await, Err(Error::NotFound)));
    assert!(host.enter(&open, &host.code(FAMILY)).await.is_ok());
}

async fn agreeing_to_another_notice_is_refused(host: Host) {
    let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
    let code = CodeProof::from_typed(&host.code(FAMILY)).unwrap();
    let refused = host
        .service
        .confirm(&rail(), &open.id, &Confirmation { notice: NoticeHash::of("another"), ..open.confirmation(code) })
        .await;
    assert!(matches!(refused, Err(Error::NoticeMismatch)));
    assert!(host.enter(&open, &host.code(FAMILY)).await.is_ok(), "and nothing was used up");
}

async fn a_declined_request_is_over(host: Host) {
    let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
    host.service.decline(&rail(), &open.id).await.unwrap();
    host.service.decline(&rail(), &open.id).await.unwrap();
    assert!(matches!(host.enter(&open, &host.code(FAMILY)).await, Err(Error::AlreadyUsed)));
    assert!(matches!(host.service.state(&rail(), &open.id).await, Ok(RequestState::Declined)));

    let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
    host.enter(&open, &host.code(FAMILY)).await.unwrap();
    assert!(matches!(host.service.decline(&rail(), &open.id).await, Err(Error::AlreadyUsed)));
}

async fn a_withdrawn_consent_is_not_answered_again(host: Host) {
    let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
    let code = host.code(FAMILY);
    let granted = host.enter(&open, &code).await.unwrap();
    host.service.withdraw(&granted.consent_id, WithdrawnBy::Person).await.unwrap();
    host.service.withdraw(&granted.consent_id, WithdrawnBy::Person).await.unwrap();
    assert!(matches!(host.enter(&open, &code).await, Err(Error::ConsentWithdrawn)));
    assert!(matches!(host.told(&open).await, Err(Error::ConsentWithdrawn)));
    let record = host.service.consent(&granted.consent_id).await.unwrap().unwrap();
    assert_eq!(record.state(crate::support::start()), ConsentState::Withdrawn);
    assert_eq!(record.events.len(), 1);
}

async fn a_token_that_expired_is_not_handed_out(host: Host) {
    let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
    host.enter(&open, &host.code(FAMILY)).await.unwrap();
    host.wait(86_399);
    assert!(host.told(&open).await.is_ok());
    host.wait(1);
    assert!(matches!(host.service.state(&rail(), &open.id).await, Ok(RequestState::Expired)));
    host.wait(600);
    let forgotten = host.service.state(&rail(), &open.id).await;
    assert!(matches!(forgotten, Err(Error::NotFound)), "without a purge, too: {forgotten:?}");
}

async fn an_operator_frees_a_number_that_is_locked(host: Host) {
    for _ in 0..2 {
        let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
        while let Err(Error::WrongCode { .. }) = host.enter(&open, &host.wrong_code(FAMILY)).await {}
    }
    assert!(matches!(host.service.request(asked(FAMILY, "Asha Rao")).await, Err(Error::MobileLocked { .. })));
    host.service.unlock(&mobile(FAMILY)).await.unwrap();
    for _ in 0..8 {
        host.open(FAMILY, "Asha Lakshmi Rao").await;
    }
    assert!(matches!(host.service.request(asked(FAMILY, "Asha Rao")).await, Err(Error::TooManyRequests { .. })));
}

/// How far the clocks of two hosts may be apart, in seconds: so much later is forgotten what they may still need.
const HOST_CLOCKS_APART: i64 = 3_600;

async fn finished_requests_are_forgotten_after_a_day(host: Host) {
    let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
    let granted = host.enter(&open, &host.code(FAMILY)).await.unwrap();
    host.wait(600 + 86_399 + HOST_CLOCKS_APART);
    let purged = host.service.keep().await.unwrap();
    assert_eq!(
        (purged.requests, purged.limits),
        (0, 4),
        "the mobile, its prefix over all and at the entity, and the entity count no longer"
    );
    host.wait(1);
    assert_eq!(host.service.keep().await.unwrap().requests, 1);
    assert!(matches!(host.service.state(&rail(), &open.id).await, Err(Error::NotFound)));
    assert!(host.service.consent(&granted.consent_id).await.unwrap().is_some(), "a consent is kept");
}

async fn an_abandoned_request_keeps_nobody_longer_than_an_hour_after_its_code(host: Host) {
    let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
    host.wait(599);
    assert_eq!(host.service.keep().await.unwrap().requests, 0);
    host.wait(1);
    assert!(matches!(host.service.state(&rail(), &open.id).await, Ok(RequestState::Expired)));
    host.wait(HOST_CLOCKS_APART - 1);
    assert_eq!(host.service.keep().await.unwrap().requests, 0, "a host whose clock is behind may have it open");
    host.wait(1);
    assert_eq!(host.service.keep().await.unwrap().requests, 1);
    assert!(matches!(host.service.state(&rail(), &open.id).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn an_unregistered_entity_or_purpose_sends_nothing() {
    let host = crate::support::memory().await;
    let stranger = kycvs::StatusRequest { entity: id("stranger"), ..asked(FAMILY, "Asha Rao") };
    assert!(matches!(host.service.request(stranger).await, Err(Error::UnknownEntity)));
    let odd = kycvs::StatusRequest { purpose: id("marketing"), ..asked(FAMILY, "Asha Rao") };
    assert!(matches!(host.service.request(odd).await, Err(Error::UnknownPurpose)));
    assert!(host.sms.messages().is_empty());
}

#[tokio::test]
async fn the_message_says_who_asks_and_for_what() {
    let host = crate::support::memory().await;
    host.open(FAMILY, "Asha Lakshmi Rao").await;
    let message = &host.sms.messages()[0];
    assert_eq!(message.to, mobile(FAMILY));
    for fact in [message.code.secret(), "Indian Railways", "to book a ticket", "3 minutes"] {
        assert!(message.text.contains(fact), "{fact}");
    }
    assert_eq!(format!("{message:?}"), "OtpMessage(redacted)");
}

#[tokio::test]
async fn the_message_is_written_in_the_persons_language() {
    let host = crate::support::memory().await;
    for (language, number) in Language::ALL.iter().copied().zip(6_000_000_010_u64..) {
        let request = kycvs::StatusRequest { language, ..asked(&number.to_string(), "Asha Lakshmi Rao") };
        host.service.request(request).await.unwrap();
        let sent = host.sms.messages().pop().unwrap();
        let validity = language.duration(sent.validity);
        for fact in [sent.code.secret(), sent.entity.as_str(), sent.purpose.as_str(), validity.as_str()] {
            assert!(sent.text.contains(fact), "{language:?}: {fact}");
        }
        assert_eq!((sent.language, sent.domain), (language, None));
        assert!(!sent.text.contains(['{', '}', '\n', '@']), "{language:?}");
    }
    let texts: HashSet<String> =
        host.sms.messages().iter().map(|sent| sent.text.replace(sent.code.secret(), "")).collect();
    assert_eq!(texts.len(), Language::ALL.len());
}

#[tokio::test]
async fn a_message_that_is_bound_to_a_domain_ends_with_its_line() {
    let domain = OtpDomain::parse("kycvs.example").unwrap();
    let host = crate::support::over(Arc::new(MemoryStore::new()), None, |builder| builder.otp_domain(domain)).await;
    host.open(FAMILY, "Asha Lakshmi Rao").await;
    let sent = host.sms.messages().pop().unwrap();
    let line = format!("\n\n@kycvs.example #{}", sent.code.secret());
    assert!(sent.text.ends_with(&line));
}
