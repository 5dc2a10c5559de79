use std::sync::Arc;

use kycvs::consent::CodeProof;
use kycvs::domain::{Mobile, PersonName};
use kycvs::registry::{BeneficiaryId, PersonRecord, RegistryKey, SealedRegistry};
use kycvs::token::{Algorithm, SigningKey, TokenIssuer};
use kycvs::{CollectingSender, ManualClock, Person, ServiceKey, StatusRequest};
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
    let service = config.unwrap().apply_to(StatusService::builder()).unwrap();
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
        people: vec![Person::new(Mobile::parse(MOBILE).unwrap(), PersonName::parse("Imran Sheikh").unwrap())],
        purpose: Identifier::parse("booking").unwrap(),
        policy: None,
        on: None,
        reference: Some(Reference::parse("PNR 1").unwrap()),
        language: Language::English,
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
    Sessions(service).result_code(handed(service, open.id)).await.unwrap()
}

fn handed(service: &StatusService, request: RequestId) -> Handed {
    Handed {
        entity: rail(),
        session: [7; 16],
        request,
        purpose: Identifier::parse("booking").unwrap(),
        reference: Some(Reference::parse("PNR 1").unwrap()),
        state: None,
        expires_at: service.now() + TimeDelta::seconds(120),
    }
}

#[tokio::test]
async fn a_result_code_is_exchanged_by_its_entity_only_and_again_when_an_answer_was_lost() {
    let (service, sms, _) = service().await;
    let code = granted(&service, &sms).await;
    let another = Identifier::parse("air").unwrap();
    assert!(matches!(Sessions(&service).exchange(&another, &code, None).await, Err(Error::NotFound)));
    let (first, _) = Sessions(&service).exchange(&rail(), &code, None).await.unwrap();
    let (again, _) = Sessions(&service).exchange(&rail(), &code, Some([7; 16])).await.unwrap();
    assert_eq!(first.token.as_str(), again.token.as_str());
    let of_another_visit = Sessions(&service).exchange(&rail(), &code, Some([8; 16])).await;
    assert!(matches!(of_another_visit, Err(Error::NotFound)));
}

#[tokio::test]
async fn an_exchange_tells_what_the_answer_is_the_answer_to() {
    let (service, sms, _) = service().await;
    let code = granted(&service, &sms).await;
    let (_, handed) = Sessions(&service).exchange(&rail(), &code, None).await.unwrap();
    assert_eq!((handed.purpose.as_str(), handed.reference.unwrap().as_str()), ("booking", "PNR 1"));
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
    let code = Sessions(&service).result_code(handed(&service, pending)).await.unwrap();
    assert!(matches!(Sessions(&service).exchange(&rail(), &code, None).await, Err(Error::NotFound)));

    let session = Session {
        policy: None,
        on: None,
        entity: rail(),
        purpose: Identifier::parse("booking").unwrap(),
        reference: None,
        given_name: None,
        language: Language::English,
        way_back: WayBack::Embedded(Origin::parse("https://rail.example").unwrap()),
        expires_at: service.now() + TimeDelta::seconds(1800),
        stage: Stage::New,
        messages: 0,
    };
    let id = Sessions(&service).open(&session).unwrap();
    let place = Sessions(&service).place_of(&id).unwrap();
    assert!(service.note(&place).await.unwrap().is_none(), "what was opened is in its id");
    Sessions(&service).save(&place, None, &session).await.unwrap();
    assert!(matches!(Sessions(&service).exchange(&rail(), &ResultCode(place), None).await, Err(Error::NotFound)));
    let is_over = async || Sessions(&service).load(&id).await.unwrap().session.is_over(service.now());
    assert!(!is_over().await);
    clock.advance(TimeDelta::seconds(1800));
    assert!(is_over().await, "a session ends, and it is known that it did");
}

#[tokio::test]
async fn an_id_that_was_changed_or_sealed_by_another_service_opens_nothing() {
    let (service, ..) = service().await;
    let (another, ..) = self::service().await;
    let session = Session {
        policy: None,
        on: None,
        entity: rail(),
        purpose: Identifier::parse("booking").unwrap(),
        reference: None,
        given_name: Some(GivenName::Fixed("Asha Rao".to_owned())),
        language: Language::English,
        way_back: WayBack::Embedded(Origin::parse("https://rail.example").unwrap()),
        expires_at: service.now() + TimeDelta::seconds(1800),
        stage: Stage::New,
        messages: 0,
    };
    let id = Sessions(&service).open(&session).unwrap();
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(&id).unwrap();
    assert!(!String::from_utf8_lossy(&bytes).contains("Asha"), "who sees the URL reads nothing in it");
    assert!(matches!(Sessions(&another).load(&id).await, Err(Error::NotFound)));
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        let changed = BASE64_URL_SAFE_NO_PAD.encode(changed);
        assert!(matches!(Sessions(&service).load(&changed).await, Err(Error::NotFound)), "byte {at}");
    }
    for nonsense in ["", "AAAA", &"A".repeat(20_000)] {
        assert!(matches!(Sessions(&service).load(nonsense).await, Err(Error::NotFound)));
    }
}

/// What release 0.1 wrote: a later one reads it, so that hosts of both may serve the same visit.
#[test]
fn notes_of_format_1_are_read() {
    let asked = include_bytes!("golden/session-v1");
    let Some(Note::Session(session)) = read::<Note>(asked) else { panic!("a session") };
    assert!(matches!(&session.stage, Stage::Asked { range, .. } if range == "987654"));
    assert_eq!((session.entity.as_str(), session.messages), ("rail", 1));
    assert!(matches!(session.given_name, Some(GivenName::Expected(_))));
    assert!(matches!(session.way_back, WayBack::Redirect { .. }));
    assert_eq!(written(&Note::Session(session)).unwrap(), asked, "a host of before reads what this one writes");
    let result = include_bytes!("golden/result-v1");
    let Some(note @ Note::Result(_)) = read::<Note>(result) else { panic!("a result") };
    assert_eq!(written(&note).unwrap(), result);
    let mut newer = asked.to_vec();
    newer[0] = 2;
    assert!(read::<Note>(&newer).is_none(), "a format that is not known is not guessed at");
}
