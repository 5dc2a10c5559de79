//! The form of a line in JSON.

use std::{fmt, marker::PhantomData};

use kycvs_domain::Source;
use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, Visitor, value::MapAccessDeserializer},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct JsonLine {
    pub(super) id: String,
    pub(super) birth_date: Option<String>,
    pub(super) on: Option<String>,
    pub(super) doses: Vec<Object<JsonDose>>,
    #[serde(default)]
    pub(super) immunity: Vec<Object<JsonEvidence>>,
    // What a test case expects, or calls itself.
    #[serde(rename = "group")]
    _group: Option<IgnoredAny>,
    #[serde(rename = "name")]
    _name: Option<IgnoredAny>,
    #[serde(rename = "history")]
    _history: Option<IgnoredAny>,
    #[serde(rename = "series_status")]
    _series_status: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct JsonDose {
    pub(super) product: String,
    pub(super) given_on: String,
    pub(super) batch: Option<String>,
    pub(super) dose_number: Option<u8>,
    pub(super) series_doses: Option<u8>,
    pub(super) source: Option<JsonSource>,
    #[serde(rename = "evaluation")]
    _evaluation: Option<IgnoredAny>,
    #[serde(rename = "reason")]
    _reason: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct JsonEvidence {
    pub(super) against: String,
    pub(super) finding: JsonFinding,
    pub(super) titre: Option<u32>,
    pub(super) on: Option<String>,
    pub(super) source: Option<JsonSource>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum JsonFinding {
    Antibodies,
    Disease,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum JsonSource {
    #[default]
    Registry,
    Certificate,
    Stated,
}

impl From<JsonSource> for Source {
    fn from(source: JsonSource) -> Self {
        match source {
            JsonSource::Registry => Self::Registry,
            JsonSource::Certificate => Self::Certificate,
            JsonSource::Stated => Self::Stated,
        }
    }
}

/// The only field of a bad line that its answer needs.
#[derive(Deserialize)]
pub(super) struct JsonId {
    pub(super) id: String,
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
