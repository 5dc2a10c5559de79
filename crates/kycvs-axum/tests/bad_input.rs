//! What is wrong with a call is told as a problem: nothing is sent, nothing is kept, nothing comes back as it was.

use crate::support::bad::{CANARY, calls, is_not_repeated, post, refused, with};
use crate::support::{Host, RAIL};
use proptest::prelude::*;
use serde_json::{Value, json};

const UNKNOWN_BOOKING: &str = "/v1/bookings/YSBub25jZSBvZiBvd24hIQ/confirm";

/// Members that may as well be null.
const OPTIONAL: [&str; 3] = ["reference", "state", "audience"];

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
    for (path, _) in calls() {
        for body in bodies {
            refused(&post(&host, path, body.to_owned()).await);
        }
        refused(&post(&host, path, vec![b'{', 0xff, 0xfe, b'}']).await);
    }
    assert!(host.sms.messages().is_empty());
}

#[tokio::test]
async fn a_member_of_another_type_or_twice_is_refused_by_every_call() {
    let host = Host::new().await;
    let deep: Value = serde_json::from_str(&format!("{}{}", "[".repeat(100), "]".repeat(100))).unwrap();
    for (path, good) in calls() {
        for member in good.as_object().unwrap().keys() {
            for value in [json!([CANARY]), json!({ CANARY: 1 }), json!(4711), json!(true), json!(1.5), deep.clone()] {
                refused(&post(&host, path, with(&good, member, value).to_string()).await);
            }
            let text = good.to_string();
            let twice = format!("{},\"{member}\":{}}}", &text[..text.len() - 1], good[member]);
            refused(&post(&host, path, twice).await);
            if !OPTIONAL.contains(&member.as_str()) {
                refused(&post(&host, path, with(&good, member, Value::Null).to_string()).await);
            }
        }
        // Clients of CoWIN's calls may send more than we have use for.
        if path.starts_with("/v1/") {
            refused(&post(&host, path, with(&good, CANARY, json!(1)).to_string()).await);
        }
    }
    assert!(host.sms.messages().is_empty());
}

#[tokio::test]
async fn a_member_that_is_wrong_is_named_and_one_that_is_unknown_is_not() {
    let host = Host::new().await;
    let (path, good) = &calls()[0];
    let without = |member: &str| {
        let mut body = good.clone();
        body.as_object_mut().unwrap().remove(member);
        body
    };
    for (body, says) in [
        (with(good, "reference", json!(4711)), "`reference` is not a string, near line 1"),
        (with(good, "on", json!("canary4711")), "`on` is not a date, YYYY-MM-DD, near line 1"),
        (with(good, "on", json!(4711)), "`on` is not a date, YYYY-MM-DD, near line 1"),
        (with(good, "on", json!("2021-12-5")), "`on` is not a date, YYYY-MM-DD, near line 1"),
        (with(good, "on", json!("+2021-12-05")), "`on` is not a date, YYYY-MM-DD, near line 1"),
        (with(good, "on", json!("2021 -12- 05")), "`on` is not a date, YYYY-MM-DD, near line 1"),
        (with(good, "language", json!("canary4711, expected one of")), "`language` is not one of `en`, `hi`, `bn`,"),
        (with(good, "language", json!({ CANARY: 1 })), "`language` is not one of `en`, `hi`, `bn`,"),
        (with(good, CANARY, json!(1)), "The body has an unknown member"),
        (without("mobile"), "The body has no `mobile`"),
        (json!("canary4711"), "The body is not an object"),
        (json!(["98765 43210", "Asha Rao", "railway-booking", null, null, null, "en"]), "The body is not an object"),
    ] {
        let answer = post(&host, path, body.to_string()).await;
        refused(&answer);
        assert!(answer.json()["detail"].as_str().unwrap().starts_with(says), "{says}: {}", answer.text);
    }
    let text = good.to_string();
    let twice = post(&host, path, format!("{},\"name\":\"A\"}}", &text[..text.len() - 1])).await;
    assert!(twice.json()["detail"].as_str().unwrap().starts_with("The body has `name` twice"), "{}", twice.text);
}

#[tokio::test]
async fn people_and_their_years_are_objects_and_places_are_named_as_such() {
    let host = Host::new().await;
    let people = json!([{ "mobile": "98765 43210", "name": "Asha Rao" }, ["98765 43210", "Ravi Rao"]]);
    let visitors = json!([["Asha Rao", null, null]]);
    let agreed = json!({ "otp": "482913", "notice_hash": "0".repeat(64) });
    for (path, body, says) in [
        (
            "/v1/bookings",
            json!({ "people": people, "purpose": "railway-booking" }),
            "Each of `people` is not an object",
        ),
        (
            "/v1/embed-sessions",
            json!({ "people": visitors, "purpose": "railway-booking", "origin": "https://rail.example" }),
            "Each of `people` is not an object",
        ),
        (UNKNOWN_BOOKING, with(&agreed, "birth_years", json!([[0, 1986]])), "Each of `birth_years` is not an object"),
        (UNKNOWN_BOOKING, with(&agreed, "left_out", json!([6])), "Each of `left_out` is not a place, 0 to 5"),
        (
            UNKNOWN_BOOKING,
            with(&agreed, "birth_years", json!([{ "position": -1, "year": 1986 }])),
            "`position` is not a place, 0 to 5",
        ),
    ] {
        let answer = post(&host, path, body.to_string()).await;
        refused(&answer);
        assert!(answer.json()["detail"].as_str().unwrap().starts_with(says), "{says}: {}", answer.text);
    }
    assert!(host.sms.messages().is_empty());
}

#[tokio::test]
async fn a_long_member_is_neither_taken_nor_repeated() {
    let host = Host::new().await;
    for (path, good) in calls() {
        for member in good.as_object().unwrap().keys() {
            let long = |bytes: usize| with(&good, member, json!(CANARY.repeat(bytes / CANARY.len()))).to_string();
            let answer = post(&host, path, long(15_000)).await;
            is_not_repeated(&answer);
            // No token and no audience is wrongly written; it is just none of ours.
            assert!(
                answer.status < 500 && (answer.status >= 400 || answer.json()["valid"] == false),
                "{}",
                answer.text
            );
            let answer = post(&host, path, long(1_000_000)).await;
            assert_eq!(answer.status, 413, "{path} {member}");
            refused(&answer);
        }
    }
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
        for (path, good) in calls() {
            for member in ["name", "full_name", "purpose", "reference", "otp", "txnId", "notice_hash", "result_code"] {
                if good.get(member).is_some() {
                    refused(&post(&host, path, with(&good, member, json!(text)).to_string()).await);
                }
            }
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
        if member == "return_url" {
            visit["state"] = json!("a state");
        }
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
        "https://rail.example:8443/kycvs/return",
        "https://rail.example/kycvs/return\r\nSet-Cookie: canary4711",
        "https://rail.example/kycvs/../canary4711",
        "/kycvs/return",
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
        "https://canary4711@rail.example",
        "https://rail.example:443",
        "https://RAIL.example",
        "https://rail.example.",
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

/// Any JSON, a few levels deep.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    let names = prop_oneof![
        "mobile|name|purpose|reference|language|otp|notice_hash|token|origin|result_code|txnId",
        any::<String>()
    ];
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
    proptest!(|(body in any_json(), call in 0..calls().len())| {
        let answer = runtime.block_on(post(&host, calls()[call].0, body.to_string()));
        prop_assert!(answer.status < 500, "{}", answer.text);
    });
    assert!(host.sms.messages().is_empty());
}
