#![expect(clippy::result_large_err, reason = "a step that ends early answers with a page, too")]

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use kycvs::consent::{CodeProof, Confirmation, Language, NoticeHash, RequestId};
use kycvs::domain::{BirthYear, decimal_digit};
use kycvs::store::{StoreError, Version};
use kycvs::{Error, OpenRequest, Person, RequestState, StatusRequest};

use super::form::{Form, Reader};
use super::kept_key::{KeptKey, kept};
use super::steps;
use crate::address::Address;
use crate::app::App;
use crate::calls::ask;
use crate::lanes::{self, Message};
use crate::problem::{Problem, ProblemCode};
use crate::session::{Asked, FormKey, GivenName, Place, Session, Sessions, Stage, Ticket};

/// One visit, as a call finds it.
pub(super) struct Visit {
    pub(super) app: Arc<App>,
    id: String,
    pub(super) session: Session,
    pub(super) place: Place,
    pub(super) is_framed: bool,
    /// What the person typed into the first step: a step that leads back there carries it along.
    pub(super) typed: Typed,
}

/// Mobile number and name, as they were typed.
#[derive(Default)]
pub(super) struct Typed {
    pub(super) mobile: String,
    pub(super) name: String,
}

/// The first step. Who knows the URL, such as the site that embeds, sees no more than this, and costs no store anything; the
/// browser that asked for a code goes on at the second step, whether or not it heard of it.
pub(super) async fn show(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    reader: Reader,
    KeptKey(known): KeptKey,
) -> Result<Response, Response> {
    let mut visit = Visit::open(app, id, reader)?;
    let (page, key) = match known {
        Some(key) => (visit.show_again(&key, reader.chosen).await?, key),
        None => {
            let key = visit.draw_key()?;
            (steps::ask(&visit, &key, None), key)
        }
    };
    Ok(kept(page, &visit.app, &visit.id, &key))
}

/// Any further step. The form says which.
pub(super) async fn act(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    reader: Reader,
    address: Result<Address, Problem>,
    form: Result<Form, Problem>,
) -> Response {
    let done = async {
        let mut visit = Visit::open(app, id, reader)?;
        let refuse = |problem: Problem| steps::refusal(&visit, &problem);
        let (address, form) = (address.map_err(refuse)?, form.map_err(refuse)?);
        visit.speak(form.text("language"));
        visit.typed = Typed { mobile: form.text("mobile").to_owned(), name: form.text("name").to_owned() };
        match form.text("action") {
            "ask" => visit.ask(&form, &address).await,
            "confirm" => visit.confirm(&form, &address).await,
            "present" => visit.present(&form).await,
            "take-back" => visit.take_back(&form).await,
            "resend" => visit.resend(&form, &address).await,
            "decline" => visit.decline(&form, &address).await,
            "again" => visit.again(&form).await,
            "speak" => visit.first_step(&form),
            "continue" => visit.go_on(&form).await,
            "withdraw" => visit.withdraw(&form).await,
            _ => Err(steps::refusal(&visit, &ProblemCode::InvalidRequest.into())),
        }
    };
    done.await.unwrap_or_else(IntoResponse::into_response)
}

impl Visit {
    fn open(app: Arc<App>, id: String, reader: Reader) -> Result<Self, Response> {
        let Ok((place, mut session)) = Sessions(&app.service).read(&id) else {
            return Err(steps::unknown(&app, reader.language()));
        };
        session.language = reader.chosen.unwrap_or(session.language);
        let (is_framed, typed) = (reader.is_framed, Typed::default());
        let visit = Self { app, id, session, place, is_framed, typed };
        if visit.session.is_over(visit.app.service.now()) { Err(steps::over(&visit)) } else { Ok(visit) }
    }

    /// A visit that nobody opened, to show what its steps look like.
    pub(super) fn made_up(app: Arc<App>, session: Session) -> Self {
        Self { app, id: "made-up".to_owned(), session, place: [0; 16], is_framed: false, typed: Typed::default() }
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// The step that a browser is at which has been here.
    async fn show_again(&mut self, key: &FormKey, chosen: Option<Language>) -> Result<Response, Response> {
        match self.noted().await? {
            Some((Stage::Ended, _)) => Err(steps::over(self)),
            Some((Stage::Asked(asked), _)) if asked.form_key == key.hash(&[]) => {
                self.session.language = chosen.unwrap_or(asked.language);
                match self.state_of(&asked.request).await? {
                    Asking::Waits(open) => {
                        let ticket = self.ticket(&open, key.clone(), asked.range)?;
                        Ok(steps::code(self, &open, &ticket, None, false))
                    }
                    Asking::Answered => Err(steps::over(self)),
                    Asking::Over => Ok(steps::ask(self, key, None)),
                }
            }
            _ => Ok(steps::ask(self, key, None)),
        }
    }

    pub(super) async fn noted(&self) -> Result<Option<(Stage, Version)>, Response> {
        Sessions(&self.app.service).noted(&self.place).await.map_err(|error| self.refuse(error))
    }

    pub(super) async fn state_of(&self, request: &RequestId) -> Result<Asking, Response> {
        match self.app.service.state(&self.session.entity, request).await {
            Ok(RequestState::Pending(open)) => Ok(Asking::Waits(Box::new(open))),
            Ok(RequestState::Answered(answers)) => match answers.only() {
                Err(Error::NoMatchingRecord) => Ok(Asking::Over),
                _ => Ok(Asking::Answered),
            },
            Ok(_) | Err(Error::NotFound) => Ok(Asking::Over),
            Err(error) => Err(self.refuse(error)),
        }
    }

    pub(super) fn refuse(&self, error: Error) -> Response {
        steps::refusal(self, &error.into())
    }

    /// The first step with what was typed, in the language that was chosen there.
    fn first_step(self, form: &Form) -> Result<Response, Response> {
        let key = self.key(form)?;
        Ok(steps::ask(&self, &key, None))
    }

    /// The form's key, or the first one.
    fn key(&self, form: &Form) -> Result<FormKey, Response> {
        FormKey::parse(form.text("key")).map_or_else(|| self.draw_key(), Ok)
    }

    /// Goes on in another language, if the page has it.
    fn speak(&mut self, tag: &str) {
        self.session.language = Language::from_tag(tag).unwrap_or(self.session.language);
    }

    async fn ask(self, form: &Form, address: &Address) -> Result<Response, Response> {
        let given_name = self.session.given_name.clone();
        let (name, expected) = match &given_name {
            Some(GivenName::Fixed(name)) => (name.as_str(), None),
            Some(GivenName::Expected(expected)) => (form.text("name"), ask::name(expected).ok()),
            None => (form.text("name"), None),
        };
        let key = self.key(form)?;
        let refused = |problem: Problem| steps::ask(&self, &key, Some(&problem));
        let mobile = ask::mobile(form.text("mobile")).map_err(refused)?;
        let name = ask::name(name).map_err(refused)?;
        let typed = key.hash(&[mobile.national(), name.normalised()]);
        let range = mobile.prefix().to_owned();
        let person = Person { mobile, name, expected_name: expected };
        let request = StatusRequest {
            entity: self.session.entity.clone(),
            people: vec![person],
            purpose: self.session.purpose.clone(),
            policy: self.session.policy.clone(),
            on: self.session.on,
            reference: self.session.reference.clone(),
            language: self.session.language,
            shows_notice: true,
        };
        let asked = Asked {
            request: RequestId::from_random(self.app.service.draw_bytes().map_err(|error| self.refuse(error))?),
            form_key: key.hash(&[]),
            typed: typed.clone(),
            range,
            language: self.session.language,
        };
        let _place = self.app.place_to_send().map_err(refused)?;
        let admitted = self.message(address, Some(&asked.range)).admit(&self.app, request).await.map_err(refused)?;

        // What is opened now is noted before its message is on its way: who hangs up meanwhile goes on where they were.
        let (id, range) = (asked.request, asked.range.clone());
        let (earlier, version) = match self.note(None, Stage::Asked(asked.clone())).await? {
            Some(version) => (None, version),
            None => {
                let (stage, version) = self.noted().await?.ok_or_else(|| self.conflict())?;
                let earlier = match stage {
                    Stage::Ended => return Err(steps::over(&self)),
                    Stage::New => None,
                    Stage::Asked(earlier) => match self.state_of(&earlier.request).await? {
                        Asking::Answered => return Err(steps::over(&self)),
                        Asking::Waits(open) if earlier.typed == typed => {
                            let ticket = self.ticket(&open, key, earlier.range)?;
                            return Ok(steps::code(&self, &open, &ticket, None, false));
                        }
                        Asking::Waits(_) | Asking::Over => Some(earlier),
                    },
                };
                let version = self.note(Some(version), Stage::Asked(asked)).await?;
                (earlier, version.ok_or_else(|| self.conflict())?)
            }
        };
        match (self.app.open(id, admitted).await, earlier) {
            (Ok(open), earlier) => {
                // Only one request of a visit is open. One that has ended already needs no end.
                if let Some(earlier) = earlier {
                    let _ = self.app.service.abandon(&self.session.entity, &earlier.request).await;
                }
                Ok(steps::code(&self, &open, &self.ticket(&open, key, range)?, None, false))
            }
            (Err(problem), earlier) => {
                let before = earlier.map_or(Stage::New, Stage::Asked);
                self.note(Some(version), before).await?;
                Err(refused(problem))
            }
        }
    }

    /// A message of this visit.
    pub(super) fn message<'a>(&'a self, address: &'a Address, range: Option<&'a str>) -> Message<'a> {
        Message { address, entity: &self.session.entity, range, visit: Some(&self.place) }
    }

    async fn confirm(self, form: &Form, address: &Address) -> Result<Response, Response> {
        let ticket = self.ticket_of(form)?;
        let code = CodeProof::from_typed(form.text("otp")).map_err(|_| ProblemCode::InvalidCode);
        let notice = NoticeHash::parse(form.text("notice_hash")).map_err(|_| ProblemCode::NoticeMismatch);
        let birth_year = match form.text("birth_year") {
            "" => None,
            text => match birth_year(text) {
                Some(year) => Some(year),
                None => {
                    return Err(steps::birth_year(&self, &ticket, form, Some(&ProblemCode::InvalidBirthYear.into())));
                }
            },
        };
        let (code, notice) = match (code, notice) {
            (Ok(code), Ok(notice)) => (code, notice),
            (Err(wrong), _) | (_, Err(wrong)) => return Err(self.once_more(&ticket, &wrong.into()).await),
        };
        let mut entered = Confirmation::new(code, notice, ticket.attempt());
        entered.birth_years.extend(birth_year.map(|year| (0, year)));
        let cleared = lanes::cleared(address, &ticket.range);
        let cleared = cleared.each_ref().map(|(what, whom)| (*what, whom.as_str()));
        match self.app.confirm(&self.session.entity, &ticket.request, &entered, &cleared).await {
            Ok(granted) => {
                self.tell("answered");
                Ok(steps::answer(&self, &ticket, &granted))
            }
            Err(problem) if problem.code == ProblemCode::BirthYearNeeded => {
                Ok(steps::birth_year(&self, &ticket, form, None))
            }
            Err(problem) => Err(self.once_more(&ticket, &problem).await),
        }
    }

    async fn resend(self, form: &Form, address: &Address) -> Result<Response, Response> {
        let ticket = self.ticket_of(form)?;
        let sent = async {
            self.message(address, None).take(&self.app).await?;
            self.app.resend(&self.session.entity, &ticket.request).await
        };
        match sent.await {
            Ok(open) => Ok(steps::code(&self, &open, &ticket, None, true)),
            Err(problem) => Err(self.once_more(&ticket, &problem).await),
        }
    }

    /// What the forms of a page carry that shows what was asked.
    fn ticket(&self, open: &OpenRequest, key: FormKey, range: String) -> Result<Ticket, Response> {
        let people = open.people.iter().map(|person| person.name.clone()).collect();
        let last_four = open.mobile_last_four.clone();
        let text = String::new();
        let ticket = Ticket { session: self.place, request: open.id, key, range, last_four, people, text };
        let ticket = Sessions(&self.app.service).ticket(ticket);
        ticket.map_err(|error| self.refuse(error))
    }

    /// The ticket of a form, from the page that asked and nobody else.
    pub(super) fn ticket_of(&self, form: &Form) -> Result<Ticket, Response> {
        let ticket = Sessions(&self.app.service).read_ticket(&self.place, form.text("key"));
        ticket.ok_or_else(|| steps::over(self))
    }

    /// The second step with what was wrong; or the end, when nothing helps any more, or another tab has asked since.
    pub(super) async fn once_more(&self, ticket: &Ticket, problem: &Problem) -> Response {
        let step = async {
            match self.noted().await? {
                Some((Stage::Asked(asked), _)) if asked.request == ticket.request => {}
                _ => return Err(steps::over(self)),
            }
            Ok(match self.state_of(&ticket.request).await? {
                Asking::Waits(open) => steps::code(self, &open, ticket, Some(problem), false),
                Asking::Answered => steps::end(self, None, problem),
                Asking::Over => steps::end(self, Some(ticket), problem),
            })
        };
        step.await.unwrap_or_else(|refusal: Response| refusal)
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
        steps::refusal(self, &ProblemCode::InvalidRequest.into())
    }

    fn draw_key(&self) -> Result<FormKey, Response> {
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

/// A year in digits of any script.
pub(super) fn birth_year(text: &str) -> Option<BirthYear> {
    let digits: Option<String> =
        text.trim().chars().map(|c| decimal_digit(c).map(|digit| char::from(b'0' + digit))).collect();
    digits?.parse().ok()
}
