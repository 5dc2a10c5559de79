//! The token endpoint: a code for an ID token.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::response::{IntoResponse, Response};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL};
use chrono::TimeDelta;
use kycvs::Error;
use kycvs::consent::later;
use kycvs::token::{SignIn, StatusInfo};
use kycvs_axum::ProblemCode;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::Front;
use crate::client::client;
use crate::kept::{Access, Asked, Grant, OpenGrant, Travelling};
use crate::parameters::{Parameters, is_form};
use crate::refusal::TokenRefusal;

/// How long a client has to read the ID token, and to ask for the claims again.
const LIFETIME: TimeDelta = TimeDelta::seconds(300);

/// RFC 6749, section 5.1, and OpenID Connect Core, section 3.1.3.3.
#[derive(Serialize)]
struct Tokens {
    access_token: String,
    token_type: &'static str,
    expires_in: i64,
    id_token: String,
    scope: String,
}

pub(crate) async fn exchange(State(front): State<Arc<Front>>, request: Request) -> Response {
    match tokens(&front, request).await {
        Ok(tokens) => Json(tokens).into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

async fn tokens(front: &Front, request: Request) -> Result<Tokens, TokenRefusal> {
    let (mut parts, body) = request.into_parts();
    if !is_form(&parts.headers) {
        return Err(TokenRefusal::InvalidRequest);
    }
    let body = Bytes::from_request(Request::new(body), &()).await.map_err(|_| TokenRefusal::InvalidRequest)?;
    let parameters = Parameters::read_once(&body).ok_or(TokenRefusal::InvalidRequest)?;
    let client = client(front, &mut parts, &parameters).await?;
    match parameters.get("grant_type") {
        Some("authorization_code") => {}
        Some(_) => return Err(TokenRefusal::UnsupportedGrantType),
        None => return Err(TokenRefusal::InvalidRequest),
    }
    let needed = |name| parameters.get(name).ok_or(TokenRefusal::InvalidRequest);
    let (code, redirect_uri, verifier) = (needed("code")?, needed("redirect_uri")?, needed("code_verifier")?);
    let open = Grant::find(front.service(), code).await.map_err(unavailable)?.ok_or(TokenRefusal::InvalidGrant)?;
    let asked = &open.grant.asked;
    let is_theirs = asked.client == client && asked.redirect_uri.as_str() == redirect_uri;
    if !is_theirs || !fits(verifier, &asked.challenge) {
        return Err(TokenRefusal::InvalidGrant);
    }
    let tokens = sign(front, &open).await?;
    // Nothing has left here yet: of two who bring one code, the second gets nothing.
    if open.use_up(front.service()).await.map_err(unavailable)? { Ok(tokens) } else { Err(TokenRefusal::InvalidGrant) }
}

async fn sign(front: &Front, open: &OpenGrant) -> Result<Tokens, TokenRefusal> {
    let (service, Grant { asked, result_code, .. }) = (front.service(), &open.grant);
    let Asked { client, nonce, scope, .. } = asked;
    let answer = front.http.visit_answer(client, result_code).await.map_err(|problem| match problem.code() {
        ProblemCode::NotFound | ProblemCode::ConsentWithdrawn => TokenRefusal::InvalidGrant,
        _ => TokenRefusal::Unavailable(problem),
    })?;
    let (token, issued_at) = (answer.granted.token, service.now());
    // Our own token says what it says; one that is over is no answer any more.
    let status =
        service.verifier().verify(&token, client.as_str(), issued_at).map_err(|_| TokenRefusal::InvalidGrant)?;
    let expires_at = later(issued_at, LIFETIME);
    let sign_in = SignIn { issued_at, expires_at, nonce: nonce.as_deref() };
    let id_token = service.sign_id_token(status.claims(), &token, sign_in).await.map_err(unavailable)?;
    let claims = serde_json::to_value(StatusInfo::new(status.claims(), &token)).unwrap_or(Value::Null);
    let access_token = Travelling::Access(Access { claims, expires_at }).seal(service).map_err(unavailable)?;
    let (token_type, expires_in) = ("Bearer", LIFETIME.num_seconds());
    Ok(Tokens { access_token, token_type, expires_in, id_token, scope: scope.clone() })
}

/// Whether a verifier is the secret behind a challenge (RFC 7636, section 4.6).
fn fits(verifier: &str, challenge: &str) -> bool {
    let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&verifier.len())
        && verifier.bytes().all(is_unreserved)
        && BASE64URL.encode(Sha256::digest(verifier)) == challenge
}

fn unavailable(error: Error) -> TokenRefusal {
    TokenRefusal::Unavailable(error.into())
}
