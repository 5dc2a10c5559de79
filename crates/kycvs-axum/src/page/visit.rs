#![expect(clippy::result_large_err, reason = "a step that ends early answers with a page, too")]

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;
use kycvs::consent::{CodeProof, Confirmation, Language, NoticeHash, RequestId, WithdrawnBy, later};
use kycvs::domain::{BirthYear, decimal_digit};
use kycvs::store::{StoreError, Version};
use kycvs::{Error, Granted, OpenRequest, Person, RequestState, StatusRequest};

use super::form::{Form, Reader};
use super::kept_key::{KeptKey, kept};
use super::steps;
use crate::About;
use crate::address::Address;
use crate::app::App;
use crate::calls::ask;
use crate::lanes;
use crate::problem::{Problem, ProblemCode};
use crate::session::{FormKey, Found, GivenName, Handed, Place, Session, Sessions, Stage, WayBack};

/// One visit, as a call finds it.
pub(super) struct Visit {
    pub(super) app: Arc<App>,
    id: String,
    pub(super) session: Session,
    place: Place,
    version: Option<Version>,
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

/// The first step. Who knows the URL, such as the site that embeds, sees no more than this; the browser that asked for a
/// code goes on at the second step, whether or not it heard of it.
pub(super) async fn show(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    reader: Reader,
    KeptKey(known): KeptKey,
) -> Result<Response, Response> {
    let visit = Visit::load(app, id, reader).await?;
    if matches!(visit.session.stage, Stage::Answered { .. } | Stage::Ended) {
        return Err(steps::over(&visit));
    }
    let key = match known {
        Some(key) => key,
        None => visit.draw_key()?,
    };
    let page = match visit.pending(&key).await? {
        Some(open) => steps::code(&visit, &open, &key, None, false),
        None => steps::ask(&visit, &key, None),
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
        let mut visit = Visit::load(app, id, reader).await?;
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
    async fn load(app: Arc<App>, id: String, reader: Reader) -> Result<Self, Response> {
        let Found { mut session, place, version } = match Sessions(&app.service).load(&id).await {
            Ok(found) => found,
            Err(Error::NotFound) => return Err(steps::unknown(&app, reader.language())),
            Err(error) => return Err(steps::unreadable(&app, reader.language(), &error.into())),
        };
        session.language = reader.chosen.unwrap_or(session.language);
        let (is_framed, typed) = (reader.is_framed, Typed::default());
        let visit = Self { app, id, session, place, version, is_framed, typed };
        if visit.session.is_over(visit.app.service.now()) { Err(steps::over(&visit)) } else { Ok(visit) }
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// The request that waits for its code, for the browser that has its key.
    async fn pending(&self, key: &FormKey) -> Result<Option<OpenRequest>, Response> {
        let Stage::Asked { request, form_key, .. } = &self.session.stage else { return Ok(None) };
        if key.hash() != *form_key {
            return Ok(None);
        }
        match self.app.service.state(&self.session.entity, request).await {
            Ok(RequestState::Pending(open)) => Ok(Some(open)),
            Ok(_) | Err(Error::NotFound | Error::ConsentWithdrawn) => Ok(None),
            Err(error) => Err(steps::refusal(self, &error.into())),
        }
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

    async fn ask(mut self, form: &Form, address: &Address) -> Result<Response, Response> {
        let given_name = self.session.given_name.clone();
        let (name, expected) = match &given_name {
            Some(GivenName::Fixed(name)) => (name.as_str(), None),
            Some(GivenName::Expected(expected)) => (form.text("name"), ask::name(expected).ok()),
            None => (form.text("name"), None),
        };
        let key = self.key(form)?;
        let refused = |visit: &Self, problem: &Problem| steps::ask(visit, &key, Some(problem));
        let asked = match (ask::mobile(form.text("mobile")), ask::name(name)) {
            (Err(problem), _) | (_, Err(problem)) => return Err(refused(&self, &problem)),
            (Ok(mobile), Ok(name)) => StatusRequest {
                entity: self.session.entity.clone(),
                people: vec![Person { mobile, name, expected_name: expected }],
                purpose: self.session.purpose.clone(),
                policy: self.session.policy.clone(),
                on: self.session.on,
                reference: self.session.reference.clone(),
                language: self.session.language,
                shows_notice: true,
            },
        };
        if matches!(self.session.stage, Stage::Answered { .. } | Stage::Ended) {
            return Err(steps::over(&self));
        }
        let range = asked.people.first().map(|person| person.mobile.prefix().to_owned()).unwrap_or_default();
        if let Err(problem) = self.take_message(address, Some(&range)).await {
            return Err(refused(&self, &problem));
        }
        // What is opened now is noted before its message is on its way: of two forms at once only one sends, and who hangs
        // up meanwhile goes on where they were.
        let id = RequestId::from_random(
            self.app.service.draw_bytes().map_err(|error| steps::refusal(&self, &error.into()))?,
        );
        let before = self.session.stage.clone();
        self.move_to(Stage::Asked { request: id, form_key: key.hash(), range }).await?;
        let open = match self.app.request_as(id, asked).await {
            Ok(open) => open,
            Err(problem) => {
                self.move_to(before).await?;
                return Err(refused(&self, &problem));
            }
        };
        // Only one request of a visit is open. One that has ended already needs no end.
        if let Stage::Asked { request: earlier, .. } = before {
            let _ = self.app.service.abandon(&self.session.entity, &earlier).await;
        }
        Ok(steps::code(&self, &open, &key, None, false))
    }

    /// Counts one message of this visit, which is noted with its next move, or refuses it.
    async fn take_message(&mut self, address: &Address, range: Option<&str>) -> Result<(), Problem> {
        if self.session.messages >= self.app.limits.messages_per_visit.get() {
            return Err(ProblemCode::TooManyRequests.into());
        }
        self.session.messages += 1;
        lanes::take(&self.app, address, &self.session.entity, range).await
    }

    async fn confirm(mut self, form: &Form, address: &Address) -> Result<Response, Response> {
        let (request, key) = self.asked(form)?;
        let code = CodeProof::from_typed(form.text("otp")).map_err(|_| ProblemCode::InvalidCode);
        let notice = NoticeHash::parse(form.text("notice_hash")).map_err(|_| ProblemCode::NoticeMismatch);
        let birth_year = match form.text("birth_year") {
            "" => None,
            text => match birth_year(text) {
                Some(year) => Some(year),
                None => {
                    let open = self.pending(&key).await?;
                    let problem = ProblemCode::InvalidBirthYear.into();
                    return Err(steps::birth_year(&self, open.as_ref(), &key, form, Some(&problem)));
                }
            },
        };
        let (code, notice) = match (code, notice) {
            (Ok(code), Ok(notice)) => (code, notice),
            (Err(wrong), _) | (_, Err(wrong)) => return Err(self.once_more(request, &key, &wrong.into()).await),
        };
        // Once it is answered, nobody is named any more.
        let open = self.pending(&key).await?;
        let mut entered = Confirmation::new(code, notice, key.attempt());
        entered.birth_years.extend(birth_year.map(|year| (0, year)));
        let answer = self.app.confirm(&self.session.entity, &request, &entered).await;
        if let Stage::Asked { range, .. } = &self.session.stage
            && was_right(&answer)
        {
            lanes::answered(&self.app, address, range).await;
        }
        let granted = match answer {
            Ok(granted) => granted,
            Err(problem) if problem.code == ProblemCode::BirthYearNeeded => {
                return Ok(steps::birth_year(&self, open.as_ref(), &key, form, None));
            }
            Err(problem) => return Err(self.once_more(request, &key, &problem).await),
        };
        self.move_to(Stage::Answered { request, form_key: key.hash() }).await?;
        Ok(steps::answer(&self, open.as_ref(), &granted, &key))
    }

    async fn resend(mut self, form: &Form, address: &Address) -> Result<Response, Response> {
        let (request, key) = self.asked(form)?;
        if let Err(problem) = self.take_message(address, None).await {
            return Err(self.once_more(request, &key, &problem).await);
        }
        self.move_to(self.session.stage.clone()).await?;
        match self.app.resend(&self.session.entity, &request).await {
            Ok(open) => Ok(steps::code(&self, &open, &key, None, true)),
            Err(problem) => Err(self.once_more(request, &key, &problem).await),
        }
    }

    async fn decline(mut self, form: &Form, address: &Address) -> Result<Response, Response> {
        // Noting it costs as much as a message, and is left out where there may be none: nothing was asked.
        if matches!(self.session.stage, Stage::New) && self.take_message(address, None).await.is_err() {
            return Ok(steps::declined(&self));
        }
        let over = || steps::over(&self);
        match self.session.stage {
            Stage::New => {}
            Stage::Asked { .. } => {
                // The first step, loaded by another browser, has another key: who declines there is done, and what was asked runs
                // out by itself. If this ended it, whoever knows the visit's id could.
                let Ok((request, _)) = self.asked(form) else { return Ok(steps::declined(&self)) };
                match self.app.decline(&self.session.entity, &request).await {
                    Ok(()) => {}
                    Err(problem) if problem.code == ProblemCode::AlreadyUsed => return Err(over()),
                    // It is over all the same.
                    Err(problem) if problem.code.status().is_client_error() => {}
                    Err(problem) => return Err(steps::refusal(&self, &problem)),
                }
            }
            // What was told stays told, whatever the browser's back button shows.
            Stage::Answered { .. } | Stage::Ended => return Err(over()),
        }
        self.move_to(Stage::Ended).await?;
        Ok(steps::declined(&self))
    }

    async fn again(mut self, form: &Form) -> Result<Response, Response> {
        let (request, key) = self.asked(form)?;
        if matches!(self.session.stage, Stage::Answered { .. }) {
            return Err(steps::over(&self));
        }
        // The request may have ended by itself.
        let _ = self.app.service.abandon(&self.session.entity, &request).await;
        self.move_to(Stage::New).await?;
        Ok(steps::ask(&self, &key, None))
    }

    /// Hands over a result code, drawn for this moment: however long the answer was read, the site has time to exchange it. The
    /// exchange looks whether the consent holds.
    async fn go_on(self, form: &Form) -> Result<Response, Response> {
        let (request, _) = self.answered(form)?;
        let refuse = |error: Error| steps::refusal(&self, &error.into());
        let lifetime = TimeDelta::seconds(self.app.limits.result_code_seconds.into());
        let handed = Handed {
            entity: self.session.entity.clone(),
            session: self.place,
            request,
            purpose: self.session.purpose.clone(),
            reference: self.session.reference.clone(),
            state: match &self.session.way_back {
                WayBack::Embedded(_) => None,
                WayBack::Redirect { state, .. } => Some(state.clone()),
            },
            expires_at: later(self.app.service.now(), lifetime),
        };
        let code = Sessions(&self.app.service).result_code(handed).await;
        Ok(steps::handed_over(&self, &code.map_err(refuse)?))
    }

    async fn withdraw(mut self, form: &Form) -> Result<Response, Response> {
        let (request, _) = self.answered(form)?;
        let service = &self.app.service;
        let withdrawn = async {
            for consent in service.consents_of(&self.session.entity, &request).await? {
                service.withdraw(&consent, WithdrawnBy::Person).await?;
            }
            Ok(())
        };
        withdrawn.await.map_err(|error: Error| steps::refusal(&self, &error.into()))?;
        self.move_to(Stage::Ended).await?;
        Ok(steps::withdrawn(&self))
    }

    /// The request of this visit, if it was answered.
    fn answered(&self, form: &Form) -> Result<(RequestId, FormKey), Response> {
        match self.session.stage {
            Stage::Answered { .. } => self.asked(form),
            _ => Err(steps::over(self)),
        }
    }

    /// The request of this visit, for the page that asked it and nobody else.
    pub(super) fn asked(&self, form: &Form) -> Result<(RequestId, FormKey), Response> {
        let over = || steps::over(self);
        let key = FormKey::parse(form.text("key")).ok_or_else(over)?;
        match &self.session.stage {
            Stage::Asked { request, form_key, .. } | Stage::Answered { request, form_key }
                if key.hash() == *form_key =>
            {
                Ok((*request, key))
            }
            _ => Err(over()),
        }
    }

    /// The second step with what was wrong; or the end, when nothing helps any more.
    pub(super) async fn once_more(&self, request: RequestId, key: &FormKey, problem: &Problem) -> Response {
        match self.app.service.state(&self.session.entity, &request).await {
            Ok(RequestState::Pending(open)) => self.code_again(&open, key, problem),
            Ok(_) | Err(Error::NotFound | Error::ConsentWithdrawn) => steps::end(self, key, problem),
            Err(error) => steps::refusal(self, &error.into()),
        }
    }

    fn code_again(&self, open: &OpenRequest, key: &FormKey, problem: &Problem) -> Response {
        steps::code(self, open, key, Some(problem), false)
    }

    async fn move_to(&mut self, stage: Stage) -> Result<(), Response> {
        self.session.stage = stage;
        let saved = Sessions(&self.app.service).save(&self.place, self.version, &self.session).await;
        match saved {
            Ok(version) => {
                self.version = Some(version);
                self.tell();
                Ok(())
            }
            // The same form was sent twice at once, and the other one was first.
            Err(Error::StoreUnavailable(StoreError::Conflict)) => {
                Err(steps::refusal(self, &ProblemCode::InvalidRequest.into()))
            }
            Err(error) => Err(steps::refusal(self, &error.into())),
        }
    }

    /// Tells the entity of a visit that has its end.
    fn tell(&self) {
        let state = match self.session.stage {
            Stage::Answered { .. } => "answered",
            Stage::Ended => "ended",
            Stage::New | Stage::Asked { .. } => return,
        };
        self.app.tell(&self.session.entity, About::Visit(self.id.clone()), state);
    }

    fn draw_key(&self) -> Result<FormKey, Response> {
        let refuse = |error: Error| steps::refusal(self, &error.into());
        FormKey::draw(&self.app.service).map_err(refuse)
    }
}

/// Whether a code was the right one, whatever it led to.
fn was_right(answer: &Result<Granted, Problem>) -> bool {
    match answer {
        Ok(_) => true,
        Err(problem) => matches!(problem.code, ProblemCode::NoMatchingRecord | ProblemCode::BirthYearNeeded),
    }
}

/// A year in digits of any script.
pub(super) fn birth_year(text: &str) -> Option<BirthYear> {
    let digits: Option<String> =
        text.trim().chars().map(|c| decimal_digit(c).map(|digit| char::from(b'0' + digit))).collect();
    digits?.parse().ok()
}
