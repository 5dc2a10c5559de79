use crate::row::RowError;

/// What an import tells while it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ImportEvent {
    /// A row was not imported. A person for whom a household has no room is told when the household is merged, later than
    /// the lines around it, and once for rows that follow each other: with the first of them.
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
///
/// People and doses are counted as the registry had them before and after each write: once, however many rows state them
/// in the part of the file that is written at once.
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
    /// People whose name or birth date was another in the registry.
    pub people_corrected: u64,
    /// Doses that were not in the registry.
    pub doses_added: u64,
    /// Doses that were in the registry for that day with another product, number or batch.
    pub doses_corrected: u64,
    /// Doses that were in the registry just so.
    pub doses_unchanged: u64,
}

impl ImportSummary {
    /// How many changes a household would show.
    pub(crate) fn changes(&self) -> u64 {
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
    pub(crate) on_event: &'a mut (dyn FnMut(ImportEvent) + Send),
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
