use chrono::NaiveDate;
use kycvs_domain::{BirthDate, BirthYear};

/// Reads a date that may lack its day, or month and day; of an instant its day as it is written.
pub(crate) fn birth(text: &str) -> Option<BirthDate> {
    if let Some(day) = day(text) {
        return Some(BirthDate::Day(day));
    }
    let mut parts = text.splitn(3, '-');
    let year: BirthYear = parts.next()?.parse().ok()?;
    // What is not known is left out, or written as zeros.
    let known = |part: &str, max| part.len() == 2 && part.parse::<u8>().is_ok_and(|number| number <= max);
    match (parts.next(), parts.next()) {
        (None, _) => Some(BirthDate::Year(year)),
        (Some(month), None) => known(month, 12).then_some(BirthDate::Year(year)),
        (Some("00"), Some(day)) => known(day, 31).then_some(BirthDate::Year(year)),
        (Some(month), Some(day)) => (known(month, 12) && day == "00").then_some(BirthDate::Year(year)),
    }
}

/// Reads a whole date, or the day of an instant as it is written.
pub(crate) fn day(text: &str) -> Option<NaiveDate> {
    let day = text.split_once('T').map_or(text, |(day, _)| day);
    (day.len() == 10).then(|| day.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_of_birth_may_lack_its_day_or_month() {
        let year = |text: &str| text.parse().ok().map(BirthDate::Year);
        for text in ["1986", "1986-02", "1986-00", "1986-00-00", "1986-02-00", "1986-00-20"] {
            assert_eq!(birth(text), year("1986"), "{text}");
        }
        let whole = NaiveDate::from_ymd_opt(1986, 2, 11);
        assert_eq!(birth("1986-02-11"), whole.map(BirthDate::Day));
        assert_eq!(birth("1986-02-11T00:00:00Z"), whole.map(BirthDate::Day));
        for text in ["", "86", "1986-13", "1986-2", "1986-02-30", "0000", "1986-02-11-01", "11-02-1986"] {
            assert_eq!(birth(text), None, "{text}");
        }
    }

    #[test]
    fn a_dose_has_a_whole_date() {
        assert_eq!(day("2021-06-01T12:00:00+05:30"), NaiveDate::from_ymd_opt(2021, 6, 1));
        for text in ["2021-06", "2021", "2021-6-1", "2021-06-01 12:00"] {
            assert_eq!(day(text), None, "{text}");
        }
    }
}
