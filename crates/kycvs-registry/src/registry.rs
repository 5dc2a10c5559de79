use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use kycvs_domain::{BirthYear, DoseHistory, Mobile, PersonName};

use crate::many::within_limit;
use crate::{Asked, RegistryError, tell_apart};

/// Who is vaccinated.
///
/// [`SealedRegistry`](crate::SealedRegistry) is the one that this crate brings. A host that has its people in tables of
/// its own implements this trait over them instead, with [`choose`](kycvs_domain::choose()) to compare names.
///
/// # Contract
///
/// The module `testkit` (feature of the same name) holds a registry to it.
///
/// - The answer is about one named person. A name that matches nobody on that mobile, or more than one, is
///   [`NotFound`](Lookup::NotFound), the same as an unknown mobile; the others on the mobile are never listed or counted.
/// - [`BirthYearNeeded`](Lookup::BirthYearNeeded) comes only where no year was given and one would decide.
/// - A person who is registered and has no dose gives a history without doses, not `NotFound`.
/// - The last correction holds: a dose that was voided is not in the history.
/// - Of several who are asked about at once, each name is judged as if it were alone; but no record answers for two of them, as
///   [`tell_apart`] says.
/// - A [`PersonTag`] stays with its person whatever else changes, and no two people have the same. Where two records of one
///   person became one, both of their tags find it again.
#[async_trait]
pub trait Registry: Send + Sync {
    /// The one person on `mobile` whose name matches `name`, and whose year of birth does not contradict `birth_year`.
    ///
    /// # Errors
    /// [`RegistryError`]; none of them says whether there is such a person.
    async fn find(
        &self,
        mobile: &Mobile,
        name: &PersonName,
        birth_year: Option<BirthYear>,
    ) -> Result<Lookup, RegistryError>;

    /// The same for several people on one mobile: an answer for each, in their order. A registry that keeps a mobile's people
    /// together reads them once.
    ///
    /// # Errors
    /// [`RegistryError::TooManyAsked`] for more than [`MAX_PEOPLE`](crate::MAX_PEOPLE), and as [`find`](Self::find): where one
    /// cannot be answered, none is.
    async fn find_many(&self, mobile: &Mobile, asked: &[Asked<'_>]) -> Result<Vec<Lookup>, RegistryError> {
        within_limit(asked)?;
        let mut lookups = Vec::with_capacity(asked.len());
        for Asked { name, birth_year } in asked {
            lookups.push(self.find(mobile, name, *birth_year).await?);
        }
        Ok(tell_apart(asked, lookups))
    }

    /// The person of a tag, if they are registered on `mobile`: what was shared about them is held against what is recorded now.
    ///
    /// # Errors
    /// [`RegistryError`].
    async fn find_again(&self, mobile: &Mobile, person: &PersonTag) -> Result<Option<Found>, RegistryError>;

    /// Whether the registry can be asked now: it looks for somebody whom nobody registers.
    ///
    /// # Errors
    /// [`RegistryError`].
    async fn check(&self) -> Result<(), RegistryError> {
        match (Mobile::parse("6000000000"), PersonName::parse("Nobody")) {
            (Ok(mobile), Ok(name)) => self.find(&mobile, &name, None).await.map(|_| ()),
            _ => Ok(()),
        }
    }
}

#[async_trait]
impl<R: Registry + ?Sized> Registry for Arc<R> {
    async fn find(
        &self,
        mobile: &Mobile,
        name: &PersonName,
        birth_year: Option<BirthYear>,
    ) -> Result<Lookup, RegistryError> {
        (**self).find(mobile, name, birth_year).await
    }

    async fn find_many(&self, mobile: &Mobile, asked: &[Asked<'_>]) -> Result<Vec<Lookup>, RegistryError> {
        (**self).find_many(mobile, asked).await
    }

    async fn find_again(&self, mobile: &Mobile, person: &PersonTag) -> Result<Option<Found>, RegistryError> {
        (**self).find_again(mobile, person).await
    }

    async fn check(&self) -> Result<(), RegistryError> {
        (**self).check().await
    }
}

/// What a registry answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// The one person.
    Found(Found),
    /// More than one could be meant, and a year of birth would tell them apart.
    BirthYearNeeded,
    /// Nobody, or more than one.
    NotFound,
}

impl Lookup {
    /// The person, where there is one.
    pub fn found(self) -> Option<Found> {
        match self {
            Self::Found(found) => Some(found),
            Self::BirthYearNeeded | Self::NotFound => None,
        }
    }
}

/// A person who was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Their doses and birth date.
    pub history: DoseHistory,
    /// Who they are, without saying it.
    pub person: PersonTag,
}

/// Says about two answers whether they are about one person, and nothing else.
///
/// It is derived from whatever number the registry gives a person, under a secret, so that it stays when the name, the
/// doses or the mobile change. A registry that gives two people one tag shows each the other's past.
///
/// It is not shown by `Debug`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonTag([u8; 16]);

impl PersonTag {
    /// Takes up a tag.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Debug for PersonTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonTag(redacted)")
    }
}
