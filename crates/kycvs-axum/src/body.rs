use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::problem::{Problem, ProblemCode};

/// The JSON body of a call. What is wrong with it is told by its place, never by what stands there.
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(ProblemCode::UnsupportedMediaType.into());
        }
        let bytes = Bytes::from_request(request, app).await.map_err(unread)?;
        parse(&bytes).map(Self)
    }
}

/// Whether the body says that it is `application/json`, in UTF-8 if it says so.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(Ok(text)) = headers.get(CONTENT_TYPE).map(|value| value.to_str()) else { return false };
    let (kind, rest) = text.split_once(';').unwrap_or((text, ""));
    kind.trim().eq_ignore_ascii_case("application/json")
        && (rest.trim().is_empty() || rest.trim().eq_ignore_ascii_case("charset=utf-8"))
}

/// Why a body could not be read: it is too large, or it broke off.
pub(crate) fn unread(rejection: BytesRejection) -> Problem {
    let code = match rejection.into_response().status().as_u16() {
        413 => ProblemCode::TooLarge,
        _ => ProblemCode::InvalidRequest,
    };
    code.into()
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let invalid = |detail: String| Problem::with_detail(ProblemCode::InvalidRequest, detail);
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let body = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let (line, column) = (error.inner().line(), error.inner().column());
        if error.inner().is_data() {
            // A path names members that a call takes, and places in arrays.
            invalid(format!("The body is not what this call takes, near line {line}, column {column}."))
        } else {
            invalid(format!("The body is not JSON, near line {line}, column {column}."))
        }
    })?;
    json.end().map_err(|_| invalid("There is something after the body's JSON.".to_owned()))?;
    Ok(body)
}
