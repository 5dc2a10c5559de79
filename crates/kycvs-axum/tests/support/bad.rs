//! What the tests of bad input share: every call that takes a body, and what must not come back.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use super::{Answer, Host, RAIL, ask};

/// Stands in every bad value, so that it is found wherever it comes back.
pub const CANARY: &str = "canary4711";
const GENERATE: &str = "/api/v3/vaccination/generateOTP";

/// Every call that takes a body, with one that it takes.
pub fn calls() -> [(&'static str, Value); 8] {
    let id = "bm90IGEgcmVhbCBpZCEhIQ";
    let visit = json!({ "purpose": "railway-booking", "reference": "PNR 1", "origin": "https://rail.example", "language": "hi" });
    let way = json!({ "purpose": "railway-booking", "return_url": "https://rail.example/kycvs/return", "state": "1" });
    [
        ("/v1/status-requests", ask()),
        (
            "/v1/status-requests/bm90IGEgcmVhbCBpZCEhIQ/confirm",
            json!({ "otp": "123456", "notice_hash": "0".repeat(64) }),
        ),
        ("/v1/embed-sessions", visit),
        ("/v1/embed-sessions", way),
        ("/v1/results", json!({ "result_code": id })),
        ("/v1/verify", json!({ "token": "a.b.c", "audience": "rail" })),
        (GENERATE, json!({ "mobile_number": ask()["mobile"], "full_name": ask()["name"] })),
        ("/api/v3/vaccination/confirmOTP", json!({ "otp": "0".repeat(64), "txnId": "a" })),
    ]
}

/// Sends a body with the key of the railway, in whichever header the call looks for it.
pub async fn post(host: &Host, path: &str, body: impl Into<Body>) -> Answer {
    let request = Request::post(path).header("authorization", format!("Bearer {RAIL}")).header("x-api-key", RAIL);
    host.send(request.header("content-type", "application/json"), body).await
}

pub fn refused(answer: &Answer) {
    assert!((400..500).contains(&answer.status), "{} {}", answer.status, answer.text);
    // CoWIN's calls answer so to a transaction that they do not know.
    let is_of_cowin = answer.status == 401 && answer.text == "Unauthenticated access!";
    assert!(is_of_cowin || !answer.problem().is_empty() || answer.json()["errorCode"].is_string(), "{}", answer.text);
    is_not_repeated(answer);
}

pub fn is_not_repeated(answer: &Answer) {
    assert!(!answer.text.contains(CANARY) && !format!("{:?}", answer.headers).contains(CANARY), "{}", answer.text);
}

/// A body with another member in it.
pub fn with(good: &Value, member: &str, value: Value) -> Value {
    let mut body = good.clone();
    body[member] = value;
    body
}
