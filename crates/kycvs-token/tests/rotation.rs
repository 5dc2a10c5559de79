//! The turns of signing keys.

use std::sync::Arc;

use crate::support::{AUDIENCE, ISSUER, block_on, claims, now};
use chrono::{DateTime, TimeDelta, Utc};
use kycvs_token::{
    Algorithm, DEFAULT_LIFETIME, KeyId, KeyRingError, MAX_LIFETIME, Refusal, RotationPolicy, Signer, SigningKey,
    SigningKeys, StatusClaims, TokenIssuer, TokenVerifier,
};
use proptest::prelude::*;

fn after(days: i64, seconds: i64) -> DateTime<Utc> {
    now() + TimeDelta::days(days) + TimeDelta::seconds(seconds)
}

fn keys<const N: usize>() -> [Arc<dyn Signer>; N] {
    [(); N].map(|()| Arc::new(SigningKey::generate(Algorithm::EdDsa).unwrap()) as Arc<dyn Signer>)
}

fn id(signer: &Arc<dyn Signer>) -> KeyId {
    signer.public_key().key_id().clone()
}

fn published(keys: &SigningKeys, now: DateTime<Utc>) -> Vec<KeyId> {
    keys.published(now).iter().map(|key| key.key_id().clone()).collect()
}

/// A first key of day 0, and its successor of day 29, which signs from day 30.
fn two_keys() -> (SigningKeys, [Arc<dyn Signer>; 2]) {
    let [first, second] = keys();
    let made = [(after(29, 0), second.clone()), (now(), first.clone())]; // in any order
    (SigningKeys::new(RotationPolicy::default(), made).unwrap(), [first, second])
}

#[test]
fn the_defaults_are_those_of_the_design() {
    let policy = RotationPolicy::default();
    assert_eq!(policy.publish_before_use, TimeDelta::hours(24));
    assert_eq!(policy.use_for, TimeDelta::days(30));
    assert_eq!(policy.longest_token, TimeDelta::days(7));
    assert_eq!(policy.key_set_max_age, TimeDelta::minutes(10));
    assert_eq!(policy.clock_skew, TimeDelta::minutes(1));
}

#[test]
fn the_first_key_signs_at_once() {
    let [first] = keys();
    let keys = SigningKeys::new(RotationPolicy::default(), [(now(), first.clone())]).unwrap();
    assert_eq!(id(keys.signing(now())), id(&first));
    assert_eq!(keys.next_key_due(), after(29, 0));
}

#[test]
fn a_new_key_is_published_a_day_before_it_signs() {
    let (keys, [first, second]) = two_keys();
    assert_eq!(published(&keys, after(29, 0)), [id(&first), id(&second)]);
    assert_eq!(id(keys.signing(after(30, -1))), id(&first));
    assert_eq!(id(keys.signing(after(30, 0))), id(&second));
    assert_eq!(keys.next_key_due(), after(59, 0)); // it signs for 30 days, and the next is made a day before its end
}

#[test]
fn an_old_key_stays_until_its_last_token_has_expired_everywhere() {
    let (keys, [first, second]) = two_keys();
    let last_needed = after(30 + 7, 600 + 60 - 1);
    assert_eq!(published(&keys, last_needed), [id(&first), id(&second)]);
    assert_eq!(keys.removable(last_needed), []);
    let free = last_needed + TimeDelta::seconds(1);
    assert_eq!(published(&keys, free), [id(&second)]);
    assert_eq!(keys.removable(free), [id(&first)]);
}

#[test]
fn the_newest_key_signs_on_when_the_host_forgot_the_next() {
    let (keys, [_, second]) = two_keys();
    assert_eq!(id(keys.signing(after(3000, 0))), id(&second));
    assert_eq!(published(&keys, DateTime::<Utc>::MAX_UTC - TimeDelta::seconds(1)), [id(&second)]);
}

#[test]
fn leaving_out_a_compromised_key_lets_the_next_sign_at_once() {
    let [_, second] = keys();
    let left = SigningKeys::new(RotationPolicy::default(), [(after(29, 0), second.clone())]).unwrap();
    assert_eq!(id(left.signing(after(29, 0))), id(&second));
}

#[test]
fn a_schedule_needs_a_key_and_each_once() {
    let [key] = keys();
    let none: [(DateTime<Utc>, Arc<dyn Signer>); 0] = [];
    assert_eq!(SigningKeys::new(RotationPolicy::default(), none).unwrap_err(), KeyRingError::NoKey.into());
    let twice = [(now(), key.clone()), (after(1, 0), key)];
    assert_eq!(SigningKeys::new(RotationPolicy::default(), twice).unwrap_err(), KeyRingError::DuplicateKey.into());
}

#[test]
fn tokens_outlive_the_turn_of_their_key() {
    let (keys, _) = two_keys();
    let issuer = TokenIssuer::with_keys(ISSUER, keys).unwrap();
    let issued_at = after(30, -1);
    let token = block_on(issuer.issue(&StatusClaims { issued_at, expires_at: issued_at + MAX_LIFETIME, ..claims() }));
    let token = token.unwrap();
    let verify = |now| TokenVerifier::new(ISSUER, issuer.published_keys(now)).verify(&token.token, AUDIENCE, now);
    assert!(verify(issued_at + MAX_LIFETIME).is_ok());
    assert_eq!(verify(after(38, 0)), Err(Refusal::UnknownKey));
}

#[test]
fn a_gate_with_the_key_set_of_yesterday_verifies_the_first_token_of_a_new_key() {
    let (keys, _) = two_keys();
    let issuer = TokenIssuer::with_keys(ISSUER, keys).unwrap();
    let issued_at = after(30, 0);
    let claims = StatusClaims { issued_at, expires_at: issued_at + DEFAULT_LIFETIME, ..claims() };
    let token = block_on(issuer.issue(&claims)).unwrap().token;
    let gate = TokenVerifier::new(ISSUER, issuer.published_keys(after(29, 0)));
    assert!(gate.verify(&token, AUDIENCE, issued_at).is_ok());
}

proptest! {
    #[test]
    fn at_any_time_the_signing_key_is_published_and_not_removable(
        made in proptest::collection::vec(-100_000_i64..100_000, 1..5),
        hours in -200_000_i64..200_000,
        (age, skew, token) in (1_i64..=86_400, 0_i64..=600, 1_i64..=604_800),
        (early, longer) in (0_i64..1_000_000, 0_i64..10_000_000),
    ) {
        let at = |hours| now() + TimeDelta::hours(hours);
        let seconds = [age + skew + early, age + skew + early + longer, token, age, skew].map(TimeDelta::seconds);
        let [publish_before_use, use_for, longest_token, key_set_max_age, clock_skew] = seconds;
        let policy = RotationPolicy { publish_before_use, use_for, longest_token, key_set_max_age, clock_skew };
        let keys = SigningKeys::new(policy, made.into_iter().map(|made| (at(made), keys::<1>()[0].clone()))).unwrap();
        let signing = id(keys.signing(at(hours)));
        prop_assert!(published(&keys, at(hours)).contains(&signing));
        prop_assert!(!keys.removable(at(hours)).contains(&signing));
        let _ = keys.next_key_due();
    }
}

/// A device that signs until it is dead.
struct Device {
    key: SigningKey,
    is_dead: std::sync::atomic::AtomicBool,
}

#[async_trait::async_trait]
impl Signer for Device {
    fn public_key(&self) -> &kycvs_token::PublicKey {
        self.key.public_key()
    }

    async fn sign(&self, message: &[u8]) -> Result<[u8; 64], kycvs_token::SignerError> {
        if self.is_dead.load(std::sync::atomic::Ordering::Relaxed) {
            return Err(kycvs_token::SignerError::new("the device is dead"));
        }
        self.key.sign(message).await
    }
}

/// When the current signer fails, the key that every verifier has already signs; one that was published a moment ago does not,
/// nor any without leave.
#[tokio::test]
async fn a_standby_signs_when_the_current_signer_fails() {
    let device = || Arc::new(Device { key: SigningKey::generate(Algorithm::Es256).unwrap(), is_dead: false.into() });
    let (first, second) = (device(), device());
    let keys = || {
        let keys: [(_, Arc<dyn Signer>); 2] = [(now(), first.clone()), (after(29, 0), second.clone())];
        SigningKeys::new(RotationPolicy::default(), keys).unwrap()
    };
    let claims = |at| StatusClaims { issued_at: at, expires_at: at + TimeDelta::hours(1), ..claims() };
    let issuer = TokenIssuer::with_keys(ISSUER, keys().with_standby()).unwrap();
    let known_at = after(29, 0) + TimeDelta::seconds(660);
    issuer.issue(&claims(known_at)).await.unwrap();
    assert_eq!(issuer.signed_by_standby(), 0);

    first.is_dead.store(true, std::sync::atomic::Ordering::Relaxed);
    assert!(issuer.issue(&claims(known_at - TimeDelta::seconds(1))).await.is_err(), "not every verifier has it yet");
    let token = issuer.issue(&claims(known_at)).await.unwrap().token;
    let held = TokenVerifier::new(ISSUER, issuer.published_keys(after(29, 0)));
    held.verify(token.as_str(), AUDIENCE, known_at).unwrap();
    assert_eq!(issuer.signed_by_standby(), 1);
    let strict = TokenIssuer::with_keys(ISSUER, keys()).unwrap();
    assert!(strict.issue(&claims(known_at)).await.is_err(), "without leave");
    second.is_dead.store(true, std::sync::atomic::Ordering::Relaxed);
    assert!(issuer.issue(&claims(known_at)).await.is_err());
}

/// Where a key waits for as long as it signs, one always waits.
#[test]
fn a_key_that_waits_as_long_as_it_signs_is_due_when_the_one_before_it_begins() {
    let policy = RotationPolicy { publish_before_use: TimeDelta::days(30), ..RotationPolicy::default() };
    let [first, second] = keys();
    let keys = SigningKeys::new(policy.clone(), [(now(), first.clone())]).unwrap().with_standby();
    assert_eq!(keys.next_key_due(), now());
    let keys = SigningKeys::new(policy, [(now(), first), (now() + TimeDelta::minutes(1), second.clone())])
        .unwrap()
        .with_standby();
    assert_eq!(keys.next_key_due(), after(30, 0) + TimeDelta::minutes(1));
    assert_eq!(keys.standby(after(1, 0)).map(id), Some(id(&second)));
    assert_eq!(keys.standby(after(31, 0)).map(id), None, "it signs");
}
