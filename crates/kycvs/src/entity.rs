use std::collections::HashMap;

use kycvs_consent::{Identifier, Purpose, VerifyingEntity};

use crate::Error;

/// A verifying entity and what it may ask for.
#[derive(Clone, Debug)]
pub struct RegisteredEntity {
    /// Who it is.
    pub entity: VerifyingEntity,
    /// What it may ask for, each with a code of its own.
    pub purposes: Vec<Purpose>,
}

/// The entities that a service answers.
pub(crate) struct Directory(HashMap<Identifier, RegisteredEntity>);

impl Directory {
    /// Takes the entities; of two with the same id, or purposes with the same code, it tells the id.
    pub(crate) fn new(entities: Vec<RegisteredEntity>) -> Result<Self, Identifier> {
        let mut by_id = HashMap::with_capacity(entities.len());
        for registered in entities {
            let id = registered.entity.id.clone();
            let codes: std::collections::HashSet<_> = registered.purposes.iter().map(|purpose| &purpose.code).collect();
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

    /// Finds who asks, and for what.
    pub(crate) fn find(
        &self,
        entity: &Identifier,
        purpose: &Identifier,
    ) -> Result<(&VerifyingEntity, &Purpose), Error> {
        let registered = self.0.get(entity).ok_or(Error::UnknownEntity)?;
        let purpose = registered.purposes.iter().find(|known| known.code == *purpose).ok_or(Error::UnknownPurpose)?;
        Ok((&registered.entity, purpose))
    }
}
