use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use kycvs_consent::{ConsentEvent, ConsentId, ConsentRecord, ConsentState, Evidence, Outcome};
use kycvs_domain::Mobile;
use kycvs_registry::PersonTag;
use kycvs_store::{Advance, Day, Key, Page};

use super::announce::RECHECKS;
use super::judge::holds;
use crate::history::Told;
use crate::{Error, Limits, StatusService};

/// For how long after an announcement what was shared is looked at.
const SECOND_LOOK: TimeDelta = TimeDelta::seconds(120);

/// How many announcements one look takes. Those that are left have their turn in the next.
const AT_A_TIME: u32 = 10_000;

/// What a look at one answer found.
enum Finding {
    Holds,
    Ends(ConsentEvent),
    /// This host does not know the policy.
    Unknown,
}

impl StatusService {
    /// Looks at what was shared on numbers whose records were corrected, and tells how many answers ended. Any number of hosts may
    /// look at once.
    pub(crate) async fn keep_corrections(&self, now: DateTime<Utc>) -> Result<usize, Error> {
        let waiting = self.corrections.store.pending(RECHECKS, AT_A_TIME).await?;
        if waiting.is_empty() {
            return Ok(0);
        }
        let mut of_number: BTreeMap<String, (Mobile, Vec<PersonTag>, Vec<Key>)> = BTreeMap::new();
        let mut settled = Vec::new();
        for posting in &waiting {
            let Some(announced) = self.corrections.read(posting) else {
                tracing::warn!("a correction was announced under another service key, and is passed over");
                settled.push(posting.id);
                continue;
            };
            let correction = announced.correction;
            let number = of_number.entry(correction.mobile.national().to_owned());
            let (_, erased, done) = number.or_insert_with(|| (correction.mobile, Vec::new(), Vec::new()));
            erased.extend(correction.erased);
            done.extend((now >= announced.at + SECOND_LOOK).then_some(posting.id));
        }
        let mut ended = 0;
        for (mobile, erased, done) in of_number.into_values() {
            let (wrong, is_sure) = self.recheck(&mobile, &erased).await?;
            ended += wrong;
            settled.extend(done.into_iter().filter(|_| is_sure));
        }
        self.take_off(settled, now).await?;
        Ok(ended)
    }

    /// Ends what was shared wrongly on a number; tells how many answers that were, and whether all could be judged.
    pub(super) async fn recheck(&self, mobile: &Mobile, erased: &[PersonTag]) -> Result<(usize, bool), Error> {
        let now = self.clock.now();
        // A token may have been given some minutes after its request was opened.
        let first = Day::of(now - Limits::MAX_TOKEN_LIFETIME).before(1).number();
        let days = (first..=Day::of(now).number()).filter_map(Day::from_number);
        let lines = self.books.ledger.histories.of(&self.pseudonyms.mobile(mobile), days).await?;
        let told: Vec<(ConsentId, Told)> =
            lines.into_iter().filter_map(|(_, line)| Some((line.consent, line.told?))).collect();
        let ids: Vec<ConsentId> = told.iter().map(|(consent, _)| *consent).collect();
        let (mut ended, mut is_sure) = (0, true);
        for ((_, told), record) in told.iter().zip(self.books.ledger.read_many(&ids).await?) {
            let Some(record) = record.filter(|record| record.state(now) == ConsentState::Active) else { continue };
            match self.look(mobile, erased, told, &record, now).await? {
                Finding::Holds => {}
                Finding::Unknown => is_sure = false,
                Finding::Ends(event) => {
                    let is_alive = |record: &ConsentRecord| Ok(record.state(now) == ConsentState::Active);
                    let ends = self.end(&record.consent.id, is_alive, event, self.draw_ticks()?).await?;
                    ended += usize::from(ends);
                }
            }
        }
        Ok((ended, is_sure))
    }

    async fn look(
        &self,
        mobile: &Mobile,
        erased: &[PersonTag],
        told: &Told,
        record: &ConsentRecord,
        at: DateTime<Utc>,
    ) -> Result<Finding, Error> {
        let found =
            self.answerer.registry.find_again(mobile, &told.person).await.map_err(Error::RegistryUnavailable)?;
        let Some(found) = found else {
            // Who is not erased may have another number by now: what was shared about them holds.
            let is_erased = erased.contains(&told.person);
            return Ok(if is_erased { Finding::Ends(ConsentEvent::Erased { at }) } else { Finding::Holds });
        };
        let (Some(status), Outcome::Shared { evidence: Evidence::Registry, .. }) =
            (told.status, &record.consent.outcome)
        else {
            return Ok(Finding::Holds); // it rests on a certificate, which nobody keeps
        };
        let Some(policy) = self.answerer.policy(&told.policy) else {
            tracing::warn!(policy = told.policy, "what was shared by a policy that is gone cannot be judged");
            return Ok(Finding::Unknown);
        };
        let told_on = self.answerer.today(record.consent.given_at);
        let holds = holds(status, &found.history, &policy, told.as_of, told_on);
        Ok(if holds { Finding::Holds } else { Finding::Ends(ConsentEvent::Corrected { at }) })
    }

    /// Takes announcements off the board that were looked at for the last time. Another host may have done so.
    async fn take_off(&self, done: Vec<Key>, now: DateTime<Utc>) -> Result<(), Error> {
        if done.is_empty() {
            return Ok(());
        }
        let head = Key::lasting(*b"corrections\0\0\0");
        let expected = self.corrections.store.page(&head).await?.map(|page| page.version);
        let head = Page { id: head, body: now.timestamp().to_be_bytes().to_vec() };
        let settled = done.into_iter().map(|id| (RECHECKS, id)).collect();
        match self.corrections.store.advance(Advance { head, expected, pages: Vec::new(), settled }).await {
            Err(kycvs_store::StoreError::Conflict) => Ok(()), // another host was first, and the rest waits
            done => Ok(done?),
        }
    }
}
