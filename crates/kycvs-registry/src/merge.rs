use kycvs_domain::Dose;

use crate::ImportSummary;
use crate::record::{MAX_DOSES, MAX_PEOPLE, PersonRecord};
use crate::row::RowError;

/// Brings a household up to what rows stated of one person.
///
/// # Errors
/// [`RowError::HouseholdFull`], and then nothing was changed; [`RowError::TooManyDoses`], and then the other doses were
/// merged.
pub(crate) fn merge(
    people: &mut Vec<PersonRecord>,
    stated: PersonRecord,
    counts: &mut ImportSummary,
) -> Result<(), RowError> {
    let Some(known) = people.iter_mut().find(|known| known.id == stated.id) else {
        if people.len() == MAX_PEOPLE {
            return Err(RowError::HouseholdFull);
        }
        counts.people_added += 1;
        counts.doses_added += stated.doses.len() as u64;
        people.push(stated);
        return Ok(());
    };
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
