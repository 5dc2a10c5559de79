use kycvs_domain::Dose;

use crate::record::{MAX_DOSES, MAX_PEOPLE, PersonRecord};
use crate::report::ImportSummary;
use crate::row::RowError;

/// Puts what later rows state of a person together with what earlier ones did, before either is compared with the people
/// that are known: so a file that contradicts itself states the same each time that it is imported.
///
/// `stated` holds each person once, with the first of their lines.
///
/// # Errors
/// [`RowError::HouseholdFull`], and then nothing was added; [`RowError::TooManyDoses`], and then the other doses were.
pub(crate) fn fold(
    stated: &mut Vec<(u64, PersonRecord)>,
    line: u64,
    person: PersonRecord,
    known: &[PersonRecord],
) -> Result<(), RowError> {
    if let Some((_, earlier)) = stated.iter_mut().find(|(_, earlier)| earlier.id == person.id) {
        return amend(earlier, person, &mut ImportSummary::default());
    }
    let is_new = |person: &PersonRecord| known.iter().all(|known| known.id != person.id);
    if is_new(&person) {
        let new = stated.iter().filter(|(_, person)| is_new(person)).count();
        if known.len() + new >= MAX_PEOPLE {
            return Err(RowError::HouseholdFull);
        }
    }
    stated.push((line, person));
    Ok(())
}

/// Brings the people that are known up to what was stated of one, for whom [`fold`] found room.
///
/// # Errors
/// [`RowError::TooManyDoses`], and then the other doses were merged.
pub(crate) fn merge(
    known: &mut Vec<PersonRecord>,
    stated: PersonRecord,
    counts: &mut ImportSummary,
) -> Result<(), RowError> {
    if let Some(known) = known.iter_mut().find(|known| known.id == stated.id) {
        return amend(known, stated, counts);
    }
    counts.people_added += 1;
    counts.doses_added += stated.doses.len() as u64;
    known.push(stated);
    Ok(())
}

fn amend(known: &mut PersonRecord, stated: PersonRecord, counts: &mut ImportSummary) -> Result<(), RowError> {
    // A birth date that is not stated is kept.
    let birth_date = stated.birth_date.or(known.birth_date);
    if known.name.normalised() != stated.name.normalised() || known.birth_date != birth_date {
        counts.people_corrected += 1;
        known.name = stated.name;
        known.birth_date = birth_date;
    }
    let mut merged = Ok(());
    for dose in stated.doses {
        merged = merged.and(merge_dose(&mut known.doses, dose, counts));
    }
    merged
}

/// Puts a dose among others: one that was given on the same day is replaced.
///
/// # Errors
/// [`RowError::TooManyDoses`].
pub(crate) fn merge_dose(doses: &mut Vec<Dose>, dose: Dose, counts: &mut ImportSummary) -> Result<(), RowError> {
    match doses.binary_search_by_key(&dose.given_on, |known| known.given_on) {
        Err(_) if doses.len() == MAX_DOSES => return Err(RowError::TooManyDoses),
        Err(at) => {
            doses.insert(at, dose);
            counts.doses_added += 1;
        }
        Ok(at) => {
            let Some(known) = doses.get_mut(at) else { return Ok(()) };
            let count = if *known == dose { &mut counts.doses_unchanged } else { &mut counts.doses_corrected };
            *count += 1;
            *known = dose;
        }
    }
    Ok(())
}
