use std::fmt;

use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::ApiKeyHash;

/// The API keys of an entity, by their hashes: in a file one text, or a list of up to four, so that a new key is added before the
/// old one goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKeys(Vec<ApiKeyHash>);

const MOST: usize = 4;

impl ApiKeys {
    /// All of them, at least one.
    pub fn iter(&self) -> impl Iterator<Item = &ApiKeyHash> {
        self.0.iter()
    }
}

impl From<ApiKeyHash> for ApiKeys {
    fn from(hash: ApiKeyHash) -> Self {
        Self(vec![hash])
    }
}

impl<'de> Deserialize<'de> for ApiKeys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Hashes)
    }
}

struct Hashes;

impl<'de> Visitor<'de> for Hashes {
    type Value = ApiKeys;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the hash of an API key, or a list of such")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<ApiKeys, E> {
        ApiKeyHash::try_from(text.to_owned()).map(ApiKeys::from).map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<ApiKeys, A::Error> {
        let mut keys = Vec::new();
        while let Some(key) = list.next_element()? {
            keys.push(key);
        }
        if (1..=MOST).contains(&keys.len()) {
            Ok(ApiKeys(keys))
        } else {
            Err(A::Error::custom("an entity has 1 to 4 API keys"))
        }
    }
}
