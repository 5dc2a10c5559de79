//! Files of operators and importers, what people type, and what a store hands back.

use std::sync::{Arc, LazyLock};

use chrono::NaiveDate;
use kycvs_consent::{Challenge, Consent};
use kycvs_domain::{Batch, Mobile, PersonName, Policy, Product, names_match};
use kycvs_lab::evaluate_line;
use kycvs_memory::MemoryStore;
use kycvs_registry::{ImportOptions, RegistryCsv, RegistryKey, SealedRegistry};
use kycvs_store::UseLog;
use tokio::runtime::Runtime;

static TODAY: LazyLock<NaiveDate> = LazyLock::new(|| NaiveDate::from_ymd_opt(2026, 11, 28).unwrap_or_default());
const HISTORY: &[u8] = br#"{"id":"a","doses":[{"product":"COVISHIELD","given_on":"2021-04-03"}]}"#;

pub(crate) fn policy(bytes: &[u8]) {
    if let Ok(policy) = Policy::from_toml(&String::from_utf8_lossy(bytes)) {
        let _ = evaluate_line(HISTORY, &policy, *TODAY);
    }
}

pub(crate) fn history(bytes: &[u8]) {
    static POLICY: LazyLock<Option<Policy>> = LazyLock::new(|| Policy::builtin("in-kyc-vs"));
    if let Some(policy) = &*POLICY {
        let _ = evaluate_line(bytes, policy, *TODAY);
    }
}

/// A registry in memory, into which each file is imported.
static IMPORT: LazyLock<Option<(Runtime, SealedRegistry)>> = LazyLock::new(|| {
    let runtime = tokio::runtime::Builder::new_current_thread().build().ok()?;
    let key = RegistryKey::from_bytes([7; 32]);
    let registry = runtime.block_on(SealedRegistry::open(&key, Arc::new(MemoryStore::new()))).ok()?;
    Some((runtime, registry))
});

pub(crate) fn csv(bytes: &[u8]) {
    let (Ok(file), Some((runtime, registry))) = (RegistryCsv::open(bytes), &*IMPORT) else { return };
    let options = ImportOptions { dry_run: true, ..ImportOptions::new(*TODAY) };
    let _ = runtime.block_on(registry.import_csv(file, &options, &mut |_| {}));
}

pub(crate) fn config(bytes: &[u8]) {
    let _ = kycvs_axum::Config::from_toml(&String::from_utf8_lossy(bytes));
}

pub(crate) fn text(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(mobile) = Mobile::parse(&text) {
        assert_eq!(Mobile::parse(&mobile.e164()).ok(), Some(mobile), "a number is read again as it is written");
    }
    let _ = (Product::find(&text), Batch::parse(&text));
    let (one, other) = text.split_once('\n').unwrap_or((&text, &text));
    if let (Ok(one), Ok(other)) = (PersonName::parse(one), PersonName::parse(other)) {
        let _ = names_match(&one, other.normalised());
        assert!(names_match(&one, one.normalised()), "a name is its own");
    }
}

/// What a store hands back, after its seal was opened.
pub(crate) fn stored(bytes: &[u8]) {
    let _ = serde_json::from_slice::<Challenge>(bytes);
    let _ = serde_json::from_slice::<Consent>(bytes);
    let _ = UseLog::from_bytes(bytes);
}
