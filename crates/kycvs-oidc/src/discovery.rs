//! OpenID Connect Discovery 1.0, section 3: what this provider does, and where.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use kycvs::consent::Language;
use serde_json::json;

use crate::Front;
use crate::authorize::PURPOSE;

pub(crate) async fn show(State(front): State<Arc<Front>>) -> Response {
    let service = front.service();
    let keys = service.published_keys();
    let algorithms: BTreeSet<&str> = keys.iter().map(|key| key.algorithm().name()).collect();
    let mut client_ways = vec!["client_secret_basic", "client_secret_post"];
    if !front.settings.public_clients.is_empty() {
        client_ways.push("none");
    }
    let document = json!({
        "issuer": service.issuer(),
        "authorization_endpoint": front.url("/oidc/authorize"),
        "token_endpoint": front.url("/oidc/token"),
        "userinfo_endpoint": front.url("/oidc/userinfo"),
        "jwks_uri": front.url("/.well-known/jwks.json"),
        "scopes_supported": scopes(&front),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": algorithms,
        "token_endpoint_auth_methods_supported": client_ways,
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "claims_parameter_supported": false,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "claims_supported": [
            "iss", "sub", "aud", "exp", "iat", "auth_time", "amr", "nonce",
            "vaccination_status", "policy", "as_of", "purpose", "status_token",
        ],
        "ui_locales_supported": Language::ALL.iter().map(|language| language.tag()).collect::<Vec<_>>(),
    });
    ([(CACHE_CONTROL, "public, max-age=300")], Json(document)).into_response()
}

/// The scopes that some client may ask for: each has a purpose of its own entity, so that one of another is refused.
fn scopes(front: &Front) -> Vec<String> {
    let clients = front.http.entities().filter(|entity| !entity.return_urls.is_empty());
    let purposes: BTreeSet<&str> =
        clients.flat_map(|entity| &entity.purposes).map(|purpose| purpose.code.as_str()).collect();
    ["openid".to_owned()].into_iter().chain(purposes.into_iter().map(|code| format!("{PURPOSE}{code}"))).collect()
}
