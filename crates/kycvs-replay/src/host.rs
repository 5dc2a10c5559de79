use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result};
use chrono::{DateTime, TimeDelta, Utc};
use kycvs::consent::{DataFiduciary, Identifier, Label, Purpose, VerifyingEntity};
use kycvs::token::{Algorithm, SigningKey, TokenIssuer, TokenVerifier};
use kycvs::{Clock, RegisteredEntity, ServiceKey, StatusService};

use crate::Plant;
use crate::dice::{Bytes, Dice};
use crate::gateway::Gateway;
use crate::registry::Everyone;
use crate::store::SimStore;
use crate::world::World;

const ISSUER: &str = "https://kycvs.example";

/// Two hosts of one service.
pub(crate) struct Hosts {
    services: Vec<StatusService>,
    pub(crate) store: Arc<SimStore>,
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) verifier: TokenVerifier,
    world: Arc<World>,
}

impl Hosts {
    pub(crate) fn over(world: &Arc<World>) -> Result<Self> {
        let (store, gateway) = (Arc::new(SimStore::new(world.clone())), Arc::new(Gateway::new(world.clone())));
        let issuer = TokenIssuer::new(ISSUER, Arc::new(SigningKey::generate(Algorithm::EdDsa)?))?;
        let host = |apart: i64| -> Result<StatusService> {
            let clock =
                HostClock { world: world.clone(), apart: TimeDelta::milliseconds(apart), is_back: false.into() };
            let service = StatusService::builder()
                .fiduciary(fiduciary()?)
                .entity(railway()?)
                .registry(Arc::new(Everyone(world.clone())))
                .store(store.clone())
                .sender(gateway.clone())
                .issuer(issuer.clone())
                .key(ServiceKey::from_bytes([2; 32]))
                .random(Arc::new(Bytes(Dice::new(world.dice.below(usize::MAX) as u64))))
                .clock(Arc::new(clock));
            Ok(service.build()?)
        };
        let services = vec![host(0)?, host(1_500)?];
        let verifier = TokenVerifier::new(ISSUER, issuer.published_keys(world.now()));
        Ok(Self { services, store, gateway, verifier, world: world.clone() })
    }

    /// Whichever host the balancer takes.
    pub(crate) fn any(&self) -> &StatusService {
        &self.services[self.world.dice.below(self.services.len())]
    }
}

/// A host's clock: a little apart from the others', and set back now and then where that is planted.
struct HostClock {
    world: Arc<World>,
    apart: TimeDelta,
    is_back: AtomicBool,
}

impl Clock for HostClock {
    fn now(&self) -> DateTime<Utc> {
        if self.world.shows(Plant::ClockStep, 5) {
            self.is_back.fetch_not(Ordering::Relaxed);
        }
        let back = if self.is_back.load(Ordering::Relaxed) { TimeDelta::minutes(10) } else { TimeDelta::zero() };
        self.world.now() + self.apart - back
    }
}

fn fiduciary() -> Result<DataFiduciary> {
    Ok(DataFiduciary {
        id: id("mohfw")?,
        name: label("Ministry of Health")?,
        contact: label("help@kycvs.example")?,
        grievance: label("grievance@kycvs.example")?,
        withdrawal: label("https://kycvs.example/w")?,
    })
}

fn railway() -> Result<RegisteredEntity> {
    let purpose = Purpose { code: id("booking")?, text: label("to book a ticket")?, onward_sharing: true };
    let entity = VerifyingEntity { id: id("rail")?, name: label("Indian Railways")? };
    Ok(RegisteredEntity::new(entity, [purpose]))
}

pub(crate) fn id(text: &str) -> Result<Identifier> {
    Identifier::parse(text).context("an identifier")
}

fn label(text: &str) -> Result<Label> {
    Label::parse(text).context("a label")
}
