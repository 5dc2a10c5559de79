use std::borrow::Cow;

use crate::Item;

/// The deepest nesting that is read, counted from 1 for the item itself.
pub const MAX_DEPTH: usize = 8;

/// The most items that are read, counting every key and value.
pub const MAX_ITEMS: usize = 256;

impl<'a> Item<'a> {
    /// Reads one item, all of the bytes. `None` for anything but the one encoding that [`to_bytes`](Item::to_bytes) writes: a
    /// longer form of a number, keys out of order or twice, an indefinite length, a float, a text that is not UTF-8, bytes behind
    /// the item, or more than [`MAX_DEPTH`] and [`MAX_ITEMS`].
    pub fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut reader = Reader { bytes, items: 0 };
        let item = reader.item(MAX_DEPTH)?;
        reader.bytes.is_empty().then_some(item)
    }
}

struct Reader<'a> {
    /// What is not read yet.
    bytes: &'a [u8],
    items: usize,
}

impl<'a> Reader<'a> {
    fn item(&mut self, depth: usize) -> Option<Item<'a>> {
        self.items += 1;
        let inner = depth.checked_sub(1)?;
        if self.items > MAX_ITEMS {
            return None;
        }
        let (major, value) = self.head()?;
        Some(match major {
            0 => Item::Integer(i64::try_from(value).ok()?),
            1 => Item::Integer(-1 - i64::try_from(value).ok()?),
            2 => Item::Bytes(Cow::Borrowed(self.take(value)?)),
            3 => Item::Text(Cow::Borrowed(std::str::from_utf8(self.take(value)?).ok()?)),
            4 => {
                let mut items = Vec::new(); // its length is only a claim, so nothing is reserved by it
                for _ in 0..value {
                    items.push(self.item(inner)?);
                }
                Item::Array(items)
            }
            5 => self.map(value, inner)?,
            6 => Item::Tagged(value, Box::new(self.item(inner)?)),
            _ => match value {
                20 => Item::Bool(false),
                21 => Item::Bool(true),
                22 => Item::Null,
                _ => return None,
            },
        })
    }

    fn map(&mut self, length: u64, depth: usize) -> Option<Item<'a>> {
        let (mut pairs, mut last) = (Vec::new(), None);
        for _ in 0..length {
            let before = self.bytes;
            let key = self.item(depth)?;
            let encoded = before.get(..before.len() - self.bytes.len())?;
            if last.is_some_and(|last| last >= encoded) {
                return None;
            }
            last = Some(encoded);
            pairs.push((key, self.item(depth)?));
        }
        Some(Item::Map(pairs))
    }

    /// The major type and the value of a head, which must have its shortest form.
    fn head(&mut self) -> Option<(u8, u64)> {
        let [first] = *self.take(1)? else { return None };
        let (major, short) = (first >> 5, first & 0x1f);
        let (length, least) = match short {
            0..24 => return Some((major, short.into())),
            _ if major == 7 => return None, // floats, and simple values that nobody uses
            24 => (1, 24),
            25 => (2, 1 << 8),
            26 => (4, 1 << 16),
            27 => (8, 1 << 32),
            _ => return None,
        };
        let value = self.take(length)?.iter().fold(0, |value, byte| value << 8 | u64::from(*byte));
        (value >= least).then_some((major, value))
    }

    fn take(&mut self, length: u64) -> Option<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(usize::try_from(length).ok()?)?;
        self.bytes = rest;
        Some(taken)
    }
}
