use kycvs_consent::{CodeProof, Identifier, Language, RequestId};

use crate::me::is_me;
use crate::{Answers, Error, OpenRequest, Person, RequestState, StatusRequest, StatusService};

/// One entity at a service: what a host calls that asks for it.
#[derive(Clone)]
pub struct Entity<'a> {
    service: &'a StatusService,
    id: Identifier,
}

impl StatusService {
    /// The entity of this id.
    ///
    /// # Errors
    /// [`Error::UnknownEntity`].
    pub fn entity(&self, id: &str) -> Result<Entity<'_>, Error> {
        let id = Identifier::parse(id).map_err(|_| Error::UnknownEntity)?;
        let is_known = self.directory.now().has(&id) && !is_me(&id);
        if is_known { Ok(Entity { service: self, id }) } else { Err(Error::UnknownEntity) }
    }
}

impl Entity<'_> {
    /// Its id.
    pub fn id(&self) -> &Identifier {
        &self.id
    }

    /// A question for one of its purposes, to be [sent](StatusService::request): in English, for today, by the purpose's first
    /// policy, with the notice shown before the code is entered. Set in its fields what differs. Only
    /// [`request`](StatusService::request) refuses a list of nobody or of more than six people.
    ///
    /// # Errors
    /// [`Error::UnknownPurpose`].
    pub fn question(&self, purpose: &str, people: impl Into<Vec<Person>>) -> Result<StatusRequest, Error> {
        let purpose = Identifier::parse(purpose).map_err(|_| Error::UnknownPurpose)?;
        self.service.directory.now().find(&self.id, &purpose)?;
        Ok(StatusRequest {
            entity: self.id.clone(),
            people: people.into(),
            purpose,
            policy: None,
            on: None,
            reference: None,
            language: Language::English,
            shows_notice: true,
        })
    }

    /// Takes the code that a person entered who read the notice: with it they agree, for everybody whose code it is.
    ///
    /// # Errors
    /// As [`StatusService::confirm`], which also leaves people out and takes years of birth.
    pub async fn confirm(&self, open: &OpenRequest, code: &CodeProof) -> Result<Answers, Error> {
        self.service.confirm(&self.id, &open.id, &open.confirmation(code.clone())).await
    }

    /// Sends a new code.
    ///
    /// # Errors
    /// As [`StatusService::resend`].
    pub async fn resend(&self, open: &OpenRequest) -> Result<OpenRequest, Error> {
        self.service.resend(&self.id, &open.id).await
    }

    /// Ends the request, because the person declined.
    ///
    /// # Errors
    /// As [`StatusService::decline`].
    pub async fn decline(&self, open: &OpenRequest) -> Result<(), Error> {
        self.service.decline(&self.id, &open.id).await
    }

    /// The state of one of its requests.
    ///
    /// # Errors
    /// As [`StatusService::state`].
    pub async fn state(&self, request: &RequestId) -> Result<RequestState, Error> {
        self.service.state(&self.id, request).await
    }
}
