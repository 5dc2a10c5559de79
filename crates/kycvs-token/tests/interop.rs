//! Our tokens verify in PyJWT, joserfc and npm's jose, and with their disclosures in sd-jwt, the reference implementation of
//! RFC 9901; and theirs verify here. Our codes (`KV1:`) are read from their pictures by ZXing and verify in python-cwt.
//!
//! The libraries are the real ones, of the versions pinned in `tests/interop/`.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::SystemTime;

use crate::support::codes::{Spelt, bytes_of, issue, text_of};
use crate::support::{AUDIENCE, ISSUER, claims, header, test_key, test_key_pem, verifier};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD as BASE64URL};
use chrono::{DateTime, Utc};
use kycvs_test_servers::packages;
use kycvs_token::{Algorithm, Bearer, DEFAULT_LIFETIME, Signer as _, StatusClaims};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

const ALGORITHMS: [Algorithm; 2] = [Algorithm::Es256, Algorithm::EdDsa];
/// Where the libraries are installed.
const TARGET: &str = env!("CARGO_TARGET_TMPDIR");

/// What a script answers for one library and one algorithm.
#[derive(Deserialize)]
struct Answer {
    package: String,
    algorithm: String,
    /// The claims of our token, as the library verified them.
    claims: Value,
    /// Whether it refused our token with another's signature.
    refuses_forged: bool,
    /// A token that the library made with the same key and claims.
    issued: String,
}

#[test]
fn tokens_verify_in_pyjwt_joserfc_jose_and_sd_jwt_and_theirs_verify_here() {
    let now = DateTime::<Utc>::from(SystemTime::now()); // the libraries read the clock themselves
    let bearer = Some(Bearer { name: "Asha Lakshmi Rao".into(), birth_year: Some(1986) });
    let claims = StatusClaims { issued_at: now, expires_at: now + DEFAULT_LIFETIME, bearer, ..claims() };
    let task = task(&claims);

    let python = ask(Command::new(packages::python(TARGET, source())).arg(source().join("interop.py")), &task);
    let node = ask(Command::new("node").arg(packages::npm(TARGET, source()).join("interop.mjs")), &task);
    let answers: Vec<Answer> = [python, node].into_iter().flatten().collect();

    let who: Vec<_> = answers.iter().map(|answer| format!("{} {}", answer.package, answer.algorithm)).collect();
    let everybody = ["PyJWT", "joserfc", "sd-jwt", "jose"]
        .map(|package| ALGORITHMS.map(|algorithm| format!("{package} {}", algorithm.name())))
        .concat();
    assert_eq!(who, everybody);
    for (answer, who) in answers.iter().zip(who) {
        let has_disclosures = answer.package == "sd-jwt";
        let mut expected = task["claims"].clone();
        if has_disclosures {
            expected.as_object_mut().unwrap().extend(task["bearer"].as_object().unwrap().clone());
        }
        assert_eq!(answer.claims, expected, "{who} read other claims");
        assert!(answer.refuses_forged, "{who} accepted a forged token");
        let verified = verifier().verify(&answer.issued, AUDIENCE, now);
        let verified = verified.unwrap_or_else(|refusal| panic!("we refused the token of {who}: {refusal}"));
        assert_eq!(verified.claims().token_id, claims.token_id);
        assert_eq!(verified.claims().bearer, claims.bearer.clone().filter(|_| has_disclosures), "{who}");
    }
}

/// What the script answers for one code.
#[derive(Deserialize)]
struct Read {
    /// The text of the picture.
    text: String,
    /// The claims, by their names in a JWT; bytes are in hexadecimal.
    claims: Value,
    refuses_forged: bool,
}

#[test]
fn codes_are_read_by_zxing_and_verify_in_python_cwt() {
    let now = DateTime::<Utc>::from(SystemTime::now()); // the library reads the clock itself
    let bearer = Some(Bearer { name: "Asha Lakshmi Rao".into(), birth_year: None });
    let claims = StatusClaims { issued_at: now, expires_at: now + DEFAULT_LIFETIME, bearer, ..claims() };
    let codes = ALGORITHMS.map(|algorithm| issue(algorithm, &claims).code);
    let described = codes.iter().zip(ALGORITHMS).map(|(code, algorithm)| {
        let other = issue(algorithm, &crate::support::claims()).code;
        let bytes = [code.as_str(), other.as_str()].map(bytes_of);
        let [ours, other] = [&bytes[0], &bytes[1]].map(|bytes| kycvs_cose::Sign1::parse(bytes).unwrap());
        let forged = kycvs_cose::Sign1 { signature: other.signature, ..ours };
        json!({ "picture": BASE64_STANDARD.encode(code.qr().unwrap().to_png(4).unwrap()), "forged": text_of(&forged.to_bytes()) })
    });
    let task = json!({ "jwks": jwks(), "codes": described.collect::<Vec<_>>() });
    let read: Vec<Read> = ask(Command::new(packages::python(TARGET, source())).arg(source().join("codes.py")), &task);
    assert_eq!(read.len(), ALGORITHMS.len());
    for (read, code) in read.into_iter().zip(codes) {
        assert_eq!(read.text, code.as_str());
        assert!(read.refuses_forged);
        let hex =
            |text: &str| BASE64URL.decode(text).unwrap().iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let expected = json!({
            "iss": ISSUER,
            "aud": claims.audience,
            "iat": claims.issued_at.timestamp(),
            "exp": claims.expires_at.timestamp(),
            "jti": hex(&claims.token_id),
            "sub": hex(&claims.subject),
            "vaccination_status": 2,
            "as_of": 18_993, // 2022-01-01
            "policy": claims.policy,
            "purpose": claims.purpose,
            "reference": claims.reference,
            "evidence": 1,
            "consent": [hex(&claims.consent.id), hex(&claims.consent.hash)],
        });
        assert_eq!(read.claims, expected);
    }
}

/// What the scripts are to do: our key set, our tokens, and what they need to make their own.
fn task(claims: &StatusClaims) -> Value {
    let per_algorithm = |value: &dyn Fn(Algorithm) -> Value| -> BTreeMap<_, _> {
        ALGORITHMS.iter().map(|algorithm| (algorithm.name(), value(*algorithm))).collect()
    };
    let bare = StatusClaims { bearer: None, ..claims.clone() };
    let token = |algorithm| issue(algorithm, &bare).token.into_string();
    let presentation = |algorithm| {
        let Spelt { token, disclosures, .. } = issue(algorithm, claims);
        token.with(&disclosures).into_string()
    };
    let forge = |ours: String, algorithm| {
        let other = issue(algorithm, &crate::support::claims()).token.into_string();
        let (signed, rest) = ours.rsplit_once('.').unwrap();
        let shown = rest.find('~').map_or("", |end| &rest[end..]);
        format!("{signed}.{}{shown}", other.rsplit_once('.').unwrap().1)
    };
    json!({
        "issuer": ISSUER,
        "audience": AUDIENCE,
        "jwks": jwks(),
        "tokens": per_algorithm(&|algorithm| token(algorithm).into()),
        "forged_tokens": per_algorithm(&|algorithm| forge(token(algorithm), algorithm).into()),
        "presentations": per_algorithm(&|algorithm| presentation(algorithm).into()),
        "forged_presentations": per_algorithm(&|algorithm| forge(presentation(algorithm), algorithm).into()),
        "bearer": { "name": "Asha Lakshmi Rao", "birthdate": "1986" },
        "headers": per_algorithm(&|algorithm| serde_json::from_str(&header(&test_key(algorithm))).unwrap()),
        "private_keys": per_algorithm(&|algorithm| test_key_pem(algorithm).into()),
        "claims": {
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
            "reference": claims.reference,
            "consent": { "id": claims.consent.id, "hash": claims.consent.hash },
        },
    })
}

fn jwks() -> Value {
    let keys = ALGORITHMS.map(|algorithm| test_key(algorithm).public_key().clone());
    serde_json::from_str(&kycvs_token::KeyRing::new(keys).unwrap().to_jwks()).unwrap()
}

/// Where the scripts and the pins are.
fn source() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/interop"))
}

/// Runs a script with `task` on its standard input, and reads its answers.
fn ask<A: DeserializeOwned>(command: &mut Command, task: &Value) -> Vec<A> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(task.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{command:?} failed; it said why above");
    serde_json::from_slice(&output.stdout).unwrap()
}
