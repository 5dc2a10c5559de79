use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use kycvs_consent::{ConsentEvent, ConsentId, ConsentRecord, ConsentState, Outcome, WithdrawnBy};
use kycvs_domain::VaccinationStatus;
use kycvs_registry::PersonTag;
use kycvs_store::{Day, Key};

use super::{Line, Told};
use crate::ledger::key;
use crate::{Error, PersonSession, StatusService};

/// One answer that was given about a person, as the person sees it.
#[derive(Clone, Debug)]
pub struct HistoryEntry {
    /// The consent, with what happened to it: who asked, for what, when, by which notice.
    pub record: ConsentRecord,
    /// What the entity was told; `None` where nobody of the name was found, and of a copy.
    pub told: Option<VaccinationStatus>,
    /// The day for which that held.
    pub as_of: Option<NaiveDate>,
    /// By which rules: id and version of a policy.
    pub policy: Option<String>,
    /// The consent's state now.
    pub state: ConsentState,
}

/// For how long a number surely has the owner that it had: in India it is given to somebody else 90 days after it was given up, at
/// the earliest. An answer that nobody was found has a name and no person, and the next owner may be called the same.
const SAME_OWNER: TimeDelta = TimeDelta::days(90);

impl HistoryEntry {
    /// Until when the entity may use the answer, where it got one.
    pub fn valid_until(&self) -> Option<DateTime<Utc>> {
        match &self.record.consent.outcome {
            Outcome::Shared { valid_until, .. } => Some(*valid_until),
            Outcome::Copied | Outcome::NoRecord | Outcome::Refused => None,
        }
    }

    /// Whether the person themselves took a copy of their record.
    pub fn is_copy(&self) -> bool {
        self.record.consent.outcome == Outcome::Copied
    }

    /// Whether the person can still withdraw it. A copy that they took is theirs.
    pub fn may_be_withdrawn(&self) -> bool {
        !self.is_copy() && !self.record.is_withdrawn()
    }
}

impl StatusService {
    /// What was shared about a person by this number, and when they took a copy themselves, the newest first: as far back as the ledger is kept.
    ///
    /// An answer that nobody was found is shown to who enters the very name that was asked about, for 90 days. Nothing is shown of other people
    /// of the number, nor of those who had it before.
    ///
    /// # Errors
    /// [`Error::StoreUnavailable`] or [`Error::RegistryUnavailable`].
    #[tracing::instrument(name = "kycvs.history", skip_all, err(level = "info"))]
    pub async fn history(&self, session: &PersonSession) -> Result<Vec<HistoryEntry>, Error> {
        Ok(self.own(session).await?.into_iter().map(|(_, entry)| entry).collect())
    }

    /// The same, each with where its line lies.
    async fn own(&self, session: &PersonSession) -> Result<Vec<(Key, HistoryEntry)>, Error> {
        let now = self.clock.now();
        let today = Day::of(now);
        let days = (self.retention.first_kept(today).number()..=today.number()).rev().filter_map(Day::from_number);
        let mobile = self.pseudonyms.mobile(&session.mobile);
        let lines = self.books.ledger.histories.of(&mobile, days).await?;
        let ids: Vec<ConsentId> = lines.iter().map(|(_, line)| line.consent).collect();
        let mut own = Vec::new();
        let mut known = HashMap::from([(session.person, true)]);
        for ((place, Line { told, .. }), record) in lines.into_iter().zip(self.books.ledger.read_many(&ids).await?) {
            let Some(record) = record else { continue };
            let is_own = match &told {
                Some(told) => self.is_same(session, told.person, &mut known).await?,
                None => {
                    let is_recent = now - record.consent.given_at < SAME_OWNER;
                    is_recent && self.commits_to(&record.consent, &session.name)
                }
            };
            if is_own {
                own.push((place, entry(record, told, now)));
            }
        }
        own.sort_by_key(|(_, entry)| std::cmp::Reverse(entry.record.consent.given_at));
        Ok(own)
    }

    /// Withdraws one consent of a person; repeating it changes nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`] for one that is not in their [`history`](Self::history), and as [`withdraw`](Self::withdraw).
    pub async fn withdraw_own(&self, session: &PersonSession, consent: &ConsentId) -> Result<(), Error> {
        let history = self.history(session).await?;
        if !history.iter().any(|entry| entry.record.consent.id == *consent) {
            return Err(Error::NotFound);
        }
        self.withdraw(consent, WithdrawnBy::Person).await
    }

    /// Withdraws all consents of a person, and tells how many were in force until now. Their tokens end within 20 minutes of
    /// each other, so that entities which compare theirs learn little.
    ///
    /// # Errors
    /// As [`history`](Self::history). Some may be withdrawn then; the rest are when it is called again.
    #[tracing::instrument(name = "kycvs.withdraw_all", skip_all, err(level = "info"))]
    pub async fn withdraw_all(&self, session: &PersonSession) -> Result<usize, Error> {
        let mut withdrawn = 0;
        for entry in self.history(session).await?.into_iter().filter(HistoryEntry::may_be_withdrawn) {
            self.withdraw_within(&entry.record.consent.id, WithdrawnBy::Person, self.draw_ticks()?).await?;
            withdrawn += usize::from(entry.state == ConsentState::Active);
        }
        Ok(withdrawn)
    }

    /// Ends all that was shared about a person who asks to be erased, and tells how many answers were in force until now. The record in
    /// the registry is the host's to erase, such as by `amend`.
    ///
    /// What the law wants to be kept is kept until its day ([`Retention`](crate::Retention)) and shown to nobody else. Where it wants
    /// nothing kept, consents, what happened to them and their lines are gone when this returns, and the session is over; of each a
    /// mark without content stays until its day, so that no code is used twice and others' lines are found.
    ///
    /// # Errors
    /// As [`withdraw_all`](Self::withdraw_all).
    #[tracing::instrument(name = "kycvs.erase", skip_all, err(level = "info"))]
    pub async fn erase(&self, session: &PersonSession) -> Result<usize, Error> {
        let (mut ended, mut gone) = (0, Vec::new());
        for (line, entry) in self.own(session).await? {
            let (event, consent) = (ConsentEvent::Erased { at: self.clock.now() }, entry.record.consent.id);
            self.end(&consent, |record| Ok(!is_erased(record)), event, self.draw_ticks()?).await?;
            ended += usize::from(entry.state == ConsentState::Active);
            gone.extend([key(&consent), line]);
        }
        if self.erases_at_once() {
            // Bits that are to rise wait on the board, and need no entry.
            self.books.ledger.histories.store.forget(&gone).await?;
            self.close_me(session).await?;
        }
        Ok(ended)
    }

    /// Whether [`erase`](Self::erase) leaves nothing of a person, by this service's [`Retention`](crate::Retention).
    pub fn erases_at_once(&self) -> bool {
        self.retention.erases_at_once()
    }

    /// Whether a tag is of the person of a session: theirs, or that of a second record of theirs that was merged.
    async fn is_same(
        &self,
        session: &PersonSession,
        tag: PersonTag,
        known: &mut HashMap<PersonTag, bool>,
    ) -> Result<bool, Error> {
        if let Some(is_same) = known.get(&tag) {
            return Ok(*is_same);
        }
        let found = self.answerer.registry.find_again(&session.mobile, &tag).await;
        let is_same = found.map_err(Error::RegistryUnavailable)?.is_some_and(|found| found.person == session.person);
        known.insert(tag, is_same);
        Ok(is_same)
    }
}

pub(crate) fn is_erased(record: &ConsentRecord) -> bool {
    record.events.iter().any(|event| matches!(event, ConsentEvent::Erased { .. }))
}

fn entry(record: ConsentRecord, told: Option<Told>, now: DateTime<Utc>) -> HistoryEntry {
    let state = record.state(now);
    let (told, as_of, policy) = match told {
        Some(Told { status, as_of, policy, .. }) => (status, Some(as_of), Some(policy)),
        None => (None, None, None),
    };
    HistoryEntry { record, told, as_of, policy, state }
}
