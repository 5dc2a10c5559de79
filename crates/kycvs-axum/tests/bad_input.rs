//! What is wrong with a call is told as a problem: nothing is sent, nothing is kept, nothing comes back as it was.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

mod support;

use axum::body::Body;
use axum::http::Request;
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{Answer, Host, RAIL, ask};

const CALLS: [&str; 5] = [
    "/v1/status-requests",
    "/v1/status-requests/bm90IGEgcmVhbCBpZCEhIQ/confirm",
    "/v1/embed-sessions",
    "/v1/results",
    "/v1/verify",
];

/// Stands in every bad value, so that it is found wherever it comes back.
const CANARY: &str = "canary4711";

fn refused(answer: &Answer) {
    assert!((400..500).contains(&answer.status), "{} {}", answer.status, answer.text);
    assert!(!answer.problem().is_empty());
    assert!(!answer.text.contains(CANARY) && !format!("{:?}", answer.headers).contains(CANARY), "{}", answer.text);
}

#[tokio::test]
async fn a_body_that_is_not_the_calls_own_is_refused() {
    let host = Host::new().await;
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    let bodies = [
        "",
        "null",
        "[]",
        "\"canary4711\"",
        "4711",
        "{",
        "{}",
        "{\"canary4711\":1}",
        "\u{feff}{}",
        "{} {}",
        &deep,
        &format!("{{\"mobile\":{deep}}}"),
        "{\"mobile\":\"\\ud800\"}",
        "{'mobile':1}",
        "NaN",
        "{\"a\":1e999}",
    ];
    for path in CALLS {
        for body in bodies {
            refused(&host.post_text(RAIL, path, body.to_owned()).await);
        }
        refused(&host.post_text(RAIL, path, vec![b'{', 0xff, 0xfe, b'}']).await);
    }
    assert!(host.sms.messages().is_empty());
}

#[tokio::test]
async fn a_member_of_another_type_or_twice_is_refused() {
    let host = Host::new().await;
    for member in ["mobile", "name", "purpose", "reference", "language"] {
        for value in [json!([CANARY]), json!({ CANARY: 1 }), json!(4711), json!(true), json!(CANARY.repeat(500))] {
            refused(&with(&host, member, value).await);
        }
        let text = ask().to_string();
        let twice = format!("{},\"{member}\":{},\"{member}\":null}}", &text[..text.len() - 1], ask()[member]);
        refused(&host.post_text(RAIL, CALLS[0], twice).await);
    }
    for member in ["mobile", "name", "purpose"] {
        refused(&with(&host, member, Value::Null).await);
    }
    let mut more = ask();
    more[CANARY] = json!(1);
    refused(&host.post(RAIL, CALLS[0], &more).await);
    assert!(host.sms.messages().is_empty());
}

#[tokio::test]
async fn markup_line_breaks_and_turned_text_get_into_nothing() {
    let host = Host::new().await;
    let texts = [
        "<b>canary4711</b>",
        "<script>canary4711</script>",
        "canary4711\r\nSet-Cookie: a=b",
        "canary4711\n",
        "\u{202e}canary4711",
        "\u{2066}canary4711\u{2069}",
        "canary4711\0",
        "canary4711\u{2028}",
        "\u{200f}canary4711",
        "",
        " ",
    ];
    for text in texts {
        for member in ["name", "purpose", "reference"] {
            refused(&with(&host, member, json!(text)).await);
        }
        for (member, rest) in [("reference", json!({})), ("purpose", json!({}))] {
            let mut visit = json!({ "purpose": "railway-booking", "origin": "https://rail.example" });
            visit[member] = json!(text);
            visit.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
            refused(&host.post(RAIL, "/v1/embed-sessions", &visit).await);
        }
    }
    assert!(host.sms.messages().is_empty());
}

#[tokio::test]
async fn a_page_goes_nowhere_but_where_it_is_registered_to() {
    let host = Host::new().await;
    let visit = |member: &str, value: &str| {
        let mut visit = json!({ "purpose": "railway-booking" });
        visit[member] = json!(value);
        visit
    };
    for url in [
        "https://canary4711@rail.example/kycvs/return",
        "https://rail.example.canary4711.example/kycvs/return",
        "https://rail.example/kycvs/return?canary4711",
        "https://rail.example/kycvs/return#canary4711",
        "https://rail.example/kycvs/RETURN",
        "http://rail.example/kycvs/return",
        "//rail.example/kycvs/return",
        "javascript:canary4711",
        "data:text/html,canary4711",
        "https://rail.example\\@canary4711.example/kycvs/return",
        "",
    ] {
        refused(&host.post(RAIL, "/v1/embed-sessions", &visit("return_url", url)).await);
    }
    for origin in [
        "null",
        "*",
        "https://canary4711.example",
        "https://rail.example/",
        "http://rail.example",
        "javascript:canary4711",
        "",
    ] {
        refused(&host.post(RAIL, "/v1/embed-sessions", &visit("origin", origin)).await);
    }
    let both = json!({ "purpose": "railway-booking", "origin": "https://rail.example", "return_url": "https://rail.example/kycvs/return" });
    refused(&host.post(RAIL, "/v1/embed-sessions", &both).await);
    let long = json!({ "purpose": "railway-booking", "return_url": "https://rail.example/kycvs/return", "state": "a".repeat(513) });
    refused(&host.post(RAIL, "/v1/embed-sessions", &long).await);

    let good = host.post(RAIL, "/v1/embed-sessions", &visit("return_url", "https://rail.example/kycvs/return")).await;
    assert_eq!(good.status, 201, "{}", good.text);
    assert!(good.json()["url"].as_str().unwrap().starts_with("https://kycvs.example/embed/"));
}

#[tokio::test]
async fn another_method_or_content_type_is_refused_everywhere() {
    let host = Host::new().await;
    for path in CALLS {
        for method in ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "CANARY"] {
            let answer = host.send(Request::builder().method(method).uri(path), Body::empty()).await;
            assert_eq!(
                (answer.problem().as_str(), answer.header("allow")),
                ("method-not-allowed", "POST"),
                "{method} {path}"
            );
        }
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/jsonx",
            "application/json; charset=utf-16",
            "",
        ] {
            let request =
                Request::post(path).header("authorization", format!("Bearer {RAIL}")).header("content-type", kind);
            assert_eq!(host.send(request, ask().to_string()).await.problem(), "unsupported-media-type", "{kind}");
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

async fn with(host: &Host, member: &str, value: Value) -> Answer {
    let mut body = ask();
    body[member] = value;
    host.post(RAIL, CALLS[0], &body).await
}

/// Any JSON, a few levels deep.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    let names =
        prop_oneof!["mobile|name|purpose|reference|language|otp|notice_hash|token|origin|result_code", any::<String>()];
    leaf.prop_recursive(3, 24, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(names.clone(), inner, 0..6).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

#[test]
fn no_body_at_all_makes_the_server_fail() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let host = runtime.block_on(Host::new());
    proptest!(|(body in any_json(), call in 0..CALLS.len())| {
        let answer = runtime.block_on(host.post(RAIL, CALLS[call], &body));
        prop_assert!(answer.status < 500, "{}", answer.text);
    });
    assert!(host.sms.messages().is_empty());
}
