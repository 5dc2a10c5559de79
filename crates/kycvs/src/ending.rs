use chrono::{DateTime, Utc};
use kycvs_consent::{ConsentEvent, ConsentId, ConsentRecord, Outcome, ReadBy};
use kycvs_store::{Entry, Posting, StoreError};

use crate::ledger::key;
use crate::lists::Flip;
use crate::{Error, ListName, StatusService};

/// How often an event is written again because another one was first.
const MAX_CONFLICTS: usize = 16;

/// Over how many ticks the bits of one act are spread: so few of them rise at once that nobody sees that they are one person's.
const SPREAD: u8 = 4;

impl StatusService {
    /// Writes an event down that ends what was shared on a consent, provided that it `is_due` by what the ledger says; tells whether
    /// it was. The first such event raises the token's bit, `ticks` after the tick that it could.
    pub(crate) async fn end(
        &self,
        id: &ConsentId,
        is_due: impl Fn(&ConsentRecord) -> Result<bool, Error>,
        event: ConsentEvent,
        ticks: i64,
    ) -> Result<bool, Error> {
        self.append(id, is_due, event, |record, now| self.flip(record, ticks, now)).await
    }

    /// Writes down that somebody read a consent.
    pub(crate) async fn note_read(&self, id: &ConsentId, by: ReadBy) -> Result<(), Error> {
        let event = ConsentEvent::Read { at: self.clock.now(), by };
        self.append(id, |_| Ok(true), event, |_, _| None).await.map(|_| ())
    }

    /// Writes an event down, with its leaf and what it flips, provided that it `is_due` by what the ledger says; tells whether it was.
    async fn append(
        &self,
        id: &ConsentId,
        is_due: impl Fn(&ConsentRecord) -> Result<bool, Error>,
        event: ConsentEvent,
        flip: impl Fn(&ConsentRecord, DateTime<Utc>) -> Option<Posting>,
    ) -> Result<bool, Error> {
        let body = event.to_bytes().map_err(StoreError::unavailable)?;
        for _ in 0..MAX_CONFLICTS {
            let record = self.books.ledger.read(id).await?.ok_or(Error::NotFound)?;
            if !is_due(&record)? {
                return Ok(false);
            }
            let seq = u32::try_from(record.events.len() + 1).map_err(StoreError::unavailable)?;
            let entry = Entry { id: key(id), seq, body: body.clone() };
            // In one write, so that no crash comes between.
            let now = self.clock.now();
            let postings = self.books.ledger.leaf(&entry, now).into_iter().chain(flip(&record, now)).collect();
            match self.books.ledger.histories.store.record(vec![entry], postings).await {
                Err(StoreError::Conflict) => {}
                done => return Ok(done.map(|()| true)?),
            }
        }
        Err(StoreError::Conflict.into())
    }

    /// How many ticks later a bit rises that is one of several of one act: drawn evenly.
    pub(crate) fn draw_ticks(&self) -> Result<i64, Error> {
        let [byte, ..] = self.draw_bytes()?;
        Ok((byte % SPREAD).into())
    }

    /// What makes the bit of a token rise. A token that is over needs none, nor one whose bit rises already.
    fn flip(&self, record: &ConsentRecord, ticks: i64, now: DateTime<Utc>) -> Option<Posting> {
        match &record.consent.outcome {
            Outcome::Shared { valid_until, status_list: Some(position), .. }
                if now < *valid_until && !record.is_ended() =>
            {
                let list = ListName::from_uri(&position.uri, self.issuer())?;
                Some(Flip::new(list, position.idx, now, ticks).posting(key(&record.consent.id)))
            }
            _ => None,
        }
    }
}
