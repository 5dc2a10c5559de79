use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};
use kycvs_consent::{Identifier, Label, Language, Purpose, VerifyingEntity};
use kycvs_domain::Policy;

use crate::Error;

/// A verifying entity and what it may ask for.
#[derive(Clone, Debug)]
pub struct RegisteredEntity {
    /// Who it is.
    pub entity: VerifyingEntity,
    /// Its name in other languages. The rest read the name in `entity`.
    pub names: BTreeMap<Language, Label>,
    /// What it may ask for, each with a code of its own.
    pub purposes: Vec<RegisteredPurpose>,
}

/// A purpose, and by which rules it may be asked about.
#[derive(Clone, Debug)]
pub struct RegisteredPurpose {
    /// The purpose.
    pub purpose: Purpose,
    /// Its text in other languages. The rest read the text in `purpose`.
    pub texts: BTreeMap<Language, Label>,
    /// The policies that a question may name; one that names none is answered by the first. Empty: the service's own policy.
    pub policies: Vec<Policy>,
    /// Whether a policy whose day of review has passed answers no more.
    pub refuses_overdue: bool,
}

/// A purpose under the service's own policy.
impl From<Purpose> for RegisteredPurpose {
    fn from(purpose: Purpose) -> Self {
        Self { purpose, texts: BTreeMap::new(), policies: Vec::new(), refuses_overdue: false }
    }
}

/// How far ahead the day of a question may lie, in months.
const MONTHS_AHEAD: u32 = 12;

impl RegisteredEntity {
    /// An entity with one name for all, and what it may ask for.
    pub fn new<P: Into<RegisteredPurpose>>(entity: VerifyingEntity, purposes: impl IntoIterator<Item = P>) -> Self {
        Self { entity, names: BTreeMap::new(), purposes: purposes.into_iter().map(P::into).collect() }
    }

    /// The entity as a person who reads a language knows it.
    pub fn in_language(&self, language: Language) -> VerifyingEntity {
        let name = self.names.get(&language).unwrap_or(&self.entity.name);
        VerifyingEntity { id: self.entity.id.clone(), name: name.clone() }
    }
}

impl RegisteredPurpose {
    /// The purpose in the words of a language.
    pub fn in_language(&self, language: Language) -> Purpose {
        let text = self.texts.get(&language).unwrap_or(&self.purpose.text);
        Purpose { text: text.clone(), ..self.purpose.clone() }
    }

    /// The policy of a question asked `today` about the day `on`.
    pub(crate) fn policy<'p>(
        &'p self,
        asked: Option<&Identifier>,
        on: Option<NaiveDate>,
        own: &'p Policy,
        today: NaiveDate,
    ) -> Result<&'p Policy, Error> {
        let own = self.policies.is_empty().then_some(own);
        let mut allowed = self.policies.iter().chain(own);
        let policy = match asked {
            Some(id) => allowed.find(|policy| policy.id() == id.as_str()),
            None => allowed.next(),
        };
        let policy = policy.ok_or(Error::UnknownPolicy)?;
        let last = today.checked_add_months(Months::new(MONTHS_AHEAD)).unwrap_or(NaiveDate::MAX);
        if on.is_some_and(|on| on < today || last < on) {
            return Err(Error::DayOutOfRange);
        }
        if self.refuses_overdue && policy.is_overdue(today) { Err(Error::PolicyOverdue) } else { Ok(policy) }
    }
}
