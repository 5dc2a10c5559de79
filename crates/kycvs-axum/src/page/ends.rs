//! The ends of a visit: handed over, declined, withdrawn, locked, over.

use axum::response::Response;
use kycvs::consent::Language;
use serde_json::{Value as Json, json};

use super::steps::words;
use super::texts::Value::Text;
use super::view::refused;
use super::visit::Visit;
use crate::app::App;
use crate::problem::{Problem, ProblemCode};
use crate::session::Ticket;

/// The site gets a result code: by a message of the page's script, or with the person who goes on there.
pub(super) fn handed_over(visit: &Visit, code: &str) -> Response {
    let good_for = visit.app.limits.result_code_seconds;
    let way_back = visit.way_back(&json!({ "type": "kycvs.result", "result_code": code, "good_for": good_for }));
    visit.page("end.html", json!({ "title": way_back["words"], "goes_on": true }), way_back)
}

/// The person declined.
pub(super) fn declined(visit: &Visit) -> Response {
    let (entity, _) = visit.who_and_what();
    let text = visit.app.pages.text(visit.session.language);
    let of_step = json!({
        "title": text.plain().get("declined_title"),
        "body": text.say("declined", [("entity", Text(&entity))]),
    });
    visit.page("end.html", of_step, visit.way_back(&json!({ "type": "kycvs.declined", "error": "declined" })))
}

/// The person withdrew what they had agreed to.
pub(super) fn withdrawn(visit: &Visit) -> Response {
    let text = visit.app.pages.text(visit.session.language).plain();
    let of_step = json!({ "title": text.get("withdrawn_title"), "body": text.get("withdrawn") });
    visit.page("end.html", of_step, visit.way_back(&json!({ "type": "kycvs.error", "error": "consent-withdrawn" })))
}

/// A request that cannot be answered any more. With its ticket, the person may begin another one.
pub(super) fn end(visit: &Visit, ticket: Option<&Ticket>, problem: &Problem) -> Response {
    // The last wrong code is what locked it.
    let locked = Problem::from(ProblemCode::RequestLocked);
    let problem = if problem.code == ProblemCode::WrongCode { &locked } else { problem };
    let text = visit.app.pages.text(visit.session.language).plain();
    if visit.is_behind_link() {
        if problem.code != ProblemCode::RequestLocked {
            return link_over(&visit.app, visit.session.language);
        }
        let of_step = json!({ "title": text.get("ended_title"), "problem": text.get("linked_locked") });
        return refused(visit.page("end.html", of_step, Json::Null), problem);
    }
    let of_step = json!({
        "title": text.get("ended_title"),
        "problem": words(visit, problem, 6),
        "key": ticket.map(|ticket| &ticket.text),
    });
    let message = json!({ "type": "kycvs.error", "error": problem.code.as_str() });
    refused(visit.page("end.html", of_step, visit.way_back(&message)), problem)
}

/// Nothing more can be done here: its time is over, or it was answered or ended, here or in another tab. The site gets the
/// same message in each case, so that who knows no more than the visit's id learns nothing of how it ended.
pub(super) fn over(visit: &Visit) -> Response {
    if visit.is_behind_link() {
        return link_over(&visit.app, visit.session.language);
    }
    let message = json!({ "type": "kycvs.error", "error": ProblemCode::RequestExpired.as_str() });
    let words = over_words(&visit.app, visit.session.language);
    refused(visit.page("end.html", words, visit.way_back(&message)), &ProblemCode::NotFound.into())
}

/// There is no such visit. Nobody is known who might frame it.
pub(super) fn unknown(app: &App, language: Language) -> Response {
    let page = app.pages.page("end.html", language, None, app.is_sandbox, over_words(app, language));
    refused(page, &ProblemCode::NotFound.into())
}

/// A link leads nowhere any more, or never did: the same page for whoever opens it, so that it tells nobody how it ended.
pub(super) fn link_over(app: &App, language: Language) -> Response {
    let text = app.pages.text(language).plain();
    let words = json!({ "title": text.get("over_title"), "body": text.get("linked_over") });
    refused(app.pages.page("end.html", language, None, app.is_sandbox, words), &ProblemCode::NotFound.into())
}

fn over_words(app: &App, language: Language) -> Json {
    let text = app.pages.text(language).plain();
    json!({ "title": text.get("over_title"), "body": text.get("over") })
}

/// A call that could not be worked on.
pub(super) fn refusal(visit: &Visit, problem: &Problem) -> Response {
    let words = refusal_words(&visit.app, visit.session.language, problem);
    refused(visit.page("end.html", words, Json::Null), problem)
}

/// The same before a visit was found.
pub(super) fn refused_without_visit(app: &App, language: Language, problem: &Problem) -> Response {
    let words = refusal_words(app, language, problem);
    refused(app.pages.page("end.html", language, None, app.is_sandbox, words), problem)
}

fn refusal_words(app: &App, language: Language, problem: &Problem) -> Json {
    let text = app.pages.text(language).plain();
    let name = match problem.code {
        ProblemCode::OriginNotAllowed => "start_again",
        code if code.status().is_server_error() => "problem_store_unavailable",
        _ => "problem_invalid_request",
    };
    json!({ "title": text.get("ended_title"), "problem": text.get(name) })
}
