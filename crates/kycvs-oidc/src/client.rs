use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use base64::{Engine, prelude::BASE64_STANDARD};
use kycvs::consent::Identifier;
use kycvs_axum::{Problem, ProblemCode};
use url::form_urlencoded;

use crate::Front;
use crate::parameters::Parameters;
use crate::refusal::TokenRefusal;

/// The client of a call: by its secret, in `Authorization` or in the form, or by its name alone where it keeps none.
///
/// # Errors
/// [`TokenRefusal::InvalidClient`]; [`TokenRefusal::InvalidRequest`] for one that names itself twice.
pub(crate) async fn client(
    front: &Front,
    parts: &mut Parts,
    parameters: &Parameters,
) -> Result<Identifier, TokenRefusal> {
    let unknown = || TokenRefusal::InvalidClient(ProblemCode::Unauthenticated.into());
    let in_form = (parameters.get("client_id"), parameters.get("client_secret"));
    let (id, secret) = match (parts.headers.contains_key(AUTHORIZATION), in_form) {
        (true, (_, Some(_))) => return Err(TokenRefusal::InvalidRequest),
        (true, (named, None)) => {
            let (id, secret) = basic(&parts.headers).ok_or_else(unknown)?;
            if named.is_some_and(|named| named != id) {
                return Err(TokenRefusal::InvalidRequest);
            }
            (id, Some(secret))
        }
        (false, (Some(id), secret)) => (id.to_owned(), secret.map(str::to_owned)),
        (false, (None, _)) => return Err(unknown()),
    };
    let id = Identifier::parse(&id).map_err(|_| unknown())?;
    match secret {
        Some(secret) => {
            front.http.authenticate(parts, &id, &secret).await.map_err(refusal)?;
        }
        None if front.settings.public_clients.contains(&id) && front.http.entity(&id).is_some() => {}
        None => return Err(unknown()),
    }
    Ok(id)
}

fn refusal(problem: Problem) -> TokenRefusal {
    match problem.code() {
        ProblemCode::Unauthenticated | ProblemCode::TooManyRequests => TokenRefusal::InvalidClient(problem),
        _ => TokenRefusal::Unavailable(problem),
    }
}

/// Name and secret as HTTP's own scheme carries them, each encoded as in a form (RFC 6749, section 2.3.1).
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let (scheme, credentials) = value.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let credentials = String::from_utf8(BASE64_STANDARD.decode(credentials.trim()).ok()?).ok()?;
    let (id, secret) = credentials.split_once(':')?;
    Some((decoded(id), decoded(secret)))
}

/// A text of a form. One that is not encoded, as some clients send it, stays as it is.
fn decoded(text: &str) -> String {
    if text.contains('%') {
        form_urlencoded::parse(text.as_bytes()).next().map(|(text, _)| text.into_owned()).unwrap_or_default()
    } else {
        text.to_owned()
    }
}
