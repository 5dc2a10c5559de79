//! The claims again, for clients that ask for them here and not in the ID token.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use kycvs_axum::{Problem, ProblemCode};
use serde_json::{Value, json};

use crate::Front;
use crate::kept::Travelling;

pub(crate) async fn show(State(front): State<Arc<Front>>, headers: HeaderMap) -> Response {
    match claims(&front, &headers) {
        Some(claims) => Json(claims).into_response(),
        None => {
            let mut response = (StatusCode::UNAUTHORIZED, Json(json!({ "error": "invalid_token" }))).into_response();
            let how = HeaderValue::from_static("Bearer error=\"invalid_token\"");
            response.headers_mut().insert(WWW_AUTHENTICATE, how);
            Problem::from(ProblemCode::Unauthenticated).worded(response)
        }
    }
}

/// What the one access token of a call opens (RFC 6750, section 2.1).
fn claims(front: &Front, headers: &HeaderMap) -> Option<Value> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    match Travelling::unseal(front.service(), token.trim())? {
        Travelling::Access(access) if front.service().now() < access.expires_at => Some(access.claims),
        _ => None,
    }
}
