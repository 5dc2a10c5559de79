//! Whom a token is about: shown by the person who chooses so, and to nobody else.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::support::{AUDIENCE, ISSUER, block_on, claims, digest_of, now, presented, test_key, verifier};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use kycvs_token::{
    Algorithm, Bearer, Disclosure, IssueError, Issued, Refusal, StatusClaims, StatusReference, StatusToken, TokenIssuer,
};
use serde_json::Value;

fn asha() -> Bearer {
    Bearer { name: "Asha Lakshmi Rao".into(), birth_year: Some(1986) }
}

fn issue(bearer: Bearer) -> Result<Issued, IssueError> {
    let issuer = TokenIssuer::new(ISSUER, Arc::new(test_key(Algorithm::Es256))).unwrap();
    block_on(issuer.issue(&StatusClaims { bearer: Some(bearer), ..claims() }))
}

fn bearer_of(token: &StatusToken) -> Result<Option<Bearer>, Refusal> {
    verifier().verify(token, AUDIENCE, now()).map(|verified| verified.claims().bearer.clone())
}

fn payload_of(token: &StatusToken) -> Value {
    serde_json::from_slice(&BASE64URL.decode(token.as_str().split('.').nth(1).unwrap()).unwrap()).unwrap()
}

fn refusal_of(disclosures: &[&str]) -> Option<Refusal> {
    let disclosures: Vec<_> = disclosures.iter().map(|text| (*text).to_owned()).collect();
    verifier().verify(presented(&disclosures), AUDIENCE, now()).err()
}

#[test]
fn a_gate_reads_the_bearer_whom_the_person_discloses() {
    let Issued { token, disclosures, .. } = issue(asha()).unwrap();
    assert_eq!(bearer_of(&token.with(&disclosures)), Ok(Some(asha())));
    let name_only = Bearer { birth_year: None, ..asha() };
    assert_eq!(bearer_of(&token.with(&disclosures[..1])), Ok(Some(name_only)));
}

#[test]
fn a_bare_token_says_nothing_of_its_bearer() {
    let Issued { token, disclosures, .. } = issue(asha()).unwrap();
    assert_eq!(bearer_of(&token), Ok(None));
    assert_eq!(bearer_of(&token.with([])), Ok(None));
    assert_eq!(bearer_of(&token.with(&disclosures[1..])), Ok(None), "a year of birth alone names nobody");
    let payload = payload_of(&token).to_string();
    assert!(!payload.contains("Asha") && !payload.contains("1986"), "{payload}");
    assert!(payload_of(&issue_without()).get("_sd").is_none());
}

fn issue_without() -> StatusToken {
    let issuer = TokenIssuer::new(ISSUER, Arc::new(test_key(Algorithm::Es256))).unwrap();
    block_on(issuer.issue(&claims())).unwrap().token
}

#[test]
fn the_digests_do_not_tell_whether_a_year_of_birth_is_known() {
    for birth_year in [None, Some(1986)] {
        let Issued { token, disclosures, .. } = issue(Bearer { birth_year, ..asha() }).unwrap();
        let payload = payload_of(&token);
        let digests: Vec<_> =
            payload["_sd"].as_array().unwrap().iter().map(|digest| digest.as_str().unwrap()).collect();
        assert_eq!((digests.len(), disclosures.len()), (2, 1 + usize::from(birth_year.is_some())));
        assert!(digests.iter().all(|digest| digest.len() == 43) && digests.is_sorted(), "{digests:?}");
        assert!(digests.contains(&digest_of(disclosures[0].as_str()).as_str()));
        assert_eq!(payload["_sd_alg"], "sha-256");
    }
}

#[test]
fn the_order_of_the_digests_does_not_tell_which_is_the_name() {
    let places: BTreeSet<_> = (0..40)
        .map(|_| issue(asha()).unwrap())
        .map(|issued| payload_of(&issued.token)["_sd"][0] == digest_of(issued.disclosures[0].as_str()))
        .collect();
    assert_eq!(places.len(), 2);
}

#[test]
fn no_two_tokens_of_one_person_share_a_digest() {
    let digests: BTreeSet<_> = (0..20)
        .flat_map(|_| payload_of(&issue(asha()).unwrap().token)["_sd"].as_array().unwrap().clone())
        .map(|digest| digest.to_string())
        .collect();
    assert_eq!(digests.len(), 40);
}

#[test]
fn the_disclosures_of_another_token_are_refused() {
    let (one, other) = (issue(asha()).unwrap(), issue(Bearer { name: "Ravi Rao".into(), birth_year: None }).unwrap());
    assert_eq!(bearer_of(&one.token.with(&other.disclosures)), Err(Refusal::ForeignDisclosure));
    let twice = one.token.with(&[one.disclosures.clone(), one.disclosures.clone()].concat());
    assert_eq!(bearer_of(&twice), Err(Refusal::ForeignDisclosure));
    assert_eq!(bearer_of(&issue_without().with(&one.disclosures)), Err(Refusal::ForeignDisclosure));
}

#[test]
fn a_changed_disclosure_is_refused() {
    let Issued { token, disclosures, .. } = issue(asha()).unwrap();
    let name = disclosures[0].as_str();
    for at in 0..name.len() {
        let other = if name.as_bytes()[at] == b'A' { "B" } else { "A" };
        let changed = Disclosure::from(format!("{}{other}{}", &name[..at], &name[at + 1..]));
        assert_eq!(bearer_of(&token.with([&changed])), Err(Refusal::ForeignDisclosure), "{at}");
    }
    let text = token.with(&disclosures).into_string();
    for cut in [text.trim_end_matches('~').to_owned(), format!("{text}x"), format!("{}~", text)] {
        assert!(bearer_of(&cut.into()).is_err());
    }
}

#[test]
fn a_disclosure_is_salt_claim_and_value() {
    for wrong in [
        "",
        "{}",
        r#""name""#,
        r#"["salt","name"]"#,
        r#"["salt","name","Asha","more"]"#,
        r#"[1,"name","Asha"]"#,
        r#"["salt",1,"Asha"]"#,
        r#"["salt","name",1]"#,
        r#"["salt","name",""]"#,
        r#"["salt","name","Asha\u202e"]"#,
        r#"["salt","birthdate",1986]"#,
        r#"["salt","birthdate","1899"]"#,
        r#"["salt","birthdate","2101"]"#,
        r#"["salt","birthdate","86"]"#,
        r#"["salt","birthdate","+986"]"#,
        r#"["salt","_sd",[]]"#,
        r#"["salt","...","a"]"#,
        r#"["salt","vaccination_status","2"]"#,
        r#"["salt","name",{"a":1,"a":2}]"#,
    ] {
        assert_eq!(refusal_of(&[wrong]), Some(Refusal::MalformedDisclosure), "{wrong}");
    }
    let again = [r#"["one","name","Asha"]"#, r#"["two","name","Ravi"]"#];
    assert_eq!(refusal_of(&again), Some(Refusal::MalformedDisclosure), "one token, two names");
}

#[test]
fn a_claim_of_a_later_issuer_is_passed_over() {
    assert_eq!(refusal_of(&[r#"["salt","name","Asha"]"#, r#"["salt","district",{"code":[1.5,null]}]"#]), None);
}

#[test]
fn a_key_binding_is_refused_since_no_token_names_a_key() {
    let Issued { token, disclosures, .. } = issue(asha()).unwrap();
    let bound = format!("{}e30.e30.AA", token.with(&disclosures).as_str());
    assert_eq!(bearer_of(&bound.into()), Err(Refusal::MalformedDisclosure));
}

#[test]
fn the_examples_of_rfc_9901_hash_as_it_says() {
    // Section 4.2.1, and section 4.2.3 with other white space and escapes of the same claim. Code components: Revised BSD.
    for (disclosure, digest) in [
        (
            "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0",
            "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0",
        ),
        (
            "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNXHUwMGY2Yml1cyJd",
            "BwU3T4PB1Wk6TbA1HUOm9XenJYLZfYtJGn8hMl77zwg",
        ),
        (
            "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsImZhbWlseV9uYW1lIiwiTcO2Yml1cyJd",
            "TZjouOTrBKEwUNjNDs9yeMzBoQn8FFLPaJjRRmAtwrM",
        ),
    ] {
        assert_eq!(digest_of(disclosure), digest);
        let json = String::from_utf8(BASE64URL.decode(disclosure).unwrap()).unwrap();
        assert_eq!(refusal_of(&[&json]), None);
    }
}

#[test]
fn a_bearer_whom_no_gate_could_show_is_not_signed() {
    for (name, birth_year, claim) in [
        ("", None, "name"),
        ("Asha\u{202e}", None, "name"),
        ("Asha", Some(1899), "birthdate"),
        ("Asha", Some(2101), "birthdate"),
    ] {
        let refused = issue(Bearer { name: name.into(), birth_year }).unwrap_err();
        assert!(matches!(refused, IssueError::Invalid(Refusal::MalformedClaim { claim: told }) if told == claim));
    }
    for birth_year in [1900, 2100] {
        assert!(issue(Bearer { birth_year: Some(birth_year), ..asha() }).is_ok());
    }
}

#[test]
fn debug_shows_neither_bearer_nor_disclosure() {
    let issued = issue(asha()).unwrap();
    let shown = format!("{issued:?} {:?}", asha());
    assert!(!shown.contains("Asha") && !shown.contains("1986") && !shown.contains("Wy"), "{shown}");
}

#[test]
fn a_token_names_its_place_in_a_status_list() {
    let issuer = TokenIssuer::new(ISSUER, Arc::new(test_key(Algorithm::Es256))).unwrap();
    let list = StatusReference { uri: format!("{ISSUER}/s/4kq07"), index: u32::MAX };
    let claims = StatusClaims { status_list: Some(list), ..claims() };
    let token = block_on(issuer.issue(&claims)).unwrap().token;
    assert_eq!(*verifier().verify(&token, AUDIENCE, now()).unwrap().claims(), claims);
    assert_eq!(payload_of(&token)["status"]["status_list"]["idx"], u32::MAX);
}
