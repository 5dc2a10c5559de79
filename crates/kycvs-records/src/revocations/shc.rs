//! The list of one key of a SMART Health Card issuer (SMART Health Cards 1.2, "Revocation").

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::RevocationError;
use crate::json::Json;

const MALFORMED: RevocationError = RevocationError::Malformed("not a list of rids");
/// The longest id (the specification's).
const MAX_ID_BYTES: usize = 24;

/// The revoked ids, with the time before which a card must have been issued to be meant; none for all cards.
#[derive(Clone, Debug)]
pub(super) struct Revoked {
    counter: i64,
    ids: BTreeMap<String, Option<i64>>,
}

impl Revoked {
    /// The key's name, and its list.
    pub(super) fn read(file: &[u8]) -> Result<(String, Self), RevocationError> {
        let json = Json::parse(file).map_err(|_| RevocationError::Malformed("not JSON"))?;
        if json.text("method") != Some("rid") {
            return Err(RevocationError::Malformed("a method that is not rid"));
        }
        let (Some(key), Some(Json::Integer(counter)), Some(Json::Array(rids))) =
            (json.text("kid"), json.get("ctr"), json.get("rids"))
        else {
            return Err(MALFORMED);
        };
        let mut ids = BTreeMap::new();
        for rid in rids {
            let (id, before) = read_id(rid.as_text().ok_or(MALFORMED)?).ok_or(MALFORMED)?;
            if ids.insert(id.to_owned(), before).is_some() {
                return Err(RevocationError::Malformed("an id given twice"));
            }
        }
        Ok((key.to_owned(), Self { counter: *counter, ids }))
    }

    pub(super) fn counter(&self) -> i64 {
        self.counter
    }

    pub(super) fn has(&self, rid: &str, issued_at: DateTime<Utc>) -> bool {
        self.ids.get(rid).is_some_and(|before| before.is_none_or(|before| issued_at.timestamp() < before))
    }
}

/// An id in base64url, and behind a dot the time.
fn read_id(rid: &str) -> Option<(&str, Option<i64>)> {
    let (id, before) = match rid.split_once('.') {
        Some((id, before)) => (id, Some(before.parse().ok()?)),
        None => (rid, None),
    };
    let is_id = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    ((1..=MAX_ID_BYTES).contains(&id.len()) && id.bytes().all(is_id)).then_some((id, before))
}
