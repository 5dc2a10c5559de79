//! What the railway shares, a gate accepts; what was tampered with or is over, it does not.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

mod support;

use std::sync::Arc;

use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use kycvs_records::TrustedKey;
use kycvs_records::trust::{Draft, import};
use kycvs_token::{
    Algorithm, Bearer, ConsentReference, Disclosure, EvidenceKind, Issued, KeyRing, Signer, SigningKey, StatusClaims,
    StatusList, StatusListClaims, StatusReference, TokenIssuer, VaccinationStatus,
};
use support::{Folder, run};

const ISSUER: &str = "https://kycvs.example";

fn now() -> DateTime<Utc> {
    std::time::SystemTime::now().into()
}

/// A folder with `jwks.json` and the key to it.
fn gate() -> (Folder, TokenIssuer) {
    let folder = Folder::new();
    let key = SigningKey::generate(Algorithm::EdDsa).unwrap();
    folder.file("jwks.json", KeyRing::from(key.public_key().clone()).to_jwks());
    (folder, TokenIssuer::new(ISSUER, Arc::new(key)).unwrap())
}

fn claims(status: VaccinationStatus, issued_at: DateTime<Utc>) -> StatusClaims {
    StatusClaims {
        audience: "railway".into(),
        subject: "someone".into(),
        token_id: "one".into(),
        issued_at,
        expires_at: issued_at + TimeDelta::hours(24),
        status,
        as_of: NaiveDate::from_ymd_opt(2026, 1, 31).unwrap(),
        evidence: EvidenceKind::Registry,
        policy: "in-kyc-vs/1".into(),
        purpose: "booking".into(),
        reference: Some("PNR 2345678901".into()),
        consent: ConsentReference { id: "two".into(), hash: "three".into() },
        bearer: None,
        status_list: None,
    }
}

async fn token(issuer: &TokenIssuer, status: VaccinationStatus, issued_at: DateTime<Utc>) -> String {
    issuer.issue(&claims(status, issued_at)).await.unwrap().token.into_string()
}

#[test]
fn the_railways_tokens_are_green_amber_and_red() {
    let folder = Folder::new();
    let out = folder.path("out");
    assert_eq!(run("railway_booking", ["--scripted", "--out", &out]).status, 0);
    let ticket = |number| folder.path(&format!("out/ticket-{number}.jwt"));
    let jwks = folder.path("out/jwks.json");

    let ran = run("airport_gate", [&ticket(1), &ticket(2), &ticket(3), "--jwks", &jwks]);
    assert_eq!((ran.status, ran.stderr.as_str()), (1, ""));
    let lines: Vec<_> = ran.stdout.lines().collect();
    for (line, lamp) in lines.iter().zip([": GREEN ", ": AMBER ", ": RED "]) {
        assert!(line.contains(lamp) && line.contains("issued to railway, PNR "), "{line}");
    }
    assert_eq!(lines.len(), 3);
    assert_eq!(run("airport_gate", [&ticket(1), "--jwks", &jwks, "--audience", "railway"]).status, 0);
}

#[tokio::test]
async fn a_gate_names_the_bearer_who_shows_it_and_says_when_nobody_is_known() {
    let (folder, issuer) = gate();
    let jwks = folder.path("jwks.json");
    let bearer = Bearer { name: "Asha R.".into(), birth_year: Some(1986) };
    let claims = StatusClaims { bearer: Some(bearer), ..claims(VaccinationStatus::FullyVaccinated, now()) };
    let Issued { token, disclosures, .. } = issuer.issue(&claims).await.unwrap();
    for (shown, words) in [
        (token.clone(), "GREEN    fully vaccinated, bearer unknown; on "),
        (token.with(&disclosures[..1]), "GREEN    fully vaccinated, for Asha R.: check the ID; on "),
        (token.with(&disclosures), "GREEN    fully vaccinated, for Asha R., born 1986: check the ID; on "),
    ] {
        let link = folder.file("link.txt", format!("https://kycvs.example/verify#{}\n", shown.as_str()));
        let ran = run("airport_gate", [&link, "--jwks", &jwks]);
        assert!(ran.status == 0 && ran.stdout.contains(words), "{}", ran.stdout);
        assert!(ran.stdout.contains("; withdrawal not checked\n"), "{}", ran.stdout);
    }
    let other = token.with([&Disclosure::from("WyJzIiwibmFtZSIsIlJhdmkgUmFvIl0".to_owned())]);
    let ran = run("airport_gate", [&folder.file("other.txt", other.into_string()), "--jwks", &jwks]);
    assert!(ran.status == 2 && ran.stdout.contains("(foreign-disclosure)"), "{}", ran.stdout);
}

#[tokio::test]
async fn a_gate_with_lists_refuses_what_was_withdrawn_and_what_they_do_not_tell() {
    let (folder, issuer) = gate();
    let jwks = folder.path("jwks.json");
    let uri = format!("{ISSUER}/s/4kq07");
    let mut withdrawn = StatusList::new(64).unwrap();
    withdrawn.raise(3).unwrap();
    let issued_at = now() - TimeDelta::hours(2);
    let list = StatusListClaims {
        uri: uri.clone(),
        issued_at,
        expires_at: issued_at + TimeDelta::hours(24),
        time_to_live: None,
        list: withdrawn,
    };
    let list = issuer.issue_status_list(&list).await.unwrap().into_string();
    let published = Folder::new();
    published.file("all", format!("{list}\n\n{list}\n"));
    let lists = published.path(".");
    for (index, status, words) in [
        (0, 0, format!("; not withdrawn as of {}\n", issued_at.format("%Y-%m-%d %H:%M UTC"))),
        (3, 2, "REFUSED  the token was withdrawn (revoked)\n".into()),
        (64, 2, "(status-unknown)\n".into()),
    ] {
        let reference = Some(StatusReference { uri: uri.clone(), index });
        let claims = StatusClaims { status_list: reference, ..claims(VaccinationStatus::FullyVaccinated, now()) };
        let token = folder.file("a.jwt", issuer.issue(&claims).await.unwrap().token.into_string());
        let ran = run("airport_gate", [&token, "--jwks", &jwks, "--status", &lists]);
        assert!((ran.status, ran.stderr.as_str()) == (status, "") && ran.stdout.ends_with(&words), "{}", ran.stdout);
        let stale = run("airport_gate", [&token, "--jwks", &jwks, "--status", &lists, "--max-list-age", "90m"]);
        let is_stale = stale.stdout.contains("(status-stale)");
        assert_eq!((stale.status, is_stale), (2, index == 0), "a bit never falls: {}", stale.stdout);
    }
    let torn = Folder::new();
    torn.file("list", "a.b.c");
    let ran = run("airport_gate", [&folder.path("a.jwt"), "--jwks", &jwks, "--status", &torn.path(".")]);
    assert!(ran.status == 2 && ran.stderr.starts_with("warning: ") && ran.stderr.contains("line 1"), "{}", ran.stderr);
}

#[tokio::test]
async fn a_tampered_a_foreign_and_an_expired_token_are_refused() {
    let (folder, issuer) = gate();
    let jwks = folder.path("jwks.json");
    let good = token(&issuer, VaccinationStatus::FullyVaccinated, now()).await;
    let tampered = good.replace(good.split('.').nth(1).unwrap(), good.split('.').next().unwrap());
    let (_, stranger) = gate();
    let cases = [
        ("tampered", tampered, "bad-signature"),
        ("foreign", token(&stranger, VaccinationStatus::FullyVaccinated, now()).await, "unknown-key"),
        ("expired", token(&issuer, VaccinationStatus::FullyVaccinated, now() - TimeDelta::hours(25)).await, "expired"),
        (
            "early",
            token(&issuer, VaccinationStatus::FullyVaccinated, now() + TimeDelta::hours(1)).await,
            "not-yet-valid",
        ),
        ("empty", String::new(), "not-three-parts"),
        ("huge", "x".repeat(1 << 20), "too-long"),
    ];
    let good = folder.file("good.jwt", format!("{good}\n"));
    assert_eq!(run("airport_gate", [&good, "--jwks", &jwks]).status, 0);
    for (name, token, reason) in cases {
        let file = folder.file(&format!("{name}.jwt"), token);
        let ran = run("airport_gate", [&file, &good, "--jwks", &jwks]);
        assert_eq!(ran.status, 2, "{name}");
        assert!(ran.stdout.contains(&format!("({reason})")), "{name}: {}", ran.stdout);
        assert!(ran.stdout.contains("GREEN"), "one refusal does not stop the others: {}", ran.stdout);
    }
}

#[tokio::test]
async fn another_audience_or_issuer_is_refused() {
    let (folder, issuer) = gate();
    let (file, jwks) = (folder.path("good.jwt"), folder.path("jwks.json"));
    folder.file("good.jwt", token(&issuer, VaccinationStatus::FullyVaccinated, now()).await);
    for (flag, value, reason) in
        [("--audience", "airline", "wrong-audience"), ("--issuer", "https://other.example", "wrong-issuer")]
    {
        let ran = run("airport_gate", [&file, "--jwks", &jwks, flag, value]);
        assert_eq!((ran.status, ran.stdout.contains(reason)), (2, true), "{}", ran.stdout);
    }
    let ran = run("airport_gate", [&folder.path("missing.jwt"), "--jwks", &jwks]);
    assert_eq!((ran.status, ran.stdout.contains("cannot be read")), (2, true), "{}", ran.stdout);
}

#[test]
fn keys_or_flags_that_cannot_be_used_are_told() {
    let (folder, _) = gate();
    let (jwks, token) = (folder.path("jwks.json"), folder.file("a.jwt", "a.b.c"));
    let not_json = folder.file("text.json", "keys?");
    let not_text = folder.file("bytes.json", b"\xFF\xFE");
    let huge = folder.file("huge.json", " ".repeat(1 << 20));
    let missing = folder.path("missing.json");
    let no_lists = folder.path("no-lists");
    let cases: [&[&str]; 18] = [
        &[],
        &[&token],
        &["--jwks", &not_json],
        &[&token, "--jwks", &not_json],
        &[&token, "--jwks", &not_text],
        &[&token, "--jwks", &huge],
        &[&token, "--jwks", &missing],
        &[&token, "--jwks"],
        &[&token, "--jwks", ""],
        &[&token, "--jwks", &jwks, "--audience", ""],
        &[&token, "--jwks", &jwks, "--issuer", ""],
        &["", "--jwks", &jwks],
        &[&token, "--jwks", &jwks, "--status", &no_lists],
        &[&token, "--jwks", &jwks, "--max-list-age", "24h"],
        &[&token, "--jwks", &jwks, "--status", ".", "--max-list-age", "24"],
        &[&token, "--jwks", &jwks, "--status", ".", "--max-list-age", "0s"],
        &[&token, "--jwks", &jwks, "--status", ".", "--max-list-age", "8d"],
        &[&token, "--verbose"],
    ];
    for args in cases {
        let ran = run("airport_gate", args);
        assert_eq!(ran.status, 3, "{args:?}");
        assert!(ran.stderr.starts_with("error: ") && ran.stdout.is_empty(), "{args:?}: {}", ran.stderr);
    }
}

#[test]
fn the_gate_needs_nothing_but_what_verifies() {
    let source = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/airport_gate.rs")).unwrap();
    let manifest = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")).unwrap();
    let (_, dependencies) = manifest.split_once("[dependencies]").unwrap();
    let names = dependencies.lines().filter_map(|line| line.split(['.', ' ']).next()).filter(|name| !name.is_empty());
    let names: Vec<_> = names.map(|name| name.replace('-', "_")).chain(["kycvs_examples".into()]).collect();
    assert!(names.contains(&"kycvs_token".into()) && names.contains(&"anyhow".into()), "{names:?}");
    // A list's key is given in base64; a policy judges the doses of a certificate.
    let verify = ["kycvs_token", "kycvs_records", "kycvs_domain", "base64", "chrono"];
    for name in names.iter().filter(|name| !verify.contains(&name.as_str())) {
        assert!(!source.contains(&format!("{name}::")), "airport_gate.rs uses {name}");
    }
}

/// The certificate that CoWIN signed for a dummy person: one dose of two.
fn cowins_dummy() -> String {
    let samples = include_str!("../../crates/kycvs-records/tests/data/divoc-samples.json");
    let samples: serde_json::Value = serde_json::from_str(samples).unwrap();
    samples["cowin-production-dummy"].as_str().unwrap().to_owned()
}

/// A trust list of these keys, with the key that signed it beside it.
async fn trust_list(folder: &Folder, keys: Vec<TrustedKey>) -> String {
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let draft = Draft { keys, sources: Vec::new() };
    let text = draft.to_text(now(), now() + TimeDelta::days(30)).unwrap();
    let list = Draft::seal(&text, &key.sign(text.as_bytes()).await.unwrap()).unwrap();
    folder.file("trust.kycvs.pub", BASE64_STANDARD.encode(key.public_key().as_bytes()));
    folder.file("trust.kycvs", String::from_utf8(list).unwrap())
}

#[tokio::test]
async fn a_gate_reads_certificates_and_says_who_has_to_act() {
    let (folder, _) = gate();
    let jwks = folder.path("jwks.json");
    let certificate = folder.file("certificate.txt", cowins_dummy());
    let judged = |trust: &str, file: &str| run("airport_gate", [file, "--jwks", &jwks, "--trust", trust]);

    let keys =
        import::divoc_keys(include_bytes!("../../crates/kycvs-records/tests/data/divoc-keys.json")).unwrap().keys;
    let trust = trust_list(&folder, keys).await;
    let ran = judged(&trust, &certificate);
    assert_eq!(ran.status, 1, "{}", ran.stdout);
    assert!(ran.stdout.contains("AMBER    partially vaccinated, by a certificate of https://cowin.gov.in/, for "));
    let ran = judged(&trust, &folder.file("nothing.txt", "hello"));
    assert!(ran.status == 2 && ran.stdout.contains("REFUSED  the certificate is not taken (not-a-record)"));

    let alone = |file: &str| run("airport_gate", [file, "--trust", &trust]);
    assert_eq!(alone(&certificate).status, 1, "certificates alone need no keys of tokens");
    let ran = alone(&folder.file("token.txt", "eyJhbGciOiJFUzI1NiJ9.e30.AAAA"));
    assert!(ran.status == 2 && ran.stdout.contains("REFUSED  a token needs --jwks"), "{}", ran.stdout);

    let ran = judged(&trust_list(&folder, Vec::new()).await, &certificate);
    assert!(
        ran.status == 1 && ran.stdout.contains("AMBER    to act is the operator: the issuer is not in the trust list")
    );
}
