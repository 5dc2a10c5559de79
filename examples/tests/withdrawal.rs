//! A person withdraws, and the gate that holds the list of the next tick refuses the token: the whole way, by the real gate.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

mod support;

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use kycvs::consent::{
    CodeProof, Confirmation, DataFiduciary, Identifier, Label, Language, Purpose, VerifyingEntity, WithdrawnBy,
};
use kycvs::domain::{BirthYear, DoseHistory, Mobile, PersonName, Policy};
use kycvs::registry::{Found, Lookup, PersonTag, Registry, RegistryError};
use kycvs::{
    CollectingSender, Granted, ManualClock, Person, RegisteredEntity, ServiceKey, StatusRequest, StatusService,
};
use kycvs_memory::MemoryStore;
use kycvs_token::{Algorithm, SigningKey, TokenIssuer};
use support::{Folder, Ran, run};

const MOBILE: &str = "9876543210";

/// Knows everybody.
struct Everybody;

#[async_trait]
impl Registry for Everybody {
    async fn find(&self, _: &Mobile, _: &PersonName, _: Option<BirthYear>) -> Result<Lookup, RegistryError> {
        Ok(Lookup::Found(Found { history: DoseHistory::default(), person: PersonTag::from_bytes([1; 16]) }))
    }

    async fn find_again(&self, _: &Mobile, _: &PersonTag) -> Result<Option<Found>, RegistryError> {
        Ok(Some(Found { history: DoseHistory::default(), person: PersonTag::from_bytes([1; 16]) }))
    }
}

fn service(sms: Arc<CollectingSender>, clock: Arc<ManualClock>) -> StatusService {
    let (label, id) = (|text| Label::parse(text).unwrap(), |text| Identifier::parse(text).unwrap());
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let purpose = Purpose { code: id("booking"), text: label("to book a ticket"), onward_sharing: true };
    StatusService::builder()
        .fiduciary(DataFiduciary {
            id: id("mohfw"),
            name: label("Ministry of Health"),
            contact: label("help@kycvs.example"),
            grievance: label("grievance@kycvs.example"),
            withdrawal: label("https://kycvs.example/w"),
        })
        .entity(RegisteredEntity::new(VerifyingEntity { id: id("rail"), name: label("Indian Railways") }, [purpose]))
        .registry(Arc::new(Everybody))
        .policy(Policy::builtin("in-kyc-vs").unwrap())
        .store(Arc::new(MemoryStore::new()))
        .sender(sms)
        .clock(clock)
        .issuer(TokenIssuer::new("https://kycvs.example", Arc::new(key)).unwrap())
        .key(ServiceKey::generate().unwrap())
        .build()
        .unwrap()
}

async fn granted(service: &StatusService, sms: &CollectingSender) -> Granted {
    let (mobile, rail) = (Mobile::parse(MOBILE).unwrap(), Identifier::parse("rail").unwrap());
    let asked = StatusRequest {
        entity: rail.clone(),
        people: vec![Person::new(mobile, PersonName::parse("Asha Rao").unwrap())],
        purpose: Identifier::parse("booking").unwrap(),
        reference: None,
        language: Language::English,
        shows_notice: true,
        on: None,
        policy: None,
    };
    let open = service.request(asked).await.unwrap();
    let code = CodeProof::from_typed(sms.last_code(&mobile).unwrap().secret()).unwrap();
    let entered = Confirmation::new(code, open.notice.reference.hash, open.attempt);
    service.confirm(&rail, &open.id, &entered).await.unwrap().only().unwrap()
}

/// The lists as `/s/all` gives them, in the folder of the gate.
async fn sync(service: &StatusService, folder: &Folder) {
    let mut lines = String::new();
    for (name, _) in service.status_lists().await.unwrap() {
        lines.push_str(service.status_list(name).await.unwrap().unwrap().as_str());
        lines.push('\n');
    }
    folder.file("lists/all", lines);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gate_refuses_a_withdrawn_token_with_the_list_of_the_next_tick() {
    let folder = Folder::new();
    let now: DateTime<Utc> = std::time::SystemTime::now().into();
    // The gate has the machine's clock, which the second tick must not be ahead of.
    let (sms, clock) = (Arc::new(CollectingSender::default()), Arc::new(ManualClock::at(now - TimeDelta::minutes(6))));
    let service = service(sms.clone(), clock.clone());
    let (kept, withdrawn) = (granted(&service, &sms).await, granted(&service, &sms).await);
    folder.file("jwks.json", service.published_keys().to_jwks());
    folder.file("kept.jwt", kept.token.as_str());
    folder.file("withdrawn.jwt", withdrawn.token.as_str());
    std::fs::create_dir_all(folder.path("lists")).unwrap();
    let gate = |token: &str| -> Ran {
        let (token, jwks, lists) = (folder.path(token), folder.path("jwks.json"), folder.path("lists"));
        run("airport_gate", [&token, "--jwks", &jwks, "--status", &lists])
    };

    service.keep().await.unwrap();
    sync(&service, &folder).await;
    for token in ["kept.jwt", "withdrawn.jwt"] {
        assert_eq!(gate(token).status, 1, "not vaccinated, and proved: {}", gate(token).stdout);
    }
    service.withdraw(&withdrawn.consent_id, WithdrawnBy::Person).await.unwrap();
    clock.advance(TimeDelta::minutes(5));
    service.keep().await.unwrap();
    sync(&service, &folder).await;
    let refused = gate("withdrawn.jwt");
    assert!(refused.status == 2 && refused.stdout.contains("(revoked)"), "{}", refused.stdout);
    assert_eq!(gate("kept.jwt").status, 1, "the other token is as good as before");
}
