use async_trait::async_trait;
use kycvs_store::{Advance, BoardStore, Key, Posting, StoreError, Topic, Versioned};
use tokio_postgres::types::Type;

use crate::PostgresStore;
use crate::sql::{Body, Id, Param, bigint, version};

/// In their order, so that the server does not find all of them first.
const PENDING: &str = "SELECT id, body FROM kycvs.posting WHERE topic = $1 ORDER BY id LIMIT $2";

const PAGE: &str = "SELECT version, body FROM kycvs.page WHERE id = $1";

const BEGIN: &str = "INSERT INTO kycvs.page (id, version, body)
    SELECT $1::uuid, 1, $2::bytea WHERE $3::bigint = 0 ON CONFLICT DO NOTHING RETURNING 1";

const CONTINUE: &str = "UPDATE kycvs.page SET version = version + 1, body = $2
    WHERE id = $1::uuid AND version = $3::bigint RETURNING 1";

/// What follows happens where the head was replaced. Pages are locked behind the head, so that no two calls wait for each other.
const FOLLOW: &str = "pages AS (
        INSERT INTO kycvs.page AS old (id, version, body)
        SELECT new.id, 1, new.body FROM unnest($4::uuid[], $5::bytea[]) AS new (id, body), head
        ON CONFLICT (id) DO UPDATE SET version = old.version + 1, body = excluded.body
    ), settled AS (
        DELETE FROM kycvs.posting USING unnest($6::smallint[], $7::uuid[]) AS done (topic, id), head
        WHERE posting.topic = done.topic AND posting.id = done.id
    ) SELECT FROM head";

/// A call has the time of a statement for so many bytes of pages.
const BYTES_A_STATEMENT: usize = 4 << 20;

#[async_trait]
impl BoardStore for PostgresStore {
    async fn pending(&self, topic: Topic, limit: u32) -> Result<Vec<Posting>, StoreError> {
        const DAMAGED: StoreError = StoreError::Damaged { what: "posting" };
        let params: [Param<'_>; 2] = [(&i16::from(topic.0), Type::INT2), (&i64::from(limit), Type::INT8)];
        let rows = self.primary.call(1, PENDING, &params).await?;
        rows.iter()
            .map(|row| {
                let Id(id) = row.try_get(0).map_err(|_| DAMAGED)?;
                Ok(Posting { topic, id, body: row.try_get(1).map_err(|_| DAMAGED)? })
            })
            .collect()
    }

    async fn page(&self, id: &Key) -> Result<Option<Versioned<Vec<u8>>>, StoreError> {
        const DAMAGED: StoreError = StoreError::Damaged { what: "page" };
        let rows = self.primary.read(PAGE, &[(&Id(*id), Type::UUID)]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let version = row.try_get(0).ok().and_then(version).ok_or(DAMAGED)?;
        Ok(Some(Versioned { body: row.try_get(1).map_err(|_| DAMAGED)?, version }))
    }

    async fn advance(&self, advance: Advance) -> Result<(), StoreError> {
        if advance.is_too_large() {
            return Err(StoreError::TooLarge);
        }
        if advance.has_a_page_twice() {
            return Err(StoreError::Conflict);
        }
        let Advance { head, expected, pages, settled } = &advance;
        let ids: Vec<Id> = pages.iter().map(|page| Id(page.id)).collect();
        let bodies: Vec<Body<'_>> = pages.iter().map(|page| Body(&page.body)).collect();
        let topics: Vec<i16> = settled.iter().map(|(topic, _)| topic.0.into()).collect();
        let done: Vec<Id> = settled.iter().map(|(_, id)| Id(*id)).collect();
        let params: [Param<'_>; 7] = [
            (&Id(head.id), Type::UUID),
            (&Body(&head.body), Type::BYTEA),
            (&expected.map(bigint).unwrap_or_default(), Type::INT8),
            (&ids, Type::UUID_ARRAY),
            (&bodies, Type::BYTEA_ARRAY),
            (&topics, Type::INT2_ARRAY),
            (&done, Type::UUID_ARRAY),
        ];
        let begin = if expected.is_none() { BEGIN } else { CONTINUE };
        let bytes: usize = pages.iter().map(|page| page.body.len()).sum();
        let patience = u32::try_from(bytes / BYTES_A_STATEMENT).unwrap_or(u32::MAX).saturating_add(1);
        let rows = self.primary.call(patience, &format!("WITH head AS ({begin}), {FOLLOW}"), &params).await?;
        if rows.is_empty() { Err(StoreError::Conflict) } else { Ok(()) }
    }
}
