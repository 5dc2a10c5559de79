use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};

use crate::object::Object;
use crate::problem::{Problem, ProblemCode};

/// Members that are days, here and in the calls of a sandbox. Their parser does not say so.
const DAYS: [&str; 3] = ["on", "birth_date", "given_on"];

/// Members that are places in a list of people.
const PLACES: [&str; 2] = ["left_out", "position"];

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
    let Object(body) = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let what = if error.inner().is_data() { mistake(&error) } else { "The body is not JSON".to_owned() };
        invalid(format!("{what}, near line {}, column {}.", error.inner().line(), error.inner().column()))
    })?;
    json.end().map_err(|_| invalid("The body has more text after its JSON.".to_owned()))?;
    Ok(body)
}

/// What is wrong with JSON that is not the call's own. It names members that the call has, and no others.
fn mistake(error: &serde_path_to_error::Error<serde_json::Error>) -> String {
    let said = error.inner().to_string();
    let member = said.split('`').nth(1).unwrap_or_default();
    match said.split_once(" field `") {
        Some(("unknown", _)) => "The body has an unknown member".to_owned(),
        Some(("missing", _)) => format!("The body has no `{member}`"),
        Some(("duplicate", _)) => format!("The body has `{member}` twice"),
        _ => misfit(error.path(), &said),
    }
}

/// Which member has a wrong value, and what its value has to be, as far as the parser says so.
fn misfit(path: &Path, said: &str) -> String {
    let key = path.iter().rev().find_map(|segment| match segment {
        Segment::Map { key } => Some(key),
        _ => None,
    });
    let whose = match (key, path.iter().next_back()) {
        (None, _) => "The body".to_owned(),
        (Some(key), Some(Segment::Seq { .. })) => format!("Each of `{key}`"),
        (Some(key), _) => format!("`{key}`"),
    };
    // What stands before it may be the caller's own text.
    let expected = said.rsplit_once(", expected ").map_or("", |(_, expected)| expected);
    let expected = expected.split(" at line ").next().unwrap_or_default();
    let what = match expected {
        _ if key.is_some_and(|key| DAYS.contains(&key.as_str())) => "a date, YYYY-MM-DD",
        _ if key.is_some_and(|key| PLACES.contains(&key.as_str())) => "a place, 0 to 5",
        "a string" | "an object" => expected,
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "f64" => "a number",
        "u16" | "u32" => "a whole number",
        _ if expected.starts_with("one of `") => expected,
        _ if expected.starts_with("struct ") => "an object",
        _ => return format!("{whose} is not valid"),
    };
    format!("{whose} is not {what}")
}
