//! Ages of a person whose day of birth may be known by its year alone.

use chrono::NaiveDate;

use super::{Period, period::Passing};
use crate::BirthDate;

/// Whether the person is of the age on `day`, on whichever day they were born.
pub(crate) fn is_surely(age: Period, birth: BirthDate, day: NaiveDate) -> bool {
    age.is_over(birth.last_day(), day)
}

/// How far the person has come to the age on `day`, on the earliest day that they may be born.
pub(super) fn growing(age: Period, birth: BirthDate, day: NaiveDate, grace: u16) -> Passing {
    age.passing(birth.first_day(), day, grace)
}

/// Whether the person is past the age on `day`, on whichever day they were born.
pub(super) fn outgrown(below_age: Option<Period>, birth: Option<BirthDate>, day: NaiveDate) -> bool {
    below_age.zip(birth).is_some_and(|(age, birth)| is_surely(age, birth, day))
}
