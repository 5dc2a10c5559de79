//! Every way in which a call is refused, reached by a call.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::support::answer::all_problem_codes;
use crate::support::{AIR, Answer, Host, RAIL, ask, known, path};
use async_trait::async_trait;
use axum::body::Body;
use axum::http::Request;
use chrono::{DateTime, Utc};
use kycvs::consent::{ConsentId, WithdrawnBy};
use kycvs::domain::{BirthYear, Mobile, PersonName};
use kycvs::registry::{Found, Lookup, PersonTag, Registry, RegistryError};
use kycvs::store::{Decision, Key, LimitStore, LimitUse, StoreError};
use kycvs::{OtpMessage, OtpSender, SendError};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

mockall::mock! {
    Gateway {}
    #[async_trait]
    impl OtpSender for Gateway {
        async fn send(&self, message: OtpMessage) -> Result<(), SendError>;
    }
}

/// A store of limits that cannot be reached, and counts how often it was tried.
#[derive(Default)]
struct Unreachable {
    tried: AtomicU32,
}

#[async_trait]
impl LimitStore for Unreachable {
    async fn take(&self, _: DateTime<Utc>, _: &[LimitUse<'_>]) -> Result<Decision, StoreError> {
        self.tried.fetch_add(1, Ordering::Relaxed);
        Err(StoreError::unavailable("gone"))
    }

    async fn check(&self, _: DateTime<Utc>, _: &[LimitUse<'_>]) -> Result<Decision, StoreError> {
        Err(StoreError::unavailable("gone"))
    }

    async fn clear(&self, _: &[Key]) -> Result<(), StoreError> {
        Err(StoreError::unavailable("gone"))
    }

    async fn purge(&self, _: DateTime<Utc>) -> Result<u64, StoreError> {
        Err(StoreError::unavailable("gone"))
    }
}

/// A gateway that takes a message when the test lets it, and says that it was asked.
struct SlowGateway {
    asked: Semaphore,
    told: Semaphore,
}

#[async_trait]
impl OtpSender for SlowGateway {
    async fn send(&self, _: OtpMessage) -> Result<(), SendError> {
        self.asked.add_permits(1);
        self.told.acquire().await.unwrap().forget();
        Ok(())
    }
}

fn slow_gateway() -> Arc<SlowGateway> {
    Arc::new(SlowGateway { asked: Semaphore::new(0), told: Semaphore::new(0) })
}

const REQUESTS: &str = "/v1/status-requests";

#[tokio::test]
async fn every_problem_code_is_reached() {
    let answers = [
        bodies_and_methods().await,
        who_asks().await,
        the_life_of_a_request().await,
        counted().await,
        years_of_birth().await,
        faults().await,
        vec![timed_out().await, busy().await, overdue().await],
    ];
    let reached: BTreeSet<_> = answers.iter().flatten().map(Answer::problem).collect();
    let all: BTreeSet<_> = all_problem_codes().into_iter().collect();
    assert_eq!(reached, all);
}

/// Takes an answer that must be this problem.
fn is(problem: &str, answer: Answer) -> Answer {
    assert_eq!(answer.problem(), problem, "{} {}", answer.status, answer.text);
    answer
}

async fn asked(host: &Host, member: &str, value: &str) -> Answer {
    let mut body = ask();
    body[member] = value.into();
    host.post(RAIL, REQUESTS, &body).await
}

async fn bodies_and_methods() -> Vec<Answer> {
    let host = Host::new().await;
    let typed = |kind: &str| {
        Request::post(REQUESTS).header("authorization", format!("Bearer {RAIL}")).header("content-type", kind)
    };
    let wrong_method = is("method-not-allowed", host.send(Request::delete(REQUESTS), Body::empty()).await);
    assert_eq!(wrong_method.header("allow"), "POST");
    let answers = vec![
        wrong_method,
        is("not-found", host.get(RAIL, "/v1/nothing").await),
        is("gone", host.get(RAIL, "/s/00000").await), // a list of 1970
        is("unsupported-media-type", host.send(typed("text/plain"), ask().to_string()).await),
        is("too-large", host.post_text(RAIL, REQUESTS, " ".repeat(17 * 1024)).await),
        is("invalid-request", host.post(RAIL, REQUESTS, &json!([])).await),
        is("invalid-request", asked(&host, "reference", "a\r\nb").await),
        is("invalid-mobile", asked(&host, "mobile", "12345").await),
        is("invalid-name", asked(&host, "name", "<script>").await),
        is("unknown-purpose", asked(&host, "purpose", "flight").await),
        is("unknown-policy", asked(&host, "policy", "yellow-fever-arrival").await),
        is("day-out-of-range", asked(&host, "on", "2000-01-01").await),
    ];
    assert!(host.sms.messages().is_empty());
    answers
}

/// Rules for a season that is over, at a purpose that takes none such.
async fn overdue() -> Answer {
    let of_a_season = |config: &mut kycvs_axum::Config| {
        for purpose in config.entities.iter_mut().flat_map(|entity| &mut entity.purposes) {
            purpose.policies = vec!["us-flu".to_owned()];
            purpose.refuses_overdue = true;
        }
    };
    let host = Host::with(of_a_season, |builder| builder).await;
    host.advance(5 * 365 * 24 * 3600);
    is("policy-overdue", host.post(RAIL, REQUESTS, &ask()).await)
}

async fn who_asks() -> Vec<Answer> {
    let host = Host::new().await;
    let open = host.open().await;
    let visit = json!({ "purpose": "railway-booking", "origin": "https://evil.example" });
    let nowhere = Request::post(REQUESTS).header("authorization", "Bearer guess").body(Body::empty()).unwrap();
    let unknown = host.post("guess", REQUESTS, &ask()).await;
    assert_eq!(unknown.header("www-authenticate"), "Bearer", "RFC 9110, section 15.5.2");
    vec![
        is("unauthenticated", host.post("guess", REQUESTS, &ask()).await),
        is("unauthenticated", host.send(Request::post(REQUESTS), Body::empty()).await),
        is("not-found", host.get(AIR, &path(&open, "")).await),
        is("origin-not-allowed", host.post(RAIL, "/v1/embed-sessions", &visit).await),
        // Nobody can count the tries of a caller without an address, so none is let in.
        is("internal", host.send_from_nowhere(nowhere).await),
    ]
}

async fn the_life_of_a_request() -> Vec<Answer> {
    let host = Host::new().await;
    let open = host.open().await;
    let other_notice = json!({ "otp": "123456", "notice_hash": "0".repeat(64) });
    let mut answers = vec![
        is("invalid-code", host.confirm(&open, "12345").await),
        is("notice-mismatch", host.post(RAIL, &path(&open, "/confirm"), &other_notice).await),
        is("wrong-code", host.confirm_wrongly(&open).await),
    ];
    assert_eq!(answers[2].json()["attempts_left"], 2);
    host.advance(181);
    answers.push(is("code-expired", host.confirm_rightly(&open).await));
    host.advance(420);
    answers.push(is("request-expired", host.confirm_rightly(&open).await));

    let open = host.open().await;
    assert_eq!(host.decline(&open).await.status, 200);
    answers.push(is("already-used", host.confirm_rightly(&open).await));

    host.advance(3600);
    let mut nobody = ask();
    nobody["name"] = "Nobody At All".into();
    let open = host.post(RAIL, REQUESTS, &nobody).await.json();
    answers.push(is("no-matching-record", host.confirm_rightly(&open).await));

    let open = host.open().await;
    let granted = host.confirm_rightly(&open).await.json();
    let consent = ConsentId::parse(granted["consent_id"].as_str().unwrap()).unwrap();
    host.service.withdraw(&consent, WithdrawnBy::Person).await.unwrap();
    answers.push(is("consent-withdrawn", host.get(RAIL, &path(&open, "")).await));
    answers.push(is("gone", host.get(RAIL, "/s/00000").await));
    answers
}

async fn counted() -> Vec<Answer> {
    let host = Host::new().await;
    let mut answers = Vec::new();
    let open = host.open().await;
    for _ in 0..3 {
        answers.push(host.confirm_wrongly(&open).await);
    }
    answers.push(is("request-locked", host.confirm_rightly(&open).await));
    let open = host.open().await;
    for _ in 0..2 {
        is("wrong-code", host.confirm_wrongly(&open).await);
    }
    let locked = is("mobile-locked", host.confirm_rightly(&open).await);
    assert!(locked.json()["retry_after"].as_u64().unwrap() > 80_000);

    let host = Host::new().await;
    for _ in 0..8 {
        host.open().await;
    }
    let too_many = is("too-many-requests", host.post(RAIL, REQUESTS, &ask()).await);
    assert_eq!(too_many.json()["retry_after"], 600);
    answers.extend([too_many, locked]);
    answers
}

/// A registry in which a name alone never decides.
struct Namesakes;

#[async_trait]
impl Registry for Namesakes {
    async fn find(&self, _: &Mobile, _: &PersonName, year: Option<BirthYear>) -> Result<Lookup, RegistryError> {
        Ok(if year.is_some() { Lookup::NotFound } else { Lookup::BirthYearNeeded })
    }

    async fn find_again(&self, _: &Mobile, _: &PersonTag) -> Result<Option<Found>, RegistryError> {
        Ok(None)
    }
}

async fn years_of_birth() -> Vec<Answer> {
    let host = Host::with(|_| {}, |builder| builder.registry(Arc::new(Namesakes))).await;
    let open = host.open().await;
    let confirm = async |more: Value| {
        let mut body = json!({ "otp": host.code(&known().0), "notice_hash": open["notice"]["hash"] });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        host.post(RAIL, &path(&open, "/confirm"), &body).await
    };
    let answers = vec![
        is("invalid-birth-year", confirm(json!({ "birth_year": 1899 })).await),
        is("birth-year-needed", confirm(json!({})).await),
    ];
    let again = answers[1].json();
    assert_eq!(again["people"], json!([0]));
    assert_eq!(host.get(RAIL, &path(&open, "")).await.json(), json!({ "state": "verified" }));
    is("already-used", confirm(json!({ "birth_year": 1986 })).await); // whoever knows the code alone
    is("no-matching-record", confirm(json!({ "birth_year": 1986, "attempt": again["attempt"] })).await);
    assert_eq!(host.get(RAIL, &path(&open, "")).await.json(), json!({ "state": "no-record" }));
    answers
}

async fn faults() -> Vec<Answer> {
    let mut gateway = MockGateway::new();
    gateway.expect_send().returning(|_| Err(SendError::NotSent("no answer".into())));
    let mute = Host::with(|_| {}, |builder| builder.sender(Arc::new(gateway))).await;

    let forgetful = Host::with(|_| {}, |builder| builder.limit_store(Arc::new(Unreachable::default()))).await;
    vec![
        is("sms-unavailable", mute.post(RAIL, REQUESTS, &ask()).await),
        is("store-unavailable", forgetful.post(RAIL, REQUESTS, &ask()).await),
        is("store-unavailable", forgetful.post("guess", REQUESTS, &ask()).await),
        is("store-unavailable", forgetful.get(RAIL, "/readyz").await),
    ]
}

/// Asking writes, and anyone may ask.
#[tokio::test(start_paused = true)]
async fn stores_are_tried_once_a_second_however_often_readiness_is_asked() {
    let store = Arc::new(Unreachable::default());
    let host = Host::with(|_| {}, |builder| builder.limit_store(store.clone())).await;
    for second in 1..=3 {
        for _ in 0..10 {
            is("store-unavailable", host.get("", "/readyz").await);
        }
        assert_eq!(store.tried.load(Ordering::Relaxed), second);
        tokio::time::advance(Duration::from_secs(1)).await;
    }
}

/// The clock of the runtime runs ahead while everybody waits.
#[tokio::test(start_paused = true)]
async fn a_call_that_takes_too_long_is_ended() {
    timed_out().await;
}

async fn timed_out() -> Answer {
    let host = Host::with(|config| config.limits.call_seconds = 1, |builder| builder.sender(slow_gateway())).await;
    is("timed-out", host.post(RAIL, REQUESTS, &ask()).await)
}

#[tokio::test]
async fn a_full_server_sheds_calls_and_still_tells_how_it_is() {
    let busy = busy().await;
    assert_eq!(busy.header("retry-after"), "1");
}

async fn busy() -> Answer {
    let gateway = slow_gateway();
    let host = Arc::new(
        Host::with(
            |config| (config.limits.concurrent_calls, config.limits.concurrent_sends) = (1, 1),
            |builder| builder.sender(gateway.clone()),
        )
        .await,
    );
    let waiting = tokio::spawn({
        let host = host.clone();
        async move { host.post(RAIL, REQUESTS, &ask()).await.status }
    });
    gateway.asked.acquire().await.unwrap().forget();
    let busy = is("busy", host.get(RAIL, "/v1/status-requests/none").await);
    assert_eq!(host.get("", "/healthz").await.json(), json!({ "status": "ok" }));
    assert_eq!(host.get("", "/.well-known/jwks.json").await.status, 200, "who wants keys is not kept out");
    assert_eq!(host.get("", "/embed.js").await.status, 200);
    // A person is turned away by a page that the site may frame.
    let page = host.send(Request::get("/embed/bm90IGEgcmVhbCBpZCEhIQ"), Body::empty()).await;
    assert_eq!((page.status, page.header("content-type")), (503, "text/html; charset=utf-8"));
    let policy = page.header("content-security-policy");
    assert!(policy.contains("frame-ancestors https://rail.example"), "{policy}");
    gateway.told.add_permits(1);
    assert_eq!(waiting.await.unwrap(), 201);
    is("not-found", host.get(RAIL, "/v1/status-requests/none").await);
    busy
}

#[tokio::test]
async fn a_slow_gateway_costs_messages_and_nothing_else() {
    let gateway = slow_gateway();
    let host = Arc::new(
        Host::with(|config| config.limits.concurrent_sends = 1, |builder| builder.sender(gateway.clone())).await,
    );
    let waiting = tokio::spawn({
        let host = host.clone();
        async move { host.post(RAIL, REQUESTS, &ask()).await.status }
    });
    gateway.asked.acquire().await.unwrap().forget();
    is("busy", host.post(RAIL, REQUESTS, &ask()).await);
    is("not-found", host.post(RAIL, "/v1/results", &json!({ "result_code": "short" })).await);
    assert_eq!(host.send(Request::get("/verify"), Body::empty()).await.status, 200);
    gateway.told.add_permits(1);
    assert_eq!(waiting.await.unwrap(), 201);
}

#[tokio::test]
async fn only_keys_in_vain_are_counted_and_a_right_one_is_never_held_up() {
    let host =
        Host::with(|config| config.limits.wrong_secrets_per_address = 3.try_into().unwrap(), |builder| builder).await;
    for _ in 0..5 {
        assert_eq!(host.get(RAIL, "/v1/status-requests/none").await.problem(), "not-found");
    }
    for _ in 0..3 {
        is("unauthenticated", host.get("guess", "/v1/status-requests/none").await);
    }
    let limited = is("too-many-requests", host.get("guess", "/v1/status-requests/none").await);
    assert_eq!(limited.header("retry-after"), "300");
    assert_eq!(host.get(RAIL, "/v1/status-requests/none").await.problem(), "not-found");
}

#[tokio::test]
async fn nothing_is_open_after_a_refused_call() {
    let host = Host::new().await;
    let refused: Value = asked(&host, "name", "").await.json();
    assert!(refused.get("id").is_none() && host.sms.messages().is_empty());
}
