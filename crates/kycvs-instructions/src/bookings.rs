//! A booking in memory as a host makes it, each of a person whom nobody asked before.

use std::hint::black_box;
use std::num::NonZeroU32;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use kycvs::consent::{Identifier, Label, Language, Purpose, VerifyingEntity};
use kycvs::domain::{Mobile, PersonName};
use kycvs::registry::{ImportOptions, RegistryCsv, RegistryKey, SealedRegistry};
use kycvs::store::Limit;
use kycvs::token::{Algorithm, SigningKey, TokenIssuer};
use kycvs::{LastCodes, Limits, OpenRequest, Person, RegisteredEntity, ServiceKey, StatusRequest, StatusService};
use kycvs_memory::MemoryStore;

use crate::{at_once, day, ministry};

/// As many as are asked about at most, and more.
const PEOPLE: u64 = 1_000;

/// Up to the message with the code.
pub(crate) fn requests(times: u64) -> Result<()> {
    let host = Host::new()?;
    for number in 0..times {
        black_box(host.open(number)?);
    }
    Ok(())
}

/// Up to the token.
pub(crate) fn bookings(times: u64) -> Result<()> {
    let host = Host::new()?;
    for number in 0..times {
        let open = host.open(number)?;
        let code = host.phones.of(&mobile(number)?).context("a code was sent")?;
        let entered = open.confirmation(code.proof());
        black_box(at_once(host.service.confirm(&host.entity, &open.id, &entered))??.only()?);
    }
    Ok(())
}

struct Host {
    service: StatusService,
    phones: Arc<LastCodes>,
    entity: Identifier,
    purpose: Identifier,
}

impl Host {
    fn new() -> Result<Self> {
        let (store, phones) = (Arc::new(MemoryStore::new()), Arc::new(LastCodes::default()));
        let (entity, purpose) = (Identifier::parse("rail")?, Identifier::parse("booking")?);
        let railway = VerifyingEntity { id: entity.clone(), name: Label::parse("Indian Railways")? };
        let text = Label::parse("to book a railway ticket")?;
        let service = StatusService::builder()
            .fiduciary(ministry()?)
            .entity(RegisteredEntity::new(railway, [Purpose { code: purpose.clone(), text, onward_sharing: true }]))
            .registry(registry(store.clone())?)
            .store(store)
            .sender(phones.clone())
            .issuer(TokenIssuer::new("https://kycvs.example", SigningKey::generate(Algorithm::Es256)?)?)
            .key(ServiceKey::from_bytes([6; 32]))
            .limits(any_number())
            .build()?;
        Ok(Self { service, phones, entity, purpose })
    }

    fn open(&self, number: u64) -> Result<OpenRequest> {
        let asked = StatusRequest {
            entity: self.entity.clone(),
            people: vec![Person::new(mobile(number)?, PersonName::parse("Lakshmi Rao")?)],
            purpose: self.purpose.clone(),
            policy: None,
            on: None,
            reference: None,
            language: Language::English,
            shows_notice: true,
        };
        Ok(at_once(self.service.request(asked))??)
    }
}

/// One person on each of some mobiles.
fn registry(store: Arc<MemoryStore>) -> Result<SealedRegistry> {
    let registry = at_once(SealedRegistry::open(&RegistryKey::from_bytes([7; 32]), store))??;
    let mut csv = "beneficiary_id,name,mobile,birth_date,product,given_on,dose_number,batch\n".to_owned();
    for number in 0..PEOPLE {
        let mobile = mobile(number)?;
        for (dose, given_on) in [(1, "2021-04-03"), (2, "2021-07-01")] {
            let mobile = mobile.national();
            csv.push_str(&format!("{number},Lakshmi Rao,{mobile},1986-03-09,COVISHIELD,{given_on},{dose},\n"));
        }
    }
    let options = ImportOptions::new(day("2026-11-28")?);
    at_once(registry.import_csv(RegistryCsv::open(csv.as_bytes())?, &options, &mut |_| {}))??;
    Ok(registry)
}

fn mobile(number: u64) -> Result<Mobile> {
    Ok(Mobile::parse(&format!("98765{number:05}"))?)
}

/// More messages than anybody asks for here.
fn any_number() -> Limits {
    let limits = vec![Limit { max: NonZeroU32::MAX, per_seconds: NonZeroU32::MIN }];
    Limits {
        sends_per_mobile: limits.clone(),
        sends_per_prefix: limits.clone(),
        sends_per_prefix_and_entity: limits.clone(),
        sends_per_entity: limits,
        ..Limits::default()
    }
}
