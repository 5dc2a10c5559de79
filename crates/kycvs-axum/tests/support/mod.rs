//! A host as the tests see it: the real service over memory, a clock they move, and the messages it sent.
#![allow(dead_code, unreachable_pub)] // each test file uses its own part

pub mod answer;
pub mod bad;
pub mod server;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use axum::http::request::Builder;
use chrono::TimeDelta;
use kycvs::domain::Mobile;
use kycvs::registry::{ImportOptions, RegistryCsv, RegistryKey, SealedRegistry};
use kycvs::token::{Algorithm, SigningKey, TokenIssuer};
use kycvs::{CollectingSender, ManualClock, ServiceKey, StatusService, StatusServiceBuilder};
use kycvs_axum::{Config, Http};
use kycvs_memory::MemoryStore;
use kycvs_sample::{SamplePerson, SampleRegistry};
use serde_json::{Value, json};
use tower::ServiceExt;

pub use answer::Answer;

pub const RAIL: &str = "the key of the railway, long and random";
pub const AIR: &str = "the key of the airline, long and random";

/// Who may ask, and where the answers come from; `{limits}` is what a test changes.
/// Names the one caller who enters codes in these tests.
const ATTEMPT: &str = "YSBub25jZSBvZiBvd24hIQ";

pub const CONFIG: &str = r#"
    [issuer]
    url = "https://kycvs.example"
    name = "Ministry of Health"
    grievance = "grievance@kycvs.example"

    [[entity]]
    id = "rail"
    name = "Indian Railways"
    api_key_sha256 = "36a825cfca5d83274a1b53f2275cb24e067a2d52ba72db134a98865803f3c233"
    purposes = [{ code = "railway-booking", text = "to book a railway ticket" }]
    origins = ["https://rail.example"]
    return_urls = ["https://rail.example/kycvs/return"]
    cowin_calls = true

    [[entity]]
    id = "air"
    name = "Air India"
    api_key_sha256 = "58dd3fd3c2368d3cc05b113488146445e0f33f6c8c56ca8f3b8568fe08f0890d"
    purposes = [{ code = "flight", text = "to fly" }]
"#;

pub struct Host {
    pub http: Http,
    pub router: Router,
    pub service: Arc<StatusService>,
    pub sms: Arc<CollectingSender>,
    pub clock: Arc<ManualClock>,
}

/// Who is in the sample.
pub fn sample() -> SampleRegistry {
    SampleRegistry::new(1, 300)
}

/// Somebody who is fully vaccinated, and has no namesake on the same mobile.
pub fn known() -> (String, SamplePerson) {
    let people = (0..).map_while(|number| sample().person_at(number));
    let mut fully = people.filter(|(_, person)| person.course.expected_status() == 2 && person.name.is_ascii());
    fully.next().expect("most people of the sample are fully vaccinated")
}

/// The body that opens a request about the known person.
pub fn ask() -> Value {
    let (mobile, person) = known();
    json!({ "mobile": mobile, "name": person.name, "purpose": "railway-booking", "reference": "booking 4711" })
}

/// The day of the import: after all doses of the sample.
pub fn today() -> chrono::NaiveDate {
    "2026-11-28".parse().unwrap()
}

/// What a service has beside its stores.
pub async fn builder() -> StatusServiceBuilder {
    let registry = SealedRegistry::open(&RegistryKey::generate().unwrap(), Arc::new(MemoryStore::new())).await.unwrap();
    let mut csv = Vec::new();
    sample().write_csv(&mut csv).unwrap();
    let csv = RegistryCsv::open(csv.as_slice()).unwrap();
    registry.import_csv(csv, &ImportOptions::new(today()), &mut |_| ()).await.unwrap();
    let signing_key = Arc::new(SigningKey::generate(Algorithm::Es256).unwrap());
    StatusService::builder()
        .registry(Arc::new(registry))
        .issuer(TokenIssuer::new("https://kycvs.example", signing_key).unwrap())
        .key(ServiceKey::generate().unwrap())
        .store(Arc::new(MemoryStore::new()))
}

impl Host {
    pub async fn new() -> Self {
        Self::with(|_| {}, |builder| builder).await
    }

    /// A host with another configuration, or other parts of its service.
    pub async fn with(
        configure: impl FnOnce(&mut Config),
        adjust: impl FnOnce(StatusServiceBuilder) -> StatusServiceBuilder,
    ) -> Self {
        let mut config = Config::from_toml(CONFIG).unwrap();
        configure(&mut config);
        let sms = Arc::new(CollectingSender::default());
        let clock = Arc::new(ManualClock::at("2021-12-01T06:30:00Z".parse().unwrap()));
        let builder = config.apply_to(builder().await).unwrap().sender(sms.clone()).clock(clock.clone());
        let service = Arc::new(adjust(builder).build().unwrap());
        let http = Http::new(service.clone(), config).unwrap();
        let router = http.router().merge(http.cowin_compat_router());
        Self { http, router, service, sms, clock }
    }

    pub fn advance(&self, seconds: i64) {
        self.clock.advance(TimeDelta::seconds(seconds));
    }

    /// Sends a request as it is, from the address that a proxy of the test would have.
    pub async fn send(&self, builder: Builder, body: impl Into<Body>) -> Answer {
        let peer: SocketAddr = ([192, 0, 2, 1], 4711).into();
        let request = builder.extension(ConnectInfo(peer)).body(body.into()).unwrap();
        self.send_from_nowhere(request).await
    }

    /// Sends a request without an address, as a server does that was set up wrongly.
    pub async fn send_from_nowhere(&self, request: Request<Body>) -> Answer {
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let answer = Answer::read(self.router.clone().oneshot(request).await.unwrap()).await;
        answer.check(&method, &path);
        answer
    }

    pub async fn get(&self, key: &str, path: &str) -> Answer {
        self.send(with_key(key).uri(path), Body::empty()).await
    }

    pub async fn post(&self, key: &str, path: &str, body: &Value) -> Answer {
        self.post_text(key, path, body.to_string()).await
    }

    pub async fn post_text(&self, key: &str, path: &str, body: impl Into<Body>) -> Answer {
        self.send(with_key(key).method("POST").uri(path).header("content-type", "application/json"), body).await
    }

    /// Opens a request about the known person.
    pub async fn open(&self) -> Value {
        let answer = self.post(RAIL, "/v1/status-requests", &ask()).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.json()
    }

    /// The code that was last sent to a mobile.
    pub fn code(&self, mobile: &str) -> String {
        let code = self.sms.last_code(&Mobile::parse(mobile).unwrap()).expect("a code was sent");
        code.secret().to_owned()
    }

    pub async fn confirm(&self, open: &Value, code: &str) -> Answer {
        let body = json!({ "otp": code, "notice_hash": open["notice"]["hash"], "attempt": ATTEMPT });
        self.post(RAIL, &path(open, "/confirm"), &body).await
    }

    pub async fn confirm_rightly(&self, open: &Value) -> Answer {
        self.confirm(open, &self.code(&known().0)).await
    }

    /// Enters a code that is not the one that was sent.
    pub async fn confirm_wrongly(&self, open: &Value) -> Answer {
        let wrong = if self.code(&known().0) == "123456" { "654321" } else { "123456" };
        self.confirm(open, wrong).await
    }

    pub async fn decline(&self, open: &Value) -> Answer {
        self.post_text(RAIL, &path(open, "/decline"), Body::empty()).await
    }
}

/// The path of a request, and what follows it.
pub fn path(open: &Value, rest: &str) -> String {
    format!("/v1/status-requests/{}{rest}", open["id"].as_str().unwrap())
}

fn with_key(key: &str) -> Builder {
    Request::builder().header("authorization", format!("Bearer {key}"))
}
