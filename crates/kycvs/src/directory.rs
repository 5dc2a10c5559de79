use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock};

use kycvs_consent::Identifier;
use kycvs_domain::Policy;

use crate::me::{is_me, me};
use crate::{BuildError, Error, RegisteredEntity, RegisteredPurpose, StatusService};

/// The entities that a service answers, which may change while it runs: a call goes by those of its beginning.
pub(crate) struct Directory(RwLock<Arc<Entities>>);

/// The entities at one time.
pub(crate) struct Entities {
    by_id: HashMap<Identifier, RegisteredEntity>,
    /// All policies that a question may name or that an open request goes by, by id and version.
    policies: HashMap<String, Policy>,
}

impl StatusService {
    /// Answers these entities from now on, and no others. A request that is open goes on, by its own rules. The limits of single
    /// entities are as they were built.
    ///
    /// # Errors
    /// [`BuildError::AmbiguousEntity`]. Then nothing has changed.
    pub fn set_entities(&self, entities: impl IntoIterator<Item = RegisteredEntity>) -> Result<(), BuildError> {
        let own = me(&self.answerer.fiduciary)?;
        let mut entities = Entities::new(entities.into_iter().chain([own])).map_err(BuildError::AmbiguousEntity)?;
        let mut known = self.directory.0.write().unwrap_or_else(PoisonError::into_inner);
        for (reference, policy) in &known.policies {
            entities.policies.entry(reference.clone()).or_insert_with(|| policy.clone());
        }
        *known = Arc::new(entities);
        drop(known);
        self.warn_of_overdue();
        Ok(())
    }
}

impl Directory {
    /// Takes the entities; of two with the same id, or purposes with the same code, it tells the id.
    pub(crate) fn new(entities: impl Iterator<Item = RegisteredEntity>) -> Result<Self, Identifier> {
        Entities::new(entities).map(|entities| Self(RwLock::new(Arc::new(entities))))
    }

    /// Those that there are now.
    pub(crate) fn now(&self) -> Arc<Entities> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Entities {
    fn new(entities: impl Iterator<Item = RegisteredEntity>) -> Result<Self, Identifier> {
        let mut by_id = HashMap::new();
        let mut policies = HashMap::new();
        for registered in entities {
            let id = registered.entity.id.clone();
            let codes: HashSet<_> = registered.purposes.iter().map(|known| &known.purpose.code).collect();
            if codes.len() < registered.purposes.len() {
                return Err(id);
            }
            let named = registered.purposes.iter().flat_map(|purpose| &purpose.policies);
            policies.extend(named.map(|policy| (policy.reference().to_owned(), policy.clone())));
            if by_id.insert(id.clone(), registered).is_some() {
                return Err(id);
            }
        }
        Ok(Self { by_id, policies })
    }

    /// Every entity.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &Identifier> {
        self.by_id.keys()
    }

    /// Whether there is an entity of this id.
    pub(crate) fn has(&self, entity: &Identifier) -> bool {
        self.by_id.contains_key(entity)
    }

    /// Every entity with each of its purposes.
    pub(crate) fn purposes(&self) -> impl Iterator<Item = (&RegisteredEntity, &RegisteredPurpose)> {
        let others = self.by_id.values().filter(|registered| !is_me(&registered.entity.id));
        others.flat_map(|of| of.purposes.iter().map(move |purpose| (of, purpose)))
    }

    /// Finds who asks, and for what.
    pub(crate) fn find(
        &self,
        entity: &Identifier,
        purpose: &Identifier,
    ) -> Result<(&RegisteredEntity, &RegisteredPurpose), Error> {
        let registered = self.by_id.get(entity).ok_or(Error::UnknownEntity)?;
        let known = registered.purposes.iter().find(|known| known.purpose.code == *purpose);
        Ok((registered, known.ok_or(Error::UnknownPurpose)?))
    }

    /// The policies that purposes name, or named when a request was opened.
    pub(crate) fn policies(&self) -> impl Iterator<Item = &Policy> {
        self.policies.values()
    }

    /// One of them, by id and version.
    pub(crate) fn policy(&self, reference: &str) -> Option<&Policy> {
        self.policies.get(reference)
    }
}
