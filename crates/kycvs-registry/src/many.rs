use kycvs_domain::{BirthDate, BirthYear, PersonName};

use crate::{Found, Lookup, MAX_PEOPLE, RegistryError};

/// One of several people of a mobile who are asked about at once.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Their name.
    pub name: &'a PersonName,
    /// The year of birth that they gave.
    pub birth_year: Option<BirthYear>,
}

/// Takes back what would answer for two of those who were asked about together: `lookups` is what
/// [`find`](crate::Registry::find) says about each one alone, in their order. A registry with a
/// [`find_many`](crate::Registry::find_many) of its own ends it with this.
///
/// They are two people, so a record that both names match is one person's, and nobody can tell whose. An exact name does not
/// win, as with [`choose`](kycvs_domain::choose()). What can decide is a year of birth: of those who match, the only one who
/// gave the recorded year is meant. Whoever gave no year is asked for it while that may decide; all others are not found.
pub fn tell_apart(asked: &[Asked<'_>], lookups: Vec<Lookup>) -> Vec<Lookup> {
    let claimed: Vec<_> = asked
        .iter()
        .zip(&lookups)
        .filter_map(|(one, lookup)| match lookup {
            Lookup::Found(found) => Some((found.person, one.birth_year.is_some())),
            Lookup::BirthYearNeeded | Lookup::NotFound => None,
        })
        .collect();
    let settle = |one: &Asked<'_>, found: Found| {
        let claims = || claimed.iter().filter(|(person, _)| *person == found.person);
        let with_a_year = claims().filter(|(_, gave_a_year)| *gave_a_year).count();
        let is_born = found.history.birth.and_then(BirthDate::year).is_some();
        match (claims().count(), with_a_year, one.birth_year) {
            (..=1, _, _) => Lookup::Found(found),
            (_, 1, Some(_)) if is_born => Lookup::Found(found),
            (_, ..=1, None) if is_born => Lookup::BirthYearNeeded,
            _ => Lookup::NotFound,
        }
    };
    asked
        .iter()
        .zip(lookups.iter().cloned())
        .map(|(one, lookup)| match lookup {
            Lookup::Found(found) => settle(one, found),
            other => other,
        })
        .collect()
}

/// # Errors
/// [`RegistryError::TooManyAsked`].
pub(crate) fn within_limit(asked: &[Asked<'_>]) -> Result<(), RegistryError> {
    if asked.len() > MAX_PEOPLE { Err(RegistryError::TooManyAsked) } else { Ok(()) }
}
