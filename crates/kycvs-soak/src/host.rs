use std::num::NonZeroU32;
use std::sync::Arc;

use anyhow::{Context, Result};
use chrono::{DateTime, TimeDelta, Utc};
use kycvs::registry::{RegistryKey, SealedRegistry};
use kycvs::store::{BoardStore, ChallengeStore, HouseholdStore, Limit, LimitStore};
use kycvs::token::{Algorithm, SigningKey, TokenIssuer};
use kycvs::{Clock, Limits, ServiceKey, StatusService, SystemClock};
use kycvs_axum::{Config, Http};
use kycvs_postgres::PostgresStore;
use kycvs_redis::RedisStore;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::last_step::LastStep;
use crate::settings::{API_KEY, ISSUER};

/// Where a host finds everything. It travels to the host's process in environment variables.
#[derive(Clone, Debug)]
pub(crate) struct HostSettings {
    pub(crate) port: u16,
    pub(crate) postgres: String,
    /// One URL for a single server, several for a Cluster; none keeps everything in PostgreSQL.
    pub(crate) redis: Vec<String>,
    pub(crate) gateway_port: u16,
    /// The signing key of all hosts, as PKCS #8 in hexadecimal.
    pub(crate) signing_key: String,
    /// How far the host's clock is off, in seconds.
    pub(crate) clock_offset: i64,
    /// How many connections to PostgreSQL may write at a time.
    pub(crate) connections: usize,
    /// The host dies after this step of its work, counted from 1; with 0 it lives.
    pub(crate) last_step: u32,
}

/// Is a host until it is killed, or asked to end (SIGTERM).
pub(crate) async fn run(settings: HostSettings) -> Result<()> {
    let last_step = LastStep::new(settings.last_step);
    let postgres = PostgresStore::builder(&settings.postgres)?.connections(settings.connections);
    let postgres = Arc::new(postgres.open().await?);
    let households: Arc<dyn HouseholdStore> = last_step.over(postgres.clone());
    let registry = SealedRegistry::open(&registry_key(), households).await?;
    let signing_key = SigningKey::from_pkcs8(Algorithm::Es256, &from_hex(&settings.signing_key)?)?;
    let config = config(&settings)?;

    let mut builder = StatusService::builder()
        .fiduciary(config.fiduciary())
        .registry(Arc::new(registry))
        .sender(Arc::new(crate::sms::gateway(settings.gateway_port)?))
        .issuer(TokenIssuer::new(ISSUER, Arc::new(signing_key))?)
        .key(ServiceKey::from_bytes([3; 32]))
        .clock(Arc::new(Offset(TimeDelta::seconds(settings.clock_offset))))
        .limits(any_number());
    for entity in config.registered_entities()? {
        builder = builder.entity(entity);
    }
    let service = if settings.redis.is_empty() {
        builder.store(last_step.over(postgres)).build()?
    } else {
        let redis = Arc::new(open_redis(&settings.redis).await?);
        let ledger: Arc<dyn BoardStore> = last_step.over(postgres);
        let (challenges, limits): (Arc<dyn ChallengeStore>, Arc<dyn LimitStore>) =
            (last_step.over(redis.clone()), last_step.over(redis));
        builder.ledger(ledger).challenges(challenges).limit_store(limits).build()?
    };
    let http = Http::new(Arc::new(service), config)?;
    let mut asked_to_end = signal(SignalKind::terminate())?;
    let listener = TcpListener::bind(("127.0.0.1", settings.port)).await?;
    let router = http.router().layer(axum::middleware::from_fn(LastStep::in_call));
    http.serve(listener, router, async move {
        asked_to_end.recv().await;
    })
    .await;
    Ok(())
}

/// Opens what `open_redis` of the settings names.
pub(crate) async fn open_redis(urls: &[String]) -> Result<RedisStore> {
    Ok(match urls {
        [one] => RedisStore::builder().open(one).await?,
        several => RedisStore::builder().open_cluster(several).await?,
    })
}

/// Opens the sealed registry of all hosts.
pub(crate) fn registry_key() -> RegistryKey {
    RegistryKey::from_bytes([4; 32])
}

impl HostSettings {
    /// The environment of a host's process.
    pub(crate) fn to_environment(&self) -> [(&'static str, String); 8] {
        [
            ("SOAK_PORT", self.port.to_string()),
            ("SOAK_POSTGRES", self.postgres.clone()),
            ("SOAK_REDIS", self.redis.join(" ")),
            ("SOAK_GATEWAY_PORT", self.gateway_port.to_string()),
            ("SOAK_SIGNING_KEY", self.signing_key.clone()),
            ("SOAK_CLOCK_OFFSET", self.clock_offset.to_string()),
            ("SOAK_CONNECTIONS", self.connections.to_string()),
            ("SOAK_LAST_STEP", self.last_step.to_string()),
        ]
    }

    /// Reads them there.
    pub(crate) fn from_environment() -> Result<Self> {
        let text = |name: &str| std::env::var(name).with_context(|| format!("{name} is not set"));
        Ok(Self {
            port: text("SOAK_PORT")?.parse()?,
            postgres: text("SOAK_POSTGRES")?,
            redis: text("SOAK_REDIS")?.split_whitespace().map(str::to_owned).collect(),
            gateway_port: text("SOAK_GATEWAY_PORT")?.parse()?,
            signing_key: text("SOAK_SIGNING_KEY")?,
            clock_offset: text("SOAK_CLOCK_OFFSET")?.parse()?,
            connections: text("SOAK_CONNECTIONS")?.parse()?,
            last_step: text("SOAK_LAST_STEP")?.parse()?,
        })
    }
}

fn config(settings: &HostSettings) -> Result<Config> {
    let mut config = Config::from_toml(&format!(
        r#"
        [issuer]
        url = "{ISSUER}"
        name = "Ministry of Health"
        grievance = "grievance@kycvs.example"
        [[entity]]
        id = "rail"
        name = "Indian Railways"
        api_key_sha256 = "{}"
        purposes = [{{ code = "railway-booking", text = "to book a railway ticket" }}]
        "#,
        "0".repeat(64)
    ))
    .with_context(|| format!("the configuration of the host on port {}", settings.port))?;
    config.entities[0].api_key_sha256 = kycvs_axum::ApiKeyHash::of(API_KEY).into();
    Ok(config)
}

/// The machine's clock, some seconds off.
struct Offset(TimeDelta);

impl Clock for Offset {
    fn now(&self) -> DateTime<Utc> {
        kycvs::consent::later(SystemClock.now(), self.0)
    }
}

/// A million messages a second: what is tried is the hosts, and not how they refuse.
fn any_number() -> Limits {
    let million = NonZeroU32::new(1_000_000).unwrap_or(NonZeroU32::MIN);
    let limits = vec![Limit { max: million, per_seconds: NonZeroU32::MIN }];
    Limits {
        sends_per_mobile: limits.clone(),
        sends_per_prefix: limits.clone(),
        sends_per_prefix_and_entity: limits.clone(),
        sends_per_entity: limits.clone(),
        failures_per_mobile: limits.clone(),
        failures_per_mobile_and_entity: limits.clone(),
        failures_per_mobile_and_network: limits.clone(),
        failures_per_entity: limits,
        ..Limits::default()
    }
}

/// Text to bytes; two digits a byte.
fn from_hex(text: &str) -> Result<Vec<u8>> {
    let pairs = (0..text.len()).step_by(2).map(|at| text.get(at..at + 2).context("an even number of digits"));
    pairs.map(|pair| Ok(u8::from_str_radix(pair?, 16)?)).collect()
}

/// Bytes to text.
pub(crate) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
