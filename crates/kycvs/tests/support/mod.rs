//! A host as the tests see it: a service over real stores, a clock they move, and the messages it sent.
#![allow(dead_code, unreachable_pub, unused_imports, unused_macros)] // each test file uses its own part

pub mod booking;
pub mod failing;
pub mod own_page;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use kycvs::consent::{
    CodeProof, DataFiduciary, Identifier, Label, Language, Purpose, Reference, RequestId, VerifyingEntity,
};
use kycvs::domain::{Dose, Mobile, PersonName, Product};
use kycvs::registry::{BeneficiaryId, PersonRecord, RegistryKey, SealedRegistry};
use kycvs::store::{AnswerStore, BoardStore, HouseholdStore, LimitStore};
use kycvs::token::{Algorithm, SigningKey, TokenIssuer, TokenVerifier};
use kycvs::{
    CollectingSender, Error, Granted, LinkBase, ManualClock, OpenRequest, Person, RegisteredEntity, RequestState,
    ServiceKey, StatusRequest, StatusService, StatusServiceBuilder,
};
use kycvs_memory::MemoryStore;
use kycvs_postgres::PostgresStore;
use kycvs_redb::RedbStore;
use kycvs_test_servers::Postgres;

pub const ISSUER: &str = "https://kycvs.example";
/// Where the links in messages lead.
pub const LINKS: &str = "https://kycvs.example/l/";
/// On this mobile: Asha Lakshmi Rao, fully vaccinated; Imran Sheikh, not vaccinated.
pub const FAMILY: &str = "9876543210";
/// On this mobile: Ravi Kumar, twice; Meena Devi, partially vaccinated.
pub const NAMESAKES: &str = "9123456780";
/// On this mobile: Thomas Mathew, born 1960 and fully vaccinated; his son of the same name, born 1990 and not vaccinated; Zoya
/// Mathew, born 2010 and partially vaccinated.
pub const FATHER_AND_SON: &str = "9234567890";
/// On this mobile: nobody.
pub const UNKNOWN: &str = "6000000001";

/// A store of all five kinds.
pub trait Store: AnswerStore + BoardStore + LimitStore + HouseholdStore {}
impl<S: AnswerStore + BoardStore + LimitStore + HouseholdStore> Store for S {}

pub struct Host {
    pub service: Arc<StatusService>,
    pub sms: Arc<CollectingSender>,
    pub clock: Arc<ManualClock>,
    pub issuer: TokenIssuer,
    /// Holds the folder of an embedded store until the test ends.
    folder: Option<tempfile::TempDir>,
}

pub fn start() -> DateTime<Utc> {
    "2021-12-01T06:30:00Z".parse().unwrap()
}

pub fn id(text: &str) -> Identifier {
    Identifier::parse(text).unwrap()
}

pub fn label(text: &str) -> Label {
    Label::parse(text).unwrap()
}

pub fn mobile(text: &str) -> Mobile {
    Mobile::parse(text).unwrap()
}

pub fn rail() -> Identifier {
    id("rail")
}

pub async fn memory() -> Host {
    over(Arc::new(MemoryStore::new()), None, linked).await
}

pub async fn redb() -> Host {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(RedbStore::open(folder.path().join("kycvs.redb")).unwrap());
    over(store, Some(folder), linked).await
}

/// With an address for links.
pub fn linked(builder: StatusServiceBuilder) -> StatusServiceBuilder {
    builder.links(LinkBase::parse(LINKS).unwrap())
}

/// A host over `store`, changed by `adjust` before it is built.
pub async fn over<S: Store + 'static>(
    store: Arc<S>,
    folder: Option<tempfile::TempDir>,
    adjust: impl FnOnce(StatusServiceBuilder) -> StatusServiceBuilder,
) -> Host {
    let registry = registered(store.clone()).await;
    asking(registry, store, folder, adjust)
}

/// A database of a server whose owner imported the people, and its store as a host opens it: by a role that changes and deletes
/// nothing by itself. With the database's name.
pub async fn guarded(server: &Postgres) -> (String, SealedRegistry, Arc<PostgresStore>) {
    let name = server.database(None);
    let owner = PostgresStore::builder(&server.url(&name)).unwrap();
    owner.clone().partitions(1).host_role(Postgres::GUARDED).migrate().await.unwrap();
    let registry = registered(Arc::new(owner.open().await.unwrap())).await;
    let url = format!("postgres://{}:{}@127.0.0.1:{}/{name}", Postgres::GUARDED, Postgres::PASSWORD, server.port());
    let store = PostgresStore::builder(&url).unwrap().open().await.unwrap();
    (name, registry, Arc::new(store))
}

/// The people above, in a registry over `store`.
pub async fn registered<S: HouseholdStore + 'static>(store: Arc<S>) -> SealedRegistry {
    let registry = SealedRegistry::open(&RegistryKey::from_bytes([1; 32]), store).await.unwrap();
    populate(&registry).await;
    registry
}

/// A host that asks a registry, and keeps everything else in `store`.
pub fn asking<S: Store + 'static>(
    registry: SealedRegistry,
    store: Arc<S>,
    folder: Option<tempfile::TempDir>,
    adjust: impl FnOnce(StatusServiceBuilder) -> StatusServiceBuilder,
) -> Host {
    let sms = Arc::new(CollectingSender::default());
    let clock = Arc::new(ManualClock::at(start()));
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let issuer = TokenIssuer::new(ISSUER, Arc::new(key)).unwrap();
    let builder = StatusService::builder()
        .fiduciary(fiduciary())
        .entity(entity("rail", "Indian Railways"))
        .entity(entity("air", "Air India"))
        .entity(entity("sea", "Ferries of India"))
        .registry(Arc::new(registry))
        .store(store)
        .sender(sms.clone())
        .issuer(issuer.clone())
        .key(ServiceKey::from_bytes([2; 32]))
        .clock(clock.clone());
    let service = Arc::new(adjust(builder).build().unwrap());
    Host { service, sms, clock, issuer, folder }
}

pub fn fiduciary() -> DataFiduciary {
    DataFiduciary {
        id: id("mohfw"),
        name: label("Ministry of Health"),
        contact: label("help@kycvs.example"),
        grievance: label("grievance@kycvs.example"),
        withdrawal: label("https://kycvs.example/withdraw"),
    }
}

pub fn entity(code: &str, name: &str) -> RegisteredEntity {
    let purpose = Purpose { code: id("booking"), text: label("to book a ticket"), onward_sharing: true };
    let entity = VerifyingEntity { id: id(code), name: label(name) };
    RegisteredEntity::new(entity, [purpose])
}

async fn populate(registry: &SealedRegistry) {
    let people = [
        (FAMILY, "1", "Asha Lakshmi Rao", vec!["2021-04-03", "2021-07-01"]),
        (FAMILY, "2", "Imran Sheikh", vec![]),
        (NAMESAKES, "3", "Ravi Kumar", vec!["2021-04-03", "2021-07-01"]),
        (NAMESAKES, "4", "Kumar Ravi", vec![]),
        (NAMESAKES, "5", "Meena Devi", vec!["2021-09-01"]),
    ];
    for (number, beneficiary, name, dates) in people {
        registry.upsert(&mobile(number), &person(beneficiary, name, None, &dates)).await.unwrap();
    }
    for (beneficiary, name, born, dates) in [
        ("6", "Thomas Mathew", "1960-05-01", vec!["2021-04-03", "2021-07-01"]),
        ("7", "Thomas Mathew", "1990-05-01", vec![]),
        ("8", "Zoya Mathew", "2010-05-01", vec!["2021-09-01"]),
    ] {
        registry.upsert(&mobile(FATHER_AND_SON), &person(beneficiary, name, Some(born), &dates)).await.unwrap();
    }
}

pub fn person(beneficiary: &str, name: &str, born: Option<&str>, covishield_on: &[&str]) -> PersonRecord {
    let doses = covishield_on.iter().map(|date| Dose::new(Product::find("COVISHIELD"), date.parse().unwrap()));
    let (id, name) = (BeneficiaryId::parse(beneficiary).unwrap(), PersonName::parse(name).unwrap());
    let born = born.map(|day| day.parse::<chrono::NaiveDate>().unwrap().into());
    PersonRecord::new(id, name, born, doses.collect()).unwrap()
}

pub fn asked(number: &str, name: &str) -> StatusRequest {
    StatusRequest {
        entity: rail(),
        people: vec![Person::new(mobile(number), PersonName::parse(name).unwrap())],
        purpose: id("booking"),
        policy: None,
        on: None,
        reference: Some(Reference::parse("PNR 2345678901").unwrap()),
        language: Language::English,
        shows_notice: true,
    }
}

impl Host {
    pub async fn open(&self, number: &str, name: &str) -> OpenRequest {
        self.service.request(asked(number, name)).await.unwrap()
    }

    pub async fn enter(&self, open: &OpenRequest, code: &str) -> Result<Granted, Error> {
        self.enter_at("rail", open, code).await
    }

    pub async fn enter_at(&self, entity: &str, open: &OpenRequest, code: &str) -> Result<Granted, Error> {
        let proof = CodeProof::from_typed(code).unwrap();
        self.service.confirm(&id(entity), &open.id, &open.confirmation(proof)).await?.only()
    }

    /// What the entity is told later of a request about one person that was answered.
    pub async fn told(&self, open: &OpenRequest) -> Result<Granted, Error> {
        match self.service.state(&rail(), &open.id).await? {
            RequestState::Answered(answers) => answers.only(),
            state => panic!("it was answered: {state:?}"),
        }
    }

    /// The code that the person has on the phone.
    pub fn code(&self, number: &str) -> String {
        self.sms.last_code(&mobile(number)).unwrap().secret().to_owned()
    }

    /// Some code of six digits that is not the one on the phone.
    pub fn wrong_code(&self, number: &str) -> String {
        let right: u32 = self.code(number).parse().unwrap();
        format!("{:06}", (right + 1) % 1_000_000)
    }

    pub fn wait(&self, seconds: i64) {
        self.clock.advance(TimeDelta::seconds(seconds));
    }

    pub fn verifier(&self) -> TokenVerifier {
        TokenVerifier::new(ISSUER, self.issuer.published_keys(start()))
    }

    pub async fn state_of(&self, request: &RequestId) -> String {
        format!("{:?}", self.service.state(&rail(), request).await)
    }
}

/// Runs each rule over every kind of store.
macro_rules! on_every_store {
    ($($rule:ident),* $(,)?) => {
        mod memory {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $rule() {
                super::$rule(crate::support::memory().await).await;
            })*
        }
        mod redb {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $rule() {
                super::$rule(crate::support::redb().await).await;
            })*
        }
    };
}
pub(crate) use on_every_store;
