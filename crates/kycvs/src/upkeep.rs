use kycvs_consent::{Consent, ConsentId, ConsentRecord, Method};
use kycvs_domain::{Mobile, PersonName};

use crate::{Error, StatusService};

impl StatusService {
    /// Reads a consent with its history, for the person or an auditor who has its id.
    ///
    /// # Errors
    /// [`Error::StoreUnavailable`].
    pub async fn consent(&self, id: &ConsentId) -> Result<Option<ConsentRecord>, Error> {
        self.books.ledger.read(id).await
    }

    /// Whether a consent was about the person of this name, as it was asked: for an auditor, or a dispute.
    pub fn commits_to(&self, consent: &Consent, name: &PersonName) -> bool {
        let Method::OtpSms { request, .. } = consent.method;
        self.pseudonyms.name(&request, name) == consent.name_commitment
    }

    /// Frees a mobile number that is locked, or had too many messages: for a person who asks for help, once the operator is
    /// satisfied that it is them.
    ///
    /// # Errors
    /// [`Error::StoreUnavailable`].
    #[tracing::instrument(name = "kycvs.unlock", skip_all, err)]
    pub async fn unlock(&self, mobile: &Mobile) -> Result<(), Error> {
        self.guard.unlock(mobile, self.directory.now().ids()).await
    }
}
