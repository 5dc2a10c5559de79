use std::convert::Infallible;
use std::sync::Arc;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use kycvs_consent::{Answer, Challenge, Identifier, Request, RequestId, Stage, Verified, later};
use kycvs_store::{AnswerStore, AnswerWrite, Key, StoreError, Version, Versioned};
use minicbor::encode::Write;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::Error;
use crate::explanation::ForPerson;
use crate::ledger::{Answered, Ledger, Standing};
use crate::vault::Vault;

/// What the service remembers: requests and consents, in one store or in two.
pub(crate) struct Books {
    pub(crate) vault: Vault,
    pub(crate) ledger: Ledger,
    /// Both of them, where they are one store.
    pub(crate) together: Option<Arc<dyn AnswerStore>>,
    /// How long a finished request is kept.
    pub(crate) keep_finished: TimeDelta,
}

impl Books {
    /// Reads a request for its entity. Another entity's is not found.
    pub(crate) async fn load(
        &self,
        entity: &Identifier,
        id: &RequestId,
        now: DateTime<Utc>,
    ) -> Result<Versioned<Challenge>, Error> {
        let found = self.find(id, now).await?;
        if found.body.request().entity.id == *entity { Ok(found) } else { Err(Error::NotFound) }
    }

    /// Reads a request, whoever asked. An answered one whose time to be kept has passed is not found, like one that does not exist.
    pub(crate) async fn find(&self, id: &RequestId, now: DateTime<Utc>) -> Result<Versioned<Challenge>, Error> {
        let Versioned { body, version } = self.vault.load(id.as_bytes()).await?.ok_or(Error::NotFound)?;
        let challenge = read(&body).filter(|challenge| challenge.request().id == *id);
        let body = challenge.ok_or(StoreError::Damaged { what: "request" })?;
        let is_kept = holds_a_person(&body) || now < self.purge_at(&body);
        if is_kept { Ok(Versioned { body, version }) } else { Err(Error::NotFound) }
    }

    /// Writes a request, provided it is still at the version that was read.
    pub(crate) async fn put(&self, expected: Option<Version>, challenge: &Challenge) -> Result<Version, Error> {
        let id = challenge.request().id;
        Ok(self.vault.put(id.as_bytes(), expected, written(challenge)?, self.purge_at(challenge)).await?)
    }

    /// Writes the answers to a request, provided that is still at the version that was read, and their consents: in one write
    /// where both lie in one store, else after it. Gives the state of each.
    ///
    /// A request that is at that version and cannot be answered was put back from before its answers: their consents are in
    /// the ledger.
    pub(crate) async fn answer(
        &self,
        expected: Version,
        answered: &Verified,
        now: DateTime<Utc>,
    ) -> Result<Vec<Standing>, Error> {
        let challenge = Challenge::Verified(answered.clone());
        let Stage::Answered(answers) = answered.stage() else { return Err(Error::NotFound) };
        let recorded = Answered { request: answered.request(), answers };
        let Some(store) = &self.together else {
            self.put(Some(expected), &challenge).await?;
            return self.ledger.record_new(recorded, now).await;
        };
        let request = *answered.request().id.as_bytes();
        let mut line = 0;
        for _ in 0..MAX_CONFLICTS {
            let (entries, postings) = self.ledger.written(recorded, line, now)?;
            let write = AnswerWrite {
                request: Key::from(request),
                expected,
                body: self.vault.seal.seal(&request, written(&challenge)?)?,
                purge_at: self.purge_at(&challenge),
                entries,
                postings,
            };
            match store.answer(write).await {
                Ok(()) => return Ok(vec![Standing::InForce; answers.len()]),
                Err(StoreError::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
            // The ledger first: a consent that a repeated call wrote meanwhile came with another version of the request.
            let is_recorded = self.ledger.has(recorded).await?;
            if self.vault.version(&request).await? != Some(expected) {
                break;
            }
            if is_recorded {
                return Err(Error::AlreadyUsed);
            }
            line = self.ledger.next_line(recorded).await?;
        }
        Err(StoreError::Conflict.into())
    }

    /// Puts answers into the ledger, if they are not there, and gives the state of each.
    pub(crate) async fn record(
        &self,
        request: &Request,
        answers: &[Answer],
        now: DateTime<Utc>,
    ) -> Result<Vec<Standing>, Error> {
        self.ledger.record(Answered { request, answers }, now).await
    }

    /// Closes what is for a person alone, for whoever knows `id`.
    pub(crate) fn seal(&self, id: &[u8; 16], for_person: &ForPerson) -> Result<String, StoreError> {
        Ok(BASE64_URL_SAFE_NO_PAD.encode(self.vault.seal.seal(id, written(for_person)?)?))
    }

    /// Opens what [`seal`](Self::seal) closed.
    pub(crate) fn unseal(&self, id: &[u8; 16], sealed: &str) -> Result<ForPerson, StoreError> {
        let sealed = BASE64_URL_SAFE_NO_PAD.decode(sealed).ok();
        let opened = sealed.and_then(|sealed| self.vault.seal.open(id, sealed));
        let for_person = opened.and_then(|record| minicbor_serde::from_slice(&record).ok());
        for_person.ok_or(StoreError::Damaged { what: "request" })
    }

    /// Names and number of people are kept for as long as a code may be entered, and what is left of the request a day longer.
    fn purge_at(&self, challenge: &Challenge) -> DateTime<Utc> {
        let expires_at = challenge.request().expires_at;
        if holds_a_person(challenge) { expires_at } else { later(expires_at, self.keep_finished) }
    }
}

/// How often answers are written again because others took their lines.
const MAX_CONFLICTS: usize = 16;

fn holds_a_person(challenge: &Challenge) -> bool {
    match challenge {
        Challenge::Pending(_) => true,
        Challenge::Verified(verified) => matches!(verified.stage(), Stage::Open(_)),
        Challenge::Ended(_) => false,
    }
}

/// A record before it is sealed, in CBOR (RFC 8949).
fn written(record: &impl Serialize) -> Result<Zeroizing<Vec<u8>>, StoreError> {
    let mut to = minicbor_serde::Serializer::new(Wiped(Zeroizing::new(Vec::with_capacity(USUAL_BYTES))));
    record.serialize(&mut to).map_err(StoreError::unavailable)?;
    Ok(to.into_encoder().into_writer().0)
}

fn read(record: &[u8]) -> Option<Challenge> {
    minicbor_serde::from_slice(record).ok()
}

/// Memory that is wiped when it is given back, also when it has to grow.
struct Wiped(Zeroizing<Vec<u8>>);

/// What a request about one person takes, answered or not.
const USUAL_BYTES: usize = 4096;

impl Write for Wiped {
    type Error = Infallible;

    #[inline] // a record comes in hundreds of pieces
    fn write_all(&mut self, bytes: &[u8]) -> Result<(), Infallible> {
        if self.0.capacity() - self.0.len() < bytes.len() {
            let mut larger =
                Zeroizing::new(Vec::with_capacity((2 * self.0.capacity()).max(self.0.len() + bytes.len())));
            larger.extend_from_slice(&self.0);
            self.0 = larger;
        }
        self.0.extend_from_slice(bytes);
        Ok(())
    }
}
