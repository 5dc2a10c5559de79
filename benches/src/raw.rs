//! The primitives that a lookup is made of, over the very same records: no parsing, no names, no checks, no layers.
//!
//! The keys are derived as the registry's documentation describes it, so the raw parts find and open what the registry
//! has sealed.

use std::collections::HashMap;
use std::path::Path;

use kycvs::store::{HouseholdStore, Key};
use kycvs_memory::MemoryStore;
use redb::{Database, ReadableDatabase, TableDefinition};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::hmac;

use crate::people::{CACHE_BYTES, Questions, at_once, registry_key, sample};

/// What a record is kept under.
pub type RawKey = [u8; 16];

/// The keys of the registry of all benchmarks.
pub struct RawSeal {
    index: hmac::Key,
    sealing: Vec<LessSafeKey>,
}

impl Default for RawSeal {
    fn default() -> Self {
        let root = hmac::Key::new(hmac::HMAC_SHA256, registry_key().secret_bytes());
        let derive = |label: &str, number: u8| hmac::sign(&root, &[label.as_bytes(), &[number, 1]].concat());
        let index = hmac::Key::new(hmac::HMAC_SHA256, derive("kycvs registry 1 index", 0).as_ref());
        let sealing = (0..64).map(|number| derive("kycvs registry 1 sealing", number));
        let sealing = sealing.map(|key| LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key.as_ref()).unwrap()));
        Self { index, sealing: sealing.collect() }
    }
}

impl RawSeal {
    /// HMAC-SHA256 of a mobile's ten digits, with what is before them.
    pub fn key(&self, digits: &[u8; 10]) -> RawKey {
        let mut message = *b"kycvs household key:+91..........";
        message[23..].copy_from_slice(digits);
        let hash = hmac::sign(&self.index, &message);
        std::array::from_fn(|at| hash.as_ref()[at])
    }

    /// Opens a record in place, by AES-256-GCM, and tells how many plain bytes it has.
    pub fn open(&self, key: &RawKey, record: &mut [u8]) -> usize {
        let (head, sealed) = record.split_at_mut(13);
        let nonce = Nonce::try_assume_unique_for_key(&head[1..]).unwrap();
        let mut aad = [1; 17];
        aad[1..].copy_from_slice(key);
        let sealing = &self.sealing[usize::from(key[0] >> 2)];
        sealing.open_in_place(nonce, Aad::from(aad), sealed).unwrap().len()
    }
}

/// The mobiles of some questions as the ten digits alone, so that raw parts have nothing to parse.
pub fn digits(questions: &Questions) -> Vec<[u8; 10]> {
    let last_ten = |mobile: &str| {
        let digits: Vec<u8> = mobile.bytes().filter(u8::is_ascii_digit).collect();
        *digits.last_chunk().unwrap()
    };
    (0..questions.len()).map(|number| last_ten(questions.get(number).0)).collect()
}

/// Finds a sealed record and copies it.
pub trait RawGet {
    /// The record under a key.
    fn get(&self, key: &RawKey) -> Vec<u8>;
}

/// A map of the standard library with the sealed records.
pub struct RawMap(HashMap<RawKey, Box<[u8]>>);

impl RawMap {
    /// Copies all records of a store.
    pub fn copy_of(store: &MemoryStore, seal: &RawSeal, people: u64) -> Self {
        let sample = sample(people);
        let record = |mobile: String| {
            let key = seal.key(mobile.as_bytes().try_into().unwrap());
            (key, at_once(store.get(&Key::from(key))).unwrap().unwrap().body.into())
        };
        Self(sample.iter().map(|household| record(household.mobile)).collect())
    }
}

impl RawGet for RawMap {
    fn get(&self, key: &RawKey) -> Vec<u8> {
        self.0[key].to_vec()
    }
}

/// A redb database with the sealed records.
pub struct RawRedb(Database);

const HOUSEHOLDS: TableDefinition<'_, RawKey, &[u8]> = TableDefinition::new("households");

impl RawRedb {
    /// Opens a copy of a store's file.
    pub fn open(path: &Path) -> Self {
        Self(Database::builder().set_cache_size(CACHE_BYTES).open(path).unwrap())
    }
}

impl RawGet for RawRedb {
    /// In a read transaction of its own. The eight bytes before the record are its version.
    fn get(&self, key: &RawKey) -> Vec<u8> {
        let table = self.0.begin_read().unwrap().open_table(HOUSEHOLDS).unwrap();
        table.get(key).unwrap().unwrap().value()[8..].to_vec()
    }
}
