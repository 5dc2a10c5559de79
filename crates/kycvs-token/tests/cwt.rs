//! The token as a CWT: the same statement as the JWT, in one form only, and small enough for a QR code that a phone reads.

use std::fs;
use std::path::Path;

use crate::support::codes::{Parts, Spelt, bytes_of, issue, text_of};
use crate::support::{AUDIENCE, ISSUER, claims, now, verifier};
use chrono::{NaiveDate, TimeDelta};
use kycvs_cose::{Item, Sign1};
use kycvs_token::{
    Algorithm, Bearer, ConsentReference, EvidenceKind, Refusal, StatusClaims, StatusReference, StatusToken,
    VaccinationStatus,
};
use proptest::prelude::*;

const BOTH: [Algorithm; 2] = [Algorithm::Es256, Algorithm::EdDsa];

/// As a service with lists issues it for a person who gave a year of birth.
fn full() -> StatusClaims {
    StatusClaims {
        bearer: Some(Bearer { name: "Asha Lakshmi Rao".into(), birth_year: Some(1986) }),
        status_list: Some(StatusReference { uri: format!("{ISSUER}/s/4kq07"), index: 1_048_575 }),
        consent: ConsentReference { id: "Zm9vYmFyYmF6cXV4MDEyMw".into(), hash: "0123456789abcdef".repeat(4) },
        ..claims()
    }
}

#[test]
fn both_spellings_say_the_same() {
    for algorithm in BOTH {
        let issued = issue(algorithm, &full());
        let hidden = StatusClaims { bearer: None, ..full() };
        for token in [&issued.token, &issued.code] {
            assert_eq!(*verifier().verify(token, AUDIENCE, now()).unwrap().claims(), hidden);
            let shown = token.with(&issued.disclosures);
            assert_eq!(*verifier().verify(&shown, AUDIENCE, now()).unwrap().claims(), full());
        }
        assert_eq!(issued.code.with(&issued.disclosures).with(&[]), issued.code, "what was shown is taken back");
    }
}

#[test]
fn the_code_of_the_golden_claims_has_these_bytes() {
    let golden =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/valid/eddsa.cwt")).unwrap();
    assert_eq!(issue(Algorithm::EdDsa, &claims()).code.as_str(), golden, "Ed25519 signs the same bytes alike");
}

#[test]
fn a_code_of_a_full_token_has_at_most_69_modules_at_level_m() {
    let issued = issue(Algorithm::Es256, &full());
    assert_eq!(issued.code.as_str().len(), 478);
    let sides = |issued: &Spelt| {
        let shown = |token: &StatusToken| token.with(&issued.disclosures).qr().unwrap().side();
        [&issued.token, &issued.code].map(|token| (token.qr().unwrap().side(), shown(token)))
    };
    // The JWT alone, with the bearer; the code alone, with the bearer.
    assert_eq!(sides(&issued), [(109, 113), (69, 81)]);
    assert!(issued.code.qr().unwrap().error_correction() >= kycvs_token::ErrorCorrection::Medium);
}

#[test]
fn a_code_survives_a_scanner_and_a_clipboard() {
    let code = loop {
        let code = issue(Algorithm::Es256, &claims()).code;
        if code.as_str().contains(' ') {
            break code;
        }
    };
    let (start, end) = code.as_str().split_at(200);
    for text in [
        format!(" {code}\n", code = code.as_str()),
        format!("{start}\r\n{end}\t"),
        format!("https://gate.example/verify#{start}{end}"),
    ] {
        assert_eq!(StatusToken::scanned(&text), code, "{text:?}");
    }
    assert!(!code.as_str().ends_with(' '), "the last character of Base45 is never a space");
}

#[test]
fn a_code_does_not_show_some_disclosures_without_the_others() {
    let issued = issue(Algorithm::Es256, &full());
    let name_alone = issued.code.with(&issued.disclosures[..1]);
    assert_eq!(verifier().verify(name_alone, AUDIENCE, now()).unwrap_err(), Refusal::ForeignDisclosure);
    let turned = issued.code.with(issued.disclosures.iter().rev());
    assert_eq!(verifier().verify(turned, AUDIENCE, now()).unwrap_err(), Refusal::ForeignDisclosure);
}

#[test]
fn with_disclosures_that_are_none_a_code_shows_nothing() {
    let issued = issue(Algorithm::Es256, &full());
    let shown = issued.code.with(&["not base64url!".to_owned().into()]);
    assert_eq!(shown, issued.code);
    let nonsense = StatusToken::from("KV1:nonsense".to_owned());
    assert_eq!(nonsense.with(&issued.disclosures), nonsense);
}

#[test]
fn a_jws_of_ours_is_no_code_and_a_code_no_jws() {
    let issued = issue(Algorithm::Es256, &claims());
    let prefixed = format!("KV1:{}", issued.token.as_str());
    assert_eq!(verifier().verify(prefixed, AUDIENCE, now()).unwrap_err(), Refusal::NotCose);
    let bare = issued.code.as_str().strip_prefix("KV1:").unwrap();
    assert!(verifier().verify(bare, AUDIENCE, now()).is_err());
}

/// Whatever is not signed has one form, so that nobody makes a second text of a token, but for the signature itself.
#[test]
fn no_byte_of_a_code_can_change() {
    let issued = issue(Algorithm::EdDsa, &full());
    for code in [issued.code.clone(), issued.code.with(&issued.disclosures)] {
        let bytes = bytes_of(code.as_str());
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << (at % 8);
            assert!(verifier().verify(text_of(&changed), AUDIENCE, now()).is_err(), "byte {at}");
        }
    }
}

#[test]
fn a_code_says_what_the_documentation_says() {
    let bytes = bytes_of(issue(Algorithm::Es256, &full()).code.as_str());
    let message = Sign1::parse(&bytes).unwrap();
    let header = Item::parse(&message.protected).unwrap();
    assert_eq!((header.at(1), header.at(16)), (Some(&(-7).into()), Some(&"kycvs+cwt".into())));
    assert!(matches!(header.at(4), Some(Item::Bytes(id)) if id.len() == 4));
    let claims = Item::parse(&message.payload).unwrap();
    assert_eq!(claims.at(1), Some(&ISSUER.into()));
    assert_eq!(claims.at(4), Some(&1_641_081_600.into()));
    let ours = claims.at(-65537).unwrap();
    assert_eq!((ours.at(1), ours.at(2)), (Some(&2.into()), Some(&18_993.into())));
    assert_eq!(ours.at(9), Some(&Item::Array(vec![1_048_575.into(), "4kq07".into()])));
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{1,60}",
        "[0-9a-f]{64}",
        "[A-Za-z0-9_-]{22}",
        "[A-Za-z0-9_-]{43}",
        any::<[u8; 16]>().prop_map(|bytes| base64_of(&bytes)),
        any::<[u8; 32]>().prop_map(|bytes| base64_of(&bytes)),
    ]
}

fn base64_of(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

fn any_claims() -> impl Strategy<Value = StatusClaims> {
    let list = prop_oneof![
        "[0-9a-v]{1,5}".prop_map(|name| format!("{ISSUER}/s/{name}")),
        Just(format!("{ISSUER}/s/")),
        text(),
    ];
    let list = (list, any::<u32>()).prop_map(|(uri, index)| StatusReference { uri, index });
    let bearer = ("[A-Za-z \"\\\\]{0,20}[a-z]", prop::option::of(1900_u16..=2100));
    let bearer = bearer.prop_map(|(name, birth_year)| Bearer { name, birth_year });
    let ids = (text(), text(), text(), text(), text());
    let rest = (prop::option::of(text()), prop::option::of(list), prop::option::of(bearer));
    (ids, 0_u8..=2, -719_162_i64..=2_932_896, rest).prop_map(|(ids, status, days, rest)| StatusClaims {
        evidence: if status == 1 { EvidenceKind::Presented } else { EvidenceKind::Registry },
        audience: ids.0,
        subject: ids.1,
        token_id: ids.2,
        consent: ConsentReference { id: ids.3, hash: ids.4 },
        status: VaccinationStatus::try_from(status).unwrap(),
        as_of: NaiveDate::from_ymd_opt(1970, 1, 1).unwrap() + TimeDelta::days(days),
        reference: rest.0,
        status_list: rest.1,
        bearer: rest.2,
        ..claims()
    })
}

proptest! {
    #[test]
    fn any_claims_come_back_from_a_code(claims in any_claims()) {
        let issued = issue(Algorithm::EdDsa, &claims);
        let shown = issued.code.with(&issued.disclosures);
        prop_assert_eq!(&verifier().verify_shown_to_me(shown, now()).unwrap().into_claims(), &claims);
        // There is no second form of the same claims: what was written is what a forger with the key would write, too.
        let again = Parts::of(Algorithm::EdDsa, &claims).signed_by(&crate::support::test_key(Algorithm::EdDsa));
        prop_assert!(claims.bearer.is_some() || again == issued.code.as_str());
    }

    #[test]
    fn any_text_is_refused_without_a_panic(text in "\\PC{0,80}", code in "[0-9A-Z $%*+./:-]{0,120}") {
        let codes = [format!("KV1:{text}"), format!("KV1:{code}")];
        prop_assert!(codes.iter().all(|code| verifier().verify(code, AUDIENCE, now()).is_err()));
    }
}
