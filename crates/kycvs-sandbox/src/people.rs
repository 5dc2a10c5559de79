use std::io::{self, Write};
use std::time::SystemTime;

use anyhow::{Context, Result};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use kycvs::domain::{Mobile, PersonName, Policy, VaccinationStatus, status_of};
use kycvs::registry::{Lookup, Registry, SealedRegistry};
use kycvs_sample::{SampleHousehold, SampleRegistry};
use kycvs_sandbox::PersonToTry;

use crate::other_vaccines;

/// People to try: of the sample one for each status and a family on one mobile; a few who are asked about by other policies; and a
/// mobile that nobody has.
#[derive(Default)]
pub(crate) struct People {
    by_status: [Option<PersonToTry>; 3],
    family: Vec<PersonToTry>,
    others: Vec<PersonToTry>,
    unknown: Option<PersonToTry>,
}

impl People {
    /// Looks for them in the sample, and what they have in the registry; registers the `others`.
    pub(crate) async fn find(sample: &SampleRegistry, registry: &SealedRegistry) -> Result<Self> {
        let policy = Policy::builtin("in-kyc-vs").context("the policy in-kyc-vs is not built in")?;
        let mut found = Self { others: other_vaccines::register(registry, sample).await?, ..Self::default() };
        for household in sample.iter() {
            let people = people_of(household, registry, &policy).await?;
            if found.family.is_empty() && people.len() >= 3 {
                found.family = people;
                continue;
            }
            for person in people {
                let status = person.status.map(u8::from).map_or(usize::MAX, usize::from);
                if let Some(place) = found.by_status.get_mut(status) {
                    place.get_or_insert(person);
                }
            }
            if !found.family.is_empty() && found.by_status.iter().all(Option::is_some) {
                break;
            }
        }
        if let Some(mobile) = sample.unknown_mobile(0) {
            let name = "Nobody Registered".to_owned();
            found.unknown = Some(PersonToTry { mobile: mobile.parse()?, name, status: None, policy: None });
        }
        Ok(found)
    }

    /// Says who they are, a line for each, to people and to programs.
    pub(crate) fn say(&self) -> io::Result<()> {
        let mut out = io::stdout().lock();
        writeln!(out, "\nPeople to try, who do not exist:")?;
        for (status, person) in self.by_status.iter().enumerate() {
            let Some(person) = person else { continue };
            writeln!(out, "status-{status}  {}  {}  ({})", typed(person), person.name, words(person.status))?;
        }
        if let Some(first) = self.family.first() {
            let names: Vec<_> = self.family.iter().map(|person| person.name.as_str()).collect();
            writeln!(out, "family    {}  {}", typed(first), names.join(", "))?;
        }
        for person in &self.others {
            let (policy, status) = (person.policy.as_deref().unwrap_or_default(), person.status.map_or(0, u8::from));
            writeln!(out, "{policy}-{status}  {}  {}  ({})", typed(person), person.name, words(person.status))?;
        }
        if let Some(unknown) = &self.unknown {
            writeln!(out, "unknown   {}  {}", typed(unknown), unknown.name)?;
        }
        out.flush()
    }

    /// All of them, for the page.
    pub(crate) fn into_list(self) -> Vec<PersonToTry> {
        self.by_status.into_iter().flatten().chain(self.family).chain(self.others).chain(self.unknown).collect()
    }
}

/// Those of a household whom the registry tells apart: not namesakes.
async fn people_of(household: SampleHousehold, registry: &SealedRegistry, policy: &Policy) -> Result<Vec<PersonToTry>> {
    let (mobile, today): (Mobile, _) = (household.mobile.parse()?, today_in_india());
    let mut people = Vec::new();
    for person in household.people {
        let name: PersonName = person.name.parse()?;
        if let Lookup::Found(found) = registry.find(&mobile, &name, None).await? {
            let status = Some(status_of(&found.history, policy, today));
            people.push(PersonToTry { mobile, name: person.name, status, policy: None });
        }
    }
    Ok(people)
}

/// A number as somebody in India types it.
fn typed(person: &PersonToTry) -> String {
    person.mobile.e164().trim_start_matches("+91").to_owned()
}

fn words(status: Option<VaccinationStatus>) -> &'static str {
    match status {
        Some(VaccinationStatus::NotVaccinated) => "0, not vaccinated",
        Some(VaccinationStatus::PartiallyVaccinated) => "1, partially vaccinated",
        Some(VaccinationStatus::FullyVaccinated) => "2, fully vaccinated",
        None => "no record",
    }
}

/// The date in India, UTC+05:30, where the rules of India's policy are counted.
pub(crate) fn today_in_india() -> NaiveDate {
    let now: DateTime<Utc> = SystemTime::now().into();
    (now + TimeDelta::minutes(330)).date_naive()
}
