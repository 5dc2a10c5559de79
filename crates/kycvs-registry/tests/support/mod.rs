//! What the tests of the registry share.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::panic)] // each test file uses a part of it

use std::sync::Arc;

use chrono::NaiveDate;
use kycvs_domain::{BirthYear, Dose, DoseHistory, Mobile, PersonName, Product};
use kycvs_memory::MemoryStore;
use kycvs_registry::{
    BeneficiaryId, ImportError, ImportEvent, ImportMode, ImportOptions, ImportSummary, Lookup, PersonRecord, Registry,
    RegistryCsv, RegistryKey, RowError, SealedRegistry,
};
use kycvs_store::HouseholdStore;

pub const ASHA: &str = "9876543210";

pub const HEADER: &str = "beneficiary_id,name,mobile,birth_date,product,given_on,dose_number,batch";

/// The columns, and those for actions.
pub const ACTIONS: &str = "beneficiary_id,name,mobile,birth_date,product,given_on,dose_number,batch,action,to";

/// Two people on one mobile.
pub const FAMILY: &str = "\
20481830567712,Asha Lakshmi Rao,9876543210,1986-02-11,COVISHIELD,2021-04-03,1,4121Z025
20481830567712,Asha Lakshmi Rao,9876543210,1986-02-11,COVISHIELD,2021-07-01,2,4121Z119
71930022184450,Imran Sheikh,9876543210,,,,,
";

pub fn key() -> RegistryKey {
    RegistryKey::from_bytes([7; 32])
}

pub async fn over(store: Arc<dyn HouseholdStore>) -> SealedRegistry {
    SealedRegistry::open(&key(), store).await.unwrap()
}

pub async fn in_memory() -> SealedRegistry {
    over(Arc::new(MemoryStore::new())).await
}

/// The day of all imports.
pub fn options() -> ImportOptions {
    ImportOptions::new(date("2023-01-01"))
}

pub fn changes() -> ImportOptions {
    ImportOptions { mode: ImportMode::Changes, ..options() }
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

pub async fn find_born(
    registry: &SealedRegistry,
    mobile_text: &str,
    name_text: &str,
    year: u16,
) -> Option<DoseHistory> {
    let year = BirthYear::new(year).unwrap();
    let found = registry.find(&mobile(mobile_text), &name(name_text), Some(year)).await.unwrap();
    found.found().map(|found| found.history)
}

/// The days of somebody's doses; none where nobody is found.
pub async fn days(registry: &SealedRegistry, mobile_text: &str, name_text: &str) -> Option<Vec<String>> {
    let history = find(registry, mobile_text, name_text).await?;
    Some(history.doses.iter().map(|dose| dose.given_on.to_string()).collect())
}

pub async fn find(registry: &SealedRegistry, mobile_text: &str, name_text: &str) -> Option<DoseHistory> {
    look_up(registry, mobile_text, name_text).await.found().map(|found| found.history)
}

/// What an import told.
#[derive(Default)]
pub struct Told {
    pub bad: Vec<(u64, RowError)>,
    /// All that is about a line, as `line word`, in the order of lines.
    pub lines: Vec<String>,
    pub corrected: Vec<String>,
    pub progress: Vec<ImportSummary>,
}

/// A household a write; of the file, a row in memory at a time.
pub fn smallest_steps() -> ImportOptions {
    ImportOptions { memory_bytes: 0, ..household_by_household() }
}

pub fn household_by_household() -> ImportOptions {
    ImportOptions { households_per_write: 1.try_into().unwrap(), ..options() }
}

/// Imports a whole file.
pub async fn import_file(
    options: &ImportOptions,
    registry: &SealedRegistry,
    file: &[u8],
) -> (Result<ImportSummary, ImportError>, Told) {
    let mut told = Told::default();
    let mut lines = Vec::new();
    let mut tell = |event: ImportEvent| {
        let json = serde_json::to_value(&event).unwrap();
        let word = |field: &str| json[field].as_str().unwrap().to_owned();
        match event {
            ImportEvent::BadRow { line, reason } => {
                told.bad.push((line, reason));
                lines.push((line, reason.code().to_owned()));
            }
            ImportEvent::Changed { line, .. } => lines.push((line, word("change"))),
            ImportEvent::Ignored { line, .. } => lines.push((line, word("why"))),
            ImportEvent::Doubtful { line, other_line, .. } => {
                let other = other_line.map_or("registry".to_owned(), |other| other.to_string());
                lines.push((line, format!("{} {other}", word("doubt"))));
            }
            ImportEvent::Corrected { mobile, .. } => told.corrected.push(mobile.national().to_owned()),
            ImportEvent::Progress(summary) => told.progress.push(summary),
            other => panic!("an event that the tests do not know: {other:?}"),
        }
    };
    let csv = RegistryCsv::open(file).unwrap();
    let summary = registry.import_csv(csv, options, &mut tell).await;
    lines.sort();
    told.lines = lines.into_iter().map(|(line, word)| format!("{line} {word}")).collect();
    (summary, told)
}

/// Imports rows, to which the header is put.
pub async fn import_by(
    options: &ImportOptions,
    registry: &SealedRegistry,
    rows: &str,
) -> (Result<ImportSummary, ImportError>, Told) {
    import_file(options, registry, format!("{HEADER}\n{rows}").as_bytes()).await
}

pub async fn import(registry: &SealedRegistry, rows: &str) -> (ImportSummary, Vec<(u64, RowError)>) {
    let (summary, told) = import_by(&options(), registry, rows).await;
    (summary.unwrap(), told.bad)
}

/// Imports rows with the columns for actions; what is told of lines.
pub async fn act(options: &ImportOptions, registry: &SealedRegistry, rows: &str) -> Vec<String> {
    let (summary, told) = import_file(options, registry, format!("{ACTIONS}\n{rows}").as_bytes()).await;
    summary.unwrap();
    told.lines
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
