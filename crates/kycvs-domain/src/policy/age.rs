//! Ages of a person whose day of birth may be known by its year alone.

use chrono::NaiveDate;

use super::Period;
use crate::BirthDate;

/// Whether the person is of the age on `day`, on whichever day they were born.
pub(crate) fn is_surely(age: Period, birth: BirthDate, day: NaiveDate) -> bool {
    age.after(birth.last_day()).is_some_and(|reached| reached <= day)
}

/// How many days are missing to the age on `day`, at the least; zero when none is.
pub(super) fn days_missing(age: Period, birth: BirthDate, day: NaiveDate) -> i64 {
    age.after(birth.first_day()).map_or(i64::MAX, |reached| days_between(day, reached).max(0))
}

/// Whether the person is past the age on `day`, on whichever day they were born.
pub(super) fn outgrown(below_age: Option<Period>, birth: Option<BirthDate>, day: NaiveDate) -> bool {
    below_age.zip(birth).is_some_and(|(age, birth)| is_surely(age, birth, day))
}

pub(super) fn days_between(earlier: NaiveDate, later: NaiveDate) -> i64 {
    later.signed_duration_since(earlier).num_days()
}
