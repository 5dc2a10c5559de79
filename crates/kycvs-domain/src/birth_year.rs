use std::{fmt, str::FromStr};

use chrono::{Datelike, NaiveDate};

/// The year of a birth, 1900 to 2100: what tells two people of one name apart.
///
/// It is personal data and not shown by `Debug`.
///
/// ```
/// use kycvs_domain::BirthYear;
/// assert_eq!("1986".parse::<BirthYear>()?.get(), 1986);
/// assert!("86".parse::<BirthYear>().is_err());
/// # Ok::<(), kycvs_domain::BirthYearError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BirthYear(u16);

/// Why something is no year of birth. It never holds the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a year of birth is four digits, 1900 to 2100")]
pub struct BirthYearError;

impl BirthYear {
    /// Takes up a year.
    ///
    /// # Errors
    /// [`BirthYearError`] outside 1900 to 2100.
    pub fn new(year: u16) -> Result<Self, BirthYearError> {
        if (1900..=2100).contains(&year) { Ok(Self(year)) } else { Err(BirthYearError) }
    }

    /// The year of a day; `None` outside 1900 to 2100.
    pub fn of(day: NaiveDate) -> Option<Self> {
        u16::try_from(day.year()).ok().and_then(|year| Self::new(year).ok())
    }

    /// The year.
    pub fn get(self) -> u16 {
        self.0
    }
}

impl FromStr for BirthYear {
    type Err = BirthYearError;

    /// Reads four ASCII digits.
    fn from_str(text: &str) -> Result<Self, BirthYearError> {
        let is_plain = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
        Self::new(if is_plain { text.parse().map_err(|_| BirthYearError)? } else { 0 })
    }
}

impl fmt::Debug for BirthYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BirthYear(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_of_birth_is_four_digits_of_1900_to_2100() {
        for year in ["1900", "1986", "2100"] {
            assert_eq!(year.parse::<BirthYear>().unwrap().get().to_string(), year);
        }
        for text in ["", "86", "1899", "2101", "+986", " 1986", "19860", "१९८६"] {
            assert_eq!(text.parse::<BirthYear>(), Err(BirthYearError), "{text}");
        }
        assert_eq!(BirthYear::of("1986-02-11".parse().unwrap()), "1986".parse().ok());
        assert_eq!(BirthYear::of("2101-01-01".parse().unwrap()), None);
    }
}
