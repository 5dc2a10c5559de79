//! What the tests of the registry share.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::panic)] // each test file uses a part of it

use std::sync::Arc;

use chrono::NaiveDate;
use kycvs_domain::{Dose, DoseHistory, Mobile, PersonName, Product};
use kycvs_memory::MemoryStore;
use kycvs_registry::{
    BeneficiaryId, CSV_HEADER, ImportError, ImportEvent, ImportOptions, ImportSummary, Lookup, PersonRecord, Registry,
    RegistryKey, RowError, SealedRegistry,
};
use kycvs_store::HouseholdStore;

pub const ASHA: &str = "9876543210";

/// Two people on one mobile.
pub const FAMILY: &str = "\
20481830567712,Asha Lakshmi Rao,9876543210,1986-02-11,COVISHIELD,2021-04-03,1,4121Z025
20481830567712,Asha Lakshmi Rao,9876543210,1986-02-11,COVISHIELD,2021-07-01,2,4121Z119
71930022184450,Imran Sheikh,9876543210,,,,,
";

pub fn key() -> RegistryKey {
    RegistryKey::from_bytes([7; 32])
}

pub fn over(store: Arc<dyn HouseholdStore>) -> SealedRegistry {
    SealedRegistry::new(&key(), store)
}

pub fn in_memory() -> SealedRegistry {
    over(Arc::new(MemoryStore::new()))
}

pub fn mobile(text: &str) -> Mobile {
    Mobile::parse(text).unwrap()
}

pub fn name(text: &str) -> PersonName {
    PersonName::parse(text).unwrap()
}

pub fn id(text: &str) -> BeneficiaryId {
    BeneficiaryId::parse(text).unwrap()
}

pub fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn dose(product: &str, given_on: &str) -> Dose {
    Dose::new(Some(Product::find(product).unwrap()), date(given_on))
}

pub fn person(id_text: &str, name_text: &str, doses: Vec<Dose>) -> PersonRecord {
    PersonRecord::new(id(id_text), name(name_text), None, doses).unwrap()
}

pub async fn look_up(registry: &SealedRegistry, mobile_text: &str, name_text: &str) -> Lookup {
    registry.find(&mobile(mobile_text), &name(name_text), None).await.unwrap()
}

pub async fn find(registry: &SealedRegistry, mobile_text: &str, name_text: &str) -> Option<DoseHistory> {
    look_up(registry, mobile_text, name_text).await.found().map(|found| found.history)
}

/// What an import told.
#[derive(Default)]
pub struct Told {
    pub bad: Vec<(u64, RowError)>,
    pub progress: Vec<ImportSummary>,
}

/// As little at a time as can be: a household a write, and of the file, a person or two.
pub fn smallest_steps() -> ImportOptions {
    ImportOptions { memory_bytes: 0, ..household_by_household() }
}

pub fn household_by_household() -> ImportOptions {
    ImportOptions { households_per_write: 1.try_into().unwrap(), ..ImportOptions::default() }
}

/// Imports rows, to which the header is put.
pub async fn import_by(
    options: ImportOptions,
    registry: &SealedRegistry,
    rows: &str,
) -> (Result<ImportSummary, ImportError>, Told) {
    let mut told = Told::default();
    let csv = format!("{CSV_HEADER}\n{rows}");
    let mut tell = |event| match event {
        ImportEvent::BadRow { line, reason } => told.bad.push((line, reason)),
        ImportEvent::Progress(summary) => told.progress.push(summary),
        other => panic!("an event that the tests do not know: {other:?}"),
    };
    let summary = registry.import_csv(csv.as_bytes(), options, &mut tell).await;
    (summary, told)
}

pub async fn import(registry: &SealedRegistry, rows: &str) -> (ImportSummary, Vec<(u64, RowError)>) {
    let (summary, told) = import_by(ImportOptions::default(), registry, rows).await;
    (summary.unwrap(), told.bad)
}

/// Rows, bad rows, households written, people added and corrected, doses added, corrected and unchanged.
pub fn counts(summary: &ImportSummary) -> [u64; 8] {
    let s = summary;
    assert_eq!(s.rows_done, s.rows);
    let people = [s.rows, s.bad_rows, s.households_written, s.people_added];
    let doses = [s.people_corrected, s.doses_added, s.doses_corrected, s.doses_unchanged];
    [people, doses].concat().try_into().unwrap()
}

/// The doses of somebody on that mobile.
pub async fn doses(registry: &SealedRegistry, name: &str) -> Vec<Dose> {
    find(registry, ASHA, name).await.unwrap().doses
}
