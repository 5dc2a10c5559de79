use std::io::{self, Read};
use std::num::NonZeroUsize;

use kycvs_store::{HouseholdWrite, Key, StoreError};

use crate::lines::Lines;
use crate::merge::{fold, merge};
use crate::report::{ImportEvent, ImportSummary, Report};
use crate::row::{CSV_HEADER, RowError, is_header};
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
        Self { memory_bytes: 256 << 20, households_per_write: NonZeroUsize::MIN.saturating_add((1 << 15) - 1) }
    }
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
    /// Imports a CSV file: UTF-8, with or without a byte order mark, RFC 4180, beginning with [`CSV_HEADER`], quoted or
    /// not; a row for each dose, or one with the last four fields empty for a person without a dose. Spaces around a
    /// field mean nothing.
    ///
    /// It streams, so a file may be larger than memory. Rows may stand in any order; where two disagree, the later holds:
    ///
    /// - a row for a known person and day with another product, number or batch corrects that dose;
    /// - one with another name or birth date corrects the person (an empty birth date states nothing);
    /// - one for a known id on another mobile is another person: a registry cannot look for ids.
    ///
    /// A bad row stops nothing: it is told to `on_event`, and the others are imported.
    ///
    /// Importing a file twice changes nothing the second time, even one whose rows disagree: what all rows of a household
    /// state is put together before it is compared with the registry. Of a file that does not fit into
    /// [`memory_bytes`](ImportOptions::memory_bytes) this holds part by part: where two parts disagree, each import
    /// writes what the first states, corrects it to what the second states, and counts both.
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
    let mut stated = Vec::new();
    for entry in entries {
        merged.counts.rows_done += u64::from(entry.rows);
        if let Err(reason) = fold(&mut stated, entry.line, run.person(entry)?, &people) {
            merged.refused.push((entry.line, reason));
        }
    }
    let changes_before = merged.counts.changes();
    for (line, person) in stated {
        if let Err(reason) = merge(&mut people, person, &mut merged.counts) {
            merged.refused.push((line, reason));
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

fn read_header(lines: &mut Lines<impl Read>) -> Result<(), ImportError> {
    let header = lines.next()?.and_then(Result::ok).ok_or(ImportError::Header)?;
    if is_header(header.strip_prefix('\u{feff}').unwrap_or(header)) { Ok(()) } else { Err(ImportError::Header) }
}
