//! The form of a line in JSON, and of its answer.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};

use crate::Evaluation;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct JsonLine {
    pub(super) id: String,
    pub(super) birth_date: Option<String>,
    pub(super) on: Option<String>,
    pub(super) doses: Vec<Object<JsonDose>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct JsonDose {
    pub(super) product: String,
    pub(super) given_on: String,
    pub(super) batch: Option<String>,
    pub(super) dose_number: Option<u8>,
}

/// The only field of a bad line that its answer needs.
#[derive(Deserialize)]
pub(super) struct JsonId {
    pub(super) id: String,
}

#[derive(Serialize)]
pub(super) struct Answer<'a> {
    pub(super) id: &'a str,
    pub(super) policy: &'a str,
    #[serde(flatten)]
    pub(super) evaluation: Evaluation,
}

#[derive(Serialize)]
pub(super) struct Refusal<'a> {
    pub(super) id: Option<&'a str>,
    pub(super) error: String,
}

/// A struct that is written as an object. Serde alone would take an array of its values too.
pub(super) struct Object<T>(pub(super) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor(PhantomData))
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Object)
    }
}

/// Writing these to a string cannot fail; if it did, the line would still be JSON.
pub(super) fn to_json(answer: &impl Serialize) -> String {
    serde_json::to_string(answer).unwrap_or_else(|_| r#"{"id":null,"error":"the answer could not be written"}"#.into())
}
