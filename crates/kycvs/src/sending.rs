use std::sync::Arc;

use futures_util::future::join_all;
use kycvs_consent::{Challenge, EndReason, OtpCode, Pending, Request};
use kycvs_store::Version;

use crate::booking::Draft;
use crate::message::otp_message;
use crate::{Awaited, Error, PeopleError, SendError, StatusService};

/// A request that is written, and whose code is to be sent.
pub(crate) struct Unsent {
    code: OtpCode,
    pending: Pending,
    version: Version,
}

impl StatusService {
    /// Writes all requests of a booking, or gives up those that were written.
    pub(crate) async fn write(&self, drafts: Vec<Draft>) -> Result<Vec<Unsent>, Error> {
        let mut written = Vec::with_capacity(drafts.len());
        for Draft { code, pending } in drafts {
            match self.books.put(None, &Challenge::Pending(pending.clone())).await {
                Ok(version) => written.push(Unsent { code, pending, version }),
                Err(error) => {
                    self.end_all(written).await;
                    return Err(error);
                }
            }
        }
        Ok(written)
    }

    /// Sends the codes of a booking, the first one first: where that fails, nobody else gets a message. Where another fails, its
    /// request ends, and the first goes on.
    pub(crate) async fn send_all(&self, unsent: Vec<Unsent>) -> Result<Pending, Error> {
        let mut others = unsent.into_iter();
        let lead = others.next().ok_or(PeopleError::Nobody)?;
        if let Err(error) = self.send(lead.code.clone(), &lead.pending).await {
            self.end_all(others.chain([lead])).await;
            return Err(error);
        }
        join_all(others.map(|other| self.send_other(other))).await;
        Ok(lead.pending)
    }

    async fn send_other(&self, other: Unsent) {
        if let Err(error) = self.send(other.code.clone(), &other.pending).await {
            tracing::warn!(request = %other.pending.request().id, %error, "a further number of a booking got no message");
            self.end_unsent(other).await;
        }
    }

    async fn end_all(&self, unsent: impl IntoIterator<Item = Unsent>) {
        for unsent in unsent {
            self.end_unsent(unsent).await;
        }
    }

    /// Sends a code. Where nobody knows whether it arrives, the request goes on: the person enters it if it does.
    pub(crate) async fn send(&self, code: OtpCode, pending: &Pending) -> Result<Delivery, Error> {
        let lifetime = self.guard.limits.challenge.code_lifetime;
        let domain = self.otp_domain.as_ref();
        let link = self.links.as_ref().zip(pending.subject().link.as_ref()).map(|(base, link)| base.url(link));
        let message = otp_message(pending, code, lifetime, domain, link, self.awaited(pending));
        match self.sender.send(message).await {
            Ok(()) => Ok(Delivery::Taken),
            Err(SendError::Unknown(error)) => {
                tracing::warn!(request = %pending.request().id, error, "nobody knows whether a message was sent");
                Ok(Delivery::Unknown)
            }
            Err(error) => Err(Error::SmsUnavailable(error)),
        }
    }

    fn awaited(&self, pending: &Pending) -> Awaited {
        let Request { id: request, entity, .. } = pending.request();
        Awaited {
            books: Arc::downgrade(&self.books),
            code_key: self.code_key.clone(),
            pseudonyms: self.pseudonyms.clone(),
            clock: self.clock.clone(),
            entity: entity.id.clone(),
            request: *request,
        }
    }

    /// Forgets the people of a request whose code was not sent. Nobody knows the request's id, so if this fails the
    /// sealed request just waits to be purged.
    async fn end_unsent(&self, Unsent { pending, version, .. }: Unsent) {
        if let Err(error) =
            self.books.put(Some(version), &Challenge::Ended(pending.end(EndReason::NotSent, self.clock.now()))).await
        {
            tracing::warn!(%error, "a request whose code was not sent could not be ended");
        }
    }
}

/// What became of a message that was handed over.
pub(crate) enum Delivery {
    Taken,
    Unknown,
}
