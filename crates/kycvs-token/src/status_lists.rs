//! The status lists that a gate holds, and what they say of a token.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::{MAX_LIFETIME, PolicyError, Refusal, StatusClaims, StatusList, StatusListClaims, TokenVerifier};

/// How old a list may be unless the gate says otherwise: 24 hours.
pub const DEFAULT_LIST_AGE: Duration = Duration::from_secs(24 * 3600);

/// The most lists that a gate holds. A country has 288 alive.
pub const MAX_STATUS_LISTS: usize = 1024;

/// The status lists that a verifier holds: a value without a clock, a network or a file.
///
/// A bit that rose here stays, whatever a later list says. So neither a bad refresh nor a publisher that was restored from
/// an old backup makes a withdrawn token good again at this gate.
#[derive(Clone, Debug)]
pub struct StatusLists {
    max_age: Duration,
    held: BTreeMap<String, Held>,
}

#[derive(Clone, Debug)]
struct Held {
    issued_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    list: StatusList,
}

/// What became of a list that was inserted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inserted {
    /// It is the first of its name.
    New,
    /// It was joined with the one that was held.
    Joined,
    /// It was joined, and lacks bits that had risen before: its publisher lost withdrawals. They still count here.
    RolledBack {
        /// How many bits.
        fallen: u32,
    },
}

/// Why a list was not inserted. What is held has not changed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InsertError {
    /// It does not verify.
    Refused(Refusal),
    /// It is older than the one that is held.
    Older,
    /// It has another number of positions than the one that is held.
    Resized,
    /// [`MAX_STATUS_LISTS`] are held.
    TooMany,
}

impl fmt::Display for InsertError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(source) => fmt::Display::fmt(source, f),
            Self::Older => f.write_str("the status list is older than the one that is held"),
            Self::Resized => f.write_str("the status list has another length than the one that is held"),
            Self::TooMany => f.write_str("more than 1024 status lists"),
        }
    }
}

impl std::error::Error for InsertError {}

impl From<Refusal> for InsertError {
    fn from(source: Refusal) -> Self {
        Self::Refused(source)
    }
}

/// What the held lists say of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It was not withdrawn.
    Good {
        /// The time for which that is so.
        as_of: DateTime<Utc>,
    },
    /// It was withdrawn, corrected or erased; which of these is not the gate's business.
    Revoked {
        /// The time of the list that says so.
        as_of: DateTime<Utc>,
    },
    /// The lists do not tell.
    Unknown(Unknown),
}

/// Why lists do not tell the state of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// The token names no list.
    NoClaim,
    /// The list that it names is not held.
    NoList,
    /// The list is older than this gate allows, or has ended.
    Stale {
        /// The time of the list.
        as_of: DateTime<Utc>,
    },
    /// The list has no such position.
    OutOfRange,
}

impl StatusLists {
    /// No lists yet. A list counts as stale when it is older than `max_age`, or after its own end if that comes first.
    ///
    /// # Errors
    /// [`PolicyError`] unless `max_age` is a second to [`MAX_LIFETIME`].
    pub fn new(max_age: Duration) -> Result<Self, PolicyError> {
        let range = Duration::from_secs(1)..=MAX_LIFETIME.to_std().unwrap_or_default();
        PolicyError::unless(range.contains(&max_age), "max_age", "1 s to 7 days")?;
        Ok(Self { max_age, held: BTreeMap::new() })
    }

    /// Verifies a list at the time `now`, and joins it with the one of its name. Lists that ended 7 days ago go.
    ///
    /// # Errors
    /// [`InsertError`], and then nothing has changed.
    pub fn insert(
        &mut self,
        verifier: &TokenVerifier,
        token: impl AsRef<[u8]>,
        now: DateTime<Utc>,
    ) -> Result<Inserted, InsertError> {
        let StatusListClaims { uri, issued_at, expires_at, list, .. } = verifier.verify_status_list(token, now)?;
        let Some(held) = self.held.get_mut(&uri) else {
            // No token in it lives any more, so a restored publisher has nothing to make good again.
            let is_over = |held: &Held| now.signed_duration_since(held.expires_at) > MAX_LIFETIME;
            let over = self.held.values().filter(|held| is_over(held)).count();
            if self.held.len() - over >= MAX_STATUS_LISTS {
                return Err(InsertError::TooMany);
            }
            self.held.retain(|_, held| !is_over(held));
            self.held.insert(uri, Held { issued_at, expires_at, list });
            return Ok(Inserted::New);
        };
        if issued_at < held.issued_at {
            return Err(InsertError::Older);
        }
        let fallen = held.list.join(&list).map_err(|_| InsertError::Resized)?;
        (held.issued_at, held.expires_at) = (issued_at, expires_at);
        Ok(if fallen == 0 { Inserted::Joined } else { Inserted::RolledBack { fallen } })
    }

    /// What the lists say at the time `now` of a token with these verified claims.
    pub fn standing(&self, claims: &StatusClaims, now: DateTime<Utc>) -> Standing {
        let Some(reference) = &claims.status_list else { return Standing::Unknown(Unknown::NoClaim) };
        let Some(held) = self.held.get(&reference.uri) else { return Standing::Unknown(Unknown::NoList) };
        let as_of = held.issued_at;
        match held.list.has_risen(reference.index) {
            None => Standing::Unknown(Unknown::OutOfRange),
            Some(true) => Standing::Revoked { as_of }, // a bit never falls, so an old list is enough
            Some(false)
                if now.signed_duration_since(as_of).to_std().is_ok_and(|age| age > self.max_age)
                    || now >= held.expires_at =>
            {
                Standing::Unknown(Unknown::Stale { as_of })
            }
            Some(false) => Standing::Good { as_of },
        }
    }

    /// Accepts a token with these verified claims only if the lists say that it is good, and returns the time for which
    /// they say so.
    ///
    /// # Errors
    /// [`Refusal::Revoked`], [`Refusal::StatusStale`] or [`Refusal::StatusUnknown`].
    pub fn require_good(&self, claims: &StatusClaims, now: DateTime<Utc>) -> Result<DateTime<Utc>, Refusal> {
        match self.standing(claims, now) {
            Standing::Good { as_of } => Ok(as_of),
            Standing::Revoked { .. } => Err(Refusal::Revoked),
            Standing::Unknown(Unknown::Stale { .. }) => Err(Refusal::StatusStale),
            Standing::Unknown(_) => Err(Refusal::StatusUnknown),
        }
    }

    /// The names of the lists that are held, each with the time of its bits.
    pub fn iter(&self) -> impl Iterator<Item = (&str, DateTime<Utc>)> {
        self.held.iter().map(|(uri, held)| (uri.as_str(), held.issued_at))
    }
}

/// No lists yet, with [`DEFAULT_LIST_AGE`].
impl Default for StatusLists {
    fn default() -> Self {
        Self { max_age: DEFAULT_LIST_AGE, held: BTreeMap::new() }
    }
}
