//! Certificates of people who do not exist, as an integrator tries them.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use http_body_util::BodyExt;
use kycvs::consent::{CodeProof, Identifier, Language, shown_name};
use kycvs::domain::{BirthYear, Dose, DoseHistory, Mobile, PersonName, Product, VaccinationStatus};
use kycvs::registry::{Found, Lookup, PersonTag, Registry, RegistryError, RegistryKey, SealedRegistry};
use kycvs::token::EvidenceKind;
use kycvs::{Error, MeRequest, Person, StatusRequest};
use kycvs_axum::Config;
use kycvs_memory::MemoryStore;
use kycvs_sandbox::Sandbox;
use serde_json::{Value, json};
use tower::ServiceExt;

const CONFIG: &str = r#"
    [issuer]
    url = "http://localhost:8080"
    name = "A ministry"
    grievance = "grievance@kycvs.example"
    [[entity]]
    id = "rail"
    name = "Indian Railways"
    api_key_sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    purposes = [{ code = "booking", text = "to book a railway ticket" }]
"#;

/// A sandbox whose registry is empty.
async fn sandbox() -> Sandbox {
    let registry = SealedRegistry::open(&RegistryKey::generate().unwrap(), Arc::new(MemoryStore::new())).await.unwrap();
    Sandbox::new(Arc::new(registry), Config::from_toml(CONFIG).unwrap()).unwrap()
}

async fn make(sandbox: &Sandbox, person: Value) -> (u16, Value) {
    let peer: SocketAddr = ([192, 0, 2, 1], 4711).into();
    let request = Request::post("/sandbox/certificates").header("content-type", "application/json");
    let request = request.extension(ConnectInfo(peer)).body(Body::from(person.to_string())).unwrap();
    let answer = sandbox.router().oneshot(request).await.unwrap();
    let status = answer.status().as_u16();
    (status, serde_json::from_slice(&answer.into_body().collect().await.unwrap().to_bytes()).unwrap())
}

fn zubeida(days: &[&str]) -> Value {
    let doses: Vec<_> = days.iter().map(|day| json!({ "product": "COVISHIELD", "given_on": day })).collect();
    json!({ "name": "Zubeida Khatun", "birth_date": "1986-02-11", "doses": doses })
}

fn asked(name: &str) -> StatusRequest {
    StatusRequest {
        entity: Identifier::parse("rail").unwrap(),
        people: vec![Person::new(Mobile::parse("9876543210").unwrap(), PersonName::parse(name).unwrap())],
        purpose: Identifier::parse("booking").unwrap(),
        policy: None,
        on: None,
        reference: None,
        language: Language::English,
        shows_notice: true,
    }
}

#[tokio::test]
async fn a_made_up_certificate_goes_the_whole_way() {
    let sandbox = sandbox().await;
    let (status, made) = make(&sandbox, zubeida(&["2021-04-03", "2021-07-10"])).await;
    assert_eq!(status, 200, "{made}");
    let certificate = made["certificate"].as_str().unwrap().as_bytes();

    let (service, rail) = (sandbox.service(), Identifier::parse("rail").unwrap());
    let open = service.request(asked("Zubeida Khatun")).await.unwrap();
    let open = service.present(&rail, &open.id, certificate).await.unwrap();
    assert_eq!(open.people[0].certificate.as_ref().unwrap().doses.len(), 2);
    let code = sandbox.outbox().last_code(&Mobile::parse("9876543210").unwrap()).unwrap().secret().to_owned();
    let proof = CodeProof::from_typed(&code).unwrap();
    let granted = service.confirm(&rail, &open.id, &open.confirmation(proof)).await.unwrap().only().unwrap();
    assert_eq!(granted.status, VaccinationStatus::FullyVaccinated);
    let shown = service.verifier().verify_shown_to_me(&granted.token, service.now()).unwrap();
    assert_eq!(shown.claims().evidence, EvidenceKind::Presented);
}

/// Knows one person by any name.
struct OnePerson;

fn tag() -> PersonTag {
    PersonTag::from_bytes([7; 16])
}

impl OnePerson {
    fn found() -> Found {
        let dose = |day: &str| Dose::new(Product::find("COVISHIELD"), day.parse().unwrap());
        let doses = vec![dose("2021-04-03"), dose("2021-07-10")];
        Found { history: DoseHistory { birth: None, doses, immunity: Vec::new() }, person: tag() }
    }
}

#[async_trait::async_trait]
impl Registry for OnePerson {
    async fn find(&self, _: &Mobile, _: &PersonName, _: Option<BirthYear>) -> Result<Lookup, RegistryError> {
        Ok(Lookup::Found(Self::found()))
    }

    async fn find_again(&self, _: &Mobile, person: &PersonTag) -> Result<Option<Found>, RegistryError> {
        Ok((*person == tag()).then(Self::found))
    }
}

#[tokio::test]
async fn what_a_person_takes_home_is_read_as_their_certificate() {
    let sandbox = Sandbox::new(Arc::new(OnePerson), Config::from_toml(CONFIG).unwrap()).unwrap();
    let (service, mobile) = (sandbox.service(), Mobile::parse("9876543210").unwrap());
    let name = PersonName::parse("Zubeida Khatun").unwrap();
    let open = service.open_me(MeRequest { mobile, name, language: Language::English, network: None }).await.unwrap();
    assert!(open.notice.text.contains("take a copy of your recorded doses"), "{}", *open.notice.text);
    let code = sandbox.outbox().last_code(&mobile).unwrap().secret().to_owned();
    let entered = open.confirmation(CodeProof::from_typed(&code).unwrap());
    let session = service.confirm_me(&open.id, &entered, None).await.unwrap();
    let cards = service.cards(&session).await.unwrap();
    assert_eq!(cards.iter().map(|card| card.kind).collect::<Vec<_>>(), ["smart-health-card", "fhir"]);
    let card = &cards[0];
    for shown in [card.file.as_str(), card.code.as_deref().unwrap()] {
        let read = service.read_certificate(shown.as_bytes()).unwrap();
        assert_eq!((shown_name(&read.names[0]), read.doses.len()), ("Zubeida Khatun".to_owned(), 2));
    }
    let header = card.file.split('"').find(|part| part.starts_with("eyJ")).unwrap().split('.').next().unwrap();
    let header = base64::Engine::decode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, header).unwrap();
    let header: Value = serde_json::from_slice(&header).unwrap();
    let keys = service.card_keys().unwrap();
    assert!(keys.find(header["kid"].as_str().unwrap()).is_some(), "the key is published under its thumbprint");
    let record: Value = serde_json::from_str(&cards[1].file).unwrap();
    assert_eq!(record["resourceType"], "Bundle");
}

#[tokio::test]
async fn one_sandbox_does_not_trust_anothers_certificates() {
    let (one, other) = (sandbox().await, sandbox().await);
    let (_, made) = make(&other, zubeida(&["2021-04-03"])).await;
    let rail = Identifier::parse("rail").unwrap();
    let open = one.service().request(asked("Zubeida Khatun")).await.unwrap();
    let refused = one.service().present(&rail, &open.id, made["certificate"].as_str().unwrap().as_bytes()).await;
    assert!(matches!(refused, Err(Error::CertificateRefused(refusal)) if refusal.reason == "issuer-not-trusted"));
}

#[tokio::test]
async fn what_cannot_be_made_says_why() {
    let sandbox = sandbox().await;
    for (person, why) in [
        (json!({ "name": "!", "doses": [] }), "name"),
        (json!({ "name": "Asha", "doses": [{ "product": "no such", "given_on": "2021-04-03" }] }), "product"),
        (zubeida(&["2021-04-03"; 11]), "ten"),
        (zubeida(&["1899-12-31"]), "1900-01-01 to 2079-06-06"),
        (zubeida(&["2079-06-07"]), "1900-01-01 to 2079-06-06"),
        (zubeida(&["+12021-04-03"]), "YYYY-MM-DD"),
        (zubeida(&["2021-4-3"]), "YYYY-MM-DD"),
        (json!({ "name": "Asha", "birth_date": "1899-12-31", "doses": [] }), "1900-01-01"),
        (json!({ "name": "Asha", "birth_date": 7, "doses": [] }), "`birth_date` is not a date"),
        (json!({ "name": "Asha", "doses": [["COVISHIELD", "2021-04-03"]] }), "Each of `doses` is not an object"),
    ] {
        let (status, problem) = make(&sandbox, person).await;
        assert_eq!((status, problem["detail"].as_str().unwrap().contains(why)), (400, true), "{problem}");
    }
    assert_eq!(make(&sandbox, zubeida(&["1900-01-01", "2079-06-06"])).await.0, 200);
}
