//! A call with another method, type, key, path or origin than its own is refused, and nothing is sent.

use crate::support::bad::{calls, is_not_repeated, refused};
use crate::support::{Host, RAIL};
use axum::body::Body;
use axum::http::Request;
use kycvs_axum::Config;
use serde_json::json;

#[tokio::test]
async fn another_method_or_content_type_is_refused_everywhere() {
    let host = Host::new().await;
    for (path, good) in calls() {
        for method in ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "CANARY4711"] {
            let answer = host.send(Request::builder().method(method).uri(path), Body::empty()).await;
            assert_eq!((answer.status, answer.header("allow")), (405, "POST"), "{method} {path}");
            refused(&answer);
        }
        for kind in [
            "text/plain",
            "text/plain; application/json",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "application/jsonx",
            "application/json; charset=utf-16",
            "",
        ] {
            let request = Request::post(path).header("authorization", format!("Bearer {RAIL}"));
            let request = request.header("x-api-key", RAIL).header("content-type", kind);
            let answer = host.send(request, good.to_string()).await;
            assert_eq!(answer.status, 415, "{path} {kind}");
            refused(&answer);
        }
    }
    for path in ["/.well-known/jwks.json", "/openapi.json", "/docs", "/healthz", "/readyz", "/metrics"] {
        let answer = host.send(Request::post(path), Body::empty()).await;
        assert_eq!((answer.problem().as_str(), answer.header("allow")), ("method-not-allowed", "GET,HEAD"), "{path}");
    }
    assert!(host.sms.messages().is_empty());
}

/// A browser asks first whether it may send JSON or a key to another site, and is told nothing that lets it.
#[tokio::test]
async fn no_page_of_another_site_may_call_or_read() {
    let host = Host::new().await;
    for (path, good) in calls() {
        for origin in ["https://canary4711.example", "https://rail.example", "null"] {
            let asks = Request::options(path).header("origin", origin).header("access-control-request-method", "POST");
            let asked = host.send(asks.header("access-control-request-headers", "content-type"), Body::empty()).await;
            let sends = Request::post(path).header("origin", origin).header("content-type", "application/json");
            let sent = host.send(sends, good.to_string()).await;
            for answer in [asked, sent] {
                is_not_repeated(&answer);
                assert!(answer.headers.keys().all(|name| !name.as_str().starts_with("access-control")), "{path}");
            }
        }
    }
    assert!(host.sms.messages().is_empty());
}

/// Of two keys a proxy may have looked at the other one.
#[tokio::test]
async fn a_key_that_comes_twice_or_is_empty_is_none() {
    let unlimited = |config: &mut Config| config.limits.wrong_secrets_per_address = u32::MAX.try_into().unwrap();
    let host = Host::with(unlimited, |builder| builder).await;
    for (path, good) in calls().into_iter().filter(|(path, _)| *path != "/v1/verify") {
        let name = if path.starts_with("/v1/") { "authorization" } else { "x-api-key" };
        let typed = || Request::post(path).header("content-type", "application/json");
        let (right, other) = match name {
            "authorization" => (format!("Bearer {RAIL}"), "Bearer guess"),
            _ => (RAIL.to_owned(), "guess"),
        };
        for request in [
            typed().header(name, &right).header(name, other),
            typed().header(name, &right).header(name, &right),
            typed().header(name, ""),
            typed().header(name, "Bearer "),
            typed().header(name, format!("Basic {RAIL}")),
            typed().header(name, [0xff_u8].as_slice()),
        ] {
            assert_eq!(host.send(request, good.to_string()).await.status, 401, "{path}");
        }
    }
    assert!(host.sms.messages().is_empty());
}

#[tokio::test]
async fn a_path_that_nobody_was_given_is_not_found() {
    let host = Host::new().await;
    for id in ["canary4711", "%00", "..%2f..", "%ff", "bm90IGEgcmVhbCBpZCEhIR", &"a".repeat(4_000)] {
        refused(&host.get(RAIL, &format!("/v1/status-requests/{id}")).await);
        refused(&host.post_text(RAIL, &format!("/v1/status-requests/{id}/resend"), Body::empty()).await);
    }
}

/// An integrator reads in the detail what was looked for; only another entity's is not told from what nobody has.
#[tokio::test]
async fn what_is_not_there_is_said_in_the_words_of_the_call() {
    let host = Host::new().await;
    let code = json!({ "result_code": "x".repeat(120) });
    let withdrawal = json!({ "consent": "SbHaCUK3H2jJ0I7O-DtJow", "code": "bm90IGEgcmVhbCBjb2RlIQ" });
    let mut details = std::collections::BTreeSet::new();
    for (answer, word) in [
        (host.get(RAIL, "/v1/nothing").await, "path"),
        (host.get(RAIL, "/v1/status-requests/SbHaCUK3H2jJ0I7O-DtJow").await, "request"),
        (host.get(RAIL, "/v1/bookings/SbHaCUK3H2jJ0I7O-DtJow").await, "booking"),
        (host.get(RAIL, &format!("/v1/embed-sessions/{}", "x".repeat(120))).await, "visit"),
        (host.post(RAIL, "/v1/results", &code).await, "result code"),
        (host.post("", "/v1/withdrawals", &withdrawal).await, "withdrawal code"),
        (host.post(RAIL, "/v1/consents/SbHaCUK3H2jJ0I7O-DtJow/withdrawal", &json!({})).await, "consent"),
        (host.get("", "/s/vvv00").await, "status list"),
        (host.get("", "/log/checkpoint").await, "public log"),
        (host.get("", "/cards/.well-known/jwks.json").await, "cards"),
    ] {
        assert_eq!(answer.problem(), "not-found", "{word}");
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(word), "{word}: {detail}");
        assert!(details.insert(detail), "{word}");
    }
}
