use std::io::{self, Read};

use kycvs_domain::Mobile;
use kycvs_store::Key;

use crate::PersonRecord;
use crate::codec::{CodecError, decode, encode};
use crate::lines::Lines;
use crate::merge::merge_dose;
use crate::report::{ImportSummary, Report};
use crate::row::{Fields, RowError, RowPerson};
use crate::seal::Seal;

/// How often reading tells its progress, in rows.
const ROWS_PER_EVENT: u64 = 65_536;

/// The rows of a part of a file, person by person. They are kept as the bytes of a record, which take a quarter of the
/// memory of anything else, so that much of a file can be sorted by household before it is written: a database that is
/// written in its order touches each page once.
#[derive(Default)]
pub(crate) struct Run {
    bytes: Vec<u8>,
    entries: Vec<Entry>,
}

/// What consecutive rows state of one person.
pub(crate) struct Entry {
    pub(crate) key: Key,
    /// The first of the rows.
    pub(crate) line: u64,
    pub(crate) rows: u32,
    len: u32,
    start: usize,
}

impl Run {
    /// Reads rows until they fill the memory, or the file ends.
    pub(crate) fn read(
        lines: &mut Lines<impl Read>,
        seal: &Seal,
        memory_bytes: usize,
        report: &mut Report<'_>,
    ) -> io::Result<Self> {
        let mut run = Self::default();
        let mut reader = RowReader { seal, person_text: String::new(), mobile: None, person: None };
        while run.bytes.len() + run.entries.len() * size_of::<Entry>() < memory_bytes {
            let number = lines.number + 1;
            let line = match lines.next()? {
                None => break,
                Some(Ok("")) => continue,
                Some(line) => line,
            };
            report.summary.rows += 1;
            if let Err(reason) = line.and_then(|line| reader.row(number, line, &mut run)) {
                report.summary.rows_done += 1;
                report.bad_row(number, reason);
            }
            report.summary.bytes = lines.bytes;
            if report.summary.rows.is_multiple_of(ROWS_PER_EVENT) {
                report.progress();
            }
        }
        run.extend(reader.person);
        report.summary.bytes = lines.bytes;
        run.entries.sort_unstable_by_key(|entry| (entry.key, entry.line));
        Ok(run)
    }

    /// The entries of each household, in the order of their keys; in a household in the order of the file.
    pub(crate) fn households(&self) -> Vec<&[Entry]> {
        self.entries.chunk_by(|a, b| a.key == b.key).collect()
    }

    /// The person of an entry.
    pub(crate) fn person(&self, entry: &Entry) -> Result<PersonRecord, CodecError> {
        let end = entry.start.saturating_add(usize::try_from(entry.len).map_err(|_| CodecError::Truncated)?);
        let bytes = self.bytes.get(entry.start..end).ok_or(CodecError::Truncated)?;
        decode(bytes)?.pop().ok_or(CodecError::Truncated)
    }

    fn extend(&mut self, person: Option<Person>) {
        let Some(Person { key, line, rows, record }) = person else { return };
        let start = self.bytes.len();
        encode(&[record], &mut self.bytes);
        let len = u32::try_from(self.bytes.len() - start).unwrap_or(u32::MAX);
        self.entries.push(Entry { key, line, rows, len, start });
    }
}

/// Turns rows into entries. Most rows repeat the person or the mobile of the row before, which is then not read again.
struct RowReader<'a> {
    seal: &'a Seal,
    mobile: Option<(Mobile, Key)>,
    /// The first four fields of the person, as they stand in the file, with the comma after them.
    person_text: String,
    person: Option<Person>,
}

/// An entry to which rows are still added.
struct Person {
    key: Key,
    line: u64,
    rows: u32,
    record: PersonRecord,
}

impl RowReader<'_> {
    fn row(&mut self, number: u64, line: &str, run: &mut Run) -> Result<(), RowError> {
        if let Some(person) = &mut self.person
            && let Some(rest) = line.strip_prefix(&self.person_text)
        {
            if let Some(dose) = Fields::new(rest).dose()? {
                // Whether it is new to the registry is not known yet.
                merge_dose(&mut person.record.doses, dose, &mut ImportSummary::default())?;
            }
            person.rows = person.rows.saturating_add(1);
            return Ok(());
        }
        let mut fields = Fields::new(line);
        let stated = fields.person()?;
        let (person_text, _) = line.split_at_checked(line.len() - fields.left()).ok_or(RowError::FieldCount)?;
        let doses = fields.dose()?.into_iter().collect();
        let key = match self.mobile {
            Some((mobile, key)) if mobile == stated.mobile => key,
            _ => self.seal.household_key(&stated.mobile),
        };
        self.mobile = Some((stated.mobile, key));
        person_text.clone_into(&mut self.person_text);
        let RowPerson { id, name, birth, .. } = stated;
        let record = PersonRecord { id, name, birth, doses, immunity: Vec::new() };
        run.extend(self.person.replace(Person { key, line: number, rows: 1, record }));
        Ok(())
    }
}
