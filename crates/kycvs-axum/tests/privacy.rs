//! Neither metrics nor traces tell anything about a person, or what would open a door.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

mod support;

use std::io::Write;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::Request;
use serde_json::json;
use support::{AIR, Host, RAIL, known, path};
use tracing_subscriber::fmt::format::FmtSpan;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test(flavor = "current_thread")]
async fn metrics_and_traces_name_routes_and_entities_and_no_person() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(FmtSpan::FULL)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    let host = Host::new().await;
    let (mobile, person) = known();
    let open = host.open().await;
    let code = host.code(&mobile);
    host.confirm_wrongly(&open).await;
    let granted = host.confirm_rightly(&open).await.json();
    let token = granted["token"].as_str().unwrap();
    host.post(RAIL, "/v1/verify", &json!({ "token": token })).await;
    host.get(AIR, &path(&open, "")).await;
    host.get("a-guessed-key", &path(&open, "?mobile=9876543210")).await;
    host.send(Request::builder().method("SECRETWORD").uri("/secret/path?secret=query"), Body::empty()).await;
    let open = host.open().await;
    host.decline(&open).await;
    let metrics = host.get("", "/metrics").await;
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();

    assert!(metrics.header("content-type").starts_with("application/openmetrics-text"));
    for line in [
        "kycvs_requests_total{entity=\"rail\",outcome=\"opened\"} 2",
        "kycvs_requests_total{entity=\"rail\",outcome=\"granted\"} 1",
        "kycvs_requests_total{entity=\"rail\",outcome=\"declined\"} 1",
        "kycvs_problems_total{code=\"wrong-code\"} 1",
        "kycvs_calls_total{method=\"POST\",route=\"/v1/status-requests/{id}/confirm\",status=\"422\"} 1",
        "kycvs_calls_total{method=\"other\",route=\"none\",status=\"404\"} 1",
        "kycvs_call_seconds_count{method=\"POST\",route=\"/v1/verify\"} 1",
    ] {
        assert!(metrics.text.lines().any(|there| there == line), "{line} is not in\n{}", metrics.text);
    }
    for span in [
        "http{method=\"POST\" route=\"/v1/status-requests/{id}/confirm\"",
        "status=422",
        "entity=\"rail\"",
        "duration_ms=",
    ] {
        assert!(log.contains(span), "{span} is not in\n{log}");
    }
    for (what, secret) in [
        ("mobile", mobile.as_str()),
        ("mobile", "9876543210"),
        ("name", &person.name),
        ("name", &person.name.to_lowercase()),
        ("code", &code),
        ("token", token),
        ("token", token.rsplit('.').next().unwrap()),
        ("key", RAIL),
        ("key", "a-guessed-key"),
        ("path or method", "SECRETWORD"),
        ("path", "secret"),
    ] {
        assert!(!metrics.text.contains(secret), "a {what} is in the metrics");
        assert!(!log.contains(secret), "a {what} is in the traces");
    }
}
