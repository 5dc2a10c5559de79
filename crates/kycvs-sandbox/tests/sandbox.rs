//! What a sandbox does that a production service does not, and that it is one only by being made as one.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, StatusCode};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use http_body_util::BodyExt;
use kycvs::domain::{Mobile, PersonName};
use kycvs::registry::{BeneficiaryId, PersonRecord, RegistryKey, SealedRegistry};
use kycvs::token::{Algorithm, SigningKey, TokenIssuer, TokenVerifier};
use kycvs::{ServiceKey, StatusService};
use kycvs_axum::{ApiKeyHash, Config, Http};
use kycvs_memory::MemoryStore;
use kycvs_sandbox::Sandbox;
use serde_json::{Value, json};
use tower::ServiceExt;

const ISSUER: &str = "http://localhost:8080";
const KEY: &str = "the-key-of-the-railway";
const IMRAN: &str = "9876543210";

fn config() -> Config {
    let text = format!(
        r#"
        [issuer]
        url = "{ISSUER}"
        name = "A ministry"
        grievance = "grievance@kycvs.example"
        [[entity]]
        id = "rail"
        name = "Indian Railways"
        api_key_sha256 = "{}"
        purposes = [{{ code = "booking", text = "to book a railway ticket" }}]
        origins = ["https://rail.example"]
        "#,
        hex(KEY)
    );
    Config::from_toml(&text).unwrap()
}

/// The hash of a key as it is in a file.
fn hex(key: &str) -> String {
    use sha2::{Digest, Sha256};
    let hash = base16ct::lower::encode_string(&Sha256::digest(key.as_bytes()));
    assert!(ApiKeyHash::try_from(hash.clone()).unwrap() == ApiKeyHash::of(key));
    hash
}

/// A registry with Imran, who has had no dose.
async fn people() -> Arc<SealedRegistry> {
    let registry = SealedRegistry::open(&RegistryKey::generate().unwrap(), Arc::new(MemoryStore::new())).await.unwrap();
    let name = PersonName::parse("Imran Sheikh").unwrap();
    let imran = PersonRecord::new(BeneficiaryId::parse("7193").unwrap(), name, None, vec![]).unwrap();
    registry.upsert(&Mobile::parse(IMRAN).unwrap(), &imran).await.unwrap();
    Arc::new(registry)
}

/// An issuer of production, under the sandbox's own address.
fn issuer() -> TokenIssuer {
    TokenIssuer::new(ISSUER, Arc::new(SigningKey::generate(Algorithm::Es256).unwrap())).unwrap()
}

async fn sandbox() -> Sandbox {
    Sandbox::new(people().await, config()).unwrap()
}

/// An answer, with its body as text.
struct Answer {
    status: StatusCode,
    headers: axum::http::HeaderMap,
    text: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("{} {}", self.status, self.text))
    }
}

async fn call(router: &Router, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let peer: SocketAddr = ([127, 0, 0, 1], 4711).into();
    let request = request.extension(ConnectInfo(peer)).body(Body::from(body.to_owned())).unwrap();
    let (parts, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    Answer { status: parts.status, headers: parts.headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
}

async fn get(router: &Router, path: &str) -> Answer {
    call(router, Method::GET, path, &[], "").await
}

async fn post(router: &Router, path: &str, body: Value) -> Answer {
    let bearer = format!("Bearer {KEY}");
    let headers = [("content-type", "application/json"), ("authorization", bearer.as_str())];
    call(router, Method::POST, path, &headers, &body.to_string()).await
}

async fn ask(router: &Router) -> Answer {
    post(router, "/v1/status-requests", json!({"mobile": IMRAN, "name": "Imran Sheikh", "purpose": "booking"})).await
}

async fn confirm(router: &Router, asked: &Answer, code: &str) -> Answer {
    let (id, hash) = (asked.json()["id"].as_str().unwrap().to_owned(), asked.json()["notice"]["hash"].clone());
    post(router, &format!("/v1/status-requests/{id}/confirm"), json!({"otp": code, "notice_hash": hash})).await
}

async fn code(router: &Router) -> String {
    let sent = get(router, &format!("/sandbox/outbox?mobile={IMRAN}")).await.json();
    sent.as_array().unwrap().last().unwrap()["code"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_code_is_read_from_the_outbox_and_not_sent() {
    let router = sandbox().await.router();
    let asked = ask(&router).await;
    assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.text);
    let sent = get(&router, "/sandbox/outbox?mobile=98765%2043210").await.json();
    assert_eq!((sent[0]["to"].as_str(), sent[1].as_object()), (Some("+919876543210"), None));
    let (code, text) = (sent[0]["code"].as_str().unwrap(), sent[0]["text"].as_str().unwrap());
    assert!(text.contains("Indian Railways") && text.ends_with(&format!("\n\n@localhost #{code}")), "{text}");
    assert!(sent[0]["sent_at"].as_str().unwrap().ends_with('Z'));

    let granted = confirm(&router, &asked, code).await;
    assert_eq!((granted.status, &granted.json()["status"]), (StatusCode::OK, &json!(0)), "{}", granted.text);
}

#[tokio::test]
async fn the_outbox_tells_everything_or_one_numbers_messages_newest_last() {
    let sandbox = sandbox().await;
    let router = sandbox.router();
    let (first, second) = (ask(&router).await, ask(&router).await);
    assert_eq!((first.status, second.status), (StatusCode::CREATED, StatusCode::CREATED));
    let codes: Vec<_> = sandbox.outbox().messages().iter().map(|sent| sent.message.code.secret().to_owned()).collect();
    for query in
        ["", "?mobile=9876543210", "?mobile=%2B919876543210", "?mobile=+919876543210", "?mobile=0%209876543210"]
    {
        let told = get(&router, &format!("/sandbox/outbox{query}")).await.json();
        let told: Vec<_> = told.as_array().unwrap().iter().map(|sent| sent["code"].as_str().unwrap()).collect();
        assert_eq!(told, codes, "{query}");
    }
    assert_eq!(get(&router, "/sandbox/outbox?mobile=6000000000").await.json(), json!([]));
    let last = sandbox.outbox().last_code(&Mobile::parse(IMRAN).unwrap()).unwrap();
    assert_eq!(Some(last.secret()), codes.last().map(String::as_str));
}

#[tokio::test]
async fn a_strange_question_to_the_outbox_is_refused_and_not_repeated() {
    let router = sandbox().await.router();
    for (query, status, code) in [
        ("?mobile=12345", 422, "invalid-mobile"),
        ("?mobile=", 422, "invalid-mobile"),
        ("?phone=9876543210", 400, "invalid-request"),
        ("?mobile=9876543210&mobile=9876543210", 400, "invalid-request"),
    ] {
        let answer = get(&router, &format!("/sandbox/outbox{query}")).await;
        assert_eq!((answer.status.as_u16(), answer.json()["code"].as_str()), (status, Some(code)), "{query}");
        assert!(!answer.text.contains("12345") && !answer.text.contains("98765"), "{}", answer.text);
    }
}

#[tokio::test]
async fn a_code_expires_when_the_clock_is_moved_and_not_before() {
    let router = sandbox().await.router();
    let asked = ask(&router).await;
    let code = code(&router).await;
    assert_eq!(post(&router, "/sandbox/clock", json!({"advance_seconds": 181})).await.status, StatusCode::OK);
    let late = confirm(&router, &asked, &code).await;
    assert_eq!(late.json()["code"], "code-expired", "{}", late.text);
}

#[tokio::test]
async fn the_clock_moves_by_a_second_to_30_days_and_says_what_time_it_is() {
    let sandbox = sandbox().await;
    let router = sandbox.router();
    let not_whole = [json!(-1), json!("60"), json!(null), json!(1e99), json!(1.5)];
    for refused in [json!(0), json!(2_592_001)].iter().chain(&not_whole) {
        let answer = post(&router, "/sandbox/clock", json!({"advance_seconds": refused})).await;
        let says = answer.text.contains("`advance_seconds` is not a whole number");
        assert_eq!(says, not_whole.contains(refused), "{}", answer.text);
        assert_eq!(
            (answer.status.as_u16(), answer.json()["code"].as_str()),
            (400, Some("invalid-request")),
            "{refused}"
        );
    }
    assert_eq!(sandbox.clock().ahead(), TimeDelta::zero());
    let moved = post(&router, "/sandbox/clock", json!({"advance_seconds": 2_592_000})).await;
    assert_eq!(moved.status, StatusCode::OK);
    assert_eq!(sandbox.clock().ahead(), TimeDelta::days(30));
    assert!(moved.json()["now"].as_str().unwrap().ends_with('Z'));
}

#[tokio::test]
async fn a_reset_forgets_messages_requests_limits_and_time_and_keeps_people_and_keys() {
    let sandbox = sandbox().await;
    let router = sandbox.router();
    let keys = get(&router, "/.well-known/jwks.json").await.text;
    let asked = ask(&router).await;
    while ask(&router).await.status == StatusCode::CREATED {}
    sandbox.advance(TimeDelta::seconds(5)).unwrap();
    let limited = ask(&router).await;
    assert_eq!(limited.json()["code"], "too-many-requests");

    assert_eq!(post(&router, "/sandbox/reset", json!(null)).await.status, StatusCode::NO_CONTENT);
    assert_eq!((sandbox.outbox().messages().len(), sandbox.clock().ahead()), (0, TimeDelta::zero()));
    assert_eq!(confirm(&router, &asked, "000000").await.json()["code"], "not-found");
    let again = ask(&router).await;
    let granted = confirm(&router, &again, &code(&router).await).await;
    assert_eq!(granted.json()["status"], 0, "{}", granted.text);
    assert_eq!(get(&router, "/.well-known/jwks.json").await.text, keys);
}

#[tokio::test]
async fn the_lists_have_a_withdrawal_once_the_clock_is_at_the_next_tick_and_a_reset_forgets_it() {
    let sandbox = sandbox().await;
    let router = sandbox.router();
    sandbox.service().keep().await.unwrap();
    let asked = ask(&router).await;
    let granted = confirm(&router, &asked, &code(&router).await).await.json();
    let withdrawal = format!("/v1/consents/{}/withdrawal", granted["consent_id"].as_str().unwrap());
    assert_eq!(post(&router, &withdrawal, json!(null)).await.status, StatusCode::NO_CONTENT);
    let verify = async || post(&router, "/v1/verify", json!({"token": granted["token"]})).await.json();
    assert_eq!(verify().await["valid"], true, "the tick was published before");

    post(&router, "/sandbox/clock", json!({"advance_seconds": 301})).await;
    let verdict = verify().await;
    assert_eq!((&verdict["valid"], &verdict["reason"]), (&json!(false), &json!("revoked")), "{verdict}");
    post(&router, "/sandbox/reset", json!(null)).await;
    assert_eq!(verify().await["valid"], true, "consents, withdrawals and lists are forgotten");
    assert_eq!(post(&router, &withdrawal, json!(null)).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_list_that_a_token_names_is_there() {
    let sandbox = sandbox().await;
    let router = sandbox.router();
    let asked = ask(&router).await;
    let granted = confirm(&router, &asked, &code(&router).await).await.json();
    post(&router, "/sandbox/clock", json!({"advance_seconds": 301})).await;
    let claims = BASE64_URL_SAFE_NO_PAD.decode(granted["token"].as_str().unwrap().split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    let named = claims["status"]["status_list"]["uri"].as_str().unwrap();
    let list = get(&router, named.strip_prefix(ISSUER).unwrap()).await;
    assert_eq!((list.status, list.headers.contains_key("kycvs-sandbox")), (StatusCode::OK, true), "{named}");

    let lists = get(&router, "/sandbox/s").await;
    assert!(lists.json()["status_lists"].as_array().unwrap().iter().any(|list| list == named), "{}", lists.text);
    assert!(get(&router, "/sandbox/s/all").await.text.lines().any(|line| line == list.text));
    assert_eq!(get(&router, "/sandbox/s/00000").await.json()["code"], "gone");
}

#[tokio::test]
async fn everything_that_a_sandbox_answers_says_so() {
    let sandbox = sandbox().await;
    let router = sandbox.router().merge(sandbox.http().cowin_compat_router());
    for path in
        ["/healthz", "/.well-known/jwks.json", "/v1/status-requests/x", "/sandbox", "/api/v3/vaccination/status"]
    {
        let answer = get(&router, path).await;
        assert_eq!(answer.headers.get("kycvs-sandbox").map(|value| value.as_bytes()), Some(&b"true"[..]), "{path}");
    }
}

#[tokio::test]
async fn a_production_router_has_no_outbox_and_does_not_call_itself_a_sandbox() {
    let (config, store) = (config(), Arc::new(MemoryStore::new()));
    let sender = Arc::new(kycvs::CollectingSender::default());
    let builder = StatusService::builder().registry(people().await).issuer(issuer());
    let builder = config.apply_to(builder.key(ServiceKey::generate().unwrap())).unwrap();
    let service = builder.store(store).sender(sender).build().unwrap();
    let router = Http::new(Arc::new(service), config).unwrap().router();
    for path in ["/sandbox", "/sandbox/outbox"] {
        assert_eq!(get(&router, path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for path in ["/sandbox/clock", "/sandbox/reset"] {
        assert_eq!(post(&router, path, json!({"advance_seconds": 1})).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert!(get(&router, "/healthz").await.headers.get("kycvs-sandbox").is_none());
}

#[tokio::test]
async fn whatever_a_host_gives_it_sends_to_nobody_and_signs_in_nobodys_name() {
    let (sender, store) = (Arc::new(kycvs::CollectingSender::default()), Arc::new(MemoryStore::new()));
    let adjusted = Sandbox::adjusted(people().await, config(), |builder| {
        builder.sender(sender.clone()).store(store.clone()).issuer(issuer())
    });
    let sandbox = adjusted.unwrap();
    let router = sandbox.router();
    let asked = ask(&router).await;
    assert_eq!((sandbox.outbox().messages().len(), sender.messages().len()), (1, 0));
    let granted = confirm(&router, &asked, &code(&router).await).await.json();
    let token = granted["token"].as_str().unwrap();
    let now = std::time::SystemTime::now().into();
    let keys = sandbox.service().published_keys();
    let production = TokenVerifier::new(ISSUER, keys.clone());
    assert_eq!(production.verify_shown_to_me(token, now).unwrap_err().code(), "wrong-issuer");
    let renamed = TokenVerifier::new(format!("{ISSUER}/sandbox"), keys.clone());
    assert_eq!(renamed.verify_shown_to_me(token, now).unwrap_err().code(), "wrong-issuer");
    assert!(TokenVerifier::for_sandbox(ISSUER, keys).verify_shown_to_me(token, now).is_ok());
}

#[tokio::test]
async fn the_page_shows_clock_and_messages_and_its_buttons_work_without_script() {
    let sandbox = sandbox().await;
    let router = sandbox.router();
    ask(&router).await;
    let page = get(&router, "/sandbox").await;
    let sent = sandbox.outbox().messages().remove(0);
    assert!(page.text.contains("+919876543210") && page.text.contains(sent.message.code.secret()), "{}", page.text);
    assert!(!page.text.contains("<script"), "{}", page.text);
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{policy}");
    assert!(get(&router, "/sandbox/style.css").await.headers["content-type"].to_str().unwrap().starts_with("text/css"));

    let form = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];
    let later = call(&router, Method::POST, "/sandbox", &form, "advance_seconds=181").await;
    assert_eq!((later.status, &later.headers["location"]), (StatusCode::SEE_OTHER, &"/sandbox".parse().unwrap()));
    assert_eq!(sandbox.clock().ahead(), TimeDelta::seconds(181));
    assert!(get(&router, "/sandbox").await.text.contains("181 seconds ahead"));
    call(&router, Method::POST, "/sandbox", &form, "reset=1").await;
    assert!(get(&router, "/sandbox").await.text.contains("Nothing yet."));
    for body in ["", "advance_seconds=x", "advance_seconds=0", "drop=tables"] {
        assert_eq!(
            call(&router, Method::POST, "/sandbox", &form, body).await.status,
            StatusCode::BAD_REQUEST,
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_page_of_another_site_moves_nothing() {
    let sandbox = sandbox().await;
    let router = sandbox.router();
    ask(&router).await;
    for site in ["cross-site", "same-site", "none"] {
        for (path, body) in [("/sandbox/reset", ""), ("/sandbox", "reset=1"), ("/sandbox", "advance_seconds=61")] {
            let headers = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", site)];
            let answer = call(&router, Method::POST, path, &headers, body).await;
            assert_eq!(answer.json()["code"], "origin-not-allowed", "{path} {site}");
        }
        let headers = [("content-type", "text/plain"), ("sec-fetch-site", site)];
        let answer = call(&router, Method::POST, "/sandbox/clock", &headers, r#"{"advance_seconds": 61}"#).await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    assert_eq!((sandbox.outbox().messages().len(), sandbox.clock().ahead()), (1, TimeDelta::zero()));
}
