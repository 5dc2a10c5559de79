use kycvs_domain::{BirthDate, Dose, Mobile, PersonName};

use super::report::{Ignored, Outcome};
use super::row::Action;
use crate::people::{Agreement, more_exact};
use crate::record::is_one_dose;
use crate::{BeneficiaryId, PersonRecord};

/// What all rows of a file state of one person, put together before it is compared with the registry: so a file states the
/// same each time that it is imported.
pub(crate) struct Stated {
    pub(crate) id: BeneficiaryId,
    /// The first line.
    pub(crate) line: u64,
    pub(crate) mobile: Mobile,
    /// Who the person is, if a row puts them.
    pub(crate) person: Option<(PersonName, Option<BirthDate>)>,
    /// Whether a row says that it is the person whom the registry has under another name and birth date.
    pub(crate) is_correction: bool,
    /// With their lines, and the id of the row.
    pub(crate) doses: Vec<(Dose, u64, BeneficiaryId)>,
    /// Doses of which the day counts, and the product where it is named.
    pub(crate) voids: Vec<(Dose, u64)>,
    pub(crate) removed: Option<u64>,
    /// Who the rows that void and remove mean.
    pub(crate) meant: Vec<(PersonName, Option<BirthDate>)>,
    /// Whether a row of the person is bad.
    pub(crate) is_incomplete: bool,
    /// The lines of two rows that name two people.
    pub(crate) two_people: Option<(u64, u64)>,
    /// The lines of all rows that put.
    pub(crate) lines: Vec<u64>,
}

impl Stated {
    pub(crate) fn new(id: BeneficiaryId, line: u64, mobile: Mobile) -> Self {
        Self {
            id,
            line,
            mobile,
            person: None,
            is_correction: false,
            doses: Vec::new(),
            voids: Vec::new(),
            removed: None,
            meant: Vec::new(),
            is_incomplete: false,
            two_people: None,
            lines: Vec::new(),
        }
    }

    /// Adds a row, or rows that follow each other. Where two disagree on a dose, the later holds.
    pub(crate) fn add(
        &mut self,
        action: Action,
        line: u64,
        person: PersonRecord,
        dose_lines: &[u64],
        outcome: &mut Outcome,
    ) {
        match action {
            Action::Put | Action::Correct => self.put(action == Action::Correct, line, person, dose_lines, outcome),
            Action::Void => {
                self.meant.push((person.name, person.birth));
                for void in person.doses {
                    self.supersede(|dose| is_one_dose(dose, &void), outcome);
                    self.voids.push((void, line));
                }
            }
            Action::Remove => {
                self.meant.push((person.name, person.birth));
                self.supersede(|_| true, outcome);
                self.voids.drain(..).for_each(|(_, line)| outcome.ignored(line, Ignored::Superseded));
                (self.removed, self.person, self.is_incomplete) = (Some(line), None, false);
                self.lines.clear();
            }
            Action::Move | Action::Merge => {}
        }
    }

    fn put(&mut self, is_correction: bool, line: u64, person: PersonRecord, dose_lines: &[u64], outcome: &mut Outcome) {
        let PersonRecord { id, name, birth, doses, .. } = person;
        match dose_lines {
            [] => self.lines.push(line),
            lines => self.lines.extend_from_slice(lines),
        }
        self.person = Some(match self.person.take() {
            Some((known, known_birth)) if !is_correction => {
                let agrees = Agreement::of((&known, known_birth), (&name, birth)).is_one_person();
                if !agrees && self.two_people.is_none() {
                    let first = self.lines.first().copied().unwrap_or(line);
                    self.two_people = Some((first, line));
                }
                // Of a person who was registered twice, the record that is kept names them.
                (if id == self.id { name } else { known }, more_exact(known_birth, birth))
            }
            _ => (name, birth),
        });
        self.is_correction |= is_correction;
        self.doses.reserve(doses.len());
        for (dose, line) in doses.into_iter().zip(dose_lines.iter().copied()) {
            self.voids.retain(|(void, line)| {
                let is_given_after_all = is_one_dose(void, &dose);
                if is_given_after_all {
                    outcome.ignored(*line, Ignored::Superseded);
                }
                !is_given_after_all
            });
            match self.doses.iter_mut().find(|(known, ..)| is_one_dose(known, &dose)) {
                None => self.doses.push((dose, line, id)),
                Some((known, ..)) if *known == dose => outcome.ignored(line, Ignored::Repeated),
                // As when the two were merged.
                Some((.., known)) if *known != id && id != self.id => outcome.ignored(line, Ignored::SameDay),
                Some(known) => {
                    outcome.ignored(known.1, Ignored::Superseded);
                    *known = (dose, line, id);
                }
            }
        }
    }

    fn supersede(&mut self, is_superseded: impl Fn(&Dose) -> bool, outcome: &mut Outcome) {
        self.doses.retain(|(dose, line, _)| {
            let gone = is_superseded(dose);
            if gone {
                outcome.ignored(*line, Ignored::Superseded);
            }
            !gone
        });
    }
}
