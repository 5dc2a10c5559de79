//! The page that verifies what people show: tokens in the browser, and without a network; certificates of others by the server.

mod files;
mod names;
mod offline;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use chrono::{DateTime, Utc};
use kycvs::consent::Language;
use kycvs::{Clock, SystemClock};
use serde_json::{Value, json};

pub(super) use self::files::FILES;
use self::names::Names;
use super::form::{Form, Reader};
use super::texts::Value as Place;
use super::view::refused;
use crate::app::App;
use crate::gate::{certificate, judge};
use crate::problem::{Problem, ProblemCode};

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/verify", get(show).post(check))
        .route("/verify/names", get(names::names))
        .route("/verify/app.webmanifest", get(offline::manifest))
        .route("/verify/worker.js", get(offline::worker))
}

/// The page on which a token is verified, by its script and against the public keys.
async fn show(State(app): State<Arc<App>>, reader: Reader) -> Response {
    page(&app, reader.language(), &json!({}))
}

/// The same without script: the server verifies, and keeps nothing.
async fn check(State(app): State<Arc<App>>, reader: Reader, form: Result<Form, Problem>) -> Response {
    let language = reader.language();
    let form = match form {
        Ok(form) => form,
        Err(problem) => {
            let is_foreign = problem.code == ProblemCode::OriginNotAllowed;
            let name = if is_foreign { "start_again" } else { "verify_not_a_token" };
            let words = app.pages.text(language).plain().get(name);
            return refused(page(&app, language, &json!({ "refusal": words })), &problem);
        }
    };
    if let Some(read) = certificate(&app, form.text("token")) {
        let text = app.pages.text(language);
        let of_page = match read {
            Ok((certificate, status)) => {
                json!({ "certificate": super::certificate::shown(text, &certificate), "status": u8::from(status) })
            }
            Err(refusal) => json!({ "refusal": super::certificate::words(text, refusal.reason) }),
        };
        return page(&app, language, &of_page);
    }
    let verdict = judge(&app, form.text("token"), None).await;
    let of_page = match verdict.claims() {
        Ok(claims) => {
            let bearer = claims.bearer.as_ref().map(|bearer| match bearer.birth_year {
                Some(year) => format!("{}, {year}", bearer.name),
                None => bearer.name.clone(),
            });
            let names = Names::of(&app, language);
            // Not the reference: it is the entity's own, and says nothing to who is shown the status.
            json!({ "shown": {
                "status": u8::from(claims.status),
                "bearer": bearer,
                "evidence": claims.evidence.as_str(),
                "entity": names.entity(&claims.audience),
                "purpose": names.purpose(&claims.audience, &claims.purpose),
                "policy": names.policy(&claims.policy),
                "as_of": claims.as_of,
                "until": words_of(claims.expires_at),
                "good_as_of": verdict.good_as_of().map(words_of),
            } })
        }
        Err(refusal) => {
            let texts = app.pages.text(language).plain();
            let words = match refusal.code() {
                "too-long" | "not-three-parts" | "not-cose" | "non-canonical-base64" | "header-not-json" => {
                    "verify_not_a_token".into()
                }
                code => format!("verify_{}", code.replace('-', "_")),
            };
            json!({ "refusal": texts.get(&words).or_else(|| texts.get("verify_refused")) })
        }
    };
    page(&app, language, &of_page)
}

fn words_of(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%d %H:%M UTC").to_string()
}

fn page(app: &App, language: Language, of_page: &Value) -> Response {
    // In a sandbox the clock may have been moved, and the script has to follow.
    let ahead = || app.service.now().signed_duration_since(SystemClock.now()).num_seconds();
    let offset = if app.is_sandbox { ahead() } else { 0 };
    let age = |name| app.pages.text(language).say(name, [("age", Place::Text("⏱"))]);
    let mut own = json!({
        "action": "/verify",
        "issuer": app.service.issuer(),
        "clock_offset": offset,
        "takes_certificates": app.service.takes_certificates(),
        "fresh": age("verify-fresh"),
        "stale": age("verify-stale"),
    });
    if let (Some(own), Some(of_page)) = (own.as_object_mut(), of_page.as_object()) {
        own.extend(of_page.clone());
    }
    app.pages.page("verify.html", language, None, app.is_sandbox, own)
}
