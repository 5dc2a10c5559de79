//! A policy that could lock gates out, or let them take what is over, is refused before it does.

use std::sync::Arc;

use crate::support::{AUDIENCE, claims, forge, header, now, payload, test_key, verifier};
use chrono::TimeDelta;
use kycvs_token::{
    Algorithm, MAX_CLOCK_SKEW, MAX_KEY_USE, MAX_LIFETIME, MAX_TOKEN_BYTES, PolicyError, Refusal, RotationPolicy,
    Signer, SigningKeys, SigningKeysError, StatusLists, VerifierPolicy,
};

const SECOND: TimeDelta = TimeDelta::seconds(1);

fn verifier_refuses(policy: VerifierPolicy) -> Option<&'static str> {
    verifier().with_policy(policy).err().map(|error| error.field)
}

fn rotation_refuses(policy: RotationPolicy) -> Option<&'static str> {
    let key: Arc<dyn Signer> = Arc::new(test_key(Algorithm::EdDsa));
    match SigningKeys::new(policy, [(now(), key)]) {
        Ok(_) => None,
        Err(SigningKeysError::Policy(PolicyError { field, .. })) => Some(field),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn a_verifier_allows_for_clocks_ten_minutes_apart_and_no_more() {
    for (clock_skew, refused) in [
        (TimeDelta::MIN, Some("clock_skew")),
        (-SECOND, Some("clock_skew")),
        (TimeDelta::zero(), None),
        (MAX_CLOCK_SKEW, None),
        (MAX_CLOCK_SKEW + SECOND, Some("clock_skew")),
        (TimeDelta::MAX, Some("clock_skew")),
    ] {
        assert_eq!(verifier_refuses(VerifierPolicy { clock_skew, ..VerifierPolicy::default() }), refused);
        assert_eq!(rotation_refuses(RotationPolicy { clock_skew, ..RotationPolicy::default() }), refused);
    }
}

#[test]
fn no_policy_takes_a_token_of_more_than_seven_days_or_of_none() {
    for (lifetime, ok) in
        [(TimeDelta::zero(), false), (SECOND, true), (MAX_LIFETIME, true), (MAX_LIFETIME + SECOND, false)]
    {
        let verifier = VerifierPolicy { max_lifetime: lifetime, ..VerifierPolicy::default() };
        assert_eq!(verifier_refuses(verifier).is_none(), ok);
        let rotation = RotationPolicy { longest_token: lifetime, ..RotationPolicy::default() };
        assert_eq!(rotation_refuses(rotation), (!ok).then_some("longest_token"));
        assert_eq!(StatusLists::new(lifetime.to_std().unwrap()).is_ok(), ok);
    }
}

#[test]
fn a_key_is_published_before_any_gate_can_miss_it() {
    let policy = |publish_before_use| RotationPolicy {
        publish_before_use,
        key_set_max_age: TimeDelta::seconds(600),
        clock_skew: TimeDelta::seconds(60),
        ..RotationPolicy::default()
    };
    assert_eq!(rotation_refuses(policy(TimeDelta::seconds(660))), None);
    assert_eq!(rotation_refuses(policy(TimeDelta::seconds(659))), Some("publish_before_use"));
    assert_eq!(rotation_refuses(policy(TimeDelta::zero())), Some("publish_before_use"));
}

#[test]
fn one_key_at_most_waits_for_its_turn() {
    let policy = |use_for| RotationPolicy { use_for, ..RotationPolicy::default() };
    assert_eq!(rotation_refuses(policy(TimeDelta::hours(24))), None);
    assert_eq!(rotation_refuses(policy(TimeDelta::hours(24) - SECOND)), Some("publish_before_use"));
}

#[test]
fn a_key_signs_for_two_years_at_most() {
    let policy = |use_for| RotationPolicy { use_for, ..RotationPolicy::default() };
    assert_eq!(rotation_refuses(policy(MAX_KEY_USE)), None);
    assert_eq!(rotation_refuses(policy(MAX_KEY_USE + SECOND)), Some("use_for"));
    assert_eq!(rotation_refuses(policy(TimeDelta::MAX)), Some("use_for"));
}

#[test]
fn a_key_set_may_be_kept_for_a_day_at_most() {
    for (key_set_max_age, refused) in [
        (TimeDelta::zero(), Some("key_set_max_age")),
        (SECOND, None),
        (TimeDelta::hours(24), None),
        (TimeDelta::hours(24) + SECOND, Some("key_set_max_age")),
        (TimeDelta::MAX, Some("key_set_max_age")),
    ] {
        let publish_before_use = TimeDelta::hours(48);
        let policy = RotationPolicy { key_set_max_age, publish_before_use, ..RotationPolicy::default() };
        assert_eq!(rotation_refuses(policy), refused);
    }
}

#[test]
fn an_error_names_the_value_and_its_range() {
    let policy = VerifierPolicy { clock_skew: -SECOND, ..VerifierPolicy::default() };
    let error = verifier().with_policy(policy).unwrap_err();
    assert_eq!(error.to_string(), "`clock_skew` must be 0 s to 10 minutes");
}

#[test]
fn a_verifier_goes_by_the_policy_that_it_was_given() {
    let key = test_key(Algorithm::Es256);
    let token = forge(&header(&key), payload(), &key);
    let refused = |policy: &VerifierPolicy, at| {
        verifier().with_policy(policy.clone()).unwrap().verify(&token, AUDIENCE, at).err()
    };
    let default = VerifierPolicy::default();
    let strict = VerifierPolicy { clock_skew: TimeDelta::zero(), ..default.clone() };
    assert_eq!((refused(&default, claims().expires_at), refused(&default, now() - SECOND)), (None, None));
    assert_eq!(refused(&strict, claims().expires_at), Some(Refusal::Expired));
    assert_eq!(refused(&strict, now() - SECOND), Some(Refusal::NotYetValid));
    let short = VerifierPolicy { max_lifetime: TimeDelta::hours(1), ..default };
    assert_eq!(refused(&short, now()), Some(Refusal::LifetimeTooLong));
}

#[test]
fn a_token_of_8_kib_is_looked_at_and_a_longer_one_is_not() {
    let refused = |length| verifier().verify("a".repeat(length), AUDIENCE, now()).unwrap_err();
    assert_ne!(refused(MAX_TOKEN_BYTES), Refusal::TooLong);
    assert_eq!(refused(MAX_TOKEN_BYTES + 1), Refusal::TooLong);
}
