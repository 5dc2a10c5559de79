use std::{cmp::Ordering, fmt};

use chrono::{Datelike, Days, Months, NaiveDate};

/// A length of time by the calendar, such as `4 days`, `6 weeks`, `12 months`, `18 years` or `19 years - 4 days`.
///
/// The calendar's months are counted as CDC's Clinical Decision Support for Immunization counts them (CALCDT-1 to 5):
/// months before days, and where a month has no such day, the first of the next month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    months: u16,
    days: i32,
}

/// 150 years: longer than a life.
const MAX_MONTHS: u16 = 150 * 12;
const MAX_DAYS: i32 = 150 * 366;

impl Period {
    /// No time.
    pub const ZERO: Self = Self { months: 0, days: 0 };

    /// Reads a period: a number and its unit, and, after ` + ` or ` - `, a second one.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (first, second, sign) = match (text.split_once(" + "), text.split_once(" - ")) {
            (Some((first, second)), None) => (first, Some(second), 1),
            (None, Some((first, second))) => (first, Some(second), -1),
            (None, None) => (text, None, 1),
            _ => return None,
        };
        let first = Self::one(first)?;
        let Some(second) = second.map(Self::one) else { return Some(first) };
        let second = second.filter(|second| second.months == 0)?;
        let sum = Self { months: first.months, days: first.days.checked_add(sign * second.days)? };
        (sum.days.abs() <= MAX_DAYS && (sum.days >= 0 || sum.months > 0)).then_some(sum)
    }

    /// One number and its unit.
    fn one(text: &str) -> Option<Self> {
        let (number, unit) = text.split_once(' ')?;
        let number = Some(number).filter(|text| text.len() <= 6 && text.bytes().all(|byte| byte.is_ascii_digit()))?;
        let number: i32 = number.parse().ok()?;
        let (months, days) = match unit {
            "day" | "days" => (0, number),
            "week" | "weeks" => (0, number.checked_mul(7)?),
            "month" | "months" => (number, 0),
            "year" | "years" => (number.checked_mul(12)?, 0),
            _ => return None,
        };
        let months = u16::try_from(months).ok().filter(|months| *months <= MAX_MONTHS)?;
        (days <= MAX_DAYS).then_some(Self { months, days })
    }

    /// A whole number of days, where the period is one.
    pub(crate) fn in_days(self) -> Option<u16> {
        u16::try_from(self.days).ok().filter(|_| self.months == 0)
    }

    /// Whether it is months or years, and no days.
    pub(crate) fn is_months(self) -> bool {
        self.days == 0
    }

    /// The day that is this long after `day`; `None` past the end of the calendar.
    pub fn after(self, day: NaiveDate) -> Option<NaiveDate> {
        let day = if self.months == 0 { day } else { months_after(day, self.months)? };
        let days = Days::new(u64::from(self.days.unsigned_abs()));
        if self.days < 0 { day.checked_sub_days(days) } else { day.checked_add_days(days) }
    }
}

fn months_after(day: NaiveDate, months: u16) -> Option<NaiveDate> {
    let after = day.checked_add_months(Months::new(u32::from(months)))?;
    if after.day() == day.day() { Some(after) } else { after.succ_opt() }
}

/// By length, where a month has 30.4375 days: enough to tell `5 years` from `59 months`.
impl Ord for Period {
    fn cmp(&self, other: &Self) -> Ordering {
        let length = |period: &Self| i64::from(period.months) * 304_375 + i64::from(period.days) * 10_000;
        length(self).cmp(&length(other)).then_with(|| self.months.cmp(&other.months))
    }
}

impl PartialOrd for Period {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// As a policy file writes it.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = |number: u32, unit: &str| format!("{number} {unit}{}", if number == 1 { "" } else { "s" });
        let days = self.days.unsigned_abs();
        let days = if days.is_multiple_of(7) && days > 0 { unit(days / 7, "week") } else { unit(days, "day") };
        let months = u32::from(self.months);
        let months = if months.is_multiple_of(12) { unit(months / 12, "year") } else { unit(months, "month") };
        match (self.months, self.days) {
            (0, _) => f.write_str(&days),
            (_, 0) => f.write_str(&months),
            (_, 1..) => write!(f, "{months} + {days}"),
            _ => write!(f, "{months} - {days}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_month_without_such_a_day_ends_on_the_first_of_the_next() {
        let after = |period, from| Period::parse(period).unwrap().after(day(from)).unwrap();
        assert_eq!(after("1 year", "2024-02-29"), day("2025-03-01"));
        assert_eq!(after("6 months", "2000-08-31"), day("2001-03-01"));
        assert_eq!(after("6 months - 4 days", "2000-08-31"), day("2001-02-25"), "months first, then days");
        assert_eq!(after("8 months + 1 day", "2025-01-10"), day("2025-09-11"));
        assert_eq!(after("6 weeks", "2025-01-01"), day("2025-02-12"));
    }

    #[test]
    fn what_is_no_period_is_refused() {
        for text in [
            "",
            "6",
            "weeks",
            "-6 weeks",
            "6weeks",
            "1.5 years",
            "151 years",
            "6 weeks + 1 day + 1 day",
            "1 day - 2 days",
            "2 months + 1 month",
            "9999999 days",
            "٦ weeks",
            "+6 weeks",
            "6  weeks",
        ] {
            assert_eq!(Period::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_period_is_written_as_it_is_read() {
        for text in ["4 days", "6 weeks", "1 month", "18 years", "19 years - 4 days", "8 months + 1 day"] {
            assert_eq!(Period::parse(text).unwrap().to_string(), text);
        }
    }
}
