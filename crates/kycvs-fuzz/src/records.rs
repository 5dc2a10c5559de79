//! Certificates, the lists that they are held against, and pictures of them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use kycvs_records::trust::import;
use kycvs_records::{Coordinates, HashKind, Presented, Revocations, Rules, SliceKind, TrustList, shown_by};
use serde_json::Value;

const DIVOC_KEYS: &[u8] = include_bytes!("../../kycvs-records/tests/data/divoc-keys.json");
const SHC_KEYS: &str = include_str!("../../kycvs-records/tests/data/shc-keys.json");
const EU_CERTIFICATE: &[u8] = include_bytes!("../seeds/trust/eu.der");
/// As the tests of `kycvs-records` have it: 2026-11-28.
const NOW: DateTime<Utc> = DateTime::from_timestamp_nanos(1_795_867_200_000_000_000);

static TRUST: LazyLock<TrustList> = LazyLock::new(|| {
    let issuers: Vec<Value> = serde_json::from_str(SHC_KEYS).unwrap_or_default();
    let cards = issuers
        .iter()
        .filter_map(|issuer| import::issuer_keys(issuer["jwks"].to_string().as_bytes(), issuer["iss"].as_str()?).ok());
    let lists = [import::divoc_keys(DIVOC_KEYS).unwrap_or_default(), import::certificates([EU_CERTIFICATE])];
    TrustList::of(cards.chain(lists).flat_map(|imported| imported.keys).collect())
});

/// What the genuine certificates among the seeds say. A fuzzer has no key, so whatever else it makes must say one of these.
static GENUINE: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/records");
    let files = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    files.filter_map(|file| said_by(&fs::read(file.path()).ok()?)).collect()
});

fn said_by(bytes: &[u8]) -> Option<String> {
    let rules = Rules { accept_expired_seals: true };
    let record = Presented::from_bytes(bytes).ok()?.verify(&TRUST, rules, NOW).ok()?;
    Some(format!("{:?} {:?} {:?}", record.names(), record.birth(), record.doses()))
}

pub(crate) fn certificate(bytes: &[u8]) {
    if let Some(said) = said_by(bytes) {
        assert!(GENUINE.contains(&said), "a certificate that nobody signed");
    }
}

pub(crate) fn fhir(bytes: &[u8]) {
    let _ = kycvs_records::fhir::rows(bytes);
}

pub(crate) fn trust(bytes: &[u8]) {
    let _ = import::did_document(bytes);
    let _ = import::vci_snapshot(bytes);
    let _ = import::divoc_keys(bytes);
    let _ = import::issuer_keys(bytes, "https://issuer.example");
    let _ = import::certificates([bytes]);
    assert!(TrustList::open(bytes, &[4; 65]).is_err(), "nobody has signed it");
}

pub(crate) fn revocations(bytes: &[u8]) {
    let mut lists = Revocations::default();
    let _ = lists.add_card_list(bytes);
    for kind in [SliceKind::VarHashList, SliceKind::BloomFilter] {
        let _ = lists.add_dcc_slice("AAAA", HashKind::Signature, kind, Coordinates::default(), bytes);
    }
    let _ = lists.add_file(&String::from_utf8_lossy(bytes), b"{}");
}

/// Small pictures only: what takes time is looked at by `Limits`, and not here.
pub(crate) fn scan(bytes: &[u8]) {
    let limits = kycvs_scan::Limits { bytes: 1 << 16, pixels: 40_000, pictures: 4, codes: 8 };
    if let Ok(codes) = kycvs_scan::scan(bytes, &limits, &|| true) {
        let _ = shown_by(&codes);
    }
}
