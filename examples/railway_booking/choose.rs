use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use anyhow::{Context, Result};
use chrono::NaiveDate;
use kycvs::domain::{Mobile, PersonName, Policy, VaccinationStatus, status_of};
use kycvs::registry::{Lookup, MAX_ROW_BYTES, Registry};
use kycvs_examples::fields;
use kycvs_lab::Lines;

/// Somebody to book for, with the name as they would type it.
#[derive(Clone)]
pub(crate) struct Passenger {
    pub(crate) mobile: Mobile,
    pub(crate) name: String,
}

/// The passengers of the play; `None` where the registry has nobody for the part.
pub(crate) struct Cast {
    pub(crate) not_vaccinated: Option<Passenger>,
    pub(crate) partially: Option<Passenger>,
    pub(crate) fully: Option<Passenger>,
    /// A name that nobody on that mobile has.
    pub(crate) wrong_name: Option<Passenger>,
    /// A mobile that is not in the file.
    pub(crate) unknown_mobile: Option<Passenger>,
    /// Three people each of two mobiles, whose rows follow one another.
    pub(crate) family: Vec<Passenger>,
}

/// Names for people who are not registered. One that matches somebody is passed over.
const STRANGERS: [&str; 3] = ["Nobody Registered", "Zubin Quillfeather", "Xaveria Unlisted"];

/// Chooses passengers from a registry file. The sealed registry cannot list its people, so the file is read, and each
/// person is looked up and evaluated as a booking would do it.
pub(crate) async fn from_file(file: &Path, registry: &dyn Registry, policy: &Policy, on: NaiveDate) -> Result<Cast> {
    let csv = File::open(file).with_context(|| format!("cannot open {}", file.display()))?;
    let mut lines = Lines::new(BufReader::new(csv), MAX_ROW_BYTES);
    let mut by_status = [None, None, None];
    let mut unknown: Vec<Mobile> = (0..100).filter_map(|n| Mobile::parse(&format!("70000{n:02}000")).ok()).collect();

    let (mut household, mut family): (Vec<Passenger>, _) = (Vec::new(), Vec::new());
    while let Some(line) = lines.next_line()? {
        let Some(passenger) = passenger(&String::from_utf8_lossy(line)) else { continue };
        unknown.retain(|mobile| *mobile != passenger.mobile);
        if household.last().is_some_and(|before| before.mobile != passenger.mobile) {
            household.clear();
        }
        let is_new = household.iter().all(|known| known.name != passenger.name);
        if family.len() < 6 && is_new && is_found(&passenger, registry).await? {
            household.push(passenger.clone());
            if household.len() == 3 {
                family.extend_from_slice(&household);
            }
        }
        if by_status.iter().any(Option::is_none)
            && let Some(status) = status(&passenger, registry, policy, on).await?
            && let Some(part) = by_status.get_mut(usize::from(u8::from(status)))
        {
            part.get_or_insert(passenger);
        }
    }

    let [not_vaccinated, partially, fully] = by_status;
    let anyone = fully.as_ref().or(partially.as_ref()).or(not_vaccinated.as_ref());
    let wrong_name = match anyone {
        Some(known) => stranger_on(known.mobile, registry).await?,
        None => None,
    };
    let name = STRANGERS[0].to_owned();
    let unknown_mobile = unknown.first().map(|mobile| Passenger { mobile: *mobile, name });
    Ok(Cast { not_vaccinated, partially, fully, wrong_name, unknown_mobile, family })
}

/// The person of a row; `None` for the header and for rows that the import refused.
fn passenger(row: &str) -> Option<Passenger> {
    let fields = fields(row);
    let mobile = Mobile::parse(fields.get(2)?).ok()?;
    Some(Passenger { mobile, name: fields.get(1)?.clone() })
}

/// Whether a booking would find the person by the name alone: then the name is nobody else's on that mobile.
async fn is_found(passenger: &Passenger, registry: &dyn Registry) -> Result<bool> {
    let Ok(name) = PersonName::parse(&passenger.name) else { return Ok(false) };
    Ok(registry.find(&passenger.mobile, &name, None).await?.found().is_some())
}

async fn status(
    passenger: &Passenger,
    registry: &dyn Registry,
    policy: &Policy,
    on: NaiveDate,
) -> Result<Option<VaccinationStatus>> {
    let Ok(name) = PersonName::parse(&passenger.name) else { return Ok(None) };
    let found = registry.find(&passenger.mobile, &name, None).await?.found();
    Ok(found.map(|person| status_of(&person.history, policy, on)))
}

async fn stranger_on(mobile: Mobile, registry: &dyn Registry) -> Result<Option<Passenger>> {
    for name in STRANGERS {
        if registry.find(&mobile, &PersonName::parse(name)?, None).await? == Lookup::NotFound {
            return Ok(Some(Passenger { mobile, name: name.to_owned() }));
        }
    }
    Ok(None)
}
