#![doc = include_str!("../README.md")]
//!
//! # Modules
//!
//! | file | holds |
//! |---|---|
//! | `authorize.rs` | the question: client, redirect URI, scope, PKCE |
//! | `returned.rs` | from the page back to the client, with a code or an error |
//! | `token.rs`, `client.rs` | a code for an ID token; who the client is |
//! | `userinfo.rs`, `discovery.rs` | the claims again; where everything is |
//! | `kept.rs` | what travels sealed, and the code that works once |
//! | `parameters.rs`, `refusal.rs` | how requests are read, and refused by the standard |

mod authorize;
mod client;
mod discovery;
mod kept;
mod parameters;
mod refusal;
mod returned;
mod token;
mod userinfo;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use kycvs::StatusService;
use kycvs::consent::Identifier;
use kycvs_axum::{Config, Http};
use serde::Deserialize;

/// What a host decides: in the server's file, `[oidc]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The entities whose clients keep no secret, such as apps on a phone: their codes are bound by PKCE alone. Default none.
    pub public_clients: Vec<Identifier>,
}

impl Settings {
    /// Which of the public clients, from 0, are no entity of a configuration.
    pub fn unknown_clients(&self, config: &Config) -> Vec<usize> {
        let is_known = |id: &Identifier| config.entities.iter().any(|entity| entity.id == *id);
        self.public_clients.iter().enumerate().filter(|(_, id)| !is_known(id)).map(|(at, _)| at).collect()
    }
}

/// What every call works with.
struct Front {
    http: Http,
    settings: Settings,
}

impl Front {
    fn service(&self) -> &StatusService {
        self.http.service()
    }

    /// The URL of one of our own paths.
    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.http.url())
    }
}

/// The routes, held to the limits of `http`: merge them beside its own.
pub fn router(http: &Http, settings: Settings) -> Router {
    let front = Arc::new(Front { http: http.clone(), settings });
    // The issuer of a sandbox has a path; where it ends, the document lies.
    let below = front.service().issuer().strip_prefix(http.url().as_str()).unwrap_or_default();
    let routes = Router::new()
        .route(&format!("{below}/.well-known/openid-configuration"), get(discovery::show))
        .route("/oidc/authorize", get(authorize::by_link).post(authorize::by_form))
        .route("/oidc/return", get(returned::go_on))
        .route("/oidc/token", post(token::exchange))
        .route("/oidc/userinfo", get(userinfo::show).post(userinfo::show))
        .with_state(front);
    http.around(routes)
}
