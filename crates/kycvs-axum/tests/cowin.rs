//! A client that was written in 2021 for CoWIN's own calls.

use crate::support::{AIR, Answer, Host, RAIL, known};
use axum::body::Body;
use axum::http::Request;
use kycvs::consent::{ConsentId, Method, RequestId};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const GENERATE: &str = "/api/v3/vaccination/generateOTP";
const CONFIRM: &str = "/api/v3/vaccination/confirmOTP";
const STATUS: &str = "/api/v3/vaccination/status";

async fn post(host: &Host, key: &str, path: &str, body: &Value) -> Answer {
    let request = Request::post(path).header("x-api-key", key).header("content-type", "application/json");
    host.send(request, body.to_string()).await
}

async fn generate(host: &Host) -> String {
    let (mobile, person) = known();
    let body = json!({ "mobile_number": mobile, "full_name": person.name });
    let answer = post(host, RAIL, GENERATE, &body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["txnId"].as_str().unwrap().to_owned()
}

fn hashed(code: &str) -> String {
    base16ct::lower::encode_string(&Sha256::digest(code))
}

async fn confirm(host: &Host, txn_id: &str, code: &str) -> Answer {
    post(host, RAIL, CONFIRM, &json!({ "otp": hashed(code), "txnId": txn_id })).await
}

async fn status(host: &Host, token: &str) -> Answer {
    host.send(Request::get(STATUS).header("authorization", format!("Bearer {token}")), Body::empty()).await
}

/// A refusal with a code of CoWIN's has its words, too; any other has ours.
fn is(code: &str, status: u16, answer: &Answer) {
    assert_eq!((answer.status, answer.json()["errorCode"].as_str()), (status, Some(code)), "{}", answer.text);
    let words = match code {
        "USRAUT0012" => "OTP is Required",
        "USRAUT0013" => "txnId is Required",
        "USRAUT0014" => "Invalid OTP",
        "USRAUT0018" => "Generate OTP failed",
        "USRAUT0024" => "Beneficiary Not Registered",
        _ => return assert!(answer.json()["error"].is_string()),
    };
    assert_eq!(answer.json()["error"], words);
}

/// What CoWIN did not know.
fn is_unknown(answer: &Answer) {
    assert_eq!((answer.status, answer.text.as_str()), (401, "Unauthenticated access!"));
    assert!(answer.header("content-type").starts_with("text/plain"));
}

#[tokio::test]
async fn its_three_calls_give_a_signed_status() {
    let host = Host::new().await;
    let txn_id = generate(&host).await;
    assert_eq!(txn_id.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12], "a UUID");

    let code = host.code(&known().0);
    let confirmed = confirm(&host, &txn_id.to_uppercase(), &code).await.json();
    is_unknown(&confirm(&host, &txn_id, &code).await); // what was confirmed was forgotten

    let token = confirmed["token"].as_str().unwrap();
    assert_eq!(status(&host, token).await.json(), json!({ "vaccination_status": 2, "signed": token }));
    let alone = host.send(Request::get(STATUS).header("authorization", token), Body::empty()).await;
    assert_eq!(alone.json()["vaccination_status"], 2, "many of its clients left `Bearer` out");
    host.advance(25 * 3600);
    is_unknown(&status(&host, token).await);
}

#[tokio::test]
async fn its_refusals_have_its_codes() {
    let host = Host::new().await;
    let txn_id = generate(&host).await;
    let wrong = if host.code(&known().0) == "123456" { "654321" } else { "123456" };
    is("USRAUT0012", 400, &post(&host, RAIL, CONFIRM, &json!({ "txnId": txn_id })).await);
    is("USRAUT0013", 400, &post(&host, RAIL, CONFIRM, &json!({ "otp": hashed("123456"), "txnId": "" })).await);
    is("USRAUT0014", 400, &confirm(&host, &txn_id, wrong).await);
    for unknown in [txn_id.replace('-', ""), txn_id.replace(&txn_id[..8], "00000000"), "1".to_owned()] {
        is_unknown(&confirm(&host, &unknown, &host.code(&known().0)).await);
    }
    is("USRAUT0014", 400, &post(&host, RAIL, CONFIRM, &json!({ "otp": host.code(&known().0), "txnId": txn_id })).await);
    is_unknown(&post(&host, AIR, CONFIRM, &json!({ "otp": hashed(&host.code(&known().0)), "txnId": txn_id })).await);
    is(
        "USRAUT0018",
        400,
        &post(&host, RAIL, GENERATE, &json!({ "mobile_number": "12345", "full_name": "Asha" })).await,
    );
    is_unknown(&post(&host, "guess", GENERATE, &json!({})).await);
    is_unknown(&status(&host, "not.a.token").await);
    is("invalid-request", 400, &post(&host, RAIL, GENERATE, &json!({ "mobile_number": 1 })).await);

    let nobody = json!({ "mobile_number": known().0, "full_name": "Nobody At All" });
    let txn_id = post(&host, RAIL, GENERATE, &nobody).await.json()["txnId"].as_str().unwrap().to_owned();
    is("USRAUT0024", 400, &confirm(&host, &txn_id, &host.code(&known().0)).await);
    for _ in 0..6 {
        generate(&host).await;
    }
    let too_many = post(&host, RAIL, GENERATE, &nobody).await;
    is("USRAUT0018", 429, &too_many);
    assert_eq!(too_many.header("retry-after"), "600");
}

#[tokio::test]
async fn it_answers_no_entity_that_has_not_asked_for_it() {
    let host = Host::new().await;
    let body = json!({ "mobile_number": known().0, "full_name": known().1.name });
    is_unknown(&post(&host, AIR, GENERATE, &body).await);
    assert!(host.sms.messages().is_empty());

    let ask = json!({ "mobile": known().0, "name": known().1.name, "purpose": "flight" });
    let open = host.post(AIR, "/v1/status-requests", &ask).await.json();
    let entered = json!({ "otp": host.code(&known().0), "notice_hash": open["notice"]["hash"] });
    let granted = host.post(AIR, &crate::support::path(&open, "/confirm"), &entered).await.json();
    is_unknown(&status(&host, granted["token"].as_str().unwrap()).await);
}

/// What was opened elsewhere was opened to be confirmed with a notice.
#[tokio::test]
async fn it_confirms_only_what_it_opened_and_the_artefact_says_that_no_notice_was_shown() {
    let host = Host::new().await;
    let open = host.open().await;
    let id = RequestId::parse(open["id"].as_str().unwrap()).unwrap();
    let uuid = base16ct::lower::encode_string(id.as_bytes());
    let uuid = format!("{}-{}-{}-{}-{}", &uuid[..8], &uuid[8..12], &uuid[12..16], &uuid[16..20], &uuid[20..]);
    is_unknown(&confirm(&host, &uuid, &host.code(&known().0)).await);
    let granted = host.confirm_rightly(&open).await.json();
    assert!(was_shown(&host, granted["consent_id"].as_str().unwrap()).await);

    let txn_id = generate(&host).await;
    let token = confirm(&host, &txn_id, &host.code(&known().0)).await.json()["token"].as_str().unwrap().to_owned();
    let verified = host.service.verifier().verify(&token, "rail", host.service.now()).unwrap();
    assert!(!was_shown(&host, &verified.claims().consent.id).await);
}

async fn was_shown(host: &Host, consent: &str) -> bool {
    let record = host.service.consent(&ConsentId::parse(consent).unwrap()).await.unwrap().unwrap();
    let Method::OtpSms { notice_shown, .. } = record.consent.method;
    notice_shown
}

#[tokio::test]
async fn a_wrong_method_is_told_in_its_words_and_a_path_that_it_had_not_in_ours() {
    let host = Host::new().await;
    for (method, path, allowed) in [("GET", GENERATE, "POST"), ("PUT", CONFIRM, "POST"), ("POST", STATUS, "GET,HEAD")] {
        let answer = host.send(Request::builder().method(method).uri(path), Body::empty()).await;
        is("method-not-allowed", 405, &answer);
        assert_eq!((answer.header("content-type"), answer.header("allow")), ("application/json", allowed), "{path}");
    }
    // Nobody's path: it is the host's to answer.
    let other = host.send(Request::get("/api/v3/vaccination"), Body::empty()).await;
    assert_eq!(other.problem(), "not-found");
}

#[tokio::test]
async fn its_page_for_people_leads_on_to_their_own_page_and_an_expired_code_is_forgotten() {
    let host = Host::new().await;
    let page = host.send(Request::get("/api/v3/vaccination/status/knowYourStatus"), Body::empty()).await;
    assert_eq!((page.status, page.header("location")), (303, "https://kycvs.example/me"));
    let txn_id = generate(&host).await;
    host.advance(181);
    is_unknown(&confirm(&host, &txn_id, &host.code(&known().0)).await);
}
