use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use kycvs::StatusService;

/// When the status lists were published last, as far as this host knows: whoever publishes, it ages here where nobody does.
#[derive(Default)]
pub(crate) struct ListsAge {
    /// Seconds since 1970; 0 while it is not known.
    published_at: AtomicI64,
}

/// After three ticks gates that are online fetch a list again, and find the old one.
const STALE: TimeDelta = TimeDelta::seconds(3 * 300);

impl ListsAge {
    /// Asks the store. Where it does not answer, the lists age on.
    pub(crate) async fn look(&self, service: &StatusService) {
        if let Ok(Some(at)) = service.lists_published_at().await {
            self.published_at.store(at.timestamp(), Ordering::Relaxed);
        }
    }

    /// How old the lists are; `None` before the first time, and where there are none.
    pub(crate) fn at(&self, now: DateTime<Utc>) -> Option<TimeDelta> {
        let at = self.published_at.load(Ordering::Relaxed);
        (at != 0).then(|| TimeDelta::seconds((now.timestamp() - at).max(0)))
    }

    /// Whether gates go by lists that are older than they should be.
    pub(crate) fn is_stale(&self, now: DateTime<Utc>) -> bool {
        self.at(now).is_some_and(|age| age > STALE)
    }
}
