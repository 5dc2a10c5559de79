//! What the own page shows.

use axum::response::Response;
use chrono::{DateTime, Utc};
use kycvs::consent::{Consent, ConsentEvent, ConsentState, Language, ReadBy};
use kycvs::token::QrCode;
use kycvs::{Card, HistoryEntry, PersonSession, Receipt};
use serde_json::{Value as Json, json};

use super::steps::{notice, words_in};
use super::texts::Value::{Number, Text};
use super::view::refused;
use crate::app::App;
use crate::problem::{Problem, ProblemCode};

/// What the step of the code carries along.
pub(super) struct Code(pub(super) Json);

pub(super) fn ask(app: &App, language: Language, mobile: &str, name: &str, problem: Option<&Problem>) -> Response {
    let wrong_field = problem.map(|problem| match problem.code {
        ProblemCode::InvalidMobile => "mobile",
        ProblemCode::InvalidName => "name",
        _ => "",
    });
    let words = problem.map(|problem| words_in(app, language, problem, 6));
    let shown = json!({ "mobile": mobile, "name": name, "problem": words, "wrong_field": wrong_field });
    told(app.page("me-ask.html", language, shown), problem)
}

pub(super) fn code(
    app: &App,
    language: Language,
    code: &Code,
    problem: Option<&Problem>,
    was_resent: bool,
) -> Response {
    let text = app.pages.text(language);
    let digits = code.0["digits"].as_u64().unwrap_or(6);
    let mut shown = code.0.clone();
    if let Some(last) = code.0["last"].as_str() {
        shown["sent"] = Json::from(text.say("code-sent", [("digits", Number(digits)), ("last", Text(last))]));
    }
    shown["was_resent"] = Json::from(was_resent);
    shown["problem"] = Json::from(problem.map(|problem| words_in(app, language, problem, digits)));
    told(app.page("me-code.html", language, shown), problem)
}

pub(super) fn page(
    app: &App,
    language: Language,
    session: &PersonSession,
    history: &[HistoryEntry],
    done: Option<&str>,
    problem: Option<&Problem>,
) -> Response {
    let text = app.pages.text(language);
    let contact = app.service.fiduciary().contact.as_str();
    let erasing = if app.service.erases_at_once() { "me-erase-at-once" } else { "me-erase-hint" };
    let shown = json!({
        "session": session.secret().as_str(),
        "name": session.name(),
        "until": text.say("me-until", [("time", Text(&time(app, language, session.until())))]),
        "gives_cards": app.service.gives_cards(),
        "entries": history.iter().map(|of_person| entry(app, language, of_person)).collect::<Vec<_>>(),
        "done": done.and_then(|name| text.plain().get(name)),
        "problem": problem.map(|problem| words_in(app, language, problem, 6)),
        "correct": text.say("me-correct", [("contact", Text(contact))]),
        "erase": text.say(erasing, [("contact", Text(contact))]),
        "complain": complain(app, language),
    });
    told(app.page("me.html", language, shown), problem)
}

/// The cards that the person may keep: each with its QR code, where it fits one, and as a file.
pub(super) fn cards(app: &App, language: Language, session: &PersonSession, cards: &[Card]) -> Response {
    let texts = app.pages.text(language).plain();
    let card = |card: &Card| {
        let name = format!("card_{}", card.kind.replace('-', "_"));
        let label = texts.get(&name).map_or("", String::as_str);
        let qr = card.code.as_deref().and_then(|code| QrCode::of(code).ok()).map(|qr| qr.to_svg(label));
        json!({ "kind": card.kind, "name": label, "hint": texts.get(&format!("{name}_hint")), "qr": qr })
    };
    let shown = json!({
        "session": session.secret().as_str(),
        "name": session.name(),
        "cards": cards.iter().map(card).collect::<Vec<_>>(),
    });
    app.page("me-cards.html", language, shown)
}

pub(super) fn receipt(app: &App, language: Language, session: &PersonSession, receipt: &Receipt) -> Response {
    let id = receipt.entry.record.consent.id;
    let withdrawal = format!("{id}.{}", app.service.withdrawal_code(&id).secret());
    let label = app.pages.text(language).plain().get("receipt_scan").map_or("", String::as_str);
    let qr = QrCode::of(&format!("{}/w#{withdrawal}", app.issuer.as_str())).ok().map(|qr| qr.to_svg(label));
    let shown = json!({
        "session": session.secret().as_str(),
        "name": session.name(),
        "entry": entry(app, language, &receipt.entry),
        "notice": receipt.notice.as_ref().map(notice),
        "qr": qr,
        "withdrawal": withdrawal,
        "complain": complain(app, language),
    });
    app.page("receipt.html", language, shown)
}

/// The session was ended by the person, by what these words say.
pub(super) fn ended(app: &App, language: Language, words: &str) -> Response {
    let text = app.pages.text(language).plain();
    app.pages.page("end.html", language, None, app.is_sandbox, json!({ "title": text.get(words) }))
}

/// The session is over, or could not be read.
pub(super) fn over(app: &App, language: Language, problem: &Problem) -> Response {
    let problem = match problem.code {
        ProblemCode::NotFound => Problem::from(ProblemCode::RequestExpired),
        _ => problem.clone(),
    };
    ask(app, language, "", "", Some(&problem))
}

fn complain(app: &App, language: Language) -> String {
    let grievance = app.service.fiduciary().grievance.as_str();
    app.pages.text(language).say("me-complain", [("grievance", Text(grievance))])
}

fn entry(app: &App, language: Language, entry: &HistoryEntry) -> Json {
    let consent = &entry.record.consent;
    let (entity, purpose) = asked(app, language, consent);
    json!({
        "consent": consent.id.to_string(),
        "entity": entity,
        "purpose": purpose,
        "reference": consent.reference.as_ref().map(|reference| reference.as_str()),
        "at": time(app, language, consent.given_at),
        "is_copy": entry.is_copy(),
        "status": entry.told.map(u8::from),
        "until": entry.valid_until().map(|until| time(app, language, until)),
        "state": match entry.state {
            ConsentState::Active => "active",
            ConsentState::Withdrawn => "withdrawn",
            ConsentState::Corrected => "corrected",
            ConsentState::Erased => "erased",
            ConsentState::Expired | ConsentState::Refused => "expired",
        },
        "may_be_withdrawn": entry.may_be_withdrawn(),
        "reads": entry.record.events.iter().filter_map(|event| read(app, language, event)).collect::<Vec<_>>(),
    })
}

/// Who asked and why: as the person read it then, or where they read another language now, in that one.
fn asked<'a>(app: &'a App, language: Language, consent: &'a Consent) -> (&'a str, &'a str) {
    let entity = app.entities.of_id(&consent.verifying_entity.id).filter(|_| consent.notice.language != language);
    let purpose = entity.and_then(|entity| entity.purposes.iter().find(|known| known.code == consent.purpose.code));
    (
        entity.map_or(&consent.verifying_entity.name, |entity| entity.name_in(language)).as_str(),
        purpose.map_or(&consent.purpose.text, |purpose| purpose.text_in(language)).as_str(),
    )
}

/// Who read a consent, and when.
fn read(app: &App, language: Language, event: &ConsentEvent) -> Option<String> {
    let ConsentEvent::Read { at, by } = event else { return None };
    let words = match by {
        ReadBy::Auditor => "me-read-auditor",
        ReadBy::Operator => "me-read-operator",
    };
    Some(app.pages.text(language).say(words, [("time", Text(&time(app, language, *at)))]))
}

fn time(app: &App, language: Language, at: DateTime<Utc>) -> String {
    language.moment(app.service.local_time(at))
}

fn told(page: Response, problem: Option<&Problem>) -> Response {
    match problem {
        Some(problem) => refused(page, problem),
        None => page,
    }
}

impl App {
    fn page(&self, template: &str, language: Language, mut shown: Json) -> Response {
        shown["action"] = Json::from("/me");
        self.pages.page(template, language, None, self.is_sandbox, shown)
    }
}
