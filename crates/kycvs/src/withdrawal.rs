use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use kycvs_consent::{ConsentEvent, ConsentId, ConsentRecord, Identifier, Outcome, WithdrawnBy};
use kycvs_store::{Entry, Key, Posting, StoreError};

use crate::lists::Flip;
use crate::{Error, ListName, StatusService};

/// What withdraws one consent and does nothing else: 128 bits that the person is given with the answer. Whoever holds it can
/// withdraw, and learns nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct WithdrawalCode([u8; 16]);

/// The text is no withdrawal code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a withdrawal code is 22 characters of base64url")]
pub struct WithdrawalCodeError;

/// How often a withdrawal starts again because another event was first.
const MAX_CONFLICTS: usize = 16;

impl StatusService {
    /// Withdraws a consent; repeating it changes nothing. From then on this service hands out its token no more, and where the
    /// token was handed out, the next status list says so: within the hour at every gate that is online.
    ///
    /// The caller sees to it that it is the person who asks. The consent's id is no proof of that: it stands in the token,
    /// and everyone has it whom the token was shown.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such consent, or it was never given; [`Error::StoreUnavailable`].
    #[tracing::instrument(name = "kycvs.withdraw", skip_all, fields(consent = %id), err(level = "info"))]
    pub async fn withdraw(&self, id: &ConsentId, by: WithdrawnBy) -> Result<(), Error> {
        let now = self.clock.now();
        for _ in 0..MAX_CONFLICTS {
            let record = self.books.ledger.read(id).await?.ok_or(Error::NotFound)?;
            if record.consent.outcome == Outcome::Refused {
                return Err(Error::NotFound);
            }
            if record.events.iter().any(|ConsentEvent::Withdrawn { .. }| true) {
                return Ok(());
            }
            match self.record_withdrawal(&record, by, now).await {
                Err(StoreError::Conflict) => {}
                done => return Ok(done?),
            }
        }
        Err(StoreError::Conflict.into())
    }

    /// The event, and what makes the token's bit rise: in one write, so that no crash comes between.
    async fn record_withdrawal(
        &self,
        record: &ConsentRecord,
        by: WithdrawnBy,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let id = Key::from(*record.consent.id.as_bytes());
        let body = ConsentEvent::Withdrawn { at, by }.to_bytes().map_err(StoreError::unavailable)?;
        let seq = u32::try_from(record.events.len() + 1).map_err(StoreError::unavailable)?;
        self.books.ledger.0.record(vec![Entry { id, seq, body }], self.flip(record, id, at)).await
    }

    /// A token that is over needs no bit.
    fn flip(&self, record: &ConsentRecord, id: Key, now: DateTime<Utc>) -> Vec<Posting> {
        match &record.consent.outcome {
            Outcome::Shared { valid_until, status_list: Some(position), .. } if now < *valid_until => {
                let list = ListName::from_uri(&position.uri, self.issuer());
                list.map(|list| Flip { list, index: position.idx }.posting(id)).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    /// Withdraws a consent for whoever holds its code.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a wrong code, the code of another consent, and a consent that does not exist: who guesses cannot
    /// tell them apart. [`Error::StoreUnavailable`].
    pub async fn withdraw_by_code(&self, id: &ConsentId, code: &WithdrawalCode) -> Result<(), Error> {
        if !self.withdrawals.accepts(id, &code.0) {
            return Err(Error::NotFound);
        }
        self.withdraw(id, WithdrawnBy::Code).await
    }

    /// Withdraws a consent for the entity that got the answer: a clerk does it for a person at the counter.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for a consent that another entity got; [`Error::StoreUnavailable`].
    pub async fn withdraw_at_counter(&self, entity: &Identifier, id: &ConsentId) -> Result<(), Error> {
        let record = self.books.ledger.read(id).await?.ok_or(Error::NotFound)?;
        if record.consent.verifying_entity.id != *entity {
            return Err(Error::NotFound);
        }
        self.withdraw(id, WithdrawnBy::Entity).await
    }

    /// The code that withdraws a consent, for the person's eyes and nobody else's: it follows from the service's key.
    pub fn withdrawal_code(&self, id: &ConsentId) -> WithdrawalCode {
        WithdrawalCode(self.withdrawals.code(id))
    }
}

impl WithdrawalCode {
    /// Reads the text form.
    ///
    /// # Errors
    /// [`WithdrawalCodeError`] for any other text.
    pub fn parse(text: &str) -> Result<Self, WithdrawalCodeError> {
        let mut code = [0; 16];
        match BASE64_URL_SAFE_NO_PAD.decode_slice(text, &mut code) {
            Ok(16) => Ok(Self(code)),
            _ => Err(WithdrawalCodeError),
        }
    }

    /// The text form: 22 characters of base64url.
    pub fn secret(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.0)
    }
}

impl fmt::Debug for WithdrawalCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WithdrawalCode(redacted)")
    }
}
