use std::fmt;
use std::str::FromStr;

use kycvs_store::{Day, Key};

/// Names one status list: the day on which its tokens are issued, and which of that day's lists it is.
///
/// As text it is five digits of base 32 (`0`–`9`, `a`–`v`): three of the day, counted from 1970-01-01, and two of the shard.
/// `k9h00` is the first list of 2026-11-28. A token's `iat` says the day anyway, and a gate can compute the names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ListName {
    day: Day,
    shard: u16,
}

/// The text names no list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a status list is named by five digits of base 32")]
pub struct ListNameError;

/// How many lists a day can have.
pub(crate) const MAX_SHARDS: u16 = 1 << 10;

/// How many days can be named: until 2059-09-18.
const MAX_DAYS: u16 = 1 << 15;

const DIGITS: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";

impl ListName {
    /// The list `shard` of `day`; `None` from the year 2059 on, and from shard 1,024 on.
    pub fn new(day: Day, shard: u16) -> Option<Self> {
        (day.number() < MAX_DAYS && shard < MAX_SHARDS).then_some(Self { day, shard })
    }

    /// The day on which its tokens are issued, in UTC.
    pub fn day(self) -> Day {
        self.day
    }

    /// Which of the day's lists it is, from 0.
    pub fn shard(self) -> u16 {
        self.shard
    }

    /// Its `uri` in tokens, and its own `sub`.
    pub fn uri(self, issuer: &str) -> String {
        format!("{issuer}/s/{self}")
    }

    /// The list that a `uri` of this issuer names.
    pub fn from_uri(uri: &str, issuer: &str) -> Option<Self> {
        uri.strip_prefix(issuer)?.strip_prefix("/s/")?.parse().ok()
    }

    /// The four bytes that keys of it are derived from.
    pub(crate) fn bytes(self) -> [u8; 4] {
        let ([day, of_day], [shard, of_shard]) = (self.day.number().to_be_bytes(), self.shard.to_be_bytes());
        [day, of_day, shard, of_shard]
    }

    pub(crate) fn from_bytes([day, of_day, shard, of_shard]: [u8; 4]) -> Option<Self> {
        Self::new(Day::from_number(u16::from_be_bytes([day, of_day]))?, u16::from_be_bytes([shard, of_shard]))
    }

    /// Where something of it is kept.
    pub(crate) fn key(self, what: &[u8; 12]) -> Key {
        let mut name = [0; 14];
        name.iter_mut().zip(what.iter().chain(&self.shard.to_be_bytes())).for_each(|(to, from)| *to = *from);
        Key::on_day(self.day, name)
    }
}

impl fmt::Display for ListName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = u32::from(self.day.number()) << 10 | u32::from(self.shard);
        [20, 15, 10, 5, 0].into_iter().try_for_each(|shift| {
            let digit = DIGITS.get((number >> shift) as usize % DIGITS.len()).copied().unwrap_or_default();
            write!(f, "{}", char::from(digit))
        })
    }
}

impl FromStr for ListName {
    type Err = ListNameError;

    fn from_str(text: &str) -> Result<Self, ListNameError> {
        let digits: [u8; 5] = text.as_bytes().try_into().map_err(|_| ListNameError)?;
        let value = |digit: u8| DIGITS.iter().position(|known| *known == digit).and_then(|at| u16::try_from(at).ok());
        let number = |digits: &[u8]| digits.iter().try_fold(0, |number, digit| Some(number << 5 | value(*digit)?));
        let (day, shard) = digits.split_at(3);
        let day = number(day).and_then(Day::from_number).ok_or(ListNameError)?;
        Self::new(day, number(shard).ok_or(ListNameError)?).ok_or(ListNameError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_list_has_one_name_and_a_name_one_list(day in 0..MAX_DAYS, shard in 0..MAX_SHARDS, text in "\\PC{0,8}") {
            let name = ListName::new(Day::from_number(day).unwrap(), shard).unwrap();
            prop_assert_eq!(name.to_string().parse(), Ok(name));
            prop_assert_eq!(name.to_string().len(), 5);
            prop_assert_eq!(ListName::from_bytes(name.bytes()), Some(name));
            prop_assert_eq!(ListName::from_uri(&name.uri("https://kycvs.example"), "https://kycvs.example"), Some(name));
            if let Ok(name) = text.parse::<ListName>() {
                prop_assert_eq!(name.to_string(), text);
            }
        }
    }

    #[test]
    fn what_names_no_list_is_refused() {
        let day = Day::of("2026-11-28T00:00:00Z".parse().unwrap());
        assert_eq!(ListName::new(day, 0).unwrap().to_string(), "k9h00");
        assert_eq!(ListName::new(Day::from_number(MAX_DAYS).unwrap(), 0), None);
        assert_eq!(ListName::new(day, MAX_SHARDS), None);
        for text in ["", "k9h0", "k9h000", "K9H00", "k9w00", "k9h0é"] {
            assert_eq!(text.parse::<ListName>(), Err(ListNameError), "{text}");
        }
        for uri in
            ["https://kycvs.example/s/k9h00/", "https://other.example/s/k9h00", "https://kycvs.example.org/s/k9h00"]
        {
            assert_eq!(ListName::from_uri(uri, "https://kycvs.example"), None, "{uri}");
        }
    }
}
