use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;

/// The most members of one object, so that looking for duplicates stays cheap.
const MAX_MEMBERS: usize = 64;

/// A JSON value as far as a token or a key set needs it.
pub(crate) enum Value<'a> {
    Text(Cow<'a, str>),
    Integer(i64),
    Array(Vec<Value<'a>>),
    Object(Object<'a>),
    /// `null`, a boolean, or a number that nobody asked to be an integer.
    Other,
}

/// The members that must be integer literals of 64 bits: some of an object's own, and some within one member of it.
///
/// They are named beforehand because `serde_json` hands over other numbers in a form that depends on its features,
/// which any crate in a host's build can turn on.
pub(crate) struct Integers {
    pub(crate) own: &'static [&'static str],
    pub(crate) within: Option<(&'static str, &'static Integers)>,
}

/// The members of a JSON object, each name once.
#[derive(Default)]
pub(crate) struct Object<'a>(Vec<(Cow<'a, str>, Value<'a>)>);

/// Why a text is not the JSON that was asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum JsonFault {
    /// Not JSON, not an object, nested too deeply, or with too many members.
    Malformed,
    /// A name appears twice in one object, at any depth. RFC 7519 section 4 lets a parser refuse this, and this one does:
    /// two readers of one token must not read two different answers.
    Duplicate(String),
    /// A member that must be an integer is something else: `1.0`, `"1"` and `true` are not 1.
    NotAnInteger(&'static str),
}

impl Integers {
    pub(crate) const NONE: &'static Self = &Self { own: &[], within: None };
}

impl<'a> Value<'a> {
    /// Reads one JSON value, whose members that `integers` names must be integers.
    pub(crate) fn parse(text: &'a [u8], integers: &'static Integers) -> Result<Self, JsonFault> {
        let text = std::str::from_utf8(text).map_err(|_| JsonFault::Malformed)?;
        let mut fault = JsonFault::Malformed;
        let mut parser = serde_json::Deserializer::from_str(text);
        let read = Reader { integers, fault: &mut fault }.deserialize(&mut parser);
        // A syntax error inside the member under suspicion is still only a syntax error.
        let fault_of = |error: serde_json::Error| {
            if error.classify() == Category::Data { fault } else { JsonFault::Malformed }
        };
        read.and_then(|value| parser.end().map(|()| value)).map_err(fault_of)
    }
}

impl<'a> Object<'a> {
    /// Reads one JSON object, as [`Value::parse`] reads a value.
    pub(crate) fn parse(text: &'a [u8], integers: &'static Integers) -> Result<Self, JsonFault> {
        match Value::parse(text, integers)? {
            Value::Object(object) => Ok(object),
            _ => Err(JsonFault::Malformed),
        }
    }

    /// Adds a member, whose name must be a new one.
    pub(crate) fn put(&mut self, name: &'static str, value: Value<'a>) {
        self.0.push((Cow::Borrowed(name), value));
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Value<'a>> {
        self.0.iter().find_map(|(member, value)| (member == name).then_some(value))
    }

    /// Moves a member out, which spares a copy of its text.
    pub(crate) fn take(&mut self, name: &str) -> Option<Value<'a>> {
        let at = self.0.iter().position(|(member, _)| member == name)?;
        Some(self.0.swap_remove(at).1)
    }
}

/// Reads any value and notes why it stopped, which a `serde` error could only say as text.
struct Reader<'f> {
    integers: &'static Integers,
    fault: &'f mut JsonFault,
}

impl Reader<'_> {
    fn nested(&mut self, integers: &'static Integers) -> Reader<'_> {
        Reader { integers, fault: self.fault }
    }

    fn member<'a, A: MapAccess<'a>>(&mut self, name: &str, map: &mut A) -> Result<Value<'a>, A::Error> {
        let Some(integer) = self.integers.own.iter().find(|integer| **integer == name) else {
            let within = self.integers.within.filter(|(member, _)| *member == name);
            return map.next_value_seed(self.nested(within.map_or(Integers::NONE, |(_, integers)| integers)));
        };
        *self.fault = JsonFault::NotAnInteger(integer);
        let value = map.next_value()?;
        *self.fault = JsonFault::Malformed;
        Ok(Value::Integer(value))
    }
}

impl<'a> DeserializeSeed<'a> for Reader<'_> {
    type Value = Value<'a>;

    fn deserialize<D: serde::Deserializer<'a>>(self, deserializer: D) -> Result<Value<'a>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Reader<'_> {
    type Value = Value<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON with each name once")
    }

    fn visit_borrowed_str<E>(self, text: &'a str) -> Result<Value<'a>, E> {
        Ok(Value::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value<'a>, E> {
        Ok(Value::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Value<'a>, E> {
        Ok(Value::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Value<'a>, E> {
        Ok(Value::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Value<'a>, E> {
        Ok(Value::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Value<'a>, E> {
        Ok(Value::Other)
    }

    fn visit_unit<E>(self) -> Result<Value<'a>, E> {
        Ok(Value::Other)
    }

    fn visit_seq<A: SeqAccess<'a>>(mut self, mut array: A) -> Result<Value<'a>, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = array.next_element_seed(self.nested(Integers::NONE))? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'a>>(mut self, mut map: A) -> Result<Value<'a>, A::Error> {
        let mut object = Object(Vec::with_capacity(16));
        while let Some(Name(name)) = map.next_key()? {
            if object.get(&name).is_some() {
                *self.fault = JsonFault::Duplicate(name.into_owned());
                return Err(A::Error::custom("duplicate name"));
            }
            if object.0.len() == MAX_MEMBERS {
                return Err(A::Error::custom("too many members"));
            }
            let value = self.member(&name, &mut map)?;
            object.0.push((name, value));
        }
        Ok(Value::Object(object))
    }
}

/// A member's name, borrowed from the text where it has no escapes.
#[derive(serde::Deserialize)]
#[serde(transparent)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);
