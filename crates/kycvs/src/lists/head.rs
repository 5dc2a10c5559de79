use chrono::{DateTime, Utc};
use kycvs_store::{BoardStore, Key, StoreError, Version};

use super::ListName;

/// What is published: the record that those who publish compare and set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    /// Which tick it was published in.
    pub(super) tick: i64,
    /// The first shard of a day that positions are given from. It rises when a database was restored, so that nothing that was
    /// given and forgotten is given again.
    pub(super) first_shard: u16,
    /// Every list that is alive.
    pub(super) lists: Vec<Published>,
}

/// A list as it was published last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Published {
    pub(super) name: ListName,
    pub(super) positions: u32,
    /// Its `iat`, in seconds.
    pub(super) issued_at: i64,
    /// How many decoys were used.
    pub(super) decoys: u32,
}

const FORMAT: u8 = 1;

impl Head {
    /// Where it is kept.
    pub(super) fn key() -> Key {
        Key::lasting(*b"status lists\0\0")
    }

    /// The list of a name, if it is alive.
    pub(super) fn find(&self, name: ListName) -> Option<&Published> {
        self.lists.iter().find(|list| list.name == name)
    }

    /// Reads it, with its version; `None` before anything was published.
    pub(super) async fn read(store: &dyn BoardStore) -> Result<Option<(Self, Version)>, StoreError> {
        let Some(page) = store.page(&Self::key()).await? else { return Ok(None) };
        let head = Self::from_bytes(&page.body).ok_or(StoreError::Damaged { what: "head of the status lists" })?;
        Ok(Some((head, page.version)))
    }

    /// `version 1 | tick, 8 bytes | first shard, 2`, then 20 bytes a list: day and shard (2 each), positions (4), `iat` (8), decoys (4); big-endian.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![FORMAT];
        bytes.extend(self.tick.to_be_bytes());
        bytes.extend(self.first_shard.to_be_bytes());
        for list in &self.lists {
            bytes.extend(list.name.bytes());
            bytes.extend(list.positions.to_be_bytes());
            bytes.extend(list.issued_at.to_be_bytes());
            bytes.extend(list.decoys.to_be_bytes());
        }
        bytes
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote, and nothing else.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (format, rest) = bytes.split_first()?;
        let (tick, rest) = rest.split_first_chunk()?;
        let (first_shard, rest) = rest.split_first_chunk()?;
        let (rows, end) = rest.as_chunks::<20>();
        if *format != FORMAT || !end.is_empty() {
            return None;
        }
        let lists = rows.iter().map(Published::from_bytes).collect::<Option<_>>()?;
        Some(Self { tick: i64::from_be_bytes(*tick), first_shard: u16::from_be_bytes(*first_shard), lists })
    }
}

impl Published {
    /// The time for which its bits are right.
    pub(super) fn issued_at(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.issued_at, 0).unwrap_or_default()
    }

    fn from_bytes(row: &[u8; 20]) -> Option<Self> {
        let (name, rest) = row.split_first_chunk()?;
        let (positions, rest) = rest.split_first_chunk()?;
        let (issued_at, rest) = rest.split_first_chunk()?;
        Some(Self {
            name: ListName::from_bytes(*name)?,
            positions: u32::from_be_bytes(*positions),
            issued_at: i64::from_be_bytes(*issued_at),
            decoys: u32::from_be_bytes(*rest.first_chunk()?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kycvs_store::Day;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_head_is_read_as_it_was_written(
            tick: i64, first_shard: u16, rows in prop::collection::vec((0..32_768_u16, 0..1024_u16, any::<i64>(), any::<u32>(), any::<u32>()), 0..20),
            noise in prop::collection::vec(any::<u8>(), 0..80),
        ) {
            let lists = rows.into_iter().map(|(day, shard, issued_at, decoys, positions)| {
                Published { name: ListName::new(Day::from_number(day).unwrap(), shard).unwrap(), positions, issued_at, decoys }
            });
            let head = Head { tick, first_shard, lists: lists.collect() };
            prop_assert_eq!(Head::from_bytes(&head.to_bytes()), Some(head.clone()));
            prop_assert_eq!(Head::from_bytes(&head.to_bytes()[1..]), None);
            if let Some(head) = Head::from_bytes(&noise) {
                prop_assert_eq!(head.to_bytes(), noise);
            }
        }
    }
}
