use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use anyhow::{Result, bail};
use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, COOKIE, HOST, SET_COOKIE};
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use http_body_util::BodyExt;
use kycvs::SystemRandomness;
use kycvs::consent::Random;
use minijinja::{Environment, context};
use serde::Deserialize;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::demonstration::RAILWAY_KEY;

/// A site of the railway that shows what embedding is: a page with the element, and the two calls of its server.
struct Site {
    kycvs: Router,
    kycvs_url: String,
    url: String,
}

/// What the element puts into the form.
#[derive(Deserialize)]
struct Answered {
    result_code: String,
}

/// The routes of the site, which is reached under `url`. It calls the sandbox as another server would, without a socket.
pub(crate) fn router(kycvs: Router, kycvs_url: &str, url: &str) -> Router {
    let site = Site { kycvs, kycvs_url: kycvs_url.to_owned(), url: url.to_owned() };
    Router::new().route("/", get(show)).route("/done", post(done)).with_state(Arc::new(site))
}

/// Opens a visit and shows it. The reference, random and in a cookie, ties the answer to this browser.
async fn show(State(site): State<Arc<Site>>) -> Response {
    let shown = async {
        let mut bytes = [0; 16];
        SystemRandomness.fill(&mut bytes)?;
        let reference = base16ct::lower::encode_string(&bytes);
        let visit = json!({ "purpose": "railway-booking", "reference": reference, "origin": site.url });
        let session = site.call("/v1/embed-sessions", &visit).await?;
        let page = site.page(&session["id"], &Value::Null)?;
        let cookie = format!("booking={reference}; Path=/; HttpOnly; SameSite=Lax");
        anyhow::Ok(([(SET_COOKIE, cookie), (CACHE_CONTROL, "no-store".to_owned())], Html(page)).into_response())
    };
    shown.await.unwrap_or_else(refused)
}

/// Exchanges the result code, and takes the answer for this browser's booking only.
async fn done(State(site): State<Arc<Site>>, headers: HeaderMap, Form(answered): Form<Answered>) -> Response {
    let shown = async {
        let answer = site.call("/v1/results", &json!({ "result_code": answered.result_code })).await?;
        let cookies = headers.get(COOKIE).and_then(|cookies| cookies.to_str().ok()).unwrap_or_default();
        let mine = cookies.split(';').find_map(|cookie| cookie.trim().strip_prefix("booking="));
        if mine.is_none() || answer["reference"].as_str() != mine {
            bail!("the answer to another booking");
        }
        anyhow::Ok(Html(site.page(&Value::Null, &answer["status"])?).into_response())
    };
    shown.await.unwrap_or_else(refused)
}

impl Site {
    async fn call(&self, path: &str, body: &Value) -> Result<Value> {
        let request = Request::post(path)
            .header(AUTHORIZATION, format!("Bearer {RAILWAY_KEY}"))
            .header(CONTENT_TYPE, "application/json")
            .header(HOST, "localhost")
            .extension(ConnectInfo(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))))
            .body(Body::from(body.to_string()))?;
        let answer = self.kycvs.clone().oneshot(request).await?;
        let is_success = answer.status().is_success();
        let answer: Value = serde_json::from_slice(&answer.into_body().collect().await?.to_bytes())?;
        if !is_success {
            bail!("{}", answer["code"].as_str().unwrap_or("unknown"));
        }
        Ok(answer)
    }

    fn page(&self, session: &Value, status: &Value) -> Result<String> {
        let words = ["not vaccinated", "partially vaccinated", "fully vaccinated"];
        let status = status.as_u64().and_then(|status| words.get(usize::try_from(status).ok()?).copied());
        let shown = context! { kycvs => &self.kycvs_url, session => session.as_str(), status };
        Ok(Environment::new().render_named_str("site.html", include_str!("../assets/site.html"), shown)?)
    }
}

/// No answer, no ticket.
fn refused(error: anyhow::Error) -> Response {
    (StatusCode::FORBIDDEN, format!("No answer, no ticket: {error}.\n")).into_response()
}
