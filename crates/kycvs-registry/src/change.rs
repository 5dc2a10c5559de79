use chrono::NaiveDate;
use kycvs_domain::{Choice, Dose, Mobile, Product, choose};
use kycvs_store::{HouseholdWrite, StoreError};
use serde::Serialize;

use crate::people::{self, NotMerged, NotMoved};
use crate::record::is_one_dose;
use crate::sealed::ATTEMPTS;
use crate::{BeneficiaryId, MAX_DOSES, MAX_PEOPLE, PersonRecord, RegistryError, SealedRegistry};

/// Why a change was not made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UpdateError {
    /// The mobile has [`MAX_PEOPLE`] people already.
    #[error("a mobile has at most {MAX_PEOPLE} people")]
    HouseholdFull,
    /// There is nobody of that id on the mobile.
    #[error("there is nobody of this id on this mobile")]
    NoSuchPerson,
    /// There is somebody of that id on the other mobile already.
    #[error("there is somebody of this id on the other mobile")]
    IsThere,
    /// Two ids that are two people's, by name or by birth date.
    #[error("the two ids have different names or birth dates")]
    AnotherPerson,
    /// Together they have more than [`MAX_DOSES`] doses, or more ids than a person can have.
    #[error("together they have more than {MAX_DOSES} doses or too many ids")]
    TooManyDoses,
    /// The registry was not there, or not readable; nothing was changed.
    #[error(transparent)]
    Registry(#[from] RegistryError),
}

impl UpdateError {
    /// A stable word for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::HouseholdFull => "household-full",
            Self::NoSuchPerson => "no-such-person",
            Self::IsThere => "moved-already",
            Self::AnotherPerson => "another-person",
            Self::TooManyDoses => "too-many-doses",
            Self::Registry(error) => error.code(),
        }
    }
}

/// All that is kept of one person, and whether anybody who asks for them gets an answer. It is personal data; as JSON it is
/// one object.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct PersonState {
    /// The source's number of the person.
    pub beneficiary_id: String,
    /// Ids that were merged into it.
    pub other_ids: Vec<String>,
    /// The normalised name.
    pub name: String,
    /// The day of birth (`1986-02-11`), or the year alone (`1986`), where it is known.
    pub birth: Option<String>,
    /// By date.
    pub doses: Vec<DoseState>,
    /// Whether the name and the year of birth lead to this person, and to nobody else on the mobile.
    pub is_answerable: bool,
}

/// A dose of a [`PersonState`].
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct DoseState {
    /// The day.
    pub given_on: NaiveDate,
    /// The product's name in the catalogue, or its code where the catalogue does not know it.
    pub product: Option<String>,
    /// The number that the record gives it.
    pub dose_number: Option<u8>,
    /// The lot.
    pub batch: Option<String>,
}

impl SealedRegistry {
    /// What is kept of a person; `None` where there is nobody of that id on the mobile.
    ///
    /// # Errors
    /// [`RegistryError`].
    pub async fn person(&self, mobile: &Mobile, id: &BeneficiaryId) -> Result<Option<PersonState>, RegistryError> {
        let key = self.seal.household_key(mobile);
        let people = self.open_people(&key, self.store.get(&key).await?)?;
        Ok(people.iter().position(|person| person.has_id(id)).and_then(|place| state_of(place, &people)))
    }

    /// Registers a person on a mobile, or replaces all that was kept under their id there. Ids that were merged into it stay.
    ///
    /// # Errors
    /// [`UpdateError::HouseholdFull`], or [`UpdateError::Registry`]; nothing was changed, but for an unavailable store that
    /// may have done it: then do it again.
    pub async fn upsert(&self, mobile: &Mobile, person: &PersonRecord) -> Result<(), UpdateError> {
        self.update(mobile, |people| {
            let full = people.len() >= MAX_PEOPLE;
            match people.iter_mut().find(|known| known.has_id(&person.id)) {
                Some(known) => {
                    let other_ids = std::mem::take(&mut known.other_ids);
                    *known = PersonRecord { id: known.id, other_ids, ..person.clone() };
                }
                None if full => return Err(UpdateError::HouseholdFull),
                None => people.push(person.clone()),
            }
            Ok(true)
        })
        .await
        .map(|_| ())
    }

    /// Takes back what was recorded for that day, of one product or of all, and tells whether there was any.
    ///
    /// # Errors
    /// [`UpdateError::Registry`], as for [`upsert`](Self::upsert).
    pub async fn void_dose(
        &self,
        mobile: &Mobile,
        id: &BeneficiaryId,
        given_on: NaiveDate,
        product: Option<Product>,
    ) -> Result<bool, UpdateError> {
        let void = Dose::new(product, given_on);
        self.update(mobile, |people| {
            let Some(person) = people.iter_mut().find(|known| known.has_id(id)) else { return Ok(false) };
            let before = person.doses.len();
            person.doses.retain(|dose| !is_one_dose(dose, &void));
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
            people.retain(|known| !known.has_id(id));
            Ok(people.len() < before)
        })
        .await
    }

    /// Gives a person another mobile: off the one and on the other at once.
    ///
    /// # Errors
    /// [`UpdateError`]; nothing was changed, as for [`upsert`](Self::upsert).
    pub async fn move_person(&self, from: &Mobile, to: &Mobile, id: &BeneficiaryId) -> Result<(), UpdateError> {
        let keys = [from, to].map(|mobile| self.seal.household_key(mobile));
        if from == to {
            return Err(UpdateError::IsThere);
        }
        for _ in 0..ATTEMPTS {
            let mut households = Vec::with_capacity(keys.len());
            let mut expected = Vec::with_capacity(keys.len());
            for (key, record) in keys.iter().zip(self.store.get_many(&keys).await.map_err(RegistryError::from)?) {
                expected.push(record.as_ref().map(|record| record.version));
                households.push(self.open_people(key, record)?);
            }
            let [old, new] = households.as_mut_slice() else { return Err(RegistryError::Damaged.into()) };
            people::move_person(old, new, id)?;
            let mut writes = Vec::with_capacity(keys.len());
            for ((key, expected), people) in keys.into_iter().zip(expected).zip(&households) {
                writes.push(HouseholdWrite { key, expected, body: self.seal.seal(&key, people, self.seal.nonce()?)? });
            }
            match self.store.write(writes).await {
                Ok(()) => return Ok(()),
                Err(StoreError::Conflict) => {}
                Err(error) => return Err(RegistryError::from(error).into()),
            }
        }
        Err(RegistryError::from(StoreError::Conflict).into())
    }

    /// Makes one of two records of a person who was registered twice on one mobile: the doses of both are kept under the id
    /// `kept`, which from then on answers for `twice` too, in later imports as well. Who calls this knows that it is one
    /// person, by a photo ID.
    ///
    /// # Errors
    /// [`UpdateError`]; nothing was changed, as for [`upsert`](Self::upsert).
    pub async fn merge_ids(
        &self,
        mobile: &Mobile,
        twice: &BeneficiaryId,
        kept: &BeneficiaryId,
    ) -> Result<(), UpdateError> {
        self.update(mobile, |people| Ok(people::merge_ids(people, twice, kept).map(|_| true)?)).await.map(|_| ())
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
            let mut people = self.open_people(&key, record)?;
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
}

impl From<NotMoved> for UpdateError {
    fn from(error: NotMoved) -> Self {
        match error {
            NotMoved::NoSuchPerson => Self::NoSuchPerson,
            NotMoved::IsThere => Self::IsThere,
            NotMoved::HouseholdFull => Self::HouseholdFull,
        }
    }
}

impl From<NotMerged> for UpdateError {
    fn from(error: NotMerged) -> Self {
        match error {
            NotMerged::NoSuchPerson => Self::NoSuchPerson,
            NotMerged::AnotherPerson => Self::AnotherPerson,
            NotMerged::TooManyDoses => Self::TooManyDoses,
        }
    }
}

fn state_of(place: usize, people: &[PersonRecord]) -> Option<PersonState> {
    let person = people.get(place)?;
    let candidates = people.iter().zip(0..).map(|(person, at)| (person.name.normalised(), person.birth_year(), at));
    let dose = |dose: &Dose| DoseState {
        given_on: dose.given_on,
        product: dose
            .product
            .map(|code| code.product().map_or_else(|| code.to_string(), |product| product.name().to_owned())),
        dose_number: dose.dose_number,
        batch: dose.batch.as_ref().map(|batch| batch.as_str().to_owned()),
    };
    Some(PersonState {
        beneficiary_id: person.id.as_str().to_owned(),
        other_ids: person.other_ids.iter().map(|id| id.as_str().to_owned()).collect(),
        name: person.name.normalised().to_owned(),
        birth: person.birth.map(people::birth_text),
        doses: person.doses.iter().map(dose).collect(),
        is_answerable: choose(&person.name, person.birth_year(), candidates) == Choice::One(place),
    })
}
