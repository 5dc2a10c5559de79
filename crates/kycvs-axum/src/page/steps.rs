//! What each step shows.

use axum::response::Response;
use kycvs::consent::{Language, Notice, Section};
use kycvs::{OpenPerson, OpenRequest, PeopleError};
use serde_json::{Value as Json, json};

use super::certificate;
use super::form::Form;
use super::people::{Wrong, field, fields, shown};
use super::texts;
use super::texts::Value::{Number, Text};
use super::view::{direction, refused};
use super::visit::Visit;
use crate::app::App;
use crate::problem::{Problem, ProblemCode, seconds_until};
use crate::session::{FormKey, Given, NamedPlace, Ticket, WayBack};

/// Who you are: mobile number and name, as far as they are not given, with what was wrong in them.
pub(super) fn ask(visit: &Visit, given: &Given, key: &FormKey, wrong: Option<&Wrong>) -> Response {
    let text = visit.app.pages.text(visit.session.language);
    let wrong_field = wrong.and_then(|wrong| match wrong.problem.code {
        ProblemCode::InvalidMobile => Some(field("mobile", wrong.place)),
        ProblemCode::InvalidName => Some(field("name", wrong.place)),
        _ => None,
    });
    let problem = wrong.map(|wrong| &wrong.problem);
    let of_step = json!({
        "step": visit.step(1),
        "problem": problem.map(|problem| words(visit, problem, 6)),
        "wrong_field": wrong_field,
        "key": key.text(),
        "people": shown(given),
        "fields": fields(given, &visit.typed, text),
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
    let person = |person: &OpenPerson| {
        json!({
            "name": person.name,
            "last": open.mobile_last_four,
            "position": person.position,
            "is_left_out": visit.left_out.contains(&person.position),
        })
    };
    let people: Vec<Json> = open.people.iter().map(person).collect();
    let of_certificate = problem.and_then(Problem::certificate_refusal);
    let problem_of_code = problem.filter(|_| of_certificate.is_none());
    let of_step = json!({
        "step": visit.step(2),
        "takes_certificates": app.service.takes_certificates(),
        "reads_files": app.service.max_file_bytes().is_some(),
        "certificates": certificate::of_people(text, open),
        "may_present": open.people.iter().any(|person| person.certificate.is_none()),
        "certificate_problem": of_certificate.map(|reason| certificate::words(text, reason)),
        "people": people,
        "others": others(text, open.others),
        "may_begin_again": !visit.is_behind_link(),
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

/// The year of birth of the people at some places, where a name alone does not decide. The code is used up; the form brings it
/// again, so that the call is the same one.
pub(super) fn birth_year(
    visit: &Visit,
    ticket: &Ticket,
    form: &Form,
    places: &[u8],
    problem: Option<&Problem>,
) -> Response {
    let text = visit.app.pages.text(visit.session.language);
    let undecided = ticket.people.iter().filter(|person| places.contains(&person.position));
    let of_person = |person: &NamedPlace| {
        let label = text.say("birth-year-of", [("name", Text(&person.name))]);
        let id = format!("birth_year-{}", person.position);
        json!({ "id": id, "label": label, "value": form.text(&id) })
    };
    let shown = |person: &NamedPlace| json!({ "name": person.name, "last": ticket.last_four });
    let of_step = json!({
        "people": ticket.people.iter().map(shown).collect::<Vec<_>>(),
        "years": undecided.map(of_person).collect::<Vec<_>>(),
        "left_out": visit.left_out,
        "next": visit.what_is_next(),
        "step": visit.step(2),
        "otp": form.text("otp"),
        "notice_hash": form.text("notice_hash"),
        "key": ticket.text,
        "problem": problem.map(|problem| words(visit, problem, 6)),
    });
    told(visit.page("birth-year.html", of_step, Json::Null), problem)
}

impl Visit {
    pub(super) fn page(&self, template: &str, mut of_step: Json, way_back: Json) -> Response {
        let (entity, purpose) = self.who_and_what();
        let (origin, domain) = match &self.session.way_back {
            WayBack::Embedded(origin) => (Some(origin), Some(origin.host().to_owned())),
            WayBack::Redirect { url, .. } => (None, url.host()),
            WayBack::Nowhere => (None, None),
        };
        let language = self.session.language;
        let text = self.app.pages.text(language);
        let lasts = language.duration(self.app.service.token_lifetime());
        let asks = if self.session.is_booking { "asks-booking" } else { "asks" };
        let shared = json!({
            "action": self.path(),
            "entity": entity,
            "logo": self.app.entities.of_id(&self.session.entity).and_then(|known| known.logo.as_ref().map(|_| &known.id)),
            "initial": entity.chars().next().map(|letter| letter.to_uppercase().to_string()),
            "domain": domain,
            "is_booking": self.session.is_booking,
            "asks": text.say(asks, [("entity", Text(&entity)), ("purpose", Text(&purpose))]),
            "lasts": text.say("fact-lasts", [("time", Text(&lasts))]),
            "origin": origin,
            "back": way_back,
            "is_framed": self.is_framed,
            "typed": self.typed.hidden(),
        });
        if let (Json::Object(all), Json::Object(shared)) = (&mut of_step, shared) {
            all.extend(shared);
        }
        self.app.pages.page(template, language, origin, self.app.is_sandbox, of_step)
    }

    /// Who asks, and for what, in the words of the configuration.
    pub(super) fn who_and_what(&self) -> (String, String) {
        let language = self.session.language;
        let entity = self.app.entities.of_id(&self.session.entity);
        let purpose = entity.and_then(|entity| entity.purposes.iter().find(|known| known.code == self.session.purpose));
        let or_id = |text: Option<&str>, id: &str| text.unwrap_or(id).to_owned();
        (
            or_id(entity.map(|entity| entity.name_in(language).as_str()), self.session.entity.as_str()),
            or_id(purpose.map(|purpose| purpose.text_in(language).as_str()), self.session.purpose.as_str()),
        )
    }

    /// Above the heading: how far this is. Behind a link there is no first step.
    pub(super) fn step(&self, number: u64) -> Option<String> {
        let text = self.app.pages.text(self.session.language);
        (!self.is_behind_link()).then(|| text.say("step", [("number", Number(number))]))
    }

    /// What comes after the code.
    fn what_is_next(&self) -> String {
        let (entity, _) = self.who_and_what();
        self.app.pages.text(self.session.language).say("next-share", [("entity", Text(&entity))])
    }

    pub(super) fn may_share(&self) -> bool {
        let entity = self.app.entities.of_id(&self.session.entity);
        let purpose = entity.and_then(|entity| entity.purposes.iter().find(|known| known.code == self.session.purpose));
        purpose.is_some_and(|purpose| purpose.onward_sharing)
    }

    /// How the site learns what came of it: a message to its origin, or a link with the same in its query.
    pub(super) fn way_back(&self, message: &Json) -> Json {
        match &self.session.way_back {
            WayBack::Embedded(_) => json!({ "message": message.to_string() }),
            WayBack::Nowhere => Json::Null,
            WayBack::Redirect { url, state } => {
                let member = |name| message[name].as_str().map(|value| (name, value));
                let state = [("state", state.as_str())];
                let members: Vec<_> = member("result_code").into_iter().chain(member("error")).chain(state).collect();
                let (entity, _) = self.who_and_what();
                let text = self.app.pages.text(self.session.language);
                let words = if message["result_code"].is_string() { "continue" } else { "go-back" };
                json!({ "link": url.with_query(&members), "words": text.say(words, [("entity", Text(&entity))]) })
            }
        }
    }
}

/// How many people of the booking answer elsewhere; nothing if none do.
pub(super) fn others(text: &texts::Text, others: u8) -> Option<String> {
    (others > 0).then(|| text.say("others-told", [("count", Number(others.into()))]))
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
pub(super) fn words(visit: &Visit, problem: &Problem, digits: u64) -> String {
    words_in(&visit.app, visit.session.language, problem, digits)
}

/// The same in a language, for a page that is no visit.
pub(super) fn words_in(app: &App, language: Language, problem: &Problem, digits: u64) -> String {
    let text = app.pages.text(language);
    let code = problem.code.as_str();
    let retry_after = problem.retry_after(app.service.now());
    let name = match problem.code {
        _ if problem.people_refusal().is_some() => of_people(problem.people_refusal()).to_owned(),
        // The last wrong code is what locked it.
        ProblemCode::WrongCode if problem.attempts_left == Some(0) => "problem-request-locked".to_owned(),
        ProblemCode::OriginNotAllowed => "start-again".to_owned(),
        ProblemCode::UnsupportedMediaType => "problem-invalid-request".to_owned(),
        ProblemCode::TooManyRequests if retry_after.is_none() => "problem-too-many-requests-today".to_owned(),
        _ => format!("problem-{code}"),
    };
    let time = in_words(language, retry_after.unwrap_or_default());
    let left = problem.attempts_left.unwrap_or_default().into();
    let said = text.say(&name, [("digits", Number(digits)), ("left", Number(left)), ("time", Text(&time))]);
    if said.is_empty() { text.say("problem-store-unavailable", []) } else { said }
}

/// What is wrong with a list of people.
fn of_people(refusal: Option<PeopleError>) -> &'static str {
    match refusal {
        Some(PeopleError::Twice { .. }) => "problem-same-person-twice",
        Some(PeopleError::NoLinks) => "problem-one-number-only",
        Some(PeopleError::EverybodyLeftOut) => "problem-everybody-left-out",
        _ => "problem-invalid-request",
    }
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
