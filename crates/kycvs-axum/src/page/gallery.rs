//! Every state of every step of a visit, with a person who does not exist: for whoever designs the pages, translates them or
//! takes pictures of them. A sandbox alone has it.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::TimeDelta;
use kycvs::consent::{Nonce, Notice, NoticeFacts, Purpose, RequestId, VerifyingEntity, later};
use kycvs::domain::PersonName;
use kycvs::{OpenPerson, OpenRequest};
use serde_json::{Value as Json, json};

use super::form::{Form, Reader};
use super::steps;
use super::texts::Value::{Number, Text};
use super::visit::Visit;
use crate::app::App;
use crate::entity::Entities;
use crate::problem::{Problem, ProblemCode};
use crate::session::{FormKey, Session, Ticket, WayBack};
use crate::{Entity, EntityPurpose, ReturnUrl};

/// The states, in the order in which a person may come to them.
const SCENES: [&str; 17] = [
    "ask",
    "ask-wrong-mobile",
    "ask-wrong-name",
    "ask-too-many",
    "code",
    "code-wrong",
    "code-expired",
    "code-resent",
    "birth-year",
    "birth-year-wrong",
    "answer-0",
    "answer-1",
    "answer-2",
    "declined",
    "withdrawn",
    "locked",
    "over",
];

/// Lists all of them, in all languages.
pub(super) async fn list(State(app): State<Arc<App>>, reader: Reader) -> Result<Response, Problem> {
    if !app.is_sandbox {
        return Err(ProblemCode::NotFound.into());
    }
    Ok(app.pages.page("gallery.html", reader.language(), None, true, json!({ "scenes": SCENES })))
}

/// One of them.
pub(super) async fn scene(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    reader: Reader,
) -> Result<Response, Problem> {
    let Some(session) = session(&app, reader).filter(|_| app.is_sandbox) else {
        return Err(ProblemCode::NotFound.into());
    };
    let visit = Visit::made_up(app, session);
    let key = FormKey::draw(&visit.app.service)?;
    let open = open(&visit)?;
    let ticket = Ticket {
        session: visit.place,
        request: open.id,
        key: key.clone(),
        range: String::new(),
        last_four: open.mobile_last_four.clone(),
        people: open.people.iter().map(|person| person.name.clone()).collect(),
        text: "made-up".to_owned(),
    };
    let ask = |code: ProblemCode| steps::ask(&visit, &key, Some(&code.into()));
    let code = |problem: Problem| steps::code(&visit, &open, &ticket, Some(&problem), false);
    let birth_year = |problem| steps::birth_year(&visit, &ticket, &Form::default(), problem);
    let mut page = match name.as_str() {
        "ask" => steps::ask(&visit, &key, None),
        "ask-wrong-mobile" => ask(ProblemCode::InvalidMobile),
        "ask-wrong-name" => ask(ProblemCode::InvalidName),
        "ask-too-many" => steps::ask(&visit, &key, Some(&Problem::from(ProblemCode::TooManyRequests).after(600))),
        "code" => steps::code(&visit, &open, &ticket, None, false),
        "code-wrong" => code(kycvs::Error::WrongCode { attempts_left: 2 }.into()),
        "code-expired" => code(ProblemCode::CodeExpired.into()),
        "code-resent" => steps::code(&visit, &open, &ticket, None, true),
        "birth-year" => birth_year(None),
        "birth-year-wrong" => birth_year(Some(&ProblemCode::InvalidBirthYear.into())),
        "answer-0" => answer(&visit, &open, 0),
        "answer-1" => answer(&visit, &open, 1),
        "answer-2" => answer(&visit, &open, 2),
        "declined" => steps::declined(&visit),
        "withdrawn" => steps::withdrawn(&visit),
        "locked" => steps::end(&visit, Some(&ticket), &ProblemCode::RequestLocked.into()),
        "over" => steps::over(&visit),
        _ => return Err(ProblemCode::NotFound.into()),
    };
    // The page shows a refusal, but this call was not refused.
    *page.status_mut() = StatusCode::OK;
    page.extensions_mut().remove::<Problem>();
    Ok(page)
}

/// A visit of the first entity of the configuration.
fn session(app: &App, reader: Reader) -> Option<Session> {
    let (entity, purpose) = first(&app.entities)?;
    let now = app.service.now();
    Some(Session {
        entity: entity.id.clone(),
        purpose: purpose.code.clone(),
        policy: None,
        on: None,
        reference: None,
        given_name: None,
        language: reader.language(),
        way_back: WayBack::Redirect {
            url: ReturnUrl::parse("https://site.example/return").ok()?,
            state: String::new(),
        },
        expires_at: later(now, TimeDelta::minutes(30)),
    })
}

fn first(entities: &Entities) -> Option<(&Entity, &EntityPurpose)> {
    let entity = entities.all().min_by_key(|entity| &entity.id)?;
    Some((entity, entity.purposes.first()?))
}

/// A request that waits for its code, with the notice that it would have.
fn open(visit: &Visit) -> Result<OpenRequest, Problem> {
    let service = &visit.app.service;
    let missing = || Problem::from(ProblemCode::NotFound);
    let (entity, purpose) = first(&visit.app.entities).ok_or_else(missing)?;
    let person = PersonName::parse("Asha Lakshmi Rao").map_err(|_| ProblemCode::InvalidName)?;
    let (language, now) = (visit.session.language, service.now());
    let policies = service.policies();
    let notice = Notice::write(
        NoticeFacts {
            fiduciary: service.fiduciary(),
            entity: &VerifyingEntity { id: entity.id.clone(), name: entity.name.clone() },
            people: &[&person],
            purpose: &Purpose {
                code: purpose.code.clone(),
                text: purpose.text.clone(),
                onward_sharing: purpose.onward_sharing,
            },
            reference: None,
            policy: policies.first().map_or("", |(policy, _)| policy.shown_name(language.tag())),
            on: None,
            validity: service.token_lifetime(),
            ends_tokens: true,
        },
        language,
    );
    let shown = kycvs::consent::shown_name(&person);
    Ok(OpenRequest {
        id: RequestId::from_random([0; 16]),
        mobile_last_four: "3210".to_owned(),
        code_digits: 6,
        code_expires_at: later(now, TimeDelta::minutes(3)),
        expires_at: later(now, TimeDelta::minutes(10)),
        resend_at: Some(later(now, TimeDelta::minutes(1))),
        notice,
        people: vec![OpenPerson { position: 0, name: shown, certificate: None }],
        attempt: Nonce::from_random([0; 16]),
    })
}

/// An answer without a token, which nobody made up here may have.
fn answer(visit: &Visit, open: &OpenRequest, status: u8) -> Response {
    let text = visit.app.pages.text(visit.session.language);
    let (entity, _) = visit.who_and_what();
    let expires_at = later(visit.app.service.now(), visit.app.service.token_lifetime());
    let until = visit.session.language.moment(visit.app.service.local_time(expires_at));
    let of_step = json!({
        "step": text.say("step", [("number", Number(3))]),
        "people": [open.people.first().map(|person| &person.name)],
        "last": open.mobile_last_four,
        "status": status,
        "told": text.say("answer-told", [("entity", Text(&entity))]),
        "until": text.say("valid-until", [("time", Text(&until))]),
        "expires_at": expires_at,
        "valid_template": text.say("valid-until", [("time", Text("⏱"))]),
        "go_on": text.say("continue", [("entity", Text(&entity))]),
        "withdrawal": "sample",
    });
    visit.page("answer.html", of_step, Json::Null)
}
