use std::sync::Arc;

use kycvs::consent::CodeProof;
use kycvs::domain::{Mobile, PersonName};
use kycvs::registry::{BeneficiaryId, PersonRecord, RegistryKey, SealedRegistry};
use kycvs::token::{Algorithm, SigningKey, TokenIssuer};
use kycvs::{CollectingSender, ManualClock, ServiceKey, StatusRequest};
use kycvs_memory::MemoryStore;

use super::*;
use crate::Config;

const MOBILE: &str = "9876543210";

fn rail() -> Identifier {
    Identifier::parse("rail").unwrap()
}

/// A service with one person and one entity, and a clock to move.
async fn service() -> (StatusService, Arc<CollectingSender>, Arc<ManualClock>) {
    let config = Config::from_toml(&format!(
        r#"
        issuer = {{ url = "https://kycvs.example", name = "A ministry", grievance = "g@kycvs.example" }}
        [[entity]]
        id = "rail"
        name = "Indian Railways"
        api_key_sha256 = "{}"
        purposes = [{{ code = "booking", text = "to book" }}]
        "#,
        "0".repeat(64)
    ));
    let store = Arc::new(MemoryStore::new());
    let registry = SealedRegistry::open(&RegistryKey::generate().unwrap(), store.clone()).await.unwrap();
    let name = PersonName::parse("Imran Sheikh").unwrap();
    let imran = PersonRecord::new(BeneficiaryId::parse("1").unwrap(), name, None, vec![]).unwrap();
    registry.upsert(&Mobile::parse(MOBILE).unwrap(), &imran).await.unwrap();
    let sms = Arc::new(CollectingSender::default());
    let clock = Arc::new(ManualClock::at("2021-12-01T06:30:00Z".parse().unwrap()));
    let key = Arc::new(SigningKey::generate(Algorithm::Es256).unwrap());
    let service = config.unwrap().apply_to(StatusService::builder());
    let service = service
        .registry(Arc::new(registry))
        .store(store)
        .sender(sms.clone())
        .clock(clock.clone())
        .issuer(TokenIssuer::new("https://kycvs.example", key).unwrap())
        .key(ServiceKey::generate().unwrap());
    (service.build().unwrap(), sms, clock)
}

async fn open(service: &StatusService) -> kycvs::OpenRequest {
    let asked = StatusRequest {
        entity: rail(),
        mobile: Mobile::parse(MOBILE).unwrap(),
        name: PersonName::parse("Imran Sheikh").unwrap(),
        purpose: Identifier::parse("booking").unwrap(),
        policy: None,
        on: None,
        reference: Some(Reference::parse("PNR 1").unwrap()),
        language: Language::English,
        expected_name: None,
        shows_notice: true,
    };
    service.request(asked).await.unwrap()
}

/// A result code of a request that was answered.
async fn granted(service: &StatusService, sms: &CollectingSender) -> ResultCode {
    let open = open(service).await;
    let code = sms.last_code(&Mobile::parse(MOBILE).unwrap()).unwrap();
    let code = CodeProof::from_typed(code.secret()).unwrap();
    service.confirm(&rail(), &open.id, &open.confirmation(code)).await.unwrap();
    Sessions(service).result_code(&rail(), SessionId([7; 16]), open.id, TimeDelta::seconds(120)).await.unwrap()
}

#[tokio::test]
async fn a_result_code_is_exchanged_by_its_entity_only_and_again_when_an_answer_was_lost() {
    let (service, sms, _) = service().await;
    let code = granted(&service, &sms).await;
    let another = Identifier::parse("air").unwrap();
    assert!(matches!(Sessions(&service).exchange(&another, &code, None).await, Err(Error::NotFound)));
    let (first, _) = Sessions(&service).exchange(&rail(), &code, None).await.unwrap();
    let (again, _) = Sessions(&service).exchange(&rail(), &code, Some(SessionId([7; 16]))).await.unwrap();
    assert_eq!(first.token.as_str(), again.token.as_str());
    let of_another_visit = Sessions(&service).exchange(&rail(), &code, Some(SessionId([8; 16]))).await;
    assert!(matches!(of_another_visit, Err(Error::NotFound)));
}

#[tokio::test]
async fn an_exchange_tells_what_the_answer_is_the_answer_to() {
    let (service, sms, _) = service().await;
    let code = granted(&service, &sms).await;
    let (granted, consent) = Sessions(&service).exchange(&rail(), &code, None).await.unwrap();
    assert_eq!((consent.id, consent.purpose.code.as_str()), (granted.consent_id, "booking"));
    assert_eq!(consent.reference.unwrap().as_str(), "PNR 1");
}

#[tokio::test]
async fn a_result_code_is_good_for_two_minutes() {
    let (service, sms, clock) = service().await;
    let code = granted(&service, &sms).await;
    clock.advance(TimeDelta::seconds(120));
    assert!(matches!(Sessions(&service).exchange(&rail(), &code, None).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn a_session_and_a_request_without_an_answer_are_no_results() {
    let (service, _, clock) = service().await;
    let pending = open(&service).await.id;
    let code =
        Sessions(&service).result_code(&rail(), SessionId([7; 16]), pending, TimeDelta::seconds(120)).await.unwrap();
    assert!(matches!(Sessions(&service).exchange(&rail(), &code, None).await, Err(Error::NotFound)));

    let session = Session {
        entity: rail(),
        purpose: Identifier::parse("booking").unwrap(),
        reference: None,
        given_name: None,
        language: Language::English,
        way_back: WayBack::Embedded(Origin::parse("https://rail.example").unwrap()),
        expires_at: service.now() + TimeDelta::seconds(1800),
        stage: Stage::New,
    };
    let id = Sessions(&service).open(&session).await.unwrap();
    assert!(matches!(Sessions(&service).exchange(&rail(), &ResultCode(id.0), None).await, Err(Error::NotFound)));
    let is_over = async || Sessions(&service).load(&id).await.unwrap().0.is_over(service.now());
    assert!(!is_over().await);
    assert!(Sessions(&service).load(&SessionId(code.0)).await.is_err(), "nor is a result code a session");
    clock.advance(TimeDelta::seconds(1800));
    assert!(is_over().await, "a session ends, and it is known that it did");
}
