use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;

use crate::problem::{Problem, ProblemCode};

/// The JSON body of a call. A [`Problem`] names the member that is wrong and its place, never what is there.
#[derive(Clone, Copy, Debug)]
pub struct JsonBody<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(ProblemCode::UnsupportedMediaType.into());
        }
        let bytes = Bytes::from_request(request, state).await.map_err(unread)?;
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
fn unread(rejection: BytesRejection) -> Problem {
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
        let what = if error.inner().is_data() { mistake(&error) } else { "The body is not JSON".to_owned() };
        invalid(format!("{what}, near line {}, column {}.", error.inner().line(), error.inner().column()))
    })?;
    json.end().map_err(|_| invalid("There is something after the body's JSON.".to_owned()))?;
    Ok(body)
}

/// What is wrong with JSON that is not the call's own. It names members that the call has, and no others.
fn mistake(error: &serde_path_to_error::Error<serde_json::Error>) -> String {
    let said = error.inner().to_string();
    let member = said.split('`').nth(1).unwrap_or_default();
    match said.split_once(" field `") {
        Some(("unknown", _)) => "The body has a member that this call does not take".to_owned(),
        Some(("missing", _)) => format!("The body has no `{member}`"),
        Some(("duplicate", _)) => format!("The body has `{member}` twice"),
        _ => match error.path().iter().next() {
            Some(Segment::Map { key }) => format!("`{key}` is not what this call takes"),
            _ => "The body is not what this call takes".to_owned(),
        },
    }
}
