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

/// How far a period has passed; a later one in this list has further to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Passing {
    /// To its end, or beyond.
    Over,
    /// But for the days of grace.
    Nearly,
    NotYet,
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

    /// Whether `day` is this long after `from`, or later.
    pub(crate) fn is_over(self, from: NaiveDate, day: NaiveDate) -> bool {
        self.passing(from, day, 0) == Passing::Over
    }

    /// How far the time since `from` has passed on `day`, where `grace` days may be missing.
    ///
    /// Months have to be counted by the calendar only near the end; most questions are about years, and answered at once.
    pub(crate) fn passing(self, from: NaiveDate, day: NaiveDate, grace: u16) -> Passing {
        /// More than what `roughly` and a month of 30.4375 days are wrong by, over the longest period.
        const NEAR: i32 = 10;
        let roughly = |date: NaiveDate| ((date.year() * 1461) >> 2) + date.ordinal0().cast_signed();
        let left = ((i32::from(self.months) * 487) >> 4) + self.days - (roughly(day) - roughly(from));
        let grace = i32::from(grace);
        if left < -NEAR {
            Passing::Over
        } else if left > grace + NEAR {
            Passing::NotYet
        } else {
            let left = self.after(from).map_or(i32::MAX, |end| end.num_days_from_ce() - day.num_days_from_ce());
            match left {
                ..=0 => Passing::Over,
                _ if left <= grace => Passing::Nearly,
                _ => Passing::NotYet,
            }
        }
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
    fn a_period_is_over_when_the_calendar_says_so() {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        for from in (0..800).map(|step| day("1923-11-20") + Days::new(step * 73)) {
            for months in [0, 1, 2, 3, 5, 6, 7, 11, 12, 13, 18, 23, 47, 48, 60, 132, 216, 780, MAX_MONTHS] {
                for days in [-28, -4, 0, 1, 56].into_iter().filter(|days| *days >= 0 || months > 0) {
                    let period = Period { months, days };
                    let end = period.after(from).unwrap();
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    let random = (state >> 33) % 40_000;
                    for day in [
                        end - Days::new(5),
                        end - Days::new(4),
                        end.pred_opt().unwrap(),
                        end,
                        from,
                        from + Days::new(random),
                    ] {
                        assert_eq!(period.is_over(from, day), end <= day, "{period} from {from}, on {day}");
                        let expected = match end.signed_duration_since(day).num_days() {
                            ..=0 => Passing::Over,
                            1..=4 => Passing::Nearly,
                            _ => Passing::NotYet,
                        };
                        assert_eq!(period.passing(from, day, 4), expected, "{period} from {from}, on {day}");
                    }
                }
            }
        }
        let never = Period { months: 1, days: 0 };
        assert!(!never.is_over(NaiveDate::MAX, NaiveDate::MAX));
        assert!(never.is_over(NaiveDate::MIN, NaiveDate::MAX));
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
