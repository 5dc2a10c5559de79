use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use chrono::{DateTime, Utc};
use kycvs::consent::{Certificate, shown_name};
use kycvs::domain::{BirthDate, BirthYear, VaccinationStatus};
use kycvs::token::{Bearer, KeyRing, StatusClaims, Verdict};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::JsonBody;
use crate::app::App;
use crate::gate::{certificate, judge};
use crate::problem::{Problem, ProblemCode};

/// A token to verify.
#[derive(Deserialize, ToSchema)]
#[schema(as = ShownToken)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shown {
    /// The status token, with the disclosures that the person shows if any: as it is, or as a scanner gives it, which may be
    /// a link with the token behind `#`. Where the server takes certificates of other issuers: the text of one, such as `HC1:…`.
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
pub(crate) struct VerdictBody {
    valid: bool,
    /// Whether the token was withdrawn: `good`, as of `standing_as_of`, or `not-checked` where no status list tells.
    /// What was withdrawn is not valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "good")]
    standing: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    standing_as_of: Option<DateTime<Utc>>,
    /// What the certificate of another issuer says, when one was shown and is valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate: Option<CertificateBody>,
    /// What the token says, when it is valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    claims: Option<ClaimsBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    /// Why it is not valid: a stable word such as `expired`, `bad-signature`, `revoked` or `wrong-audience`.
    #[schema(example = "expired")]
    reason: Option<&'static str>,
}

/// What a certificate of another issuer says.
#[derive(Serialize, ToSchema)]
#[schema(as = Certificate)]
pub(crate) struct CertificateBody {
    /// `divoc`, `eu-dcc` or `smart-health-card`.
    #[schema(example = "eu-dcc")]
    format: String,
    /// A country's code, or a URL.
    #[schema(example = "IN")]
    issuer: String,
    /// The person's name, as it is written and as it is transliterated: to be compared with a photo ID.
    names: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1900, maximum = 2100)]
    birth_year: Option<u16>,
    /// 0 not vaccinated, 1 partially, 2 fully: by the service's own policy, today.
    #[schema(minimum = 0, maximum = 2)]
    vaccination_status: u8,
    /// What to mind, such as `expired-seal`.
    #[serde(skip_serializing_if = "Option::is_none")]
    caveat: Option<String>,
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
    /// What the status rests on: `registry`, or `presented` for a certificate that the person brought.
    #[schema(example = "registry")]
    evidence: &'static str,
    policy: String,
    purpose: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    consent: ConsentBody,
    /// Whom the token is about, if the person shows it: to be compared with a photo ID. Without it the bearer is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    bearer: Option<BearerBody>,
}

/// The person whom a token is about.
#[derive(Serialize, ToSchema)]
#[schema(as = Bearer)]
pub(crate) struct BearerBody {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1900, maximum = 2100)]
    birth_year: Option<u16>,
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
    request_body = Shown, responses((status = 200, description = "Whether the token is good.", body = VerdictBody)))]
pub(crate) async fn verify(State(app): State<Arc<App>>, JsonBody(shown): JsonBody<Shown>) -> Json<VerdictBody> {
    match certificate(&app, &shown.token) {
        Some(Ok((certificate, status))) => return Json(verdict_on(certificate, status)),
        Some(Err(refusal)) => return Json(refused(refusal.reason)),
        None => {}
    }
    let verdict = judge(&app, &shown.token, shown.audience.as_deref()).await;
    Json(verdict_body(app.service.issuer(), &verdict))
}

/// The public keys
///
/// A JWK set (RFC 7517), good for ten minutes. Verifiers on any page may read it.
#[utoipa::path(get, path = "/.well-known/jwks.json", operation_id = "publicKeys", tag = "anyone",
    responses((status = 200, description = "The keys.", body = KeySet, content_type = "application/jwk-set+json")))]
pub(crate) async fn jwks(State(app): State<Arc<App>>) -> impl IntoResponse {
    key_set(&app.service.published_keys())
}

/// The keys of the cards that people take home
///
/// The issuer of these SMART Health Cards is this server's URL and `/cards`; readers of cards fetch the keys from here. Not found
/// where the service gives none.
#[utoipa::path(get, path = "/cards/.well-known/jwks.json", operation_id = "cardKeys", tag = "anyone", 
    responses((status = 200, description = "The keys.", body = KeySet, content_type = "application/jwk-set+json")))]
pub(crate) async fn card_keys(State(app): State<Arc<App>>) -> Result<impl IntoResponse, Problem> {
    app.service.card_keys().map(key_set).ok_or_else(|| ProblemCode::NotFound.into())
}

fn key_set(keys: &KeyRing) -> impl IntoResponse + use<> {
    let headers = [
        (CONTENT_TYPE, "application/jwk-set+json"),
        (CACHE_CONTROL, "public, max-age=600"),
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    (headers, keys.to_jwks())
}

/// A JWK set (RFC 7517).
#[derive(ToSchema)]
#[expect(dead_code, reason = "it stands for what `kycvs::token` writes, in the document")]
pub(crate) struct KeySet {
    #[schema(value_type = Vec<Object>)]
    keys: (),
}

fn verdict_body(issuer: &str, verdict: &Verdict) -> VerdictBody {
    match verdict.claims() {
        Ok(claims) => VerdictBody {
            valid: true,
            standing: Some(if verdict.good_as_of().is_some() { "good" } else { "not-checked" }),
            standing_as_of: verdict.good_as_of(),
            certificate: None,
            claims: Some(claims_body(issuer, claims.clone())),
            reason: None,
        },
        Err(refusal) => refused(refusal.code()),
    }
}

fn verdict_on(certificate: Certificate, status: VaccinationStatus) -> VerdictBody {
    let body = CertificateBody {
        names: certificate.names.iter().map(shown_name).collect(),
        birth_year: certificate.birth.and_then(BirthDate::year).map(BirthYear::get),
        vaccination_status: status.into(),
        format: certificate.format,
        issuer: certificate.issuer,
        caveat: certificate.caveat,
    };
    VerdictBody {
        valid: true,
        standing: None,
        standing_as_of: None,
        certificate: Some(body),
        claims: None,
        reason: None,
    }
}

fn refused(reason: &'static str) -> VerdictBody {
    VerdictBody {
        valid: false,
        standing: None,
        standing_as_of: None,
        certificate: None,
        claims: None,
        reason: Some(reason),
    }
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
        evidence: claims.evidence.as_str(),
        policy: claims.policy,
        purpose: claims.purpose,
        reference: claims.reference,
        consent: ConsentBody { id: claims.consent.id, hash: claims.consent.hash },
        bearer: claims.bearer.map(|Bearer { name, birth_year }| BearerBody { name, birth_year }),
    }
}
