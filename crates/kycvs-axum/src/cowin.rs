//! The calls that CoWIN's own KYC-VS API had in 2021: the same service in other words.
//!
//! They answer the entities that have them on (`cowin_calls`) and no others. Their clients showed no notice of ours and send no hash
//! of one. Here the notice is the request's own, in English, and the code, which comes with the names of who asks and about whom, is
//! the agreement; the consent artefact says that no notice was shown. Only what was opened here is confirmed here. The token of `confirmOTP` is the status token itself, so
//! nothing is kept for `status`: it verifies what it is given.

use std::sync::Arc;

use axum::extract::{FromRequestParts, State};
use axum::http::header::{AUTHORIZATION, RETRY_AFTER};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use chrono::{DateTime, Utc};
use kycvs::consent::{CodeProof, Confirmation, Identifier, Language, Nonce, RequestId};
use kycvs::{Person, StatusRequest};
use serde::{Deserialize, Serialize};

use crate::Entity;
use crate::JsonBody;
use crate::app::App;
use crate::calls::ask::{mobile, name};
use crate::entity::{authenticate, bearer, only};
use crate::problem::{Problem, ProblemCode};

pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v3/vaccination/generateOTP", post(generate_otp))
        .route("/api/v3/vaccination/confirmOTP", post(confirm_otp))
        .route("/api/v3/vaccination/status", get(status))
        .route("/api/v3/vaccination/status/knowYourStatus", get(know_your_status))
}

/// Whether a route is one of CoWIN's, whose refusals are in CoWIN's words.
pub(crate) fn has(route: &str) -> bool {
    route.starts_with("/api/v3/vaccination/")
}

// Clients of that time may send members that we have no use for, so those are not refused here.
#[derive(Deserialize)]
struct Generate {
    mobile_number: String,
    full_name: String,
}

#[derive(Serialize)]
struct Generated {
    #[serde(rename = "txnId")]
    txn_id: String,
}

#[derive(Deserialize)]
struct Confirm {
    /// The hexadecimal SHA-256 of the code.
    otp: Option<String>,
    #[serde(rename = "txnId")]
    txn_id: Option<String>,
}

#[derive(Serialize)]
struct Confirmed {
    token: String,
}

#[derive(Serialize)]
struct Status {
    vaccination_status: u8,
    signed: String,
}

async fn generate_otp(
    State(app): State<Arc<App>>,
    KeyHolder(entity): KeyHolder,
    JsonBody(body): JsonBody<Generate>,
) -> Result<Json<Generated>, Problem> {
    let purpose = entity.purposes.first().ok_or(ProblemCode::Internal)?;
    let asked = StatusRequest {
        entity: entity.id.clone(),
        people: vec![Person::new(mobile(&body.mobile_number)?, name(&body.full_name)?)],
        purpose: purpose.code.clone(),
        policy: None,
        on: None,
        reference: None,
        language: Language::English,
        shows_notice: false,
    };
    let open = app.request(asked).await?;
    Ok(Json(Generated { txn_id: uuid_text(&open.id) }))
}

async fn confirm_otp(
    State(app): State<Arc<App>>,
    KeyHolder(entity): KeyHolder,
    JsonBody(body): JsonBody<Confirm>,
) -> Result<Json<Confirmed>, Response> {
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let txn_id = given(body.txn_id).ok_or_else(|| NO_TXN_ID.into_response())?;
    let otp = given(body.otp).ok_or_else(|| NO_OTP.into_response())?;
    confirm(&app, &entity, &txn_id, &otp).await.map_err(Problem::into_response)
}

async fn confirm(app: &App, entity: &Entity, txn_id: &str, otp: &str) -> Result<Json<Confirmed>, Problem> {
    let id = request_id(txn_id).ok_or(ProblemCode::NotFound)?;
    let code = CodeProof::from_sha256_hex(otp).map_err(|_| ProblemCode::InvalidCode)?;
    let notice = app.service.notice_of(&entity.id, &id).await?;
    // Its clients repeat no call, so nobody has this nonce.
    let attempt = Nonce::from_random(app.service.draw_bytes()?);
    let granted = app.confirm(&entity.id, &id, &Confirmation::new(code, notice, attempt), &[]).await?;
    Ok(Json(Confirmed { token: granted.token.into_string() }))
}

async fn status(State(app): State<Arc<App>>, parts: Parts) -> Result<Json<Status>, Problem> {
    let token = token(&parts.headers).ok_or(ProblemCode::Unauthenticated)?;
    let verified = app.service.verifier().verify_shown_to_me(token, app.service.now());
    let verified = verified.map_err(|_| ProblemCode::Unauthenticated)?;
    let entity = Identifier::parse(&verified.claims().audience).ok().and_then(|id| app.entities.of_id(&id).cloned());
    if !entity.is_some_and(|entity| entity.cowin_calls) {
        return Err(ProblemCode::Unauthenticated.into());
    }
    let status = verified.status();
    Ok(Json(Status { vaccination_status: status.into(), signed: token.to_owned() }))
}

/// CoWIN's page where people saw their own status, which sites and apps still link to. It leads on to the person's own page.
async fn know_your_status(State(app): State<Arc<App>>) -> Redirect {
    Redirect::to(&format!("{}/me", app.issuer))
}

/// The token of a call: clients of that time sent it with `Bearer` before it or alone, and CoWIN took both.
fn token(headers: &HeaderMap) -> Option<&str> {
    bearer(headers).or_else(|| only(headers, &AUTHORIZATION).map(str::trim).filter(|token| !token.contains(' ')))
}

/// The entity whose API key came along as `x-api-key`.
struct KeyHolder(Arc<Entity>);

impl FromRequestParts<Arc<App>> for KeyHolder {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let key = only(&parts.headers, &HeaderName::from_static("x-api-key"));
        let entity = key.and_then(|key| app.entities.of_key(key)).cloned();
        let entity = authenticate(entity, parts, app).await?;
        if entity.cowin_calls { Ok(Self(entity)) } else { Err(ProblemCode::Unauthenticated.into()) }
    }
}

/// A request's id as CoWIN's clients know one: a UUID (RFC 9562). Its 128 bits are all random, so it is of no version.
fn uuid_text(id: &RequestId) -> String {
    let hex = base16ct::lower::encode_string(id.as_bytes());
    let mut text = String::with_capacity(36);
    for (at, digit) in hex.chars().enumerate() {
        if matches!(at, 8 | 12 | 16 | 20) {
            text.push('-');
        }
        text.push(digit);
    }
    text
}

fn request_id(text: &str) -> Option<RequestId> {
    let mut bytes = [0; 16];
    let hex = text.replace('-', "");
    let read = base16ct::mixed::decode(&hex, &mut bytes).ok()?.len();
    let id = (read == bytes.len()).then_some(RequestId::from_random(bytes))?;
    uuid_text(&id).eq_ignore_ascii_case(text).then_some(id)
}

/// CoWIN's code for a refusal, and what it says.
#[derive(Clone, Copy)]
struct Told(&'static str, &'static str);

// Its own words, letter for letter, as public clients and systems made from it have them.
const NO_OTP: Told = Told("USRAUT0012", "OTP is Required");
const NO_TXN_ID: Told = Told("USRAUT0013", "txnId is Required");
const INVALID_OTP: Told = Told("USRAUT0014", "Invalid OTP");
const NOT_GENERATED: Told = Told("USRAUT0018", "Generate OTP failed");
const NOT_REGISTERED: Told = Told("USRAUT0024", "Beneficiary Not Registered");

/// What it answered with 401, as text alone, to a credential that it did not know, and to a transaction: one that was over it had
/// forgotten.
const UNKNOWN: &str = "Unauthenticated access!";

impl IntoResponse for Told {
    fn into_response(self) -> Response {
        let mut response = Problem::from(ProblemCode::InvalidRequest).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl Told {
    fn body(self) -> Json<serde_json::Value> {
        Json(serde_json::json!({ "errorCode": self.0, "error": self.1 }))
    }

    /// How CoWIN told a problem. Where it had no code of its own, ours is in its place.
    fn of(problem: ProblemCode) -> Self {
        match problem {
            ProblemCode::NoMatchingRecord | ProblemCode::BirthYearNeeded => NOT_REGISTERED,
            ProblemCode::WrongCode | ProblemCode::InvalidCode | ProblemCode::RequestLocked => INVALID_OTP,
            ProblemCode::InvalidMobile
            | ProblemCode::InvalidName
            | ProblemCode::TooManyRequests
            | ProblemCode::MobileLocked
            | ProblemCode::SmsUnavailable => NOT_GENERATED,
            _ => Self(problem.as_str(), problem.facts().2),
        }
    }
}

/// Writes a refusal in CoWIN's words. Its refusals were all 400, but for 401 and what is wrong with the server; here what
/// waiting helps with has its status, too.
pub(crate) fn written(problem: &Problem, response: &Response, now: DateTime<Utc>) -> Response {
    if let ProblemCode::Unauthenticated
    | ProblemCode::NotFound
    | ProblemCode::AlreadyUsed
    | ProblemCode::CodeExpired
    | ProblemCode::RequestExpired = problem.code
    {
        return (StatusCode::UNAUTHORIZED, UNKNOWN).into_response();
    }
    let told = response.extensions().get::<Told>().copied().unwrap_or_else(|| Told::of(problem.code));
    let status = match problem.code.status() {
        status if matches!(status.as_u16(), 403 | 404 | 409 | 410 | 422 | 423) => StatusCode::BAD_REQUEST,
        status => status,
    };
    let retry = problem.retry_after(now).map(|seconds| [(RETRY_AFTER, seconds.to_string())]);
    (status, AppendHeaders(retry.into_iter().flatten()), told.body()).into_response()
}
