//! A failover that forgets writes: what was answered is not answered again, because the ledger decides.

use std::sync::Arc;
use std::time::Duration;

use crate::support::{at, quick};
use kycvs::consent::{CodeProof, ConsentId, DataFiduciary, Identifier, Label, Language, Purpose, VerifyingEntity};
use kycvs::domain::{Mobile, PersonName};
use kycvs::registry::{BeneficiaryId, PersonRecord, RegistryKey, SealedRegistry};
use kycvs::token::{Algorithm, SigningKey, TokenIssuer};
use kycvs::{
    CollectingSender, Error, Granted, Limits, ManualClock, OpenRequest, Person, RegisteredEntity, RequestState,
    ServiceKey, StatusRequest, StatusService,
};
use kycvs_memory::MemoryStore;
use kycvs_redis::RedisStore;
use kycvs_test_servers::RedisCluster;

/// A host with a durable ledger (here in memory, which outlives the cluster's failovers) and its requests in Redis.
struct Host {
    service: StatusService,
    sms: Arc<CollectingSender>,
    clock: Arc<ManualClock>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_whose_use_was_forgotten_gives_no_second_token() {
    let mut cluster = RedisCluster::start();
    let host = Host::over(quick().namespace("kycvs").open_cluster(cluster.urls()).await.unwrap()).await;
    let open = host.open().await;
    let code = host.sms.last_code(&mobile()).unwrap();
    cluster.wait_until_replicated();

    let lost = Loss::begin(&cluster);
    let granted = host.enter(&open, code.secret()).await.unwrap();
    lost.end(&mut cluster, &open);

    host.clock.advance(chrono::TimeDelta::seconds(1));
    assert!(matches!(host.state(&open).await, RequestState::Pending(_)), "the replica knows the request as it was");
    let again = host.enter(&open, code.secret()).await;
    assert!(matches!(again, Err(Error::AlreadyUsed)), "a second answer: {again:?}");
    let recorded = host.service.consent(&ConsentId::of(&open.id, 0, at(0))).await.unwrap().unwrap();
    assert_eq!(recorded.consent.id, granted.consent_id);
    assert_eq!(recorded.consent.given_at, at(0), "the first answer is the only one");
}

/// Each failover can forget the wrong codes that its replica had not yet: three at most, since the third locks.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failover_gives_back_at_most_three_wrong_codes() {
    let mut cluster = RedisCluster::start();
    let host = Host::over(quick().namespace("kycvs").open_cluster(cluster.urls()).await.unwrap()).await;
    let open = host.open().await;
    let right = host.sms.last_code(&mobile()).unwrap();
    let wrong = if right.secret() == "000000" { "000001" } else { "000000" };
    cluster.wait_until_replicated();

    let lost = Loss::begin(&cluster);
    assert_eq!(host.guess(&open, wrong).await, 3, "before the failover");
    lost.end(&mut cluster, &open);
    assert_eq!(host.guess(&open, wrong).await, 3, "after it");
    assert!(matches!(host.enter(&open, right.secret()).await, Err(Error::RequestLocked)));
}

/// From its beginning to its end, what the cluster acknowledges is on the primaries alone; then the primary of the request is
/// killed, and its replica takes over.
struct Loss {
    replicas: Vec<usize>,
}

impl Loss {
    fn begin(cluster: &RedisCluster) -> Self {
        Self { replicas: cluster.freeze_replicas() }
    }

    fn end(self, cluster: &mut RedisCluster, open: &OpenRequest) {
        let [a, b, ..] = *open.id.as_bytes();
        let primary = cluster.primary_of(&format!("{{{:03x}}}", u16::from_be_bytes([a, b]) >> 6));
        cluster.kill(primary);
        self.replicas.iter().for_each(|place| cluster.nodes()[*place].thaw());
        cluster.wait_until_taken_over(primary);
    }
}

impl Host {
    async fn over(store: RedisStore) -> Self {
        let (store, durable) = (Arc::new(store), Arc::new(MemoryStore::new()));
        let registry = SealedRegistry::open(&RegistryKey::generate().unwrap(), durable.clone()).await.unwrap();
        let id = BeneficiaryId::parse("7193").unwrap();
        let person = PersonRecord::new(id, name(), None, vec![]).unwrap();
        registry.upsert(&mobile(), &person).await.unwrap();
        let (sms, clock) = (Arc::new(CollectingSender::default()), Arc::new(ManualClock::at(at(0))));
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let service = StatusService::builder()
            .fiduciary(fiduciary())
            .entity(railway())
            .registry(Arc::new(registry))
            .challenges(store.clone())
            .limit_store(store)
            .ledger(durable)
            .sender(sms.clone())
            .issuer(TokenIssuer::new("https://kycvs.example", Arc::new(key)).unwrap())
            .key(ServiceKey::generate().unwrap())
            .clock(clock.clone())
            // A failover gives back wrong codes of one request; those of a number are counted elsewhere, and are not asked about.
            .limits(Limits {
                failures_per_mobile_and_entity: vec![crate::support::limit(10, 86_400)],
                ..Limits::default()
            })
            .build()
            .unwrap();
        Self { service, sms, clock }
    }

    async fn open(&self) -> OpenRequest {
        let (entity, purpose) = (id("rail"), id("booking"));
        let (mobile, name, language) = (mobile(), name(), Language::English);
        let asked = StatusRequest {
            entity,
            people: vec![Person::new(mobile, name)],
            purpose,
            policy: None,
            on: None,
            reference: None,
            language,
            shows_notice: true,
        };
        self.service.request(asked).await.unwrap()
    }

    /// Enters a code, for as long as a host is promised that recovery takes at most.
    async fn enter(&self, open: &OpenRequest, code: &str) -> Result<Granted, Error> {
        let entered = open.confirmation(CodeProof::from_typed(code).unwrap());
        let asking = async {
            loop {
                match self.service.confirm(&id("rail"), &open.id, &entered).await {
                    Err(Error::StoreUnavailable(_)) => tokio::time::sleep(Duration::from_millis(20)).await,
                    done => return done?.only(),
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(60), asking).await.expect("an answer soon")
    }

    /// Enters a wrong code until the request is locked; how many were judged.
    async fn guess(&self, open: &OpenRequest, wrong: &str) -> usize {
        let mut judged = 0;
        while matches!(self.enter(open, wrong).await, Err(Error::WrongCode { .. })) {
            judged += 1;
        }
        judged
    }

    async fn state(&self, open: &OpenRequest) -> RequestState {
        let asking = async {
            loop {
                match self.service.state(&id("rail"), &open.id).await {
                    Err(Error::StoreUnavailable(_)) => tokio::time::sleep(Duration::from_millis(20)).await,
                    done => return done.unwrap(),
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(60), asking).await.expect("an answer soon")
    }
}

fn mobile() -> Mobile {
    Mobile::parse("98765 43210").unwrap()
}

fn name() -> PersonName {
    PersonName::parse("Imran Sheikh").unwrap()
}

fn id(text: &str) -> Identifier {
    Identifier::parse(text).unwrap()
}

fn label(text: &str) -> Label {
    Label::parse(text).unwrap()
}

fn fiduciary() -> DataFiduciary {
    DataFiduciary {
        id: id("mohfw"),
        name: label("Ministry of Health"),
        contact: label("help@kycvs.example"),
        grievance: label("grievance@kycvs.example"),
        withdrawal: label("https://kycvs.example/withdraw"),
    }
}

fn railway() -> RegisteredEntity {
    let text = label("to book a railway ticket");
    let entity = VerifyingEntity { id: id("rail"), name: label("Indian Railways") };
    RegisteredEntity::new(entity, [Purpose { code: id("booking"), text, onward_sharing: true }])
}
