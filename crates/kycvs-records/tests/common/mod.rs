#![allow(dead_code, clippy::unwrap_used)] // each test file uses a part of it, and a test that panics fails

pub(crate) mod hc1;
pub(crate) mod shc;

use std::fs;

use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, Utc};
use kycvs_records::trust::import;
use kycvs_records::{Presented, Record, RecordError, Rules, TrustList};
use serde_json::Value;

pub(crate) fn data(name: &str) -> Vec<u8> {
    fs::read(format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// The values of a file with one JSON value a line.
pub(crate) fn lines(name: &str) -> Vec<Value> {
    let text = String::from_utf8(data(name)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

pub(crate) fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap()
}

pub(crate) fn bytes(value: &Value, member: &str) -> Vec<u8> {
    BASE64_STANDARD.decode(text(value, member)).unwrap()
}

pub(crate) fn at(time: &str) -> DateTime<Utc> {
    time.parse().unwrap()
}

pub(crate) fn today() -> DateTime<Utc> {
    at("2026-11-28T12:00:00Z")
}

pub(crate) fn verify(input: &[u8], trust: &TrustList) -> Result<Record, RecordError> {
    Presented::from_bytes(input)?.verify(trust, Rules::default(), today())
}

pub(crate) fn divoc_keys() -> TrustList {
    TrustList::of(import::divoc_keys(&data("divoc-keys.json")).unwrap().keys)
}

pub(crate) fn shc_keys() -> TrustList {
    let issuers: Vec<Value> = serde_json::from_slice(&data("shc-keys.json")).unwrap();
    let keys = issuers.iter().flat_map(|issuer| {
        import::issuer_keys(issuer["jwks"].to_string().as_bytes(), text(issuer, "iss")).unwrap().keys
    });
    TrustList::of(keys.collect())
}
