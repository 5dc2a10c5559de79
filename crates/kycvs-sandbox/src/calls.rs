use axum::extract::RawQuery;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use kycvs::Clock;
use kycvs::domain::Mobile;
use kycvs_axum::{JsonBody, Problem, ProblemCode};
use serde::{Deserialize, Serialize};
use url::form_urlencoded;

use crate::certificates::{MadeUpPerson, MakeError};
use crate::sandbox::Controls;
use crate::{AdvanceError, Sent};

/// How many messages are shown at a time.
pub(crate) const SHOWN_MESSAGES: usize = 100;

pub(crate) fn routes() -> Router {
    Router::new()
        .route("/sandbox/outbox", get(outbox))
        .route("/sandbox/clock", post(clock))
        .route("/sandbox/reset", post(reset))
        .route("/sandbox/certificates", post(certificates))
}

/// A message, as it would have reached a phone.
#[derive(Serialize)]
pub(crate) struct SentBody {
    /// The number in international form (E.164).
    to: String,
    text: String,
    code: String,
    sent_at: DateTime<Utc>,
}

/// How far to move the clock.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    /// In seconds, 1 to 2592000.
    advance_seconds: u32,
}

/// What the time is in the sandbox.
#[derive(Serialize)]
struct Time {
    now: DateTime<Utc>,
}

async fn outbox(
    Extension(controls): Extension<Controls>,
    RawQuery(query): RawQuery,
) -> Result<Json<Vec<SentBody>>, Problem> {
    let mobile = wanted(query.as_deref().unwrap_or_default())?;
    let newest = controls.outbox.newest(mobile.as_ref(), SHOWN_MESSAGES);
    Ok(Json(newest.into_iter().map(SentBody::from).collect()))
}

async fn clock(
    Extension(controls): Extension<Controls>,
    JsonBody(advance): JsonBody<Advance>,
) -> Result<Json<Time>, Problem> {
    let now = controls.advance(TimeDelta::seconds(advance.advance_seconds.into())).await.map_err(refused)?;
    Ok(Json(Time { now: now.trunc_subsecs(0) }))
}

async fn reset(Extension(controls): Extension<Controls>, headers: HeaderMap) -> Result<StatusCode, Problem> {
    refuse_other_sites(&headers)?;
    controls.reset();
    Ok(StatusCode::NO_CONTENT)
}

/// A certificate that was made, as the text of its QR code.
#[derive(Serialize)]
struct Made {
    certificate: String,
}

async fn certificates(
    Extension(controls): Extension<Controls>,
    JsonBody(person): JsonBody<MadeUpPerson>,
) -> Result<Json<Made>, Problem> {
    let certificate = controls.certificates.make(&person, controls.clock.now()).await.map_err(|error| match error {
        MakeError::Signer => Problem::from(ProblemCode::StoreUnavailable),
        error => Problem::explained(ProblemCode::InvalidRequest, &error),
    })?;
    Ok(Json(Made { certificate }))
}

/// Whose messages are asked for: those of `mobile`, or all.
fn wanted(query: &str) -> Result<Option<Mobile>, Problem> {
    let invalid = || Problem::with_detail(ProblemCode::InvalidRequest, "The query takes `mobile` alone, at most once.");
    let mut members = form_urlencoded::parse(query.as_bytes());
    match (members.next(), members.next()) {
        (None, _) => Ok(None),
        (Some((name, number)), None) if name == "mobile" => Mobile::parse(number.trim())
            .map(Some)
            .map_err(|error| Problem::explained(ProblemCode::InvalidMobile, &error)),
        _ => Err(invalid()),
    }
}

pub(crate) fn refused(error: AdvanceError) -> Problem {
    Problem::explained(ProblemCode::InvalidRequest, &error)
}

/// A page of another site cannot move what a test relies on. Callers that are no browsers do not send the header.
pub(crate) fn refuse_other_sites(headers: &HeaderMap) -> Result<(), Problem> {
    match headers.get("sec-fetch-site") {
        Some(site) if site != "same-origin" => {
            Err(Problem::with_detail(ProblemCode::OriginNotAllowed, "A page of another site cannot do this."))
        }
        _ => Ok(()),
    }
}

impl From<Sent> for SentBody {
    fn from(Sent { message, at }: Sent) -> Self {
        Self {
            to: message.to.e164(),
            text: message.text.to_string(),
            code: message.code.secret().to_owned(),
            sent_at: at.trunc_subsecs(0),
        }
    }
}
