use std::collections::{BTreeMap, BTreeSet};
use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use chrono::{DateTime, TimeDelta, Utc};
use kycvs_store::{Advance, BoardStore, Day, Entry, Key, Page, Posting, StoreError, Version};
use kycvs_token::{
    IssueError, MAX_CLOCK_SKEW, SignerError, StatusList, StatusListClaims, StatusListToken, TokenIssuer,
};

use super::flip::{FLIPS, Flip};
use super::head::{Head, Published};
use super::permutation::Permutation;
use super::positions::OPENINGS;
use super::{ListName, Trust, cover};
use crate::Error;
use crate::key::ListKey;
use crate::log::list_statement;

/// How often lists are published, in seconds.
const TICK: i64 = 300;

/// After how long a verifier that is online fetches a list again: three ticks.
const TIME_TO_LIVE: TimeDelta = TimeDelta::seconds(3 * TICK);

/// How long a verifier may go by a list.
const LIFETIME: TimeDelta = TimeDelta::hours(24);

/// How many postings one tick takes, at some 80 bytes each. Those that are left have their turn in the next.
const AT_A_TIME: u32 = 200_000;

/// Publishes the lists: signed, static, and their own memory. What was published last is read back, what is due rises in it,
/// and that is published next. Any host may do it at any time, and one wins.
pub(crate) struct Publisher {
    pub(crate) store: Arc<dyn BoardStore>,
    pub(crate) issuer: TokenIssuer,
    pub(crate) key: ListKey,
    pub(crate) trust: Trust,
    pub(crate) token_lifetime: TimeDelta,
    /// Whether there is a public log, in which each list that is signed leaves a leaf.
    pub(crate) is_logged: bool,
}

/// A step from one head to the next, before it is written.
pub(super) struct Step {
    pub(super) head: Head,
    pub(super) pages: Vec<Page>,
    /// What the log says of the lists.
    pub(super) stated: Vec<(Entry, Posting)>,
}

impl Publisher {
    /// Publishes every list that is alive, unless that was done in this tick; tells how many.
    pub(crate) async fn publish(&self, now: DateTime<Utc>) -> Result<usize, Error> {
        let (head, expected) = self.head().await?;
        if expected.is_some() && head.tick == tick_of(now) {
            return Ok(0);
        }
        let (mut flips, openings) =
            (self.store.pending(FLIPS, AT_A_TIME).await?, self.store.pending(OPENINGS, AT_A_TIME).await?);
        flips.retain(|posting| Flip::read(posting).is_none_or(|flip| flip.due <= tick_of(now)));
        let due = due(&flips);
        let opened = openings.iter().filter_map(|posting| ListName::from_bytes(*posting.body.first_chunk()?));
        let mut step = Step {
            head: Head { tick: tick_of(now), lists: Vec::new(), ..head },
            pages: Vec::new(),
            stated: Vec::new(),
        };
        for name in self.alive(&head, opened, now) {
            let due = due.get(&name).map(Vec::as_slice).unwrap_or_default();
            self.raise(&mut step, &head, name, due, None, now).await?;
        }
        let settled = flips.iter().chain(&openings).map(|posting| (posting.topic, posting.id)).collect();
        let published = step.pages.len();
        self.state(&mut step).await?;
        match self.store.advance(step.advance(expected, settled)).await {
            Ok(()) => Ok(published),
            Err(StoreError::Conflict) => Ok(0), // another host was first
            Err(error) => Err(error.into()),
        }
    }

    /// When the lists were published last, by any host; `None` before the first time.
    pub(crate) async fn published_at(&self) -> Result<Option<DateTime<Utc>>, Error> {
        let (head, version) = self.head().await?;
        Ok(version.and_then(|_| DateTime::from_timestamp(head.tick * TICK, 0)))
    }

    /// The names of the lists that are published, each with the time of its bits.
    pub(crate) async fn published(&self) -> Result<Vec<(ListName, DateTime<Utc>)>, Error> {
        Ok(self.head().await?.0.lists.iter().map(|list| (list.name, list.issued_at())).collect())
    }

    /// A list as it was published last.
    pub(crate) async fn read(&self, name: ListName) -> Result<Option<StatusListToken>, Error> {
        let Some(page) = self.store.page(&page_of(name)).await? else { return Ok(None) };
        let text = String::from_utf8(page.body).map_err(|_| DAMAGED)?;
        Ok(Some(StatusListToken::from_kept(text)))
    }

    pub(super) async fn head(&self) -> Result<(Head, Option<Version>), Error> {
        let read = Head::read(&*self.store).await?;
        Ok(read.map_or((Head::default(), None), |(head, version)| (head, Some(version))))
    }

    /// The lists of every day on which a token may have been issued that lives, until a day after its end, and of tomorrow: a gate
    /// that is offline for a day knows tomorrow's tokens. Which these are follows from the time alone.
    pub(super) fn alive(
        &self,
        head: &Head,
        more: impl Iterator<Item = ListName>,
        now: DateTime<Utc>,
    ) -> BTreeSet<ListName> {
        let a_day = TimeDelta::days(1);
        let first = Day::of(now - self.token_lifetime - a_day);
        let days = first.number()..=Day::of(now + a_day).number();
        let shards = head.first_shard..head.first_shard.saturating_add(self.trust.shards);
        let begun = days
            .filter_map(Day::from_number)
            .flat_map(|day| shards.clone().filter_map(move |shard| ListName::new(day, shard)));
        let before = head.lists.iter().map(|list| list.name);
        begun.chain(before).chain(more).filter(|name| name.day() >= first).collect()
    }

    /// Adds a list to a step, with what is due and cover; and with what is `known` of it from elsewhere.
    pub(super) async fn raise(
        &self,
        step: &mut Step,
        head: &Head,
        name: ListName,
        due: &[u32],
        known: Option<&StatusListClaims>,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let before = head.find(name);
        let kept = if before.is_some() { self.bits(name).await? } else { None };
        let mut list = match (kept, known) {
            (Some(kept), _) => kept,
            (None, Some(known)) => known.list.clone(),
            (None, None) if before.is_some() => return Err(DAMAGED.into()),
            (None, None) => StatusList::new(self.trust.positions).map_err(invalid)?,
        };
        if let Some(known) = known {
            list.join(&known.list).map_err(invalid)?;
        }
        let order = Permutation::new(self.key.order_of(name), list.positions());
        let used = before.map_or(0, |before| before.decoys);
        let decoys = cover::raise(&mut list, due, &order, used).map_err(invalid)?;
        if decoys == list.positions() - Trust::allocatable(list.positions()) {
            tracing::warn!(list = %name, "the decoys of a status list are used up: what rises in it is no longer covered");
        }
        let last = before.map(Published::issued_at).max(known.map(|known| known.issued_at));
        let issued_at = issue_time(last, now);
        let published = Published { name, positions: list.positions(), issued_at: issued_at.timestamp(), decoys };
        let claims = StatusListClaims {
            uri: name.uri(self.issuer.issuer()),
            issued_at,
            expires_at: issued_at + LIFETIME,
            time_to_live: Some(TIME_TO_LIVE),
            list,
        };
        let token = self.issuer.issue_status_list(&claims).await.map_err(Error::SigningUnavailable)?;
        step.head.lists.push(published);
        if self.is_logged {
            step.stated.push(list_statement(&claims.uri, issued_at, token.as_str()).write(issued_at)?);
        }
        step.pages.push(Page { id: page_of(name), body: token.into_string().into_bytes() });
        give_way().await;
        Ok(())
    }

    /// Posts to the log what was signed, before it is published: no list is anywhere that has no leaf.
    pub(super) async fn state(&self, step: &mut Step) -> Result<(), Error> {
        let (entries, postings): (Vec<_>, Vec<_>) = std::mem::take(&mut step.stated).into_iter().unzip();
        if !entries.is_empty() {
            self.store.record(entries, postings).await?;
        }
        Ok(())
    }

    /// The bits of a list as they were published last; `None` where the page is lost or no list. A signature of ours is not
    /// verified: its key may be gone by now.
    async fn bits(&self, name: ListName) -> Result<Option<StatusList>, Error> {
        let kept = self.read(name).await?;
        Ok(kept.and_then(|kept| kept.claims_unverified().ok()).map(|claims| claims.list))
    }
}

impl Step {
    pub(super) fn advance(self, expected: Option<Version>, settled: Vec<(kycvs_store::Topic, Key)>) -> Advance {
        let head = Page { id: Head::key(), body: self.head.to_bytes() };
        Advance { head, expected, pages: self.pages, settled }
    }
}

const DAMAGED: StoreError = StoreError::Damaged { what: "status list" };

pub(super) fn tick_of(now: DateTime<Utc>) -> i64 {
    now.timestamp().div_euclid(TICK)
}

/// The positions that are to rise, by list.
fn due(flips: &[Posting]) -> BTreeMap<ListName, Vec<u32>> {
    let mut due: BTreeMap<ListName, Vec<u32>> = BTreeMap::new();
    for flip in flips.iter().filter_map(Flip::read) {
        due.entry(flip.list).or_default().push(flip.index);
    }
    due
}

/// A later `iat` than the last, also when a clock was set back: verifiers refuse an older list. One that lies so far ahead
/// that every verifier has refused it, does not count.
fn issue_time(last: Option<DateTime<Utc>>, now: DateTime<Utc>) -> DateTime<Utc> {
    match last {
        Some(last) if last <= now + MAX_CLOCK_SKEW => now.max(last + TimeDelta::seconds(1)),
        _ => now,
    }
}

/// Where a list is kept.
pub(super) fn page_of(name: ListName) -> Key {
    name.key(b"status list\0")
}

/// A list that cannot be, by our own settings.
pub(super) fn invalid(error: kycvs_token::StatusListError) -> Error {
    Error::SigningUnavailable(IssueError::Signer(SignerError::new(error)))
}

/// Lets other tasks run: to compress a list takes a while.
async fn give_way() {
    let mut gave = false;
    poll_fn(|context| {
        if gave {
            return Poll::Ready(());
        }
        gave = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
