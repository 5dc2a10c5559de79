//! The consent page as forms and their answers, as a browser without script sees it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

mod support;

use std::io::Write;
use std::net::SocketAddr;
use std::process::{Command, Stdio};

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use axum::http::request::Builder;
use serde_json::{Value, json};
use support::{Answer, Host, RAIL, known};
use tower::ServiceExt;
use url::form_urlencoded;

/// A visit to the page, step by step.
struct Visit {
    host: Host,
    path: String,
}

impl Visit {
    async fn embedded() -> Self {
        Self::open(Host::new().await, json!({ "origin": "https://rail.example" })).await
    }

    async fn redirected() -> Self {
        let way_back = json!({ "return_url": "https://rail.example/kycvs/return", "state": "a&b" });
        Self::open(Host::new().await, way_back).await
    }

    async fn open(host: Host, mut visit: Value) -> Self {
        visit["purpose"] = json!("railway-booking");
        let opened = host.post(RAIL, "/v1/embed-sessions", &visit).await.json();
        let path = format!("/embed/{}", opened["id"].as_str().unwrap());
        Self { host, path }
    }

    async fn send(&self, request: Builder, body: impl Into<Body>) -> Answer {
        let peer: SocketAddr = ([192, 0, 2, 1], 4711).into();
        let request = request.uri(&self.path).extension(ConnectInfo(peer)).body(body.into()).unwrap();
        Answer::read(self.host.router.clone().oneshot(request).await.unwrap()).await
    }

    async fn look(&self) -> Answer {
        self.send(Request::builder(), Body::empty()).await
    }

    /// Sends a form as a browser does from the page itself.
    async fn form(&self, fields: &[(&str, &str)]) -> Answer {
        self.form_from(&[("sec-fetch-site", "same-origin"), ("origin", "null")], fields).await
    }

    async fn form_from(&self, headers: &[(&str, &str)], fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::builder().method("POST").header("content-type", "application/x-www-form-urlencoded");
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        self.send(request, body).await
    }

    async fn ask(&self) -> Answer {
        let (mobile, person) = known();
        self.form(&[("action", "ask"), ("mobile", &mobile), ("name", &person.name)]).await
    }

    /// Sends the form of the second step.
    async fn second(&self, step: &Answer, action: &str, code: &str) -> Answer {
        let fields = [("key", hidden(step, "key")), ("notice_hash", hidden(step, "notice_hash"))];
        self.form(&[("action", action), ("otp", code), fields[0], fields[1]]).await
    }

    fn code(&self) -> String {
        self.host.code(&known().0)
    }

    fn wrong_code(&self) -> &'static str {
        if self.code() == "123456" { "654321" } else { "123456" }
    }
}

/// The value of a hidden field.
fn hidden<'a>(page: &'a Answer, name: &str) -> &'a str {
    let before = format!("name=\"{name}\" value=\"");
    let (_, after) = page.text.split_once(&before).unwrap_or_else(|| panic!("no {name} in {}", page.text));
    after.split_once('"').unwrap().0
}

#[tokio::test]
async fn a_person_without_script_goes_all_the_way_and_back_to_the_site() {
    let visit = Visit::redirected().await;
    let code_step = visit.ask().await;
    assert_eq!(code_step.status, 200, "{}", code_step.text);
    for fact in
        ["Indian Railways", "to book a railway ticket", "grievance@kycvs.example", "autocomplete=\"one-time-code\""]
    {
        assert!(code_step.text.contains(fact), "{fact}");
    }
    let answer = visit.second(&code_step, "confirm", &visit.code()).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(answer.text.contains("Fully vaccinated") && answer.text.contains("<svg"), "{}", answer.text);
    let (_, link) = answer.text.split_once("https:&#x2f;&#x2f;rail.example").expect("a link back");
    let link = link.split_once('"').unwrap().0;
    let (_, code) = link.split_once("result_code=").unwrap();
    let body = json!({ "result_code": code.split("&amp;").next().unwrap() });
    assert_eq!(visit.host.post(RAIL, "/v1/results", &body).await.json()["status"], 2);
}

#[tokio::test]
async fn who_knows_the_url_of_a_visit_is_shown_nothing_of_the_person() {
    let visit = Visit::embedded().await;
    let code_step = visit.ask().await;
    visit.second(&code_step, "confirm", visit.wrong_code()).await;
    let (mobile, person) = known();
    let shown = visit.look().await.text;
    for secret in [mobile.as_str(), &mobile[6..], &person.name, hidden(&code_step, "key")] {
        assert!(!shown.contains(secret), "{secret}");
    }
    visit.second(&code_step, "confirm", &visit.code()).await;
    let shown = visit.look().await;
    assert!(shown.status == 404 && !shown.text.contains("vaccinated\"") && !shown.text.contains("eyJ"));
}

#[tokio::test]
async fn without_its_form_key_a_step_does_nothing() {
    let visit = Visit::embedded().await;
    let code_step = visit.ask().await;
    let (code, notice) = (visit.code(), hidden(&code_step, "notice_hash"));
    for key in ["", "AAAAAAAAAAAAAAAAAAAAAA", "<script>"] {
        for action in ["confirm", "resend", "withdraw", "again"] {
            let refused =
                visit.form(&[("action", action), ("otp", &code), ("notice_hash", notice), ("key", key)]).await;
            assert_eq!(refused.status, 404, "{action}");
            assert!(!refused.text.contains("<script>"));
        }
    }
    assert_eq!(visit.host.sms.messages().len(), 1);
    assert_eq!(visit.second(&code_step, "confirm", &code).await.status, 200);
}

#[tokio::test]
async fn a_form_of_another_site_sends_nothing() {
    let visit = Visit::embedded().await;
    let (mobile, person) = known();
    let fields = [("action", "ask"), ("mobile", mobile.as_str()), ("name", person.name.as_str())];
    for headers in [
        vec![("sec-fetch-site", "cross-site"), ("origin", "https://rail.example")],
        vec![("sec-fetch-site", "same-site")],
        vec![("sec-fetch-site", "none")],
        vec![("origin", "null")],
        vec![("origin", "https://rail.example")],
    ] {
        let refused = visit.form_from(&headers, &fields).await;
        assert!((400..500).contains(&refused.status), "{headers:?} {}", refused.status);
        assert!(refused.header("content-type").starts_with("text/html"));
    }
    assert!(visit.host.sms.messages().is_empty());
}

#[tokio::test]
async fn only_the_origin_of_the_visit_frames_it() {
    let framed_by = |page: &Answer| {
        let policy = page.header("content-security-policy").to_owned();
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'") && !policy.contains("unsafe")
        );
        policy.split_once("frame-ancestors ").unwrap().1.to_owned()
    };
    let visit = Visit::embedded().await;
    for page in [visit.look().await, visit.ask().await] {
        assert_eq!(framed_by(&page), "https://rail.example");
        for part in ["<script>", "style=\"", "onclick", "javascript:"] {
            assert!(!page.text.contains(part), "{part}");
        }
    }
    assert_eq!(framed_by(&Visit::redirected().await.look().await), "'none'");
}

#[tokio::test]
async fn what_was_typed_is_escaped_when_it_is_shown_again() {
    let visit = Visit::embedded().await;
    let hostile = "\"><script>alert(1)</script>";
    let page = visit.form(&[("action", "ask"), ("mobile", hostile), ("name", hostile)]).await;
    assert_eq!(page.status, 422);
    assert!(!page.text.contains("<script>alert") && !page.text.contains("\"><script"), "{}", page.text);
    let page = visit.form(&[("action", "ask"), ("mobile", "9876543210"), ("name", "<b>Asha</b>")]).await;
    assert_eq!(page.status, 422, "the API takes no markup for a name, and nor does the page");
}

#[tokio::test]
async fn the_last_wrong_code_is_not_told_as_another_try() {
    let visit = Visit::embedded().await;
    let code_step = visit.ask().await;
    for left in ["2 more times", "once more"] {
        let page = visit.second(&code_step, "confirm", visit.wrong_code()).await;
        assert!(page.status == 422 && page.text.contains(left), "{}", page.text);
    }
    let page = visit.second(&code_step, "confirm", visit.wrong_code()).await;
    assert!(page.text.contains("Too many wrong codes") && !page.text.contains("0 more"), "{}", page.text);
}

#[tokio::test]
async fn who_goes_back_after_the_answer_is_not_told_that_nothing_was_told() {
    let visit = Visit::embedded().await;
    let code_step = visit.ask().await;
    visit.second(&code_step, "confirm", &visit.code()).await;
    let page = visit.second(&code_step, "decline", "").await;
    assert!(!page.text.contains("Nothing was told") && !page.text.contains("kycvs.declined"), "{}", page.text);
}

#[tokio::test]
async fn who_reloads_the_page_can_still_decline() {
    let visit = Visit::embedded().await;
    let code_step = visit.ask().await;
    assert!(visit.look().await.text.contains("value=\"decline\""));
    let page = visit.form(&[("action", "decline")]).await;
    assert!(page.status == 200 && page.text.contains("Nothing was told"), "{} {}", page.status, page.text);
    assert_ne!(visit.second(&code_step, "confirm", &visit.code()).await.status, 200);
}

#[tokio::test]
async fn a_code_stays_good_when_the_next_request_is_refused() {
    let visit = Visit::embedded().await;
    visit.ask().await;
    visit.ask().await;
    let code_step = visit.ask().await;
    assert_eq!(visit.ask().await.status, 429);
    assert_eq!(visit.second(&code_step, "confirm", &visit.code()).await.status, 200);
}

#[tokio::test]
async fn all_that_the_consent_page_loads_is_below_60_kilobytes() {
    let visit = Visit::embedded().await;
    let page = visit.ask().await.text;
    let own =
        [include_str!("../assets/page.css"), include_str!("../assets/page.js"), include_str!("../assets/embed.js")];
    let bytes = gzip(&page) + own.into_iter().map(gzip).sum::<usize>();
    assert!(bytes < 60_000, "{bytes}");
}

/// How long a text is when it is compressed.
fn gzip(text: &str) -> usize {
    let mut gzip = Command::new("gzip")
        .args(["-9", "-c"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("install Debian's package gzip");
    gzip.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    gzip.wait_with_output().unwrap().stdout.len()
}
