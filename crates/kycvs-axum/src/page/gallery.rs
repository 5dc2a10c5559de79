//! Every state of every step of a visit, with a person who does not exist: for whoever designs the pages, translates them or
//! takes pictures of them. A sandbox alone has it.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::TimeDelta;
use kycvs::consent::{Nonce, Notice, NoticeFacts, Purpose, RequestId, VerifyingEntity, later, shown_name};
use kycvs::domain::PersonName;
use kycvs::{OpenPerson, OpenRequest};
use serde_json::{Value as Json, json};

use super::form::{Form, Reader};
use super::texts::Value::Text;
use super::visit::{At, Visit};
use super::{answers, ends, steps};
use crate::app::App;
use crate::entity::Entities;
use crate::problem::{Problem, ProblemCode};
use crate::session::{FormKey, Given, GivenPerson, Session, WayBack};
use crate::{Entity, EntityPurpose, ReturnUrl};

/// The states, in the order in which a person may come to them.
const SCENES: [&str; 22] = [
    "ask",
    "ask-family",
    "ask-family-fields",
    "ask-wrong-mobile",
    "ask-wrong-name",
    "ask-too-many",
    "code",
    "code-family",
    "code-wrong",
    "code-expired",
    "code-resent",
    "birth-year",
    "birth-year-wrong",
    "answer-0",
    "answer-1",
    "answer-2",
    "answer-family",
    "declined",
    "withdrawn",
    "locked",
    "over",
    "link-over",
];

/// A family.
const NAMES: [&str; 3] = ["Asha Lakshmi Rao", "Meena Devi", "Imran Sheikh"];

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
    let is_booking = name.contains("family");
    let Some(session) = session(&app, reader, is_booking).filter(|_| app.is_sandbox) else {
        return Err(ProblemCode::NotFound.into());
    };
    let visit = Visit::at(app, At::Session("made-up".to_owned()), session, [0; 16]);
    let key = FormKey::draw(&visit.app.service)?;
    let (open, family) = (open(&visit, &NAMES[..1])?, open(&visit, &NAMES)?);
    let ticket = visit.ticket(&open, key.clone(), String::new()).map_err(|_| ProblemCode::Internal)?;
    let nobody = Given::default();
    let ask = |problem: Problem| steps::ask(&visit, &nobody, &key, Some(&problem.into()));
    let code = |problem: Problem| steps::code(&visit, &open, &ticket, Some(&problem), false);
    let birth_year = |problem| steps::birth_year(&visit, &ticket, &Form::default(), &[0], problem);
    let mut page = match name.as_str() {
        "ask" => steps::ask(&visit, &nobody, &key, None),
        "ask-family" => steps::ask(&visit, &given(false), &key, None),
        "ask-family-fields" => steps::ask(&visit, &given(true), &key, None),
        "ask-wrong-mobile" => ask(ProblemCode::InvalidMobile.into()),
        "ask-wrong-name" => ask(ProblemCode::InvalidName.into()),
        "ask-too-many" => ask(Problem::from(ProblemCode::TooManyRequests).after(600)),
        "code-family" => steps::code(&visit, &family, &ticket, None, false),
        "code" => steps::code(&visit, &open, &ticket, None, false),
        "code-wrong" => code(kycvs::Error::WrongCode { attempts_left: 2 }.into()),
        "code-expired" => code(ProblemCode::CodeExpired.into()),
        "code-resent" => steps::code(&visit, &open, &ticket, None, true),
        "birth-year" => birth_year(None),
        "birth-year-wrong" => birth_year(Some(&ProblemCode::InvalidBirthYear.into())),
        "answer-0" => answers::page(&visit, vec![answer(&visit, NAMES[0], 0)], 0, "made-up"),
        "answer-1" => answers::page(&visit, vec![answer(&visit, NAMES[0], 1)], 0, "made-up"),
        "answer-2" => answers::page(&visit, vec![answer(&visit, NAMES[0], 2)], 0, "made-up"),
        "answer-family" => answers::page(&visit, family_answers(&visit), 2, "made-up"),
        "declined" => ends::declined(&visit),
        "withdrawn" => ends::withdrawn(&visit),
        "locked" => ends::end(&visit, Some(&ticket), &ProblemCode::RequestLocked.into()),
        "over" => ends::over(&visit),
        "link-over" => ends::link_over(&visit.app, visit.session.language),
        _ => return Err(ProblemCode::NotFound.into()),
    };
    // The page shows a refusal, but this call was not refused.
    *page.status_mut() = StatusCode::OK;
    page.extensions_mut().remove::<Problem>();
    Ok(page)
}

/// A visit of the first entity of the configuration.
fn session(app: &App, reader: Reader, is_booking: bool) -> Option<Session> {
    let (entity, purpose) = first(&app.entities)?;
    let now = app.service.now();
    Some(Session {
        entity: entity.id.clone(),
        purpose: purpose.code.clone(),
        policy: None,
        on: None,
        reference: None,
        given: None,
        is_booking,
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
fn open(visit: &Visit, names: &[&str]) -> Result<OpenRequest, Problem> {
    let service = &visit.app.service;
    let missing = || Problem::from(ProblemCode::NotFound);
    let (entity, purpose) = first(&visit.app.entities).ok_or_else(missing)?;
    let people = names.iter().map(|name| PersonName::parse(name)).collect::<Result<Vec<_>, _>>();
    let people = people.map_err(|_| ProblemCode::InvalidName)?;
    let (language, now) = (visit.session.language, service.now());
    let policies = service.policies();
    let notice = Notice::write(
        NoticeFacts {
            fiduciary: service.fiduciary(),
            entity: &VerifyingEntity { id: entity.id.clone(), name: entity.name_in(language).clone() },
            people: &people.iter().collect::<Vec<_>>(),
            purpose: &Purpose {
                code: purpose.code.clone(),
                text: purpose.text_in(language).clone(),
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
    let person =
        |(position, name): (u8, &PersonName)| OpenPerson { position, name: shown_name(name), certificate: None };
    Ok(OpenRequest {
        id: RequestId::from_random([0; 16]),
        mobile_last_four: "3210".to_owned(),
        code_digits: 6,
        code_expires_at: later(now, TimeDelta::minutes(3)),
        expires_at: later(now, TimeDelta::minutes(10)),
        resend_at: Some(later(now, TimeDelta::minutes(1))),
        notice,
        people: (0..).zip(&people).map(person).collect(),
        others: if people.len() > 1 { 2 } else { 0 },
        attempt: Nonce::from_random([0; 16]),
    })
}

/// The same people as an entity would give them.
fn given(is_editable: bool) -> Given {
    let person = |name: &&str| GivenPerson {
        name: Some((*name).to_owned()),
        expected_name: None,
        mobile: Some("9876543210".to_owned()),
    };
    Given { people: NAMES.iter().map(person).collect(), is_editable }
}

/// An answer without a token, which nobody made up here may have.
fn answer(visit: &Visit, name: &str, status: u8) -> Json {
    let text = visit.app.pages.text(visit.session.language);
    let expires_at = later(visit.app.service.now(), visit.app.service.token_lifetime());
    let until = visit.session.language.moment(visit.app.service.local_time(expires_at));
    json!({
        "name": name,
        "last": "3210",
        "status": status,
        "until": text.say("valid-until", [("time", Text(&until))]),
        "expires_at": expires_at,
        "valid_template": text.say("valid-until", [("time", Text("⏱"))]),
        "withdrawal": "sample",
    })
}

fn family_answers(visit: &Visit) -> Vec<Json> {
    let text = visit.app.pages.text(visit.session.language).plain();
    let without = |name: &str, why: &str| json!({ "name": name, "last": "3210", "without": text.get(why) });
    let [asha, meena, imran] = NAMES;
    vec![answer(visit, asha, 2), without(meena, "person_not_found"), without(imran, "person_left_out")]
}
