use std::borrow::Cow;

/// A CBOR item, as far as codes of ours have them: no floats, no numbers beyond 64 bits, nothing of indefinite length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item<'a> {
    /// A whole number of 64 bits with a sign.
    Integer(i64),
    /// Bytes.
    Bytes(Cow<'a, [u8]>),
    /// A text.
    Text(Cow<'a, str>),
    /// A list.
    Array(Vec<Item<'a>>),
    /// Pairs; [`to_bytes`](Item::to_bytes) puts them in order. Whoever makes one gives each key once.
    Map(Vec<(Item<'a>, Item<'a>)>),
    /// An item with the number of a tag that says what it means.
    Tagged(u64, Box<Item<'a>>),
    /// `false` or `true`.
    Bool(bool),
    /// `null`.
    Null,
}

impl<'a> Item<'a> {
    /// Bytes, borrowed.
    pub fn bytes(bytes: &'a [u8]) -> Self {
        Self::Bytes(Cow::Borrowed(bytes))
    }

    /// The value of an integer key of a map; `None` for another item.
    pub fn at(&self, key: i64) -> Option<&Self> {
        match self {
            Self::Map(pairs) => pairs.iter().find(|(known, _)| *known == Self::Integer(key)).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The one encoding of this item.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.write(&mut bytes);
        bytes
    }

    fn write(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Integer(value) if *value < 0 => head(bytes, 1, value.unsigned_abs() - 1),
            Self::Integer(value) => head(bytes, 0, value.unsigned_abs()),
            Self::Bytes(value) => {
                head(bytes, 2, value.len() as u64);
                bytes.extend_from_slice(value);
            }
            Self::Text(value) => {
                head(bytes, 3, value.len() as u64);
                bytes.extend_from_slice(value.as_bytes());
            }
            Self::Array(items) => {
                head(bytes, 4, items.len() as u64);
                items.iter().for_each(|item| item.write(bytes));
            }
            Self::Map(pairs) => {
                let mut pairs: Vec<_> = pairs.iter().map(|(key, value)| (key.to_bytes(), value)).collect();
                pairs.sort_by(|(one, _), (other, _)| one.cmp(other)); // RFC 8949 section 4.2.1
                head(bytes, 5, pairs.len() as u64);
                for (key, value) in pairs {
                    bytes.extend(key);
                    value.write(bytes);
                }
            }
            Self::Tagged(tag, item) => {
                head(bytes, 6, *tag);
                item.write(bytes);
            }
            Self::Bool(value) => bytes.push(if *value { 0xf5 } else { 0xf4 }),
            Self::Null => bytes.push(0xf6),
        }
    }
}

/// The head of an item in its shortest form: its major type, and its value or length.
fn head(bytes: &mut Vec<u8>, major: u8, value: u64) {
    let major = major << 5;
    if let Ok(value) = u8::try_from(value) {
        if value < 24 {
            bytes.push(major | value);
        } else {
            bytes.extend([major | 24, value]);
        }
    } else if let Ok(value) = u16::try_from(value) {
        bytes.push(major | 25);
        bytes.extend(value.to_be_bytes());
    } else if let Ok(value) = u32::try_from(value) {
        bytes.push(major | 26);
        bytes.extend(value.to_be_bytes());
    } else {
        bytes.push(major | 27);
        bytes.extend(value.to_be_bytes());
    }
}

impl From<i64> for Item<'_> {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl<'a> From<&'a str> for Item<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Item<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<Vec<u8>> for Item<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(Cow::Owned(bytes))
    }
}

impl<'a> From<Vec<Item<'a>>> for Item<'a> {
    fn from(items: Vec<Item<'a>>) -> Self {
        Self::Array(items)
    }
}
