use async_trait::async_trait;
use kycvs_store::{HouseholdStore, HouseholdWrite, Key, MAX_BODY_BYTES, StoreError, Version, Versioned};

use crate::MemoryStore;

/// A boxed slice is a word smaller than a vector, and there may be millions.
pub(crate) struct Household {
    version: Version,
    body: Box<[u8]>,
}

#[async_trait]
impl HouseholdStore for MemoryStore {
    async fn get(&self, key: &Key) -> Result<Option<Versioned<Vec<u8>>>, StoreError> {
        Ok(self.households.read().get(key).map(Household::to_versioned))
    }

    async fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Versioned<Vec<u8>>>>, StoreError> {
        let households = self.households.read();
        Ok(keys.iter().map(|key| households.get(key).map(Household::to_versioned)).collect())
    }

    async fn write(&self, mut batch: Vec<HouseholdWrite>) -> Result<(), StoreError> {
        if batch.iter().any(|write| write.body.len() > MAX_BODY_BYTES) {
            return Err(StoreError::TooLarge);
        }
        batch.sort_unstable_by_key(|write| write.key);
        let each_key_once = batch.is_sorted_by(|a, b| a.key < b.key);

        let mut households = self.households.write();
        let version_of = |key| households.get(key).map(|household| household.version);
        if !each_key_once || batch.iter().any(|write| version_of(&write.key) != write.expected) {
            return Err(StoreError::Conflict);
        }
        for HouseholdWrite { key, expected, body } in batch {
            households.insert(key, Household { version: Version::after(expected), body: body.into() });
        }
        Ok(())
    }
}

impl Household {
    /// A copy: the caller decrypts it in place.
    fn to_versioned(&self) -> Versioned<Vec<u8>> {
        Versioned { body: self.body.to_vec(), version: self.version }
    }
}
