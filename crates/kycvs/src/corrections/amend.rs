use chrono::NaiveDate;
use kycvs_domain::{Mobile, Product};
use kycvs_registry::{BeneficiaryId, PersonRecord, PersonTag, SealedRegistry, UpdateError};

use super::Correction;
use crate::{Error, StatusService};

/// A change of what is recorded of one person.
#[derive(Clone)]
pub enum Amendment {
    /// Registers the person, or replaces all that was kept under their id.
    Put(PersonRecord),
    /// Takes back what was recorded for a day, of one product or of all.
    VoidDose {
        /// Whose.
        id: BeneficiaryId,
        /// The day.
        given_on: NaiveDate,
        /// The product, where several were given that day.
        product: Option<Product>,
    },
    /// Erases the person.
    Erase(BeneficiaryId),
}

/// Why a record was not amended, or not surely.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AmendError {
    /// The registry did not change it.
    #[error(transparent)]
    Update(#[from] UpdateError),
    /// What was shared could not be looked at. The registry may be changed: amend again.
    #[error(transparent)]
    Service(#[from] Error),
}

impl StatusService {
    /// Changes the registry while answers are given from it, and ends what was shared wrongly because of the record that was wrong.
    /// Tells whether there was anything to change. The tokens end within 20 minutes; [`keep`](Self::keep) looks again two
    /// minutes later.
    ///
    /// # Errors
    /// [`AmendError`]; doing it again is safe.
    #[tracing::instrument(name = "kycvs.amend", skip_all, err)]
    pub async fn amend(
        &self,
        registry: &SealedRegistry,
        mobile: &Mobile,
        amendment: Amendment,
    ) -> Result<bool, AmendError> {
        let erased = match &amendment {
            Amendment::Erase(id) => Some(registry.tag_of(id)),
            Amendment::Put(_) | Amendment::VoidDose { .. } => None,
        };
        let correction = Correction { mobile: *mobile, erased };
        self.corrections.announce(&[correction], self.clock.now()).await?;
        let is_changed = match amendment {
            Amendment::Put(person) => registry.upsert(mobile, &person).await.map(|()| true)?,
            Amendment::VoidDose { id, given_on, product } => registry.void_dose(mobile, &id, given_on, product).await?,
            Amendment::Erase(id) => registry.remove(mobile, &id).await?,
        };
        self.announce_and_look(correction).await?;
        Ok(is_changed)
    }

    /// Ends what was shared wrongly of people on a number, after a registry of the host's own was changed. Where a crash must not
    /// lose it, the host calls this before the change as well.
    ///
    /// # Errors
    /// [`Error::StoreUnavailable`], [`Error::RegistryUnavailable`], [`Error::RandomUnavailable`]; calling again is safe.
    #[tracing::instrument(name = "kycvs.corrected", skip_all, err)]
    pub async fn corrected(&self, mobile: &Mobile) -> Result<(), Error> {
        self.announce_and_look(Correction { mobile: *mobile, erased: None }).await
    }

    /// The same after the host erased a person: all that was told of them ends. A person who moved to another number is not
    /// erased, and what was shared about them holds.
    ///
    /// # Errors
    /// As [`corrected`](Self::corrected).
    #[tracing::instrument(name = "kycvs.erased", skip_all, err)]
    pub async fn erased(&self, mobile: &Mobile, person: &PersonTag) -> Result<(), Error> {
        self.announce_and_look(Correction { mobile: *mobile, erased: Some(*person) }).await
    }

    async fn announce_and_look(&self, correction: Correction) -> Result<(), Error> {
        self.corrections.announce(&[correction], self.clock.now()).await?;
        self.recheck(&correction.mobile, correction.erased.as_slice()).await.map(|_| ())
    }
}
