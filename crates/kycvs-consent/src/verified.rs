use std::fmt;

use chrono::serde::ts_microseconds;
use chrono::{DateTime, NaiveDate, Utc};
use kycvs_domain::VaccinationStatus;
use serde::{Deserialize, Serialize};

use crate::{
    ChallengeLimits, CodeKey, Confirmation, Consent, EndReason, Ended, Entered, Over, Request, StoredCode, Subject,
    later,
};

/// A request whose right code was entered: its code is used up.
///
/// The caller who entered it may repeat the call for a short while, so that a reply which was lost on its way, or a registry
/// that was away, costs nothing. To everyone else, and later to that caller too, the code is good for nothing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Verified {
    request: Request,
    /// The code and the nonce that it was entered with, as one value.
    entry: StoredCode,
    #[serde(with = "ts_microseconds")]
    repeat_until: DateTime<Utc>,
    stage: Stage,
}

/// How far a request got whose code was entered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Stage {
    /// Its answers are to be found.
    Open(Subject),
    /// Its answers, one for each person in the order of [`Request::people`], which never change. Mobile number and names are
    /// gone.
    Answered(Vec<Answer>),
}

/// The answer about one person.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Answer {
    /// The status was given, with consent.
    Granted(Box<Grant>),
    /// Nobody of that name is registered on that mobile number, or more than one: what was agreed to nevertheless.
    NoRecord(Box<Consent>),
    /// Whoever entered the code left the person out: that nothing was agreed to.
    LeftOut(Box<Consent>),
}

/// A status that was given.
#[derive(Clone, Serialize, Deserialize)]
pub struct Grant {
    /// The status.
    pub status: VaccinationStatus,
    /// The day for which it holds.
    pub as_of: NaiveDate,
    /// Whose it is: a tag by which a registry knows the person again, and which says nothing else.
    pub person: [u8; 16],
    /// The signed token.
    pub token: String,
    /// The same statement as a CWT, if whoever entered the code asked for it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cwt: Option<String>,
    /// Until when the token is good.
    #[serde(with = "ts_microseconds")]
    pub token_expires_at: DateTime<Utc>,
    /// What is for the person alone, such as what opens the token's digests of name and year of birth: sealed for the caller who
    /// entered the code, in base64url.
    pub for_person: String,
    /// What was agreed to.
    pub consent: Consent,
}

impl Answer {
    /// What was decided.
    pub fn consent(&self) -> &Consent {
        match self {
            Self::Granted(grant) => &grant.consent,
            Self::NoRecord(consent) | Self::LeftOut(consent) => consent,
        }
    }
}

impl fmt::Debug for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Grant").field("consent", &self.consent.id).finish_non_exhaustive()
    }
}

impl Verified {
    pub(crate) fn new(
        request: Request,
        subject: Subject,
        key: &CodeKey,
        entered: &Confirmation,
        limits: &ChallengeLimits,
        now: DateTime<Utc>,
    ) -> Self {
        let entry = key.store_entry(request.binding(), entered);
        let repeat_until = later(now, limits.repeat_window).min(request.expires_at);
        Self { request, entry, repeat_until, stage: Stage::Open(subject) }
    }

    /// Only the caller who entered the code knows its nonce, 128 random bits, so nothing is guessed and nothing counted here.
    pub(crate) fn enter(self, key: &CodeKey, entered: &Confirmation, now: DateTime<Utc>) -> Entered {
        if now < self.repeat_until && key.accepts_entry(self.request.binding(), entered, &self.entry) {
            Entered::Again(self)
        } else {
            Entered::Over(Over::Used)
        }
    }

    /// Gives the answers, one for each person. Mobile number and names go.
    #[must_use]
    pub fn answer(self, answers: Vec<Answer>, limits: &ChallengeLimits, now: DateTime<Utc>) -> Self {
        let repeat_until = later(now, limits.repeat_window).min(self.request.expires_at);
        Self { repeat_until, stage: Stage::Answered(answers), ..self }
    }

    /// Ends a request that has no answer yet.
    pub(crate) fn end(self, reason: EndReason, at: DateTime<Utc>) -> Result<Ended, Over> {
        match self.stage {
            Stage::Open(_) => Ok(Ended { request: self.request, reason, at }),
            Stage::Answered(_) => Err(Over::Used),
        }
    }

    /// What was asked.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// From when on the call that entered the code may not be repeated.
    pub fn repeat_until(&self) -> DateTime<Utc> {
        self.repeat_until
    }

    /// How far it got.
    pub fn stage(&self) -> &Stage {
        &self.stage
    }

    /// How far it got, to be kept.
    pub fn into_stage(self) -> Stage {
        self.stage
    }
}
