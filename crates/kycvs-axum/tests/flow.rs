//! The calls of a verifying entity and of anyone, from the question to the verified token.

use crate::support::{AIR, Host, RAIL, known, path, sample};
use axum::body::Body;
use axum::http::Request;
use kycvs::consent::{ConsentId, WithdrawnBy};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::form_urlencoded;

#[tokio::test]
async fn a_person_who_agrees_is_answered_with_a_token_that_verifies() {
    let host = Host::new().await;
    let open = host.open().await;
    assert_eq!(open["state"], "pending");
    assert_eq!(open["mobile"], format!("••••••{}", &known().0[6..]));
    assert_eq!(open["code_expires_at"], "2021-12-01T06:33:00Z");
    assert_eq!(host.get(RAIL, &path(&open, "")).await.json(), open);

    let mut granted = host.confirm_rightly(&open).await.json();
    assert_eq!(granted.as_object_mut().unwrap().remove("disclosures").unwrap().as_array().unwrap().len(), 1);
    assert_eq!((&granted["state"], &granted["status"]), (&json!("granted"), &json!(2)));
    assert_eq!(host.get(RAIL, &path(&open, "")).await.json(), granted);

    let verify = async |audience: Option<&str>| {
        let body = json!({ "token": granted["token"], "audience": audience });
        host.post_text("", "/v1/verify", body.to_string()).await.json()
    };
    let shown = verify(None).await;
    assert_eq!((&shown["valid"], &shown["claims"]["aud"]), (&json!(true), &json!("rail")));
    assert_eq!(shown["claims"]["reference"], "booking 4711");
    assert_eq!(verify(Some("rail")).await, shown);
    assert_eq!(verify(Some("air")).await, json!({ "valid": false, "reason": "wrong-audience" }));
    host.advance(25 * 3600);
    assert_eq!(verify(None).await, json!({ "valid": false, "reason": "expired" }));
}

#[tokio::test]
async fn a_withdrawn_token_does_not_verify_once_the_lists_say_so() {
    let host = Host::new().await;
    host.service.keep().await.unwrap();
    let open = host.open().await;
    let granted = host.confirm_rightly(&open).await.json();
    let verify = async || host.post("", "/v1/verify", &json!({ "token": granted["token"] })).await.json();
    host.advance(301);
    host.service.keep().await.unwrap();
    let shown = verify().await;
    assert_eq!((&shown["valid"], &shown["standing"]), (&json!(true), &json!("good")));
    assert_eq!(shown["standing_as_of"], "2021-12-01T06:35:01Z");

    let consent = ConsentId::parse(granted["consent_id"].as_str().unwrap()).unwrap();
    host.service.withdraw(&consent, WithdrawnBy::Person).await.unwrap();
    host.advance(301);
    host.service.keep().await.unwrap();
    assert_eq!(verify().await, json!({ "valid": false, "reason": "revoked" }));
}

#[tokio::test]
async fn a_token_is_verified_as_a_scanner_or_a_clipboard_gives_it() {
    let host = Host::new().await;
    let open = host.open().await;
    let token = host.confirm_rightly(&open).await.json()["token"].as_str().unwrap().to_owned();
    let (half, rest) = token.split_at(300);
    for shown in [format!("{token}\n"), format!("https://kycvs.example/verify#{half}\r\n{rest}"), format!("{token}~")] {
        let verdict = host.post("", "/v1/verify", &json!({ "token": shown })).await.json();
        assert_eq!((&verdict["valid"], verdict["claims"].get("bearer")), (&json!(true), None), "{verdict}");
        assert_eq!(verdict["standing"], "not-checked", "no list was published yet");
    }
}

#[tokio::test]
async fn a_confirm_that_its_caller_repeats_gives_the_same_token() {
    let host = Host::new().await;
    let open = host.open().await;
    let first = host.confirm_rightly(&open).await;
    host.advance(60);
    assert_eq!(host.confirm_rightly(&open).await.text, first.text);
    let another = json!({ "otp": host.code(&known().0), "notice_hash": open["notice"]["hash"] });
    assert_eq!(host.post(RAIL, &path(&open, "/confirm"), &another).await.problem(), "already-used");
    host.advance(60);
    assert_eq!(host.confirm_rightly(&open).await.problem(), "already-used");
    assert_eq!(
        host.get(RAIL, &path(&open, "")).await.json()["token"],
        first.json()["token"],
        "the entity may still read it"
    );
}

#[tokio::test]
async fn who_wants_a_cwt_says_so_with_the_code() {
    let host = Host::new().await;
    let open = host.open().await;
    let body = json!({ "otp": host.code(&known().0), "notice_hash": open["notice"]["hash"], "cwt": true });
    let granted = host.post(RAIL, &path(&open, "/confirm"), &body).await.json();
    let verdict = host.post("", "/v1/verify", &json!({ "token": granted["cwt"] })).await.json();
    assert_eq!((&verdict["valid"], &verdict["claims"]["aud"]), (&json!(true), &json!("rail")));
    assert_eq!(host.get(RAIL, &path(&open, "")).await.json()["cwt"], granted["cwt"]);
    let open = host.open().await;
    assert_eq!(host.confirm_rightly(&open).await.json().get("cwt"), None);
}

#[tokio::test]
async fn a_code_may_come_as_its_hash() {
    let host = Host::new().await;
    let open = host.open().await;
    let hash = base16ct::lower::encode_string(&Sha256::digest(host.code(&known().0)));
    let body = json!({ "otp_sha256": hash, "notice_hash": open["notice"]["hash"] });
    assert_eq!(host.post(RAIL, &path(&open, "/confirm"), &body).await.json()["state"], "granted");
}

#[tokio::test]
async fn a_further_code_is_sent_when_its_time_has_come() {
    let host = Host::new().await;
    let open = host.open().await;
    let first = host.code(&known().0);
    let early = host.post_text(RAIL, &path(&open, "/resend"), Body::empty()).await;
    assert_eq!((early.problem().as_str(), early.header("retry-after")), ("too-many-requests", "60"));
    host.advance(60);
    let resent = host.post_text(RAIL, &path(&open, "/resend"), Body::empty()).await;
    assert_eq!((resent.status, resent.json()["id"].clone()), (200, open["id"].clone()));
    if host.code(&known().0) != first {
        assert_eq!(host.confirm(&open, &first).await.problem(), "wrong-code");
    }
    assert_eq!(host.confirm_rightly(&open).await.status, 200);
}

#[tokio::test]
async fn a_person_who_declines_is_not_asked_again() {
    let host = Host::new().await;
    let open = host.open().await;
    for _ in 0..2 {
        assert_eq!(host.decline(&open).await.json(), json!({ "state": "declined" }));
    }
    assert_eq!(host.get(RAIL, &path(&open, "")).await.json(), json!({ "state": "declined" }));
    assert_eq!(host.post_text(RAIL, &path(&open, "/resend"), Body::empty()).await.problem(), "already-used");
}

/// What may differ between two answers to the same question about different people.
fn without_what_differs(mut answer: Value) -> Value {
    for member in ["id", "mobile", "notice"] {
        answer[member].take();
    }
    answer
}

#[tokio::test]
async fn an_answer_does_not_tell_whether_the_registry_knows_the_person() {
    let host = Host::new().await;
    let (mobile, person) = known();
    let unknown = sample().unknown_mobile(0).unwrap();
    let mut answers = Vec::new();
    for (mobile, name) in [(&mobile, person.name.as_str()), (&mobile, "Nobody At All"), (&unknown, "Nobody At All")] {
        let body = json!({ "mobile": mobile, "name": name, "purpose": "railway-booking" });
        let open = host.post(RAIL, "/v1/status-requests", &body).await;
        let wrong = if host.code(mobile) == "123456" { "654321" } else { "123456" };
        let told = host.confirm(&open.json(), wrong).await;
        let headers = |answer: &crate::support::Answer| format!("{:?}", answer.headers);
        let opened = without_what_differs(open.json()).to_string();
        answers.push((
            open.status,
            open.text.len() - 2 * name.len(),
            headers(&open),
            opened,
            told.status,
            headers(&told),
            told.text,
        ));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
}

#[tokio::test]
async fn another_entitys_request_is_as_if_there_were_none() {
    let host = Host::new().await;
    let open = host.open().await;
    let none = json!({ "id": "bm90IGEgcmVhbCBpZCEhIQ" });
    let body = json!({ "otp": host.code(&known().0), "notice_hash": open["notice"]["hash"] });
    for rest in ["", "/confirm", "/resend", "/decline"] {
        let mut answers = Vec::new();
        for request in [&open, &none] {
            let path = path(request, rest);
            let answer = match rest {
                "" => host.get(AIR, &path).await,
                _ => host.post(AIR, &path, &body).await,
            };
            answers.push((answer.status, answer.text, answer.headers));
        }
        assert_eq!(answers[0], answers[1], "{rest}");
        assert_eq!(answers[0].0, 404);
    }
    assert_eq!(host.confirm_rightly(&open).await.status, 200, "nothing was counted or ended");
}

#[tokio::test]
async fn the_public_keys_are_for_everyone_for_ten_minutes() {
    let host = Host::new().await;
    let answer = host.get("", "/.well-known/jwks.json").await;
    assert_eq!(answer.header("content-type"), "application/jwk-set+json");
    assert_eq!(answer.header("cache-control"), "public, max-age=600");
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    let ring = kycvs::token::KeyRing::from_jwks(&answer.text).unwrap();
    assert_eq!(ring.iter().count(), 1);
}

#[tokio::test]
async fn what_is_about_a_person_is_kept_in_no_cache_and_framed_by_nobody() {
    let host = Host::new().await;
    let open = host.open().await;
    for answer in
        [host.get(RAIL, &path(&open, "")).await, host.get("", &path(&open, "")).await, host.get("", "/nothing").await]
    {
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
        assert_eq!(answer.header("x-frame-options"), "DENY");
    }
}

#[tokio::test]
async fn a_call_is_counted_where_the_nearest_trusted_proxy_says_it_is_from() {
    let configure = |config: &mut kycvs_axum::Config| {
        config.issuer.trusted_proxies = 1;
        config.limits.wrong_secrets_per_address = 1.try_into().unwrap();
    };
    let host = Host::with(configure, |builder| builder).await;
    let guess = async |forwarded: &str| {
        let request = Request::get("/v1/status-requests/none").header("authorization", "Bearer guess");
        host.send(request.header("x-forwarded-for", forwarded), Body::empty()).await.problem()
    };
    assert_eq!(guess("203.0.113.9").await, "unauthenticated");
    assert_eq!(guess("6.6.6.6, 203.0.113.9").await, "too-many-requests", "what is to the left may be made up");
    assert_eq!(guess("203.0.113.10").await, "unauthenticated");
    assert_eq!(guess("2001:db8:1:2::1").await, "unauthenticated");
    assert_eq!(guess("2001:db8:1:2:ffff::1").await, "too-many-requests", "a /64 is one address");
    assert_eq!(guess("nonsense").await, "invalid-request");
}

#[tokio::test]
async fn a_result_code_that_nobody_was_given_is_not_found() {
    let host = Host::new().await;
    for code in ["bm90IGEgcmVhbCBjb2RlIQ", "short", "bm90IGEgcmVhbCBjb2RlIR"] {
        assert_eq!(host.post(RAIL, "/v1/results", &json!({ "result_code": code })).await.problem(), "not-found");
    }
}

/// Goes through the page of a visit without a script, and takes the result code from its last step.
async fn result_code(host: &Host, visit: &Value) -> String {
    let opened = host.post(RAIL, "/v1/embed-sessions", visit).await.json();
    let form = async |fields: &[(&str, &str)]| {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(format!("/embed/{}", opened["id"].as_str().unwrap()));
        host.send(request.header("content-type", "application/x-www-form-urlencoded"), body).await.text
    };
    let after = |page: &str, start: &str| -> String {
        let (_, rest) = page.split_once(start).expect(start);
        rest.chars().take_while(|letter| letter.is_ascii_alphanumeric() || "-_".contains(*letter)).collect()
    };
    let (mobile, person) = known();
    let step = form(&[("action", "ask"), ("mobile", &mobile), ("name", &person.name)]).await;
    let (key, hash) = (after(&step, "name=\"key\" value=\""), after(&step, "name=\"notice_hash\" value=\""));
    let code = host.code(&mobile);
    let fields = [("action", "confirm"), ("key", key.as_str()), ("notice_hash", &hash), ("otp", &code)];
    form(&fields).await;
    after(&form(&[("action", "continue"), ("key", &key)]).await, "result_code=")
}

#[tokio::test]
async fn the_answer_to_a_result_code_says_which_visit_it_is_the_answer_to() {
    let host = Host::new().await;
    let visit =
        json!({ "purpose": "railway-booking", "return_url": "https://rail.example/kycvs/return", "state": "s" });
    for reference in [Some("PNR 1"), Some("PNR 2"), None] {
        let mut visit = visit.clone();
        if let Some(reference) = reference {
            visit["reference"] = json!(reference);
        }
        let code = json!({ "result_code": result_code(&host, &visit).await });
        assert_eq!(host.post(AIR, "/v1/results", &code).await.problem(), "not-found", "another entity's");
        let result = host.post(RAIL, "/v1/results", &code).await.json();
        assert_eq!((&result["state"], &result["status"]), (&json!("granted"), &json!(2)));
        assert_eq!((&result["purpose"], result["reference"].as_str()), (&json!("railway-booking"), reference));
        assert_eq!(result.get("reference").is_some(), reference.is_some());
        let shown = json!({ "token": result["token"], "audience": "rail" });
        assert_eq!(host.post("", "/v1/verify", &shown).await.json()["claims"]["reference"].as_str(), reference);
        let again = host.post(RAIL, "/v1/results", &code).await.json();
        assert_eq!(again["token"], result["token"], "an answer that was lost on its way is had again");
        let elsewhere = json!({ "result_code": code["result_code"], "session": "bm90IGEgcmVhbCBjb2RlIQ" });
        assert_eq!(host.post(RAIL, "/v1/results", &elsewhere).await.problem(), "not-found", "another visit's");
    }
}

#[tokio::test]
async fn the_documentation_shows_every_call_and_code_and_fetches_nothing_from_elsewhere() {
    let host = Host::new().await;
    let document = host.get("", "/openapi.json").await.json();
    let mut page = host.get("", "/docs").await;
    page.text = page.text.replace("&#x2f;", "/");
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert!(page.header("content-security-policy").starts_with("default-src 'none'; style-src 'self'"));
    for member in ["reference", "purpose", "token"] {
        let result = page.text.split("id=\"exchangeResult\"").nth(1).unwrap().split("</section>").next().unwrap();
        assert!(result.contains(&format!("<code>{member}</code>")), "{result}");
    }
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            assert!(page.text.contains(&format!("<code>{} {path}</code>", method.to_uppercase())), "{method} {path}");
        }
    }
    for code in crate::support::answer::all_problem_codes() {
        assert!(page.text.contains(&format!("<code>{code}</code>")), "{code}");
    }
    assert!(
        !page.text.contains("<script")
            && !page.text.contains("style=")
            && !page.text.contains("http://")
            && !page.text.contains("https://kycvs")
    );
    assert!(host.get("", "/docs.css").await.header("content-type").starts_with("text/css"));
}

#[tokio::test]
async fn a_visit_is_opened_for_a_registered_origin() {
    let host = Host::new().await;
    let visit = json!({ "purpose": "railway-booking", "origin": "https://rail.example", "language": "hi" });
    let opened = host.post(RAIL, "/v1/embed-sessions", &visit).await;
    assert_eq!((opened.status, opened.json()["expires_at"].clone()), (201, json!("2021-12-01T07:00:00Z")));
    assert_eq!(
        host.post(AIR, "/v1/embed-sessions", &json!({ "purpose": "flight", "origin": "https://rail.example" }))
            .await
            .status,
        403
    );
}

#[tokio::test]
async fn an_entity_reads_how_far_its_visit_came_and_no_other_entity_does() {
    let host = Host::new().await;
    let visit = json!({ "purpose": "railway-booking", "reference": "PNR 1", "origin": "https://rail.example" });
    let opened = host.post(RAIL, "/v1/embed-sessions", &visit).await.json();
    let path = format!("/v1/embed-sessions/{}", opened["id"].as_str().unwrap());
    let state = async || host.get(RAIL, &path).await.json();
    assert_eq!((&state().await["state"], &state().await["reference"]), (&json!("open"), &json!("PNR 1")));
    assert_eq!(host.get(AIR, &path).await.problem(), "not-found");
    assert_eq!(host.get(RAIL, "/v1/embed-sessions/short").await.problem(), "not-found");

    let (mobile, person) = known();
    let form = |fields: &[(&str, &str)]| {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(format!("/embed/{}", opened["id"].as_str().unwrap()));
        host.send(request.header("content-type", "application/x-www-form-urlencoded"), body)
    };
    form(&[("action", "ask"), ("mobile", &mobile), ("name", &person.name)]).await;
    assert_eq!(state().await["state"], "asked");
    assert!(!state().await.to_string().contains(&mobile), "whom it is about is not told");
    host.advance(1800);
    assert_eq!(state().await["state"], "expired");
}

#[tokio::test]
async fn a_return_without_a_state_would_be_anybodys() {
    let host = Host::new().await;
    let visit = json!({ "purpose": "railway-booking", "return_url": "https://rail.example/kycvs/return" });
    assert_eq!(host.post(RAIL, "/v1/embed-sessions", &visit).await.problem(), "invalid-request");
}
