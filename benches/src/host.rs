//! A service over a store, and people who open requests and confirm them, many at once.

use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use kycvs::consent::{CodeProof, DataFiduciary, Identifier, Label, Language, OtpCode, Purpose, VerifyingEntity};
use kycvs::domain::{Choice, Mobile, PersonName, choose};
use kycvs::registry::SealedRegistry;
use kycvs::store::{AnswerStore, BoardStore, HouseholdStore, Key, Limit, LimitStore};
use kycvs::token::{Algorithm, SigningKey, TokenIssuer};
use kycvs::{
    Granted, LastCodes, Limits, ManualClock, OpenRequest, Person, PublicLog, RegisteredEntity, ServiceKey,
    StatusRequest, StatusService, StatusServiceBuilder, Trust,
};
use kycvs_postgres::PostgresStore;
use kycvs_redis::RedisStore;
use kycvs_sample::SamplePerson;
use redb::{Database, TableDefinition};
use tokio::runtime::{Builder, Runtime};

use crate::before::Before;
use crate::people::{filled, filled_on, sample};
use crate::scale::Scale;

/// In whose name tokens are issued.
pub const ISSUER: &str = "https://kycvs.example";

/// A service, and the phones of the people.
pub struct Host {
    /// The service.
    pub service: Arc<StatusService>,
    phones: Arc<LastCodes>,
    people: Vec<(Mobile, PersonName)>,
    families: Vec<(Mobile, Vec<PersonName>)>,
    asked: AtomicUsize,
    /// Threads for tasks, as many as there are cores.
    pub runtime: Runtime,
}

/// A request that waits for its code, which has arrived.
pub struct Opened {
    /// The request.
    pub request: OpenRequest,
    /// Its code.
    pub code: OtpCode,
    proof: CodeProof,
}

/// A store of all five kinds.
pub trait Store: HouseholdStore + AnswerStore + BoardStore + LimitStore {}
impl<S: HouseholdStore + AnswerStore + BoardStore + LimitStore> Store for S {}

impl Host {
    /// A service over a store, with people in its registry. Its limits allow any number of messages: what is
    /// measured is the service, and not how it refuses.
    pub fn over<S: Store + 'static>(store: Arc<S>) -> Self {
        let registry = filled(store.clone(), known());
        Self::of(threads(), registry, |service| service.store(store))
    }

    /// The same with a public log.
    pub fn with_log<S: Store + 'static>(store: Arc<S>) -> Self {
        let registry = filled(store.clone(), known());
        Self::of(threads(), registry, |service| service.store(store).log(log()))
    }

    /// The same as it was before there were lines, lists and a log.
    pub fn before<S: Store + 'static>(store: Arc<S>) -> Self {
        let registry = filled(store.clone(), known());
        Self::of(threads(), registry, |service| service.store(Arc::new(Before(store))).trust(Trust::off()))
    }

    /// A service with a country's status lists, at a time of its own.
    pub fn country<S: Store + 'static>(store: Arc<S>, issuer: TokenIssuer, clock: Arc<ManualClock>) -> Self {
        let registry = filled(store.clone(), 1);
        let settings = |service: StatusServiceBuilder| service.store(store).issuer(issuer).clock(clock);
        Self::of(threads(), registry, |service| settings(service).trust(Trust::country()))
    }

    /// Over servers, as several hosts share them: households and consents in PostgreSQL, what is short-lived in Redis.
    pub fn over_servers(postgres: &str, redis: &str) -> Self {
        Self::over_both(postgres, redis, |service, lasting| service.ledger(lasting))
    }

    /// The same with a public log.
    pub fn over_servers_with_log(postgres: &str, redis: &str) -> Self {
        Self::over_both(postgres, redis, |service, lasting| service.ledger(lasting).log(log()))
    }

    /// The same as it was before there were lines, lists and a log.
    pub fn over_servers_before(postgres: &str, redis: &str) -> Self {
        Self::over_both(postgres, redis, |service, lasting| {
            service.ledger(Arc::new(Before(lasting))).trust(Trust::off())
        })
    }

    fn over_both(
        postgres: &str,
        redis: &str,
        ledger: impl FnOnce(StatusServiceBuilder, Arc<PostgresStore>) -> StatusServiceBuilder,
    ) -> Self {
        let runtime = threads();
        let (lasting, short_lived) = runtime.block_on(async {
            let lasting = PostgresStore::builder(postgres).unwrap().open().await.unwrap();
            (Arc::new(lasting), Arc::new(RedisStore::open(redis).await.unwrap()))
        });
        let registry = filled_on(&runtime, lasting.clone(), known());
        Self::of(runtime, registry, |service| {
            ledger(service, lasting).challenges(short_lived.clone()).limit_store(short_lived)
        })
    }

    fn of(
        runtime: Runtime,
        registry: SealedRegistry,
        stores: impl FnOnce(StatusServiceBuilder) -> StatusServiceBuilder,
    ) -> Self {
        let text = |text| Label::parse(text).unwrap();
        let phones = Arc::new(LastCodes::default());
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let purpose = Purpose { code: booking(), text: text("to book a railway ticket"), onward_sharing: true };
        let entity = VerifyingEntity { id: rail(), name: text("Indian Railways") };
        let issuer = TokenIssuer::new(ISSUER, Arc::new(key)).unwrap();
        let service = stores(StatusService::builder().issuer(issuer))
            .fiduciary(DataFiduciary {
                id: Identifier::parse("mohfw").unwrap(),
                name: text("Ministry of Health"),
                contact: text("help@kycvs.example"),
                grievance: text("grievance@kycvs.example"),
                withdrawal: text("https://kycvs.example/withdraw"),
            })
            .entity(RegisteredEntity::new(entity, [purpose]))
            .registry(Arc::new(registry))
            .sender(phones.clone())
            .key(ServiceKey::from_bytes([2; 32]))
            .limits(any_number())
            .build()
            .unwrap();
        Self {
            service: Arc::new(service),
            phones,
            people: people(),
            families: families(),
            asked: AtomicUsize::new(0),
            runtime,
        }
    }

    /// The next person. Requests that are open at once are about different mobiles.
    pub fn next_person(&self) -> &(Mobile, PersonName) {
        let next = self.asked.fetch_add(1, Ordering::Relaxed);
        &self.people[next % self.people.len()]
    }

    /// Opens a request about the next person.
    pub async fn open(&self) -> Opened {
        let (mobile, name) = self.next_person();
        self.open_for(*mobile, std::slice::from_ref(name)).await
    }

    async fn open_for(&self, mobile: Mobile, names: &[PersonName]) -> Opened {
        let (entity, purpose, language) = (rail(), booking(), Language::English);
        let asked = StatusRequest {
            entity,
            people: names.iter().map(|name| Person::new(mobile, name.clone())).collect(),
            purpose,
            policy: None,
            on: None,
            reference: None,
            language,
            shows_notice: true,
        };
        let request = self.service.request(asked).await.unwrap();
        let code = self.phones.of(&mobile).unwrap();
        Opened { request, proof: code.proof(), code }
    }

    /// Enters the code.
    pub async fn confirm(&self, opened: &Opened) -> Granted {
        let Opened { request, proof, .. } = opened;
        self.service.confirm(&rail(), &request.id, &request.confirmation(proof.clone())).await.unwrap().only().unwrap()
    }

    /// Opens a request about six people of one mobile.
    pub async fn open_family(&self) -> Opened {
        let next = self.asked.fetch_add(1, Ordering::Relaxed);
        let (mobile, names) = &self.families[next % self.families.len()];
        self.open_for(*mobile, names).await
    }

    /// Enters the code of a family: how many were answered.
    pub async fn confirm_family(&self, opened: &Opened) -> usize {
        let Opened { request, proof, .. } = opened;
        let entered = request.confirmation(proof.clone());
        self.service.confirm(&rail(), &request.id, &entered).await.unwrap().granted().count()
    }

    /// One confirm after the other, of one person and of six in turns: how long each kind took.
    pub fn confirm_in_turns(&self, count: usize) -> [Duration; 2] {
        let mut took = [Duration::ZERO; 2];
        self.runtime.block_on(async {
            for _ in 0..count {
                let (one, six) = (self.open().await, self.open_family().await);
                let begin = Instant::now();
                self.confirm(&one).await;
                took[0] += begin.elapsed();
                let begin = Instant::now();
                assert_eq!(self.confirm_family(&six).await, 6);
                took[1] += begin.elapsed();
            }
        });
        took
    }

    /// Opens a number of requests, and confirms them with so many at once: how long the confirms took.
    pub fn confirm_many(self: &Arc<Self>, count: usize, at_once: usize) -> Duration {
        let opened = self.runtime.block_on(self.at_once(count, at_once, |host, _| async move { host.open().await }));
        let opened = Arc::new(opened);
        let begin = Instant::now();
        let confirm = move |host: Arc<Self>, number: usize| {
            let opened = opened.clone();
            async move { host.confirm(&opened[number]).await }
        };
        self.runtime.block_on(self.at_once(count, at_once, confirm));
        begin.elapsed()
    }

    /// From the request to the token, a number of times with so many at once: how long it took.
    pub fn answer_many(self: &Arc<Self>, count: usize, at_once: usize) -> Duration {
        let answer = |host: Arc<Self>, _| async move {
            let opened = host.open().await;
            host.confirm(&opened).await
        };
        let begin = Instant::now();
        self.runtime.block_on(self.at_once(count, at_once, answer));
        begin.elapsed()
    }

    /// Does `work` for each number below `count`, by `at_once` tasks that each take the next number.
    async fn at_once<T, F>(
        self: &Arc<Self>,
        count: usize,
        at_once: usize,
        work: impl Fn(Arc<Self>, usize) -> F + Clone + Send + 'static,
    ) -> Vec<T>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send,
    {
        let next = Arc::new(AtomicUsize::new(0));
        let task = || {
            let (host, next, work) = (self.clone(), next.clone(), work.clone());
            tokio::spawn(async move {
                let mut done = Vec::new();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        return done;
                    }
                    done.push(work(host.clone(), number).await);
                }
            })
        };
        let tasks: Vec<_> = (0..at_once).map(|_| task()).collect();
        let mut done = Vec::with_capacity(count);
        for task in tasks {
            done.extend(task.await.unwrap());
        }
        done
    }
}

/// What one confirm leaves on disk: the answered request, and the consent.
pub struct ConfirmRows {
    /// The request, sealed.
    pub request: Vec<u8>,
    /// The consent.
    pub consent: Vec<u8>,
}

impl ConfirmRows {
    /// Takes them from a store in which a request was just confirmed.
    pub fn of<S: Store>(host: &Host, store: &S) -> Self {
        host.runtime.block_on(async {
            let opened = host.open().await;
            let granted = host.confirm(&opened).await;
            let request = store.load(&Key::from(*opened.request.id.as_bytes())).await.unwrap().unwrap().body;
            let consent = store.read(&Key::from(*granted.consent_id.as_bytes())).await.unwrap().remove(0);
            Self { request, consent }
        })
    }

    /// Writes the rows of that many confirms, each in a durable commit of its own: how long it took.
    pub fn one_commit_each(&self, path: &Path, count: u64) -> Duration {
        const REQUESTS: TableDefinition<'_, u128, &[u8]> = TableDefinition::new("requests");
        const CONSENTS: TableDefinition<'_, u128, &[u8]> = TableDefinition::new("consents");
        let db = Database::create(path).unwrap();
        let begin = Instant::now();
        for number in 0..count {
            // An odd multiplier scatters the keys as random ids are.
            let key = u128::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
            let tx = db.begin_write().unwrap();
            tx.open_table(REQUESTS).unwrap().insert(key, &self.request[..]).unwrap();
            tx.open_table(CONSENTS).unwrap().insert(key, &self.consent[..]).unwrap();
            tx.commit().unwrap();
        }
        begin.elapsed()
    }
}

/// How many people the registry has: on so many mobiles that nobody is asked about twice in a run of confirms. A second answer
/// to one number on one day looks for a free line of its history first.
fn known() -> u64 {
    Scale::of_this_run().pick(200_000, 10_000)
}

/// One on each mobile whom no other there could be taken for: all of them get an answer.
fn people() -> Vec<(Mobile, PersonName)> {
    let households = sample(known());
    let households = households.iter().filter_map(|household| {
        let name = |person: &SamplePerson| PersonName::parse(&person.name).unwrap();
        let names: Vec<PersonName> = household.people.iter().map(name).collect();
        let asked = names.first()?;
        let only = choose(asked, None, names.iter().map(|name| (name.normalised(), None, ())));
        (only == Choice::One(())).then(|| (Mobile::parse(&household.mobile).unwrap(), asked.clone()))
    });
    households.collect()
}

/// Six on each mobile, none of whom could be taken for another.
fn families() -> Vec<(Mobile, Vec<PersonName>)> {
    let households = sample(known());
    let households = households.iter().filter_map(|household| {
        let name = |person: &SamplePerson| PersonName::parse(&person.name).unwrap();
        let names: Vec<PersonName> = household.people.iter().map(name).collect();
        let known = || names.iter().map(|name| (name.normalised(), None, ()));
        let is_family = names.len() == 6 && names.iter().all(|name| choose(name, None, known()) == Choice::One(()));
        is_family.then(|| (Mobile::parse(&household.mobile).unwrap(), names))
    });
    households.collect()
}

/// A million messages a second.
fn any_number() -> Limits {
    let limits = vec![Limit { max: NonZeroU32::new(1_000_000).unwrap(), per_seconds: NonZeroU32::MIN }];
    Limits {
        sends_per_mobile: limits.clone(),
        sends_per_prefix: limits.clone(),
        sends_per_prefix_and_entity: limits.clone(),
        sends_per_entity: limits,
        ..Limits::default()
    }
}

/// A log without witnesses.
fn log() -> PublicLog {
    PublicLog::new("kycvs.example/log", Arc::new(SigningKey::generate(Algorithm::EdDsa).unwrap())).unwrap()
}

/// As many threads as there are cores.
fn threads() -> Runtime {
    Builder::new_multi_thread().enable_all().build().unwrap()
}

fn rail() -> Identifier {
    Identifier::parse("irctc").unwrap()
}

fn booking() -> Identifier {
    Identifier::parse("railway-booking").unwrap()
}
