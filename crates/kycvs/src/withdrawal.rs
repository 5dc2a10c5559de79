use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use kycvs_consent::{ConsentEvent, ConsentId, ConsentRecord, Identifier, Outcome, WithdrawnBy};

use crate::{Error, StatusService};

/// What withdraws one consent and does nothing else: 128 bits that the person is given with the answer. Whoever holds it can
/// withdraw, and learns nothing.
#[derive(Clone)]
pub struct WithdrawalCode([u8; 16]);

/// The text is no withdrawal code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a withdrawal code is 22 characters of base64url")]
pub struct WithdrawalCodeError;

impl StatusService {
    /// Withdraws a consent; repeating it changes nothing. From then on this service hands out its token no more, and where the
    /// token was handed out, the next status list says so: within the hour at every gate that is online.
    ///
    /// The caller sees to it that it is the person who asks. The consent's id is no proof of that: it is in the token,
    /// and everyone has it whom the token was shown.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such consent, or it was never given; [`Error::StoreUnavailable`].
    #[tracing::instrument(name = "kycvs.withdraw", skip_all, fields(consent = %id), err(level = "info"))]
    pub async fn withdraw(&self, id: &ConsentId, by: WithdrawnBy) -> Result<(), Error> {
        self.withdraw_within(id, by, 0).await
    }

    /// Withdraws a consent whose token's bit rises some ticks later than it could.
    pub(crate) async fn withdraw_within(&self, id: &ConsentId, by: WithdrawnBy, ticks: i64) -> Result<(), Error> {
        let at = self.clock.now();
        let is_given = |record: &ConsentRecord| match record.consent.outcome {
            Outcome::Refused | Outcome::Copied => Err(Error::NotFound),
            _ => Ok(!record.is_withdrawn()),
        };
        self.end(id, is_given, ConsentEvent::Withdrawn { at, by }, ticks).await.map(|_| ())
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
    /// [`Error::UnknownEntity`]; [`Error::NotFound`], also for a consent that another entity got; [`Error::StoreUnavailable`].
    pub async fn withdraw_at_counter(&self, entity: &Identifier, id: &ConsentId) -> Result<(), Error> {
        if !self.directory.now().has(entity) {
            return Err(Error::UnknownEntity);
        }
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
