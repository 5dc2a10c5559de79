//! The API over a [`Host`], a bare handler that takes and gives the same JSON beside each of its calls, and clients.

use std::hint::black_box;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use bytes::Bytes;
use futures_util::future::{join_all, pending};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use kycvs::token::Algorithm;
use kycvs_axum::{ApiKeyHash, Config, Http};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;

use crate::host::{Host, ISSUER, Opened};
use crate::token::Tokens;

/// How many calls are under way at a time, all on one thread.
pub const IN_FLIGHT: usize = 64;

const BEARER: &str = "Bearer 5b1f0e4c2a7d98361f5e0b7c4d2a9e8f5b1f0e4c2a7d98361f5e0b7c4d2a9e8f";

/// The API, and its bare counterpart.
pub struct Api {
    /// The service below.
    pub host: Arc<Host>,
    http: Http,
    bare: Router,
}

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The router of `kycvs-axum`.
    Ours,
    /// The bare handlers.
    Bare,
}

/// A call: its path and its body.
#[derive(Clone, Debug)]
pub struct Call {
    path: String,
    body: Bytes,
}

impl Api {
    /// Puts a service behind HTTP, and asks it once for each answer that the bare handlers give.
    pub async fn over(host: Arc<Host>) -> Self {
        let http = Http::new(host.service.clone(), config()).unwrap();
        let mut api = Self { host, http, bare: Router::new() };
        let (asked, opened) = (api.request(), api.host.open().await);
        let router = api.http.router();
        let answer = async |call: &Call| -> Value { serde_json::from_slice(&send(&router, call).await).unwrap() };
        let granted = answer(&Call::confirm(&opened)).await;
        let token = granted["token"].as_str().unwrap().to_owned();
        let answers = Answers {
            tokens: Tokens::new(Algorithm::Es256),
            verified: answer(&Call::verify(&token)).await,
            opened: answer(&asked).await,
            granted,
        };
        assert_eq!(answers.verified["valid"], true);
        api.bare = bare(Arc::new(answers));
        api
    }

    /// All routes.
    pub fn router(&self, side: Side) -> Router {
        match side {
            Side::Ours => self.http.router(),
            Side::Bare => self.bare.clone(),
        }
    }

    /// Asks for the next person's status.
    pub fn request(&self) -> Call {
        let (mobile, name) = self.host.next_person();
        let mobile = mobile.national();
        let ask =
            json!({ "mobile": mobile, "name": name.normalised(), "purpose": "railway-booking", "language": "en" });
        Call::new("/v1/status-requests".to_owned(), &ask)
    }

    /// A token that a person gets.
    pub async fn token(&self) -> String {
        let opened = self.host.open().await;
        self.host.confirm(&opened).await.token.into_string()
    }

    /// Serves one side on a loopback socket as a host does, and connects to it [`IN_FLIGHT`] times.
    pub async fn connections(&self, side: Side) -> Vec<SendRequest<Full<Bytes>>> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let (address, router) = (listener.local_addr().unwrap(), self.router(side));
        match side {
            Side::Ours => {
                let http = self.http.clone();
                tokio::spawn(async move { http.serve(listener, router, pending()).await });
            }
            Side::Bare => {
                tokio::spawn(async move { axum::serve(listener, router).await });
            }
        }
        let mut connections = Vec::new();
        for _ in 0..IN_FLIGHT {
            let stream = TokioIo::new(TcpStream::connect(address).await.unwrap());
            let (connection, task) = http1::handshake(stream).await.unwrap();
            tokio::spawn(task);
            connections.push(connection);
        }
        connections
    }
}

impl Call {
    fn new(path: String, body: &Value) -> Self {
        Self { path, body: serde_json::to_vec(body).unwrap().into() }
    }

    /// Verifies a token.
    pub fn verify(token: &str) -> Self {
        Self::new("/v1/verify".to_owned(), &json!({ "token": token, "audience": "irctc" }))
    }

    /// The same, by the bare handler that signs instead of verifying.
    pub fn verify_by_signing(token: &str) -> Self {
        Self { path: "/v1/verify-by-signing".to_owned(), ..Self::verify(token) }
    }

    /// Enters the code of a request.
    pub fn confirm(opened: &Opened) -> Self {
        let (id, notice) = (&opened.request.id, &opened.request.notice.reference.hash);
        let confirm = json!({ "otp": opened.code.secret(), "notice_hash": notice.to_string() });
        Self::new(format!("/v1/status-requests/{id}/confirm"), &confirm)
    }

    fn request<B: From<Bytes>>(&self) -> Request<B> {
        Request::post(&self.path)
            .header(HOST, "kycvs.example")
            .header(CONTENT_TYPE, "application/json")
            .header(AUTHORIZATION, BEARER)
            .extension(ConnectInfo(SocketAddr::from((Ipv4Addr::LOCALHOST, 9))))
            .body(B::from(self.body.clone()))
            .unwrap()
    }
}

/// Makes calls of a router in this process, all at once: no socket hides anything.
pub async fn send_all(router: &Router, calls: &[Call]) {
    join_all(calls.iter().map(|call| send(router, call))).await;
}

async fn send(router: &Router, call: &Call) -> Bytes {
    let response = router.clone().oneshot(call.request::<Body>()).await.unwrap();
    assert!(response.status().is_success(), "{}", response.status());
    response.into_body().collect().await.unwrap().to_bytes()
}

/// Makes a call over each of some connections, all at once.
pub async fn send_over(connections: &mut [SendRequest<Full<Bytes>>], call: &Call) {
    let calls = connections.iter_mut().map(async |connection| {
        let response = connection.send_request(call.request()).await.unwrap();
        assert!(response.status().is_success(), "{}", response.status());
        response.into_body().collect().await.unwrap().to_bytes()
    });
    join_all(calls).await;
}

/// The entity and the issuer of every [`Host`].
fn config() -> Config {
    let mut config = Config::from_toml(&format!(
        r#"
        [issuer]
        url = "{ISSUER}"
        id = "mohfw"
        name = "Ministry of Health"
        grievance = "grievance@kycvs.example"
        [[entity]]
        id = "irctc"
        name = "Indian Railways"
        api_key_sha256 = "{}"
        purposes = [{{ code = "railway-booking", text = "to book a railway ticket" }}]
        "#,
        "0".repeat(64)
    ))
    .unwrap();
    config.entities[0].api_key_sha256 = ApiKeyHash::of(BEARER.trim_start_matches("Bearer ")).into();
    config
}

/// What the bare handlers answer, and what they sign with.
struct Answers {
    tokens: Tokens,
    verified: Value,
    opened: Value,
    granted: Value,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "it is taken, as ours takes it")]
struct Shown {
    token: String,
    audience: Option<String>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "it is taken, as ours takes it")]
struct Ask {
    mobile: String,
    name: String,
    purpose: String,
    reference: Option<String>,
    language: String,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "it is taken, as ours takes it")]
struct Confirm {
    otp: Option<String>,
    otp_sha256: Option<String>,
    notice_hash: String,
}

fn bare(answers: Arc<Answers>) -> Router {
    Router::new()
        .route("/v1/verify", post(verify))
        .route("/v1/verify-by-signing", post(verify_by_signing))
        .route("/v1/status-requests", post(open))
        .route("/v1/status-requests/{id}/confirm", post(confirm))
        .with_state(answers)
}

async fn verify(State(answers): State<Arc<Answers>>, Json(_): Json<Shown>) -> Response {
    answers.tokens.verify_signature();
    json_of(StatusCode::OK, &answers.verified)
}

async fn verify_by_signing(State(answers): State<Arc<Answers>>, Json(_): Json<Shown>) -> Response {
    black_box(answers.tokens.sign());
    json_of(StatusCode::OK, &answers.verified)
}

async fn open(State(answers): State<Arc<Answers>>, Json(_): Json<Ask>) -> Response {
    black_box(answers.tokens.sign());
    json_of(StatusCode::CREATED, &answers.opened)
}

async fn confirm(State(answers): State<Arc<Answers>>, Path(_): Path<String>, Json(_): Json<Confirm>) -> Response {
    black_box(answers.tokens.sign());
    json_of(StatusCode::OK, &answers.granted)
}

/// As axum's own `Json` writes it, which would want a copy first.
fn json_of(status: StatusCode, value: &Value) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], serde_json::to_vec(value).unwrap()).into_response()
}
