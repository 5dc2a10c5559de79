//! What holds for every input.

use std::sync::Arc;

use crate::support::{AUDIENCE, ISSUER, block_on, claims, forge, header, now, payload, test_key, verifier};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use kycvs_token::{
    Algorithm, ConsentReference, EvidenceKind, KeyRing, StatusClaims, StatusReference, TokenIssuer, TokenVerifier,
    VaccinationStatus,
};
use proptest::prelude::*;

/// Text that a token may carry: of any script, without hidden characters.
fn text() -> impl Strategy<Value = String> {
    r"[\x20-\x7e\u{a0}-\u{ac}\u{ae}-\u{ff}\u{900}-\u{97f}\u{b80}-\u{bff}\u{1f600}-\u{1f64f}]{1,60}"
}

fn any_claims() -> impl Strategy<Value = StatusClaims> {
    let texts = (text(), text(), text(), "[a-z-]{1,40}/[0-9]{1,4}", text());
    let optional = (proptest::option::of(text()), proptest::option::of((text(), any::<u32>())));
    let evidence = proptest::sample::select(vec![EvidenceKind::Registry, EvidenceKind::Presented]);
    let times = (-60_000_000_000_i64..200_000_000_000, 1_i64..=7 * 86_400, 0..3_u8, 1..=3_652_059_i32);
    (texts, optional, (text(), text(), evidence), times).prop_map(
        |(texts, (reference, status_list), (id, hash, evidence), times)| {
            let (audience, subject, token_id, policy, purpose) = texts;
            let (issued_at, lifetime, status, day) = times;
            let issued_at = DateTime::from_timestamp(issued_at, 0).unwrap();
            StatusClaims {
                audience,
                subject,
                token_id,
                issued_at,
                expires_at: issued_at + TimeDelta::seconds(lifetime),
                status: VaccinationStatus::try_from(status).unwrap(),
                as_of: NaiveDate::from_num_days_from_ce_opt(day).unwrap(),
                evidence,
                policy,
                purpose,
                reference,
                consent: ConsentReference { id, hash },
                bearer: None,
                status_list: status_list.map(|(uri, index)| StatusReference { uri, index }),
            }
        },
    )
}

proptest! {
    #[test]
    fn what_is_issued_is_what_is_verified(claims in any_claims(), es256: bool) {
        let key = test_key(if es256 { Algorithm::Es256 } else { Algorithm::EdDsa });
        let token = block_on(TokenIssuer::new(ISSUER, Arc::new(key)).unwrap().issue(&claims)).unwrap().token;
        let verified = verifier().verify(&token, &claims.audience, claims.issued_at).unwrap();
        prop_assert_eq!(verified.claims(), &claims);
    }

    #[test]
    fn no_bytes_are_accepted_or_panic(bytes: Vec<u8>) {
        prop_assert!(verifier().verify_shown_to_me(bytes, now()).is_err());
    }

    #[test]
    fn no_three_parts_are_accepted_or_panic(token in r"[A-Za-z0-9_-]{0,80}\.[A-Za-z0-9_-]{0,80}\.[A-Za-z0-9_-]{80,90}") {
        prop_assert!(verifier().verify_shown_to_me(token, now()).is_err());
    }

    #[test]
    fn a_token_with_a_part_replaced_is_refused(at: prop::sample::Index, length in 0..9_usize, by in "[A-Za-z0-9_.-]{0,9}") {
        let key = test_key(Algorithm::Es256);
        let token = forge(&header(&key), payload(), &key);
        let start = at.index(token.len());
        let end = token.len().min(start + length);
        let changed = format!("{}{by}{}", &token[..start], &token[end..]);
        prop_assume!(changed != token);
        prop_assert!(verifier().verify(changed, AUDIENCE, now()).is_err());
    }

    /// Signed by the right key, so that the readers behind the signature meet the bytes.
    #[test]
    fn no_signed_bytes_panic(header in any::<String>(), payload: Vec<u8>) {
        let key = test_key(Algorithm::EdDsa);
        prop_assert!(verifier().verify_shown_to_me(forge(&header, &payload, &key), now()).is_err());
        prop_assert!(verifier().verify_shown_to_me(forge(&crate::support::header(&key), &payload, &key), now()).is_err());
    }

    /// Whatever a changed payload says, what is accepted keeps every rule: it could be issued again.
    #[test]
    fn a_changed_payload_is_refused_or_keeps_the_rules(at: prop::sample::Index, length in 0..9_usize, by in r#"[-0-9a-z:,."{}\[\]\\ ]{0,6}"#) {
        let (key, payload) = (test_key(Algorithm::EdDsa), payload());
        let start = at.index(payload.len());
        let end = payload.len().min(start + length);
        let changed = format!("{}{by}{}", &payload[..start], &payload[end..]);
        if let Ok(shown) = verifier().verify_shown_to_me(forge(&header(&key), changed, &key), now()) {
            let issuer = TokenIssuer::new(ISSUER, Arc::new(key)).unwrap();
            prop_assert!(block_on(issuer.issue(shown.claims())).is_ok());
        }
    }

    #[test]
    fn no_time_panics(seconds in any::<i64>()) {
        let token = block_on(TokenIssuer::new(ISSUER, Arc::new(test_key(Algorithm::EdDsa))).unwrap().issue(&claims()));
        let now = DateTime::from_timestamp(seconds, 0).unwrap_or(DateTime::<Utc>::MAX_UTC);
        let accepted = verifier().verify(token.unwrap().token, AUDIENCE, now).is_ok();
        let issued = claims().issued_at.timestamp();
        prop_assert_eq!(accepted, (issued - 60..issued + 86_400 + 60).contains(&now.timestamp()));
    }

    #[test]
    fn no_text_makes_the_key_set_reader_panic(text: String) {
        prop_assert!(KeyRing::from_jwks(&text).is_err());
    }

    /// A changed key set is refused, or is read as keys under their true names.
    #[test]
    fn a_changed_key_set_is_refused_or_written_back(at: prop::sample::Index, length in 0..9_usize, by in r#"[-0-9a-zA-Z:,."{}\[\] ]{0,6}"#) {
        let set = KeyRing::new([Algorithm::Es256, Algorithm::EdDsa].map(|algorithm| {
            use kycvs_token::Signer as _;
            test_key(algorithm).public_key().clone()
        })).unwrap().to_jwks();
        let start = at.index(set.len());
        let end = set.len().min(start + length);
        if let Ok(ring) = KeyRing::from_jwks(&format!("{}{by}{}", &set[..start], &set[end..])) {
            let token_keys = KeyRing::from_jwks(&ring.to_jwks()).unwrap();
            prop_assert!(token_keys.iter().eq(ring.iter()));
            let _ = TokenVerifier::new(ISSUER, ring);
        }
    }
}
