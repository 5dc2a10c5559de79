use std::sync::Arc;

use kycvs_consent::{Consent, ConsentId, ConsentRecord};
use kycvs_store::{BoardStore, Entry, Key, StoreError};

use crate::Error;

/// The consents, over the store that keeps them. What is in it decides: over what a challenge store says, too.
pub(crate) struct Ledger(pub(crate) Arc<dyn BoardStore>);

impl Ledger {
    /// Sees to it that a consent is in the ledger and in force; doing so again changes nothing.
    ///
    /// A consent with other terms under the same id means that the code of its request was used before, and that the
    /// challenge store has forgotten it: the answer that was given then is the only one.
    pub(crate) async fn record(&self, consent: &Consent) -> Result<(), Error> {
        let artefact = consent.to_bytes().map_err(StoreError::unavailable)?;
        let key = Key::from(*consent.id.as_bytes());
        let mut entries = self.0.read(&key).await?;
        if entries.is_empty() {
            match self.0.record(vec![Entry { id: key, seq: 0, body: artefact.clone() }], vec![]).await {
                Ok(()) => return Ok(()),
                // Another call was first.
                Err(StoreError::Conflict) => entries = self.0.read(&key).await?,
                Err(error) => return Err(error.into()),
            }
        }
        match entries.as_slice() {
            [recorded] if *recorded == artefact => Ok(()),
            [recorded, ..] if *recorded == artefact => Err(Error::ConsentWithdrawn),
            _ => Err(Error::AlreadyUsed),
        }
    }

    /// Reads a consent with its history.
    pub(crate) async fn read(&self, id: &ConsentId) -> Result<Option<ConsentRecord>, Error> {
        let entries = self.0.read(&Key::from(*id.as_bytes())).await?;
        if entries.is_empty() {
            return Ok(None);
        }
        let record = ConsentRecord::from_entries(&entries).map_err(|_| StoreError::Damaged { what: "consent" })?;
        Ok(Some(record))
    }
}
