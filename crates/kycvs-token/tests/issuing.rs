//! What an issuer signs, and what it does not.

use std::error::Error as _;
use std::io;
use std::sync::Arc;

use crate::support::{AUDIENCE, ISSUER, block_on, claims, forge, header, now, payload, test_key, verifier};
use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use kycvs_token::{
    Algorithm, ConsentReference, IssueError, MAX_LIFETIME, MAX_TEXT_BYTES, MAX_TOKEN_BYTES, PublicKey, Refusal, Signer,
    SignerError, StatusClaims, StatusToken, TokenIssuer, random_id,
};

fn issuer() -> TokenIssuer {
    TokenIssuer::new(ISSUER, Arc::new(test_key(Algorithm::EdDsa))).unwrap()
}

fn refusal_of(claims: &StatusClaims) -> Refusal {
    match block_on(issuer().issue(claims)) {
        Err(IssueError::Invalid(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

/// Our claims with one text replaced.
fn with_text(claim: &str, text: &str) -> StatusClaims {
    let (mut claims, text) = (claims(), text.to_owned());
    match claim {
        "aud" => claims.audience = text,
        "sub" => claims.subject = text,
        "jti" => claims.token_id = text,
        "policy" => claims.policy = text,
        "purpose" => claims.purpose = text,
        "reference" => claims.reference = Some(text),
        "consent.id" => claims.consent.id = text,
        "consent.hash" => claims.consent.hash = text,
        _ => unreachable!(),
    }
    claims
}

const TEXTS: [&str; 8] = ["aud", "sub", "jti", "policy", "purpose", "reference", "consent.id", "consent.hash"];

#[test]
fn a_token_is_the_documented_bytes() {
    // Ed25519 signatures are deterministic, so this compares the whole token.
    let key = test_key(Algorithm::EdDsa);
    assert_eq!(block_on(issuer().issue(&claims())).unwrap().token.as_str(), forge(&header(&key), payload(), &key));
}

#[test]
fn text_that_hides_something_is_not_signed() {
    let long = "a".repeat(MAX_TEXT_BYTES + 1);
    let hidden = [
        "\0", "\n", "\u{7f}", "\u{9f}", "\u{61c}", "\u{200e}", "\u{200f}", "\u{2028}", "\u{202a}", "\u{202e}",
        "\u{2066}", "\u{2069}",
    ];
    for claim in TEXTS {
        for bad in hidden.map(|mark| format!("a/{mark}b")).iter().chain([&long, &String::new()]) {
            let refusal = refusal_of(&with_text(claim, bad));
            assert_eq!(refusal.to_string(), format!("the claim `{claim}` is malformed"), "{bad:?}");
        }
    }
}

#[test]
fn a_policy_names_its_version() {
    for bad in ["in-kyc-vs", "/1", "in-kyc-vs/", "in-kyc-vs/1/2", "/"] {
        assert_eq!(refusal_of(&with_text("policy", bad)), Refusal::MalformedClaim { claim: "policy" });
    }
}

#[test]
fn a_lifetime_is_more_than_nothing_and_at_most_seven_days() {
    let lasting = |lifetime| StatusClaims { expires_at: now() + lifetime, ..claims() };
    assert_eq!(refusal_of(&lasting(TimeDelta::zero())), Refusal::LifetimeNotPositive);
    assert_eq!(refusal_of(&lasting(TimeDelta::milliseconds(999))), Refusal::LifetimeNotPositive);
    assert_eq!(refusal_of(&lasting(TimeDelta::days(-1))), Refusal::LifetimeNotPositive);
    assert_eq!(refusal_of(&lasting(MAX_LIFETIME + TimeDelta::seconds(1))), Refusal::LifetimeTooLong);
    assert!(block_on(issuer().issue(&lasting(MAX_LIFETIME))).is_ok());
}

#[test]
fn absurd_dates_are_not_signed() {
    for as_of in [NaiveDate::MIN, NaiveDate::MAX, NaiveDate::from_ymd_opt(10_000, 1, 1).unwrap()] {
        assert_eq!(refusal_of(&StatusClaims { as_of, ..claims() }), Refusal::MalformedClaim { claim: "as_of" });
    }
    let ages = StatusClaims { issued_at: DateTime::<Utc>::MIN_UTC, expires_at: DateTime::<Utc>::MAX_UTC, ..claims() };
    assert_eq!(refusal_of(&ages), Refusal::LifetimeTooLong);
}

#[test]
fn the_longest_token_fits() {
    let text = || "\"".repeat(MAX_TEXT_BYTES); // each takes two bytes in JSON
    let claims = StatusClaims {
        audience: text(),
        subject: text(),
        token_id: text(),
        policy: format!("{}/1", "\"".repeat(MAX_TEXT_BYTES - 2)),
        purpose: text(),
        reference: Some(text()),
        consent: ConsentReference { id: text(), hash: text() },
        ..claims()
    };
    let issuer = TokenIssuer::new(text(), Arc::new(test_key(Algorithm::Es256))).unwrap();
    let token = block_on(issuer.issue(&claims)).unwrap().token;
    assert!(token.as_str().len() <= MAX_TOKEN_BYTES, "{}", token.as_str().len());
    let verifier = kycvs_token::TokenVerifier::new(text(), issuer.published_keys(now()));
    assert_eq!(*verifier.verify(&token, &text(), now()).unwrap().claims(), claims);
}

#[test]
fn an_issuer_has_a_name() {
    for bad in ["", "https://\u{202e}example", "a\0"] {
        let refused = TokenIssuer::new(bad, Arc::new(test_key(Algorithm::EdDsa))).unwrap_err();
        assert!(matches!(refused, IssueError::Invalid(Refusal::MalformedClaim { claim: "iss" })));
    }
}

#[test]
fn debug_shows_nothing_about_a_person_and_no_key() {
    let token = block_on(issuer().issue(&claims())).unwrap().token;
    let verified = verifier().verify(&token, AUDIENCE, now()).unwrap();
    let stored = kycvs_token::SigningKey::generate_pkcs8(Algorithm::EdDsa).unwrap();
    let shown = format!("{token:?} {verified:?} {stored:?} {:?} {:?}", claims().consent, test_key(Algorithm::EdDsa));
    let claims = claims();
    for hidden in [token.as_str(), &claims.subject, &claims.consent.id, "PNR", "Vaccinated", "[48"] {
        assert!(!shown.contains(hidden), "{shown}");
    }
    let times = format!("issued_at: {:?}, expires_at: {:?}", claims.issued_at, claims.expires_at);
    assert_eq!(format!("{claims:?}"), format!("StatusClaims {{ audience: {AUDIENCE:?}, {times}, .. }}"));
    assert_eq!(format!("{:?}", claims.consent), "ConsentReference(redacted)");
}

#[test]
fn the_error_of_a_device_is_kept_as_a_source() {
    struct BrokenHsm(PublicKey);

    #[async_trait]
    impl Signer for BrokenHsm {
        fn public_key(&self) -> &PublicKey {
            &self.0
        }

        async fn sign(&self, _: &[u8]) -> Result<[u8; 64], SignerError> {
            Err(SignerError::new(io::Error::other("slot 3 is locked")))
        }
    }

    let hsm = BrokenHsm(test_key(Algorithm::Es256).public_key().clone());
    let error = block_on(TokenIssuer::new(ISSUER, Arc::new(hsm)).unwrap().issue(&claims())).unwrap_err();
    assert_eq!(error.to_string(), "the signer did not sign");
    assert_eq!(error.source().unwrap().to_string(), "slot 3 is locked");
}

#[test]
fn random_ids_have_128_bits_and_differ() {
    let ids = [(); 2].map(|()| random_id().unwrap());
    assert_eq!(ids[0].len(), 22);
    assert_ne!(ids[0], ids[1]);
}

#[test]
fn a_deflated_or_encrypted_jws_or_a_credential_is_no_token_and_whatever_else_begins_as_one_is() {
    let golden = |name: &str| {
        let path = format!("{}/tests/golden/valid/{name}", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(path).unwrap()
    };
    for token in ["es256.jwt", "bearer.jwt", "es256.cwt"].map(golden) {
        assert!(StatusToken::is_in(&token) && StatusToken::is_in(&format!("https://gate.example/verify#{token}")));
        assert_eq!(StatusToken::from(token).issuer_unverified().as_deref(), Some(ISSUER));
    }
    // The header of a SMART Health Card: {"zip":"DEF","alg":"ES256","kid":"k"}.
    let card = "eyJ6aXAiOiJERUYiLCJhbGciOiJFUzI1NiIsImtpZCI6ImsifQ.q1Y.AA";
    // The header of an encrypted health record: {"enc":"A256GCM","alg":"dir"}.
    let encrypted = "eyJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiZGlyIn0..AA.q1Y.AA";
    // A card that was not deflated: {"alg":"ES256","kid":"k"} and {"iss":"https://a.example","vc":{}}.
    let plain = "eyJhbGciOiJFUzI1NiIsImtpZCI6ImsifQ.eyJpc3MiOiJodHRwczovL2EuZXhhbXBsZSIsInZjIjp7fX0.AA";
    // And one that was, under the header of the other: `zip` was left out.
    let unsaid = "eyJhbGciOiJFUzI1NiIsImtpZCI6ImsifQ.q1Y.AA";
    for other in
        [card, plain, unsaid, encrypted, "HC1:6BF", "shc:/5676", r#"{"a":"eyJ"}"#, "", "https://gate.example/verify"]
    {
        assert!(!StatusToken::is_in(other), "{other}");
    }
    assert!(StatusToken::is_in("eyJ.damaged"), "it is meant to be one");
    assert_eq!(StatusToken::from(card.to_owned()).issuer_unverified(), None);
}
