use kycvs_domain::{BirthYear, Choice, choose, may_be_confused};

use super::report::Doubt;
use crate::people::{Agreement, BirthAgreement};
use crate::{BeneficiaryId, PersonRecord};

/// Two people whom no question tells apart.
pub(super) struct Double {
    /// The first line of the file that names one of them, and that of the other where it is in the file.
    pub(super) line: u64,
    pub(super) other_line: Option<u64>,
    pub(super) ids: [BeneficiaryId; 2],
    pub(super) doubt: Doubt,
}

/// Whether each of two people is found beside the other by name and year of birth.
pub(super) fn told_apart(a: &PersonRecord, b: &PersonRecord) -> bool {
    let years_differ = a.birth_year().zip(b.birth_year()).is_some_and(|(a, b)| a != b);
    years_differ || !may_be_confused(&a.name, &b.name) || is_found_beside(a, b) && is_found_beside(b, a)
}

/// Whether somebody who gives the name and the year of birth of `one` is found beside `other`. A person of whom no year is
/// recorded is born in any other.
fn is_found_beside(one: &PersonRecord, other: &PersonRecord) -> bool {
    let another = |year: BirthYear| {
        [1900, 1901].into_iter().filter_map(|other| BirthYear::new(other).ok()).find(|other| *other != year)
    };
    let asked = one.birth_year().or_else(|| another(other.birth_year()?));
    let candidates =
        [(one, true), (other, false)].map(|(person, is_one)| (person.name.normalised(), person.birth_year(), is_one));
    matches!(choose(&one.name, asked, candidates), Choice::One(true))
}

/// Why an answer could be about either of two people.
pub(super) fn doubt_of(a: &PersonRecord, b: &PersonRecord) -> Doubt {
    let agreement = Agreement::of(a.identity(), b.identity());
    if a.name.normalised() == b.name.normalised() && agreement.birth == BirthAgreement::Same {
        Doubt::OnePersonTwice
    } else {
        Doubt::NotToldApart
    }
}
