use std::num::NonZeroU32;
use std::time::Duration;

use chrono::TimeDelta;
use kycvs::store::Limit;
use serde::Deserialize;

/// How many in how long, as `"8 in 10 min"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Rate(Limit);

/// A time, as `"180 s"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Span(NonZeroU32);

const UNITS: [(&str, u32); 4] = [("s", 1), ("min", 60), ("h", 3_600), ("days", 86_400)];

impl TryFrom<String> for Rate {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let read = || {
            let (max, span) = text.split_once(" in ")?;
            Some(Limit { max: max.parse().ok()?, per_seconds: seconds(span)? })
        };
        read().map(Self).ok_or("a rate is a number and a time in s, min, h or days, such as \"8 in 10 min\"")
    }
}

impl TryFrom<String> for Span {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        seconds(&text).map(Self).ok_or("a time is a whole number from 1, a space, and s, min, h or days")
    }
}

impl From<Span> for TimeDelta {
    fn from(span: Span) -> Self {
        Self::seconds(span.0.get().into())
    }
}

impl From<Span> for Duration {
    fn from(span: Span) -> Self {
        Self::from_secs(span.0.get().into())
    }
}

/// Takes what is set in the place of what is usual.
pub(super) fn or(set: &Option<Vec<Rate>>, usual: &mut Vec<Limit>) {
    if let Some(rates) = set {
        *usual = rates.iter().map(|Rate(limit)| *limit).collect();
    }
}

fn seconds(text: &str) -> Option<NonZeroU32> {
    let (number, unit) = text.split_once(' ')?;
    let (_, seconds) = UNITS.iter().find(|(name, _)| *name == unit)?;
    NonZeroU32::new(number.parse::<u32>().ok()?.checked_mul(*seconds)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_a_number_in_a_time() {
        let rate = |text: &str| {
            Rate::try_from(text.to_owned()).ok().map(|Rate(limit)| (limit.max.get(), limit.per_seconds.get()))
        };
        assert_eq!(rate("8 in 10 min"), Some((8, 600)));
        assert_eq!(rate("100 in 365 days"), Some((100, 31_536_000)));
        for wrong in
            ["", "8", "8 in 10", "0 in 1 h", "8 in 0 s", "8 in 1 week", "-1 in 1 h", "8 in 99999999 days", "8 in 1  h"]
        {
            assert_eq!(rate(wrong), None, "{wrong}");
        }
    }
}
