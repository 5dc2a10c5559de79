//! What each step shows.

use axum::response::Response;
use kycvs::consent::{Language, Notice, Section};
use kycvs::token::StatusToken;
use kycvs::{Granted, OpenRequest};
use serde_json::{Value as Json, json};

use super::certificate;
use super::form::Form;
use super::needs::explained;
use super::texts::Value::{Number, Text};
use super::view::{direction, refused};
use super::visit::Visit;
use crate::app::App;
use crate::problem::{Problem, ProblemCode, seconds_until};
use crate::session::{FormKey, GivenName, Ticket, WayBack};

/// Who you are: mobile number and name, with what was wrong in them.
pub(super) fn ask(visit: &Visit, key: &FormKey, problem: Option<&Problem>) -> Response {
    let text = visit.app.pages.text(visit.session.language);
    let of_step = json!({
        "step": text.say("step", [("number", Number(1))]),
        "problem": problem.map(|problem| words(visit, problem, 6)),
        "wrong_field": problem.map(|problem| match problem.code {
            ProblemCode::InvalidMobile => "mobile",
            ProblemCode::InvalidName => "name",
            _ => "",
        }),
        "key": key.text(),
        "fixed_name": match &visit.session.given_name {
            Some(GivenName::Fixed(name)) => Some(name),
            _ => None,
        },
    });
    told(visit.page("ask.html", of_step, Json::Null), problem)
}

/// The code, below what it agrees to.
pub(super) fn code(
    visit: &Visit,
    open: &OpenRequest,
    ticket: &Ticket,
    problem: Option<&Problem>,
    was_resent: bool,
) -> Response {
    let app = &visit.app;
    let (language, now) = (visit.session.language, app.service.now());
    let text = app.pages.text(language);
    let until = |at| seconds_until(at, now);
    let digits = u64::from(open.code_digits);
    let expires_in = until(open.code_expires_at);
    let of_certificate = problem.and_then(Problem::certificate_refusal);
    let problem_of_code = problem.filter(|_| of_certificate.is_none());
    let of_step = json!({
        "step": text.say("step", [("number", Number(2))]),
        "takes_certificates": app.service.takes_certificates(),
        "certificate": open.people.iter().find_map(|person| person.certificate.as_deref()).map(|certificate| certificate::shown(text, certificate)),
        "certificate_problem": of_certificate.map(|reason| certificate::words(text, reason)),
        "people": names(open),
        "last": open.mobile_last_four,
        "sent": text.say("code-sent", [("digits", Number(digits)), ("last", Text(&open.mobile_last_four))]),
        "next": visit.what_is_next(),
        "expires": text.say("expires-in", [("time", Text(&in_words(language, expires_in)))]),
        "expires_template": text.say("expires-in", [("time", Text("⏱"))]),
        "resend_template": text.say("resend-after", [("seconds", Text("⏱"))]),
        "expires_in": expires_in,
        "resend_in": open.resend_at.map(until),
        "resend_wait": open.resend_at.map(|at| text.say("resend-after", [("seconds", Text(&until(at).to_string()))])),
        "was_resent": was_resent,
        "digits": digits,
        "notice": notice(&open.notice),
        "key": ticket.text,
        "problem": problem_of_code.map(|problem| words(visit, problem, digits)),
    });
    told(visit.page("code.html", of_step, Json::Null), problem)
}

/// The year of birth, where a name alone does not decide. The code is used up; the form brings it again, so that the call is the
/// same one.
pub(super) fn birth_year(visit: &Visit, ticket: &Ticket, form: &Form, problem: Option<&Problem>) -> Response {
    let of_step = json!({
        "people": ticket.people,
        "last": ticket.last_four,
        "next": visit.what_is_next(),
        "step": visit.app.pages.text(visit.session.language).say("step", [("number", Number(2))]),
        "otp": form.text("otp"),
        "notice_hash": form.text("notice_hash"),
        "key": ticket.text,
        "problem": problem.map(|problem| words(visit, problem, 6)),
    });
    told(visit.page("birth-year.html", of_step, Json::Null), problem)
}

/// The answer, to be read for as long as the person likes. The result code is handed over apart from it.
pub(super) fn answer(visit: &Visit, ticket: &Ticket, granted: &Granted) -> Response {
    let (entity, _) = visit.who_and_what();
    let language = visit.session.language;
    let text = visit.app.pages.text(language);
    let until = language.moment(visit.app.service.local_time(granted.expires_at));
    let status: u8 = granted.status.into();
    let may_share = visit.may_share();
    let label = text.plain().get("qr_label").map_or("", String::as_str);
    // A token that no QR code holds is shown as text only.
    let picture = |token: &StatusToken| token.qr().ok().map(|qr| qr.to_svg(label));
    let qr = may_share.then(|| picture(&granted.code)).flatten();
    let named = granted.token.with(&granted.disclosures);
    let of_step = json!({
        "step": text.say("step", [("number", Number(3))]),
        "people": ticket.people,
        "last": ticket.last_four,
        "status": status,
        "told": text.say("answer-told", [("entity", Text(&entity))]),
        "until": text.say("valid-until", [("time", Text(&until))]),
        "expires_at": granted.expires_at,
        "valid_template": text.say("valid-until", [("time", Text("⏱"))]),
        "needs": explained(&granted.needs, text, language),
        "needs_hint": text.say("needs-hint", [("entity", Text(&entity))]),
        "qr": qr,
        "token": may_share.then(|| granted.token.as_str()),
        "named_token": may_share.then(|| named.as_str()),
        "named_qr": may_share.then(|| picture(&granted.code.with(&granted.disclosures))).flatten(),
        "gives_cards": visit.app.service.gives_cards(),
        "key": ticket.text,
        "withdrawal": format!("{}.{}", granted.consent_id, visit.app.service.withdrawal_code(&granted.consent_id).secret()),
        "go_on": text.say("continue", [("entity", Text(&entity))]),
        // Early enough for a browser that wakes up a page in the background once a minute only.
        "renew_after": visit.app.limits.result_code_seconds.div_ceil(3),
    });
    visit.page("answer.html", of_step, Json::Null)
}

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
    let of_step = json!({
        "title": visit.app.pages.text(visit.session.language).plain().get("ended_title"),
        "problem": words(visit, problem, 6),
        "key": ticket.map(|ticket| &ticket.text),
    });
    let message = json!({ "type": "kycvs.error", "error": problem.code.as_str() });
    refused(visit.page("end.html", of_step, visit.way_back(&message)), problem)
}

/// Nothing more can be done here: its time is over, or it was answered or ended, here or in another tab. The site is told the
/// same in each case, so that who knows no more than the visit's id learns nothing of how it ended.
pub(super) fn over(visit: &Visit) -> Response {
    let message = json!({ "type": "kycvs.error", "error": ProblemCode::RequestExpired.as_str() });
    let words = over_words(&visit.app, visit.session.language);
    refused(visit.page("end.html", words, visit.way_back(&message)), &ProblemCode::NotFound.into())
}

/// There is no such visit. Nobody is known who might frame it.
pub(super) fn unknown(app: &App, language: Language) -> Response {
    let page = app.pages.page("end.html", language, None, app.is_sandbox, over_words(app, language));
    refused(page, &ProblemCode::NotFound.into())
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

fn refusal_words(app: &App, language: Language, problem: &Problem) -> Json {
    let text = app.pages.text(language).plain();
    let name =
        if problem.code.status().is_server_error() { "problem_store_unavailable" } else { "problem_invalid_request" };
    json!({ "title": text.get("ended_title"), "problem": text.get(name) })
}

impl Visit {
    pub(super) fn page(&self, template: &str, mut of_step: Json, way_back: Json) -> Response {
        let (entity, purpose) = self.who_and_what();
        let (origin, domain) = match &self.session.way_back {
            WayBack::Embedded(origin) => (Some(origin), Some(origin.host().to_owned())),
            WayBack::Redirect { url, .. } => (None, url.host()),
        };
        let language = self.session.language;
        let text = self.app.pages.text(language);
        let lasts = language.duration(self.app.service.token_lifetime());
        let shared = json!({
            "action": format!("/embed/{}", self.id()),
            "entity": entity,
            "initial": entity.chars().next().map(|letter| letter.to_uppercase().to_string()),
            "domain": domain,
            "asks": text.say("asks", [("entity", Text(&entity)), ("purpose", Text(&purpose))]),
            "lasts": text.say("fact-lasts", [("time", Text(&lasts))]),
            "origin": origin,
            "back": way_back,
            "is_framed": self.is_framed,
            "mobile": self.typed.mobile,
            "name": self.typed.name,
        });
        if let (Json::Object(all), Json::Object(shared)) = (&mut of_step, shared) {
            all.extend(shared);
        }
        self.app.pages.page(template, language, origin, self.app.is_sandbox, of_step)
    }

    /// Who asks, and for what, in the words of the configuration.
    pub(super) fn who_and_what(&self) -> (String, String) {
        let entity = self.app.entities.of_id(&self.session.entity);
        let purpose = entity.and_then(|entity| entity.purposes.iter().find(|known| known.code == self.session.purpose));
        let or_id = |text: Option<&str>, id: &str| text.unwrap_or(id).to_owned();
        (
            or_id(entity.map(|entity| entity.name.as_str()), self.session.entity.as_str()),
            or_id(purpose.map(|purpose| purpose.text.as_str()), self.session.purpose.as_str()),
        )
    }

    /// What comes after the code.
    fn what_is_next(&self) -> String {
        let (entity, _) = self.who_and_what();
        self.app.pages.text(self.session.language).say("next-share", [("entity", Text(&entity))])
    }

    fn may_share(&self) -> bool {
        let entity = self.app.entities.of_id(&self.session.entity);
        let purpose = entity.and_then(|entity| entity.purposes.iter().find(|known| known.code == self.session.purpose));
        purpose.is_some_and(|purpose| purpose.onward_sharing)
    }

    /// How the site learns what came of it: a message to its origin, or a link with the same in its query.
    fn way_back(&self, message: &Json) -> Json {
        match &self.session.way_back {
            WayBack::Embedded(_) => json!({ "message": message.to_string() }),
            WayBack::Redirect { url, state } => {
                let member = |name| message[name].as_str().map(|value| (name, value));
                let state = [("state", state.as_str())];
                let members: Vec<_> = member("result_code").into_iter().chain(member("error")).chain(state).collect();
                let (entity, _) = self.who_and_what();
                let text = self.app.pages.text(self.session.language);
                let words = text.say("continue", [("entity", Text(&entity))]);
                json!({ "link": url.with_query(&members), "words": words })
            }
        }
    }
}

/// About whom a code decides.
fn names(open: &OpenRequest) -> Vec<&str> {
    open.people.iter().map(|person| person.name.as_str()).collect()
}

/// A notice as the pages show it.
pub(super) fn notice(notice: &Notice) -> Json {
    let language = notice.reference.language;
    let section = |section: Section<'_>| json!({ "heading": section.heading, "paragraphs": section.paragraphs });
    json!({
        "hash": notice.reference.hash.to_string(),
        "lang": language.tag(),
        "direction": direction(language),
        "sections": notice.sections().map(section).collect::<Vec<_>>(),
    })
}

/// What is wrong, in plain words.
fn words(visit: &Visit, problem: &Problem, digits: u64) -> String {
    words_in(&visit.app, visit.session.language, problem, digits)
}

/// The same in a language, for a page that is no visit.
pub(super) fn words_in(app: &App, language: Language, problem: &Problem, digits: u64) -> String {
    let text = app.pages.text(language);
    let code = problem.code.as_str();
    let retry_after = problem.retry_after(app.service.now());
    let name = match problem.code {
        ProblemCode::TooManyRequests if retry_after.is_none() => "problem-too-many-requests-today".to_owned(),
        _ => format!("problem-{code}"),
    };
    let time = in_words(language, retry_after.unwrap_or_default());
    let left = problem.attempts_left.unwrap_or_default().into();
    let said = text.say(&name, [("digits", Number(digits)), ("left", Number(left)), ("time", Text(&time))]);
    if said.is_empty() { text.say("problem-store-unavailable", []) } else { said }
}

/// A time in words, no finer than a person wants it: seconds below two minutes, then minutes, then hours, rounded up.
fn in_words(language: Language, seconds: u64) -> String {
    let rounded = match seconds {
        0..120 => seconds,
        120..7_200 => seconds.div_ceil(60) * 60,
        _ => seconds.div_ceil(3_600) * 3_600,
    };
    let span = chrono::TimeDelta::seconds(i64::try_from(rounded).unwrap_or(i64::MAX / 1000));
    language.duration(span)
}

fn told(page: Response, problem: Option<&Problem>) -> Response {
    match problem {
        Some(problem) => refused(page, problem),
        None => page,
    }
}
