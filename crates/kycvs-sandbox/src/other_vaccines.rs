use anyhow::{Context, Result};
use chrono::TimeDelta;
use kycvs::domain::{Antigen, Dose, Evidence, Finding, Mobile, PersonName, Policy, Product, Source, status_of};
use kycvs::registry::{BeneficiaryId, Lookup, PersonRecord, Registry, SealedRegistry};
use kycvs_sample::SampleRegistry;
use kycvs_sandbox::PersonToTry;

use crate::people::today_in_india;

/// Somebody to try under another policy than that of COVID-19.
struct Other {
    policy: &'static str,
    name: &'static str,
    /// Of which product, and how many days ago.
    doses: &'static [(&'static str, i64)],
    /// What antibodies were found against.
    antibodies: Option<&'static str>,
}

/// For each policy that the demonstration's purposes name, one person with a record that meets it and one whose record does not yet,
/// or no longer. By all of them, who has no such record is 0.
const OTHERS: [Other; 6] = [
    other("yellow-fever-arrival", "Grace Okafor", &[("cvx:37", 900)]),
    other("yellow-fever-arrival", "Kofi Mensah", &[("cvx:37", 3)]),
    Other { antibodies: Some("measles"), ..other("measles-health-worker", "Leela Menon", &[]) },
    other("measles-health-worker", "Joseph Kurian", &[("cvx:3", 60)]),
    other("influenza-season", "Tenzin Dolma", &[("cvx:141", 100)]),
    other("influenza-season", "Rosa Fernandes", &[("cvx:141", 500)]),
];

const fn other(policy: &'static str, name: &'static str, doses: &'static [(&'static str, i64)]) -> Other {
    Other { policy, name, doses, antibodies: None }
}

/// Registers them, each on a mobile that nobody of the sample has after the one that nobody at all has.
pub(crate) async fn register(registry: &SealedRegistry, sample: &SampleRegistry) -> Result<Vec<PersonToTry>> {
    let mut people = Vec::new();
    for (number, other) in (1..).zip(&OTHERS) {
        let Some(mobile) = sample.unknown_mobile(number) else { break };
        let (mobile, name): (Mobile, PersonName) = (mobile.parse()?, other.name.parse()?);
        registry.upsert(&mobile, &other.record(number, name.clone())?).await?;
        let policy = Policy::builtin(other.policy).with_context(|| format!("{} is not built in", other.policy))?;
        if let Lookup::Found(found) = registry.find(&mobile, &name, None).await? {
            let status = Some(status_of(&found.history, &policy, today_in_india()));
            people.push(PersonToTry { mobile, name: other.name.into(), status, policy: Some(other.policy.into()) });
        }
    }
    Ok(people)
}

impl Other {
    fn record(&self, number: u64, name: PersonName) -> Result<PersonRecord> {
        let today = today_in_india();
        let dose = |(product, days): &(&str, i64)| Dose::new(Product::find(product), today - TimeDelta::days(*days));
        let evidence = |against| Evidence {
            against,
            finding: Finding::Antibodies { titre: None },
            on: None,
            source: Source::Registry,
        };
        let immunity = self.antibodies.and_then(Antigen::find).map(evidence).into_iter().collect();
        let (id, doses) = (BeneficiaryId::parse(&format!("V{number}"))?, self.doses.iter().map(dose).collect());
        Ok(PersonRecord::new(id, name, Some("1990-05-01".parse::<chrono::NaiveDate>()?.into()), doses)?
            .with_immunity(immunity)?)
    }
}
