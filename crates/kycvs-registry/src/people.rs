//! What holds of the people of one household, whoever changes it.

use kycvs_domain::{BirthDate, Dose, PersonName, names_match};

use crate::record::{MAX_DOSES, MAX_EVIDENCE, MAX_OTHER_IDS, MAX_PEOPLE, dose_order, is_one_dose};
use crate::{BeneficiaryId, PersonRecord};

/// How far two records agree on who the person is.
///
/// A signed status must never rest on doses of two people. So doses are put together only where name *and* birth date
/// agree; a record may replace another where one of them does; where neither does, it is another person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Agreement {
    /// Whether the names are one person's.
    pub(crate) name: bool,
    pub(crate) birth: BirthAgreement,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BirthAgreement {
    /// The same day.
    Same,
    /// Neither says more than the other leaves open.
    Open,
    /// Two different days or years.
    Different,
}

impl Agreement {
    pub(crate) fn of(
        (name, birth): (&PersonName, Option<BirthDate>),
        (other_name, other_birth): (&PersonName, Option<BirthDate>),
    ) -> Self {
        let same_name = name.normalised() == other_name.normalised() || names_match(name, other_name.normalised());
        Self { name: same_name, birth: BirthAgreement::of(birth, other_birth) }
    }

    /// Whether the doses of both are one person's.
    pub(crate) fn is_one_person(self) -> bool {
        self.name && self.birth != BirthAgreement::Different
    }

    /// Whether one may be a correction of the other.
    pub(crate) fn may_correct(self) -> bool {
        self.name || self.birth == BirthAgreement::Same
    }
}

impl BirthAgreement {
    pub(crate) fn of(a: Option<BirthDate>, b: Option<BirthDate>) -> Self {
        match (a, b) {
            (Some(BirthDate::Day(a)), Some(BirthDate::Day(b))) if a == b => Self::Same,
            (Some(a), Some(b)) if a.last_day() < b.first_day() || b.last_day() < a.first_day() => Self::Different,
            _ => Self::Open,
        }
    }
}

/// Why two records were not made one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotMerged {
    NoSuchPerson,
    AnotherPerson,
    TooManyDoses,
}

/// Makes one of two records: the person of `twice` was registered a second time as `kept`. Of what may be one dose that of
/// `kept` holds; gives how many others were left out.
pub(crate) fn merge_ids(
    people: &mut Vec<PersonRecord>,
    twice: &BeneficiaryId,
    kept: &BeneficiaryId,
) -> Result<usize, NotMerged> {
    let place = |id: &BeneficiaryId| people.iter().position(|person| person.id == *id).ok_or(NotMerged::NoSuchPerson);
    let (from, to) = (place(twice)?, place(kept)?);
    let (Some(gone), Some(stays)) = (people.get(from), people.get(to)) else { return Err(NotMerged::NoSuchPerson) };
    if from == to {
        return Err(NotMerged::NoSuchPerson);
    }
    if !Agreement::of(gone.identity(), stays.identity()).is_one_person() {
        return Err(NotMerged::AnotherPerson);
    }
    let mut doses = stays.doses.clone();
    for dose in &gone.doses {
        if !stays.doses.iter().any(|known| is_one_dose(known, dose)) {
            insert_dose(&mut doses, *dose);
        }
    }
    if doses.len() > MAX_DOSES || stays.other_ids.len() + gone.other_ids.len() >= MAX_OTHER_IDS {
        return Err(NotMerged::TooManyDoses);
    }
    let left_out = stays.doses.len() + gone.doses.len() - doses.len();
    let gone = people.remove(from);
    let Some(stays) = people.iter_mut().find(|person| person.id == *kept) else { return Err(NotMerged::NoSuchPerson) };
    stays.doses = doses;
    stays.birth = more_exact(stays.birth, gone.birth);
    stays.other_ids.extend([gone.id].into_iter().chain(gone.other_ids));
    stays.other_ids.sort_unstable();
    stays.immunity.extend(gone.immunity);
    stays.immunity.sort_unstable();
    stays.immunity.dedup();
    stays.immunity.truncate(MAX_EVIDENCE);
    Ok(left_out)
}

/// Puts a dose in its place.
pub(crate) fn insert_dose(doses: &mut Vec<Dose>, dose: Dose) -> usize {
    let at = doses.partition_point(|known| dose_order(known) < dose_order(&dose));
    doses.insert(at, dose);
    at
}

/// What two birth dates that do not contradict each other say together.
pub(crate) fn more_exact(known: Option<BirthDate>, other: Option<BirthDate>) -> Option<BirthDate> {
    match (known, other) {
        (Some(BirthDate::Year(_)), Some(BirthDate::Day(_))) | (None, _) => other,
        _ => known,
    }
}

/// Why a person was not moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotMoved {
    NoSuchPerson,
    /// Somebody of that id is there.
    IsThere,
    HouseholdFull,
}

/// Moves a person from one household to another; on an error neither is changed.
pub(crate) fn move_person(
    from: &mut Vec<PersonRecord>,
    to: &mut Vec<PersonRecord>,
    id: &BeneficiaryId,
) -> Result<(), NotMoved> {
    let place = from.iter().position(|person| person.has_id(id)).ok_or(NotMoved::NoSuchPerson)?;
    if to.iter().any(|person| from.get(place).is_some_and(|moving| person.shares_id(moving))) {
        return Err(NotMoved::IsThere);
    }
    if to.len() >= MAX_PEOPLE {
        return Err(NotMoved::HouseholdFull);
    }
    to.push(from.remove(place));
    Ok(())
}

/// A birth date as it is written in a file.
pub(crate) fn birth_text(birth: BirthDate) -> String {
    match birth {
        BirthDate::Day(day) => day.to_string(),
        BirthDate::Year(year) => year.get().to_string(),
    }
}
