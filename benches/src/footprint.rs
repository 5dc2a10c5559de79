//! What a registry takes: memory, bytes on disk, and time to import. Each figure is of a process of its own, since memory
//! that was freed before would be used again and not be seen.

use std::env;
use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use kycvs::registry::SealedRegistry;
use kycvs_redb::RedbStore;

use crate::people::{self, import, registry_key, sample};
use crate::process::{on_one_core, peak_bytes, reset_peak, resident_bytes};

/// What an import of a CSV into redb took, all of it on one core.
#[derive(Clone, Copy, Debug)]
pub struct Import {
    /// Rows, of which each but that of a person without a dose is a dose.
    pub rows: f64,
    /// How long, until everything was on disk.
    pub seconds: f64,
    /// The most memory of the process, in bytes.
    pub peak_bytes: f64,
    /// The size of the CSV, in bytes.
    pub csv_bytes: f64,
    /// The size of the redb file as the import left it, in bytes.
    pub file_bytes: f64,
    /// Its size after [`RedbStore::compact`].
    pub compacted_bytes: f64,
}

/// The bytes of memory that a [`MemoryStore`](kycvs_memory::MemoryStore) with that many people takes.
pub fn in_memory(people: u64) -> f64 {
    let [bytes] = in_a_process("memory", people);
    bytes
}

/// Imports that many people.
pub fn imported(people: u64) -> Import {
    let [rows, seconds, peak_bytes, csv_bytes, file_bytes, compacted_bytes] = in_a_process("import", people);
    Import { rows, seconds, peak_bytes, csv_bytes, file_bytes, compacted_bytes }
}

/// The first thing of a program that calls [`in_memory`] or [`imported`]: when it is that process, it prints the figures
/// and tells so.
pub fn was_such_a_process() -> bool {
    let mut arguments = env::args().skip_while(|argument| argument != MARK).skip(1);
    let (Some(part), Some(people)) = (arguments.next(), arguments.next()) else { return false };
    let people = people.parse().unwrap();
    let figures = if part == "memory" { measure_memory(people) } else { measure_import(people) };
    let figures: Vec<String> = figures.iter().map(f64::to_string).collect();
    println!("{}", figures.join(" "));
    true
}

const MARK: &str = "--footprint";

fn in_a_process<const N: usize>(part: &str, people: u64) -> [f64; N] {
    let this = env::current_exe().unwrap();
    let output = Command::new(this).args([MARK, part, &people.to_string()]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let figures: Vec<f64> = text.split_whitespace().map(|figure| figure.parse().unwrap()).collect();
    figures.try_into().unwrap()
}

fn measure_memory(people: u64) -> Vec<f64> {
    let before = resident_bytes();
    let (_registry, _store) = people::in_memory(people);
    vec![(resident_bytes() - before) as f64]
}

fn measure_import(people: u64) -> Vec<f64> {
    let folder = tempfile::tempdir().unwrap();
    let [csv, redb] = ["registry.csv", "kycvs.redb"].map(|name| folder.path().join(name));
    let rows = sample(people).write_csv(File::create(&csv).unwrap()).unwrap();
    reset_peak();
    let seconds = on_one_core(|| import_into_redb(&csv, &redb));
    let (peak, file) = (peak_bytes(), size(&redb));
    RedbStore::compact(&redb).unwrap();
    vec![rows as f64, seconds, peak as f64, size(&csv), file, size(&redb)]
}

/// Imports a CSV into a new redb file: how many seconds it takes until the store is closed.
pub fn import_into_redb(csv: &Path, redb: &Path) -> f64 {
    let begin = Instant::now();
    let store = Arc::new(RedbStore::open(redb).unwrap());
    let registry = people::one_thread().block_on(SealedRegistry::open(&registry_key(), store)).unwrap();
    import(&registry, File::open(csv).unwrap());
    begin.elapsed().as_secs_f64()
}

fn size(path: &Path) -> f64 {
    fs::metadata(path).unwrap().len() as f64
}
