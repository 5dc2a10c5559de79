//! The rules of one OTP request, as its state machine keeps them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

use chrono::{DateTime, TimeDelta, Utc};
use kycvs_consent::{
    Answer, Attempt, Challenge, ChallengeLimits, CodeKey, CodeProof, EndReason, Identifier, Label, Language,
    NoticeHash, NoticeRef, Pending, Purpose, Repeat, Request, RequestId, ResendRefusal, StoredCode, Subject,
    VerifyingEntity,
};
use kycvs_domain::{Mobile, PersonName};
use proptest::prelude::*;

const RIGHT: &str = "482913";
const WRONG: &str = "000000";

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_630_000_000 + second, 0).unwrap()
}

fn key() -> CodeKey {
    CodeKey::new(&[7; 32])
}

fn proof(code: &str) -> CodeProof {
    CodeProof::from_typed(code).unwrap()
}

fn request() -> Request {
    let label = |text| Label::parse(text).unwrap();
    let id = |text| Identifier::parse(text).unwrap();
    Request {
        id: RequestId::from_random([1; 16]),
        entity: VerifyingEntity { id: id("rail"), name: label("Indian Railways") },
        purpose: Purpose { code: id("booking"), text: label("to book a ticket"), onward_sharing: true },
        reference: None,
        notice: NoticeRef {
            id: "n".to_owned(),
            version: 1,
            language: Language::English,
            hash: NoticeHash::of("notice"),
        },
        mobile_key: [3; 16],
        opened_at: at(0),
        expires_at: at(600),
    }
}

fn stored(code: &str) -> StoredCode {
    key().store(request().binding(), &proof(code))
}

fn opened(limits: &ChallengeLimits) -> Pending {
    let subject =
        Subject { mobile: Mobile::parse("9876543210").unwrap(), name: PersonName::parse("Asha Rao").unwrap() };
    Pending::open(request(), subject, "notice".to_owned(), stored(RIGHT), limits)
}

fn enter(pending: Pending, code: &str, second: i64) -> Attempt {
    pending.attempt(&key(), &proof(code), &ChallengeLimits::default(), at(second))
}

fn wrong(attempt: Attempt) -> (Challenge, u8) {
    match attempt {
        Attempt::Wrong { next, attempts_left } => (next, attempts_left),
        other => panic!("expected a wrong code, got {other:?}"),
    }
}

fn pending(challenge: Challenge) -> Pending {
    match challenge {
        Challenge::Pending(pending) => pending,
        other => panic!("expected a pending request, got {other:?}"),
    }
}

#[test]
fn the_right_code_is_accepted_after_two_wrong_ones() {
    let (next, left) = wrong(enter(opened(&ChallengeLimits::default()), WRONG, 1));
    assert_eq!(left, 2);
    let (next, left) = wrong(enter(pending(next), WRONG, 2));
    assert_eq!(left, 1);
    assert!(matches!(enter(pending(next), RIGHT, 3), Attempt::Right(_)));
}

#[test]
fn the_third_wrong_code_locks_the_request_and_forgets_the_person() {
    let (next, _) = wrong(enter(opened(&ChallengeLimits::default()), WRONG, 1));
    let (next, _) = wrong(enter(pending(next), WRONG, 2));
    let (next, left) = wrong(enter(pending(next), WRONG, 3));
    assert_eq!(left, 0);
    assert!(matches!(&next, Challenge::Ended(ended) if ended.reason == EndReason::Locked));
    let written = serde_json::to_string(&next).unwrap();
    assert!(!written.contains("9876543210") && !written.contains("asha"));
}

#[test]
fn a_resend_does_not_reset_the_count() {
    let limits = ChallengeLimits::default();
    let (next, _) = wrong(enter(opened(&limits), WRONG, 1));
    let (next, _) = wrong(enter(pending(next), WRONG, 2));
    let resent = pending(next).resend(stored("111111"), &limits, at(60)).unwrap();
    assert_eq!(wrong(enter(resent, WRONG, 61)).1, 0);
}

#[test]
fn a_new_code_kills_the_old_one() {
    let limits = ChallengeLimits::default();
    let resent = opened(&limits).resend(stored("111111"), &limits, at(60)).unwrap();
    assert!(matches!(enter(resent.clone(), RIGHT, 61), Attempt::Wrong { .. }));
    assert!(matches!(enter(resent, "111111", 61), Attempt::Right(_)));
}

#[test]
fn a_request_sends_three_codes_with_growing_waits() {
    let limits = ChallengeLimits::default();
    let first = opened(&limits);
    assert_eq!(first.check_resend(at(59)), Err(ResendRefusal::TooEarly { at: at(60) }));
    let second = first.resend(stored(RIGHT), &limits, at(60)).unwrap();
    assert_eq!(second.check_resend(at(179)), Err(ResendRefusal::TooEarly { at: at(180) }));
    let third = second.resend(stored(RIGHT), &limits, at(180)).unwrap();
    assert_eq!(third.check_resend(at(599)), Err(ResendRefusal::NoneLeft));
    assert_eq!(third.check_resend(at(600)), Err(ResendRefusal::Expired));
}

#[test]
fn a_code_is_good_for_three_minutes_and_not_a_second_longer() {
    let limits = ChallengeLimits::default();
    assert!(matches!(enter(opened(&limits), RIGHT, 179), Attempt::Right(_)));
    assert!(matches!(enter(opened(&limits), RIGHT, 180), Attempt::CodeExpired));
    assert!(matches!(enter(opened(&limits), RIGHT, 600), Attempt::RequestExpired));
}

#[test]
fn a_code_never_outlives_its_request() {
    let limits = ChallengeLimits { resend_waits: vec![TimeDelta::seconds(500)], ..Default::default() };
    let resent = opened(&limits).resend(stored(RIGHT), &limits, at(550)).unwrap();
    assert_eq!(resent.code_expires_at(), at(600));
}

#[test]
fn an_answer_is_repeated_to_the_right_code_and_to_no_other() {
    let limits = ChallengeLimits::default();
    let Attempt::Right(verified) = enter(opened(&limits), RIGHT, 1) else { panic!("the code is right") };
    let mut answered = verified.answer(Answer::NoRecord);
    let written = serde_json::to_string(&answered).unwrap();
    assert!(!written.contains("9876543210") && !written.contains("asha"), "the person is forgotten");

    for left in [2, 1, 0] {
        assert!(matches!(answered.clone().repeat(&key(), &proof(RIGHT), &limits, at(2)), Repeat::Right(_)));
        match answered.repeat(&key(), &proof(WRONG), &limits, at(2)) {
            Repeat::Wrong { next, attempts_left } => {
                assert_eq!(attempts_left, left);
                answered = next;
            }
            other => panic!("expected a wrong code, got {other:?}"),
        }
    }
    assert!(matches!(answered.clone().repeat(&key(), &proof(RIGHT), &limits, at(3)), Repeat::Locked));
    assert!(matches!(answered.repeat(&key(), &proof(RIGHT), &limits, at(600)), Repeat::RequestExpired));
}

#[test]
fn debug_output_names_nobody() {
    let shown = format!("{:?}", Challenge::Pending(opened(&ChallengeLimits::default())));
    for secret in ["9876543210", "543210", "asha", "rao", RIGHT] {
        assert!(!shown.to_lowercase().contains(secret), "{shown}");
    }
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Right,
    Wrong,
    Resend,
    Wait(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![Just(Step::Right), Just(Step::Wrong), Just(Step::Resend), (0_i64..200).prop_map(Step::Wait)];
    prop::collection::vec(step, 0..40)
}

proptest! {
    /// Whatever a person or an attacker does, in whatever order.
    #[test]
    fn no_order_of_steps_gets_around_the_limits(steps in steps()) {
        let limits = ChallengeLimits::default();
        let mut challenge = Challenge::Pending(opened(&limits));
        let (mut now, mut sends, mut wrongs) = (0, 1, 0);
        for step in steps {
            // What is stored is read again, as every store does it.
            let written = serde_json::to_vec(&challenge).unwrap();
            let read: Challenge = serde_json::from_slice(&written).unwrap();
            let Challenge::Pending(pending) = read else { break };
            challenge = match step {
                Step::Wait(seconds) => {
                    now += seconds;
                    continue;
                }
                Step::Resend => match pending.clone().resend(stored(RIGHT), &limits, at(now)) {
                    Ok(next) => {
                        sends += 1;
                        Challenge::Pending(next)
                    }
                    Err(_) => Challenge::Pending(pending),
                },
                Step::Right | Step::Wrong => {
                    let code = if matches!(step, Step::Right) { RIGHT } else { WRONG };
                    let unchanged = pending.clone();
                    match enter(pending, code, now) {
                        Attempt::Right(verified) => {
                            prop_assert!(matches!(step, Step::Right) && now < 600 && wrongs < 3);
                            Challenge::Answered(verified.answer(Answer::NoRecord))
                        }
                        Attempt::Wrong { next, attempts_left } => {
                            wrongs += 1;
                            prop_assert_eq!(attempts_left, 3 - wrongs);
                            next
                        }
                        Attempt::CodeExpired | Attempt::RequestExpired => Challenge::Pending(unchanged),
                    }
                }
            };
        }
        prop_assert!(sends <= 3 && wrongs <= 3);
        if wrongs == 3 {
            prop_assert!(matches!(challenge, Challenge::Ended(_)));
        }
    }
}
