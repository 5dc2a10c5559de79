use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, NaiveDate, SubsecRound, TimeDelta, Utc};
use kycvs::consent::{Language, later};
use kycvs::{Answers, Error, RequestState, Told};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::JsonBody;
use crate::app::App;
use crate::calls::ask::{day, policy, purpose, reference};
use crate::calls::status_requests::LanguageTag;
use crate::calls::visit_people::{VisitPerson, given};
use crate::entity::Caller;
use crate::object::maybe_objects;
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
    /// By which rules: the id of one of the purpose's policies. Without it, by the first of them.
    #[schema(min_length = 1, max_length = 32, pattern = "^[a-z][a-z0-9-]*$", example = "yellow-fever-arrival")]
    policy: Option<String>,
    /// For which day, such as that of the arrival: today, or at most a year ahead. Without it, for the day of the answer.
    #[serde(default, deserialize_with = "day")]
    #[schema(format = Date, example = "2027-01-10")]
    on: Option<NaiveDate>,
    /// The name of the person whose status is asked, which then is on the page.
    #[schema(min_length = 1, max_length = 100, pattern = "^[^<>]*$", example = "Asha Rao")]
    name: Option<String>,
    /// Instead of it, the name that the entity expects: the person types a name, and `name_matches` says whether it is this one's.
    #[schema(min_length = 1, max_length = 100, pattern = "^[^<>]*$", example = "Asha Rao")]
    expected_name: Option<String>,
    /// The mobile that the person gave you, of which the page shows the last four digits.
    #[schema(min_length = 10, max_length = 64, example = "+91 98765 43210")]
    mobile: Option<String>,
    /// Instead of one person, a family: one to six people, in an order of your own. The result is then a booking.
    #[serde(default, deserialize_with = "maybe_objects")]
    #[schema(min_items = 1, max_items = 6)]
    people: Option<Vec<VisitPerson>>,
    /// Whether the person may change the names and numbers that you send: then they are in fields. Default: no.
    #[serde(default)]
    editable: bool,
    /// The origin of the page that embeds, one of those registered.
    #[schema(max_length = 2048, example = "https://rail.example")]
    origin: Option<String>,
    /// Where the person is sent back to, one of those registered.
    #[schema(max_length = 2048)]
    return_url: Option<String>,
    /// What comes back with the person to `return_url`, which needs it: a secret of this browser's transaction, without
    /// which anybody could forge a return.
    #[schema(min_length = 1, max_length = 512)]
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
    /// It names the visit, and has in it, sealed, what the visit is about.
    #[schema(pattern = "^[A-Za-z0-9_-]{100,}$")]
    id: String,
    /// Where the page is.
    #[schema(format = "uri")]
    url: String,
    expires_at: DateTime<Utc>,
}

/// A visit, as its entity sees it. Who the person is, it does not say.
#[derive(Serialize, ToSchema)]
#[schema(as = SessionState)]
pub(crate) struct VisitBody {
    #[schema(pattern = "^[A-Za-z0-9_-]{100,}$")]
    id: String,
    /// `open` until the person asks for a code, `asked` until it is entered, `answered`, `no-record` when it was entered and no
    /// single record matches (the person may start over, so an answer may still come), `ended` without an answer or after the
    /// consent was withdrawn, `expired`.
    #[schema(value_type = String, pattern = "^(open|asked|answered|no-record|ended|expired)$", example = "answered")]
    state: &'static str,
    #[schema(example = "railway-booking")]
    purpose: String,
    /// By which rules it asks, where it named them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "yellow-fever-arrival")]
    policy: Option<String>,
    /// For which day it asks, where it named one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, example = "2027-01-10")]
    on: Option<NaiveDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "booking 4711")]
    reference: Option<String>,
    expires_at: DateTime<Utc>,
}

const MAX_STATE_BYTES: usize = 512;

/// Open a visit to the consent page
///
/// The person gives mobile, name and code on the issuer's own page; what you know already, you send, for one person or for
/// `people`. Nothing else is stored before the person asks for a code. Send `origin` for a page that embeds it, or `return_url`
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
    let policy = visit.policy.as_deref().map(policy).transpose()?;
    app.service.check_rules(&entity.id, &purpose, policy.as_ref(), visit.on)?;
    let way_back = way_back(&entity, visit.origin, visit.return_url, visit.state)?;
    let reference = reference(visit.reference.as_deref())?;
    let is_booking = visit.people.is_some();
    let one = VisitPerson { name: visit.name, expected_name: visit.expected_name, mobile: visit.mobile };
    let given = given(&app, visit.people, one, visit.editable)?;
    let lifetime = TimeDelta::seconds(app.limits.session_seconds.into());
    let expires_at = later(app.service.now(), lifetime).trunc_subsecs(0);
    let sessions = Sessions(&app.service);
    let given = match given {
        Some(given) => Some(sessions.give(&given, expires_at).await?),
        None => None,
    };
    let session = Session {
        entity: entity.id.clone(),
        purpose,
        policy,
        on: visit.on,
        reference,
        given,
        is_booking,
        language: visit.language,
        way_back,
        expires_at,
    };
    let id = sessions.open(session)?;
    let url = format!("{}/embed/{id}", app.issuer);
    Ok((StatusCode::CREATED, Json(Opened { id, url, expires_at })))
}

/// Read a visit
///
/// How far the person got. An answer is had by its result code alone, which proves that the person's browser is here.
#[utoipa::path(get, path = "/v1/embed-sessions/{id}", operation_id = "sessionState", tag = "page",
    params(("id" = String, Path, description = "The visit's id", pattern = "^[A-Za-z0-9_-]{100,}$")),
    security(("apiKey" = [])), responses((status = 200, description = "How far the person got.", body = VisitBody)))]
pub(crate) async fn state(
    State(app): State<Arc<App>>,
    Caller(entity): Caller,
    Path(id): Path<String>,
) -> Result<Json<VisitBody>, Problem> {
    let sessions = Sessions(&app.service);
    let (place, session) = sessions.read(&id)?;
    if session.entity != entity.id {
        return Err(ProblemCode::NotFound.into());
    }
    let state = match sessions.noted(&place).await? {
        Some((Stage::Asked(asked), _)) => match app.service.state(&entity.id, &asked.request).await {
            Ok(RequestState::Answered(answers)) => of_answers(&answers),
            Ok(_) => "asked",
            Err(Error::NotFound) => "open", // its message was not sent
            Err(error) => return Err(error.into()),
        },
        Some((Stage::Ended, _)) => "ended",
        Some((Stage::New, _)) | None => "open",
    };
    let is_expired = session.is_over(app.service.now()) && ["open", "asked"].contains(&state);
    let state = if is_expired { "expired" } else { state };
    Ok(Json(VisitBody {
        id,
        state,
        purpose: session.purpose.into(),
        policy: session.policy.map(String::from),
        on: session.on,
        reference: session.reference.map(String::from),
        expires_at: session.expires_at,
    }))
}

/// One who agreed answers the visit, whatever the others did.
fn of_answers(answers: &Answers) -> &'static str {
    let any = |is: fn(&Told) -> bool| answers.people.iter().any(|person| is(&person.told));
    match () {
        () if any(|told| matches!(told, Told::Granted(_))) => "answered",
        () if any(|told| matches!(told, Told::Withdrawn)) => "ended",
        () if any(|told| matches!(told, Told::NoRecord)) => "no-record",
        () => "answered",
    }
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
        (None, Some(_), Some(state)) if state.is_empty() || state.len() > MAX_STATE_BYTES => {
            invalid("`state` is 1 to 512 bytes long.")
        }
        (None, Some(url), Some(state)) => {
            let url = ReturnUrl::try_from(url).map_err(|_| not_allowed())?;
            entity.return_urls.contains(&url).then_some(WayBack::Redirect { url, state }).ok_or_else(not_allowed)
        }
        _ => invalid("Send either `origin`, or `return_url` with `state`."),
    }
}
