use kycvs_consent::Random;
use kycvs_store::{BoardStore, Day, Entry, Key, StoreError};
use ring::hmac;

use super::statement::is_public;
use crate::Error;

/// What of the service's key the log uses.
pub(crate) struct LogSecret(pub(crate) hmac::Key);

/// The key of a day. It follows from the service's key and from random bytes that lie in the ledger under that day: when they are
/// forgotten with it, nobody can open what they salted, whoever has the service's key.
pub(super) struct DayKey(hmac::Key);

const SEED_BYTES: usize = 32;

impl LogSecret {
    /// The key of a day; `None` when there is none.
    pub(super) async fn find(&self, store: &dyn BoardStore, day: Day) -> Result<Option<DayKey>, StoreError> {
        let entries = store.read(&place_of(day)).await?;
        Ok(entries.first().map(|seed| DayKey(hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&self.0, seed).as_ref()))))
    }

    /// The same, which is made when there is none. Of several hosts that make one, all find the first.
    pub(super) async fn find_or_make(
        &self,
        store: &dyn BoardStore,
        random: &dyn Random,
        day: Day,
    ) -> Result<DayKey, Error> {
        if let Some(key) = self.find(store, day).await? {
            return Ok(key);
        }
        let mut seed = [0; SEED_BYTES];
        random.fill(&mut seed)?;
        match store.record(vec![Entry { id: place_of(day), seq: 0, body: seed.to_vec() }], vec![]).await {
            Ok(()) | Err(StoreError::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(self.find(store, day).await?.ok_or(StoreError::Damaged { what: "key of the log" })?)
    }
}

impl DayKey {
    /// The salt of an entry of the ledger; zeros where everyone may open it.
    pub(super) fn salt(&self, consent: &Key, number: u32) -> [u8; 16] {
        if is_public(consent) {
            return [0; 16];
        }
        self.derive(b"salt", consent.as_bytes(), number.into())
    }

    /// What opens a padding of the batch that begins at entry number `start`.
    pub(super) fn padding(&self, start: u64, number: u64) -> [u8; 16] {
        self.derive(b"fill", &start.to_be_bytes(), number)
    }

    fn derive(&self, label: &[u8; 4], of: &[u8], number: u64) -> [u8; 16] {
        let tag = hmac::sign(&self.0, &[label, of, &number.to_be_bytes()].concat());
        let mut bytes = [0; 16];
        bytes.iter_mut().zip(tag.as_ref()).for_each(|(to, from)| *to = *from);
        bytes
    }
}

fn place_of(day: Day) -> Key {
    Key::on_day(day, *b"log key\0\0\0\0\0\0\0")
}
