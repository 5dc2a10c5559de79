use async_trait::async_trait;
use kycvs_store::{Advance, BoardStore, Key, Page, Posting, StoreError, Topic, Version, Versioned};
use redb::ReadableTable;

use crate::RedbStore;
use crate::error::unavailable;
use crate::tables::{PAGES, POSTINGS, Tables};

#[async_trait]
impl BoardStore for RedbStore {
    async fn pending(&self, topic: Topic, limit: u32) -> Result<Vec<Posting>, StoreError> {
        let postings = self.read(POSTINGS)?;
        let of_topic = (topic.0, [0; 16])..=(topic.0, [0xFF; 16]);
        let rows = ReadableTable::range(&postings, of_topic).map_err(unavailable)?;
        rows.take(usize::try_from(limit).unwrap_or(usize::MAX))
            .map(|row| {
                let (key, body) = row.map_err(unavailable)?;
                Ok(Posting { topic, id: Key::from(key.value().1), body: body.value().to_vec() })
            })
            .collect()
    }

    async fn page(&self, id: &Key) -> Result<Option<Versioned<Vec<u8>>>, StoreError> {
        let pages = self.read(PAGES)?;
        let Some(row) = ReadableTable::get(&pages, id.as_bytes()).map_err(unavailable)? else { return Ok(None) };
        let (version, body) = decode(row.value())?;
        Ok(Some(Versioned { body: body.to_vec(), version }))
    }

    async fn advance(&self, advance: Advance) -> Result<(), StoreError> {
        if advance.is_too_large() {
            return Err(StoreError::TooLarge);
        }
        if advance.has_a_page_twice() {
            return Err(StoreError::Conflict);
        }
        self.writer.run(move |tables| advance_in(tables, &advance)).await
    }
}

fn advance_in(tables: &mut Tables<'_>, advance: &Advance) -> Result<(), StoreError> {
    if version_of(tables, &advance.head.id)? != advance.expected {
        return Err(StoreError::Conflict);
    }
    let pages: Vec<(&Page, Version)> = std::iter::once(&advance.head)
        .chain(&advance.pages)
        .map(|page| Ok((page, Version::after(version_of(tables, &page.id)?))))
        .collect::<Result<_, StoreError>>()?;
    for (Page { id, body }, version) in pages {
        let row = [&version.get().to_be_bytes(), &body[..]].concat();
        tables.pages.insert(id.as_bytes(), &row[..]).map_err(unavailable)?;
    }
    for (topic, id) in &advance.settled {
        tables.postings.remove((topic.0, *id.as_bytes())).map_err(unavailable)?;
    }
    Ok(())
}

fn version_of(tables: &Tables<'_>, id: &Key) -> Result<Option<Version>, StoreError> {
    let row = tables.pages.get(id.as_bytes()).map_err(unavailable)?;
    row.map(|row| Ok(decode(row.value())?.0)).transpose()
}

fn decode(row: &[u8]) -> Result<(Version, &[u8]), StoreError> {
    let damaged = StoreError::Damaged { what: "page" };
    let Some((version, body)) = row.split_first_chunk() else { return Err(damaged) };
    Ok((Version::from_stored(u64::from_be_bytes(*version)).ok_or(damaged)?, body))
}
