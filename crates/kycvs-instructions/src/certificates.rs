//! Certificates of other issuers, from the text of a code to the doses; and the bare signature that each rests on.

use std::hint::black_box;

use anyhow::{Context as _, Result, ensure};
use chrono::{DateTime, Utc};
use kycvs_records::trust::import;
use kycvs_records::{Presented, Rules, TrustList};
use ring::signature::{ECDSA_P256_SHA256_FIXED, RSA_PSS_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm};

const COWIN: &[u8] = include_bytes!("../../kycvs-fuzz/seeds/records/cowin.txt");
const DIVOC_KEYS: &[u8] = include_bytes!("../../kycvs-fuzz/seeds/trust/divoc.json");
const EU: &[u8] = include_bytes!("../../kycvs-fuzz/seeds/records/hc1.txt");
const EU_CERTIFICATE: &[u8] = include_bytes!("../../kycvs-fuzz/seeds/trust/eu.der");
const COWIN_SIGNED: &[u8] = include_bytes!("../../kycvs-records/tests/data/cowin.signed");
const COWIN_SIGNATURE: &[u8] = include_bytes!("../../kycvs-records/tests/data/cowin.signature");
const CARD: &[u8] = include_bytes!("../../kycvs-fuzz/seeds/records/card.numeric");
const CARD_KEYS: &str = include_str!("../../kycvs-records/tests/data/shc-keys.json");

/// CoWIN's, the ZIP of its code in Base64.
pub(crate) fn cowin(times: u64) -> Result<()> {
    verify(times, COWIN, &divoc_keys()?)
}

/// An EU DCC.
pub(crate) fn eu_dcc(times: u64) -> Result<()> {
    verify(times, EU, &eu_keys())
}

/// A SMART Health Card, in the digits of its code.
pub(crate) fn health_card(times: u64) -> Result<()> {
    verify(times, CARD, &card_keys()?)
}

/// The signature of an EU DCC or a SMART Health Card alone. It fits nothing, which costs the same: whether it does is seen at the end.
pub(crate) fn bare_es256(times: u64) -> Result<()> {
    bare(times, &ECDSA_P256_SHA256_FIXED, &eu_keys(), (&[7; 160], &[1; 64])).map(|_| ())
}

/// The signature of CoWIN's alone, the genuine one: of another the padding ends the work early.
pub(crate) fn bare_ps256(times: u64) -> Result<()> {
    let fits = bare(times, &RSA_PSS_2048_8192_SHA256, &divoc_keys()?, (COWIN_SIGNED, COWIN_SIGNATURE))?;
    ensure!(fits, "CoWIN's signature does not fit");
    Ok(())
}

fn verify(times: u64, code: &[u8], trust: &TrustList) -> Result<()> {
    let now: DateTime<Utc> = "2026-11-28T12:00:00Z".parse()?;
    for _ in 0..times {
        let presented = Presented::from_bytes(black_box(code))?;
        black_box(presented.verify(trust, Rules { accept_expired_seals: true }, now)?);
    }
    Ok(())
}

fn bare(
    times: u64,
    algorithm: &'static dyn VerificationAlgorithm,
    trust: &TrustList,
    (signed, signature): (&[u8], &[u8]),
) -> Result<bool> {
    let key = UnparsedPublicKey::new(algorithm, &trust.all().first().context("a key")?.key);
    let mut fits = true;
    for _ in 0..times {
        fits &= black_box(key.verify(black_box(signed), signature)).is_ok();
    }
    Ok(fits)
}

fn divoc_keys() -> Result<TrustList> {
    Ok(TrustList::of(import::divoc_keys(DIVOC_KEYS)?.keys))
}

fn eu_keys() -> TrustList {
    TrustList::of(import::certificates([EU_CERTIFICATE]).keys)
}

fn card_keys() -> Result<TrustList> {
    let issuers: Vec<serde_json::Value> = serde_json::from_str(CARD_KEYS)?;
    let mut keys = Vec::new();
    for issuer in issuers {
        let name = issuer["iss"].as_str().context("an issuer")?;
        keys.extend(import::issuer_keys(issuer["jwks"].to_string().as_bytes(), name)?.keys);
    }
    Ok(TrustList::of(keys))
}
