use chrono::NaiveDate;

use crate::record::days_from_date;

/// In which order a file writes the parts of a date that does not begin with its year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateOrder {
    /// Not said: `03-04-2021` is refused, since it may be in April or in March.
    #[default]
    Unknown,
    /// `03-04-2021` is 3 April, as India writes it.
    DayFirst,
    /// `03-04-2021` is 4 March, as the United States write it.
    MonthFirst,
}

/// Why a text is no date that can be kept. It names the form, so that a whole file can be mended at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DateError {
    /// `03-04-2021`.
    #[error("03-04-2021 may be 3 April or 4 March: write it as 2021-04-03, or say which comes first by --dates")]
    Ambiguous,
    /// `23-04-2021`.
    #[error("written with the day first: write it as 2021-04-23, or import with --dates day-first")]
    DayFirst,
    /// `04-23-2021`.
    #[error("written with the month first: write it as 2021-04-23, or import with --dates month-first")]
    MonthFirst,
    /// `44289`.
    #[error("a serial number of Excel: give the column the format yyyy-mm-dd before you save it")]
    ExcelSerial,
    /// `03-04-21`.
    #[error("the year has two digits: write it with four")]
    ShortYear,
    /// `3 Apr 2021`.
    #[error("the month is a word: write it as a number, as in 2021-04-03")]
    MonthName,
    /// `2021-04-03T10:00:00Z`.
    #[error("it has a time of day: leave the date alone, as in 2021-04-03")]
    WithTime,
    /// `2021-02-30`.
    #[error("the calendar has no such day")]
    NoSuchDay,
    /// Before 1900 or after 2079-06-06.
    #[error("the day lies outside 1900-01-01 to 2079-06-06")]
    OutOfRange,
    /// Anything else.
    #[error("not a date: write it as 2021-04-03")]
    NoDate,
}

impl DateError {
    /// A stable word for it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Ambiguous => "date-ambiguous",
            Self::DayFirst => "date-day-first",
            Self::MonthFirst => "date-month-first",
            Self::ExcelSerial => "date-excel-serial",
            Self::ShortYear => "date-short-year",
            Self::MonthName => "date-month-name",
            Self::WithTime => "date-with-time",
            Self::NoSuchDay => "date-no-such-day",
            Self::OutOfRange => "date-out-of-range",
            Self::NoDate => "no-date",
        }
    }
}

/// Reads a day that a record can keep: `2021-04-03`, `2021-4-3`, `2021/04/03`, or what `order` says.
pub(crate) fn day(text: &str, order: DateOrder) -> Result<NaiveDate, DateError> {
    // Two dates a row, and nearly all are written so.
    if let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes()
        && let (Some(year), Some(month), Some(day)) =
            (number(&[*y1, *y2, *y3, *y4]), number(&[*m1, *m2]), number(&[*d1, *d2]))
    {
        return day_of(year, month, day);
    }
    let mut parts = text.split(['-', '/', '.', ' ']).map(str::as_bytes);
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(a), Some(b), Some(c), None) => of_parts(a, b, c, order),
        (Some(serial), None, ..) if serial.len() == 5 && number(serial).is_some() => Err(DateError::ExcelSerial),
        (Some(year), ..) if text.contains([':', 'T']) && number(year).is_some() => Err(DateError::WithTime),
        _ => Err(DateError::NoDate),
    }
}

fn of_parts(a: &[u8], b: &[u8], c: &[u8], order: DateOrder) -> Result<NaiveDate, DateError> {
    let has_letters = |part: &[u8]| part.len() >= 3 && part.iter().all(u8::is_ascii_alphabetic);
    let digits = |part: &[u8]| part.len() <= 4 && number(part).is_some();
    if [a, b].into_iter().any(has_letters) && [a, b, c].into_iter().all(|part| has_letters(part) || digits(part)) {
        return Err(DateError::MonthName);
    }
    let (Some(first), Some(second), Some(third)) = (number(a), number(b), number(c)) else {
        return Err(if number(a).is_some() && c.contains(&b'T') { DateError::WithTime } else { DateError::NoDate });
    };
    match (a.len(), b.len(), c.len()) {
        (4, 1..=2, 1..=2) => day_of(first, second, third),
        (1..=2, 1..=2, 2) => Err(DateError::ShortYear),
        (1..=2, 1..=2, 4) => match order {
            DateOrder::DayFirst => day_of(third, second, first),
            DateOrder::MonthFirst => day_of(third, first, second),
            DateOrder::Unknown => {
                Err(match (day_of(third, second, first).is_ok(), day_of(third, first, second).is_ok()) {
                    (true, true) => DateError::Ambiguous,
                    (true, false) => DateError::DayFirst,
                    (false, true) => DateError::MonthFirst,
                    (false, false) => DateError::NoSuchDay,
                })
            }
        },
        _ => Err(DateError::NoDate),
    }
}

fn day_of(year: u32, month: u32, day: u32) -> Result<NaiveDate, DateError> {
    let date = i32::try_from(year).ok().and_then(|year| NaiveDate::from_ymd_opt(year, month, day));
    let date = date.ok_or(DateError::NoSuchDay)?;
    if days_from_date(date).is_some() { Ok(date) } else { Err(DateError::OutOfRange) }
}

/// A number of one to eight digits.
fn number(digits: &[u8]) -> Option<u32> {
    let number = |sum, digit: &u8| Some(sum * 10 + char::from(*digit).to_digit(10)?);
    if (1..=8).contains(&digits.len()) { digits.iter().try_fold(0, number) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_date_that_begins_with_its_year_is_read() {
        for text in ["2021-04-03", "2021-4-3", "2021/04/03", "2021.04.03", "2021 04 03"] {
            assert_eq!(day(text, DateOrder::Unknown).unwrap().to_string(), "2021-04-03", "{text}");
        }
    }

    #[test]
    fn each_other_form_is_named() {
        use DateError::*;
        for (text, error) in [
            ("03-04-2021", Ambiguous),
            ("3/4/2021", Ambiguous),
            ("04-04-2021", Ambiguous),
            ("23-04-2021", DayFirst),
            ("04/23/2021", MonthFirst),
            ("31.04.2021", NoSuchDay),
            ("44289", ExcelSerial),
            ("03-04-21", ShortYear),
            ("3 Apr 2021", MonthName),
            ("03-APR-21", MonthName),
            ("April 3 2021", MonthName),
            ("2021-04-03T10:00:00Z", WithTime),
            ("2021-04-03 00:00:00", WithTime),
            ("2021-02-30", NoSuchDay),
            ("1899-12-31", OutOfRange),
            ("2079-06-07", OutOfRange),
            ("", NoDate),
            ("1986", NoDate),
            ("20210403", NoDate),
            ("2021-04", NoDate),
            ("2021-04-03-05", NoDate),
            ("+021-04-03", NoDate),
            ("२०२१-०४-०३", NoDate),
        ] {
            assert_eq!(day(text, DateOrder::Unknown), Err(error), "{text}");
        }
    }

    #[test]
    fn an_operator_may_say_which_comes_first() {
        let read = |text, order| day(text, order).map(|day| day.to_string());
        assert_eq!(read("03-04-2021", DateOrder::DayFirst), Ok("2021-04-03".to_owned()));
        assert_eq!(read("03-04-2021", DateOrder::MonthFirst), Ok("2021-03-04".to_owned()));
        assert_eq!(read("23-04-2021", DateOrder::MonthFirst), Err(DateError::NoSuchDay), "never the other way round");
        assert_eq!(read("2021-04-03", DateOrder::DayFirst), Ok("2021-04-03".to_owned()));
    }

    proptest! {
        #[test]
        fn any_text_is_a_date_or_an_error(text in "\\PC{0,30}", digits in "[0-9/. -]{0,12}") {
            for order in [DateOrder::Unknown, DateOrder::DayFirst, DateOrder::MonthFirst] {
                let _ = (day(&text, order), day(&digits, order));
            }
        }
    }
}
