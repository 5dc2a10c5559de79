use std::fmt;

use chrono::{DateTime, Utc};
use kycvs_domain::VaccinationStatus;
use serde::{Deserialize, Serialize};

use crate::{ChallengeLimits, CodeKey, CodeProof, Consent, Request, StoredCode};

/// A request whose right code was entered: its answer, which never changes.
///
/// A lost reply loses nothing: the same right code gives the same answer again while the request lives. Wrong codes stay
/// counted, so this is no way to guess a code.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Answered {
    request: Request,
    code: StoredCode,
    wrong: u8,
    answer: Answer,
}

/// The answer to a request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Answer {
    /// The status was told, with consent.
    Granted(Box<Grant>),
    /// Nobody of that name is registered on that mobile number, or more than one.
    NoRecord,
}

/// A status that was told.
#[derive(Clone, Serialize, Deserialize)]
pub struct Grant {
    /// The status.
    pub status: VaccinationStatus,
    /// The signed token.
    pub token: String,
    /// Until when the token is good.
    pub token_expires_at: DateTime<Utc>,
    /// What the person agreed to.
    pub consent: Consent,
}

impl fmt::Debug for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Grant").field("consent", &self.consent.id).finish_non_exhaustive()
    }
}

/// What came of entering a code again.
#[derive(Debug)]
pub enum Repeat {
    /// The right code: the answer stands.
    Right(Answered),
    /// A wrong code, now counted; this is to be stored before anyone is told.
    Wrong {
        /// What to store.
        next: Answered,
        /// How many attempts are left.
        attempts_left: u8,
    },
    /// Too many wrong codes were entered; nothing was compared.
    Locked,
    /// The request's time has passed; nothing was compared.
    RequestExpired,
}

impl Answered {
    pub(crate) fn new(request: Request, code: StoredCode, wrong: u8, answer: Answer) -> Self {
        Self { request, code, wrong, answer }
    }

    /// Holds a code that is entered again against the one that was right.
    pub fn repeat(self, key: &CodeKey, proof: &CodeProof, limits: &ChallengeLimits, now: DateTime<Utc>) -> Repeat {
        if self.request.is_expired(now) {
            return Repeat::RequestExpired;
        }
        if self.wrong >= limits.wrong_codes {
            return Repeat::Locked;
        }
        if key.accepts(self.request.binding(), proof, &self.code) {
            return Repeat::Right(self);
        }
        let wrong = self.wrong.saturating_add(1);
        Repeat::Wrong { attempts_left: limits.wrong_codes.saturating_sub(wrong), next: Self { wrong, ..self } }
    }

    /// What was asked.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// The answer.
    pub fn answer(&self) -> &Answer {
        &self.answer
    }

    /// The answer, to be kept.
    pub fn into_answer(self) -> Answer {
        self.answer
    }
}
