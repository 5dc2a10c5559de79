use chrono::serde::{ts_microseconds, ts_microseconds_option};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{
    AskedPerson, Certificate, Challenge, ChallengeLimits, CodeKey, Confirmation, EndReason, Ended, Entered,
    NamedPerson, OtpCode, Over, Request, StoredCode, Subject, Verified, later,
};

/// A request that waits for its code.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pending {
    request: Request,
    subject: Subject,
    notice_text: Zeroizing<String>,
    /// The codes that are good, the newest last: of several, nobody knows yet whether the newest was sent.
    codes: Vec<LiveCode>,
    sends: u8,
    #[serde(with = "ts_microseconds_option")]
    resend_at: Option<DateTime<Utc>>,
    wrong: u8,
}

/// A code, and until when it is good.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct LiveCode {
    code: StoredCode,
    #[serde(with = "ts_microseconds")]
    expires_at: DateTime<Utc>,
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
    /// The request had all its sends, or would end before a further code does.
    #[error("no further code is sent for this request")]
    NoneLeft,
    /// The request is over.
    #[error(transparent)]
    Over(#[from] Over),
}

impl Pending {
    /// Opens a request whose first code was just drawn.
    pub fn open(
        request: Request,
        subject: Subject,
        notice_text: Zeroizing<String>,
        code: StoredCode,
        limits: &ChallengeLimits,
    ) -> Self {
        let now = request.opened_at;
        Self { request, subject, notice_text, codes: Vec::new(), sends: 0, resend_at: None, wrong: 0 }
            .with_code(code, limits, now)
    }

    /// Takes a new code. Until it is [`sent`](Self::sent), the codes before it stay good. Wrong codes stay counted.
    ///
    /// # Errors
    /// [`ResendRefusal`] when it is too early, or no send is left, or the request has expired.
    pub fn resend(self, code: StoredCode, limits: &ChallengeLimits, now: DateTime<Utc>) -> Result<Self, ResendRefusal> {
        self.check_resend(limits, now)?;
        Ok(self.with_code(code, limits, now))
    }

    /// The newest code was sent: it kills those before it.
    #[must_use]
    pub fn sent(mut self) -> Self {
        self.codes.drain(..self.codes.len().saturating_sub(1));
        self
    }

    /// The newest code was not sent: all is as it was `before`, but for wrong codes that were entered since.
    #[must_use]
    pub fn not_sent(self, before: Self) -> Self {
        Self { wrong: self.wrong, ..before }
    }

    /// Tells whether [`resend`](Self::resend) would take a code now.
    ///
    /// # Errors
    /// As [`resend`](Self::resend).
    pub fn check_resend(&self, limits: &ChallengeLimits, now: DateTime<Utc>) -> Result<(), ResendRefusal> {
        match self.resend_at {
            _ if self.request.is_expired(now) => Err(Over::Expired.into()),
            Some(at) if now < at => Err(ResendRefusal::TooEarly { at }),
            Some(_) if self.has_time_for_a_code(limits, now) => Ok(()),
            _ => Err(ResendRefusal::NoneLeft),
        }
    }

    pub(crate) fn enter(
        self,
        key: &CodeKey,
        entered: &Confirmation,
        limits: &ChallengeLimits,
        now: DateTime<Utc>,
    ) -> Entered {
        if self.request.is_expired(now) {
            return Entered::Over(Over::Expired);
        }
        if now >= self.code_expires_at() {
            return Entered::Over(Over::CodeExpired);
        }
        let live = self.codes.iter().filter(|live| now < live.expires_at);
        // Every code is compared, so that the time does not tell which one it was.
        let is_right =
            live.fold(false, |found, live| found | key.accepts(self.request.binding(), &entered.code, &live.code));
        if is_right {
            return Entered::New(Verified::new(self.request, self.subject, key, entered, limits, now));
        }
        let wrong = self.wrong.saturating_add(1);
        let attempts_left = limits.wrong_codes.saturating_sub(wrong);
        let next = if attempts_left == 0 {
            Challenge::Ended(self.end(EndReason::Locked, now))
        } else {
            Challenge::Pending(Self { wrong, ..self })
        };
        Entered::Wrong { next, attempts_left }
    }

    /// Ends the request without an answer: nothing is shared, and nothing about the person is kept.
    pub fn end(self, reason: EndReason, at: DateTime<Utc>) -> Ended {
        Ended { request: self.request, reason, at }
    }

    /// Puts a certificate, or none, in the place of what was presented before for the person at `position`.
    #[must_use]
    pub fn with_certificate(mut self, position: u8, certificate: Option<Certificate>) -> Self {
        for (asked, named) in self.request.people.iter().zip(&mut self.subject.people) {
            if asked.position == position {
                named.certificate = certificate;
                break;
            }
        }
        self
    }

    /// About whom: each without and with the name.
    pub fn people(&self) -> impl Iterator<Item = (&AskedPerson, &NamedPerson)> {
        self.request.people.iter().zip(&self.subject.people)
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

    /// From when on no code is good.
    pub fn code_expires_at(&self) -> DateTime<Utc> {
        self.codes.last().map_or(self.request.opened_at, |newest| newest.expires_at)
    }

    /// Whether this is the newest code, and still good: sent again, it is of use.
    pub fn awaits(&self, key: &CodeKey, code: &OtpCode, now: DateTime<Utc>) -> bool {
        let newest = self.codes.last().filter(|newest| now < newest.expires_at && !self.request.is_expired(now));
        newest.is_some_and(|newest| key.accepts(self.request.binding(), &code.proof(), &newest.code))
    }

    /// From when on a further code may be sent; `None` when none may.
    pub fn resend_at(&self) -> Option<DateTime<Utc>> {
        self.resend_at
    }

    fn with_code(mut self, code: StoredCode, limits: &ChallengeLimits, now: DateTime<Utc>) -> Self {
        let wait = limits.resend_waits.get(usize::from(self.sends));
        let resend_at = wait.map(|wait| later(now, *wait)).filter(|at| self.has_time_for_a_code(limits, *at));
        let expires_at = later(now, limits.code_lifetime).min(self.request.expires_at);
        self.codes.retain(|earlier| now < earlier.expires_at);
        self.codes.push(LiveCode { code, expires_at });
        Self { sends: self.sends.saturating_add(1), resend_at, ..self }
    }

    /// Whether a code that is sent `at` that time is good for as long as its message says.
    fn has_time_for_a_code(&self, limits: &ChallengeLimits, at: DateTime<Utc>) -> bool {
        later(at, limits.code_lifetime) <= self.request.expires_at
    }
}
