use async_trait::async_trait;
use kycvs_domain::{DoseHistory, Mobile, PersonName};

use crate::RegistryError;

/// Who is vaccinated.
///
/// [`SealedRegistry`](crate::SealedRegistry) is the one that this crate brings. A host that has its people in tables of
/// its own implements this trait over them instead, with [`only_match`](kycvs_domain::only_match) to compare names.
///
/// # Contract
///
/// - The answer is about one named person. A name that matches nobody on that mobile, or more than one, gives `None`, the
///   same as an unknown mobile; the others on the mobile are never listed or counted.
/// - A person who is registered and has no dose gives a history without doses, not `None`.
/// - The last correction holds: a dose that was voided is not in the history.
#[async_trait]
pub trait Registry: Send + Sync {
    /// The history of the one person on `mobile` whose name matches `name`.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`] or [`RegistryError::Damaged`]; neither says whether there is such a person.
    async fn find(&self, mobile: &Mobile, name: &PersonName) -> Result<Option<DoseHistory>, RegistryError>;
}
