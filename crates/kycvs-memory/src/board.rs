use async_trait::async_trait;
use kycvs_store::{Advance, BoardStore, Key, Page, Posting, StoreError, Topic, Version, Versioned};

use crate::MemoryStore;

#[async_trait]
impl BoardStore for MemoryStore {
    async fn pending(&self, topic: Topic, limit: u32) -> Result<Vec<Posting>, StoreError> {
        let rows = self.ledger.read();
        let waiting = rows.postings.range((topic, Key::from([0; 16]))..=(topic, Key::from([0xFF; 16])));
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(waiting
            .take(limit)
            .map(|((topic, id), body)| Posting { topic: *topic, id: *id, body: body.clone() })
            .collect())
    }

    async fn page(&self, id: &Key) -> Result<Option<Versioned<Vec<u8>>>, StoreError> {
        Ok(self.ledger.read().pages.get(id).cloned())
    }

    async fn advance(&self, advance: Advance) -> Result<(), StoreError> {
        if advance.is_too_large() {
            return Err(StoreError::TooLarge);
        }
        let mut rows = self.ledger.write();
        let version = rows.pages.get(&advance.head.id).map(|page| page.version);
        if version != advance.expected || advance.has_a_page_twice() {
            return Err(StoreError::Conflict);
        }
        for Page { id, body } in advance.pages.into_iter().chain([advance.head]) {
            let version = Version::after(rows.pages.get(&id).map(|page| page.version));
            rows.pages.insert(id, Versioned { body, version });
        }
        for settled in advance.settled {
            rows.postings.remove(&settled);
        }
        Ok(())
    }
}
