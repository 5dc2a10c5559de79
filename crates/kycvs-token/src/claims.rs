use std::fmt;

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use kycvs_status::{VaccinationStatus, is_visible};

use crate::{Bearer, Refusal};

/// The longest text of a claim, in bytes of UTF-8. With it the longest token stays below
/// [`MAX_TOKEN_BYTES`](crate::MAX_TOKEN_BYTES).
pub const MAX_TEXT_BYTES: usize = 256;

/// How long a token is valid unless the issuer says otherwise: 24 hours. A host shortens it where the consent ends
/// sooner.
pub const DEFAULT_LIFETIME: TimeDelta = TimeDelta::hours(24);

/// The longest time from `iat` to `exp`: 7 days. An older status says little about today.
pub const MAX_LIFETIME: TimeDelta = TimeDelta::days(7);

/// What a status token says, but for its issuer.
///
/// Every text is 1 to [`MAX_TEXT_BYTES`] bytes of [visible](kycvs_status::is_visible) characters: no controls, nothing
/// hidden, no mark that reorders text, since a gate shows it. The issuer signs nothing that breaks a rule given here, and
/// a verifier refuses it with [`Refusal::MalformedClaim`].
///
/// `Debug` shows the audience and the times only: the rest is about a person.
#[derive(Clone, PartialEq, Eq)]
pub struct StatusClaims {
    /// `aud`: the id of the verifying entity that asked.
    pub audience: String,
    /// `sub`: the person's pseudonym; [`random_id`](crate::random_id) unless the entity may link a person's tokens.
    pub subject: String,
    /// `jti`: the token's own id, 128 random bits or more. This identifies a token; its text does not, because an ECDSA
    /// signature can be rewritten into a second valid one.
    pub token_id: String,
    /// `iat`: when it was issued and begins to be valid. Fractions of a second are dropped.
    pub issued_at: DateTime<Utc>,
    /// `exp`: when it ends, more than zero and at most [`MAX_LIFETIME`] after `issued_at`. Fractions are dropped.
    pub expires_at: DateTime<Utc>,
    /// `vaccination_status`: 0, 1 or 2.
    pub status: VaccinationStatus,
    /// `as_of`: the date on which the status was evaluated, in the years 1 to 9999.
    pub as_of: NaiveDate,
    /// `evidence`: what the status rests on.
    pub evidence: EvidenceKind,
    /// `policy`: id and version of the policy that decided, such as `in-kyc-vs/1`.
    pub policy: String,
    /// `purpose`: the code of the purpose that the person agreed to.
    pub purpose: String,
    /// `reference`: the entity's own transaction, such as a booking number.
    pub reference: Option<String>,
    /// `consent`: what the person agreed to.
    pub consent: ConsentReference,
    /// Whom the token is about. An issuer signs digests of it (`_sd`, RFC 9901) and returns the disclosures beside the
    /// token; a verifier gives what the person disclosed, and `None` for a bearer who is unknown to it.
    pub bearer: Option<Bearer>,
    /// `status`: where a published list says whether the token was withdrawn.
    pub status_list: Option<StatusReference>,
}

/// What a status rests on. A gate may ask for more, such as a photo ID, where it rests on what the person brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EvidenceKind {
    /// The issuer's own registry.
    Registry,
    /// A certificate of another issuer, which the person presented and the issuer verified.
    Presented,
}

impl EvidenceKind {
    /// The claim's value: `registry` or `presented`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Registry => "registry",
            Self::Presented => "presented",
        }
    }

    /// Reads the claim's value.
    pub(crate) fn read(text: &str) -> Option<Self> {
        [Self::Registry, Self::Presented].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A position in a status list (draft-ietf-oauth-status-list-21 section 6.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusReference {
    /// `uri`: the list's name, which is its `sub`. A verifier looks it up among the lists that it holds and never fetches it.
    pub uri: String,
    /// `idx`: the position, from 0.
    pub index: u32,
}

/// Which consent a token rests on.
#[derive(Clone, PartialEq, Eq)]
pub struct ConsentReference {
    /// `id`: the consent artefact's id.
    pub id: String,
    /// `hash`: the hash of the artefact, in the text form that the artefact itself has.
    pub hash: String,
}

impl StatusClaims {
    /// Checks every rule that holds without a clock, a key or an expected party.
    pub(crate) fn check(&self, max_lifetime: TimeDelta) -> Result<(), Refusal> {
        let texts = [
            ("aud", self.audience.as_str()),
            ("sub", &self.subject),
            ("jti", &self.token_id),
            ("policy", &self.policy),
            ("purpose", &self.purpose),
            ("reference", self.reference.as_deref().unwrap_or("-")),
            ("consent.id", &self.consent.id),
            ("consent.hash", &self.consent.hash),
            ("status", self.status_list.as_ref().map_or("-", |reference| &reference.uri)),
        ];
        if let Some((claim, _)) = texts.into_iter().find(|(_, text)| !is_plain(text)) {
            return Err(Refusal::MalformedClaim { claim });
        }
        if !names_a_version(&self.policy) {
            return Err(Refusal::MalformedClaim { claim: "policy" });
        }
        if !(1..=9999).contains(&self.as_of.year()) {
            return Err(Refusal::MalformedClaim { claim: "as_of" });
        }
        self.bearer.as_ref().map_or(Ok(()), Bearer::check)?;
        check_lifetime(self.issued_at, self.expires_at, max_lifetime)
    }
}

pub(crate) fn check_lifetime(
    issued_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    max_lifetime: TimeDelta,
) -> Result<(), Refusal> {
    match expires_at.timestamp() - issued_at.timestamp() {
        ..=0 => Err(Refusal::LifetimeNotPositive),
        seconds if seconds > max_lifetime.num_seconds() => Err(Refusal::LifetimeTooLong),
        _ => Ok(()),
    }
}

/// Whether a text is short, not empty, and shows what it holds.
pub(crate) fn is_plain(text: &str) -> bool {
    // Nearly every text is visible ASCII, which a loop over bytes tells several at a time.
    let is_visible_ascii = || text.bytes().fold(true, |plain, byte| plain & matches!(byte, b' '..=b'~'));
    (1..=MAX_TEXT_BYTES).contains(&text.len()) && (is_visible_ascii() || is_visible(text))
}

/// Whether a policy is `id/version`.
fn names_a_version(policy: &str) -> bool {
    policy.split_once('/').is_some_and(|(id, version)| !id.is_empty() && !version.is_empty() && !version.contains('/'))
}

impl fmt::Debug for StatusClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StatusClaims")
            .field("audience", &self.audience)
            .field("issued_at", &self.issued_at)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ConsentReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ConsentReference(redacted)")
    }
}
