//! What one code decided, person by person.

use axum::response::Response;
use kycvs::token::StatusToken;
use kycvs::{Answers, Granted, PersonAnswer, Told};
use serde_json::{Value as Json, json};

use super::needs::explained;
use super::steps::others;
use super::texts::Value::Text;
use super::visit::Visit;
use crate::session::Ticket;

/// The answer, to be read for as long as the person likes. The result code is handed over apart from it.
pub(super) fn answer(visit: &Visit, ticket: &Ticket, answers: &Answers) -> Response {
    let people = answers.people.iter().map(|PersonAnswer { position, told }| {
        let name = ticket.people.iter().find(|person| person.position == *position).map(|person| &person.name);
        let mut person = of_person(visit, told);
        person["name"] = json!(name);
        person["last"] = json!(ticket.last_four);
        person
    });
    page(visit, people.collect(), ticket.others, &ticket.text)
}

/// The page of answers, each as a template reads it.
pub(super) fn page(visit: &Visit, people: Vec<Json>, more: u8, key: &str) -> Response {
    let (entity, _) = visit.who_and_what();
    let text = visit.app.pages.text(visit.session.language);
    let title = text.plain().get(if people.len() > 1 { "answers_title" } else { "answer_title" });
    let is_shared = people.iter().any(|person| person["status"].is_number());
    let of_step = json!({
        "title": title,
        "step": visit.step(3),
        "answers": people,
        "others": others(text, more),
        "is_shared": is_shared,
        "told": is_shared.then(|| text.say("answer-told", [("entity", Text(&entity))])),
        "needs_hint": text.say("needs-hint", [("entity", Text(&entity))]),
        "gives_cards": visit.app.service.gives_cards(),
        "key": key,
        "go_on": (!visit.is_behind_link()).then(|| text.say("continue", [("entity", Text(&entity))])),
        // Early enough for a browser that wakes up a page in the background once a minute only.
        "renew_after": visit.app.limits.result_code_seconds.div_ceil(3),
    });
    visit.page("answer.html", of_step, Json::Null)
}

fn of_person(visit: &Visit, told: &Told) -> Json {
    let text = visit.app.pages.text(visit.session.language).plain();
    match told {
        Told::Granted(granted) => of_granted(visit, granted),
        Told::Declined => json!({ "without": text.get("person_left_out") }),
        Told::NoRecord => json!({ "without": text.get("person_not_found") }),
        Told::Withdrawn | Told::Over => json!({ "without": text.get("withdrawn") }),
    }
}

fn of_granted(visit: &Visit, granted: &Granted) -> Json {
    let language = visit.session.language;
    let text = visit.app.pages.text(language);
    let until = language.moment(visit.app.service.local_time(granted.expires_at));
    let may_share = visit.may_share();
    let label = text.plain().get("qr_label").map_or("", String::as_str);
    // A token that no QR code holds is shown as text only.
    let picture = |token: &StatusToken| token.qr().ok().map(|qr| qr.to_svg(label));
    let named = granted.token.with(&granted.disclosures);
    let code = granted.cwt.as_ref().unwrap_or(&granted.token);
    let withdrawal = visit.app.service.withdrawal_code(&granted.consent_id);
    json!({
        "status": u8::from(granted.status),
        "until": text.say("valid-until", [("time", Text(&until))]),
        "expires_at": granted.expires_at,
        "valid_template": text.say("valid-until", [("time", Text("⏱"))]),
        "needs": explained(&granted.needs, text, language),
        "qr": may_share.then(|| picture(code)).flatten(),
        "token": may_share.then(|| granted.token.as_str()),
        "named_token": may_share.then(|| named.as_str()),
        "named_qr": may_share.then(|| picture(&code.with(&granted.disclosures))).flatten(),
        "withdrawal": format!("{}.{}", granted.consent_id, withdrawal.secret()),
    })
}
