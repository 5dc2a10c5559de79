use std::sync::Arc;

use async_trait::async_trait;
use chrono::NaiveDate;
use kycvs_domain::{BirthYear, Choice, Mobile, PersonName, choose};
use kycvs_store::{HouseholdStore, HouseholdWrite, Key, StoreError, Versioned};

use crate::codec::{CodecError, RawHousehold, decode};
use crate::seal::Seal;
use crate::{BeneficiaryId, Found, Lookup, MAX_PEOPLE, PersonRecord, Registry, RegistryError, RegistryKey};

/// How often a change is tried again when another writer was first.
pub(crate) const ATTEMPTS: usize = 16;

/// A registry over any [`HouseholdStore`], in which every household is sealed.
///
/// People come into it from a [CSV file](Self::import_csv) or [one by one](Self::upsert). Every change is a
/// compare-and-set of one household, so that any number of hosts may write at once, and none half.
pub struct SealedRegistry {
    pub(crate) store: Arc<dyn HouseholdStore>,
    pub(crate) seal: Seal,
}

/// Why a change was not made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UpdateError {
    /// The mobile has [`MAX_PEOPLE`] people already.
    #[error("a mobile has at most {MAX_PEOPLE} people")]
    HouseholdFull,
    /// The registry was not there, or not readable; nothing was changed.
    #[error(transparent)]
    Registry(#[from] RegistryError),
}

#[async_trait]
impl Registry for SealedRegistry {
    async fn find(
        &self,
        mobile: &Mobile,
        name: &PersonName,
        birth_year: Option<BirthYear>,
    ) -> Result<Lookup, RegistryError> {
        let key = self.seal.household_key(mobile);
        let Some(record) = self.store.get(&key).await? else { return Ok(Lookup::NotFound) };
        let opened = self.seal.open(&key, record.body)?;
        // All names and births are read; the rest is decoded of the one who was asked for.
        let household = RawHousehold::read(opened.bytes())?;
        let place = match choose(name, birth_year, household.candidates()?) {
            Choice::One(place) => place,
            Choice::AskBirthYear => return Ok(Lookup::BirthYearNeeded),
            Choice::Nobody => return Ok(Lookup::NotFound),
        };
        let (id, history) = household.person(place)?;
        Ok(Lookup::Found(Found { history, person: self.seal.person_tag(&id) }))
    }
}

impl SealedRegistry {
    /// A registry over `store`, sealed under `key`. The store may hold records already, sealed under the same key.
    pub fn new(key: &RegistryKey, store: Arc<dyn HouseholdStore>) -> Self {
        Self { store, seal: Seal::new(key) }
    }

    /// Registers a person on a mobile, or replaces all that was kept under their id there.
    ///
    /// A person who changes to another mobile is [removed](Self::remove) from the old one and put on the new one: the
    /// registry cannot look for an id, since it has no list of people.
    ///
    /// # Errors
    /// [`UpdateError`]; nothing was changed, but for an unavailable store that may have done it: then do it again.
    pub async fn upsert(&self, mobile: &Mobile, person: &PersonRecord) -> Result<(), UpdateError> {
        self.update(mobile, |people| {
            let full = people.len() == MAX_PEOPLE;
            match people.iter_mut().find(|known| known.id == person.id) {
                Some(known) => *known = person.clone(),
                None if full => return Err(UpdateError::HouseholdFull),
                None => people.push(person.clone()),
            }
            Ok(true)
        })
        .await
        .map(|_| ())
    }

    /// Takes back the dose that was recorded for that day, and tells whether there was one.
    ///
    /// # Errors
    /// [`UpdateError::Registry`], as for [`upsert`](Self::upsert).
    pub async fn void_dose(
        &self,
        mobile: &Mobile,
        id: &BeneficiaryId,
        given_on: NaiveDate,
    ) -> Result<bool, UpdateError> {
        self.update(mobile, |people| {
            let Some(person) = people.iter_mut().find(|known| known.id == *id) else { return Ok(false) };
            let before = person.doses.len();
            person.doses.retain(|dose| dose.given_on != given_on);
            Ok(person.doses.len() < before)
        })
        .await
    }

    /// Erases a person, and tells whether there was one.
    ///
    /// Of a household without people an empty sealed record stays, which shows no more than that there was one.
    ///
    /// # Errors
    /// [`UpdateError::Registry`], as for [`upsert`](Self::upsert).
    pub async fn remove(&self, mobile: &Mobile, id: &BeneficiaryId) -> Result<bool, UpdateError> {
        self.update(mobile, |people| {
            let before = people.len();
            people.retain(|known| known.id != *id);
            Ok(people.len() < before)
        })
        .await
    }

    /// Reads a household, changes it and writes it, unless another writer was first: then again. `change` tells whether
    /// it did anything.
    async fn update(
        &self,
        mobile: &Mobile,
        change: impl Fn(&mut Vec<PersonRecord>) -> Result<bool, UpdateError> + Send + Sync,
    ) -> Result<bool, UpdateError> {
        let key = self.seal.household_key(mobile);
        for _ in 0..ATTEMPTS {
            let record = self.store.get(&key).await.map_err(RegistryError::from)?;
            let expected = record.as_ref().map(|record| record.version);
            let mut people = self.open(&key, record)?;
            if !change(&mut people)? {
                return Ok(false);
            }
            let body = self.seal.seal(&key, &people, self.seal.nonce()?)?;
            match self.store.write(vec![HouseholdWrite { key, expected, body }]).await {
                Ok(()) => return Ok(true),
                Err(StoreError::Conflict) => {}
                Err(error) => return Err(RegistryError::from(error).into()),
            }
        }
        Err(RegistryError::from(StoreError::Conflict).into())
    }

    /// The people of a household; none where there is no record.
    pub(crate) fn open(
        &self,
        key: &Key,
        record: Option<Versioned<Vec<u8>>>,
    ) -> Result<Vec<PersonRecord>, RegistryError> {
        let Some(record) = record else { return Ok(Vec::new()) };
        Ok(decode(self.seal.open(key, record.body)?.bytes())?)
    }
}

impl From<CodecError> for RegistryError {
    fn from(_: CodecError) -> Self {
        Self::Damaged
    }
}
