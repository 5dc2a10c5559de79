use kycvs_consent::{Challenge, EndReason, OtpCode, Pending, Request};
use kycvs_store::Version;

use crate::message::otp_message;
use crate::{Awaited, Error, SendError, StatusService};

impl StatusService {
    /// Sends a code. Where nobody knows whether it arrives, the request goes on: the person enters it if it does.
    pub(crate) async fn send(&self, code: OtpCode, pending: &Pending) -> Result<Delivery, Error> {
        let lifetime = self.guard.limits.challenge.code_lifetime;
        let domain = self.otp_domain.as_ref();
        let message = otp_message(pending.subject(), code, pending.request(), lifetime, domain, self.awaited(pending));
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
            books: self.books.clone(),
            code_key: self.code_key.clone(),
            pseudonyms: self.pseudonyms.clone(),
            clock: self.clock.clone(),
            entity: entity.id.clone(),
            request: *request,
        }
    }

    /// Forgets the person of a request whose code was not sent. Nobody knows the request's id, so if this fails the
    /// sealed request just waits to be purged.
    pub(crate) async fn end_unsent(&self, pending: Pending, version: Version) {
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
