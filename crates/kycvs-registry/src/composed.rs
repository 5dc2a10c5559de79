use std::sync::Arc;

use async_trait::async_trait;
use kycvs_domain::{BirthYear, DoseHistory, Mobile, PersonName};

use crate::people::{BirthAgreement, insert_dose, more_exact};
use crate::record::is_one_dose;
use crate::{Asked, Found, Lookup, PersonTag, Registry, RegistryError};

/// Two sources as one registry, the first of which is believed more: a registry and a certificate, or two registries.
///
/// The second is asked where the first knows nobody; of a person whom both know, [`Join`] says what counts.
#[derive(Clone)]
pub struct Composed {
    /// Whose word holds.
    pub first: Arc<dyn Registry>,
    /// Who is asked as well.
    pub second: Arc<dyn Registry>,
    /// What counts of a person whom both know.
    pub join: Join,
}

/// What counts of a person whom two sources know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Join {
    /// The doses of both, unless their birth dates contradict each other. Of what may be one dose that of the first holds.
    #[default]
    Merged,
    /// What the first says, and nothing of the second.
    FirstAlone,
}

#[async_trait]
impl Registry for Composed {
    async fn find(
        &self,
        mobile: &Mobile,
        name: &PersonName,
        birth_year: Option<BirthYear>,
    ) -> Result<Lookup, RegistryError> {
        let first = self.first.find(mobile, name, birth_year).await?;
        if self.suffices(&first) {
            return Ok(first);
        }
        Ok(self.joined(first, self.second.find(mobile, name, birth_year).await?))
    }

    /// The second is asked about all of them or nobody, so that it can tell them apart.
    async fn find_many(&self, mobile: &Mobile, asked: &[Asked<'_>]) -> Result<Vec<Lookup>, RegistryError> {
        let first = self.first.find_many(mobile, asked).await?;
        if first.iter().all(|lookup| self.suffices(lookup)) {
            return Ok(first);
        }
        let second = self.second.find_many(mobile, asked).await?;
        Ok(first.into_iter().zip(second).map(|(first, second)| self.joined(first, second)).collect())
    }

    /// A tag is of one source: the other one knows the person by another.
    async fn find_again(&self, mobile: &Mobile, person: &PersonTag) -> Result<Option<Found>, RegistryError> {
        match self.first.find_again(mobile, person).await? {
            Some(found) => Ok(Some(found)),
            None => self.second.find_again(mobile, person).await,
        }
    }
}

impl Composed {
    /// Whether the second need not be asked.
    fn suffices(&self, first: &Lookup) -> bool {
        match first {
            Lookup::Found(_) => self.join == Join::FirstAlone,
            Lookup::BirthYearNeeded => true,
            Lookup::NotFound => false,
        }
    }

    fn joined(&self, first: Lookup, second: Lookup) -> Lookup {
        match (first, second) {
            (Lookup::NotFound, second) => second,
            (Lookup::Found(first), Lookup::Found(second)) if self.join == Join::Merged => {
                Lookup::Found(merged(first, second))
            }
            (first, _) => first,
        }
    }
}

/// Joins the records that two sources hold about one person, under the tag of the first.
fn merged(first: Found, second: Found) -> Found {
    if BirthAgreement::of(first.history.birth, second.history.birth) == BirthAgreement::Different {
        return first;
    }
    let Found { history: DoseHistory { birth, mut doses, mut immunity }, person } = first;
    let known = doses.clone();
    for dose in second.history.doses {
        if !known.iter().any(|known| is_one_dose(known, &dose)) {
            insert_dose(&mut doses, dose);
        }
    }
    let new = second.history.immunity.into_iter().filter(|evidence| !immunity.contains(evidence)).collect::<Vec<_>>();
    immunity.extend(new);
    Found { history: DoseHistory { birth: more_exact(birth, second.history.birth), doses, immunity }, person }
}
