use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{Html, IntoResponse, Redirect};
use axum::routing::get;
use axum::{Extension, Router};
use chrono::{SubsecRound, TimeDelta};
use kycvs::Clock;
use kycvs_axum::{Problem, ProblemCode};
use minijinja::Environment;
use minijinja::value::Serde;
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::calls::{SHOWN_MESSAGES, SentBody, refuse_other_sites, refused};
use crate::certificates::MadeUpPerson;
use crate::sandbox::Controls;
use crate::{Outbox, PersonToTry};

const PAGE: &str = include_str!("../assets/sandbox.html");
const STYLE: &str = include_str!("../assets/sandbox.css");

/// The page loads its style and sends its forms to where it came from, and does nothing else.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Steps that people want: after a resend is allowed, after a code has expired, after a request has, after a token has
/// (verifiers allow a minute).
const STEPS: [(u32, &str); 4] = [(61, "1 minute"), (181, "3 minutes"), (601, "10 minutes"), (86_461, "1 day")];

pub(crate) fn routes() -> Router {
    Router::new()
        .route("/", get(|| async { Redirect::to("/sandbox") }))
        .route("/sandbox", get(show).post(act))
        .route("/sandbox/style.css", get(|| async { ([(CONTENT_TYPE, "text/css; charset=utf-8")], STYLE) }))
}

async fn show(Extension(controls): Extension<Controls>) -> Result<impl IntoResponse, Problem> {
    let newest = controls.outbox.newest(None, SHOWN_MESSAGES);
    let messages: Vec<SentBody> = newest.into_iter().rev().map(SentBody::from).collect();
    let now = controls.clock.now().trunc_subsecs(0);
    let certificate = controls.certificates.make(&MadeUpPerson::zubeida(), now).await.ok();
    let people: Vec<_> = controls.start.people.iter().map(|person| row(person, &controls.outbox)).collect();
    let shown = json!({
        "now": now,
        "ahead": controls.clock.ahead().num_seconds(),
        "steps": STEPS,
        "people": people,
        "certificate": certificate,
        "site": controls.start.site,
        "messages": messages,
    });
    let page = Environment::new().render_named_str("sandbox.html", PAGE, Serde(&shown)).map_err(|error| {
        tracing::error!(error = &error as &dyn std::error::Error, "the page of the sandbox could not be written");
        Problem::from(ProblemCode::Internal)
    })?;
    Ok(([(CONTENT_SECURITY_POLICY, POLICY)], Html(page)))
}

/// A person to try, with the code that was sent to their number last.
fn row(person: &PersonToTry, outbox: &Outbox) -> Value {
    let code = outbox.last_code(&person.mobile);
    json!({
        "mobile": person.mobile.e164(),
        "name": person.name,
        "status": person.status.map(u8::from),
        "policy": person.policy,
        "code": code.as_ref().map(|code| code.secret()),
    })
}

/// What a button asks for: `advance_seconds`, or `reset`.
async fn act(Extension(controls): Extension<Controls>, headers: HeaderMap, body: Bytes) -> Result<Redirect, Problem> {
    refuse_other_sites(&headers)?;
    let invalid = || Problem::with_detail(ProblemCode::InvalidRequest, "Send either `advance_seconds` or `reset`.");
    match form_urlencoded::parse(&body).next() {
        Some((name, seconds)) if name == "advance_seconds" => {
            let seconds: u32 = seconds.parse().map_err(|_| invalid())?;
            controls.advance(TimeDelta::seconds(seconds.into())).await.map_err(refused)?;
        }
        Some((name, _)) if name == "reset" => controls.reset(),
        _ => return Err(invalid()),
    }
    Ok(Redirect::to("/sandbox"))
}
