use chrono::serde::ts_microseconds;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{ChallengeLimits, CodeKey, Confirmation, Pending, Request, Verified};

/// A status request in any of its states, as it is stored.
///
/// ```text
///             wrong (1st, 2nd), resend
///               ┌────────┐
///   open ──► Pending ────┘
///               │ right code ──► Verified ──► answered: granted, or no record
///               │ declined ────► Ended
///               └ wrong (3rd) ─► Ended: locked
/// ```
///
/// A request whose time has passed is expired without a write.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Challenge {
    /// Waits for the code.
    Pending(Pending),
    /// The code was entered and is used up; the answer is there, or about to be found.
    Verified(Verified),
    /// Over without an answer.
    Ended(Ended),
}

/// A request that is over without an answer. Mobile number and name are gone.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ended {
    /// What was asked.
    pub request: Request,
    /// Why it is over.
    pub reason: EndReason,
    /// Since when.
    #[serde(with = "ts_microseconds")]
    pub at: DateTime<Utc>,
}

/// Why a request is over without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EndReason {
    /// The person declined.
    Declined,
    /// Too many wrong codes.
    Locked,
    /// The code could not be sent, so nobody can enter it.
    NotSent,
    /// Nobody will answer it.
    Abandoned,
}

/// What came of entering a code. The caller writes what is new before anybody learns of it: the write that counts a code is
/// the write that judges it, so of any number of concurrent calls only those that won a write are answered.
#[derive(Debug)]
pub enum Entered {
    /// The right code, for the first and only time. This is to be written before its answer is looked for.
    New(Verified),
    /// The same caller repeats the call that entered the right code.
    Again(Verified),
    /// A wrong code, now counted.
    Wrong {
        /// What to write: still pending, or locked.
        next: Challenge,
        /// How many attempts are left.
        attempts_left: u8,
    },
    /// Nothing was compared, and nothing changes.
    Over(Over),
}

/// Why a request takes no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Over {
    /// What the person agreed to is not the notice of this request.
    #[error("the notice is not the one of this request")]
    AnotherNotice,
    /// The code's time has passed. A resend helps.
    #[error("the code has expired")]
    CodeExpired,
    /// The request's time has passed.
    #[error("the request has expired")]
    Expired,
    /// Too many wrong codes were entered.
    #[error("the request is locked")]
    Locked,
    /// The code was used, or the person declined.
    #[error("the request was already used")]
    Used,
    /// The code was never sent.
    #[error("the code was not sent")]
    NotSent,
}

impl Challenge {
    /// Holds a code that a person enters against the one that was sent: the only way to use it.
    pub fn enter(self, key: &CodeKey, entered: &Confirmation, limits: &ChallengeLimits, now: DateTime<Utc>) -> Entered {
        if self.request().notice.hash != entered.notice {
            return Entered::Over(Over::AnotherNotice);
        }
        match self {
            Self::Pending(pending) => pending.enter(key, entered, limits, now),
            Self::Verified(verified) => verified.enter(key, entered, now),
            Self::Ended(ended) => Entered::Over(ended.reason.into()),
        }
    }

    /// The request while it waits for its code.
    ///
    /// # Errors
    /// [`Over`] when it waits no longer.
    pub fn into_pending(self) -> Result<Pending, Over> {
        match self {
            Self::Pending(pending) => Ok(pending),
            Self::Verified(_) => Err(Over::Used),
            Self::Ended(ended) => Err(ended.reason.into()),
        }
    }

    /// Ends the request without an answer: nothing is shared, and nothing about the person is kept.
    ///
    /// # Errors
    /// [`Over`] when it has an answer, or is over for another reason.
    pub fn end(self, reason: EndReason, now: DateTime<Utc>) -> Result<Ended, Over> {
        match self {
            Self::Ended(ended) if ended.reason == reason => Ok(ended),
            Self::Ended(ended) => Err(ended.reason.into()),
            challenge if !challenge.is_answered() && challenge.request().is_expired(now) => Err(Over::Expired),
            Self::Pending(pending) => Ok(pending.end(reason, now)),
            Self::Verified(verified) => verified.end(reason, now),
        }
    }

    /// What was asked.
    pub fn request(&self) -> &Request {
        match self {
            Self::Pending(pending) => pending.request(),
            Self::Verified(verified) => verified.request(),
            Self::Ended(ended) => &ended.request,
        }
    }

    /// Whether its answer is there.
    fn is_answered(&self) -> bool {
        matches!(self, Self::Verified(verified) if matches!(verified.stage(), crate::Stage::Answered(_)))
    }
}

impl From<EndReason> for Over {
    fn from(reason: EndReason) -> Self {
        match reason {
            EndReason::Declined | EndReason::Abandoned => Self::Used,
            EndReason::Locked => Self::Locked,
            EndReason::NotSent => Self::NotSent,
        }
    }
}
