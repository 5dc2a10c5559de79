use std::collections::BTreeMap;

use kycvs_axum::HttpLimits;
use sha2::{Digest, Sha256};
use toml::Table;

/// What a server takes at its start alone: the hash of each setting, since some are passwords.
#[derive(Clone)]
pub(crate) struct AtStart(BTreeMap<String, [u8; 32]>);

/// What `kycvs migrate` takes, and no server.
const OF_MIGRATIONS: [&str; 2] = ["stores.partitions", "stores.host_role"];

impl AtStart {
    /// Those of a file, as it was read.
    pub(super) fn of(values: &Table, limits: &HttpLimits) -> Self {
        let sections = ["stores", "signing"].into_iter();
        let tables = sections.filter_map(|section| Some((section, values.get(section)?.as_table()?)));
        let kept = tables.flat_map(|(section, table)| {
            table.iter().map(move |(key, value)| (format!("{section}.{key}"), value.to_string()))
        });
        // What holds connections.
        let held = [
            ("limits.connections", limits.connections.to_string()),
            ("limits.drain_seconds", limits.drain_seconds.to_string()),
            ("limits.header_seconds", limits.header_seconds.to_string()),
            ("limits.keep_alive_seconds", limits.keep_alive_seconds.to_string()),
            ("limits.write_seconds", limits.write_seconds.to_string()),
        ];
        let all = kept.chain(held.map(|(place, value)| (place.to_owned(), value)));
        let all = all.filter(|(place, _)| !OF_MIGRATIONS.contains(&place.as_str()));
        Self(all.map(|(place, value)| (place, Sha256::digest(value).into())).collect())
    }

    /// The settings that differ, that only one has included, by place.
    pub(crate) fn differences<'a>(&'a self, other: &'a Self) -> Vec<&'a str> {
        let here = self.0.iter().filter(|(place, value)| other.0.get(*place) != Some(value)).map(|(place, _)| place);
        let there = other.0.keys().filter(|place| !self.0.contains_key(*place));
        here.chain(there).map(String::as_str).collect()
    }
}
