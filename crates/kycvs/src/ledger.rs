use chrono::{DateTime, TimeDelta, Utc};
use kycvs_consent::{Consent, ConsentId, ConsentRecord, Request};
use kycvs_store::{Entry, Key, Posting, StoreError};

use crate::Error;
use crate::history::{Histories, Line};
use crate::log::Leaf;

/// For how long what was read from the registry is good: an answer that is not written down by then is found again, or none. So
/// a correction that looks twice, two minutes apart, meets every answer that was found before it.
pub(crate) const FRESH: TimeDelta = TimeDelta::seconds(60);

/// How often an answer is written again because another answer took its line.
const MAX_CONFLICTS: usize = 16;

/// The consents, over the store that keeps them. What is in it decides: over what a challenge store says, too.
pub(crate) struct Ledger {
    pub(crate) histories: Histories,
    /// Whether there is a public log, in which each entry of a consent leaves a leaf.
    pub(crate) is_logged: bool,
}

/// What goes into the ledger when a request is answered.
pub(crate) struct Answered<'a> {
    pub(crate) request: &'a Request,
    pub(crate) consent: &'a Consent,
    pub(crate) line: Line,
}

impl Ledger {
    /// Sees to it that an answer is in the ledger and in force, with its line; doing so again changes nothing.
    ///
    /// A consent with other terms under the same id means that the code of its request was used before, and that the
    /// challenge store has forgotten it: the answer that was given then is the only one.
    pub(crate) async fn record(&self, answered: &Answered<'_>, now: DateTime<Utc>) -> Result<(), Error> {
        if self.is_recorded(answered.consent).await? {
            return Ok(());
        }
        if now - answered.consent.given_at > FRESH {
            return Err(Error::AlreadyUsed);
        }
        let mut line = 0;
        for _ in 0..MAX_CONFLICTS {
            match self.histories.store.record(self.entries(answered, line)?, self.postings(answered)?).await {
                Err(StoreError::Conflict) if self.is_recorded(answered.consent).await? => return Ok(()),
                Err(StoreError::Conflict) => line = self.next_line(answered).await?,
                done => return Ok(done?),
            }
        }
        Err(StoreError::Conflict.into())
    }

    /// Sees to it that a decision without an answer is in the ledger.
    pub(crate) async fn record_refusal(&self, consent: &Consent) -> Result<(), Error> {
        if self.is_recorded(consent).await? {
            return Ok(());
        }
        let entry = entry(consent)?;
        let leaf = self.leaf(&entry);
        match self.histories.store.record(vec![entry], leaf).await {
            Err(StoreError::Conflict) => self.is_recorded(consent).await.map(|_| ()),
            done => Ok(done?),
        }
    }

    /// The consent of an answer and its line, which is the first of its day unless another number is given: nobody looks before
    /// they write.
    pub(crate) fn entries(&self, answered: &Answered<'_>, line: u16) -> Result<Vec<Entry>, StoreError> {
        let line = self.histories.entry(&answered.request.mobile_key, line, &answered.line)?;
        Ok(vec![entry(answered.consent)?, line])
    }

    /// What waits to be published because of an answer.
    pub(crate) fn postings(&self, answered: &Answered<'_>) -> Result<Vec<Posting>, StoreError> {
        Ok(self.leaf(&entry(answered.consent)?))
    }

    /// What waits for the log because of an entry, to be written with it.
    pub(crate) fn leaf(&self, entry: &Entry) -> Vec<Posting> {
        self.is_logged.then(|| Leaf::of(entry).posting()).into_iter().collect()
    }

    /// The line that an answer takes whose line was taken.
    pub(crate) async fn next_line(&self, answered: &Answered<'_>) -> Result<u16, StoreError> {
        self.histories.next(&answered.request.mobile_key, &answered.consent.id).await
    }

    /// Reads a consent with its history.
    pub(crate) async fn read(&self, id: &ConsentId) -> Result<Option<ConsentRecord>, Error> {
        let mut records = self.read_many(&[*id]).await?;
        Ok(records.pop().flatten())
    }

    /// Reads many consents, in one round trip.
    pub(crate) async fn read_many(&self, ids: &[ConsentId]) -> Result<Vec<Option<ConsentRecord>>, Error> {
        let keys: Vec<Key> = ids.iter().map(key).collect();
        let records = self.histories.store.read_many(&keys).await?.into_iter().map(|entries| match &entries[..] {
            [] => Ok(None),
            entries => {
                ConsentRecord::from_entries(entries).map(Some).map_err(|_| StoreError::Damaged { what: "consent" })
            }
        });
        Ok(records.collect::<Result<_, _>>()?)
    }

    /// Whether a consent is there and in force; that it is not, is the answer of the call.
    async fn is_recorded(&self, consent: &Consent) -> Result<bool, Error> {
        let entries = self.histories.store.read(&key(&consent.id)).await?;
        if entries.is_empty() {
            return Ok(false);
        }
        let artefact = consent.to_bytes().map_err(StoreError::unavailable)?;
        match entries.as_slice() {
            [recorded] if *recorded == artefact => Ok(true),
            [recorded, ..] if *recorded == artefact => {
                let record = ConsentRecord::from_entries(&entries);
                let is_withdrawn = record.map_err(|_| StoreError::Damaged { what: "consent" })?.is_withdrawn();
                Err(if is_withdrawn { Error::ConsentWithdrawn } else { Error::AlreadyUsed })
            }
            _ => Err(Error::AlreadyUsed),
        }
    }
}

/// Where a consent lies.
pub(crate) fn key(id: &ConsentId) -> Key {
    Key::from(*id.as_bytes())
}

fn entry(consent: &Consent) -> Result<Entry, StoreError> {
    Ok(Entry { id: key(&consent.id), seq: 0, body: consent.to_bytes().map_err(StoreError::unavailable)? })
}
