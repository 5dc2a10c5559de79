use kycvs_consent::{Identifier, Language, Link, RequestId};

use crate::{Error, StatusService};

/// What the link in a person's message leads to. It names nobody.
#[derive(Clone, Debug)]
pub struct Linked {
    /// Who asks.
    pub entity: Identifier,
    /// For what.
    pub purpose: Identifier,
    /// The request that waits for this person's code.
    pub request: RequestId,
    /// The first request of the booking, by which its entity knows all of it.
    pub lead: RequestId,
    /// The language of the notice.
    pub language: Language,
}

impl StatusService {
    /// Finds what a link leads to, for the page behind it. What may still be done there,
    /// [`state`](Self::state) says.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a link of no request, or of one that is no longer kept; [`Error::StoreUnavailable`].
    #[tracing::instrument(name = "kycvs.behind_link", skip_all, err(level = "info"))]
    pub async fn behind_link(&self, link: &Link) -> Result<Linked, Error> {
        let request = link.request();
        let found = self.books.find(&request, self.clock.now()).await?.body;
        let asked = found.request();
        Ok(Linked {
            entity: asked.entity.id.clone(),
            purpose: asked.purpose.code.clone(),
            request,
            lead: asked.group.first().copied().unwrap_or(request),
            language: asked.notice.language,
        })
    }
}
