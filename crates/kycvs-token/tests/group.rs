//! A group answer says which tokens a booking has, and can be taken for nothing else.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{env, fs};

use crate::support::{AUDIENCE, ISSUER, block_on, claims, forge, now, test_key, verifier};
use chrono::{DateTime, TimeDelta};
use kycvs_token::{
    Algorithm, GroupClaims, IssueError, KeyRing, MAX_LIFETIME, MAX_TEXT_BYTES, MAX_TOKEN_BYTES, Refusal, Signer,
    SigningKey, StatusClaims, TokenIssuer, TokenVerifier,
};
use proptest::prelude::*;

/// Of six people three have a token and one declined.
fn group() -> GroupClaims {
    GroupClaims {
        audience: AUDIENCE.into(),
        token_id: "Zm9vYmFyYmF6cXV4MDEyMw".into(),
        issued_at: now(),
        expires_at: now() + TimeDelta::hours(24),
        tokens: vec![claims().token_id, "second".into(), "third".into()],
        reference: claims().reference,
        asked: 6,
        declined: 1,
    }
}

const PAYLOAD: &str = concat!(
    r#"{"iss":"https://kycvs.example","aud":"irctc","jti":"Zm9vYmFyYmF6cXV4MDEyMw","iat":1640995200,"exp":1641081600,"#,
    r#""group":["x1o7Bq0mS2u6kq3gQy3v5A","second","third"],"reference":"PNR 4512345678","#,
    r#""asked":6,"answered":3,"declined":1}"#
);

fn issuer(key: SigningKey) -> TokenIssuer {
    TokenIssuer::new(ISSUER, Arc::new(key)).unwrap()
}

/// Signs any payload as an issuer without our rules could.
fn forged(payload: &str) -> String {
    let key = test_key(Algorithm::EdDsa);
    let header = crate::support::header(&key).replace("kycvs+jwt", "kycvs-group+jwt");
    forge(&header, payload, &key)
}

fn verified(token: impl AsRef<[u8]>) -> Result<GroupClaims, Refusal> {
    verifier().verify_group(token, AUDIENCE, now())
}

#[test]
fn a_golden_group_answer_gives_all_its_claims() {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/group/es256.jwt");
    if env::var_os("KYCVS_WRITE_GOLDEN").is_some() && !path.exists() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, block_on(issuer(test_key(Algorithm::Es256)).issue_group(&group())).unwrap()).unwrap();
    }
    let token = fs::read(path).unwrap();
    assert_eq!(verified(&token).unwrap(), group());
    for end in 0..token.len() {
        assert!(verified(&token[..end]).is_err(), "cut at {end}");
    }
    assert_eq!(verified(forged(PAYLOAD)).unwrap(), group(), "the payload that is documented");
}

#[test]
fn a_group_answer_is_no_status_token_and_the_other_way_round() {
    let issuer = issuer(test_key(Algorithm::Es256));
    let group = block_on(issuer.issue_group(&group())).unwrap();
    let status = block_on(issuer.issue(&claims())).unwrap();
    assert_eq!(verifier().verify(&group, AUDIENCE, now()).unwrap_err(), Refusal::WrongType);
    assert_eq!(verifier().verify_shown_to_me(&group, now()).unwrap_err(), Refusal::WrongType);
    assert_eq!(verifier().verify_receipt(&group).unwrap_err(), Refusal::WrongType);
    assert_eq!(verified(&status.token), Err(Refusal::WrongType));
    assert!(verified(block_on(issuer.issue_cwt(&claims(), &status)).unwrap()).is_err(), "nor the other spelling");
}

#[test]
fn it_holds_for_one_audience_one_issuer_and_its_time() {
    let issuer = issuer(test_key(Algorithm::EdDsa));
    let token = block_on(issuer.issue_group(&group())).unwrap();
    let at = |seconds| verifier().verify_group(&token, AUDIENCE, now() + TimeDelta::seconds(seconds));
    assert_eq!(verifier().verify_group(&token, "a-mall", now()), Err(Refusal::WrongAudience));
    assert_eq!((at(-61), at(86_460)), (Err(Refusal::NotYetValid), Err(Refusal::Expired)));
    assert!(at(-60).is_ok() && at(86_459).is_ok());
    let keys = KeyRing::new([test_key(Algorithm::EdDsa).public_key().clone()]).unwrap();
    let other = TokenVerifier::new("https://other.example", keys.clone());
    assert_eq!(other.verify_group(&token, AUDIENCE, now()), Err(Refusal::WrongIssuer));
    let sandbox = block_on(issuer.for_sandbox().unwrap().issue_group(&group())).unwrap();
    assert_eq!(verified(&sandbox), Err(Refusal::WrongIssuer), "a sandbox proves nothing");
    assert!(TokenVerifier::for_sandbox(ISSUER, keys).verify_group(&sandbox, AUDIENCE, now()).is_ok());
}

#[test]
fn a_token_belongs_to_it_that_is_listed_for_the_same_booking() {
    assert!(group().includes(&claims()));
    assert!(!group().includes(&StatusClaims { token_id: "another".into(), ..claims() }), "not listed");
    assert!(!group().includes(&StatusClaims { reference: Some("PNR 1".into()), ..claims() }), "another booking");
    assert!(!group().includes(&StatusClaims { audience: "a-mall".into(), ..claims() }), "another entity");
}

/// Neither signed nor accepted.
#[test]
fn what_breaks_a_rule_is_not_issued_and_not_accepted() {
    let malformed = |claim| Refusal::MalformedClaim { claim };
    let seven: Vec<String> = (0..7).map(|number| number.to_string()).collect();
    let long = "x".repeat(MAX_TEXT_BYTES + 1);
    for (claims, refusal) in [
        (GroupClaims { asked: 0, tokens: vec![], declined: 0, ..group() }, malformed("asked")),
        (GroupClaims { asked: 7, tokens: seven, declined: 0, ..group() }, malformed("asked")),
        (GroupClaims { asked: 2, declined: 0, ..group() }, malformed("group")),
        (GroupClaims { tokens: vec!["one".into(), "one".into()], ..group() }, malformed("group")),
        (GroupClaims { tokens: vec![String::new()], ..group() }, malformed("group")),
        (GroupClaims { declined: 4, ..group() }, malformed("declined")),
        (GroupClaims { reference: Some(long.clone()), ..group() }, malformed("reference")),
        (GroupClaims { audience: String::new(), ..group() }, malformed("aud")),
        (GroupClaims { token_id: "hidden\u{202e}".into(), ..group() }, malformed("jti")),
        (GroupClaims { expires_at: now(), ..group() }, Refusal::LifetimeNotPositive),
        (GroupClaims { expires_at: now() + MAX_LIFETIME + TimeDelta::seconds(1), ..group() }, Refusal::LifetimeTooLong),
    ] {
        let issued = block_on(issuer(test_key(Algorithm::Es256)).issue_group(&claims));
        assert!(matches!(issued, Err(IssueError::Invalid(invalid)) if invalid == refusal), "{refusal}");
    }
    for (from, to, refusal) in [
        (r#""answered":3"#, r#""answered":4"#, malformed("answered")),
        (r#""answered":3"#, r#""answered":"3""#, Refusal::MistypedClaim { claim: "answered" }),
        (r#""answered":3,"#, "", Refusal::MissingClaim { claim: "answered" }),
        (r#""asked":6"#, r#""asked":2"#, malformed("group")),
        (r#""asked":6"#, r#""asked":300"#, malformed("asked")),
        (r#""declined":1"#, r#""declined":4"#, malformed("declined")),
        (r#""third""#, r#""second""#, malformed("group")),
        (r#""third""#, "3", Refusal::MistypedClaim { claim: "group" }),
        (r#"["x1o7Bq0mS2u6kq3gQy3v5A","second","third"]"#, r#""x""#, Refusal::MistypedClaim { claim: "group" }),
        (r#""exp":1641081600"#, r#""exp":1641686401"#, Refusal::LifetimeTooLong),
        (r#""asked":6"#, r#""asked":6,"asked":6"#, Refusal::DuplicateClaim { claim: "asked".into() }),
    ] {
        let payload = PAYLOAD.replace(from, to);
        assert_ne!(payload, PAYLOAD);
        assert_eq!(verified(forged(&payload)), Err(refusal), "{to}");
    }
}

/// As long as it can be, it fits what a verifier reads.
#[test]
fn the_longest_group_answer_is_read() {
    let longest = |number: u8| format!("{number}{}", "\"".repeat(MAX_TEXT_BYTES - 1));
    let claims = GroupClaims {
        audience: longest(0),
        token_id: longest(1),
        reference: Some(longest(2)),
        tokens: (0..6).map(longest).collect(),
        declined: 0,
        ..group()
    };
    let keys = KeyRing::new([test_key(Algorithm::Es256).public_key().clone()]).unwrap();
    let name = longest(9);
    let issuer = TokenIssuer::new(&name, Arc::new(test_key(Algorithm::Es256))).unwrap();
    let token = block_on(issuer.issue_group(&claims)).unwrap();
    assert!(token.as_str().len() <= MAX_TOKEN_BYTES, "{} bytes", token.as_str().len());
    assert_eq!(TokenVerifier::new(name, keys).verify_group(&token, &claims.audience, now()), Ok(claims));
}

#[test]
fn nothing_of_it_is_shown_by_debug() {
    let token = block_on(issuer(test_key(Algorithm::Es256)).issue_group(&group())).unwrap();
    let shown = format!("{token:?} {:?}", group());
    assert!(["eyJhbGciOi", "second", "PNR"].into_iter().all(|secret| !shown.contains(secret)), "{shown}");
}

fn any_group() -> impl Strategy<Value = GroupClaims> {
    let text = || r"[\x20-\x7e\u{900}-\u{97f}]{1,60}";
    let texts = (text(), text(), proptest::option::of(text()));
    let tokens = proptest::collection::btree_set(text(), 0..=6);
    (texts, tokens, 0..=6_u8, 0..=6_u8, 0..200_000_000_000_i64, 1..=7 * 86_400_i64).prop_map(
        |((audience, token_id, reference), tokens, declined, open, issued_at, lifetime)| {
            let answered = u8::try_from(tokens.len()).unwrap();
            let declined = declined.min(6 - answered);
            let issued_at = DateTime::from_timestamp(issued_at, 0).unwrap();
            GroupClaims {
                audience,
                token_id,
                issued_at,
                expires_at: issued_at + TimeDelta::seconds(lifetime),
                tokens: tokens.into_iter().collect(),
                reference,
                asked: (answered + declined + open).clamp(1, 6),
                declined,
            }
        },
    )
}

proptest! {
    #[test]
    fn what_is_issued_is_what_is_verified(claims in any_group(), es256: bool) {
        let key = test_key(if es256 { Algorithm::Es256 } else { Algorithm::EdDsa });
        let token = block_on(issuer(key).issue_group(&claims)).unwrap();
        prop_assert_eq!(verifier().verify_group(&token, &claims.audience, claims.issued_at), Ok(claims));
    }

    /// Whatever a changed payload says, what is accepted keeps every rule: it could be issued again.
    #[test]
    fn a_changed_payload_is_refused_or_keeps_the_rules(at: prop::sample::Index, length in 0..9_usize, by in r#"[-0-9a-z:,."{}\[\]\\ ]{0,6}"#) {
        let start = at.index(PAYLOAD.len());
        let end = PAYLOAD.len().min(start + length);
        let changed = format!("{}{by}{}", &PAYLOAD[..start], &PAYLOAD[end..]);
        if let Ok(claims) = verified(forged(&changed)) {
            prop_assert!(block_on(issuer(test_key(Algorithm::EdDsa)).issue_group(&claims)).is_ok());
        }
    }

    #[test]
    fn no_signed_bytes_panic(payload: Vec<u8>) {
        let key = test_key(Algorithm::EdDsa);
        let header = crate::support::header(&key).replace("kycvs+jwt", "kycvs-group+jwt");
        prop_assert!(verified(forge(&header, &payload, &key)).is_err());
        prop_assert!(verified(&payload).is_err());
    }
}
