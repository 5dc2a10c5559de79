use std::io::Read;
use std::path::Path;

use kycvs_domain::{Mobile, Product};
use kycvs_store::Key;

use super::csv::RegistryCsv;
use super::error::{ImportError, RowError};
use super::ids;
use super::moves::{MAX_MOVES, Move};
use super::report::{ImportEvent, Report};
use super::row::{Action, Calendar, Fields, RowPerson};
use super::run::{Run, Says, Statement};
use super::sorted::{Sorted, Spilled};
use crate::people::insert_dose;
use crate::record::{MAX_DOSES, is_one_dose};
use crate::seal::Seal;
use crate::wipe::Wiped;
use crate::{BeneficiaryId, PersonRecord};

/// How often reading tells its progress, in rows.
const ROWS_PER_EVENT: u64 = 65_536;

/// How many doses a person has room for, until there are more.
const USUAL_DOSES: usize = 4;

/// All that a file says: the moves in the order of the file, the rest sorted by household.
pub(crate) struct Contents {
    pub(crate) moves: Vec<Move>,
    pub(crate) sorted: Sorted,
    /// Which ids are in which household.
    pub(crate) ids: Sorted,
}

/// Reads a file to its end. What takes more than `memory_bytes` goes to temporary files in `folder`.
pub(crate) fn read(
    csv: RegistryCsv<impl Read>,
    seal: &Seal,
    calendar: Calendar,
    (memory_bytes, folder): (usize, &Path),
    report: &mut Report<'_>,
) -> Result<Contents, ImportError> {
    let RegistryCsv { mut records, columns, .. } = csv;
    let mut reader = Reader::new(seal, calendar);
    let (mut spilled, mut spilled_ids) = (Vec::new(), Vec::new());
    loop {
        let record = match records.next().map_err(ImportError::Read)? {
            None => break,
            Some(Ok(record)) if record.is_empty() => continue,
            Some(record) => record,
        };
        let mut again = false;
        let refused = match record {
            Err((line, reason)) => Some((line, reason)),
            Ok(record) => {
                let read = Fields::of(&record, &columns).and_then(|fields| reader.row(record.line, &fields));
                let is_quote =
                    |reason| record.spans_lines && matches!(reason, RowError::FieldCount | RowError::ControlCharacter);
                let refused = read.err().map(|reason| if is_quote(reason) { RowError::Quote } else { reason });
                again = refused == Some(RowError::Quote);
                refused.map(|reason| (record.line, reason))
            }
        };
        report.summary.rows += 1;
        if let Some((line, reason)) = refused {
            report.summary.rows_done += 1;
            report.tell(ImportEvent::BadRow { line, reason });
        }
        if again {
            records.keep_first_line_only().map_err(ImportError::Read)?;
        }
        report.summary.bytes = records.text.bytes;
        if report.summary.rows.is_multiple_of(ROWS_PER_EVENT) {
            report.progress();
        }
        if reader.bytes() >= allowed(memory_bytes, spilled.len()) && !reader.run.is_empty() {
            for (run, to) in [(&mut reader.run, &mut spilled), (&mut reader.ids, &mut spilled_ids)] {
                to.push(Spilled::write(std::mem::take(run), folder).map_err(ImportError::Temporary)?);
            }
        }
    }
    report.summary.bytes = records.text.bytes;
    reader.close();
    let Reader { run, ids, moves, .. } = reader;
    let sorted = |spilled, run| Sorted::new(spilled, run).map_err(ImportError::Temporary);
    Ok(Contents { moves, sorted: sorted(spilled, run)?, ids: sorted(spilled_ids, ids)? })
}

/// How much may be held when that many parts of the file are on the disk: more with each hundred, so that a process has
/// files enough for any file.
fn allowed(memory_bytes: usize, parts: usize) -> usize {
    memory_bytes.saturating_add(memory_bytes.max(1 << 20).saturating_mul(parts / 128))
}

/// Turns rows into statements. Most rows repeat the person or the mobile of the row before, which is then not read again.
struct Reader<'a> {
    seal: &'a Seal,
    calendar: Calendar,
    run: Run,
    ids: Run,
    moves: Vec<Move>,
    mobile: Option<(Mobile, Key)>,
    product: Option<(String, Product)>,
    /// The fields that name the person of `open`, as they are in the file, one after the other, and their lengths.
    open_text: Wiped,
    open_lengths: [usize; 4],
    open: Option<(Key, Statement)>,
}

impl<'a> Reader<'a> {
    fn new(seal: &'a Seal, calendar: Calendar) -> Self {
        let open_text = Wiped::with_capacity(super::row::MAX_ROW_BYTES);
        Self {
            seal,
            calendar,
            run: Run::default(),
            ids: Run::default(),
            moves: Vec::new(),
            mobile: None,
            product: None,
            open_text,
            open_lengths: [0; 4],
            open: None,
        }
    }

    /// How much memory is held.
    fn bytes(&self) -> usize {
        self.run.bytes() + self.ids.bytes()
    }

    fn row(&mut self, line: u64, fields: &Fields<'_>) -> Result<(), RowError> {
        let action = fields.action()?;
        if action == Action::Put && self.repeats_person(fields) {
            return match fields.dose(self.calendar, &mut self.product) {
                Ok(dose) => Ok(self.add(line, dose, fields)?),
                Err(reason) => Err(self.bad(line, fields, reason)),
            };
        }
        self.statement(line, action, fields).map_err(|reason| self.bad(line, fields, reason))
    }

    fn statement(&mut self, line: u64, action: Action, fields: &Fields<'_>) -> Result<(), RowError> {
        let stated = fields.person(self.calendar)?;
        let (dose, into) = match action {
            Action::Put | Action::Correct => (fields.dose(self.calendar, &mut self.product)?, None),
            Action::Void => (Some(fields.voided(self.calendar)?), None),
            Action::Remove => (None, None),
            Action::Merge => (None, Some(fields.kept_id()?)),
            Action::Move => {
                let to = fields.new_mobile()?;
                if self.moves.len() >= MAX_MOVES {
                    return Err(RowError::TooManyMoves);
                }
                let from = stated.mobile;
                self.moves.push(Move { line, id: stated.id, name: stated.name, birth: stated.birth, from, to });
                return Ok(());
            }
        };
        let mobile = stated.mobile;
        let key = self.household(mobile);
        let (mut doses, mut dose_lines) = (Vec::with_capacity(USUAL_DOSES), Vec::with_capacity(USUAL_DOSES));
        dose_lines.extend(dose.map(|_| line));
        doses.extend(dose);
        let RowPerson { id, name, birth, .. } = stated;
        let person = PersonRecord { id, other_ids: Vec::new(), name, birth, doses, immunity: Vec::new() };
        self.close();
        self.open =
            Some((key, Statement { line, rows: 1, says: Says::Does { action, mobile, person, dose_lines, into } }));
        self.open_text.clear();
        self.open_lengths = fields.person.map(str::len);
        if action == Action::Put {
            fields.person.iter().for_each(|field| self.open_text.extend_from_slice(field.as_bytes()));
        } else {
            self.close();
        }
        Ok(())
    }

    /// Adds a row of the person who is open. A dose that they have already is a statement of its own.
    fn add(&mut self, line: u64, dose: Option<kycvs_domain::Dose>, fields: &Fields<'_>) -> Result<(), RowError> {
        let Some((_, Statement { rows, says: Says::Does { person, dose_lines, .. }, .. })) = &mut self.open else {
            return Ok(());
        };
        if let Some(dose) = dose {
            if person.doses.len() >= MAX_DOSES || person.doses.iter().any(|known| is_one_dose(known, &dose)) {
                return self.statement(line, Action::Put, fields);
            }
            dose_lines.insert(insert_dose(&mut person.doses, dose), line);
        }
        *rows = rows.saturating_add(1);
        Ok(())
    }

    fn repeats_person(&self, fields: &Fields<'_>) -> bool {
        let mut rest = self.open_text.as_slice();
        self.open.is_some()
            && fields.person.iter().zip(self.open_lengths).all(|(field, length)| {
                let Some((known, after)) = rest.split_at_checked(length) else { return false };
                rest = after;
                field.as_bytes() == known
            })
    }

    /// Notes whose row is bad, as far as that can be read: a file is no snapshot of them.
    fn bad(&mut self, line: u64, fields: &Fields<'_>, reason: RowError) -> RowError {
        if let Ok(mobile) = fields.mobile() {
            let key = self.household(mobile);
            let id: Option<BeneficiaryId> = fields.id().ok();
            self.run.push(key, &Statement { line, rows: 0, says: Says::IsBad(id) });
        }
        reason
    }

    fn household(&mut self, mobile: Mobile) -> Key {
        match self.mobile {
            Some((known, key)) if known == mobile => key,
            _ => {
                let key = self.seal.household_key(&mobile);
                self.mobile = Some((mobile, key));
                key
            }
        }
    }

    fn close(&mut self) {
        if let Some((key, statement)) = self.open.take() {
            if let Says::Does { action, person, .. } = &statement.says {
                ids::note(&mut self.ids, &key, statement.line, *action, &person.id);
            }
            self.run.push(key, &statement);
        }
    }
}
