use chrono::{DateTime, TimeDelta, Utc};
use kycvs_store::Day;
use kycvs_token::StatusListToken;

use crate::{Error, ListName, LogState, RecoverError, Recovered, StatusService};

/// How far the clocks of two hosts may be apart: one that is ahead forgets no request that another has open.
const CLOCKS_APART: TimeDelta = TimeDelta::hours(1);

/// What one [`keep`](StatusService::keep) did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// How many requests were forgotten.
    pub requests: u64,
    /// How many counts of limits were forgotten.
    pub limits: u64,
    /// How many answers ended because what they rest on was corrected.
    pub corrected: usize,
    /// How many status lists were published; none, when this host or another did it a moment ago.
    pub lists: usize,
    /// How the public log is.
    pub log: LogState,
}

impl StatusService {
    /// Keeps what is due: looks at answers whose records were corrected, publishes status lists every 300 seconds and the public log at its own tick, forgets requests an hour after their time, limits that count no longer, and
    /// what is past its day in the ledger. Every host calls it every minute or so; the service has no timer of its own. Any
    /// number of hosts may call it at once, and any of them may die in it.
    ///
    /// # Errors
    /// [`Error::StoreUnavailable`], [`Error::SigningUnavailable`] or [`Error::RandomUnavailable`], the first that came; whatever could
    /// be kept all the same was kept, and the next call does the rest.
    #[tracing::instrument(name = "kycvs.keep", skip_all, err)]
    pub async fn keep(&self) -> Result<Kept, Error> {
        let now = self.clock.now();
        let corrected = self.keep_corrections(now).await;
        let lists = self.keep_lists(now).await;
        let log = self.keep_log(now).await;
        let requests = self.books.vault.purge(now - CLOCKS_APART).await;
        let limits = self.guard.store.purge(now).await;
        let forgotten = self.books.ledger.histories.store.forget_before(self.retention.first_kept(Day::of(now))).await;
        let kept = Kept { corrected: corrected?, lists: lists?, log: log?, requests: requests?, limits: limits? };
        forgotten?;
        Ok(kept)
    }

    async fn keep_lists(&self, now: DateTime<Utc>) -> Result<usize, Error> {
        let Some(lists) = &self.lists else { return Ok(0) };
        let published = lists.publisher.publish(now).await?;
        lists.positions.stock(now).await?;
        Ok(published)
    }

    async fn keep_log(&self, now: DateTime<Utc>) -> Result<LogState, Error> {
        let Some(log) = &self.log else { return Ok(LogState::Off) };
        self.state_facts(log, now).await?;
        log.keep(self.retention.first_kept(Day::of(now)), now).await
    }

    /// The names of the status lists that are published now, each with the time for which its bits are right; none when they are
    /// [off](crate::Trust::off).
    ///
    /// # Errors
    /// [`Error::StoreUnavailable`].
    pub async fn status_lists(&self) -> Result<Vec<(ListName, DateTime<Utc>)>, Error> {
        match &self.lists {
            Some(lists) => lists.publisher.published().await,
            None => Ok(Vec::new()),
        }
    }

    /// When the status lists were published last, by this host or another; `None` before the first time, and when they are
    /// [off](crate::Trust::off). They are stale after three times 300 seconds.
    ///
    /// # Errors
    /// [`Error::StoreUnavailable`].
    pub async fn lists_published_at(&self) -> Result<Option<DateTime<Utc>>, Error> {
        match &self.lists {
            Some(lists) => lists.publisher.published_at().await,
            None => Ok(None),
        }
    }

    /// A status list as it was published last, to be served as it is; `None` for one that was not, or is forgotten.
    ///
    /// # Errors
    /// [`Error::StoreUnavailable`].
    pub async fn status_list(&self, name: ListName) -> Result<Option<StatusListToken>, Error> {
        match &self.lists {
            Some(lists) => lists.publisher.read(name).await,
            None => Ok(None),
        }
    }

    /// Brings back what a database has forgotten that was restored from a backup: joins the lists as they were published with
    /// what is kept, so that no bit falls, and gives positions from fresh lists from now on, so that none is given twice.
    ///
    /// It is called with every list that is published anywhere, **before any host answers over the restored database**.
    ///
    /// # Errors
    /// [`RecoverError`]; nothing was written then.
    #[tracing::instrument(name = "kycvs.recover", skip_all, err)]
    pub async fn recover_status_lists(&self, published: &[Vec<u8>]) -> Result<Recovered, RecoverError> {
        match &self.lists {
            Some(lists) => lists.publisher.recover(published, &self.verifier(), self.clock.now()).await,
            None => Ok(Recovered { lists: 0, first_shard: 0 }),
        }
    }
}
