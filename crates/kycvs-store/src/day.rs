use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

/// A day in UTC, from 1970-01-01 to 2149-06-05: what keys of a ledger begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(u16);

impl Day {
    /// The first day that there is.
    pub const FIRST: Self = Self(0);

    /// The last day that there is. The number after it is for what lasts.
    pub const LAST: Self = Self(u16::MAX - 1);

    /// The day of an instant; the first or the last day for one beyond them.
    pub fn of(instant: DateTime<Utc>) -> Self {
        let days = instant.timestamp().div_euclid(86_400).clamp(0, i64::from(Self::LAST.0));
        Self(u16::try_from(days).unwrap_or(Self::LAST.0))
    }

    /// The day with this number, counted from 1970-01-01, which is 0; `None` beyond the last.
    pub fn from_number(number: u16) -> Option<Self> {
        (number <= Self::LAST.0).then_some(Self(number))
    }

    /// How many days it is after 1970-01-01.
    pub fn number(self) -> u16 {
        self.0
    }

    /// Its first instant.
    pub fn start(self) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(self.0.into())
    }

    /// The date.
    pub fn date(self) -> NaiveDate {
        self.start().date_naive()
    }

    /// The day so many days before, or the first one.
    #[must_use]
    pub fn before(self, days: u16) -> Self {
        Self(self.0.saturating_sub(days))
    }

    /// The day so many days after, or the last one.
    #[must_use]
    pub fn after(self, days: u16) -> Self {
        Self(self.0.saturating_add(days)).min(Self::LAST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_utc() {
        let at = |text: &str| Day::of(text.parse().unwrap());
        assert_eq!(at("1970-01-01T00:00:00Z"), Day::FIRST);
        assert_eq!(at("2026-11-28T23:59:59.999Z").number(), 20_785);
        assert_eq!(at("2026-11-29T00:00:00Z").number(), 20_786);
        assert_eq!(at("2026-11-29T04:00:00+05:30").number(), 20_785);
        assert_eq!(at("2026-11-28T12:00:00Z").start().to_rfc3339(), "2026-11-28T00:00:00+00:00");
    }

    #[test]
    fn days_end_at_the_first_and_the_last() {
        let at = |text: &str| Day::of(text.parse().unwrap());
        assert_eq!(at("1901-01-01T00:00:00Z"), Day::FIRST);
        assert_eq!(at("2149-06-05T23:59:59Z"), Day::LAST);
        assert_eq!(at("2300-01-01T00:00:00Z"), Day::LAST);
        assert_eq!((Day::FIRST.before(1), Day::LAST.after(1)), (Day::FIRST, Day::LAST));
        assert_eq!((Day::from_number(u16::MAX), Day::from_number(u16::MAX - 1)), (None, Some(Day::LAST)));
        assert_eq!(Day::LAST.date().to_string(), "2149-06-05");
    }
}
