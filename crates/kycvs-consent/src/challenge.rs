use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Answer, Answered, ChallengeLimits, CodeKey, CodeProof, Request, StoredCode, Subject, later};

/// A status request in any of its states, as it is stored.
///
/// ```text
///             wrong (1st, 2nd), resend
///               ┌────────┐
///   open ──► Pending ────┘
///               │ right code ──► Verified ──► Answered: granted, or no record
///               │ declined ────► Ended
///               └ wrong (3rd) ─► Ended: locked
/// ```
///
/// [`Verified`] is never stored: a right code and the answer to it are one write, so a request is either still pending
/// or answered. A pending request whose time has passed is expired without a write.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Challenge {
    /// Waits for the code.
    Pending(Pending),
    /// The code was entered, and the answer stands.
    Answered(Answered),
    /// Over without an answer.
    Ended(Ended),
}

impl Challenge {
    /// What was asked.
    pub fn request(&self) -> &Request {
        match self {
            Self::Pending(pending) => &pending.request,
            Self::Answered(answered) => answered.request(),
            Self::Ended(ended) => &ended.request,
        }
    }
}

/// A request that waits for its code.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pending {
    request: Request,
    subject: Subject,
    notice_text: String,
    code: StoredCode,
    code_expires_at: DateTime<Utc>,
    sends: u8,
    resend_at: Option<DateTime<Utc>>,
    wrong: u8,
}

/// A request that is over without an answer. Mobile number and name are gone.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ended {
    /// What was asked.
    pub request: Request,
    /// Why it is over.
    pub reason: EndReason,
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
}

/// Why no further code is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResendRefusal {
    /// The wait has not passed.
    #[error("a further code may be sent later")]
    TooEarly {
        /// From when on it may be.
        at: DateTime<Utc>,
    },
    /// The request had all its sends.
    #[error("no further code is sent for this request")]
    NoneLeft,
    /// The request's time has passed.
    #[error("the request has expired")]
    Expired,
}

/// What came of an attempt. The caller stores what follows before it tells anyone: the write that counts an attempt is
/// the write that judges it, so of any number of concurrent attempts only those that won a write are ever told of.
#[derive(Debug)]
pub enum Attempt {
    /// The right code. Nothing is written yet: what the registry says is written with it.
    Right(Verified),
    /// A wrong code, now counted.
    Wrong {
        /// What to store: still pending, or locked.
        next: Challenge,
        /// How many attempts are left.
        attempts_left: u8,
    },
    /// The code's time has passed; nothing was compared or counted. A resend helps.
    CodeExpired,
    /// The request's time has passed; nothing was compared or counted.
    RequestExpired,
}

/// A request whose right code was just entered. It can only move on to its answer.
#[derive(Debug)]
pub struct Verified {
    pending: Pending,
}

impl Pending {
    /// Opens a request whose first code was just drawn.
    pub fn open(
        request: Request,
        subject: Subject,
        notice_text: String,
        code: StoredCode,
        limits: &ChallengeLimits,
    ) -> Self {
        let (now, expires_at) = (request.opened_at, request.expires_at);
        Self {
            request,
            subject,
            notice_text,
            code: code.clone(),
            code_expires_at: expires_at,
            sends: 0,
            resend_at: None,
            wrong: 0,
        }
        .with_code(code, limits, now)
    }

    /// Takes a new code, which kills the old one. Wrong codes stay counted.
    ///
    /// # Errors
    /// [`ResendRefusal`] when it is too early, or no send is left, or the request has expired.
    pub fn resend(self, code: StoredCode, limits: &ChallengeLimits, now: DateTime<Utc>) -> Result<Self, ResendRefusal> {
        self.check_resend(now)?;
        Ok(self.with_code(code, limits, now))
    }

    /// Tells whether [`resend`](Self::resend) would take a code now.
    ///
    /// # Errors
    /// As [`resend`](Self::resend).
    pub fn check_resend(&self, now: DateTime<Utc>) -> Result<(), ResendRefusal> {
        match self.resend_at {
            _ if self.request.is_expired(now) => Err(ResendRefusal::Expired),
            None => Err(ResendRefusal::NoneLeft),
            Some(at) if now < at => Err(ResendRefusal::TooEarly { at }),
            Some(_) => Ok(()),
        }
    }

    /// Holds a code against the stored one.
    pub fn attempt(self, key: &CodeKey, proof: &CodeProof, limits: &ChallengeLimits, now: DateTime<Utc>) -> Attempt {
        if self.request.is_expired(now) {
            return Attempt::RequestExpired;
        }
        if now >= self.code_expires_at {
            return Attempt::CodeExpired;
        }
        if key.accepts(self.request.binding(), proof, &self.code) {
            return Attempt::Right(Verified { pending: self });
        }
        let wrong = self.wrong.saturating_add(1);
        let attempts_left = limits.wrong_codes.saturating_sub(wrong);
        let next = if attempts_left == 0 {
            Challenge::Ended(self.end(EndReason::Locked))
        } else {
            Challenge::Pending(Self { wrong, ..self })
        };
        Attempt::Wrong { next, attempts_left }
    }

    /// Ends the request without an answer: nothing is told, and nothing about the person is kept.
    pub fn end(self, reason: EndReason) -> Ended {
        Ended { request: self.request, reason }
    }

    /// What was asked.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// About whom.
    pub fn subject(&self) -> &Subject {
        &self.subject
    }

    /// The words of the notice.
    pub fn notice_text(&self) -> &str {
        &self.notice_text
    }

    /// From when on the code is no longer good.
    pub fn code_expires_at(&self) -> DateTime<Utc> {
        self.code_expires_at
    }

    /// From when on a further code may be sent; `None` when no send is left.
    pub fn resend_at(&self) -> Option<DateTime<Utc>> {
        self.resend_at
    }

    fn with_code(self, code: StoredCode, limits: &ChallengeLimits, now: DateTime<Utc>) -> Self {
        let wait = limits.resend_waits.get(usize::from(self.sends));
        Self {
            code,
            code_expires_at: later(now, limits.code_lifetime).min(self.request.expires_at),
            sends: self.sends.saturating_add(1),
            resend_at: wait.map(|wait| later(now, *wait)),
            ..self
        }
    }
}

impl Verified {
    /// What was asked.
    pub fn request(&self) -> &Request {
        &self.pending.request
    }

    /// About whom.
    pub fn subject(&self) -> &Subject {
        &self.pending.subject
    }

    /// Gives the answer. Mobile number and name go; the code stays, so that its owner can ask for the answer again.
    pub fn answer(self, answer: Answer) -> Answered {
        Answered::new(self.pending.request, self.pending.code, self.pending.wrong, answer)
    }
}
