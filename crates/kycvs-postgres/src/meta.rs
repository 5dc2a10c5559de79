use kycvs_store::StoreError;
use tokio_postgres::types::Type;

use crate::PostgresStore;
use crate::sql::{Body, Param};

const READ: &str = "SELECT value FROM kycvs.meta WHERE name = $1";

const CLAIM: &str = "INSERT INTO kycvs.meta (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING";

/// Facts about a database as a whole, by name.
impl PostgresStore {
    /// Reads a value; `None` if it was never set.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] or [`StoreError::Damaged`].
    pub async fn meta(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let rows = self.primary.read(READ, &[(&name, Type::TEXT)]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        row.try_get(0).map(Some).map_err(|_| StoreError::Damaged { what: "meta" })
    }

    /// Says a value, unless one was said before: of several who do so at once, the first is right. [`meta`](Self::meta) tells
    /// which. The owner may do so.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn claim_meta(&self, name: &str, value: &[u8]) -> Result<(), StoreError> {
        let params: [Param<'_>; 2] = [(&name, Type::TEXT), (&Body(value), Type::BYTEA)];
        self.primary.call(1, CLAIM, &params).await?;
        Ok(())
    }
}
