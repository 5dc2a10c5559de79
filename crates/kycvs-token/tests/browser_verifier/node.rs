//! The page's modules under Node.js.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use chrono::{DateTime, Utc};
use kycvs_token::StatusClaims;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Case;
use crate::support::{ISSUER, verifier};

/// What the page's modules say.
#[derive(Deserialize)]
pub(crate) struct Answer {
    /// For each token its claims, or a text: the reason.
    pub(crate) verdicts: Vec<Value>,
    /// For each key set the names of its keys; `None` when it is refused.
    pub(crate) keys: Vec<Option<Vec<String>>>,
    /// For each status list what it says and how tokens stand by it, or a text: the reason.
    pub(crate) lists: Vec<Value>,
    /// For each text that was scanned the token in it.
    pub(crate) scans: Vec<String>,
}

/// Compares the verdicts of both on each token, at its time.
pub(crate) fn agree(cases: &[Case]) {
    let seconds = |time: &DateTime<Utc>| json!(time.timestamp_millis()).as_f64().unwrap() / 1000.0;
    let timed: Vec<_> = cases.iter().map(|(token, now)| json!([token, seconds(now)])).collect();
    let verdicts = browser(json!({ "cases": timed })).verdicts;
    assert_eq!(verdicts.len(), cases.len());
    for ((token, now), theirs) in cases.iter().zip(verdicts) {
        match verifier().verify_shown_to_me(token, *now) {
            Ok(shown) => assert_eq!(without_extras(theirs), as_json(shown.claims()), "at {now}: {token}"),
            Err(refusal) => assert_eq!(theirs, refusal.code(), "at {now}: {token}"),
        }
    }
}

fn as_json(claims: &StatusClaims) -> Value {
    let mut json = json!({
        "iss": ISSUER,
        "aud": claims.audience,
        "sub": claims.subject,
        "jti": claims.token_id,
        "iat": claims.issued_at.timestamp(),
        "exp": claims.expires_at.timestamp(),
        "vaccination_status": u8::from(claims.status),
        "as_of": claims.as_of.to_string(),
        "evidence": claims.evidence.as_str(),
        "policy": claims.policy,
        "purpose": claims.purpose,
        "consent": { "id": claims.consent.id, "hash": claims.consent.hash },
    });
    if let Some(reference) = &claims.reference {
        json["reference"] = reference.as_str().into();
    }
    if let Some(bearer) = &claims.bearer {
        json["bearer"] = json!({ "name": bearer.name });
        if let Some(year) = bearer.birth_year {
            json["bearer"]["birth_year"] = year.into();
        }
    }
    if let Some(list) = &claims.status_list {
        json["status_list"] = json!({ "uri": list.uri, "idx": list.index });
    }
    json
}

/// `nbf` is checked, and no claim of ours.
fn without_extras(mut claims: Value) -> Value {
    if let Some(claims) = claims.as_object_mut() {
        claims.remove("nbf");
    }
    claims
}

/// What the page's own modules say, run by Node.js, which has the browsers' cryptography.
pub(crate) fn browser(mut task: Value) -> Answer {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    task["folder"] = json!(here.join("../kycvs-axum/assets/verify").canonicalize().unwrap());
    task["issuer"] = ISSUER.into();
    task["jwks"] = read("jwks.json").into();
    let mut node = Command::new("node")
        .arg(here.join("tests/browser_verifier/node.mjs"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("install Node.js 18 or later (Debian: apt install nodejs)");
    node.stdin.take().unwrap().write_all(task.to_string().as_bytes()).unwrap();
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success(), "the script ended with {}", output.status);
    serde_json::from_slice(&output.stdout).unwrap()
}

pub(crate) fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

pub(crate) fn read(name: &str) -> String {
    fs::read_to_string(golden(name)).unwrap()
}
