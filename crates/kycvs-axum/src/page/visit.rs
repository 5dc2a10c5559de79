#![expect(clippy::result_large_err, reason = "a step that ends early answers with a page, too")]

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;
use kycvs::consent::{CodeProof, Confirmation, Language, NoticeHash, RequestId, WithdrawnBy};
use kycvs::domain::{BirthYear, decimal_digit};
use kycvs::store::{StoreError, Version};
use kycvs::{Error, OpenRequest, RequestState, StatusRequest};

use super::form::{Form, Reader};
use super::steps;
use crate::address::Address;
use crate::app::App;
use crate::calls::ask;
use crate::problem::{Problem, ProblemCode};
use crate::session::{FormKey, GivenName, Session, SessionId, Sessions, Stage};

/// One visit, as a call finds it.
pub(super) struct Visit {
    pub(super) app: Arc<App>,
    id: SessionId,
    pub(super) session: Session,
    version: Version,
}

/// The first step. Who knows the URL, such as the site that embeds, sees no more than this.
pub(super) async fn show(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    reader: Reader,
) -> Result<Response, Response> {
    let visit = Visit::load(app, &id, reader).await?;
    if matches!(visit.session.stage, Stage::Answered { .. } | Stage::Ended) {
        return Err(steps::over(&visit));
    }
    Ok(steps::ask(&visit, "", "", None))
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
        let mut visit = Visit::load(app, &id, reader).await?;
        let refuse = |problem: Problem| steps::refusal(&visit, &problem);
        let (address, form) = (address.map_err(refuse)?, form.map_err(refuse)?);
        visit.speak(form.text("language"));
        match form.text("action") {
            "ask" => visit.ask(&form, &address).await,
            "confirm" => visit.confirm(&form, &address).await,
            "resend" => visit.resend(&form, &address).await,
            "decline" => visit.decline(&form).await,
            "again" => visit.again(&form).await,
            "continue" => visit.go_on(&form).await,
            "withdraw" => visit.withdraw(&form).await,
            _ => Err(steps::refusal(&visit, &ProblemCode::InvalidRequest.into())),
        }
    };
    done.await.unwrap_or_else(IntoResponse::into_response)
}

impl Visit {
    async fn load(app: Arc<App>, id: &str, reader: Reader) -> Result<Self, Response> {
        let unknown = || steps::unknown(&app, reader.language());
        let id = SessionId::parse(id).ok_or_else(unknown)?;
        let (mut session, version) = match Sessions(&app.service).load(&id).await {
            Ok(found) => found,
            Err(Error::NotFound) => return Err(unknown()),
            Err(error) => return Err(steps::unreadable(&app, reader.language(), &error.into())),
        };
        session.language = reader.chosen.unwrap_or(session.language);
        let visit = Self { app, id, session, version };
        if visit.session.is_over(visit.app.service.now()) { Err(steps::over(&visit)) } else { Ok(visit) }
    }

    pub(super) fn id(&self) -> String {
        self.id.text()
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
        let mobile = form.text("mobile");
        let asked = match (ask::mobile(mobile), ask::name(name)) {
            (Err(problem), _) | (_, Err(problem)) => return Err(steps::ask(&self, mobile, name, Some(&problem))),
            (Ok(mobile), Ok(name)) => StatusRequest {
                entity: self.session.entity.clone(),
                mobile,
                name,
                purpose: self.session.purpose.clone(),
                policy: None,
                on: None,
                reference: self.session.reference.clone(),
                language: self.session.language,
                expected_name: expected,
                shows_notice: true,
            },
        };
        if matches!(self.session.stage, Stage::Answered { .. } | Stage::Ended) {
            return Err(steps::over(&self));
        }
        let refused = |visit: &Self, problem: &Problem| steps::ask(visit, mobile, name, Some(problem));
        let limits = self.app.limits.sends();
        address.take(&self.app, "page sends", &limits).await.map_err(|problem| refused(&self, &problem))?;
        let earlier = match self.session.stage {
            Stage::Asked { request, .. } => Some(request),
            _ => None,
        };
        let key = self.draw_key()?;
        let open = self.app.request(asked).await.map_err(|problem| refused(&self, &problem))?;
        let moved = self.move_to(Stage::Asked { request: open.id, form_key: key.hash() }).await;
        // Only one request of a visit is open: the earlier one, unless this one came to nothing.
        if let Some(unwanted) = if moved.is_ok() { earlier } else { Some(open.id) } {
            // One that has ended already needs no end.
            let _ = self.app.service.abandon(&self.session.entity, &unwanted).await;
        }
        moved?;
        Ok(steps::code(&self, &open, &key, None, false))
    }

    async fn confirm(mut self, form: &Form, address: &Address) -> Result<Response, Response> {
        let (request, key) = self.asked(form)?;
        let limits = self.app.limits.tries();
        if let Err(problem) = address.take(&self.app, "page codes", &limits).await {
            return Err(self.once_more(request, &key, &problem).await);
        }
        let code = CodeProof::from_typed(form.text("otp")).map_err(|_| ProblemCode::InvalidCode);
        let notice = NoticeHash::parse(form.text("notice_hash")).map_err(|_| ProblemCode::NoticeMismatch);
        let birth_year = match form.text("birth_year") {
            "" => None,
            text => match birth_year(text) {
                Some(year) => Some(year),
                None => return Err(steps::birth_year(&self, &key, form, Some(&ProblemCode::InvalidBirthYear.into()))),
            },
        };
        let (code, notice) = match (code, notice) {
            (Ok(code), Ok(notice)) => (code, notice),
            (Err(wrong), _) | (_, Err(wrong)) => return Err(self.once_more(request, &key, &wrong.into()).await),
        };
        let entered = Confirmation { code, notice, attempt: key.attempt(), birth_year };
        let granted = match self.app.confirm(&self.session.entity, &request, &entered).await {
            Ok(granted) => granted,
            Err(problem) if problem.code == ProblemCode::BirthYearNeeded => {
                return Ok(steps::birth_year(&self, &key, form, None));
            }
            Err(problem) => return Err(self.once_more(request, &key, &problem).await),
        };
        self.move_to(Stage::Answered { request, form_key: key.hash() }).await?;
        Ok(steps::answer(&self, &granted, &key))
    }

    async fn resend(self, form: &Form, address: &Address) -> Result<Response, Response> {
        let (request, key) = self.asked(form)?;
        let limits = self.app.limits.sends();
        if let Err(problem) = address.take(&self.app, "page sends", &limits).await {
            return Err(self.once_more(request, &key, &problem).await);
        }
        match self.app.resend(&self.session.entity, &request).await {
            Ok(open) => Ok(steps::code(&self, &open, &key, None, true)),
            Err(problem) => Err(self.once_more(request, &key, &problem).await),
        }
    }

    async fn decline(mut self, form: &Form) -> Result<Response, Response> {
        let over = || steps::over(&self);
        match self.session.stage {
            Stage::New => {}
            // The first step, loaded again, has no key: who declines there is done, and what was asked runs out by itself. If this
            // ended it, whoever knows the visit's id could.
            Stage::Asked { .. } if form.text("key").is_empty() => return Ok(steps::declined(&self)),
            Stage::Asked { .. } => {
                let (request, _) = self.asked(form)?;
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
        let (request, _) = self.asked(form)?;
        if matches!(self.session.stage, Stage::Answered { .. }) {
            return Err(steps::over(&self));
        }
        // The request may have ended by itself.
        let _ = self.app.service.abandon(&self.session.entity, &request).await;
        self.move_to(Stage::New).await?;
        Ok(steps::ask(&self, "", "", None))
    }

    /// Hands over a result code, drawn for this moment: however long the answer was read, the site has time to exchange it.
    async fn go_on(self, form: &Form) -> Result<Response, Response> {
        let (request, _) = self.answered(form)?;
        let refuse = |error: Error| steps::refusal(&self, &error.into());
        match self.app.service.state(&self.session.entity, &request).await {
            Ok(RequestState::Granted(_)) => {}
            Ok(_) => return Err(steps::over(&self)),
            Err(Error::ConsentWithdrawn) => return Err(steps::withdrawn(&self)),
            Err(error) => return Err(refuse(error)),
        }
        let lifetime = TimeDelta::seconds(self.app.limits.result_code_seconds.into());
        let code = Sessions(&self.app.service).result_code(&self.session.entity, self.id, request, lifetime).await;
        Ok(steps::handed_over(&self, &code.map_err(refuse)?))
    }

    async fn withdraw(mut self, form: &Form) -> Result<Response, Response> {
        let (request, _) = self.answered(form)?;
        let service = &self.app.service;
        let withdrawn = async {
            let consent = service.consent_of(&self.session.entity, &request).await?;
            service.withdraw(&consent, WithdrawnBy::Person).await
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
    fn asked(&self, form: &Form) -> Result<(RequestId, FormKey), Response> {
        let over = || steps::over(self);
        let key = FormKey::parse(form.text("key")).ok_or_else(over)?;
        match &self.session.stage {
            Stage::Asked { request, form_key } | Stage::Answered { request, form_key } if key.hash() == *form_key => {
                Ok((*request, key))
            }
            _ => Err(over()),
        }
    }

    /// The second step with what was wrong; or the end, when nothing helps any more.
    async fn once_more(&self, request: RequestId, key: &FormKey, problem: &Problem) -> Response {
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
        let saved = Sessions(&self.app.service).save(&self.id, Some(self.version), &self.session).await;
        match saved {
            Ok(version) => {
                self.version = version;
                Ok(())
            }
            // The same form was sent twice at once, and the other one was first.
            Err(Error::StoreUnavailable(StoreError::Conflict)) => {
                Err(steps::refusal(self, &ProblemCode::InvalidRequest.into()))
            }
            Err(error) => Err(steps::refusal(self, &error.into())),
        }
    }

    fn draw_key(&self) -> Result<FormKey, Response> {
        let refuse = |error: Error| steps::refusal(self, &error.into());
        FormKey::draw(&self.app.service).map_err(refuse)
    }
}

/// A year in digits of any script.
fn birth_year(text: &str) -> Option<BirthYear> {
    let digits: Option<String> =
        text.trim().chars().map(|c| decimal_digit(c).map(|digit| char::from(b'0' + digit))).collect();
    digits?.parse().ok()
}
