//! The calls of the API, a file for each resource.

pub(crate) mod ask;
pub(crate) mod bookings;
pub(crate) mod embed_sessions;
pub(crate) mod log;
pub(crate) mod open_data;
pub(crate) mod operations;
pub(crate) mod results;
pub(crate) mod status_lists;
pub(crate) mod status_requests;
pub(crate) mod visit_people;
pub(crate) mod withdrawals;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;

pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/v1/status-requests", post(status_requests::open))
        .route("/v1/status-requests/{id}", get(status_requests::state))
        .route("/v1/status-requests/{id}/resend", post(status_requests::resend))
        .route("/v1/status-requests/{id}/confirm", post(status_requests::confirm))
        .route("/v1/status-requests/{id}/decline", post(status_requests::decline))
        .route("/v1/bookings", post(bookings::open))
        .route("/v1/bookings/{id}", get(bookings::state))
        .route("/v1/bookings/{id}/confirm", post(bookings::confirm))
        .route("/v1/embed-sessions", post(embed_sessions::open))
        .route("/v1/embed-sessions/{id}", get(embed_sessions::state))
        .route("/v1/results", post(results::exchange))
        .route("/v1/withdrawals", post(withdrawals::by_code))
        .route("/v1/consents/{id}/withdrawal", post(withdrawals::at_counter))
        .route("/v1/consents/{id}/proof", get(log::proof))
        .route("/log/checkpoint", get(log::checkpoint))
        .route("/log/tile/{*path}", get(log::tile))
        .route("/v1/verify", post(open_data::verify))
        .merge(status_lists())
}

pub(crate) fn status_lists() -> Router<Arc<App>> {
    Router::new()
        .route("/s", get(status_lists::aggregation))
        .route("/s/all", get(status_lists::all))
        .route("/s/{name}", get(status_lists::one))
}

/// What anybody reads, and gets also when the server is busy.
pub(crate) fn open_data() -> Router<Arc<App>> {
    Router::new()
        .route("/.well-known/jwks.json", get(open_data::jwks))
        .route("/cards/.well-known/jwks.json", get(open_data::card_keys))
}

/// What those ask who run the server.
pub(crate) fn operations() -> Router<Arc<App>> {
    Router::new()
        .route("/healthz", get(operations::healthz))
        .route("/readyz", get(operations::readyz))
        .route("/metrics", get(operations::metrics))
}
