use std::num::NonZeroU32;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::{Key, StoreError};

/// At most `max` uses in any `per_seconds` that follow one another (a sliding window, exact to the second).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// How many uses, at least one.
    pub max: NonZeroU32,
    /// The length of the window in seconds, at least one.
    pub per_seconds: NonZeroU32,
}

/// One use of what `key` counts, to be held against all of `limits`.
#[derive(Clone, Copy, Debug)]
pub struct LimitUse<'a> {
    /// What is counted: the keyed hash of a mobile, a prefix or an entity.
    pub key: Key,
    /// The limits that hold for it.
    pub limits: &'a [Limit],
}

/// Whether the limits leave room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Decision {
    /// There is room.
    Allowed,
    /// A limit is used up.
    Refused {
        /// The first of the uses, by its place in the call, that has no room.
        which: usize,
        /// When there will be room for that use, if nothing else is used until then.
        retry_at: DateTime<Utc>,
    },
}

/// Counts how often something happened, over sliding windows.
///
/// # Contract
///
/// - [`take`](Self::take) counts every one of its uses or none of them, atomically: concurrent calls never take more than
///   a limit allows. A key that appears twice in a call is used twice.
/// - A key's past is judged by the limits of the call, so a host may change its limits at any time.
/// - What was counted in the future of `now` (a clock that went back) still counts, unless it lies further ahead than the
///   window is long: then the clock was wrong, and nobody is locked out for it.
#[async_trait]
pub trait LimitStore: Send + Sync {
    /// Counts all of `uses` at `now`, or none when one of them has no room.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] or [`StoreError::Damaged`]; then nothing was counted, or all of it.
    async fn take(&self, now: DateTime<Utc>, uses: &[LimitUse<'_>]) -> Result<Decision, StoreError>;

    /// Tells what [`take`](Self::take) would answer, and counts nothing.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] or [`StoreError::Damaged`].
    async fn check(&self, now: DateTime<Utc>, uses: &[LimitUse<'_>]) -> Result<Decision, StoreError>;

    /// Forgets every use of `keys`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`]; then each of them may be forgotten, or not.
    async fn clear(&self, keys: &[Key]) -> Result<(), StoreError>;

    /// Forgets the keys that no limit they were taken under still counts at `now`; returns how many.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    async fn purge(&self, now: DateTime<Utc>) -> Result<u64, StoreError>;
}
