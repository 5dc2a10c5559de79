use std::collections::{BTreeMap, BTreeSet};

use kycvs_store::{Day, Entry, Posting, StoreError};
use tokio_postgres::types::Type;

use crate::ledger::same_day;
use crate::sql::{Body, Id, Param};

/// Entries and postings as the parameters of one statement, which writes all of them or nothing.
///
/// It has up to three parts: a row `may`, which is there if everything may be written; the rows that are written where `may`
/// is; and the request that is answered. An entry that is there already, or a posting, makes the statement fail as a
/// duplicate, which undoes it.
pub(crate) struct Record<'a> {
    ids: Vec<Id>,
    seqs: Vec<i32>,
    bodies: Vec<Body<'a>>,
    topics: Vec<i16>,
    posting_ids: Vec<Id>,
    posting_bodies: Vec<Body<'a>>,
    /// Entries that must be there already.
    earlier: Vec<(Id, i32)>,
}

impl<'a> Record<'a> {
    /// Takes what is to be written. The entries of one id must follow each other, as far as that can be seen here.
    pub(crate) fn new(entries: &'a [Entry], postings: &'a [Posting]) -> Result<Self, StoreError> {
        let number = |seq: u32| i32::try_from(seq).map_err(|_| StoreError::Conflict); // nothing has so many
        let (mut last, mut earlier) = (BTreeMap::new(), Vec::new());
        for Entry { id, seq, .. } in entries {
            match (last.insert(*id, *seq), seq.checked_sub(1)) {
                (Some(last), before) if Some(last) != before => return Err(StoreError::Conflict),
                (None, Some(before)) => earlier.push((Id(*id), number(before)?)),
                _ => {}
            }
        }
        Ok(Self {
            ids: entries.iter().map(|entry| Id(entry.id)).collect(),
            seqs: entries.iter().map(|entry| number(entry.seq)).collect::<Result<_, _>>()?,
            bodies: entries.iter().map(|entry| Body(&entry.body)).collect(),
            topics: postings.iter().map(|posting| posting.topic.0.into()).collect(),
            posting_ids: postings.iter().map(|posting| Id(posting.id)).collect(),
            posting_bodies: postings.iter().map(|posting| Body(&posting.body)).collect(),
            earlier,
        })
    }

    /// Whether the statement looks for entries that must be there.
    pub(crate) fn looks(&self) -> bool {
        !self.earlier.is_empty()
    }

    /// The days of its entries.
    pub(crate) fn days(&self) -> BTreeSet<Day> {
        self.ids.iter().filter_map(|id| id.0.day()).collect()
    }

    /// The statement; it answers a row if all was written. With an answer, that has the parameters 7 to 10.
    pub(crate) fn statement(&self, answers: bool) -> String {
        let first_free = if answers { 11 } else { 7 };
        let looks: Vec<String> = (first_free..)
            .step_by(2)
            .zip(&self.earlier)
            .map(|(place, (Id(id), _))| {
                let (next, day) = (place + 1, same_day(id));
                format!("EXISTS (SELECT FROM kycvs.entry WHERE id = ${place} AND seq = ${next} AND {day})")
            })
            .collect();
        let looks = if looks.is_empty() { "true".to_owned() } else { looks.join(" AND ") };
        let (may, done) = if answers { (REQUEST, ANSWER) } else { ("SELECT WHERE true", "SELECT FROM may") };
        format!(
            "WITH may AS ({may} AND {looks} {lock}), entries AS (
                INSERT INTO kycvs.entry (id, seq, body)
                SELECT new.* FROM unnest($1::uuid[], $2::integer[], $3::bytea[]) AS new, may
            ), postings AS (
                INSERT INTO kycvs.posting (topic, id, body)
                SELECT new.* FROM unnest($4::smallint[], $5::uuid[], $6::bytea[]) AS new, may
            ) {done}",
            lock = if answers { "FOR UPDATE" } else { "" },
        )
    }

    /// The parameters of the statement.
    pub(crate) fn params<'p>(&'p self, answer: Option<&'p [Param<'p>; 4]>) -> Vec<Param<'p>> {
        let mut params: Vec<Param<'p>> = vec![
            (&self.ids, Type::UUID_ARRAY),
            (&self.seqs, Type::INT4_ARRAY),
            (&self.bodies, Type::BYTEA_ARRAY),
            (&self.topics, Type::INT2_ARRAY),
            (&self.posting_ids, Type::UUID_ARRAY),
            (&self.posting_bodies, Type::BYTEA_ARRAY),
        ];
        params.extend(answer.into_iter().flatten().cloned());
        for (id, seq) in &self.earlier {
            params.push((id, Type::UUID));
            params.push((seq, Type::INT4));
        }
        params
    }
}

/// The request is locked at its version before anything is written.
const REQUEST: &str = "SELECT id FROM kycvs.challenge WHERE id = $7::uuid AND version = $8::bigint";

const ANSWER: &str = "UPDATE kycvs.challenge c SET version = c.version + 1, body = $9, purge_at = $10
    FROM may WHERE c.id = $7 AND c.version = $8 RETURNING 1";
