use kycvs_log::{Checkpoint, Note};
use kycvs_store::{Day, Key, StoreError, Version};
use sha2::{Digest, Sha256};

use super::Log;

/// How far the log is: the record that those who grow and publish it compare and set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    /// Which tick it grew in last.
    pub(super) tick: i64,
    /// How many entries it has, published or not: a multiple of 256.
    pub(super) size: u64,
    /// A witness has seen another tree.
    pub(super) is_halted: bool,
    /// The days whose entries are kept, each with the number of its first one, in order.
    pub(super) days: Vec<(Day, u64)>,
    /// The checkpoint that is published, with its signatures, as it is served.
    pub(super) published: Option<Note>,
}

const FORMAT: u8 = 1;

impl Log {
    /// A log of another origin is another log.
    pub(super) fn head_key(&self) -> Key {
        let origin: [u8; 32] = Sha256::digest(self.public.key.name()).into();
        let mut name = *b"log\0\0\0\0\0\0\0\0\0\0\0";
        name.iter_mut().skip(4).zip(origin).for_each(|(to, from)| *to = from);
        Key::lasting(name)
    }

    /// Reads it, with its version; an empty one before anything was logged.
    pub(super) async fn head(&self) -> Result<(Head, Option<Version>), StoreError> {
        let Some(page) = self.store.page(&self.head_key()).await? else { return Ok((Head::default(), None)) };
        let head = Head::from_bytes(&page.body).ok_or(StoreError::Damaged { what: "head of the log" })?;
        Ok((head, Some(page.version)))
    }
}

impl Head {
    /// How many entries the published checkpoint has.
    pub(super) fn published_size(&self) -> u64 {
        let checkpoint = self.published.as_ref().and_then(|note| Checkpoint::parse(note.text()).ok());
        checkpoint.map_or(0, |checkpoint| checkpoint.size)
    }

    /// The day that an entry was logged on; `None` when it is forgotten, or beyond the tree.
    pub(super) fn day_of(&self, index: u64) -> Option<Day> {
        let place = self.days.partition_point(|(_, first)| *first <= index);
        let (day, _) = self.days.get(place.checked_sub(1)?)?;
        (index < self.size).then_some(*day)
    }

    /// The first entry that is kept.
    pub(super) fn first(&self) -> u64 {
        self.days.first().map_or(self.size, |(_, first)| *first)
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![FORMAT, u8::from(self.is_halted)];
        bytes.extend(self.tick.to_be_bytes());
        bytes.extend(self.size.to_be_bytes());
        bytes.extend((self.days.len() as u64).to_be_bytes());
        for (day, first) in &self.days {
            bytes.extend(day.number().to_be_bytes());
            bytes.extend(first.to_be_bytes());
        }
        bytes.extend(self.published.iter().flat_map(|note| note.to_string().into_bytes()));
        bytes
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote, and nothing else.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let ([FORMAT, halted @ (0 | 1)], rest) = bytes.split_first_chunk()? else { return None };
        let (tick, rest) = rest.split_first_chunk()?;
        let (size, rest) = rest.split_first_chunk()?;
        let (count, rest) = rest.split_first_chunk()?;
        let length = usize::try_from(u64::from_be_bytes(*count)).ok()?.checked_mul(10)?;
        let (days, note) = rest.split_at_checked(length)?;
        let day = |row: &[u8; 10]| {
            let (day, first) = row.split_first_chunk()?;
            Some((Day::from_number(u16::from_be_bytes(*day))?, u64::from_be_bytes(first.try_into().ok()?)))
        };
        let published = match note {
            [] => None,
            note => Some(Note::parse(std::str::from_utf8(note).ok()?).ok()?),
        };
        Some(Self {
            tick: i64::from_be_bytes(*tick),
            size: u64::from_be_bytes(*size),
            is_halted: *halted == 1,
            days: days.as_chunks().0.iter().map(day).collect::<Option<_>>()?,
            published,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_head_is_read_as_it_was_written(
            tick: i64, size: u64, is_halted: bool, rows in prop::collection::vec((0..u16::MAX, any::<u64>()), 0..20), has_note: bool,
            noise in prop::collection::vec(any::<u8>(), 0..80),
        ) {
            let note = "kycvs.example/log\n256\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— kycvs.example/log AAAAAAAA\n";
            let days = rows.into_iter().map(|(day, first)| (Day::from_number(day).unwrap(), first)).collect();
            let head = Head { tick, size, is_halted, days, published: has_note.then(|| Note::parse(note).unwrap()) };
            prop_assert_eq!(Head::from_bytes(&head.to_bytes()), Some(head.clone()));
            prop_assert_eq!(head.published_size(), if has_note { 256 } else { 0 });
            prop_assert_eq!(Head::from_bytes(&head.to_bytes()[1..]), None);
            if let Some(head) = Head::from_bytes(&noise) {
                prop_assert_eq!(head.to_bytes(), noise);
            }
        }
    }

    #[test]
    fn an_entry_lies_on_the_day_of_its_batch() {
        let day = |number| Day::FIRST.after(number);
        let head = Head { size: 1024, days: vec![(day(5), 256), (day(7), 512)], ..Head::default() };
        let days: Vec<_> = [0, 255, 256, 511, 512, 1023, 1024].map(|index| head.day_of(index)).into();
        assert_eq!(days, [None, None, Some(day(5)), Some(day(5)), Some(day(7)), Some(day(7)), None]);
    }
}
