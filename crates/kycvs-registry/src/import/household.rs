use kycvs_domain::{Dose, PersonName, Source};

use super::doubles::{Double, doubt_of, told_apart};
use super::error::RowError;
use super::report::{Change, Doubt, Ignored, ImportEvent, Outcome};
use super::row::Action;
use super::run::{Says, Statement};
use super::stated::Stated;
use crate::codec::CodecError;
use crate::people::{Agreement, NotMerged, insert_dose, merge_ids, more_exact};
use crate::record::{MAX_DOSES, MAX_PEOPLE, is_one_dose};
use crate::{BeneficiaryId, PersonRecord};

/// What a file is, for the people who are in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ImportMode {
    /// All that is true of them: a dose of the register that the file does not have is taken away. People who are not in the
    /// file stay as they are.
    #[default]
    Snapshot,
    /// What is new of them: doses that the file does not have stay.
    Changes,
}

/// By what an import goes.
#[derive(Clone, Copy)]
pub(crate) struct Rules {
    pub(crate) mode: ImportMode,
    pub(crate) merge_duplicates: bool,
}

/// A household, while the rows of a file are put into it.
pub(crate) struct Household<'a> {
    people: Vec<PersonRecord>,
    rules: Rules,
    /// Whose id a row had, and its line.
    touched: Vec<(BeneficiaryId, u64)>,
    is_changed: bool,
    /// Whether a dose or a birth date that was there is another now, an earlier dose came, or somebody is erased.
    is_corrected: bool,
    erased: Vec<BeneficiaryId>,
    outcome: &'a mut Outcome,
}

impl<'a> Household<'a> {
    pub(crate) fn new(people: Vec<PersonRecord>, rules: Rules, outcome: &'a mut Outcome) -> Self {
        Self { people, rules, touched: Vec::new(), is_changed: false, is_corrected: false, erased: Vec::new(), outcome }
    }

    /// Puts all statements of a file in, which come in the order of the file; gives the people when they are others now.
    pub(crate) fn apply(
        mut self,
        statements: impl Iterator<Item = Result<Statement, CodecError>>,
        has_moved_away: impl Fn(&BeneficiaryId) -> bool,
    ) -> Result<Option<Vec<PersonRecord>>, CodecError> {
        let (stated, merges) = self.gather(statements)?;
        let mobile = stated.first().map(|first| first.mobile);
        for stated in stated {
            if has_moved_away(&stated.id) {
                self.refuse(&stated, RowError::MovedAway);
                continue;
            }
            self.put_in(stated);
        }
        merges.into_iter().for_each(|merge| self.merge(merge));
        self.look_for_doubles();
        if let Some(mobile) = mobile.filter(|_| self.is_corrected) {
            self.outcome.events.push(ImportEvent::Corrected { mobile, erased: self.erased });
        }
        Ok(self.is_changed.then_some(self.people))
    }

    /// Puts together what the file states of each person, under the id that is kept.
    fn gather(
        &mut self,
        statements: impl Iterator<Item = Result<Statement, CodecError>>,
    ) -> Result<(Vec<Stated>, Vec<Merge>), CodecError> {
        let (mut stated, mut merges) = (Vec::<Stated>::new(), Vec::new());
        let (mut bad_ids, mut all_are_incomplete) = (Vec::new(), false);
        for statement in statements {
            let Statement { line, rows, says } = statement?;
            self.outcome.rows += u64::from(rows);
            let (action, mobile, person, dose_lines, into) = match says {
                Says::Does { action, mobile, person, dose_lines, into } => (action, mobile, person, dose_lines, into),
                Says::IsBad(Some(id)) => {
                    bad_ids.push(self.kept_id(&id));
                    continue;
                }
                Says::IsBad(None) => {
                    all_are_incomplete = true;
                    continue;
                }
            };
            if action == Action::Merge {
                merges.extend(into.map(|into| Merge { line, person, into }));
                continue;
            }
            let id = self.kept_id(&person.id);
            let place = stated.iter().position(|stated| stated.id == id).unwrap_or_else(|| {
                stated.push(Stated::new(id, line, mobile));
                stated.len() - 1
            });
            if let Some(stated) = stated.get_mut(place) {
                stated.add(action, line, person, &dose_lines, self.outcome);
            }
        }
        for one in &mut stated {
            one.is_incomplete |= all_are_incomplete || bad_ids.contains(&one.id);
        }
        Ok((stated, merges))
    }

    /// The id under which a person is kept who was registered twice.
    fn kept_id(&self, id: &BeneficiaryId) -> BeneficiaryId {
        let kept = self.people.iter().find(|person| person.other_ids.contains(id));
        kept.map_or(*id, |person| person.id)
    }

    fn put_in(&mut self, mut stated: Stated) {
        self.touched.push((stated.id, stated.line));
        if let Some((first, second)) = stated.two_people {
            for line in std::mem::take(&mut stated.lines) {
                let other = if line < second { second } else { first };
                self.outcome.bad_row(line, RowError::TwoPeople { other });
            }
            return;
        }
        if !self.check_meant(&stated) {
            return;
        }
        if let Some(line) = stated.removed.take() {
            self.remove(&stated, line);
        }
        let place = self.people.iter().position(|person| person.id == stated.id);
        let known_birth = place.and_then(|place| self.people.get(place)?.birth);
        if let Some(born) = stated.person.as_ref().and_then(|(_, birth)| *birth).or(known_birth) {
            for (_, bad, _) in stated.doses.extract_if(.., |(dose, ..)| dose.given_on < born.first_day()) {
                self.outcome.bad_row(bad, RowError::DoseBeforeBirth);
                stated.is_incomplete = true;
                stated.lines.retain(|line| *line != bad);
            }
            if stated.lines.is_empty() {
                stated.person = None;
            }
        }
        match place {
            Some(place) => self.bring_up_to_date(place, stated),
            None => self.add(stated),
        }
    }

    /// Rows that void or remove name the person too, so that a wrong id does nothing to somebody else.
    fn check_meant(&mut self, stated: &Stated) -> bool {
        let Some(known) = self.people.iter().find(|person| person.id == stated.id) else { return true };
        let means = |(name, birth): &(PersonName, _)| Agreement::of(known.identity(), (name, *birth)).is_one_person();
        let is_meant = stated.meant.iter().all(means);
        if !is_meant {
            self.refuse(stated, RowError::AnotherPerson);
        }
        is_meant
    }

    fn remove(&mut self, stated: &Stated, line: u64) {
        if let Some(place) = self.people.iter().position(|person| person.id == stated.id) {
            let gone = self.people.remove(place);
            self.erased.extend([gone.id].into_iter().chain(gone.other_ids));
            self.is_corrected = true;
            self.change(line, Change::PersonRemoved);
        } else {
            self.outcome.ignored(line, Ignored::AlreadyDone);
        }
    }

    fn add(&mut self, mut stated: Stated) {
        stated.voids.drain(..).for_each(|(_, line)| self.outcome.ignored(line, Ignored::AlreadyDone));
        let Some((name, birth)) = stated.person.take() else { return };
        if self.people.len() >= MAX_PEOPLE {
            self.merge_doubles(); // one person twice takes one place
        }
        if self.people.len() >= MAX_PEOPLE {
            return self.refuse(&stated, RowError::HouseholdFull);
        }
        let doses = Vec::with_capacity(stated.doses.len());
        let mut person =
            PersonRecord { id: stated.id, other_ids: Vec::new(), name, birth, doses, immunity: Vec::new() };
        for (dose, line, _) in stated.doses {
            self.add_dose(&mut person, dose, line);
        }
        self.outcome.people_added += 1;
        self.is_changed = true;
        self.people.push(person);
    }

    fn bring_up_to_date(&mut self, place: usize, mut stated: Stated) {
        let Some(mut known) = self.people.get(place).cloned() else { return };
        if let Some((name, birth)) = stated.person.take() {
            if stated.is_incomplete && self.rules.mode == ImportMode::Snapshot {
                let lines = stated.lines.iter().chain(stated.voids.iter().map(|(_, line)| line));
                return lines.for_each(|line| self.outcome.ignored(*line, Ignored::Incomplete));
            }
            let agreement = Agreement::of(known.identity(), (&name, birth));
            let is_meant = match self.rules.mode {
                ImportMode::Snapshot => agreement.may_correct(),
                ImportMode::Changes => agreement.is_one_person(),
            };
            if !is_meant && !stated.is_correction {
                return self.refuse(&stated, RowError::AnotherPerson);
            }
            let birth = if agreement.is_one_person() { more_exact(known.birth, birth) } else { birth.or(known.birth) };
            if known.name.normalised() != name.normalised() || known.birth != birth {
                self.is_corrected |= known.birth != birth;
                (known.name, known.birth) = (name, birth);
                self.change(stated.line, Change::PersonCorrected);
            }
        } else {
            stated.lines.clear();
        }
        self.void(&mut known, &mut stated);
        if self.rules.mode == ImportMode::Snapshot && !stated.lines.is_empty() {
            self.take_away(&mut known, &stated);
        }
        let numbered = known.doses.clone();
        for (dose, line, _) in stated.doses {
            self.put_dose(&mut known, &numbered, dose, line);
        }
        if let Some(person) = self.people.get_mut(place) {
            *person = known;
        }
    }

    fn void(&mut self, known: &mut PersonRecord, stated: &mut Stated) {
        for (void, line) in stated.voids.drain(..) {
            let before = known.doses.len();
            known.doses.retain(|dose| !is_one_dose(dose, &void));
            if known.doses.len() < before {
                self.is_corrected = true;
                self.change(line, Change::DoseVoided);
            } else {
                self.outcome.ignored(line, Ignored::AlreadyDone);
            }
        }
    }

    /// A snapshot of a register says nothing of what others vouch for.
    fn take_away(&mut self, known: &mut PersonRecord, stated: &Stated) {
        let is_stated = |dose: &Dose| stated.doses.iter().any(|(stated, ..)| is_one_dose(stated, dose));
        let before = known.doses.len();
        known.doses.retain(|dose| dose.source != Source::Registry || is_stated(dose));
        for _ in known.doses.len()..before {
            self.is_corrected = true;
            self.change(stated.line, Change::DoseTakenAway);
        }
    }

    /// `numbered` are the doses that the registry had.
    fn put_dose(&mut self, known: &mut PersonRecord, numbered: &[Dose], dose: Dose, line: u64) {
        let Some(same) = known.doses.iter().position(|known| is_one_dose(known, &dose)) else {
            let may_be_dose = |known: &Dose| {
                known.dose_number == dose.dose_number && is_one_dose(known, &Dose { given_on: known.given_on, ..dose })
            };
            let is_taken = dose.dose_number.is_some() && numbered.iter().any(may_be_dose);
            if is_taken && self.rules.mode == ImportMode::Changes {
                return self.outcome.bad_row(line, RowError::DoseNumberTaken);
            }
            self.is_corrected |= known.doses.iter().any(|known| known.given_on > dose.given_on);
            return self.add_dose(known, dose, line);
        };
        if known.doses.get(same) == Some(&dose) {
            self.outcome.doses_unchanged += 1;
            return;
        }
        known.doses.retain(|known| !is_one_dose(known, &dose));
        insert_dose(&mut known.doses, dose);
        self.is_corrected = true;
        self.change(line, Change::DoseCorrected);
    }

    fn add_dose(&mut self, person: &mut PersonRecord, dose: Dose, line: u64) {
        if person.doses.len() >= MAX_DOSES {
            return self.outcome.bad_row(line, RowError::TooManyDoses);
        }
        insert_dose(&mut person.doses, dose);
        self.outcome.doses_added += 1;
        self.is_changed = true;
    }

    fn merge(&mut self, Merge { line, person, into }: Merge) {
        let kept = self.kept_id(&into);
        if self.people.iter().any(|known| known.id == kept && known.other_ids.contains(&person.id)) {
            return self.outcome.ignored(line, Ignored::AlreadyDone);
        }
        let known = self.people.iter().find(|known| known.id == person.id);
        let is_meant = known.is_none_or(|known| Agreement::of(known.identity(), person.identity()).is_one_person());
        let merged =
            if is_meant { merge_ids(&mut self.people, &person.id, &kept) } else { Err(NotMerged::AnotherPerson) };
        match merged {
            Ok(left_out) => {
                self.is_corrected = true;
                self.touched.push((kept, line));
                self.change(line, Change::IdsMerged);
                (0..left_out).for_each(|_| self.outcome.ignored(line, Ignored::SameDay));
            }
            Err(NotMerged::NoSuchPerson) => self.outcome.bad_row(line, RowError::NoSuchPerson),
            Err(NotMerged::AnotherPerson) => self.outcome.bad_row(line, RowError::AnotherPerson),
            Err(NotMerged::TooManyDoses) => self.outcome.bad_row(line, RowError::TooManyDoses),
        }
    }

    /// Reports two people whom no question tells apart, so that neither would ever be answered for.
    fn look_for_doubles(&mut self) {
        self.merge_doubles();
        for Double { line, other_line, doubt, .. } in self.doubles() {
            self.outcome.events.push(ImportEvent::Doubtful { line, other_line, doubt });
        }
    }

    /// Merges those who are one person twice, where the import may do so.
    fn merge_doubles(&mut self) {
        let doubles = if self.rules.merge_duplicates { self.doubles() } else { Vec::new() };
        for Double { line, ids: [a, b], .. } in
            doubles.into_iter().filter(|double| double.doubt == Doubt::OnePersonTwice)
        {
            // One that was merged with somebody else by now is not there any more.
            if merge_ids(&mut self.people, &b, &a).is_ok() {
                self.is_corrected = true;
                self.change(line, Change::IdsMerged);
            }
        }
    }

    /// The pairs of people, one of them in this file, whom no question tells apart.
    fn doubles(&self) -> Vec<Double> {
        let line_of = |id| self.touched.iter().find(|(known, _)| known == id).map(|(_, line)| *line);
        let mut doubles = Vec::new();
        for (at, a) in self.people.iter().enumerate() {
            for b in self.people.iter().skip(at + 1) {
                let lines = [line_of(&a.id), line_of(&b.id)];
                let line = lines.into_iter().flatten().min();
                if let Some(line) = line.filter(|_| !told_apart(a, b)) {
                    let other_line = lines.into_iter().flatten().max().filter(|other| *other != line);
                    doubles.push(Double { line, other_line, ids: [a.id, b.id], doubt: doubt_of(a, b) });
                }
            }
        }
        doubles
    }

    fn refuse(&mut self, stated: &Stated, reason: RowError) {
        let voids = stated.voids.iter().map(|(_, line)| line);
        stated.lines.iter().chain(voids).chain(&stated.removed).for_each(|line| self.outcome.bad_row(*line, reason));
    }

    fn change(&mut self, line: u64, change: Change) {
        self.is_changed = true;
        self.outcome.events.push(ImportEvent::Changed { line, change });
    }
}

/// A row of the action `merge`.
struct Merge {
    line: u64,
    /// Who was registered twice.
    person: PersonRecord,
    /// The id that is kept.
    into: BeneficiaryId,
}
