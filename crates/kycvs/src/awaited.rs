use std::sync::{Arc, Weak};

use kycvs_consent::{Challenge, CodeKey, Identifier, OtpCode, RequestId};
use kycvs_store::StoreError;
use zeroize::Zeroizing;

use crate::books::Books;
use crate::key::Pseudonyms;
use crate::{Clock, Error};

/// The request that a message belongs to, as a sender sees it that may send the message again by another way.
#[derive(Clone)]
pub struct Awaited {
    /// Of the service that sent it, if that is still there: a message that somebody keeps holds no store open.
    pub(crate) books: Weak<Books>,
    pub(crate) code_key: CodeKey,
    pub(crate) pseudonyms: Arc<Pseudonyms>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entity: Identifier,
    pub(crate) request: RequestId,
}

impl Awaited {
    /// Whether the request still waits for this code: it was not entered at any host, no later code took its place, and it is
    /// still good. Otherwise nobody needs it, and it must not be sent again.
    ///
    /// # Errors
    /// [`Error::StoreUnavailable`], also after the service was dropped.
    pub async fn is_for(&self, code: &OtpCode) -> Result<bool, Error> {
        let now = self.clock.now();
        match self.books()?.load(&self.entity, &self.request, now).await {
            Ok(found) => {
                Ok(matches!(found.body, Challenge::Pending(pending) if pending.awaits(&self.code_key, code, now)))
            }
            Err(Error::NotFound) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// A note that any host kept under `id` by [`StatusService::keep_note`](crate::StatusService::keep_note), such as a
    /// delivery receipt.
    ///
    /// # Errors
    /// [`Error::StoreUnavailable`].
    pub async fn note(&self, id: &[u8; 16]) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
        Ok(self.books()?.vault.load(&self.pseudonyms.note(id)).await?.map(|note| note.body))
    }

    fn books(&self) -> Result<Arc<Books>, Error> {
        Ok(self.books.upgrade().ok_or_else(|| StoreError::unavailable("the service has ended"))?)
    }
}
