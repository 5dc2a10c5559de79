use async_trait::async_trait;
use kycvs_store::{ConsentLedger, Key, MAX_BODY_BYTES, StoreError};
use tokio_postgres::types::Type;

use crate::PostgresStore;
use crate::sql::{Body, Id, Param};

/// It touches no partition but the row's own. A look into the table, as below, locks all of them first.
const BEGIN: &str = "INSERT INTO kycvs.consent (id, seq, entry) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING 1";

/// Entries are never removed, so the one before it tells that all are there.
const CONTINUE: &str = "INSERT INTO kycvs.consent (id, seq, entry)
    SELECT $1::uuid, $2::integer, $3::bytea WHERE EXISTS (SELECT FROM kycvs.consent WHERE id = $1 AND seq = $2 - 1)
    ON CONFLICT DO NOTHING RETURNING 1";

/// It adds nothing, and is refused as an entry would be: by a standby, a read-only session, or for a missing right.
pub(crate) const CHECK: &str = "INSERT INTO kycvs.consent (id, seq, entry)
    SELECT NULL::uuid, NULL::integer, NULL::bytea WHERE false";

#[async_trait]
impl ConsentLedger for PostgresStore {
    async fn append(&self, id: &Key, seq: u32, entry: Vec<u8>) -> Result<(), StoreError> {
        if entry.len() > MAX_BODY_BYTES {
            return Err(StoreError::TooLarge);
        }
        let seq = i32::try_from(seq).map_err(|_| StoreError::Conflict)?; // no consent has so many
        let params: [Param<'_>; 3] = [(&Id(*id), Type::UUID), (&seq, Type::INT4), (&Body(&entry), Type::BYTEA)];
        let append = if seq == 0 { BEGIN } else { CONTINUE };
        let rows = self.primary.call(1, append, &params).await?;
        if rows.is_empty() { Err(StoreError::Conflict) } else { Ok(()) }
    }

    async fn read(&self, id: &Key) -> Result<Vec<Vec<u8>>, StoreError> {
        const DAMAGED: StoreError = StoreError::Damaged { what: "consent" };
        let rows = self.primary.read(self.reading(id), &[(&Id(*id), Type::UUID)]).await?;
        (0..)
            .zip(rows)
            .map(|(seq, row)| {
                let in_order = row.try_get(0).is_ok_and(|stored: i32| stored == seq);
                if in_order { row.try_get(1).map_err(|_| DAMAGED) } else { Err(DAMAGED) }
            })
            .collect()
    }

    async fn check_writable(&self) -> Result<(), StoreError> {
        self.primary.call(1, CHECK, &[]).await?;
        Ok(())
    }
}
