use minicbor::data::{Tag, Type};
use minicbor::decode::Decoder;

use crate::RecordError;

/// The deepest nesting and the most items of a certificate; the largest seen has 60 items, 7 deep.
const MAX_DEPTH: usize = 10;
const MAX_ITEMS: usize = 512;
const INVALID: RecordError = RecordError::Container("CBOR");

/// A CBOR item (RFC 8949) as far as certificates have them. No map has a key twice.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cbor {
    Integer(i64),
    Float(f64),
    Bytes(Vec<u8>),
    Text(String),
    Array(Vec<Cbor>),
    Map(Vec<(Cbor, Cbor)>),
    Tagged(u64, Box<Cbor>),
    Other,
}

impl Cbor {
    /// Reads one item, all of the bytes.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, RecordError> {
        let mut reader = Reader { decoder: Decoder::new(bytes), items: 0 };
        let item = reader.item(MAX_DEPTH)?;
        if reader.decoder.position() == bytes.len() { Ok(item) } else { Err(INVALID) }
    }

    /// The value of an integer key of a map.
    pub(crate) fn at(&self, key: i64) -> Option<&Self> {
        self.pairs().iter().find(|(known, _)| *known == Self::Integer(key)).map(|(_, value)| value)
    }

    /// The value of a text key of a map.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.pairs().iter().find(|(known, _)| matches!(known, Self::Text(text) if text == key)).map(|(_, value)| value)
    }

    pub(crate) fn pairs(&self) -> &[(Self, Self)] {
        match self {
            Self::Map(pairs) => pairs,
            _ => &[],
        }
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// A whole number; some issuers write it as a float.
    #[allow(clippy::cast_possible_truncation)] // a float beyond the range becomes its end, which no time or count is
    pub(crate) fn whole(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            Self::Float(number) if number.is_finite() => Some(number.floor() as i64),
            _ => None,
        }
    }
}

struct Reader<'b> {
    decoder: Decoder<'b>,
    items: usize,
}

impl Reader<'_> {
    fn item(&mut self, depth: usize) -> Result<Cbor, RecordError> {
        self.items += 1;
        if depth == 0 || self.items > MAX_ITEMS {
            return Err(RecordError::TooLarge("CBOR"));
        }
        let invalid = |_| INVALID;
        Ok(match self.decoder.datatype().map_err(invalid)? {
            Type::U8 | Type::U16 | Type::U32 | Type::U64 | Type::I8 | Type::I16 | Type::I32 | Type::I64 => {
                Cbor::Integer(self.decoder.i64().map_err(invalid)?)
            }
            Type::F16 | Type::F32 | Type::F64 => Cbor::Float(self.decoder.f64().map_err(invalid)?),
            Type::Bytes | Type::BytesIndef => {
                let parts = self.decoder.bytes_iter().map_err(invalid)?;
                Cbor::Bytes(parts.collect::<Result<Vec<_>, _>>().map_err(invalid)?.concat())
            }
            Type::String | Type::StringIndef => {
                let parts = self.decoder.str_iter().map_err(invalid)?;
                Cbor::Text(parts.collect::<Result<Vec<_>, _>>().map_err(invalid)?.concat())
            }
            Type::Array | Type::ArrayIndef => self.array(depth)?,
            Type::Map | Type::MapIndef => self.map(depth)?,
            Type::Tag => {
                let tag: Tag = self.decoder.tag().map_err(invalid)?;
                Cbor::Tagged(tag.as_u64(), Box::new(self.item(depth - 1)?))
            }
            Type::Bool | Type::Null | Type::Undefined | Type::Simple => {
                self.decoder.skip().map_err(invalid)?;
                Cbor::Other
            }
            _ => return Err(INVALID),
        })
    }

    fn array(&mut self, depth: usize) -> Result<Cbor, RecordError> {
        let length = self.decoder.array().map_err(|_| INVALID)?;
        let mut items = Vec::new();
        while self.has_next(length, items.len())? {
            items.push(self.item(depth - 1)?);
        }
        Ok(Cbor::Array(items))
    }

    fn map(&mut self, depth: usize) -> Result<Cbor, RecordError> {
        let length = self.decoder.map().map_err(|_| INVALID)?;
        let mut pairs: Vec<(Cbor, Cbor)> = Vec::new();
        while self.has_next(length, pairs.len())? {
            let key = self.item(depth - 1)?;
            if pairs.iter().any(|(known, _)| *known == key) {
                return Err(RecordError::Shape("a CBOR key given twice"));
            }
            pairs.push((key, self.item(depth - 1)?));
        }
        Ok(Cbor::Map(pairs))
    }

    /// Whether a collection goes on: by its length or, where that is left open, until its end is marked.
    fn has_next(&mut self, length: Option<u64>, read: usize) -> Result<bool, RecordError> {
        if let Some(length) = length {
            return Ok((read as u64) < length);
        }
        let ends = self.decoder.datatype().map_err(|_| INVALID)? == Type::Break;
        if ends {
            self.decoder.skip().map_err(|_| INVALID)?;
        }
        Ok(!ends)
    }
}
