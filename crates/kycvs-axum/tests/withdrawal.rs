//! Withdrawing over HTTP, in each of the ways, and the lists by which gates learn of it.

use crate::support::{AIR, Answer, Host, RAIL};
use axum::body::Body;
use axum::http::Request;
use kycvs::consent::ConsentId;
use kycvs::token::{Refusal, StatusLists};
use serde_json::{Value, json};

async fn granted(host: &Host) -> Value {
    let open = host.open().await;
    host.confirm_rightly(&open).await.json()
}

fn code(host: &Host, granted: &Value) -> String {
    host.service.withdrawal_code(&consent(granted)).secret()
}

fn consent(granted: &Value) -> ConsentId {
    ConsentId::parse(granted["consent_id"].as_str().unwrap()).unwrap()
}

async fn is_withdrawn(host: &Host, granted: &Value) -> bool {
    !host.service.consent(&consent(granted)).await.unwrap().unwrap().events.is_empty()
}

async fn get(host: &Host, path: &str) -> Answer {
    host.send(Request::builder().uri(path), Body::empty()).await
}

async fn by_code(host: &Host, consent: &str, code: &str) -> Answer {
    let call = Request::builder().method("POST").uri("/v1/withdrawals").header("content-type", "application/json");
    host.send(call, json!({ "consent": consent, "code": code }).to_string()).await
}

async fn by_form(host: &Host, code: &str) -> Answer {
    let form = Request::builder().method("POST").uri("/w?language=en").header("sec-fetch-site", "same-origin");
    let form = form.header("content-type", "application/x-www-form-urlencoded");
    host.send(form, format!("action=withdraw&code={code}")).await
}

/// A gate that fetches all lists as anyone may, and goes by them alone.
#[tokio::test]
async fn a_gate_that_fetches_the_lists_refuses_a_withdrawn_token() {
    let host = Host::new().await;
    let granted = granted(&host).await;
    let token = granted["token"].as_str().unwrap();
    host.service.keep().await.unwrap();
    let sync = async || {
        let mut lists = StatusLists::default();
        for line in get(&host, "/s/all").await.text.lines() {
            lists.insert(&host.service.verifier(), line, host.service.now()).unwrap();
        }
        let shown = host.service.verifier().verify(token, "rail", host.service.now()).unwrap();
        lists.require_good(shown.claims(), host.service.now()).map(|_| ())
    };
    assert_eq!(sync().await, Ok(()));
    let verify = async || host.post(RAIL, "/v1/verify", &json!({ "token": token })).await.json();
    assert_eq!((&verify().await["valid"], &verify().await["standing"]), (&json!(true), &json!("good")));

    let path = format!("/v1/consents/{}/withdrawal", granted["consent_id"].as_str().unwrap());
    assert_eq!(host.post_text(AIR, &path, Body::empty()).await.status, 404, "another entity");
    assert_eq!(host.send(Request::builder().method("POST").uri(&path), Body::empty()).await.status, 401);
    assert!(!is_withdrawn(&host, &granted).await);
    for _ in 0..2 {
        assert_eq!(host.post_text(RAIL, &path, Body::empty()).await.status, 204, "and again");
    }
    host.advance(300);
    host.service.keep().await.unwrap();
    assert_eq!(sync().await, Err(Refusal::Revoked));
    let verdict = verify().await;
    assert_eq!((&verdict["valid"], &verdict["reason"]), (&json!(false), &json!("revoked")));
    assert!(verdict.get("claims").is_none());
}

#[tokio::test]
async fn lists_are_static_files_that_anyone_may_keep_for_a_tick() {
    let host = Host::new().await;
    assert_eq!(get(&host, "/s").await.json(), json!({ "status_lists": [] }), "before the first tick");
    host.service.keep().await.unwrap();
    let all = get(&host, "/s").await;
    let uris = all.json()["status_lists"].as_array().unwrap().clone();
    assert_eq!(uris.len(), 4, "the day before yesterday's, yesterday's, today's, tomorrow's");
    for uri in &uris {
        let path = uri.as_str().unwrap().strip_prefix("https://kycvs.example").unwrap();
        let list = get(&host, path).await;
        assert_eq!((list.status, list.header("content-type")), (200, "application/statuslist+jwt"));
        assert_eq!(
            (list.header("cache-control"), list.header("access-control-allow-origin")),
            ("public, max-age=300", "*")
        );
        let tag = list.header("etag");
        for known in [tag, &format!("W/{tag}"), &format!("\"another\", {tag}"), "*"] {
            let again = Request::builder().uri(path).header("if-none-match", known);
            assert_eq!(host.send(again, Body::empty()).await.status, 304, "{known}");
        }
    }
    let changed = uris[0].as_str().unwrap().strip_prefix("https://kycvs.example").unwrap();
    let tag = get(&host, changed).await.header("etag").to_owned();
    host.advance(300);
    host.service.keep().await.unwrap();
    let again = Request::builder().uri(changed).header("if-none-match", tag);
    assert_eq!(host.send(again, Body::empty()).await.status, 200, "a new tick");
    for (path, problem) in
        [("/s/00000", "gone"), ("/s/vvv00", "not-found"), ("/s/k9h0", "not-found"), ("/s/K9H00", "not-found")]
    {
        assert_eq!(get(&host, path).await.problem(), problem, "{path}");
    }
}

#[tokio::test]
async fn the_code_withdraws_without_a_key_and_a_wrong_one_says_nothing() {
    let host = Host::new().await;
    let granted = granted(&host).await;
    let (id, code) = (granted["consent_id"].as_str().unwrap(), code(&host, &granted));
    assert!(!granted.to_string().contains(&code), "the entity does not get it");
    let wrong = "AAAAAAAAAAAAAAAAAAAAAA";
    let refused =
        [by_code(&host, id, wrong).await, by_code(&host, wrong, &code).await, by_code(&host, wrong, wrong).await];
    for answer in &refused {
        assert_eq!((answer.problem(), &answer.text), ("not-found".to_owned(), &refused[0].text));
    }
    assert!(!is_withdrawn(&host, &granted).await);
    for _ in 0..2 {
        assert_eq!(by_code(&host, id, &code).await.status, 204);
    }
    assert!(is_withdrawn(&host, &granted).await);
    for _ in 0..40 {
        by_code(&host, id, wrong).await;
    }
    assert_eq!(by_code(&host, id, wrong).await.problem(), "too-many-requests", "who guesses is held up");
}

#[tokio::test]
async fn the_page_withdraws_with_the_code_of_the_link_and_shows_nothing_else() {
    let host = Host::new().await;
    let granted = granted(&host).await;
    let code = format!("{}.{}", granted["consent_id"].as_str().unwrap(), code(&host, &granted));
    let page = get(&host, "/w").await;
    assert!(
        page.text.contains("id=\"withdrawal\"")
            && page.header("content-security-policy").contains("frame-ancestors 'none'")
    );
    for wrong in ["", "x", "AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA"] {
        let refused = by_form(&host, wrong).await;
        assert!(refused.status == 404 && refused.text.contains("That is not a withdrawal code."), "{}", refused.text);
    }
    let foreign = Request::builder().method("POST").uri("/w").header("sec-fetch-site", "cross-site");
    let foreign = foreign.header("content-type", "application/x-www-form-urlencoded");
    let refused = host.send(foreign, format!("code={code}")).await;
    assert!(refused.status == 403 && refused.text.contains("Start over"), "{}", refused.text);
    assert!(!is_withdrawn(&host, &granted).await, "a page of another site sends no form");
    let done = by_form(&host, &code).await;
    assert!(done.status == 200 && done.text.contains("You withdrew your consent"), "{}", done.text);
    assert!(!done.text.contains("Railways"), "it shows nothing of the consent");
    assert!(is_withdrawn(&host, &granted).await);
}
