use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderName};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use kycvs::ListName;
use kycvs::store::Day;
use kycvs::token::STATUS_LIST_MEDIA_TYPE;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::etag::is_known;
use crate::problem::{Problem, ProblemCode};

/// For how long what is published may be kept: as long as nothing newer is. Verifiers on any page may read it.
const OPEN: [(HeaderName, &str); 2] = [(CACHE_CONTROL, "public, max-age=300"), (ACCESS_CONTROL_ALLOW_ORIGIN, "*")];

/// The status lists that are published.
#[derive(Serialize, ToSchema)]
#[schema(as = StatusLists)]
pub(crate) struct ListsBody {
    /// The address of each.
    #[schema(example = json!(["https://kycvs.example/s/k9h00"]))]
    status_lists: Vec<String>,
}

/// The status lists
///
/// The addresses of all lists that are published (draft-ietf-oauth-status-list-21, section 9.3). A gate that fetches all of
/// them tells nobody which token it is shown.
#[utoipa::path(get, path = "/s", operation_id = "statusLists", tag = "anyone",
    responses((status = 200, description = "The addresses.", body = ListsBody)))]
pub(crate) async fn aggregation(State(app): State<Arc<App>>) -> Result<impl IntoResponse, Problem> {
    let lists = app.service.status_lists().await?;
    let status_lists = lists.into_iter().map(|(name, _)| name.uri(app.service.issuer())).collect();
    Ok((OPEN, Json(ListsBody { status_lists })))
}

/// All status lists at once
///
/// Each list on a line of its own, for a gate that fetches them now and then.
#[utoipa::path(get, path = "/s/all", operation_id = "allStatusLists", tag = "anyone",
    responses((status = 200, description = "The lists.", body = String, content_type = "text/plain")))]
pub(crate) async fn all(State(app): State<Arc<App>>) -> Result<impl IntoResponse, Problem> {
    let mut lines = String::new();
    for (name, _) in app.service.status_lists().await? {
        if let Some(list) = app.service.status_list(name).await? {
            lines.push_str(list.as_str());
            lines.push('\n');
        }
    }
    Ok((OPEN, [(CONTENT_TYPE, "text/plain; charset=us-ascii")], lines))
}

/// A status list
///
/// A bit for each token of a day, signed again every five minutes: 1 for a token that is no longer good.
#[utoipa::path(get, path = "/s/{name}", operation_id = "statusList", tag = "anyone",
    params(("name" = String, Path, description = "The list's name", pattern = "^[0-9a-v]{5}$", example = "k9h00")),
    responses((status = 200, description = "The list.", body = String, content_type = "application/statuslist+jwt"),
        (status = 304, description = "The list is the one that was fetched before.")))]
pub(crate) async fn one(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let name: ListName = name.parse().map_err(|_| Problem::from(ProblemCode::NotFound))?;
    let lists = app.service.status_lists().await?;
    let Some((_, issued_at)) = lists.into_iter().find(|(published, _)| *published == name) else {
        return Err(
            if name.day() < Day::of(app.service.now()) { ProblemCode::Gone } else { ProblemCode::NotFound }.into()
        );
    };
    let tag = [(ETAG, tag(issued_at))];
    if is_known(&headers, &tag[0].1) {
        return Ok((StatusCode::NOT_MODIFIED, OPEN, tag).into_response());
    }
    let list = app.service.status_list(name).await?;
    let list = list.ok_or_else(|| Problem::from(ProblemCode::NotFound))?;
    Ok((OPEN, tag, [(CONTENT_TYPE, STATUS_LIST_MEDIA_TYPE)], list.into_string()).into_response())
}

/// Of a list, no two are published with the same time.
fn tag(issued_at: DateTime<Utc>) -> String {
    format!("\"{}\"", issued_at.timestamp())
}
