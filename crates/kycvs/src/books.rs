use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use kycvs_consent::{Answer, Answered, Challenge, Identifier, Request, RequestId, later};
use kycvs_store::{AnswerStore, AnswerWrite, Key, StoreError, Version, Versioned};
use zeroize::Zeroizing;

use crate::Error;
use crate::ledger::Ledger;
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
    /// Reads a request for its entity. Another entity's is not found, like one that does not exist, or whose time to be
    /// kept has passed.
    pub(crate) async fn load(
        &self,
        entity: &Identifier,
        id: &RequestId,
        now: DateTime<Utc>,
    ) -> Result<Versioned<Challenge>, Error> {
        let Versioned { body, version } = self.vault.load(id.as_bytes()).await?.ok_or(Error::NotFound)?;
        let challenge = read(&body).filter(|challenge| challenge.request().id == *id);
        let body = challenge.ok_or(StoreError::Damaged { what: "request" })?;
        let request = body.request();
        let is_theirs = request.entity.id == *entity && now < self.purge_at(request);
        if is_theirs { Ok(Versioned { body, version }) } else { Err(Error::NotFound) }
    }

    /// Writes a request, provided it is still at the version that was read.
    pub(crate) async fn put(&self, expected: Option<Version>, challenge: &Challenge) -> Result<Version, Error> {
        let request = challenge.request();
        Ok(self.vault.put(request.id.as_bytes(), expected, write(challenge)?, self.purge_at(request)).await?)
    }

    /// Writes the answer to a request, provided that is still at the version that was read; its consent with it, where
    /// both lie in one store.
    pub(crate) async fn answer(&self, expected: Version, answered: &Answered) -> Result<(), Error> {
        let challenge = Challenge::Answered(answered.clone());
        let (Some(store), Answer::Granted(grant)) = (&self.together, answered.answer()) else {
            return self.put(Some(expected), &challenge).await.map(|_| ());
        };
        let request = answered.request();
        let answer = AnswerWrite {
            request: Key::from(*request.id.as_bytes()),
            expected,
            body: self.vault.seal(request.id.as_bytes(), write(&challenge)?)?,
            purge_at: self.purge_at(request),
            consent: Key::from(*grant.consent.id.as_bytes()),
            entry: grant.consent.to_bytes().map_err(StoreError::unavailable)?,
        };
        Ok(store.answer(answer).await?)
    }

    fn purge_at(&self, request: &Request) -> DateTime<Utc> {
        later(request.expires_at, self.keep_finished)
    }
}

/// A request as it is kept, before it is sealed: JSON.
fn write(challenge: &Challenge) -> Result<Zeroizing<Vec<u8>>, StoreError> {
    Ok(Zeroizing::new(serde_json::to_vec(challenge).map_err(StoreError::unavailable)?))
}

fn read(record: &[u8]) -> Option<Challenge> {
    serde_json::from_slice(record).ok()
}
