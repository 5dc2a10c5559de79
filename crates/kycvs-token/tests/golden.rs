//! The wire format, frozen: a change that breaks a token already issued, or accepts one that was refused, fails here.

#[path = "support/golden_cases.rs"]
mod golden_cases;
#[path = "support/golden_claims.rs"]
mod golden_claims;
#[path = "support/golden_codes.rs"]
mod golden_codes;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

use crate::support::{AUDIENCE, ISSUER, claims, now, verifier};
use chrono::{DateTime, Utc};
use golden_cases::cases;
use golden_codes::codes;
use kycvs_token::{Algorithm, KeyRing, Refusal, TokenVerifier, VaccinationStatus};
use serde::{Deserialize, Serialize};

/// One line of `manifest.json`.
#[derive(Serialize, Deserialize)]
struct Entry {
    file: String,
    about: String,
    /// Absent in the mode in which a token is shown by a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    audience: Option<String>,
    now: DateTime<Utc>,
    outcome: String,
    /// The refusal in words, which name the claim.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

#[test]
fn golden_tokens_get_the_outcome_of_the_manifest() {
    write_missing_files();
    let verifier = TokenVerifier::new(ISSUER, golden_keys());
    for entry in manifest() {
        let refused = outcome(&verifier, &read(&entry.file), entry.audience.as_deref(), entry.now).err();
        let code = refused.as_ref().map_or("accepted", Refusal::code);
        assert_eq!(code, entry.outcome, "{}", entry.file);
        assert_eq!(refused.map(|refusal| refusal.to_string()), entry.reason, "{}", entry.file);
    }
}

#[test]
fn every_refusal_has_a_golden_token() {
    let listed: BTreeSet<_> = manifest().into_iter().map(|entry| entry.outcome).collect();
    // Whether a token was withdrawn is said by lists, not by the token: `status_lists.rs`.
    let of_lists = ["revoked", "status-stale", "status-unknown"];
    let of_tokens = Refusal::CODES.iter().copied().filter(|code| !of_lists.contains(code));
    let expected: BTreeSet<_> = of_tokens.chain(["accepted"]).map(str::to_owned).collect();
    assert_eq!(listed, expected);
}

#[test]
fn the_table_the_manifest_and_the_folder_hold_the_same_files() {
    let table: BTreeSet<_> = cases().into_iter().chain(codes()).map(|case| case.file.to_owned()).collect();
    let manifest: BTreeSet<_> = manifest().into_iter().map(|entry| entry.file).collect();
    let in_folder = |name: &str| {
        let name = name.to_owned();
        fs::read_dir(folder().join(&name))
            .unwrap()
            .map(move |file| format!("{name}/{}", file.unwrap().file_name().into_string().unwrap()))
    };
    let files: BTreeSet<_> = in_folder("valid").chain(in_folder("invalid")).collect();
    assert_eq!(table, manifest);
    assert_eq!(table, files);
}

#[test]
fn a_golden_token_gives_all_its_claims() {
    let verified = verifier().verify(read("valid/es256.jwt"), AUDIENCE, now()).unwrap();
    assert_eq!(*verified.claims(), claims());
    assert_eq!(verified.status(), VaccinationStatus::FullyVaccinated);
    let shown = verifier().verify_shown_to_me(read("valid/shown.jwt"), now()).unwrap();
    assert_eq!((shown.issued_to(), shown.claims()), (AUDIENCE, &claims()));
}

#[test]
fn the_golden_key_set_is_what_we_write() {
    assert_eq!(golden_keys().to_jwks(), fs::read_to_string(folder().join("jwks.json")).unwrap().trim());
    let algorithms: Vec<_> = golden_keys().iter().map(|key| key.algorithm()).collect();
    assert_eq!(algorithms, [Algorithm::Es256, Algorithm::EdDsa]);
}

#[test]
fn every_flipped_bit_of_a_golden_token_is_refused() {
    for file in ["valid/es256.jwt", "valid/eddsa.jwt", "valid/es256.cwt", "valid/eddsa.cwt"] {
        let mut token = read(file);
        for bit in 0..token.len() * 8 {
            token[bit / 8] ^= 1 << (bit % 8);
            assert!(verifier().verify_shown_to_me(&token, now()).is_err(), "{file}, bit {bit}");
            token[bit / 8] ^= 1 << (bit % 8);
        }
        assert!(verifier().verify(&token, AUDIENCE, now()).is_ok(), "{file}");
    }
}

#[test]
fn every_cut_of_a_golden_token_is_refused() {
    for file in ["valid/es256.jwt", "valid/eddsa.jwt", "valid/es256.cwt", "valid/eddsa.cwt"] {
        let token = read(file);
        for end in 0..token.len() {
            assert!(verifier().verify(&token[..end], AUDIENCE, now()).is_err(), "{file}, {end} bytes");
        }
    }
}

fn outcome(
    verifier: &TokenVerifier,
    token: &[u8],
    audience: Option<&str>,
    now: DateTime<Utc>,
) -> Result<VaccinationStatus, Refusal> {
    match audience {
        Some(audience) => verifier.verify(token, audience, now).map(|verified| verified.status()),
        None => verifier.verify_shown_to_me(token, now).map(|shown| shown.status()),
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn read(file: &str) -> Vec<u8> {
    fs::read(folder().join(file)).unwrap()
}

fn golden_keys() -> KeyRing {
    KeyRing::from_jwks(&fs::read_to_string(folder().join("jwks.json")).unwrap()).unwrap()
}

fn manifest() -> Vec<Entry> {
    serde_json::from_slice(&read("manifest.json")).unwrap()
}

/// Adds the tokens of the table that have no file yet, and writes the manifest; see `tests/golden/README.md`. A file that
/// is there is never written again: signatures are random, and a frozen token is the point.
fn write_missing_files() {
    if env::var_os("KYCVS_WRITE_GOLDEN").is_none() {
        return;
    }
    let keys = [Algorithm::Es256, Algorithm::EdDsa].map(|algorithm| {
        use kycvs_token::Signer as _;
        crate::support::test_key(algorithm).public_key().clone()
    });
    fs::write(folder().join("jwks.json"), KeyRing::new(keys).unwrap().to_jwks() + "\n").unwrap();
    let mut entries = Vec::new();
    for case in cases().into_iter().chain(codes()) {
        let path = folder().join(case.file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        if !path.exists() {
            fs::write(&path, &case.token).unwrap();
        }
        let refused = outcome(&verifier(), &fs::read(&path).unwrap(), case.audience, case.now).err();
        entries.push(Entry {
            file: case.file.into(),
            about: case.about.into(),
            audience: case.audience.map(str::to_owned),
            now: case.now,
            outcome: case.outcome.into(),
            reason: refused.map(|refusal| refusal.to_string()),
        });
    }
    fs::write(folder().join("manifest.json"), serde_json::to_string_pretty(&entries).unwrap() + "\n").unwrap();
}
