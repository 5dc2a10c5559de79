use std::sync::Arc;

use chrono::{DateTime, Utc};
use kycvs_consent::{Identifier, Request};
use kycvs_domain::Mobile;
use kycvs_store::{Decision, LimitStore, LimitUse};

use crate::key::Pseudonyms;
use crate::{Error, Limits};

/// Holds what is asked against the limits that span several requests. It counts under pseudonyms only.
pub(crate) struct Guard {
    pub(crate) limits: Limits,
    pub(crate) store: Arc<dyn LimitStore>,
    pub(crate) pseudonyms: Arc<Pseudonyms>,
}

impl Guard {
    /// Counts one message to `mobile` for `entity`, or refuses it and counts nothing.
    pub(crate) async fn take_send(
        &self,
        mobile: &Mobile,
        entity: &Identifier,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        unless_refused(self.store.take(now, &self.sends(mobile, entity)).await?, too_many)
    }

    /// Tells what [`take_send`](Self::take_send) would answer.
    pub(crate) async fn check_send(
        &self,
        mobile: &Mobile,
        entity: &Identifier,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        unless_refused(self.store.check(now, &self.sends(mobile, entity)).await?, too_many)
    }

    /// Refuses a mobile number for which too many wrong codes were entered. `mobile` is its pseudonym.
    pub(crate) async fn check_unlocked(&self, mobile: &[u8; 16], now: DateTime<Utc>) -> Result<(), Error> {
        unless_refused(self.store.check(now, &[self.failure_of(mobile)]).await?, locked)
    }

    /// Counts a code that was entered, before anybody learns whether it was right; a right one then clears the count. When the
    /// number was locked meanwhile, that is the answer.
    pub(crate) async fn count_code(&self, request: &Request, now: DateTime<Utc>) -> Result<(), Error> {
        unless_refused(self.store.take(now, &[self.failure_of(&request.mobile_key)]).await?, locked)
    }

    /// Forgets the wrong codes of a number, after a right one. The answer stands whether or not this succeeds, so a
    /// failure is only noted: the old wrong codes age out by themselves.
    pub(crate) async fn forget_failures(&self, request: &Request) {
        if let Err(error) = self.store.clear(&self.pseudonyms.failures_of(&request.mobile_key)).await {
            tracing::warn!(request = %request.id, %error, "the wrong codes of a number could not be cleared");
        }
    }

    /// Forgets the messages to a number and its wrong codes.
    pub(crate) async fn unlock(&self, mobile: &Mobile) -> Result<(), Error> {
        self.store.clear(&self.pseudonyms.failures_of(&self.pseudonyms.mobile(mobile))).await?;
        Ok(self.store.clear(&self.pseudonyms.sends_to(mobile)).await?)
    }

    fn sends(&self, mobile: &Mobile, entity: &Identifier) -> [LimitUse<'_>; 3] {
        [
            LimitUse { key: self.pseudonyms.sends_to(mobile), limits: &self.limits.sends_per_mobile },
            LimitUse { key: self.pseudonyms.sends_to_prefix(mobile), limits: &self.limits.sends_per_prefix },
            LimitUse { key: self.pseudonyms.sends_for(entity), limits: &self.limits.sends_per_entity },
        ]
    }

    fn failure_of(&self, mobile: &[u8; 16]) -> LimitUse<'_> {
        LimitUse { key: self.pseudonyms.failures_of(mobile), limits: &self.limits.failures_per_mobile }
    }
}

pub(crate) fn unless_refused(decision: Decision, refusal: impl Fn(DateTime<Utc>) -> Error) -> Result<(), Error> {
    match decision {
        Decision::Allowed => Ok(()),
        Decision::Refused { retry_at, .. } => Err(refusal(retry_at)),
    }
}

pub(crate) fn too_many(retry_at: DateTime<Utc>) -> Error {
    Error::TooManyRequests { retry_at }
}

fn locked(retry_at: DateTime<Utc>) -> Error {
    Error::MobileLocked { retry_at }
}
