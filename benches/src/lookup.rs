//! What `status_lookup` measures, over one registry in memory or in redb.

use std::fs;
use std::hint::black_box;
use std::path::Path;

use kycvs::domain::Policy;
use kycvs::registry::SealedRegistry;

use crate::contest::{Way, way};
use crate::people::{self, Questions};
use crate::raw::{self, RawGet, RawKey, RawMap, RawRedb, RawSeal};
use crate::rivals::{NameMap, Rival, Sqlite};
use crate::scale::Scale;
use crate::token::{SIGN, Tokens};

/// Questions in all the forms that a way needs them, so that none has to do another's work.
pub(crate) struct Asked {
    questions: Questions,
    digits: Vec<[u8; 10]>,
    keys: Vec<RawKey>,
    seal: RawSeal,
    pub(crate) policy: Policy,
}

impl Asked {
    /// As many random questions as there are people, at least 100,000 and at most two million.
    pub(crate) fn about(people: u64, scale: &Scale) -> Self {
        let (least, most) = scale.pick((100_000, 2_000_000), (1, 1_000));
        let questions = Questions::about(people, usize::try_from(people).unwrap().clamp(least, most));
        let (seal, digits) = (RawSeal::default(), raw::digits(&questions));
        let keys = digits.iter().map(|digits| seal.key(digits)).collect();
        Self { questions, digits, keys, seal, policy: people::policy() }
    }

    pub(crate) fn question(&self, number: usize) -> (&str, &str) {
        self.questions.get(number)
    }

    fn digits(&self, number: usize) -> &[u8; 10] {
        &self.digits[number % self.digits.len()]
    }

    pub(crate) fn key(&self, number: usize) -> &RawKey {
        &self.keys[number % self.keys.len()]
    }
}

/// From the two strings to the status.
pub const KYCVS: &str = "kycvs";
/// HMAC-SHA256 of the mobile.
pub const HMAC: &str = "HMAC-SHA256";
/// The sealed record by its key, from a `HashMap` or redb, and a copy of it, since it is opened in place.
pub const GET: &str = "raw get";
/// AES-256-GCM opening of a record that is in the cache.
pub const OPEN: &str = "AES-256-GCM open";
/// These three for one person after the other, each waiting for the one before, as an answer does.
pub const RAW: &str = "raw parts in a row";
/// A `HashMap<(String, String), DoseHistory>` or SQLite, from the two strings to the status.
pub const RIVAL: &str = "rival";
/// From the two strings to the signed token.
pub const ANSWER: &str = "whole answer";

/// A registry, its records without it, and the people as a user would otherwise keep them.
pub struct Lookup {
    asked: Asked,
    registry: SealedRegistry,
    raw: Box<dyn RawGet>,
    rival: Box<dyn Rival>,
}

impl Lookup {
    /// In memory: beside it a map of the sealed records, and a map by mobile and name.
    pub fn in_memory(people: u64, scale: &Scale) -> Self {
        let asked = Asked::about(people, scale);
        let (registry, store) = people::in_memory(people);
        let raw = Box::new(RawMap::copy_of(&store, &asked.seal, people));
        Self { asked, registry, raw, rival: Box::new(NameMap::filled(people)) }
    }

    /// In redb, as a file in a folder: beside it a copy of the file under redb alone, and a SQLite file.
    pub fn in_redb(folder: &Path, people: u64, scale: &Scale) -> Self {
        let [ours, copy, sqlite] = ["kycvs.redb", "copy.redb", "sqlite.db"].map(|name| folder.join(name));
        people::fill_redb(&ours, people);
        fs::copy(&ours, &copy).unwrap();
        let mut tables = Sqlite::create(&sqlite);
        tables.import(people::csv(people));
        let (asked, raw) = (Asked::about(people, scale), Box::new(RawRedb::open(&copy)));
        Self { asked, registry: people::in_redb(&ours), raw, rival: Box::new(tables) }
    }

    /// A lookup, its parts, and what a user would otherwise pick.
    pub fn ways(&self) -> Vec<Way<'_>> {
        let Self { asked, registry, raw, rival } = self;
        let seal = &asked.seal;
        // Few enough to stay in the cache.
        let records: Vec<_> = asked.keys.iter().take(100).map(|key| (*key, raw.get(key))).collect();
        let mut copy = Vec::new();
        vec![
            way(KYCVS, |number| people::status(registry, &asked.policy, asked.question(number))),
            way(HMAC, |number| seal.key(asked.digits(number))),
            way(GET, |number| raw.get(asked.key(number))),
            way(OPEN, move |number| {
                let (key, record) = &records[number % records.len()];
                copy.clone_from(record);
                seal.open(key, black_box(&mut copy))
            }),
            way(RAW, |number| {
                let key = seal.key(asked.digits(number));
                seal.open(&key, &mut raw.get(&key))
            }),
            way(RIVAL, |number| rival.status(&asked.policy, asked.question(number))),
        ]
    }

    /// The whole answer, and a signature alone.
    pub fn answer<'a>(&'a self, tokens: &'a Tokens) -> Vec<Way<'a>> {
        let Self { asked, registry, .. } = self;
        let answer = |number| {
            let status = people::status(registry, &asked.policy, asked.question(number))?;
            Some(tokens.issue(status))
        };
        vec![way(ANSWER, answer), way(SIGN, |_| tokens.sign())]
    }
}
