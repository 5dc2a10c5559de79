use std::fmt;

use async_trait::async_trait;
use kycvs_domain::Mobile;
use kycvs_store::StoreError;

use crate::PersonTag;

/// Who has to know of corrections while answers are given from the registry, such as a service whose tokens may be wrong by them.
#[async_trait]
pub trait OnCorrection: fmt::Debug + Send + Sync {
    /// Takes what an import is about to write, and once more when it is written: an import that dies in between has told. What is
    /// not taken is not written, and the import ends.
    ///
    /// # Errors
    /// [`StoreError`].
    async fn corrected(&self, corrected: &[Corrected]) -> Result<(), StoreError>;
}

/// A mobile on which a record that was there is another now.
#[derive(Clone, PartialEq, Eq)]
pub struct Corrected {
    /// The mobile.
    pub mobile: Mobile,
    /// Who is erased there.
    pub erased: Vec<PersonTag>,
}

impl fmt::Debug for Corrected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Corrected(redacted)")
    }
}
