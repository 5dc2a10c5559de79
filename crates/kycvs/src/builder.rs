use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use chrono::FixedOffset;
use kycvs_consent::{DataFiduciary, Identifier, LimitError, Random};
use kycvs_domain::Policy;
use kycvs_registry::{Join, Registry};
use kycvs_store::{AnswerStore, BoardStore, ChallengeStore, LimitStore};
use kycvs_token::TokenIssuer;

use crate::answer::Answerer;
use crate::books::Books;
use crate::corrections::Corrections;
use crate::directory::Directory;
use crate::guard::Guard;
use crate::history::Histories;
use crate::key::SystemRandomness;
use crate::ledger::Ledger;
use crate::lists::{Lists, Positions, Publisher};
use crate::log::Log;
use crate::me::me;
use crate::seal::Seal;
use crate::vault::Vault;
use crate::{
    CardWriter, CertificateReader, Clock, EntityLimits, Limits, LinkBase, OtpDomain, OtpSender, PublicLog,
    RegisteredEntity, Retention, ServiceKey, StatusService, SubjectKind, SystemClock, Trust,
};

/// Puts a [`StatusService`] together. What has no default says so when it is missing. Each part may come as it is, or in an `Arc`
/// that the host shares.
#[derive(Default)]
#[must_use]
pub struct StatusServiceBuilder {
    fiduciary: Option<DataFiduciary>,
    entities: Vec<RegisteredEntity>,
    registry: Option<Arc<dyn Registry>>,
    certificates: Option<Arc<dyn CertificateReader>>,
    cards: Option<Arc<dyn CardWriter>>,
    join: Join,
    challenges: Option<Arc<dyn ChallengeStore>>,
    ledger: Option<Arc<dyn BoardStore>>,
    together: Option<Arc<dyn AnswerStore>>,
    limit_store: Option<Arc<dyn LimitStore>>,
    sender: Option<Arc<dyn OtpSender>>,
    otp_domain: Option<OtpDomain>,
    links: Option<LinkBase>,
    issuer: Option<TokenIssuer>,
    key: Option<ServiceKey>,
    policy: Option<Policy>,
    limits: Limits,
    of_entity: HashMap<Identifier, EntityLimits>,
    trust: Trust,
    log: Option<PublicLog>,
    retention: Retention,
    subject_kind: SubjectKind,
    time_zone: Option<FixedOffset>,
    clock: Option<Arc<dyn Clock>>,
    random: Option<Arc<dyn Random>>,
}

/// A service that cannot be put together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// A part without a default was not given.
    #[error("the service needs `{0}`")]
    Missing(&'static str),
    /// Two entities have the same id, or one has the id `me`, which is that of people who ask for their own page; or one entity has two purposes with the same code.
    #[error("the entity `{0}` appears twice, or has two purposes with the same code")]
    AmbiguousEntity(Identifier),
    /// A limit is outside what keeps the flow safe.
    #[error(transparent)]
    Limit(#[from] LimitError),
}

/// India Standard Time, UTC+05:30, in seconds.
const INDIA_STANDARD_TIME: i32 = 5 * 3600 + 1800;

impl StatusServiceBuilder {
    /// Who answers. Required.
    pub fn fiduciary(mut self, fiduciary: DataFiduciary) -> Self {
        self.fiduciary = Some(fiduciary);
        self
    }

    /// One who may ask. Call it for each; without any, every request is refused. [`StatusService::set_entities`] changes them later.
    pub fn entity(mut self, entity: RegisteredEntity) -> Self {
        self.entities.push(entity);
        self
    }

    /// Who is vaccinated. Required.
    pub fn registry(mut self, registry: impl Registry + 'static) -> Self {
        self.registry = Some(Arc::new(registry));
        self
    }

    /// Who reads the certificates of other issuers that people present. Default nobody: none are taken.
    pub fn certificates(mut self, reader: impl CertificateReader + 'static) -> Self {
        self.certificates = Some(Arc::new(reader));
        self
    }

    /// Who writes cards for people to take home. Default nobody: none are given.
    pub fn cards(mut self, writer: impl CardWriter + 'static) -> Self {
        self.cards = Some(Arc::new(writer));
        self
    }

    /// What counts of a person whom both the registry and a certificate know. Default [`Join::Merged`].
    pub fn join(mut self, join: Join) -> Self {
        self.join = join;
        self
    }

    /// One store for requests, consents and limits, where an answer and its consent are one write. The three calls below
    /// take the stores one by one.
    pub fn store<S: AnswerStore + BoardStore + LimitStore + 'static>(self, store: Arc<S>) -> Self {
        let apart = self.challenges(store.clone()).ledger(store.clone()).limit_store(store.clone());
        Self { together: Some(store), ..apart }
    }

    /// Where requests are kept. Required.
    pub fn challenges(mut self, store: Arc<dyn ChallengeStore>) -> Self {
        self.challenges = Some(store);
        self.together = None;
        self
    }

    /// Where consents are kept, and what is published because of them. Required.
    pub fn ledger(mut self, store: Arc<dyn BoardStore>) -> Self {
        self.ledger = Some(store);
        self.together = None;
        self
    }

    /// Where limits are counted. Required.
    pub fn limit_store(mut self, store: Arc<dyn LimitStore>) -> Self {
        self.limit_store = Some(store);
        self
    }

    /// Who sends the codes. Required.
    pub fn sender(mut self, sender: impl OtpSender + 'static) -> Self {
        self.sender = Some(Arc::new(sender));
        self
    }

    /// Binds codes to the host of the page where they are entered: messages then end with the line `@kycvs.example #482913`.
    /// Default without such a line.
    pub fn otp_domain(mut self, domain: OtpDomain) -> Self {
        self.otp_domain = Some(domain);
        self
    }

    /// Where people enter a code who did not book themselves: each mobile number of a booking but the first gets a message with a
    /// link that begins so. Default without: then one booking has one mobile number.
    pub fn links(mut self, base: LinkBase) -> Self {
        self.links = Some(base);
        self
    }

    /// Who signs the tokens. Required.
    pub fn issuer(mut self, issuer: TokenIssuer) -> Self {
        self.issuer = Some(issuer);
        self
    }

    /// The secret of this service. Required.
    pub fn key(mut self, key: ServiceKey) -> Self {
        self.key = Some(key);
        self
    }

    /// The rules that decide the status where a purpose names none. Default `in-kyc-vs`.
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = Some(policy);
        self
    }

    /// Every number of the flow. Default [`Limits::default`].
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The status lists by which a withdrawal reaches a token that was handed out. Default [`Trust::small`]; all hosts over the same
    /// stores have the same.
    pub fn trust(mut self, trust: Trust) -> Self {
        self.trust = trust;
        self
    }

    /// A public log of salted hashes of consents and of what happened to them, which nobody can rewrite unseen. Default without;
    /// all hosts over the same stores have the same.
    pub fn log(mut self, log: PublicLog) -> Self {
        self.log = Some(log);
        self
    }

    /// What one entity may do, where it is not what [`limits`](Self::limits) lets all do.
    pub fn entity_limits(mut self, entity: Identifier, limits: EntityLimits) -> Self {
        self.of_entity.insert(entity, limits);
        self
    }

    /// How long the ledger is kept. Default [`Retention::IN_DPDP`].
    pub fn retention(mut self, retention: Retention) -> Self {
        self.retention = retention;
        self
    }

    /// Whom a token names. Default [`SubjectKind::Random`].
    pub fn subject(mut self, kind: SubjectKind) -> Self {
        self.subject_kind = kind;
        self
    }

    /// Where "today" is, for rules that count days. Default India Standard Time.
    pub fn time_zone(mut self, offset: FixedOffset) -> Self {
        self.time_zone = Some(offset);
        self
    }

    /// Where the time comes from. Default [`SystemClock`].
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// Where random bytes come from. Default [`SystemRandomness`]; anything else is for tests.
    pub fn random(mut self, random: impl Random + 'static) -> Self {
        self.random = Some(Arc::new(random));
        self
    }

    /// Puts the service together.
    ///
    /// # Errors
    /// [`BuildError`] names what is missing or wrong.
    pub fn build(self) -> Result<StatusService, BuildError> {
        self.limits.check()?;
        self.of_entity.values().try_for_each(EntityLimits::check)?;
        let key = self.key.ok_or(BuildError::Missing("key"))?;
        let pseudonyms = Arc::new(key.pseudonyms());
        let random = self.random.unwrap_or_else(|| Arc::new(SystemRandomness));
        let challenges = self.challenges.ok_or(BuildError::Missing("challenges"))?;
        let builtin = || Policy::builtin("in-kyc-vs");
        let board = self.ledger.ok_or(BuildError::Missing("ledger"))?;
        let issuer = self.issuer.ok_or(BuildError::Missing("issuer"))?;
        let lists = (self.trust != Trust::off()).then(|| {
            Arc::new(Lists {
                positions: Positions::new(board.clone(), key.list_key(), random.clone(), self.trust),
                publisher: Publisher {
                    store: board.clone(),
                    issuer: issuer.clone(),
                    key: key.list_key(),
                    trust: self.trust,
                    token_lifetime: self.limits.token_lifetime,
                    is_logged: self.log.is_some(),
                },
            })
        });
        let time_zone = self.time_zone.or_else(|| FixedOffset::east_opt(INDIA_STANDARD_TIME));
        let fiduciary = self.fiduciary.ok_or(BuildError::Missing("fiduciary"))?;
        let seal = Seal::new(key.vault_key(), random.clone());
        let entities = self.entities.into_iter().chain([me(&fiduciary)?]);
        let directory = Arc::new(Directory::new(entities).map_err(BuildError::AmbiguousEntity)?);
        let service = StatusService {
            books: Arc::new(Books {
                vault: Vault { seal: seal.clone(), store: challenges },
                ledger: Ledger {
                    histories: Histories { store: board.clone(), key: key.history_key(), seal: seal.clone() },
                    is_logged: self.log.is_some(),
                },
                together: self.together,
                keep_finished: self.limits.challenge.keep_finished,
            }),
            answerer: Answerer {
                registry: self.registry.ok_or(BuildError::Missing("registry"))?,
                join: self.join,
                policy: self.policy.or_else(builtin).ok_or(BuildError::Missing("policy"))?,
                directory: directory.clone(),
                issuer,
                fiduciary,
                lifetime: self.limits.token_lifetime,
                subject_kind: self.subject_kind,
                time_zone: time_zone.ok_or(BuildError::Missing("time_zone"))?,
                random: random.clone(),
                pseudonyms: pseudonyms.clone(),
                lists: lists.clone(),
            },
            directory,
            guard: Guard {
                limits: self.limits,
                of_entity: self.of_entity,
                store: self.limit_store.ok_or(BuildError::Missing("limit_store"))?,
                pseudonyms: pseudonyms.clone(),
            },
            certificates: self.certificates,
            cards: self.cards,
            sender: self.sender.ok_or(BuildError::Missing("sender"))?,
            otp_domain: self.otp_domain,
            links: self.links,
            clock: self.clock.unwrap_or_else(|| Arc::new(SystemClock)),
            random,
            lists,
            log: self.log.map(|public| Log {
                store: board.clone(),
                secret: key.log_secret(),
                public,
                stated: Mutex::default(),
            }),
            withdrawals: key.withdrawal_key(),
            corrections: Corrections::new(&key, board),
            retention: self.retention,
            code_key: key.code_key(),
            pseudonyms,
        };
        service.warn_of_overdue();
        Ok(service)
    }
}
