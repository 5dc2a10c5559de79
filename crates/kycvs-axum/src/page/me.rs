//! A person's own page: who asked, what was shared, and how to take it back. It keeps nothing in the browser: every form carries
//! the session, and works without script.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use kycvs::consent::{CodeProof, Confirmation, ConsentId, Identifier, Language, Nonce, NoticeHash, RequestId};
use kycvs::{MeRequest, OpenRequest, PersonSession};
use serde_json::{Value as Json, json};

use super::confirming::birth_year;
use super::form::{Form, Reader};
use super::me_view::{self as view, Code};
use super::steps::notice;
use crate::address::Address;
use crate::app::App;
use crate::calls::ask;
use crate::lanes::{self, Message};
use crate::problem::{Problem, ProblemCode};

/// The first step, for anybody.
pub(super) async fn show(State(app): State<Arc<App>>, reader: Reader) -> Response {
    view::ask(&app, reader.language(), "", "", None)
}

/// What a form asks for.
pub(super) async fn act(
    State(app): State<Arc<App>>,
    reader: Reader,
    address: Result<Address, Problem>,
    form: Result<Form, Problem>,
) -> Response {
    let language = reader.language();
    let (address, form) = match (address, form) {
        (Ok(address), Ok(form)) => (address, form),
        (Err(problem), _) | (_, Err(problem)) => return view::ask(&app, language, "", "", Some(&problem)),
    };
    let visit = Visit { app: &app, language, address: &address, form: &form };
    match form.text("action") {
        "ask" => visit.ask().await,
        "resend" => visit.resend().await,
        "open" => visit.open(false).await,
        "open-and-withdraw" => visit.open(true).await,
        _ => visit.on_page().await,
    }
}

struct Visit<'a> {
    app: &'a App,
    language: Language,
    address: &'a Address,
    form: &'a Form,
}

impl Visit<'_> {
    async fn ask(&self) -> Response {
        let (mobile, name) = (self.form.text("mobile"), self.form.text("name"));
        let opened = async {
            let (mobile, name) = (ask::mobile(mobile)?, ask::name(name)?);
            let network = Some(self.address.network());
            let asked = MeRequest { mobile, name, language: self.language, network };
            self.take_message(&[asked.mobile.prefix().to_owned()]).await?;
            self.app.open_me(asked).await
        };
        match opened.await {
            Ok(open) => view::code(self.app, self.language, &Code::of(&open), None, false),
            Err(problem) => view::ask(self.app, self.language, mobile, name, Some(&problem)),
        }
    }

    async fn resend(&self) -> Response {
        let sent = async {
            self.take_message(&[]).await?;
            self.app.resend_me(&self.request()?).await
        };
        match sent.await {
            Ok(open) => view::code(self.app, self.language, &Code::of(&open), None, true),
            Err(problem) => self.once_more(&problem).await,
        }
    }

    async fn take_message(&self, ranges: &[String]) -> Result<(), Problem> {
        Message { address: self.address, entity: &me()?, ranges, visit: None }.take(self.app).await
    }

    /// Opens the page; and withdraws everything, where that is all that the person came for.
    async fn open(&self, withdraws: bool) -> Response {
        let opened = async {
            let code = CodeProof::from_typed(self.form.text("otp")).map_err(|_| ProblemCode::InvalidCode)?;
            let notice = NoticeHash::parse(self.form.text("notice_hash")).map_err(|_| ProblemCode::NoticeMismatch)?;
            let attempt = Nonce::parse(self.form.text("attempt")).map_err(|_| ProblemCode::RequestExpired)?;
            let birth_year = match self.form.text("birth_year") {
                "" => None,
                text => Some(birth_year(text).ok_or(ProblemCode::InvalidBirthYear)?),
            };
            let mut entered = Confirmation::new(code, notice, attempt);
            entered.birth_years.extend(birth_year.map(|year| (0, year)));
            let session =
                self.app.service.confirm_me(&self.request()?, &entered, Some(&self.address.network())).await?;
            lanes::answered(self.app, self.address, session.mobile_range()).await;
            Ok::<_, Problem>(session)
        };
        match opened.await {
            Ok(session) if withdraws => self.withdraw_all(&session).await,
            Ok(session) => self.page(&session, None).await,
            Err(problem) if matches!(problem.code, ProblemCode::BirthYearNeeded | ProblemCode::InvalidBirthYear) => {
                let problem = Some(&problem).filter(|problem| problem.code == ProblemCode::InvalidBirthYear);
                view::code(self.app, self.language, &Code::entered(self.form), problem, false)
            }
            Err(problem) => self.once_more(&problem).await,
        }
    }

    /// What a person does on the open page.
    async fn on_page(&self) -> Response {
        let session = match self.app.service.person_session(self.form.text("session")).await {
            Ok(session) => session,
            Err(error) => return view::over(self.app, self.language, &error.into()),
        };
        let service = &self.app.service;
        match self.form.text("action") {
            "withdraw" => {
                let withdrawn = async { Ok::<_, Problem>(service.withdraw_own(&session, &self.consent()?).await?) };
                self.told(&session, withdrawn.await, "withdrawn").await
            }
            "withdraw-all" => self.withdraw_all(&session).await,
            "erase" => match service.erase(&session).await {
                Ok(_) if service.erases_at_once() => view::ended(self.app, self.language, "me_erased"),
                erased => self.told(&session, erased.map(|_| ()).map_err(Problem::from), "me_erased").await,
            },
            "cards" => match service.cards(&session).await {
                Ok(cards) => view::cards(self.app, self.language, &session, &cards),
                Err(error) => self.told(&session, Err(error.into()), "").await,
            },
            "receipt" | "receipt-jws" | "receipt-dpv" => self.receipt(&session).await,
            "close" => match service.close_me(&session).await {
                Ok(()) => view::ended(self.app, self.language, "me_closed"),
                Err(error) => view::over(self.app, self.language, &error.into()),
            },
            action => match action.strip_prefix("card-") {
                Some(kind) => self.card(&session, kind).await,
                None => self.page(&session, None).await,
            },
        }
    }

    /// One card as a file. It is written again, since nothing of it is kept.
    async fn card(&self, session: &PersonSession, kind: &str) -> Response {
        match self.app.service.cards(session).await {
            Ok(cards) => match cards.into_iter().find(|card| card.kind == kind) {
                Some(card) => file(card.media_type, card.file_name, card.file),
                None => self.page(session, None).await,
            },
            Err(error) => self.told(session, Err(error.into()), "").await,
        }
    }

    async fn withdraw_all(&self, session: &PersonSession) -> Response {
        let withdrawn = self.app.service.withdraw_all(session).await.map(|_| ()).map_err(Problem::from);
        self.told(session, withdrawn, "me_all_withdrawn").await
    }

    async fn receipt(&self, session: &PersonSession) -> Response {
        let receipt = async { Ok::<_, Problem>(self.app.service.receipt(session, &self.consent()?).await?) };
        let receipt = match receipt.await {
            Ok(receipt) => receipt,
            Err(problem) => return self.told(session, Err(problem), "").await,
        };
        match self.form.text("action") {
            "receipt-jws" => file("application/jwt", "receipt.jwt", receipt.token.as_str().to_owned()),
            "receipt-dpv" => file("application/ld+json", "receipt.jsonld", receipt.to_dpv_json().to_string()),
            _ => view::receipt(self.app, self.language, session, &receipt),
        }
    }

    /// The page, with what was done or what was wrong.
    async fn told(&self, session: &PersonSession, done: Result<(), Problem>, words: &str) -> Response {
        match done {
            Ok(()) => self.page(session, Some(words)).await,
            Err(problem) => match self.app.service.history(session).await {
                Ok(history) => view::page(self.app, self.language, session, &history, None, Some(&problem)),
                Err(error) => view::over(self.app, self.language, &error.into()),
            },
        }
    }

    async fn page(&self, session: &PersonSession, done: Option<&str>) -> Response {
        match self.app.service.history(session).await {
            Ok(history) => view::page(self.app, self.language, session, &history, done, None),
            Err(error) => view::over(self.app, self.language, &error.into()),
        }
    }

    /// The code once more with what was wrong; or the first step, when nothing helps any more.
    async fn once_more(&self, problem: &Problem) -> Response {
        let state = async { self.app.service.state_me(&self.request().ok()?).await.ok().flatten() };
        match state.await {
            Some(open) => view::code(self.app, self.language, &Code::of(&open), Some(problem), false),
            None => view::ask(self.app, self.language, "", "", Some(problem)),
        }
    }

    fn request(&self) -> Result<RequestId, Problem> {
        RequestId::parse(self.form.text("request")).map_err(|_| ProblemCode::RequestExpired.into())
    }

    fn consent(&self) -> Result<ConsentId, Problem> {
        ConsentId::parse(self.form.text("consent")).map_err(|_| ProblemCode::NotFound.into())
    }
}

impl Code {
    fn of(open: &OpenRequest) -> Self {
        Self(json!({
            "request": open.id.to_string(),
            "attempt": open.attempt.secret(),
            "notice": notice(&open.notice),
            "digits": open.code_digits,
            "last": open.mobile_last_four,
            "may_resend": open.resend_at.is_some(),
        }))
    }

    /// The code was right, and the form brings it again with the year of birth.
    fn entered(form: &Form) -> Self {
        let mut fields = json!({});
        for name in ["request", "attempt", "notice_hash", "otp"] {
            fields[name] = Json::from(form.text(name));
        }
        Self(fields)
    }
}

/// A file to keep.
fn file(kind: &'static str, name: &'static str, body: String) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, disposition)], body).into_response()
}

/// Whom messages for the page are counted for.
fn me() -> Result<Identifier, Problem> {
    Identifier::parse("me").map_err(|_| ProblemCode::Internal.into())
}
