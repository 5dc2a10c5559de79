use chrono::{DateTime, Utc};
use kycvs_consent::{ConsentEvent, ConsentId, ConsentRecord, Identifier};
use kycvs_log::{ProofFile, VerifierKey};
use kycvs_store::{Entry, Key};

use crate::log::Leaf;
use crate::{Error, Sample, StatusService};

impl StatusService {
    /// The public half of the log's key, by which everyone checks it; `None` when there is no log.
    pub fn log_key(&self) -> Option<&VerifierKey> {
        self.log.as_ref().map(|log| log.public.verifier_key())
    }

    /// What the log serves under a path of C2SP's tlog-tiles, such as `checkpoint` or `tile/0/000`; `None` for another path,
    /// what is not published yet, and what is forgotten.
    ///
    /// # Errors
    /// [`Error::StoreUnavailable`].
    pub async fn log_file(&self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        match &self.log {
            Some(log) => log.file(path).await,
            None => Ok(None),
        }
    }

    /// The proof that an entry of a consent is in the public log: number 0 is the artefact, the others what happened to it, in order. Its
    /// `extra` is the salt: with it and the entry's SHA-256, [`leaf_of`](crate::leaf_of) is the leaf. `None` until the entry is
    /// published, within an hour or so, and where there is no log.
    ///
    /// The salt opens the leaf, so the proof is for the person, for the entity that got the answer, and for an auditor.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such entry; [`Error::StoreUnavailable`].
    pub async fn log_proof(&self, id: &ConsentId, number: u32) -> Result<Option<ProofFile>, Error> {
        let Some(log) = &self.log else { return Ok(None) };
        let key = Key::from(*id.as_bytes());
        let record = self.books.ledger.read(id).await?.ok_or(Error::NotFound)?;
        let place = usize::try_from(number).map_err(|_| Error::NotFound)?;
        let body = log.store.read(&key).await?.into_iter().nth(place).ok_or(Error::NotFound)?;
        let written_at = written_at(&record, place).ok_or(Error::NotFound)?;
        log.prove(Leaf::of(&Entry { id: key, seq: number, body }), written_at).await
    }

    /// The same of the artefact, for the entity that got the answer.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for a consent that another entity got; [`Error::StoreUnavailable`].
    pub async fn log_proof_for(&self, entity: &Identifier, id: &ConsentId) -> Result<Option<ProofFile>, Error> {
        let record = self.books.ledger.read(id).await?.ok_or(Error::NotFound)?;
        if record.consent.verifying_entity.id != *entity {
            return Err(Error::NotFound);
        }
        self.log_proof(id, 0).await
    }

    /// Opens entries of the public log for an auditor: those that their seed picks from the published checkpoint. `None` where there
    /// is no log. What is opened are artefacts of consents, which hold neither name nor number nor status.
    ///
    /// # Errors
    /// [`Error::StoreUnavailable`].
    pub async fn audit_sample(&self, seed: &[u8], count: usize) -> Result<Option<Sample>, Error> {
        match &self.log {
            Some(log) => log.sample(seed, count).await.map(Some),
            None => Ok(None),
        }
    }
}

fn written_at(record: &ConsentRecord, number: usize) -> Option<DateTime<Utc>> {
    match number.checked_sub(1) {
        None => Some(record.consent.given_at),
        Some(event) => record.events.get(event).map(|event| match event {
            ConsentEvent::Withdrawn { at, .. } | ConsentEvent::Corrected { at } | ConsentEvent::Erased { at } => *at,
        }),
    }
}
