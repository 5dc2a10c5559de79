use std::collections::BTreeMap;

use async_trait::async_trait;
use kycvs_store::{ConsentLedger, Day, Entry, Key, Posting, StoreError, are_too_large};
use tokio_postgres::Row;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::Type;

use crate::PostgresStore;
use crate::error::Failure;
use crate::record::Record;
use crate::sql::{Id, Param};

/// Planned for its ids, it is about the partitions of their days. A plan for any ids would lock and open those of all days.
const READ_MANY: &str = "SELECT id, seq, body FROM kycvs.entry WHERE id = ANY ($1::uuid[]) ORDER BY id, seq";

const FORGET: &str = "SELECT kycvs.forget($1)";

const FORGET_BEFORE: &str = "SELECT kycvs.forget_before($1)";

const OPEN_DAY: &str = "SELECT kycvs.open_day($1)";

/// It adds nothing, and is refused as an entry would be: by a standby, a read-only session, or for a missing right.
pub(crate) const CHECK: &str = "INSERT INTO kycvs.entry (id, seq, body)
    SELECT NULL::uuid, NULL::integer, NULL::bytea WHERE false";

const DAMAGED: StoreError = StoreError::Damaged { what: "entry" };

#[async_trait]
impl ConsentLedger for PostgresStore {
    async fn record(&self, entries: Vec<Entry>, postings: Vec<Posting>) -> Result<(), StoreError> {
        if are_too_large(&entries, &postings) {
            return Err(StoreError::TooLarge);
        }
        self.write(&Record::new(&entries, &postings)?, None).await
    }

    async fn read(&self, id: &Key) -> Result<Vec<Vec<u8>>, StoreError> {
        let read = format!("SELECT seq, body FROM kycvs.entry WHERE id = $1 AND {} ORDER BY seq", same_day(id));
        let rows = self.primary.read(&read, &[(&Id(*id), Type::UUID)]).await?;
        (0..)
            .zip(rows)
            .map(|(seq, row)| {
                let in_order = row.try_get(0).is_ok_and(|stored: i32| stored == seq);
                if in_order { row.try_get(1).map_err(|_| DAMAGED) } else { Err(DAMAGED) }
            })
            .collect()
    }

    async fn read_many(&self, ids: &[Key]) -> Result<Vec<Vec<Vec<u8>>>, StoreError> {
        let asked: Vec<Id> = ids.iter().copied().map(Id).collect();
        let mut found: BTreeMap<Key, Vec<Vec<u8>>> = BTreeMap::new();
        for row in self.primary.call_unnamed(READ_MANY, &[(&asked, Type::UUID_ARRAY)]).await? {
            let Id(id) = row.try_get(0).map_err(|_| DAMAGED)?;
            let entries = found.entry(id).or_default();
            if row.try_get(1).ok().and_then(|seq: i32| usize::try_from(seq).ok()) != Some(entries.len()) {
                return Err(DAMAGED);
            }
            entries.push(row.try_get(2).map_err(|_| DAMAGED)?);
        }
        Ok(ids.iter().map(|id| found.get(id).cloned().unwrap_or_default()).collect())
    }

    async fn forget(&self, ids: &[Key]) -> Result<(), StoreError> {
        let ids: Vec<Id> = ids.iter().copied().map(Id).collect();
        self.primary.call(1, FORGET, &[(&ids, Type::UUID_ARRAY)]).await?;
        Ok(())
    }

    async fn forget_before(&self, before: Day) -> Result<(), StoreError> {
        self.primary.call(1, FORGET_BEFORE, &[(&i32::from(before.number()), Type::INT4)]).await?;
        Ok(())
    }

    async fn check_writable(&self) -> Result<(), StoreError> {
        self.primary.call(1, CHECK, &[]).await?;
        Ok(())
    }
}

impl PostgresStore {
    /// Writes a record, with the answer to a request if there is one. The first entry of a day finds no partition; then it is
    /// made, and the record is written again.
    pub(crate) async fn write(&self, record: &Record<'_>, answer: Option<&[Param<'_>; 4]>) -> Result<(), StoreError> {
        let mut written = self.send(record, answer).await;
        if written.as_ref().is_err_and(|failure| failure.code() == Some(&SqlState::CHECK_VIOLATION)) {
            for day in record.days() {
                self.primary.call(1, OPEN_DAY, &[(&i32::from(day.number()), Type::INT4)]).await?;
            }
            written = self.send(record, answer).await;
        }
        if written?.is_empty() { Err(StoreError::Conflict) } else { Ok(()) }
    }

    async fn send(&self, record: &Record<'_>, answer: Option<&[Param<'_>; 4]>) -> Result<Vec<Row>, Failure> {
        let statement = record.statement(answer.is_some());
        let params: Vec<Param<'_>> = record.params(answer);
        // With a look for an earlier entry the text names a day, so that it is not kept for the next time.
        if record.looks() {
            self.primary.call_unnamed(&statement, &params).await
        } else {
            self.primary.call(1, &statement, &params).await
        }
    }
}

/// Says about a column `id` that it lies in the partition of an id. A partition that the text names is found when the statement is
/// planned; to find it later, the server would lock all of them.
pub(crate) fn same_day(id: &Key) -> String {
    let first = |number: u16| format!("'{number:04x}0000-0000-0000-0000-000000000000'");
    match id.day() {
        Some(day) => format!("id >= {} AND id < {}", first(day.number()), first(day.number() + 1)),
        None => format!("id >= {}", first(u16::MAX)),
    }
}
