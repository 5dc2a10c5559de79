use std::sync::Arc;

use async_trait::async_trait;
use kycvs_domain::{BirthYear, Choice, DoseHistory, Mobile, PersonName, choose};
use kycvs_store::{HouseholdStore, HouseholdWrite, Key, StoreError, Versioned};

use crate::codec::{CodecError, RawHousehold, decode};
use crate::decoy::Decoys;
use crate::many::within_limit;
use crate::seal::{Opened, Seal};
use crate::{
    Asked, BeneficiaryId, Found, Lookup, PersonRecord, PersonTag, Registry, RegistryError, RegistryKey, tell_apart,
};

/// How often a change is tried again when another writer was first.
pub(crate) const ATTEMPTS: usize = 16;

/// Where the record lies by which a registry knows its key. No mobile hashes to it but by a chance of one in 2^128.
const SENTINEL: [u8; 16] = *b"kycvs registry 1";

/// A registry over any [`HouseholdStore`], in which every household is sealed.
///
/// People come into it from a [CSV file](Self::import_csv) or [one by one](Self::upsert). Every change is a
/// compare-and-set of one household, or of two at once, so that any number of hosts may write, and none half.
pub struct SealedRegistry {
    pub(crate) store: Arc<dyn HouseholdStore>,
    pub(crate) seal: Seal,
    pub(crate) decoys: Decoys,
}

#[async_trait]
impl Registry for SealedRegistry {
    /// An unknown mobile takes as long as a wrong name: a household of nobody is opened and searched in its place.
    async fn find(
        &self,
        mobile: &Mobile,
        name: &PersonName,
        birth_year: Option<BirthYear>,
    ) -> Result<Lookup, RegistryError> {
        let (opened, is_known) = self.household_of(mobile).await?;
        // All names and births are read; the rest is decoded of the one who was asked for.
        self.look_up(&RawHousehold::read(opened.bytes())?, is_known, Asked { name, birth_year })
    }

    /// The household is read, opened and decoded once.
    async fn find_many(&self, mobile: &Mobile, asked: &[Asked<'_>]) -> Result<Vec<Lookup>, RegistryError> {
        within_limit(asked)?;
        let (opened, is_known) = self.household_of(mobile).await?;
        let household = RawHousehold::read(opened.bytes())?;
        let lookups: Result<_, _> = asked.iter().map(|one| self.look_up(&household, is_known, *one)).collect();
        Ok(tell_apart(asked, lookups?))
    }

    async fn find_again(&self, mobile: &Mobile, person: &PersonTag) -> Result<Option<Found>, RegistryError> {
        let key = self.seal.household_key(mobile);
        let people = self.open_people(&key, self.store.get(&key).await?)?;
        let is_theirs = |id: &BeneficiaryId| self.seal.person_tag(id) == *person;
        let found = people.into_iter().find(|known| is_theirs(&known.id) || known.other_ids.iter().any(is_theirs));
        Ok(found.map(|found| Found {
            person: self.seal.person_tag(&found.id),
            history: DoseHistory { birth: found.birth, doses: found.doses, immunity: found.immunity },
        }))
    }
}

impl SealedRegistry {
    /// Opens the registry in `store`, sealed under `key`; an empty store becomes one.
    ///
    /// # Errors
    /// [`RegistryError::WrongKey`] where another key sealed it: without this check, a wrong key would make a whole country
    /// unknown. Those of the store.
    pub async fn open(key: &RegistryKey, store: Arc<dyn HouseholdStore>) -> Result<Self, RegistryError> {
        let seal = Seal::new(key);
        let place = Key::from(SENTINEL);
        for _ in 0..ATTEMPTS {
            if let Some(record) = store.get(&place).await? {
                seal.open(&place, record.body).map_err(|_| RegistryError::WrongKey)?;
                let decoys = Decoys::new(&seal)?;
                return Ok(Self { store, seal, decoys });
            }
            let body = seal.seal(&place, &[], seal.nonce()?)?;
            match store.write(vec![HouseholdWrite { key: place, expected: None, body }]).await {
                Ok(()) | Err(StoreError::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::Conflict.into())
    }

    /// The tag of the person who has that id.
    pub fn tag_of(&self, id: &BeneficiaryId) -> PersonTag {
        self.seal.person_tag(id)
    }

    /// The household of a mobile, and whether it is known; if not, it is one of nobody.
    async fn household_of(&self, mobile: &Mobile) -> Result<(Opened, bool), RegistryError> {
        let key = self.seal.household_key(mobile);
        let record = self.store.get(&key).await?;
        let is_known = record.is_some();
        let (key, body) = record.map_or_else(|| self.decoys.instead_of(&key), |record| (key, record.body));
        Ok((self.seal.open(&key, body)?, is_known))
    }

    fn look_up(&self, household: &RawHousehold<'_>, is_known: bool, asked: Asked<'_>) -> Result<Lookup, RegistryError> {
        let place = match choose(asked.name, asked.birth_year, household.candidates()) {
            Choice::One(place) if is_known => place,
            Choice::AskBirthYear if is_known => return Ok(Lookup::BirthYearNeeded),
            _ => return Ok(Lookup::NotFound),
        };
        let (id, history) = household.person(place)?;
        Ok(Lookup::Found(Found { history, person: self.seal.person_tag(&id) }))
    }

    /// The people of a household; none where there is no record.
    pub(crate) fn open_people(
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
