use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use kycvs::token::StatusClaims;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::JsonBody;
use crate::app::App;

/// A token to verify.
#[derive(Deserialize, ToSchema)]
#[schema(as = ShownToken)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shown {
    /// The status token.
    #[schema(example = "eyJhbGciOiJFUzI1NiJ9.e30.c2lnbmF0dXJl")]
    token: String,
    /// The id of the verifying entity that the token must have been issued to. Without it, a token that was issued to
    /// anyone is good, and `claims.aud` says to whom.
    #[schema(example = "irctc")]
    audience: Option<String>,
}

/// What came of it.
#[derive(Serialize, ToSchema)]
#[schema(as = Verdict)]
pub(crate) struct Verdict {
    valid: bool,
    /// What the token says, when it is valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    claims: Option<ClaimsBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    /// Why it is not valid: a stable word such as `expired`, `bad-signature`, `unknown-key` or `wrong-audience`.
    #[schema(example = "expired")]
    reason: Option<&'static str>,
}

/// What a token says, under the names that it has there.
#[derive(Serialize, ToSchema)]
#[schema(as = Claims)]
pub(crate) struct ClaimsBody {
    /// Who issued it.
    iss: String,
    /// The verifying entity that it was issued to.
    aud: String,
    sub: String,
    jti: String,
    /// When it was issued, in seconds since 1970 (RFC 7519).
    iat: i64,
    /// From when on it is not good.
    exp: i64,
    /// 0 not vaccinated, 1 partially, 2 fully.
    #[schema(minimum = 0, maximum = 2)]
    vaccination_status: u8,
    as_of: chrono::NaiveDate,
    policy: String,
    purpose: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    consent: ConsentBody,
}

/// What the person agreed to.
#[derive(Serialize, ToSchema)]
#[schema(as = ConsentClaim)]
pub(crate) struct ConsentBody {
    id: String,
    hash: String,
}

/// Verify a token
///
/// For those who cannot do it themselves; with the public keys anyone verifies offline.
#[utoipa::path(post, path = "/v1/verify", operation_id = "verify", tag = "anyone",
    request_body = Shown, responses((status = 200, description = "Whether the token is good.", body = Verdict)))]
pub(crate) async fn verify(State(app): State<Arc<App>>, JsonBody(shown): JsonBody<Shown>) -> Json<Verdict> {
    let verifier = app.service.verifier();
    let now = app.service.now();
    let verified = match &shown.audience {
        Some(audience) => verifier.verify(&shown.token, audience, now).map(|status| status.claims().clone()),
        None => verifier.verify_shown_to_me(&shown.token, now).map(|status| status.claims().clone()),
    };
    Json(match verified {
        Ok(claims) => Verdict { valid: true, claims: Some(claims_body(app.service.issuer(), claims)), reason: None },
        Err(refusal) => Verdict { valid: false, claims: None, reason: Some(refusal.code()) },
    })
}

/// The public keys
///
/// A JWK set (RFC 7517), good for ten minutes. Verifiers on any page may read it.
#[utoipa::path(get, path = "/.well-known/jwks.json", operation_id = "publicKeys", tag = "anyone",
    responses((status = 200, description = "The keys.", body = KeySet, content_type = "application/jwk-set+json")))]
pub(crate) async fn jwks(State(app): State<Arc<App>>) -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, "application/jwk-set+json"),
        (CACHE_CONTROL, "public, max-age=600"),
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    (headers, app.service.published_keys().to_jwks())
}

/// A JWK set (RFC 7517).
#[derive(ToSchema)]
#[expect(dead_code, reason = "it stands for what `kycvs::token` writes, in the document")]
pub(crate) struct KeySet {
    #[schema(value_type = Vec<Object>)]
    keys: (),
}

fn claims_body(issuer: &str, claims: StatusClaims) -> ClaimsBody {
    ClaimsBody {
        iss: issuer.to_owned(),
        aud: claims.audience,
        sub: claims.subject,
        jti: claims.token_id,
        iat: claims.issued_at.timestamp(),
        exp: claims.expires_at.timestamp(),
        vaccination_status: claims.status.into(),
        as_of: claims.as_of,
        policy: claims.policy,
        purpose: claims.purpose,
        reference: claims.reference,
        consent: ConsentBody { id: claims.consent.id, hash: claims.consent.hash },
    }
}
