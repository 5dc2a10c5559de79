use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use serde::Serialize;
use tokio::sync::Mutex;
use tokio::time::Instant;
use utoipa::ToSchema;

use crate::app::App;
use crate::problem::{Problem, ProblemCode};

/// How the server is.
#[derive(Serialize, ToSchema)]
#[schema(as = Health)]
pub(crate) struct HealthBody {
    /// `degraded` where it answers, and the status lists that gates hold are older than they should be.
    #[schema(value_type = String, pattern = "^(ok|degraded)$", example = "ok")]
    status: &'static str,
}

/// Whether the server runs
#[utoipa::path(get, path = "/healthz", operation_id = "healthz", tag = "operation",
    responses((status = 200, description = "It runs.", body = HealthBody)))]
pub(crate) async fn healthz() -> Json<HealthBody> {
    Json(HealthBody { status: "ok" })
}

/// How long an answer about the stores stands. Anyone may ask, and asking writes.
const READINESS_STANDS: Duration = Duration::from_secs(1);

/// What the stores said when they were asked last, and whether the server is about to end.
#[derive(Default)]
pub(crate) struct Readiness {
    last: Mutex<Option<(Instant, Result<(), Problem>)>>,
    is_draining: AtomicBool,
}

impl Readiness {
    /// Whether the server is about to end.
    pub(crate) fn is_draining(&self) -> bool {
        self.is_draining.load(Ordering::Relaxed)
    }

    /// The server serves on, and wants no further calls.
    pub(crate) fn drain(&self) {
        self.is_draining.store(true, Ordering::Relaxed);
    }
}

/// Whether the server can answer
///
/// Every store is read and written and the registry asked, at most once a second however often this is asked. `degraded` says that no
/// host has published the status lists for three ticks of 300 seconds: calls are answered, and withdrawals do not reach gates.
#[utoipa::path(get, path = "/readyz", operation_id = "readyz", tag = "operation",
    responses((status = 200, description = "Every store can be read and written, and the registry asked.", body = HealthBody)))]
pub(crate) async fn readyz(State(app): State<Arc<App>>) -> Result<Json<HealthBody>, Problem> {
    if app.readiness.is_draining() {
        return Err(Problem::with_detail(ProblemCode::StoreUnavailable, "The server is about to end."));
    }
    // Who asks meanwhile waits for the one answer.
    let mut last = app.readiness.last.lock().await;
    let outcome = match &*last {
        Some((at, outcome)) if at.elapsed() < READINESS_STANDS => outcome.clone(),
        _ => {
            let outcome = app.service.check_stores().await.map_err(Problem::from);
            *last = Some((Instant::now(), outcome.clone()));
            outcome
        }
    };
    let status = if app.lists.is_stale(app.service.now()) { "degraded" } else { "ok" };
    outcome.map(|()| Json(HealthBody { status }))
}

/// What happened so far, for Prometheus
///
/// Calls and their durations by method, route and status, calls whose client went, refusals by problem code, status requests by
/// entity, the age of the status lists, and the days by which the review of a policy in use is overdue. Nothing in it is about
/// a person; who asks how often is not for everyone either, so a proxy keeps this call inside.
#[utoipa::path(get, path = "/metrics", operation_id = "metrics", tag = "operation",
    responses((status = 200, description = "Metrics in the text format of OpenMetrics 1.0.", body = String,
        content_type = "application/openmetrics-text")))]
pub(crate) async fn metrics(State(app): State<Arc<App>>) -> Result<impl IntoResponse, Problem> {
    let lists_age = app.lists.at(app.service.now());
    let text = app
        .metrics
        .encode(lists_age, app.log.state(), &app.service.policies())
        .map_err(|_| Problem::from(ProblemCode::Internal))?;
    Ok(([(CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text))
}
