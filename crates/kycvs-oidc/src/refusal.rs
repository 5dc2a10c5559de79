//! Refusals in the words of OAuth 2.0 and OpenID Connect.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use kycvs_axum::{Problem, ProblemCode, ReturnUrl};
use serde_json::json;

/// Why a person comes back to the client without a code (RFC 6749, section 4.1.2.1; OpenID Connect Core, section 3.1.2.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Denial {
    InvalidRequest,
    UnsupportedResponseType,
    InvalidScope,
    /// The client wants nobody to be asked.
    LoginRequired,
    RequestNotSupported,
    RequestUriNotSupported,
    RegistrationNotSupported,
    /// The person declined, no record matched, or the time was over: which, the client does not learn.
    AccessDenied,
    TemporarilyUnavailable,
}

impl Denial {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::LoginRequired => "login_required",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::RegistrationNotSupported => "registration_not_supported",
            Self::AccessDenied => "access_denied",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
        }
    }
}

/// Why a client gets no token (RFC 6749, section 5.2).
#[derive(Debug)]
pub(crate) enum TokenRefusal {
    InvalidRequest,
    /// It is not who it says; where it used HTTP's own way, it hears of that way.
    InvalidClient(Problem),
    InvalidGrant,
    UnsupportedGrantType,
    /// The service cannot answer now.
    Unavailable(Problem),
}

impl IntoResponse for TokenRefusal {
    fn into_response(self) -> Response {
        let (problem, status, error) = match self {
            Self::InvalidRequest => (ProblemCode::InvalidRequest.into(), StatusCode::BAD_REQUEST, "invalid_request"),
            Self::InvalidGrant => (ProblemCode::NotFound.into(), StatusCode::BAD_REQUEST, "invalid_grant"),
            Self::UnsupportedGrantType => {
                (ProblemCode::InvalidRequest.into(), StatusCode::BAD_REQUEST, "unsupported_grant_type")
            }
            Self::InvalidClient(problem) => {
                let status = problem.code().status();
                (problem, status, "invalid_client")
            }
            Self::Unavailable(problem) => {
                let status = problem.code().status();
                (problem, status, "temporarily_unavailable")
            }
        };
        let mut response = (status, Json(json!({ "error": error }))).into_response();
        if status == StatusCode::UNAUTHORIZED {
            let how = HeaderValue::from_static("Basic realm=\"kycvs\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, how);
        }
        problem.worded(response)
    }
}

/// Sends a person back to the client, with who sends them (RFC 9207).
pub(crate) fn back(redirect_uri: &ReturnUrl, state: Option<&str>, issuer: &str, what: (&str, &str)) -> Response {
    let mut members = vec![what, ("iss", issuer)];
    members.extend(state.map(|state| ("state", state)));
    Redirect::to(&redirect_uri.with_query(&members)).into_response()
}

/// What a person reads whom no client is known to have sent: sending them anywhere would help a forger.
pub(crate) fn nowhere() -> Response {
    let page = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>This link does not work</title>\
        <h1>This link does not work</h1><p>The site that sent you here is not registered, or its request is wrong. \
        Nothing was shared. Go back to the site and report the problem.</p></html>";
    Problem::from(ProblemCode::InvalidRequest).worded((StatusCode::BAD_REQUEST, Html(page)))
}
