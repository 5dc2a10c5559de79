use std::fmt;

use crate::Day;

/// The 16-byte key of a record.
///
/// Keys are never a mobile number or a name. Those of households, requests and limits are random or the output of a keyed
/// hash: they are spread evenly, so an adapter may partition by their first bytes and needs no further hashing.
///
/// Those of a ledger and of a board begin with the [`Day`] that they belong to, or say that they last. So what is written
/// on one day lies together, and what is past its day is one range.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key([u8; 16]);

/// What takes the place of a day in a key that lasts.
const NO_DAY: [u8; 2] = [0xFF; 2];

impl Key {
    /// The key of what is forgotten with a day.
    pub fn on_day(day: Day, name: [u8; 14]) -> Self {
        Self::joined(day.number().to_be_bytes(), name)
    }

    /// The key of what no purge forgets.
    pub fn lasting(name: [u8; 14]) -> Self {
        Self::joined(NO_DAY, name)
    }

    /// The day of a key of a ledger or a board; `None` for one that lasts.
    pub fn day(&self) -> Option<Day> {
        let [first, second, ..] = self.0;
        Day::from_number(u16::from_be_bytes([first, second]))
    }

    /// The least key of a day: whatever is smaller lies on a day before.
    pub fn first_of(day: Day) -> Self {
        Self::on_day(day, [0; 14])
    }

    /// The bytes, in the order they sort.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    fn joined([first, second]: [u8; 2], name: [u8; 14]) -> Self {
        let mut bytes = [0; 16];
        let whole = [first, second].into_iter().chain(name);
        bytes.iter_mut().zip(whole).for_each(|(place, byte)| *place = byte);
        Self(bytes)
    }
}

impl From<[u8; 16]> for Key {
    fn from(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

/// Shows the first four bytes: enough to follow one record in a log, too few to look it up.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, ..] = self.0;
        write!(f, "Key({a:02x}{b:02x}{c:02x}{d:02x}…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn keys_sort_by_their_day_first_and_those_that_last_come_last(
            a in 0..u16::MAX, b in 0..u16::MAX, x: [u8; 14], y: [u8; 14],
        ) {
            let (a, b) = (Day::from_number(a).unwrap(), Day::from_number(b).unwrap());
            let (one, other) = (Key::on_day(a, x), Key::on_day(b, y));
            prop_assert_eq!(one.day(), Some(a));
            prop_assert_eq!(one < Key::first_of(b), a < b);
            prop_assert_eq!(one.cmp(&other), (a, x).cmp(&(b, y)));
            prop_assert!(one < Key::lasting(y));
            prop_assert_eq!(Key::lasting(y).day(), None);
        }
    }
}
