use kycvs_domain::Dose;

use crate::record::{MAX_DOSES, MAX_PEOPLE, PersonRecord, dose_order, is_one_dose};
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
    // What is not stated of the birth is kept.
    let birth = stated.birth.or(known.birth);
    if known.name.normalised() != stated.name.normalised() || known.birth != birth {
        counts.people_corrected += 1;
        known.name = stated.name;
        known.birth = birth;
    }
    let mut merged = Ok(());
    for dose in stated.doses {
        merged = merged.and(merge_dose(&mut known.doses, dose, counts));
    }
    merged
}

/// Puts a dose among others. It replaces the record of the same dose: of that day, and of a product of one kind.
///
/// # Errors
/// [`RowError::TooManyDoses`].
pub(crate) fn merge_dose(doses: &mut Vec<Dose>, dose: Dose, counts: &mut ImportSummary) -> Result<(), RowError> {
    let same = doses.iter().filter(|known| is_one_dose(known, &dose)).count();
    if same == 0 && doses.len() == MAX_DOSES {
        return Err(RowError::TooManyDoses);
    }
    let count = match same {
        0 => &mut counts.doses_added,
        _ if doses.contains(&dose) => &mut counts.doses_unchanged,
        _ => &mut counts.doses_corrected,
    };
    *count += 1;
    doses.retain(|known| !is_one_dose(known, &dose));
    let at = doses.partition_point(|known| dose_order(known) < dose_order(&dose));
    doses.insert(at, dose);
    Ok(())
}
