use std::io::{self, Write};
use std::time::SystemTime;

use anyhow::{Context, Result};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use kycvs::domain::{Mobile, PersonName, Policy, VaccinationStatus, status_of};
use kycvs::registry::{Lookup, Registry};
use kycvs_sample::{SampleHousehold, SampleRegistry};

/// Someone of the sample, as they would type it.
struct Person {
    mobile: String,
    name: String,
    status: VaccinationStatus,
}

/// Tells of people to try: one for each status, a family on one mobile, and a mobile that nobody has.
pub(crate) async fn tell(sample: &SampleRegistry, registry: &dyn Registry) -> Result<()> {
    let policy = Policy::builtin("in-kyc-vs").context("the policy in-kyc-vs is not built in")?;
    let (mut by_status, mut family) = ([None, None, None], None);
    for household in sample.iter() {
        let people = people_of(household, registry, &policy).await?;
        if family.is_none() && people.len() >= 3 {
            family = people.first().map(|first| (first.mobile.clone(), names(&people)));
            continue;
        }
        for person in people {
            if let Some(place) = by_status.get_mut(usize::from(u8::from(person.status))) {
                place.get_or_insert(person);
            }
        }
        if family.is_some() && by_status.iter().all(Option::is_some) {
            break;
        }
    }

    let mut out = io::stdout().lock();
    writeln!(out, "\nPeople to try, who do not exist:")?;
    for Person { mobile, name, status } in by_status.into_iter().flatten() {
        writeln!(out, "status-{}  {mobile}  {name}  ({})", u8::from(status), status_words(status))?;
    }
    if let Some((mobile, names)) = family {
        writeln!(out, "family    {mobile}  {names}")?;
    }
    if let Some(mobile) = sample.unknown_mobile(0) {
        writeln!(out, "unknown   {mobile}  Nobody Registered")?;
    }
    Ok(out.flush()?)
}

/// Those of a household whom the registry tells apart: not namesakes.
async fn people_of(household: SampleHousehold, registry: &dyn Registry, policy: &Policy) -> Result<Vec<Person>> {
    let (mobile, today) = (Mobile::parse(&household.mobile)?, today_in_india());
    let mut people = Vec::new();
    for person in household.people {
        if let Lookup::Found(found) = registry.find(&mobile, &PersonName::parse(&person.name)?, None).await? {
            let status = status_of(&found.history, policy, today);
            people.push(Person { mobile: household.mobile.clone(), name: person.name, status });
        }
    }
    Ok(people)
}

fn names(people: &[Person]) -> String {
    people.iter().map(|person| person.name.as_str()).collect::<Vec<_>>().join(", ")
}

fn status_words(status: VaccinationStatus) -> &'static str {
    match status {
        VaccinationStatus::NotVaccinated => "0, not vaccinated",
        VaccinationStatus::PartiallyVaccinated => "1, partially vaccinated",
        VaccinationStatus::FullyVaccinated => "2, fully vaccinated",
    }
}

/// The date in India, UTC+05:30, where the rules of India's policy are counted.
pub(crate) fn today_in_india() -> NaiveDate {
    let now: DateTime<Utc> = SystemTime::now().into();
    (now + TimeDelta::minutes(330)).date_naive()
}
