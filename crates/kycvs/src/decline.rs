use kycvs_consent::{Challenge, EndReason, Ended, Identifier, RequestId};
use kycvs_store::Versioned;

use crate::service::until_won;
use crate::{Error, StatusService};

/// How a request ends without an answer.
impl StatusService {
    /// Ends a request because the person declined for everybody on the mobile number, and writes that down; repeating it changes
    /// nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::RequestExpired`], [`Error::AlreadyUsed`] when it was answered,
    /// [`Error::RequestLocked`], [`Error::StoreUnavailable`].
    #[tracing::instrument(name = "kycvs.decline", skip_all, fields(%entity, request = %id), err(level = "info"))]
    pub async fn decline(&self, entity: &Identifier, id: &RequestId) -> Result<(), Error> {
        let declined = until_won(|| self.try_end(entity, id, EndReason::Declined)).await?;
        let Ended { request, at, .. } = &declined;
        let refusals: Vec<_> = request.people.iter().map(|asked| self.answerer.refusal(request, asked, *at)).collect();
        self.books.ledger.record_refusals(&refusals).await
    }

    /// Ends a request that nobody will answer, such as one that another took the place of; the first of a group, with all others
    /// that have no answer, however the first one stands. Nobody decided anything, so nothing is written down.
    ///
    /// # Errors
    /// As [`decline`](Self::decline).
    #[tracing::instrument(name = "kycvs.abandon", skip_all, fields(%entity, request = %id), err(level = "info"))]
    pub async fn abandon(&self, entity: &Identifier, id: &RequestId) -> Result<(), Error> {
        let request = self.books.load(entity, id, self.clock.now()).await?.body.request().clone();
        let abandoned = until_won(|| self.try_end(entity, id, EndReason::Abandoned)).await;
        for other in request.group.iter().filter(|other| request.leads() && *other != id) {
            // It may be over by itself.
            if let Err(error @ Error::StoreUnavailable(_)) =
                until_won(|| self.try_end(entity, other, EndReason::Abandoned)).await
            {
                return Err(error);
            }
        }
        abandoned.map(drop)
    }

    async fn try_end(&self, entity: &Identifier, id: &RequestId, reason: EndReason) -> Result<Ended, Error> {
        let now = self.clock.now();
        let Versioned { body, version } = self.books.load(entity, id, now).await?;
        let was_over = matches!(&body, Challenge::Ended(_));
        let ended = body.end(reason, now)?;
        if !was_over {
            self.books.put(Some(version), &Challenge::Ended(ended.clone())).await?;
        }
        Ok(ended)
    }
}
