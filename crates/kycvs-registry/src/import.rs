use std::io::{self, Read};
use std::num::NonZeroUsize;

use kycvs_store::{HouseholdWrite, Key, StoreError};

use crate::lines::Lines;
use crate::merge::merge;
use crate::row::{CSV_HEADER, RowError};
use crate::run::{Entry, Run};
use crate::sealed::ATTEMPTS;
use crate::{PersonRecord, RegistryError, SealedRegistry};

/// How an import goes about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImportOptions {
    /// How much of the file is held and sorted before it is written, in bytes of memory; 256 MiB by default, which holds
    /// some six million rows. More is faster, since households lie scattered over a database and each part of a file
    /// visits most of its pages.
    pub memory_bytes: usize,
    /// How many households are written at once, all of them or none; 32,768 by default.
    pub households_per_write: NonZeroUsize,
}

impl Default for ImportOptions {
    fn default() -> Self {
        Self { memory_bytes: 256 << 20, households_per_write: const { NonZeroUsize::new(1 << 15).unwrap() } }
    }
}

/// What an import tells while it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ImportEvent {
    /// A row was not imported. A person for whom a household has no room is told once, with the first of their rows, when
    /// the household is merged: later than the lines around it.
    BadRow {
        /// The line in the file, from 1 (the header).
        line: u64,
        /// Why.
        reason: RowError,
    },
    /// How far the import is: told at each write, and now and then while reading.
    Progress(ImportSummary),
}

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImportSummary {
    /// Bytes read, the header's too.
    pub bytes: u64,
    /// Rows read, bad ones too; not the header and not empty lines.
    pub rows: u64,
    /// Of these rows, how many are stored, or were found unchanged, or were reported.
    pub rows_done: u64,
    /// How many bad rows were reported.
    pub bad_rows: u64,
    /// Writes of a household; one whose rows lie far apart in the file is written more than once.
    pub households_written: u64,
    /// People who were not in the registry.
    pub people_added: u64,
    /// Names and birth dates that differed.
    pub people_corrected: u64,
    /// Doses that were not in the registry.
    pub doses_added: u64,
    /// Doses that were recorded for that day with another product, number or batch.
    pub doses_corrected: u64,
    /// Doses that were recorded just so.
    pub doses_unchanged: u64,
}

/// Why an import ended early. Every household is as it was, or has all that was read of it; importing the file again
/// completes the rest.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The first line is not [`CSV_HEADER`].
    #[error("the file does not begin with the header {CSV_HEADER}")]
    Header,
    /// The file could not be read.
    #[error("the file could not be read")]
    Read(#[from] io::Error),
    /// The registry was not there, or not readable.
    #[error(transparent)]
    Registry(#[from] RegistryError),
}

impl SealedRegistry {
    /// Imports a CSV file: UTF-8, with or without a byte order mark, RFC 4180, beginning with [`CSV_HEADER`]; a row for
    /// each dose, or one with the last four fields empty for a person without a dose.
    ///
    /// It streams, so a file may be larger than memory. Rows may stand in any order; where two disagree, the later holds:
    ///
    /// - a row for a known person and day with another product, number or batch corrects that dose;
    /// - one with another name or birth date corrects the person (an empty birth date states nothing);
    /// - one for a known id on another mobile is another person: a registry cannot look for ids.
    ///
    /// A bad row stops nothing: it is told to `on_event`, and the others are imported. Importing a file twice changes
    /// nothing the second time.
    ///
    /// `csv` is read on the calling thread and the work is steady, so a server runs an import on a thread of its own.
    ///
    /// # Errors
    /// [`ImportError`].
    pub async fn import_csv(
        &self,
        csv: impl Read + Send,
        options: ImportOptions,
        on_event: &mut (dyn FnMut(ImportEvent) + Send),
    ) -> Result<ImportSummary, ImportError> {
        let mut report = Report { summary: ImportSummary::default(), on_event };
        let mut lines = Lines::new(csv);
        read_header(&mut lines)?;
        loop {
            let rows_before = report.summary.rows;
            let run = Run::read(&mut lines, &self.seal, options.memory_bytes.max(1), &mut report)?;
            for households in run.households().chunks(options.households_per_write.get()) {
                self.store(&run, households, &mut report).await?;
                report.progress();
            }
            if report.summary.rows == rows_before {
                return Ok(report.summary);
            }
        }
    }

    /// Merges entries into what the store has and writes all of it at once; again when another writer was first.
    async fn store(&self, run: &Run, households: &[&[Entry]], report: &mut Report<'_>) -> Result<(), RegistryError> {
        let keys: Vec<Key> = households.iter().filter_map(|entries| entries.first()).map(|entry| entry.key).collect();
        for _ in 0..ATTEMPTS {
            let records = self.store.get_many(&keys).await?;
            let nonces = self.seal.nonces(keys.len())?;
            let mut merged = Merged::default();
            let mut writes = Vec::with_capacity(keys.len());
            for (((key, entries), record), nonce) in keys.iter().zip(households).zip(records).zip(nonces) {
                let expected = record.as_ref().map(|record| record.version);
                if let Some(people) = merge_entries(run, entries, self.open(key, record)?, &mut merged)? {
                    writes.push(HouseholdWrite { key: *key, expected, body: self.seal.seal(key, &people, nonce)? });
                }
            }
            merged.counts.households_written = writes.len() as u64;
            match self.write(writes).await {
                Ok(()) => {
                    report.summary.add(&merged.counts);
                    merged.refused.into_iter().for_each(|(line, reason)| report.bad_row(line, reason));
                    return Ok(());
                }
                Err(StoreError::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::Conflict.into())
    }

    async fn write(&self, writes: Vec<HouseholdWrite>) -> Result<(), StoreError> {
        if writes.is_empty() { Ok(()) } else { self.store.write(writes).await }
    }
}

/// The people of a household after its entries; `None` when these change nothing.
fn merge_entries(
    run: &Run,
    entries: &[Entry],
    mut people: Vec<PersonRecord>,
    merged: &mut Merged,
) -> Result<Option<Vec<PersonRecord>>, RegistryError> {
    let changes_before = merged.counts.changes();
    for entry in entries {
        merged.counts.rows_done += u64::from(entry.rows);
        if let Err(reason) = merge(&mut people, run.person(entry)?, &mut merged.counts) {
            merged.refused.push((entry.line, reason));
        }
    }
    Ok((merged.counts.changes() > changes_before).then_some(people))
}

/// What became of the rows of one write.
#[derive(Default)]
struct Merged {
    counts: ImportSummary,
    refused: Vec<(u64, RowError)>,
}

impl ImportSummary {
    /// How many changes a household would show.
    fn changes(&self) -> u64 {
        self.people_added + self.people_corrected + self.doses_added + self.doses_corrected
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.bytes += other.bytes;
        self.rows += other.rows;
        self.rows_done += other.rows_done;
        self.bad_rows += other.bad_rows;
        self.households_written += other.households_written;
        self.people_added += other.people_added;
        self.people_corrected += other.people_corrected;
        self.doses_added += other.doses_added;
        self.doses_corrected += other.doses_corrected;
        self.doses_unchanged += other.doses_unchanged;
    }
}

/// What is told of an import.
pub(crate) struct Report<'a> {
    pub(crate) summary: ImportSummary,
    on_event: &'a mut (dyn FnMut(ImportEvent) + Send),
}

impl Report<'_> {
    pub(crate) fn bad_row(&mut self, line: u64, reason: RowError) {
        self.summary.bad_rows += 1;
        (self.on_event)(ImportEvent::BadRow { line, reason });
    }

    pub(crate) fn progress(&mut self) {
        (self.on_event)(ImportEvent::Progress(self.summary));
    }
}

fn read_header(lines: &mut Lines<impl Read>) -> Result<(), ImportError> {
    let header = lines.next()?.and_then(Result::ok).ok_or(ImportError::Header)?;
    if header.strip_prefix('\u{feff}').unwrap_or(header) == CSV_HEADER { Ok(()) } else { Err(ImportError::Header) }
}
