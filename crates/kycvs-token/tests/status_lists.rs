//! A gate that holds status lists knows which tokens were withdrawn, and as of when.

use std::sync::Arc;
use std::time::Duration;

use crate::status_list::bits;
use crate::support::{AUDIENCE, ISSUER, block_on, claims, forge, header, now, test_key, verifier};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use chrono::{DateTime, TimeDelta, Utc};
use kycvs_token::{
    Algorithm, InsertError, Inserted, IssueError, MAX_LIFETIME, MAX_STATUS_LIST_BYTES, MAX_STATUS_LIST_POSITIONS,
    MAX_STATUS_LISTS, Refusal, Signer as _, SigningKey, Standing, StatusClaims, StatusList, StatusListClaims,
    StatusListToken, StatusLists, StatusReference, TokenIssuer, TokenVerifier, Unknown,
};
use proptest::prelude::*;
use serde_json::{Value, json};

const URI: &str = "https://kycvs.example/s/4kq07";

fn issuer() -> TokenIssuer {
    TokenIssuer::new(ISSUER, Arc::new(test_key(Algorithm::Es256))).unwrap()
}

fn list_claims(minutes: i64, list: StatusList) -> StatusListClaims {
    let issued_at = now() + TimeDelta::minutes(minutes);
    StatusListClaims {
        uri: URI.into(),
        issued_at,
        expires_at: issued_at + TimeDelta::hours(24),
        time_to_live: Some(TimeDelta::seconds(900)),
        list,
    }
}

fn list(minutes: i64, risen: &[u32]) -> StatusListToken {
    block_on(issuer().issue_status_list(&list_claims(minutes, bits(risen)))).unwrap()
}

fn refusal_of(claims: &StatusListClaims) -> Refusal {
    match block_on(issuer().issue_status_list(claims)) {
        Err(IssueError::Invalid(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

fn at(index: u32) -> StatusClaims {
    StatusClaims { status_list: Some(StatusReference { uri: URI.into(), index }), ..claims() }
}

/// A list that holds what a forger with the issuer's key wants it to.
fn forged(payload: &Value) -> String {
    let key = test_key(Algorithm::Es256);
    forge(&header(&key).replace("kycvs+jwt", "statuslist+jwt"), payload.to_string(), &key)
}

fn payload_of(token: &str) -> Value {
    serde_json::from_slice(&BASE64URL.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

fn after(minutes: i64) -> DateTime<Utc> {
    now() + TimeDelta::minutes(minutes)
}

#[test]
fn a_withdrawn_token_is_refused_and_the_others_are_good_as_of_the_list() {
    let mut lists = StatusLists::default();
    assert_eq!(lists.insert(&verifier(), list(0, &[3]), now()), Ok(Inserted::New));
    assert_eq!(lists.standing(&at(3), now()), Standing::Revoked { as_of: now() });
    assert_eq!(lists.require_good(&at(3), now()), Err(Refusal::Revoked));
    for index in [0, 2, 4, 63] {
        assert_eq!(lists.standing(&at(index), after(5)), Standing::Good { as_of: now() });
        assert_eq!(lists.require_good(&at(index), after(5)), Ok(now()));
    }
}

#[test]
fn what_lists_do_not_tell_is_unknown_and_not_good() {
    let mut lists = StatusLists::default();
    let because = |lists: &StatusLists, claims: &StatusClaims, why| {
        assert_eq!(lists.standing(claims, now()), Standing::Unknown(why));
        assert_eq!(lists.require_good(claims, now()), Err(Refusal::StatusUnknown));
    };
    because(&lists, &at(0), Unknown::NoList);
    lists.insert(&verifier(), list(0, &[]), now()).unwrap();
    because(&lists, &claims(), Unknown::NoClaim);
    because(&lists, &at(64), Unknown::OutOfRange);
    because(&lists, &at(u32::MAX), Unknown::OutOfRange);
    let other = StatusReference { uri: format!("{URI}/"), index: 0 };
    because(&lists, &StatusClaims { status_list: Some(other), ..claims() }, Unknown::NoList);
}

#[test]
fn a_list_of_another_day_neither_withdraws_a_token_nor_makes_it_good() {
    let other_day = StatusListClaims { uri: format!("{ISSUER}/s/4kr07"), ..list_claims(0, bits(&[3])) };
    let other_day = block_on(issuer().issue_status_list(&other_day)).unwrap();
    let mut lists = StatusLists::default();
    lists.insert(&verifier(), other_day, now()).unwrap();
    for index in [3, 4] {
        assert_eq!(lists.standing(&at(index), now()), Standing::Unknown(Unknown::NoList));
    }
    lists.insert(&verifier(), list(0, &[4]), now()).unwrap();
    assert_eq!(lists.require_good(&at(3), now()), Ok(now()));
    assert_eq!(lists.require_good(&at(4), now()), Err(Refusal::Revoked));
}

#[test]
fn a_list_is_stale_after_the_gates_time_and_after_its_own_end() {
    let mut lists = StatusLists::new(Duration::from_secs(1800)).unwrap();
    lists.insert(&verifier(), list(0, &[3]), now()).unwrap();
    assert!(matches!(lists.standing(&at(0), after(30)), Standing::Good { .. }));
    let late = after(30) + TimeDelta::seconds(1);
    assert_eq!(lists.standing(&at(0), late), Standing::Unknown(Unknown::Stale { as_of: now() }));
    assert_eq!(lists.require_good(&at(0), late), Err(Refusal::StatusStale));
    assert_eq!(lists.require_good(&at(3), late), Err(Refusal::Revoked), "a bit never falls");

    let mut patient = StatusLists::new(MAX_LIFETIME.to_std().unwrap()).unwrap();
    patient.insert(&verifier(), list(0, &[]), now()).unwrap();
    let end = now() + TimeDelta::hours(24);
    assert!(patient.require_good(&at(0), end - TimeDelta::seconds(1)).is_ok());
    assert_eq!(patient.require_good(&at(0), end), Err(Refusal::StatusStale));
}

#[test]
fn a_gate_takes_a_list_for_a_day_unless_it_says_otherwise() {
    let week = StatusListClaims { expires_at: now() + MAX_LIFETIME, ..list_claims(0, bits(&[])) };
    let mut lists = StatusLists::default();
    lists.insert(&verifier(), block_on(issuer().issue_status_list(&week)).unwrap(), now()).unwrap();
    let day = now() + TimeDelta::hours(24);
    assert_eq!(lists.require_good(&at(0), day), Ok(now()));
    assert_eq!(lists.require_good(&at(0), day + TimeDelta::seconds(1)), Err(Refusal::StatusStale));
}

#[test]
fn a_later_list_is_joined_with_the_earlier_one() {
    let mut lists = StatusLists::default();
    lists.insert(&verifier(), list(0, &[3]), now()).unwrap();
    assert_eq!(lists.insert(&verifier(), list(5, &[3, 4]), after(5)), Ok(Inserted::Joined));
    assert_eq!(lists.standing(&at(4), after(5)), Standing::Revoked { as_of: after(5) });
    assert_eq!(lists.standing(&at(5), after(5)), Standing::Good { as_of: after(5) });
    assert_eq!(lists.insert(&verifier(), list(5, &[3, 4]), after(6)), Ok(Inserted::Joined), "the same list again");
    assert_eq!(lists.iter().collect::<Vec<_>>(), [(URI, after(5))]);
}

#[test]
fn a_publisher_that_was_restored_makes_nothing_good_again() {
    let mut lists = StatusLists::default();
    lists.insert(&verifier(), list(0, &[3, 4]), now()).unwrap();
    assert_eq!(lists.insert(&verifier(), list(5, &[4, 9]), after(5)), Ok(Inserted::RolledBack { fallen: 1 }));
    for index in [3, 4, 9] {
        assert_eq!(lists.require_good(&at(index), after(5)), Err(Refusal::Revoked));
    }
}

#[test]
fn an_older_or_resized_list_changes_nothing() {
    let mut lists = StatusLists::default();
    lists.insert(&verifier(), list(5, &[3]), after(5)).unwrap();
    assert_eq!(lists.insert(&verifier(), list(4, &[3, 8]), after(5)), Err(InsertError::Older));
    let longer = StatusListClaims { list: StatusList::new(128).unwrap(), ..list_claims(6, bits(&[])) };
    let longer = block_on(issuer().issue_status_list(&longer)).unwrap();
    assert_eq!(lists.insert(&verifier(), longer, after(6)), Err(InsertError::Resized));
    assert_eq!(lists.standing(&at(3), after(6)), Standing::Revoked { as_of: after(5) });
    assert_eq!(lists.standing(&at(8), after(6)), Standing::Good { as_of: after(5) });
}

#[test]
fn a_gate_holds_a_bounded_number_of_lists_and_lets_go_of_those_that_are_over() {
    let mut lists = StatusLists::default();
    let named = |name: usize, minutes| {
        let claims = StatusListClaims { uri: format!("{ISSUER}/s/{name}"), ..list_claims(minutes, bits(&[])) };
        block_on(issuer().issue_status_list(&claims)).unwrap()
    };
    for name in 0..MAX_STATUS_LISTS {
        lists.insert(&verifier(), named(name, 0), now()).unwrap();
    }
    assert_eq!(lists.insert(&verifier(), named(MAX_STATUS_LISTS, 0), now()), Err(InsertError::TooMany));
    assert_eq!(lists.insert(&verifier(), named(0, 1), after(1)), Ok(Inserted::Joined));
    let over = (TimeDelta::hours(24) + MAX_LIFETIME).num_minutes();
    assert_eq!(lists.insert(&verifier(), named(MAX_STATUS_LISTS, over), after(over)), Err(InsertError::TooMany));
    assert_eq!(lists.insert(&verifier(), named(MAX_STATUS_LISTS, over + 2), after(over + 2)), Ok(Inserted::New));
    assert_eq!(lists.iter().count(), 1);
}

#[test]
fn a_list_of_another_issuer_time_or_type_is_refused() {
    let refused = |token: &str, now| match StatusLists::default().insert(&verifier(), token, now) {
        Err(InsertError::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    };
    let good = list(0, &[3]).into_string();
    let with = |member: &str, value: Value| {
        let mut payload = payload_of(&good);
        payload[member] = value;
        forged(&payload)
    };
    assert!(StatusLists::default().insert(&verifier(), with("sub", URI.into()), now()).is_ok());
    assert!(StatusLists::default().insert(&verifier(), with("new", json!([1.5])), now()).is_ok());
    for (sub, refusal) in [
        (json!("https://other.example/s/4kq07"), Refusal::WrongIssuer),
        (json!("https://kycvs.example.evil/s/4kq07"), Refusal::WrongIssuer),
        (json!("https://kycvs.example"), Refusal::WrongIssuer),
        (json!("https://kycvs.example/\u{202e}"), Refusal::MalformedClaim { claim: "sub" }),
        (json!(1), Refusal::MistypedClaim { claim: "sub" }),
    ] {
        assert_eq!(refused(&with("sub", sub), now()), refusal);
    }
    let list_of = |bits: Value, lst: &str| with("status_list", json!({ "bits": bits, "lst": lst }));
    let lst = BASE64URL.encode(bits(&[3]).to_zlib(9));
    assert!(StatusLists::default().insert(&verifier(), list_of(json!(1), &lst), now()).is_ok());
    for wrong in [list_of(json!(2), &lst), list_of(json!(1), &format!("{lst}=")), list_of(json!(1), "")] {
        assert_eq!(refused(&wrong, now()), Refusal::MalformedClaim { claim: "status_list" });
    }
    assert_eq!(refused(&list_of(json!("1"), &lst), now()), Refusal::MistypedClaim { claim: "bits" });
    assert_eq!(refused(&with("status_list", json!([])), now()), Refusal::MistypedClaim { claim: "status_list" });
    assert_eq!(refused(&with("ttl", json!(0)), now()), Refusal::MalformedClaim { claim: "ttl" });
    assert_eq!(refused(&with("ttl", json!(604_801)), now()), Refusal::MalformedClaim { claim: "ttl" });
    assert!(StatusLists::default().insert(&verifier(), with("ttl", json!(604_800)), now()).is_ok());
    assert_eq!(refused(&with("ttl", json!(i64::MAX)), now()), Refusal::MalformedClaim { claim: "ttl" });
    assert_eq!(refused(&with("ttl", json!(1.5)), now()), Refusal::MistypedClaim { claim: "ttl" });
    let lasting = |seconds: i64| with("exp", json!(now().timestamp() + seconds));
    assert_eq!(refused(&lasting(0), now()), Refusal::LifetimeNotPositive);
    assert_eq!(refused(&lasting(MAX_LIFETIME.num_seconds() + 1), now()), Refusal::LifetimeTooLong);
    assert_eq!(refused(&good, now() - TimeDelta::seconds(61)), Refusal::NotYetValid);
    assert_eq!(refused(&good, now() + TimeDelta::seconds(86_460)), Refusal::Expired);
    assert_eq!(refused(&good.replace(".ey", ".eY"), now()), Refusal::BadSignature);
    assert_eq!(refused(&"a".repeat(MAX_STATUS_LIST_BYTES + 1), now()), Refusal::TooLong);
    assert_eq!(refused(&"a".repeat(MAX_STATUS_LIST_BYTES), now()), Refusal::NotThreeParts);
    for claim in ["sub", "iat", "exp", "status_list"] {
        let mut payload = payload_of(&good);
        payload.as_object_mut().unwrap().remove(claim);
        assert_eq!(refused(&forged(&payload), now()), Refusal::MissingClaim { claim });
    }
}

#[test]
fn an_error_says_why_a_list_was_not_inserted() {
    for (error, says) in [
        (InsertError::Refused(Refusal::Expired), Refusal::Expired.to_string().as_str()),
        (InsertError::Older, "the status list is older than the one that is held"),
        (InsertError::Resized, "the status list has another length than the one that is held"),
        (InsertError::TooMany, "more than 1024 status lists"),
    ] {
        assert_eq!(error.to_string(), says);
    }
}

#[test]
fn a_list_is_no_token_and_a_token_is_no_list() {
    assert_eq!(verifier().verify(list(0, &[]), AUDIENCE, now()).unwrap_err(), Refusal::WrongType);
    let token = block_on(issuer().issue(&claims())).unwrap().token;
    assert_eq!(verifier().verify_status_list(&token, now()).unwrap_err(), Refusal::WrongType);
}

#[test]
fn what_a_verifier_would_refuse_is_not_signed() {
    let good = list_claims(0, bits(&[]));
    let lasting = |lifetime| StatusListClaims { expires_at: good.issued_at + lifetime, ..good.clone() };
    assert_eq!(refusal_of(&lasting(TimeDelta::zero())), Refusal::LifetimeNotPositive);
    assert_eq!(refusal_of(&lasting(MAX_LIFETIME + TimeDelta::seconds(1))), Refusal::LifetimeTooLong);
    assert!(block_on(issuer().issue_status_list(&lasting(MAX_LIFETIME))).is_ok());
    let named = |uri: &str| StatusListClaims { uri: uri.into(), ..good.clone() };
    assert_eq!(refusal_of(&named("https://other.example/s/1")), Refusal::WrongIssuer);
    assert_eq!(refusal_of(&named("")), Refusal::MalformedClaim { claim: "sub" });
    let ttl = StatusListClaims { time_to_live: Some(TimeDelta::milliseconds(999)), ..good.clone() };
    assert_eq!(refusal_of(&ttl), Refusal::MalformedClaim { claim: "ttl" });
}

#[test]
fn a_list_is_the_documented_bytes() {
    let key = test_key(Algorithm::EdDsa);
    let issuer = TokenIssuer::new(ISSUER, Arc::new(test_key(Algorithm::EdDsa))).unwrap();
    let token = block_on(issuer.issue_status_list(&list_claims(0, bits(&[0])))).unwrap();
    let lst = BASE64URL.encode(bits(&[0]).to_zlib(9));
    let payload = format!(
        r#"{{"sub":"{URI}","iat":1640995200,"exp":1641081600,"ttl":900,"status_list":{{"bits":1,"lst":"{lst}"}}}}"#
    );
    assert_eq!(token.as_str(), forge(&header(&key).replace("kycvs+jwt", "statuslist+jwt"), payload, &key));
}

#[test]
fn a_million_random_bits_fit() {
    let mut random = 1_u32;
    let mut list = StatusList::new(MAX_STATUS_LIST_POSITIONS).unwrap();
    for index in 0..MAX_STATUS_LIST_POSITIONS {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        if random >> 31 == 1 {
            list.raise(index).unwrap();
        }
    }
    let claims = list_claims(0, list);
    let token = block_on(issuer().issue_status_list(&claims)).unwrap();
    assert!(token.as_str().len() <= MAX_STATUS_LIST_BYTES, "{}", token.as_str().len());
    assert_eq!(verifier().verify_status_list(&token, now()), Ok(claims));
}

#[test]
fn the_drafts_list_reads_when_its_key_has_our_kind_of_name() {
    let vectors: Value = serde_json::from_str(include_str!("vectors/status-list.json")).unwrap();
    let jwt = vectors["token"]["jwt"].as_str().unwrap();
    // Its `kid` is 12, and ours are thumbprints, so it is signed again.
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let verifier = TokenVerifier::new("https://example.com", key.public_key().clone().into());
    assert_eq!(verifier.verify_status_list(jwt, now()).unwrap_err(), Refusal::UnknownKey);
    let mut payload = payload_of(jwt);
    let issued_at = DateTime::from_timestamp(payload["iat"].as_i64().unwrap(), 0).unwrap();
    let resigned =
        |payload: &Value| forge(&header(&key).replace("kycvs+jwt", "statuslist+jwt"), payload.to_string(), &key);
    // It lives for 19 years; a gate of ours takes seven days.
    assert_eq!(verifier.verify_status_list(resigned(&payload), issued_at).unwrap_err(), Refusal::LifetimeTooLong);
    payload["exp"] = json!(issued_at.timestamp() + 86_400);
    let claims = verifier.verify_status_list(resigned(&payload), issued_at).unwrap();
    assert_eq!(claims.uri, "https://example.com/statuslists/1");
    let risen: Vec<_> = (0..16).filter(|index| claims.list.has_risen(*index) == Some(true)).collect();
    assert_eq!(risen, [0, 3, 4, 5, 7, 8, 9, 13, 15]);
}

proptest! {
    /// Whatever is inserted in whatever order: what rose stays, and nothing rises that no list said.
    #[test]
    fn bits_only_ever_rise(inserts in proptest::collection::vec((0_i64..20, proptest::collection::vec(0_u32..64, 0..6)), 1..8)) {
        let mut lists = StatusLists::default();
        let mut expected = bits(&[]);
        let mut latest = i64::MIN;
        for (minutes, risen) in inserts {
            let is_taken = lists.insert(&verifier(), list(minutes, &risen), after(20)).is_ok();
            prop_assert_eq!(is_taken, minutes >= latest);
            if is_taken {
                latest = minutes;
                expected.join(&bits(&risen)).unwrap();
            }
            for index in 0..64 {
                let is_revoked = matches!(lists.standing(&at(index), after(20)), Standing::Revoked { .. });
                prop_assert_eq!(is_revoked, expected.has_risen(index).unwrap());
            }
        }
    }

    #[test]
    fn no_bytes_panic_or_are_a_list(bytes: Vec<u8>, stream: Vec<u8>) {
        let mut lists = StatusLists::default();
        prop_assert!(lists.insert(&verifier(), &bytes, now()).is_err());
        let _ = StatusList::from_zlib(&stream);
        let lst = BASE64URL.encode(&stream);
        let payload = json!({ "sub": URI, "iat": now().timestamp(), "exp": now().timestamp() + 60, "status_list": { "bits": 1, "lst": lst } });
        let inserted = lists.insert(&verifier(), forged(&payload), now());
        prop_assert_eq!(inserted.is_ok(), StatusList::from_zlib(&stream).is_ok());
        prop_assert_eq!(lists.iter().count(), usize::from(inserted.is_ok()));
    }
}
