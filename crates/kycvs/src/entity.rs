use std::collections::{HashMap, HashSet};

use chrono::{Months, NaiveDate};
use kycvs_consent::{Identifier, Purpose, VerifyingEntity};
use kycvs_domain::Policy;

use crate::Error;
use crate::me::is_me;

/// A verifying entity and what it may ask for.
#[derive(Clone, Debug)]
pub struct RegisteredEntity {
    /// Who it is.
    pub entity: VerifyingEntity,
    /// What it may ask for, each with a code of its own.
    pub purposes: Vec<RegisteredPurpose>,
}

/// A purpose, and by which rules it may be asked about.
#[derive(Clone, Debug)]
pub struct RegisteredPurpose {
    /// The purpose.
    pub purpose: Purpose,
    /// The policies that a question may name; one that names none is answered by the first. Empty: the service's own policy.
    pub policies: Vec<Policy>,
    /// Whether a policy whose day of review has passed answers no more.
    pub refuses_overdue: bool,
}

/// A purpose under the service's own policy.
impl From<Purpose> for RegisteredPurpose {
    fn from(purpose: Purpose) -> Self {
        Self { purpose, policies: Vec::new(), refuses_overdue: false }
    }
}

/// How far ahead the day of a question may lie, in months.
const MONTHS_AHEAD: u32 = 12;

impl RegisteredPurpose {
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

/// The entities that a service answers.
pub(crate) struct Directory(HashMap<Identifier, RegisteredEntity>);

impl Directory {
    /// Takes the entities; of two with the same id, or purposes with the same code, it tells the id.
    pub(crate) fn new(entities: impl Iterator<Item = RegisteredEntity>) -> Result<Self, Identifier> {
        let mut by_id = HashMap::new();
        for registered in entities {
            let id = registered.entity.id.clone();
            let codes: HashSet<_> = registered.purposes.iter().map(|known| &known.purpose.code).collect();
            if codes.len() < registered.purposes.len() || by_id.insert(id.clone(), registered).is_some() {
                return Err(id);
            }
        }
        Ok(Self(by_id))
    }

    /// Every entity.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &Identifier> {
        self.0.keys()
    }

    /// Every entity with each of its purposes.
    pub(crate) fn purposes(&self) -> impl Iterator<Item = (&VerifyingEntity, &RegisteredPurpose)> {
        let others = self.0.values().filter(|registered| !is_me(&registered.entity.id));
        others.flat_map(|of| of.purposes.iter().map(|purpose| (&of.entity, purpose)))
    }

    /// Finds who asks, and for what.
    pub(crate) fn find(
        &self,
        entity: &Identifier,
        purpose: &Identifier,
    ) -> Result<(&VerifyingEntity, &RegisteredPurpose), Error> {
        let registered = self.0.get(entity).ok_or(Error::UnknownEntity)?;
        let known = registered.purposes.iter().find(|known| known.purpose.code == *purpose);
        Ok((&registered.entity, known.ok_or(Error::UnknownPurpose)?))
    }

    /// All policies that a question may name, by id and version.
    pub(crate) fn policies(&self) -> HashMap<String, Policy> {
        let purposes = self.0.values().flat_map(|entity| &entity.purposes);
        let policies = purposes.flat_map(|purpose| &purpose.policies);
        policies.map(|policy| (policy.reference().to_owned(), policy.clone())).collect()
    }
}
