use async_trait::async_trait;
use kycvs_store::{ConsentLedger, Key, MAX_BODY_BYTES, StoreError};

use crate::MemoryStore;

#[async_trait]
impl ConsentLedger for MemoryStore {
    async fn append(&self, id: &Key, seq: u32, entry: Vec<u8>) -> Result<(), StoreError> {
        if entry.len() > MAX_BODY_BYTES {
            return Err(StoreError::TooLarge);
        }
        let mut consents = self.consents.write();
        let entries = consents.get(id).map_or(0, Vec::len);
        if u32::try_from(entries) != Ok(seq) {
            return Err(StoreError::Conflict);
        }
        consents.entry(*id).or_default().push(entry);
        Ok(())
    }

    async fn read(&self, id: &Key) -> Result<Vec<Vec<u8>>, StoreError> {
        Ok(self.consents.read().get(id).cloned().unwrap_or_default())
    }

    async fn check_writable(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
