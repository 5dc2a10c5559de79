use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use axum::http::request::Builder;
use serde_json::{Value, json};
use tower::ServiceExt;
use url::form_urlencoded;

use crate::support::{Answer, Host, RAIL, known};

/// A visit to the page, step by step.
pub(crate) struct Visit {
    pub(crate) host: Host,
    pub(crate) path: String,
}

impl Visit {
    pub(crate) async fn embedded() -> Self {
        Self::open(Host::new().await, json!({ "origin": "https://rail.example" })).await
    }

    pub(crate) async fn redirected() -> Self {
        let way_back = json!({ "return_url": "https://rail.example/kycvs/return", "state": "a&b" });
        Self::open(Host::new().await, way_back).await
    }

    pub(crate) async fn open(host: Host, mut visit: Value) -> Self {
        visit["purpose"] = json!("railway-booking");
        let opened = host.post(RAIL, "/v1/embed-sessions", &visit).await.json();
        let path = format!("/embed/{}", opened["id"].as_str().unwrap());
        Self { host, path }
    }

    pub(crate) async fn send(&self, request: Builder, body: impl Into<Body>) -> Answer {
        let peer: SocketAddr = ([192, 0, 2, 1], 4711).into();
        let request = request.uri(&self.path).extension(ConnectInfo(peer)).body(body.into()).unwrap();
        Answer::read(self.host.router.clone().oneshot(request).await.unwrap()).await
    }

    pub(crate) async fn look(&self) -> Answer {
        self.send(Request::builder(), Body::empty()).await
    }

    /// Sends a form as a browser does from the page itself.
    pub(crate) async fn form(&self, fields: &[(&str, &str)]) -> Answer {
        self.form_from(&[("sec-fetch-site", "same-origin"), ("origin", "null")], fields).await
    }

    pub(crate) async fn form_from(&self, headers: &[(&str, &str)], fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::builder().method("POST").header("content-type", "application/x-www-form-urlencoded");
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        self.send(request, body).await
    }

    /// Sends a form with a file as a browser does without script.
    pub(crate) async fn upload(&self, fields: &[(&str, &str)], file: &[u8]) -> Answer {
        let field = |(name, value): &(&str, &str)| {
            format!("--x1y2\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let fields: String = fields.iter().map(field).collect();
        let head = "--x1y2\r\nContent-Disposition: form-data; name=\"certificate\"; filename=\"Asha Rao.pdf\"\r\n\r\n";
        let body = [fields.as_bytes(), head.as_bytes(), file, b"\r\n--x1y2--\r\n"].concat();
        let request = Request::builder().method("POST").header("content-type", "multipart/form-data; boundary=x1y2");
        self.send(request.header("sec-fetch-site", "same-origin"), body).await
    }

    pub(crate) async fn ask(&self) -> Answer {
        let (mobile, person) = known();
        self.form(&[("action", "ask"), ("mobile", &mobile), ("name", &person.name)]).await
    }

    /// Sends the form of the second step.
    pub(crate) async fn second(&self, step: &Answer, action: &str, code: &str) -> Answer {
        let fields = [("key", hidden(step, "key")), ("notice_hash", hidden(step, "notice_hash"))];
        self.form(&[("action", action), ("otp", code), fields[0], fields[1]]).await
    }

    pub(crate) fn code(&self) -> String {
        self.host.code(&known().0)
    }

    pub(crate) fn wrong_code(&self) -> &'static str {
        if self.code() == "123456" { "654321" } else { "123456" }
    }
}

/// The value of a hidden field.
pub(crate) fn hidden<'a>(page: &'a Answer, name: &str) -> &'a str {
    let before = format!("name=\"{name}\" value=\"");
    let (_, after) = page.text.split_once(&before).unwrap_or_else(|| panic!("no {name} in {}", page.text));
    after.split_once('"').unwrap().0
}
