//! Which ten-digit numbers are mobiles: the table in `data/mobile_series.txt`, which says where it is from.

use std::sync::LazyLock;

use super::DIGITS;

const TABLE: &str = include_str!("../../data/mobile_series.txt");

/// What the numbers of a series are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    Mobile,
    Landline,
    /// Mobiles and landlines that are dialled alike but for the 0.
    Both,
}

/// What a number of ten ASCII digits is, of which the first is 6 to 9.
pub(super) fn use_of(national: &[u8; DIGITS]) -> Use {
    // All of 9 is for mobiles, and more than half of the numbers begin so.
    if national[0] == b'9' {
        return Use::Mobile;
    }
    let first_five = national.iter().take(5).fold(0, |number, digit| number * 10 + usize::from(digit - b'0'));
    first_five.checked_sub(FIRST).and_then(|place| SERIES.get(place)).copied().unwrap_or(Use::Mobile)
}

/// The first five digits at which the table begins.
const FIRST: usize = 60_000;

/// What the numbers from 60000… to 99999… are.
static SERIES: LazyLock<Vec<Use>> = LazyLock::new(|| {
    let mut series = vec![Use::Mobile; 100_000 - FIRST];
    for (uses, range) in entries() {
        for (fifth, letter) in uses.chars().enumerate() {
            for four in range.clone() {
                if let Some(place) = (four * 10 + fifth).checked_sub(FIRST).and_then(|place| series.get_mut(place)) {
                    *place = match letter {
                        'l' => Use::Landline,
                        'b' => Use::Both,
                        _ => Use::Mobile,
                    };
                }
            }
        }
    }
    series
});

/// The lines of the table: a use for each fifth digit, and a range of the first four.
fn entries() -> impl Iterator<Item = (&'static str, std::ops::RangeInclusive<usize>)> {
    let lines = TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(' ')).flat_map(|(uses, ranges)| {
        let range = |range: &str| {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            Some(first.parse().ok()?..=last.parse().ok()?)
        };
        ranges.split(' ').filter_map(range).map(move |range| (uses, range))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_names_each_series_once_from_6000_to_8999() {
        let mut named: Vec<usize> = entries().flat_map(|(_, range)| range).collect();
        let count = named.len();
        named.sort_unstable();
        named.dedup();
        assert_eq!(named.len(), count);
        assert!(named.iter().all(|four| (6_000..9_000).contains(four)));
        assert!(entries().all(|(uses, _)| uses.len() == 10 && uses.chars().all(|letter| "mlb".contains(letter))));
        let entries: usize = TABLE
            .lines()
            .filter(|line| !line.starts_with('#'))
            .map(|line| line.split(' ').count().saturating_sub(1))
            .sum();
        assert_eq!(entries, super::entries().count(), "every range is read");
    }

    #[test]
    fn the_table_has_as_many_landlines_as_its_source() {
        let count = |what| SERIES.iter().filter(|series| **series == what).count();
        assert_eq!((count(Use::Landline), count(Use::Both)), (6_075, 7_034));
    }
}
