use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use kycvs::consent::{Language, later};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::JsonBody;
use crate::app::App;
use crate::calls::ask::{purpose, reference};
use crate::calls::status_requests::LanguageTag;
use crate::entity::Caller;
use crate::problem::{Problem, ProblemCode};
use crate::session::{Session, Sessions, Stage, WayBack};
use crate::{Entity, Origin, ReturnUrl};

/// What opens a visit to the consent page: either `origin`, for a page that embeds it, or `return_url`, for a redirect.
#[derive(Deserialize, ToSchema)]
#[schema(as = EmbedSession)]
#[serde(deny_unknown_fields)]
pub(crate) struct Visit {
    /// The code of one of the entity's purposes.
    #[schema(min_length = 1, max_length = 64, pattern = "^[a-z0-9._-]+$", example = "railway-booking")]
    purpose: String,
    /// The entity's own name for the transaction, such as a booking number. Whoever is shown the token reads it, so it is
    /// neither personal nor secret.
    #[schema(min_length = 1, max_length = 64, pattern = "^[^<>]*$", example = "booking 4711")]
    reference: Option<String>,
    /// The origin of the page that embeds, one of those registered.
    #[schema(max_length = 2048, example = "https://rail.example")]
    origin: Option<String>,
    /// Where the person is sent back to, one of those registered.
    #[schema(max_length = 2048)]
    return_url: Option<String>,
    /// What comes back with the person to `return_url`: the entity's protection against forged returns.
    #[schema(max_length = 512)]
    state: Option<String>,
    /// The language that the page opens in.
    #[serde(default)]
    #[schema(value_type = LanguageTag, default = "en")]
    language: Language,
}

/// A visit that was opened.
#[derive(Serialize, ToSchema)]
#[schema(as = OpenSession)]
pub(crate) struct Opened {
    #[schema(pattern = "^[A-Za-z0-9_-]{22}$")]
    id: String,
    /// Where the page is.
    #[schema(format = "uri")]
    url: String,
    expires_at: DateTime<Utc>,
}

const MAX_STATE_BYTES: usize = 512;

/// Open a visit to the consent page
///
/// The person gives mobile, name and code on the issuer's own page. Send `origin` for a page that embeds it, or `return_url`
/// for a redirect; one of them. When the person is done, the page hands over a result code.
#[utoipa::path(post, path = "/v1/embed-sessions", operation_id = "openSession", tag = "page",
    request_body = Visit, security(("apiKey" = [])),
    responses((status = 201, description = "The page is ready.", body = Opened)))]
pub(crate) async fn open(
    State(app): State<Arc<App>>,
    Caller(entity): Caller,
    JsonBody(visit): JsonBody<Visit>,
) -> Result<(StatusCode, Json<Opened>), Problem> {
    let purpose = purpose(&visit.purpose)?;
    if !entity.purposes.iter().any(|known| known.code == purpose) {
        return Err(ProblemCode::UnknownPurpose.into());
    }
    let session = Session {
        entity: entity.id.clone(),
        purpose,
        reference: reference(visit.reference.as_deref())?,
        language: visit.language,
        way_back: way_back(&entity, visit.origin, visit.return_url, visit.state)?,
        expires_at: later(app.service.now(), TimeDelta::seconds(app.limits.session_seconds.into())).trunc_subsecs(0),
        stage: Stage::New,
    };
    let id = Sessions(&app.service).open(&session).await.map_err(|error| app.refuse(error))?.text();
    let url = format!("{}/embed/{id}", app.issuer);
    Ok((StatusCode::CREATED, Json(Opened { id, url, expires_at: session.expires_at })))
}

fn way_back(
    entity: &Entity,
    origin: Option<String>,
    return_url: Option<String>,
    state: Option<String>,
) -> Result<WayBack, Problem> {
    let invalid = |detail| Err(Problem::with_detail(ProblemCode::InvalidRequest, detail));
    let not_allowed = || Problem::from(ProblemCode::OriginNotAllowed);
    match (origin, return_url, state) {
        (Some(origin), None, None) => {
            let origin = Origin::try_from(origin).map_err(|_| not_allowed())?;
            entity.origins.contains(&origin).then_some(WayBack::Embedded(origin)).ok_or_else(not_allowed)
        }
        (None, Some(_), Some(state)) if state.len() > MAX_STATE_BYTES => invalid("`state` is longer than 512 bytes."),
        (None, Some(url), state) => {
            let url = ReturnUrl::try_from(url).map_err(|_| not_allowed())?;
            entity.return_urls.contains(&url).then_some(WayBack::Redirect { url, state }).ok_or_else(not_allowed)
        }
        _ => invalid("Send either `origin`, or `return_url` with or without `state`."),
    }
}
