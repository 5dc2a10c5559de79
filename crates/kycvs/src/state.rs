use kycvs_consent::{Challenge, EndReason, Ended, Identifier, RequestId, Stage};

use crate::{Error, RequestState, StatusService};

/// What an entity may ask about its request at any time.
impl StatusService {
    /// Tells the entity the state of its request; an answered one with its tokens.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::AlreadyUsed`], [`Error::StoreUnavailable`].
    #[tracing::instrument(name = "kycvs.state", skip_all, fields(%entity, request = %id), err(level = "info"))]
    pub async fn state(&self, entity: &Identifier, id: &RequestId) -> Result<RequestState, Error> {
        let now = self.clock.now();
        match self.books.load(entity, id, now).await?.body {
            Challenge::Pending(pending) if pending.request().is_expired(now) => Ok(RequestState::Expired),
            Challenge::Pending(pending) => self.open_request(&pending).map(RequestState::Pending),
            Challenge::Verified(verified) => match verified.stage() {
                Stage::Open(_) if verified.request().is_expired(now) => Ok(RequestState::Expired),
                Stage::Open(_) => Ok(RequestState::Verified),
                Stage::Answered(answers) => match self.told(verified.request(), answers, now).await? {
                    answers if answers.are_expired(now) => Ok(RequestState::Expired),
                    answers => Ok(RequestState::Answered(answers)),
                },
            },
            Challenge::Ended(Ended { reason: EndReason::Declined, .. }) => Ok(RequestState::Declined),
            Challenge::Ended(Ended { reason: EndReason::Locked, .. }) => Ok(RequestState::Locked),
            Challenge::Ended(Ended { reason: EndReason::Abandoned, .. }) => Ok(RequestState::Expired),
            Challenge::Ended(Ended { reason: EndReason::NotSent, .. }) => Err(Error::NotFound),
        }
    }
}
