//! A CSV file into a registry. The rows are read and sorted by household, then each household is read, brought up to what
//! the file says about it as a whole, and written once.

mod correction;
mod csv;
mod date;
mod doubles;
mod error;
mod header;
mod household;
mod ids;
pub(crate) mod moves;
mod read;
mod records;
mod report;
mod row;
mod run;
mod sorted;
mod stated;
mod text;
mod writer;

use std::io::Read;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::NaiveDate;

pub use correction::{Corrected, OnCorrection};
pub use csv::{CsvError, CsvForm, RegistryCsv};
pub use date::{DateError, DateOrder};
pub use error::{ImportError, RowError};
pub use household::ImportMode;
pub use report::{Change, Doubt, Ignored, ImportEvent, ImportSummary};
pub use row::{Action, MAX_ROW_BYTES};
pub use text::Encoding;

use crate::SealedRegistry;
use household::Rules;
use report::Report;
use row::Calendar;
use run::Run;
use writer::Writer;

/// How an import goes about it.
#[derive(Clone, Debug)]
pub struct ImportOptions {
    /// Whether the file is all that is true of the people in it, which is the default, or what is new of them.
    pub mode: ImportMode,
    /// The day of the import: a dose or birth after it is a bad row.
    pub today: NaiveDate,
    /// Which comes first in dates such as `03-04-2021`; not known by default, so that such a row is bad.
    pub date_order: DateOrder,
    /// Whether two ids of one mobile with the same name and the same day of birth are merged, and reported; only reported by
    /// default.
    pub merge_duplicates: bool,
    /// Whether nothing is written: the report is what the import would do.
    pub dry_run: bool,
    /// How much of the file is held in memory, in bytes; 256 MiB by default, which holds some four million rows. The rest
    /// is sorted on a disk, sealed.
    pub memory_bytes: usize,
    /// Where temporary files go; the system's folder for them by default. They have no name and are gone at the end.
    pub temporary_folder: PathBuf,
    /// How many households are written at once, all of them or none; 32,768 by default.
    pub households_per_write: NonZeroUsize,
    /// Who has to know of corrections before they are written; nobody by default.
    pub on_correction: Option<Arc<dyn OnCorrection>>,
}

impl ImportOptions {
    /// The defaults, on that day.
    pub fn new(today: NaiveDate) -> Self {
        Self {
            mode: ImportMode::default(),
            today,
            date_order: DateOrder::default(),
            merge_duplicates: false,
            dry_run: false,
            memory_bytes: 256 << 20,
            temporary_folder: std::env::temp_dir(),
            households_per_write: NonZeroUsize::MIN.saturating_add((1 << 15) - 1),
            on_correction: None,
        }
    }
}

impl SealedRegistry {
    /// Imports a file. `docs/importing.md` tells an operator what it may look like and what each row does.
    ///
    /// The rows of a person may lie anywhere in it, and the file may be larger than memory: it is read whole and sorted by
    /// household before anything is written. What does not fit into [`memory_bytes`](ImportOptions::memory_bytes) waits in
    /// temporary files, sealed under a key that is in memory alone.
    ///
    /// A bad row stops nothing: `on_event` gets it, and the others are imported. Nothing else that was in the
    /// registry or in the file is dropped or changed without an event that names a line.
    ///
    /// Importing a file twice changes nothing the second time.
    ///
    /// `csv` is read on the calling thread and the work is steady, so a server runs an import on a thread of its own.
    ///
    /// # Errors
    /// [`ImportError`].
    pub async fn import_csv(
        &self,
        csv: RegistryCsv<impl Read + Send>,
        options: &ImportOptions,
        on_event: &mut (dyn FnMut(ImportEvent) + Send),
    ) -> Result<ImportSummary, ImportError> {
        let mut report = Report { summary: ImportSummary::default(), on_event };
        let calendar = Calendar { order: options.date_order, today: options.today };
        let room = (options.memory_bytes, options.temporary_folder.as_path());
        let read::Contents { moves, mut sorted, ids } = read::read(csv, &self.seal, calendar, room, &mut report)?;

        let rules = Rules { mode: options.mode, merge_duplicates: options.merge_duplicates };
        let mut writer = Writer::new(self, rules, options);
        let moved_away = moves::make(moves, &mut writer, &mut report).await?;
        let left = moved_away.iter().map(|(household, id)| ids::moved(*household, id)).collect();
        ids::report_scattered(ids, &left, &mut report).map_err(ImportError::Temporary)?;
        let mut batch = Run::default();
        loop {
            sorted.next(options.households_per_write.get(), &mut batch).map_err(ImportError::Temporary)?;
            if batch.is_empty() {
                return Ok(report.summary);
            }
            writer.put(&batch, &moved_away, &mut report).await?;
            report.progress();
        }
    }
}
