//! The authorization endpoint: a client sends a person, and the consent page takes over.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL};
use kycvs::consent::{Identifier, Language};
use kycvs_axum::{Entity, NewVisit, ProblemCode, ReturnUrl};

use crate::Front;
use crate::kept::{Asked, Travelling};
use crate::parameters::{Parameters, is_form};
use crate::refusal::{Denial, back, nowhere};

/// Before the purpose in a scope.
pub(crate) const PURPOSE: &str = "kycvs:";

/// The longest texts of a client, in bytes: with all of them and the longest redirect URI, the page's URL is below 8 KiB.
const MAX_STATE_BYTES: usize = 512;
const MAX_NONCE_BYTES: usize = 256;
const MAX_SCOPE_BYTES: usize = 256;

/// A request in a link. It names no person: a `login_hint` is not read.
pub(crate) async fn by_link(State(front): State<Arc<Front>>, RawQuery(query): RawQuery) -> Response {
    authorize(&front, query.unwrap_or_default().as_bytes())
}

/// The same as a form, which every provider takes.
pub(crate) async fn by_form(State(front): State<Arc<Front>>, headers: HeaderMap, body: Bytes) -> Response {
    if is_form(&headers) { authorize(&front, &body) } else { nowhere() }
}

fn authorize(front: &Front, encoded: &[u8]) -> Response {
    let parameters = Parameters::read(encoded);
    let Some((client, redirect_uri)) = sender(front, &parameters) else { return nowhere() };
    match visit(front, &parameters, client, redirect_uri.clone()) {
        Ok(page) => Redirect::to(&page).into_response(),
        Err(denial) => {
            // A state that cannot be one goes back to nobody.
            let state = text(&parameters, "state", MAX_STATE_BYTES).ok().flatten();
            back(&redirect_uri, state.as_deref(), front.service().issuer(), ("error", denial.as_str()))
        }
    }
}

/// The client, and where the person goes back to: letter for letter one of its URLs (RFC 9700, section 2.1).
fn sender(front: &Front, parameters: &Parameters) -> Option<(Arc<Entity>, ReturnUrl)> {
    let id = Identifier::parse(parameters.get("client_id")?).ok()?;
    let client = front.http.entity(&id)?;
    let asked = parameters.get("redirect_uri")?;
    let redirect_uri = client.return_urls.iter().find(|known| known.as_str() == asked)?;
    Some((client.clone(), redirect_uri.clone()))
}

/// Opens a visit for a request, and gives the page's URL.
fn visit(
    front: &Front,
    parameters: &Parameters,
    client: Arc<Entity>,
    redirect_uri: ReturnUrl,
) -> Result<String, Denial> {
    if parameters.has_twice() {
        return Err(Denial::InvalidRequest);
    }
    for (name, denial) in [
        ("request", Denial::RequestNotSupported),
        ("request_uri", Denial::RequestUriNotSupported),
        ("registration", Denial::RegistrationNotSupported),
    ] {
        if parameters.get(name).is_some() {
            return Err(denial);
        }
    }
    match parameters.get("response_type") {
        Some("code") => {}
        Some(_) => return Err(Denial::UnsupportedResponseType),
        None => return Err(Denial::InvalidRequest),
    }
    if parameters.get("response_mode").is_some_and(|mode| mode != "query") {
        return Err(Denial::InvalidRequest);
    }
    let scope = text(parameters, "scope", MAX_SCOPE_BYTES)?.ok_or(Denial::InvalidScope)?;
    let purpose = purpose(&scope)?;
    if parameters.get("prompt").is_some_and(|prompt| prompt.split(' ').any(|word| word == "none")) {
        return Err(Denial::LoginRequired); // people are asked every time
    }
    let asked = Asked {
        client: client.id.clone(),
        redirect_uri,
        state: text(parameters, "state", MAX_STATE_BYTES)?,
        nonce: text(parameters, "nonce", MAX_NONCE_BYTES)?,
        challenge: challenge(parameters)?,
        scope,
    };
    let unavailable = |_| Denial::TemporarilyUnavailable;
    let visit = NewVisit {
        entity: asked.client.clone(),
        purpose,
        language: language(parameters),
        return_url: ReturnUrl::parse(&front.url("/oidc/return")).map_err(|_| Denial::TemporarilyUnavailable)?,
        state: Travelling::Asked(asked).seal(front.service()).map_err(unavailable)?,
    };
    front.http.open_visit(visit).map_err(|problem| match problem.code() {
        ProblemCode::UnknownPurpose | ProblemCode::PolicyOverdue => Denial::InvalidScope,
        _ => Denial::TemporarilyUnavailable,
    })
}

/// The one purpose of a scope. What else is in it is ignored, as the standard wants it.
fn purpose(scope: &str) -> Result<Identifier, Denial> {
    let mut words = scope.split(' ');
    if !words.clone().any(|word| word == "openid") {
        return Err(Denial::InvalidScope);
    }
    let mut purposes = words.by_ref().filter_map(|word| word.strip_prefix(PURPOSE));
    match (purposes.next(), purposes.next()) {
        (Some(purpose), None) => Identifier::parse(purpose).map_err(|_| Denial::InvalidScope),
        _ => Err(Denial::InvalidScope),
    }
}

/// The challenge of PKCE (RFC 7636), which only the hash of a secret may be.
fn challenge(parameters: &Parameters) -> Result<String, Denial> {
    let challenge = parameters.get("code_challenge").ok_or(Denial::InvalidRequest)?;
    let is_hash = BASE64URL.decode(challenge).is_ok_and(|hash| hash.len() == 32);
    if is_hash && parameters.get("code_challenge_method") == Some("S256") {
        Ok(challenge.to_owned())
    } else {
        Err(Denial::InvalidRequest)
    }
}

/// A text of printable ASCII, as RFC 6749 has them (appendix A).
fn text(parameters: &Parameters, name: &str, max_bytes: usize) -> Result<Option<String>, Denial> {
    let is_one = |text: &str| text.len() <= max_bytes && text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    match parameters.get(name) {
        Some(text) if !is_one(text) => Err(Denial::InvalidRequest),
        text => Ok(text.map(str::to_owned)),
    }
}

/// The first language of ours that the client names.
fn language(parameters: &Parameters) -> Language {
    let tags = parameters.get("ui_locales").unwrap_or_default().split(' ');
    tags.filter_map(Language::from_tag).next().unwrap_or_default()
}
