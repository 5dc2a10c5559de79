use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use kycvs_consent::{
    Challenge, Confirmation, DataFiduciary, EndReason, Identifier, Language, Nonce, Purpose, Request, RequestId, Stage,
    Subject, Verified, VerifyingEntity, later, shown_name,
};
use kycvs_domain::{Mobile, PersonName};
use kycvs_registry::{Found, Lookup, PersonTag};
use kycvs_store::{StoreError, Version};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::builder::BuildError;
use crate::service::until_won;
use crate::{Error, OpenRequest, Person, RegisteredEntity, RequestState, StatusRequest, StatusService};

/// A person who asks for their own page: who asked about them, and what was shared.
#[derive(Clone, Debug)]
pub struct MeRequest {
    /// The number that answers were given for.
    pub mobile: Mobile,
    /// The person's name.
    pub name: PersonName,
    /// The language of the notice and the message.
    pub language: Language,
    /// The network that the person asks from, where the host knows it.
    pub network: Option<String>,
}

/// A person who showed by a code that the number is theirs, and whom the registry knows by that name on it: for 15 minutes.
#[derive(Clone)]
pub struct PersonSession {
    id: [u8; 16],
    pub(crate) mobile: Mobile,
    pub(crate) name: PersonName,
    pub(crate) person: PersonTag,
    /// What the person consented to by the code.
    pub(crate) request: Box<Request>,
    until: DateTime<Utc>,
}

/// How long a session lasts.
const SESSION: TimeDelta = TimeDelta::minutes(15);

/// The id of the entity that a person is to themselves.
const ME: &str = "me";

impl StatusService {
    /// Sends a person a code that opens their own page. It is a request as any other, held to the same limits; the registry
    /// is not read.
    ///
    /// # Errors
    /// As [`request`](Self::request).
    pub async fn open_me(&self, asked: MeRequest) -> Result<OpenRequest, Error> {
        let MeRequest { mobile, name, language, network } = asked;
        let (entity, purpose) = (id(ME)?, id("self")?);
        let asked = StatusRequest {
            entity,
            people: vec![Person::new(mobile, name)],
            purpose,
            policy: None,
            on: None,
            reference: None,
            language,
            shows_notice: true,
        };
        let admitted = self.admit(asked, &[], network.as_deref()).await?;
        self.open(self.draw_id()?, admitted).await
    }

    /// Sends a further code.
    ///
    /// # Errors
    /// As [`resend`](Self::resend).
    pub async fn resend_me(&self, request: &RequestId) -> Result<OpenRequest, Error> {
        self.resend(&id(ME)?, request).await
    }

    /// A request that waits for its code; `None` for one that is over.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::StoreUnavailable`].
    pub async fn state_me(&self, request: &RequestId) -> Result<Option<OpenRequest>, Error> {
        match self.state(&id(ME)?, request).await? {
            RequestState::Pending(open) => Ok(Some(open)),
            _ => Ok(None),
        }
    }

    /// Takes the code and opens the page. Nothing is shared, and no consent is written down until a copy is taken. The call may be repeated with the
    /// same nonce while the session lasts, and gives the same session. `network` is where the code is entered, where the host knows it.
    ///
    /// # Errors
    /// As [`confirm`](Self::confirm). [`Error::NoMatchingRecord`] is the one answer for an unknown number, a wrong name, a wrong
    /// year of birth and two people of that name; the request is over then.
    #[tracing::instrument(name = "kycvs.confirm_me", skip_all, fields(%request), err(level = "info"))]
    pub async fn confirm_me(
        &self,
        request: &RequestId,
        entered: &Confirmation,
        network: Option<&str>,
    ) -> Result<PersonSession, Error> {
        let entity = id(ME)?;
        let (verified, version) =
            until_won(|| self.judge(&entity, request, entered, network, self.clock.now())).await?;
        let session = self.pseudonyms.session(request, &entered.attempt);
        match self.session(session).await {
            Err(Error::NotFound) => {}
            opened => return opened,
        }
        let Stage::Open(subject) = verified.stage() else { return Err(Error::NotFound) };
        let [named] = subject.people.as_slice() else { return Err(Error::NotFound) };
        let looked_up = self.answerer.look_up(&subject.mobile, &[(0, named)], &entered.birth_years).await?;
        let Some((Lookup::Found(Found { person, .. }), _)) = looked_up.first() else {
            if looked_up.iter().all(|(_, year)| year.is_none()) {
                self.guard.forget_failures(verified.request(), network, &[]).await;
            }
            self.end_me(verified, version).await?;
            return Err(Error::NoMatchingRecord);
        };
        self.guard.forget_failures(verified.request(), network, &[]).await;
        let until = later(self.clock.now(), SESSION);
        let (mobile, name) = (subject.mobile, named.name.clone());
        let request = Box::new(verified.request().clone());
        let note = Note { subject: subject.clone(), person: *person.as_bytes(), request: request.clone(), until };
        let opened = PersonSession { id: session, mobile, name, person: *person, request, until };
        let note = serde_json::to_vec(&note).map_err(StoreError::unavailable)?;
        match self.keep_note(&session, None, note, until).await {
            // The same call on another connection.
            Err(Error::StoreUnavailable(StoreError::Conflict)) => self.session(session).await,
            kept => kept.map(|_| opened),
        }
    }

    /// A session by its secret, as the calls after the first bring it.
    ///
    /// # Errors
    /// [`Error::NotFound`] for one that is over, and for any other text; [`Error::StoreUnavailable`].
    pub async fn person_session(&self, secret: &str) -> Result<PersonSession, Error> {
        let id = Nonce::parse(secret).map_err(|_| Error::NotFound)?;
        self.session(*id.secret_bytes()).await
    }

    /// Ends a session before its time. Ending it again changes nothing.
    ///
    /// # Errors
    /// [`Error::StoreUnavailable`].
    pub async fn close_me(&self, session: &PersonSession) -> Result<(), Error> {
        let Some(kept) = self.note(&session.id).await? else { return Ok(()) };
        match self.keep_note(&session.id, Some(kept.version), Vec::new(), self.clock.now()).await {
            Err(Error::StoreUnavailable(StoreError::Conflict)) => Ok(()), // it was ended elsewhere
            ended => ended.map(|_| ()),
        }
    }

    async fn session(&self, id: [u8; 16]) -> Result<PersonSession, Error> {
        let kept = self.note(&id).await?.ok_or(Error::NotFound)?;
        let note: Note = serde_json::from_slice(&kept.body).map_err(|_| Error::NotFound)?;
        if self.clock.now() >= note.until {
            return Err(Error::NotFound);
        }
        let Note { subject, person, request, until } = note;
        let named = subject.people.into_iter().next().ok_or(Error::NotFound)?;
        let (mobile, name) = (subject.mobile, named.name);
        Ok(PersonSession { id, mobile, name, person: PersonTag::from_bytes(person), request, until })
    }

    /// One request tries one name and one year.
    async fn end_me(&self, verified: Verified, version: Version) -> Result<(), Error> {
        let ended = Challenge::Verified(verified).end(EndReason::Abandoned, self.clock.now())?;
        self.books.put(Some(version), &Challenge::Ended(ended)).await.map(|_| ())
    }
}

impl PersonSession {
    /// What names the session in the calls that follow, 22 characters of base64url: for the person's eyes and nobody else's.
    pub fn secret(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE64_URL_SAFE_NO_PAD.encode(self.id))
    }

    /// The name, as it is shown.
    pub fn name(&self) -> String {
        shown_name(&self.name)
    }

    /// The number but its last four digits: what a host counts messages under.
    pub fn mobile_range(&self) -> &str {
        self.mobile.prefix()
    }

    /// When the code was entered.
    pub(crate) fn opened_at(&self) -> DateTime<Utc> {
        self.until - SESSION
    }

    /// Until when it lasts.
    pub fn until(&self) -> DateTime<Utc> {
        self.until
    }
}

impl fmt::Debug for PersonSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonSession(redacted)")
    }
}

/// A session as it is kept.
#[derive(Serialize, Deserialize)]
struct Note {
    subject: Subject,
    person: [u8; 16],
    request: Box<Request>,
    until: DateTime<Utc>,
}

/// Whether an entity is a person who asks for their own page.
pub(crate) fn is_me(entity: &Identifier) -> bool {
    entity.as_str() == ME
}

/// The entity that a person is to themselves: messages and notices name who answers.
pub(crate) fn me(fiduciary: &DataFiduciary) -> Result<RegisteredEntity, BuildError> {
    let entity = |id| VerifyingEntity { id, name: fiduciary.name.clone() };
    let purpose = |code, text| Purpose { code, text, onward_sharing: false };
    let own =
        (Identifier::parse(ME), Identifier::parse("self"), kycvs_consent::Label::parse("to show you your own page"));
    match own {
        (Ok(me), Ok(code), Ok(text)) => Ok(RegisteredEntity::new(entity(me), [purpose(code, text)])),
        _ => Err(BuildError::Missing("entity")),
    }
}

fn id(text: &str) -> Result<Identifier, Error> {
    Identifier::parse(text).map_err(|_| Error::UnknownEntity)
}
