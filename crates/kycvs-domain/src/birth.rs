use std::fmt;

use chrono::NaiveDate;

use crate::BirthYear;

/// When a person was born, as far as it is known: many registers know the year alone.
///
/// A rule about age holds against a person only if it holds for every day that this may be. It is personal data and not shown
/// by `Debug`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum BirthDate {
    /// The day.
    Day(NaiveDate),
    /// The year, and no more.
    Year(BirthYear),
}

impl BirthDate {
    /// The earliest day that it may be: the person is at most as old as someone born then.
    pub fn first_day(self) -> NaiveDate {
        match self {
            Self::Day(day) => day,
            Self::Year(year) => NaiveDate::from_ymd_opt(year.get().into(), 1, 1).unwrap_or(NaiveDate::MIN),
        }
    }

    /// The latest day that it may be: the person is at least as old as someone born then.
    pub fn last_day(self) -> NaiveDate {
        match self {
            Self::Day(day) => day,
            Self::Year(year) => NaiveDate::from_ymd_opt(year.get().into(), 12, 31).unwrap_or(NaiveDate::MAX),
        }
    }

    /// The year; `None` for a day outside 1900 to 2100.
    pub fn year(self) -> Option<BirthYear> {
        match self {
            Self::Day(day) => BirthYear::of(day),
            Self::Year(year) => Some(year),
        }
    }
}

impl fmt::Debug for BirthDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BirthDate(redacted)")
    }
}

impl From<NaiveDate> for BirthDate {
    fn from(day: NaiveDate) -> Self {
        Self::Day(day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_may_be_any_of_its_days() {
        let year = BirthDate::Year("2000".parse().unwrap());
        assert_eq!(year.first_day().to_string(), "2000-01-01");
        assert_eq!(year.last_day().to_string(), "2000-12-31");
        let day = BirthDate::Day(NaiveDate::from_ymd_opt(2000, 2, 29).unwrap());
        assert_eq!((day.first_day(), day.year()), (day.last_day(), year.year()));
    }
}
