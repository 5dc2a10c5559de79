#![expect(clippy::result_large_err, reason = "a step that ends early answers with a page, too")]

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use kycvs::consent::{Language, RequestId};
use kycvs::store::{StoreError, Version};
use kycvs::{Error, Linked, OpenRequest, PersonAnswer, RequestState, Told};

use super::form::{Form, Reader};
use super::kept_key::{KeptKey, kept};
use super::people::{self, Typed};
use super::{ends, steps};
use crate::address::Address;
use crate::app::App;
use crate::lanes::Message;
use crate::problem::{Problem, ProblemCode};
use crate::session::{FormKey, Given, Place, Session, Sessions, Stage};

/// One visit, as a call finds it.
pub(super) struct Visit {
    pub(super) app: Arc<App>,
    pub(super) at: At,
    pub(super) session: Session,
    pub(super) place: Place,
    pub(super) is_framed: bool,
    /// What the person typed into the first step.
    pub(super) typed: Typed,
    /// Whom the person leaves out at the second step, by their places.
    pub(super) left_out: BTreeSet<u8>,
}

/// By what the person came.
pub(super) enum At {
    /// By a visit that an entity opened, by its id.
    Session(String),
    /// By the link of a message. It leads to the second step of a request.
    Link { text: String, linked: Linked },
}

/// The first step. Who knows the URL, such as the site that embeds, sees no more than this, and costs no store anything; the
/// browser that asked for a code goes on at the second step, whether or not it heard of it.
pub(super) async fn show(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    reader: Reader,
    KeptKey(known): KeptKey,
) -> Result<Response, Response> {
    let mut visit = Visit::open(app, id.clone(), reader)?;
    let (page, key) = match known {
        Some(key) => (visit.show_again(&key, reader.chosen).await?, key),
        None => {
            let key = visit.draw_key()?;
            (steps::ask(&visit, &visit.given().await?, &key, None), key)
        }
    };
    Ok(kept(page, &visit.app, &id, &key))
}

/// Any further step. The form says which.
pub(super) async fn act(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    reader: Reader,
    address: Result<Address, Problem>,
    form: Result<Form, Problem>,
) -> Response {
    match Visit::open(app, id, reader) {
        Ok(visit) => visit.act(address, form).await,
        Err(refusal) => refusal,
    }
}

impl Visit {
    fn open(app: Arc<App>, id: String, reader: Reader) -> Result<Self, Response> {
        let Ok((place, mut session)) = Sessions(&app.service).read(&id) else {
            return Err(ends::unknown(&app, reader.language()));
        };
        session.language = reader.chosen.unwrap_or(session.language);
        let visit = Self { is_framed: reader.is_framed, ..Self::at(app, At::Session(id), session, place) };
        if visit.session.is_over(visit.app.service.now()) { Err(ends::over(&visit)) } else { Ok(visit) }
    }

    /// A visit at which nothing was typed yet.
    pub(super) fn at(app: Arc<App>, at: At, session: Session, place: Place) -> Self {
        Self { app, at, session, place, is_framed: false, typed: Typed::default(), left_out: BTreeSet::new() }
    }

    /// Where its forms go.
    pub(super) fn path(&self) -> String {
        match &self.at {
            At::Session(id) => format!("/embed/{id}"),
            At::Link { text, .. } => format!("/l/{text}"),
        }
    }

    pub(super) fn is_behind_link(&self) -> bool {
        matches!(self.at, At::Link { .. })
    }

    /// Takes the step that a form asks for. What begins, ends or leaves a visit is not there behind a link.
    pub(super) async fn act(mut self, address: Result<Address, Problem>, form: Result<Form, Problem>) -> Response {
        let (address, form) = match (address, form) {
            (Ok(address), Ok(form)) => (address, form),
            (Err(problem), _) | (_, Err(problem)) => return ends::refusal(&self, &problem),
        };
        self.speak(form.text("language"));
        (self.typed, self.left_out) = (Typed::of(&form), people::left_out(&form));
        let done = match (form.text("action"), self.is_behind_link()) {
            ("confirm", _) => self.confirm(&form, &address).await,
            ("present", _) => self.present(&form).await,
            ("take-back", _) => self.take_back(&form).await,
            ("resend", _) => self.resend(&form, &address).await,
            ("withdraw", _) => self.withdraw(&form).await,
            ("decline", true) => self.decline_for_number(&form).await,
            ("decline", false) => self.decline(&form, &address).await,
            ("ask", false) => self.ask(&form, &address).await,
            ("again", false) => self.again(&form).await,
            ("speak", false) => self.first_step(&form).await,
            ("continue", false) => self.go_on(&form).await,
            _ => Err(ends::refusal(&self, &ProblemCode::InvalidRequest.into())),
        };
        done.unwrap_or_else(|refusal| refusal)
    }

    /// The people whom the entity named.
    pub(super) async fn given(&self) -> Result<Given, Response> {
        match Sessions(&self.app.service).given(&self.session).await {
            Err(Error::NotFound) => Err(ends::over(self)),
            given => given.map_err(|error| self.refuse(error)),
        }
    }

    /// The step that a browser is at which has been here.
    async fn show_again(&mut self, key: &FormKey, chosen: Option<Language>) -> Result<Response, Response> {
        match self.noted().await? {
            Some((Stage::Ended, _)) => Err(ends::over(self)),
            Some((Stage::Asked(asked), _)) if asked.form_key == key.hash(&[]) => {
                self.session.language = chosen.unwrap_or(asked.language);
                match self.state_of(&asked.request).await? {
                    Asking::Waits(open) => {
                        let ticket = self.ticket(&open, key.clone(), asked.range)?;
                        Ok(steps::code(self, &open, &ticket, None, false))
                    }
                    Asking::Answered => Err(ends::over(self)),
                    Asking::Over => Ok(steps::ask(self, &self.given().await?, key, None)),
                }
            }
            _ => Ok(steps::ask(self, &self.given().await?, key, None)),
        }
    }

    pub(super) async fn noted(&self) -> Result<Option<(Stage, Version)>, Response> {
        Sessions(&self.app.service).noted(&self.place).await.map_err(|error| self.refuse(error))
    }

    pub(super) async fn state_of(&self, request: &RequestId) -> Result<Asking, Response> {
        match self.app.service.state(&self.session.entity, request).await {
            Ok(RequestState::Pending(open)) => Ok(Asking::Waits(Box::new(open))),
            Ok(RequestState::Answered(answers)) => {
                let is_nothing = |person: &PersonAnswer| matches!(person.told, Told::NoRecord | Told::Declined);
                let is_over = answers.people.iter().all(is_nothing);
                Ok(if is_over { Asking::Over } else { Asking::Answered })
            }
            Ok(_) | Err(Error::NotFound) => Ok(Asking::Over),
            Err(error) => Err(self.refuse(error)),
        }
    }

    pub(super) fn refuse(&self, error: Error) -> Response {
        ends::refusal(self, &error.into())
    }

    /// The first step with what was typed, in the language that was chosen there.
    async fn first_step(self, form: &Form) -> Result<Response, Response> {
        let (key, given) = (self.key(form)?, self.given().await?);
        Ok(steps::ask(&self, &given, &key, None))
    }

    /// The form's key, or the first one.
    pub(super) fn key(&self, form: &Form) -> Result<FormKey, Response> {
        FormKey::parse(form.text("key")).map_or_else(|| self.draw_key(), Ok)
    }

    /// Goes on in another language, if the page has it.
    pub(super) fn speak(&mut self, tag: &str) {
        self.session.language = Language::from_tag(tag).unwrap_or(self.session.language);
    }

    /// A message of this visit.
    pub(super) fn message<'a>(&'a self, address: &'a Address, ranges: &'a [String]) -> Message<'a> {
        Message { address, entity: &self.session.entity, ranges, visit: Some(&self.place) }
    }

    /// Notes what the visit led to, provided that the note is still as it was read; `None` if it is not.
    pub(super) async fn note(&self, expected: Option<Version>, stage: Stage) -> Result<Option<Version>, Response> {
        match Sessions(&self.app.service).note((&self.place, &self.session), expected, &stage).await {
            Ok(version) => Ok(Some(version)),
            Err(Error::StoreUnavailable(StoreError::Conflict)) => Ok(None),
            Err(error) => Err(self.refuse(error)),
        }
    }

    /// The same form was sent twice at once, and the other one was first.
    pub(super) fn conflict(&self) -> Response {
        ends::refusal(self, &ProblemCode::InvalidRequest.into())
    }

    pub(super) fn draw_key(&self) -> Result<FormKey, Response> {
        FormKey::draw(&self.app.service).map_err(|error| self.refuse(error))
    }
}

/// How what was asked stands.
pub(super) enum Asking {
    Waits(Box<OpenRequest>),
    Answered,
    /// It ended without an answer, or was never sent.
    Over,
}
