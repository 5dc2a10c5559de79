use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, HeaderName};
use axum::response::IntoResponse;
use kycvs::consent::ConsentId;

use crate::app::App;
use crate::entity::Caller;
use crate::problem::{Problem, ProblemCode};

/// A checkpoint is followed by another one; a tile that is published never changes.
const FOR_A_MINUTE: (HeaderName, &str) = (CACHE_CONTROL, "public, max-age=60");
const FOR_EVER: (HeaderName, &str) = (CACHE_CONTROL, "public, max-age=31536000, immutable");
const OPEN: (HeaderName, &str) = (ACCESS_CONTROL_ALLOW_ORIGIN, "*");
const TEXT: (HeaderName, &str) = (CONTENT_TYPE, "text/plain; charset=utf-8");

/// The checkpoint of the public log
///
/// Its size and root, signed. The tiles are beside it, under `/log/tile/`, by C2SP's tlog-tiles.
#[utoipa::path(get, path = "/log/checkpoint", operation_id = "logCheckpoint", tag = "anyone",
    responses((status = 200, description = "The checkpoint.", body = String, content_type = "text/plain")))]
pub(crate) async fn checkpoint(State(app): State<Arc<App>>) -> Result<impl IntoResponse, Problem> {
    Ok(([FOR_A_MINUTE, OPEN, TEXT], file(&app, "checkpoint").await?))
}

/// A tile of hashes, or a bundle of entries. Its path has slashes in it, so OpenAPI has no word for it.
pub(crate) async fn tile(State(app): State<Arc<App>>, Path(path): Path<String>) -> Result<impl IntoResponse, Problem> {
    let binary = (CONTENT_TYPE, "application/octet-stream");
    Ok(([FOR_EVER, OPEN, binary], file(&app, &format!("tile/{path}")).await?))
}

async fn file(app: &App, path: &str) -> Result<Vec<u8>, Problem> {
    app.service.log_file(path).await?.ok_or_else(|| ProblemCode::NotFound.into())
}

/// The proof that a consent is in the public log
///
/// For the entity that got the answer: a file by c2sp.org/tlog-proof@v1, whose `extra` is the salt. It is there once the log
/// has published the consent, within an hour or so.
#[utoipa::path(get, path = "/v1/consents/{id}/proof", operation_id = "consentProof", tag = "requests",
    params(("id" = String, Path, description = "The consent's id", pattern = "^[A-Za-z0-9_-]{21}[AQgw]$")),
    security(("apiKey" = [])),
    responses((status = 200, description = "The proof.", body = String, content_type = "text/plain")))]
pub(crate) async fn proof(
    State(app): State<Arc<App>>,
    Caller(entity): Caller,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    let not_found = || Problem::from(ProblemCode::NotFound);
    let id = ConsentId::parse(&id).map_err(|_| not_found())?;
    let proof = app.service.log_proof_for(&entity.id, &id).await?;
    let due_at = app.service.log_due_at();
    let not_yet = || due_at.map_or_else(not_found, |due_at| not_found().at(due_at));
    let proof = proof.ok_or_else(not_yet)?;
    Ok(([(CACHE_CONTROL, "no-store"), TEXT], proof.to_string()))
}
