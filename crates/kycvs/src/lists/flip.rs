use chrono::{DateTime, Utc};
use kycvs_store::{Key, Posting, Topic};

use super::ListName;
use super::publish::tick_of;

/// Bits that are to rise.
pub(super) const FLIPS: Topic = Topic(1);

/// A bit that is to rise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Flip {
    pub(crate) list: ListName,
    pub(crate) index: u32,
    /// In which tick it rises, or in the first one after.
    pub(super) due: i64,
}

impl Flip {
    /// A bit that rises in the next list, or `ticks` later.
    pub(crate) fn new(list: ListName, index: u32, now: DateTime<Utc>, ticks: i64) -> Self {
        Self { list, index, due: tick_of(now).saturating_add(ticks) }
    }

    /// What waits for it, under the id of its consent.
    pub(crate) fn posting(self, consent: Key) -> Posting {
        let body = [&self.list.bytes()[..], &self.index.to_be_bytes(), &self.due.to_be_bytes()].concat();
        Posting { topic: FLIPS, id: consent, body }
    }

    /// Reads what waits; `None` for what is no flip.
    pub(super) fn read(posting: &Posting) -> Option<Self> {
        let (list, rest) = posting.body.split_first_chunk()?;
        let (index, due) = rest.split_first_chunk()?;
        let (index, due) = (u32::from_be_bytes(*index), i64::from_be_bytes(due.try_into().ok()?));
        Some(Self { list: ListName::from_bytes(*list)?, index, due })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kycvs_store::Day;

    #[test]
    fn a_flip_is_read_as_it_was_posted() {
        let flip = Flip { list: ListName::new(Day::FIRST.after(20_785), 3).unwrap(), index: 77, due: 5 };
        let posting = flip.posting(Key::lasting([1; 14]));
        assert_eq!(Flip::read(&posting), Some(flip));
        assert_eq!(Flip::read(&Posting { body: posting.body[1..].to_vec(), ..posting }), None);
    }
}
