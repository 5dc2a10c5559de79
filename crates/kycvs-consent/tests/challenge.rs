//! The rules of one OTP request, as its state machine keeps them.

use crate::support::{
    RIGHT, WRONG, at, confirmation, enter, enter_as, key, no_record, opened, pending, stored, verified, wrong,
};
use chrono::TimeDelta;
use kycvs_consent::{
    Challenge, ChallengeLimits, Confirmation, EndReason, Entered, NoticeHash, OtpCode, Over, Pending, Random,
    RandomError, ResendRefusal, Stage,
};
use proptest::prelude::*;

#[test]
fn the_right_code_is_accepted_after_two_wrong_ones() {
    let (next, left) = wrong(enter(opened(&ChallengeLimits::default()), WRONG, 1));
    assert_eq!(left, 2);
    let (next, left) = wrong(enter(pending(next), WRONG, 2));
    assert_eq!(left, 1);
    assert!(matches!(enter(pending(next), RIGHT, 3), Entered::New(_)));
}

/// A generator that draws the digits of [`RIGHT`], or others.
struct Draws([u8; 6]);

impl Random for Draws {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
        bytes.iter_mut().zip(self.0.iter().cycle()).for_each(|(byte, digit)| *byte = *digit);
        Ok(())
    }
}

#[test]
fn a_request_awaits_its_newest_code_until_that_or_the_request_ends() {
    let code = |digits| OtpCode::draw(&Draws(digits), 6).unwrap();
    let (right, other) = (code([4, 8, 2, 9, 1, 3]), code([0, 0, 0, 0, 0, 0]));
    assert_eq!((right.secret(), other.secret()), (RIGHT, WRONG));
    let first = opened(&ChallengeLimits::default());
    assert!(first.awaits(&key(), &right, at(179)) && !first.awaits(&key(), &right, at(180)));
    assert!(!first.awaits(&key(), &other, at(1)));
    let resent = first.resend(stored(WRONG), &ChallengeLimits::default(), at(60)).unwrap();
    assert!(resent.awaits(&key(), &other, at(61)) && !resent.awaits(&key(), &right, at(61)), "the newest alone");
    let late = ChallengeLimits { code_lifetime: TimeDelta::seconds(3600), ..ChallengeLimits::default() };
    assert!(!opened(&late).awaits(&key(), &right, at(600)), "a request that ended awaits nothing");
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
    let resent = opened(&limits).resend(stored("111111"), &limits, at(60)).unwrap().sent();
    assert!(matches!(enter(resent.clone(), RIGHT, 61), Entered::Wrong { .. }));
    assert!(matches!(enter(resent, "111111", 61), Entered::New(_)));
}

/// A gateway that timed out may have sent it, or not: the person enters whichever code came.
#[test]
fn until_a_new_code_was_surely_sent_the_one_in_hand_is_good_for_its_own_time() {
    let limits = ChallengeLimits::default();
    let unknown = opened(&limits).resend(stored("111111"), &limits, at(100)).unwrap();
    assert!(matches!(enter(unknown.clone(), RIGHT, 179), Entered::New(_)));
    assert!(matches!(enter(unknown.clone(), RIGHT, 180), Entered::Wrong { .. }));
    assert!(matches!(enter(unknown.clone(), "111111", 279), Entered::New(_)));
    assert!(matches!(enter(unknown, "111111", 280), Entered::Over(Over::CodeExpired)));
}

#[test]
fn two_codes_that_happen_to_be_the_same_are_both_good() {
    let limits = ChallengeLimits::default();
    let twice = opened(&limits).resend(stored(RIGHT), &limits, at(60)).unwrap();
    assert!(matches!(enter(twice, RIGHT, 61), Entered::New(_)));
}

#[test]
fn a_request_keeps_the_words_of_its_notice() {
    assert_eq!(opened(&ChallengeLimits::default()).notice_text(), "notice");
}

#[test]
fn a_code_that_was_not_sent_leaves_all_as_it_was_but_the_count() {
    let limits = ChallengeLimits::default();
    let before = opened(&limits);
    let after = before.clone().resend(stored("111111"), &limits, at(60)).unwrap();
    let (next, _) = wrong(enter(after, WRONG, 61));
    let restored = pending(next).not_sent(before);
    assert_eq!((restored.resend_at(), restored.code_expires_at()), (Some(at(60)), at(180)));
    assert!(matches!(enter(restored.clone(), "111111", 62), Entered::Wrong { attempts_left: 1, .. }));
    assert!(matches!(enter(restored, RIGHT, 62), Entered::New(_)));
}

#[test]
fn a_request_sends_three_codes_with_growing_waits() {
    let limits = ChallengeLimits::default();
    let refused = |pending: &Pending, second| pending.check_resend(&limits, at(second)).unwrap_err();
    let first = opened(&limits);
    assert_eq!(refused(&first, 59), ResendRefusal::TooEarly { at: at(60) });
    let second = first.resend(stored(RIGHT), &limits, at(60)).unwrap();
    assert_eq!(refused(&second, 179), ResendRefusal::TooEarly { at: at(180) });
    let third = second.resend(stored(RIGHT), &limits, at(180)).unwrap();
    assert_eq!(third.resend_at(), None);
    assert_eq!(refused(&third, 599), ResendRefusal::NoneLeft);
    assert_eq!(refused(&third, 600), ResendRefusal::Over(Over::Expired));
}

/// Its message says three minutes.
#[test]
fn a_further_code_is_sent_only_while_it_can_live_as_long_as_it_promises() {
    let limits = ChallengeLimits::default();
    let resent = opened(&limits).resend(stored(RIGHT), &limits, at(420)).unwrap();
    assert_eq!((resent.code_expires_at(), resent.resend_at()), (at(600), None));
    assert_eq!(opened(&limits).check_resend(&limits, at(421)), Err(ResendRefusal::NoneLeft));
    let at_300 = opened(&limits).resend(stored(RIGHT), &limits, at(300)).unwrap();
    assert_eq!(at_300.resend_at(), Some(at(420)));
    let at_301 = opened(&limits).resend(stored(RIGHT), &limits, at(301)).unwrap();
    assert_eq!(at_301.resend_at(), None, "the wait would end when no full code is left");
}

#[test]
fn a_code_is_good_for_three_minutes_and_not_a_second_longer() {
    let limits = ChallengeLimits::default();
    assert!(matches!(enter(opened(&limits), RIGHT, 179), Entered::New(_)));
    assert!(matches!(enter(opened(&limits), RIGHT, 180), Entered::Over(Over::CodeExpired)));
    assert!(matches!(enter(opened(&limits), RIGHT, 600), Entered::Over(Over::Expired)));
}

#[test]
fn a_code_works_once_and_only_its_caller_may_repeat_the_call_for_two_minutes() {
    let limits = ChallengeLimits::default();
    let open = verified(opened(&limits), 170);
    for stored in [open.clone(), open.answer(vec![no_record()], &limits, at(170))] {
        let stored = Challenge::Verified(stored);
        assert!(matches!(enter_as(1, stored.clone(), RIGHT, 289), Entered::Again(_)));
        for (caller, code, second) in [(2, RIGHT, 171), (1, WRONG, 171), (1, RIGHT, 290), (1, RIGHT, 599)] {
            let entered = enter_as(caller, stored.clone(), code, second);
            assert!(matches!(entered, Entered::Over(Over::Used)), "{caller} {code} {second}: {entered:?}");
        }
    }
}

#[test]
fn an_answer_may_be_repeated_for_as_long_as_the_code_that_asked_for_it() {
    let limits = ChallengeLimits::default();
    let answered = verified(opened(&limits), 0).answer(vec![no_record()], &limits, at(100));
    assert_eq!(answered.repeat_until(), at(220));
    let third = opened(&limits).resend(stored(RIGHT), &limits, at(420)).unwrap();
    let late = verified(third, 590);
    assert_eq!(late.repeat_until(), at(600), "and never beyond the request");
    assert_eq!(late.answer(vec![no_record()], &limits, at(599)).repeat_until(), at(600));
}

#[test]
fn an_answer_forgets_the_person() {
    let limits = ChallengeLimits::default();
    let answered = verified(opened(&limits), 1).answer(vec![no_record()], &limits, at(1));
    let written = serde_json::to_string(&Challenge::Verified(answered)).unwrap();
    assert!(!written.contains("9876543210") && !written.contains("asha"));
}

#[test]
fn a_code_that_agrees_to_another_notice_is_not_compared() {
    let another = Confirmation { notice: NoticeHash::of("another"), ..confirmation(RIGHT, 1) };
    let open = Challenge::Pending(opened(&ChallengeLimits::default()));
    let entered = open.enter(&key(), &another, &ChallengeLimits::default(), at(1));
    assert!(matches!(entered, Entered::Over(Over::AnotherNotice)));
}

#[test]
fn a_person_may_decline_until_there_is_an_answer() {
    let limits = ChallengeLimits::default();
    let pending = || Challenge::Pending(opened(&limits));
    let declined = pending().end(EndReason::Declined, at(599)).unwrap();
    assert_eq!(declined.reason, EndReason::Declined);
    assert!(Challenge::Ended(declined).end(EndReason::Declined, at(5)).is_ok(), "twice is the same");
    assert!(matches!(pending().end(EndReason::Declined, at(600)), Err(Over::Expired)));
    let verified = verified(opened(&limits), 1);
    let open = || Challenge::Verified(verified.clone());
    assert_eq!(open().end(EndReason::Declined, at(599)).unwrap().reason, EndReason::Declined);
    assert!(matches!(open().end(EndReason::Declined, at(600)), Err(Over::Expired)));
    let answered = Challenge::Verified(verified.clone().answer(vec![no_record()], &limits, at(1)));
    assert!(matches!(answered.end(EndReason::Declined, at(700)), Err(Over::Used)));
    for (reason, over) in [(EndReason::Locked, Over::Locked), (EndReason::NotSent, Over::NotSent)] {
        let ended = Challenge::Ended(opened(&limits).end(reason, at(0)));
        assert_eq!(ended.clone().end(EndReason::Declined, at(1)).err(), Some(over));
        assert_eq!(ended.clone().into_pending().err(), Some(over));
        assert!(matches!(enter_as(1, ended, RIGHT, 1), Entered::Over(why) if why == over));
    }
    let over = Challenge::Ended(opened(&limits).end(EndReason::Declined, at(0)));
    assert!(matches!(enter_as(1, over, RIGHT, 1), Entered::Over(Over::Used)));
}

#[test]
fn debug_output_names_nobody() {
    let shown = format!("{:?}", Challenge::Pending(opened(&ChallengeLimits::default())));
    for secret in ["9876543210", "543210", "asha", "rao", RIGHT] {
        assert!(!shown.to_lowercase().contains(secret), "{shown}");
    }
    assert!(shown.contains("Subject(redacted)"), "{shown}");
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
                        Entered::New(verified) => {
                            prop_assert!(matches!(step, Step::Right) && now < 600 && wrongs < 3);
                            prop_assert!(matches!(verified.stage(), Stage::Open(_)));
                            Challenge::Verified(verified)
                        }
                        Entered::Wrong { next, attempts_left } => {
                            wrongs += 1;
                            prop_assert_eq!(attempts_left, 3 - wrongs);
                            next
                        }
                        Entered::Over(Over::CodeExpired | Over::Expired) => Challenge::Pending(unchanged),
                        other => panic!("{other:?}"),
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
