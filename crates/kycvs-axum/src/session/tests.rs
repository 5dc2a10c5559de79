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
async fn granted(service: &StatusService, sms: &CollectingSender) -> String {
    let open = open(service).await;
    let code = sms.last_code(&Mobile::parse(MOBILE).unwrap()).unwrap();
    let code = CodeProof::from_typed(code.secret()).unwrap();
    service.confirm(&rail(), &open.id, &open.confirmation(code)).await.unwrap();
    Sessions(service).result_code(handed(service, open.id)).unwrap()
}

/// What a site's server gets for a code.
async fn exchange(
    service: &StatusService,
    entity: &Identifier,
    code: &str,
    of: Option<Place>,
) -> Result<(kycvs::Granted, Handed), Problem> {
    let handed = Sessions(service).handed(code, of)?;
    Ok((Sessions(service).answer(entity, &handed).await?, handed))
}

fn handed(service: &StatusService, request: RequestId) -> Handed {
    Handed {
        session: [7; 16],
        request,
        purpose: Identifier::parse("booking").unwrap(),
        reference: Some(Reference::parse("PNR 1").unwrap()),
        is_booking: false,
        state: None,
        expires_at: service.now() + TimeDelta::seconds(120),
    }
}

#[tokio::test]
async fn a_result_code_is_exchanged_by_its_entity_only_and_again_when_an_answer_was_lost() {
    let (service, sms, _) = service().await;
    let code = granted(&service, &sms).await;
    let another = Identifier::parse("air").unwrap();
    let is_not_found = |refused: Result<(kycvs::Granted, Handed), Problem>| {
        assert_eq!(refused.err().map(|problem| problem.code()), Some(ProblemCode::NotFound));
    };
    is_not_found(exchange(&service, &another, &code, None).await);
    let (first, _) = exchange(&service, &rail(), &code, None).await.unwrap();
    let (again, _) = exchange(&service, &rail(), &code, Some([7; 16])).await.unwrap();
    assert_eq!(first.token.as_str(), again.token.as_str());
    is_not_found(exchange(&service, &rail(), &code, Some([8; 16])).await);
}

#[tokio::test]
async fn an_exchange_tells_what_the_answer_is_the_answer_to() {
    let (service, sms, _) = service().await;
    let code = granted(&service, &sms).await;
    let (_, handed) = exchange(&service, &rail(), &code, None).await.unwrap();
    assert_eq!((handed.purpose.as_str(), handed.reference.unwrap().as_str()), ("booking", "PNR 1"));
}

#[tokio::test]
async fn a_result_code_is_good_for_two_minutes() {
    let (service, sms, clock) = service().await;
    let code = granted(&service, &sms).await;
    clock.advance(TimeDelta::seconds(120));
    let refused = exchange(&service, &rail(), &code, None).await;
    assert_eq!(refused.err().map(|problem| problem.code()), Some(ProblemCode::NotFound));
}

fn session(service: &StatusService) -> Session {
    Session {
        policy: None,
        on: None,
        entity: rail(),
        purpose: Identifier::parse("booking").unwrap(),
        reference: None,
        given: Some([9; 16]),
        is_booking: false,
        language: Language::English,
        way_back: WayBack::Embedded(Origin::parse("https://rail.example").unwrap()),
        expires_at: service.now() + TimeDelta::seconds(1800),
    }
}

fn ticket(session: Place, request: RequestId) -> Ticket {
    let (range, last_four) = ("987654".to_owned(), "3210".to_owned());
    let people = vec![NamedPlace { position: 0, name: "Imran Sheikh".to_owned() }];
    Ticket { session, request, key: FormKey([7; 16]), range, last_four, people, others: 0, text: String::new() }
}

#[tokio::test]
async fn a_request_without_an_answer_and_what_else_is_sealed_are_no_results() {
    let (service, ..) = service().await;
    let sessions = Sessions(&service);
    let pending = open(&service).await.id;
    let id = sessions.open(session(&service)).unwrap();
    let (place, _) = sessions.read(&id).unwrap();
    let ticket = sessions.ticket(ticket(place, pending)).unwrap();
    let result = sessions.result_code(handed(&service, pending)).unwrap();
    for code in [&result, &id, &ticket.text] {
        let refused = exchange(&service, &rail(), code, None).await;
        assert_eq!(refused.err().map(|problem| problem.code()), Some(ProblemCode::NotFound));
    }
    assert!(sessions.read(&result).is_err() && sessions.read_ticket(&place, &result).is_none());
}

#[tokio::test]
async fn a_session_ends_and_for_an_hour_it_is_known_that_it_did() {
    let (service, _, clock) = service().await;
    let id = Sessions(&service).open(session(&service)).unwrap();
    let (place, opened) = Sessions(&service).read(&id).unwrap();
    assert!(service.note(&place).await.unwrap().is_none(), "what was opened is in its id");
    assert!(!opened.is_over(service.now()));
    clock.advance(TimeDelta::seconds(1800));
    assert!(Sessions(&service).read(&id).unwrap().1.is_over(service.now()));
    clock.advance(TimeDelta::hours(1));
    assert!(matches!(Sessions(&service).read(&id), Err(Error::NotFound)));
}

#[tokio::test]
async fn people_who_are_given_are_kept_apart_from_the_url() {
    let (service, ..) = service().await;
    let sessions = Sessions(&service);
    let asha = GivenPerson { name: Some("Asha Rao".to_owned()), ..GivenPerson::default() };
    let given = Given { people: vec![asha], is_editable: true };
    let until = session(&service).expires_at;
    let mut session = session(&service);
    session.given = Some(sessions.give(&given, until).await.unwrap());
    let one = sessions.given(&session).await.unwrap();
    assert_eq!((one.people.len(), one.people[0].name.as_deref(), one.is_editable), (1, Some("Asha Rao"), true));
    session.given = None;
    assert_eq!(sessions.given(&session).await.unwrap().people.len(), 1, "somebody about whom nothing is known");
    session.given = Some([9; 16]);
    assert!(matches!(sessions.given(&session).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn a_ticket_is_of_its_visit_alone() {
    let (service, ..) = service().await;
    let sessions = Sessions(&service);
    let request = open(&service).await.id;
    let ticket = sessions.ticket(ticket([1; 16], request)).unwrap();
    let read = sessions.read_ticket(&[1; 16], &ticket.text).unwrap();
    assert_eq!((read.request, read.range.as_str(), read.key.0), (request, "987654", [7; 16]));
    assert!(!ticket.text.contains("Imran"), "and says nothing of the person");
    assert!(sessions.read_ticket(&[2; 16], &ticket.text).is_none());
}

#[tokio::test]
async fn what_was_changed_or_sealed_by_another_service_opens_nothing() {
    let (service, ..) = service().await;
    let (another, ..) = self::service().await;
    let id = Sessions(&service).open(session(&service)).unwrap();
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(&id).unwrap();
    assert!(matches!(Sessions(&another).read(&id), Err(Error::NotFound)));
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        let changed = BASE64_URL_SAFE_NO_PAD.encode(changed);
        assert!(matches!(Sessions(&service).read(&changed), Err(Error::NotFound)), "byte {at}");
    }
    for nonsense in ["", "AAAA", &"A".repeat(20_000)] {
        assert!(matches!(Sessions(&service).read(nonsense), Err(Error::NotFound)));
    }
}

/// What release 0.1 wrote: a later one reads it, so that hosts of both may serve the same visit.
#[test]
fn notes_of_format_1_are_read() {
    let asked = include_bytes!("golden/asked-v1");
    let Some(stage @ Stage::Asked(_)) = read::<Stage>(asked) else { panic!("what was asked") };
    assert_eq!(written(&stage).unwrap(), asked, "a host of before reads what this one writes");
    let session = include_bytes!("golden/session-v1");
    let Some(sealed @ Sealed::Session(_)) = read::<Sealed>(session) else { panic!("a session") };
    assert_eq!(written(&sealed).unwrap(), session);
    let ticket = include_bytes!("golden/ticket-v1");
    let Some(sealed @ Sealed::Ticket(_)) = read::<Sealed>(ticket) else { panic!("a ticket") };
    assert_eq!(written(&sealed).unwrap(), ticket);
    let result = include_bytes!("golden/result-v1");
    let Some(sealed @ Sealed::Result(_)) = read::<Sealed>(result) else { panic!("a result") };
    assert_eq!(written(&sealed).unwrap(), result);
    let mut newer = asked.to_vec();
    newer[0] = 2;
    assert!(read::<Stage>(&newer).is_none(), "a format that is not known is not guessed at");
}
