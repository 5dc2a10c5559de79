use chrono::{DateTime, TimeDelta, Utc};
use kycvs_consent::{Answer, Consent, ConsentId, ConsentRecord, Request};
use kycvs_store::{Entry, Key, Posting, StoreError};

use crate::Error;
use crate::history::{Histories, Line};
use crate::log::Leaf;

/// For how long what was read from the registry is good: an answer that is not written down by then is found again, or none. So
/// a correction that looks twice, two minutes apart, meets every answer that was found before it.
pub(crate) const FRESH: TimeDelta = TimeDelta::seconds(60);

/// How often an answer is written again because another answer took its line.
const MAX_CONFLICTS: usize = 16;

/// The consents, over the store that keeps them. What is in it decides: over what a challenge store says, too.
pub(crate) struct Ledger {
    pub(crate) histories: Histories,
    /// Whether there is a public log, in which each entry of a consent leaves a leaf.
    pub(crate) is_logged: bool,
}

/// What goes into the ledger when a request is answered: a consent for each person, and a line where somebody agreed.
#[derive(Clone, Copy)]
pub(crate) struct Answered<'a> {
    pub(crate) request: &'a Request,
    pub(crate) answers: &'a [Answer],
}

/// The state of a consent that was written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It is as it was given.
    InForce,
    /// The person withdrew it.
    Withdrawn,
    /// It was corrected or erased since.
    Over,
}

impl Answered<'_> {
    fn consents(&self) -> Vec<&Consent> {
        self.answers.iter().map(Answer::consent).collect()
    }
}

impl Ledger {
    /// Puts answers into the ledger, with their lines, if they are not there, and gives the state of each; doing so again changes nothing.
    ///
    /// A consent with other terms under the same id means that the code of its request was used before, and that the
    /// challenge store has forgotten it: the answers that were given then are the only ones.
    pub(crate) async fn record(&self, answered: Answered<'_>, now: DateTime<Utc>) -> Result<Vec<Standing>, Error> {
        match self.standing(&answered.consents()).await? {
            Some(standing) => Ok(standing),
            None => self.record_new(answered, now).await,
        }
    }

    /// The same of answers that are probably not there yet: it writes without looking first.
    pub(crate) async fn record_new(&self, answered: Answered<'_>, now: DateTime<Utc>) -> Result<Vec<Standing>, Error> {
        let consents = answered.consents();
        if consents.iter().any(|consent| now - consent.given_at > FRESH) {
            return Err(Error::AlreadyUsed);
        }
        let mut line = 0;
        for _ in 0..MAX_CONFLICTS {
            let (entries, postings) = self.written(answered, line, now)?;
            match self.histories.store.record(entries, postings).await {
                Ok(()) => return Ok(vec![Standing::InForce; consents.len()]),
                Err(StoreError::Conflict) => match self.standing(&consents).await? {
                    Some(standing) => return Ok(standing),
                    None => line = self.next_line(answered).await?,
                },
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::Conflict.into())
    }

    /// Sees to it that decisions without an answer are in the ledger.
    pub(crate) async fn record_refusals(&self, consents: &[Consent]) -> Result<(), Error> {
        let written: Vec<&Consent> = consents.iter().collect();
        if self.standing(&written).await?.is_some() {
            return Ok(());
        }
        let entries = consents.iter().map(entry).collect::<Result<Vec<_>, _>>()?;
        let leaves =
            entries.iter().zip(consents).filter_map(|(entry, consent)| self.leaf(entry, consent.given_at)).collect();
        match self.histories.store.record(entries, leaves).await {
            Err(StoreError::Conflict) => self.standing(&written).await.map(|_| ()),
            done => Ok(done?),
        }
    }

    /// Sees to it that a copy which a person took is in the ledger, with its line; doing so again changes nothing.
    pub(crate) async fn record_copy(&self, mobile: &[u8; 16], consent: &Consent, line: &Line) -> Result<(), Error> {
        let mut number = 0;
        for _ in 0..MAX_CONFLICTS {
            if self.read(&consent.id).await?.is_some() {
                return Ok(());
            }
            let written = entry(consent)?;
            let leaves = self.leaf(&written, consent.given_at).into_iter().collect();
            let line = self.histories.entry(mobile, number, line)?;
            match self.histories.store.record(vec![written, line], leaves).await {
                Err(StoreError::Conflict) => number = self.histories.next(mobile, &consent.id).await?,
                done => return Ok(done?),
            }
        }
        Err(StoreError::Conflict.into())
    }

    /// What is written of answers: their consents, their lines, numbered from `first_line` of their day on, and what waits to be
    /// published because of them. Nobody looks before they write: a line that is taken is a conflict.
    pub(crate) fn written(
        &self,
        answered: Answered<'_>,
        first_line: u16,
        now: DateTime<Utc>,
    ) -> Result<(Vec<Entry>, Vec<Posting>), StoreError> {
        let Answered { request, answers } = answered;
        let mut entries = answers.iter().map(|answer| entry(answer.consent())).collect::<Result<Vec<_>, _>>()?;
        let postings = entries.iter().filter_map(|entry| self.leaf(entry, now)).collect();
        let lines = answers.iter().filter_map(|answer| Line::of(request, answer));
        for (number, line) in (first_line..).zip(lines) {
            entries.push(self.histories.entry(&request.mobile_key, number, &line)?);
        }
        Ok((entries, postings))
    }

    /// What waits for the log because of an entry, to be written with it, at the time `at`.
    pub(crate) fn leaf(&self, entry: &Entry, at: DateTime<Utc>) -> Option<Posting> {
        self.is_logged.then(|| Leaf::of(entry).posting(at))
    }

    /// The first line that answers take whose lines were taken.
    pub(crate) async fn next_line(&self, answered: Answered<'_>) -> Result<u16, StoreError> {
        match answered.answers {
            [first, ..] => self.histories.next(&answered.request.mobile_key, &first.consent().id).await,
            [] => Ok(0),
        }
    }

    /// Whether answers are there.
    pub(crate) async fn has(&self, answered: Answered<'_>) -> Result<bool, Error> {
        let keys: Vec<Key> = answered.answers.iter().map(|answer| key(&answer.consent().id)).collect();
        Ok(self.histories.store.read_many(&keys).await?.iter().any(|entries| !entries.is_empty()))
    }

    /// Reads a consent with its history.
    pub(crate) async fn read(&self, id: &ConsentId) -> Result<Option<ConsentRecord>, Error> {
        let mut records = self.read_many(&[*id]).await?;
        Ok(records.pop().flatten())
    }

    /// Reads many consents, in one round trip.
    pub(crate) async fn read_many(&self, ids: &[ConsentId]) -> Result<Vec<Option<ConsentRecord>>, Error> {
        let keys: Vec<Key> = ids.iter().map(key).collect();
        let records = self.histories.store.read_many(&keys).await?.into_iter().map(|entries| match &entries[..] {
            [] => Ok(None),
            [mark] if mark.is_empty() => Ok(None),
            entries => {
                ConsentRecord::from_entries(entries).map(Some).map_err(|_| StoreError::Damaged { what: "consent" })
            }
        });
        Ok(records.collect::<Result<_, _>>()?)
    }

    /// The state of consents that are written at once; `None` where none of them is there.
    async fn standing(&self, consents: &[&Consent]) -> Result<Option<Vec<Standing>>, Error> {
        let keys: Vec<Key> = consents.iter().map(|consent| key(&consent.id)).collect();
        let recorded = self.histories.store.read_many(&keys).await?;
        if recorded.iter().all(Vec::is_empty) {
            return Ok(None);
        }
        consents
            .iter()
            .zip(recorded)
            .map(|(consent, entries)| standing(consent, &entries))
            .collect::<Result<_, _>>()
            .map(Some)
    }
}

/// How a consent stands, by its entries. Of those of an erased person a mark is left, or nothing.
fn standing(consent: &Consent, entries: &[Vec<u8>]) -> Result<Standing, Error> {
    let artefact = consent.to_bytes().map_err(StoreError::unavailable)?;
    match entries {
        [] => Ok(Standing::Over),
        [mark] if mark.is_empty() => Ok(Standing::Over),
        [recorded] if *recorded == artefact => Ok(Standing::InForce),
        [recorded, ..] if *recorded == artefact => {
            let record = ConsentRecord::from_entries(entries).map_err(|_| StoreError::Damaged { what: "consent" })?;
            Ok(match record.is_ended() {
                false => Standing::InForce,
                true if record.is_withdrawn() => Standing::Withdrawn,
                true => Standing::Over,
            })
        }
        _ => Err(Error::AlreadyUsed),
    }
}

/// Where a consent lies.
pub(crate) fn key(id: &ConsentId) -> Key {
    Key::from(*id.as_bytes())
}

fn entry(consent: &Consent) -> Result<Entry, StoreError> {
    Ok(Entry { id: key(&consent.id), seq: 0, body: consent.to_bytes().map_err(StoreError::unavailable)? })
}
