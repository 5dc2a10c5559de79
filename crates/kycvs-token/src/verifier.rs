use std::borrow::Cow;

use chrono::{DateTime, TimeDelta, Utc};
use kycvs_status::VaccinationStatus;

use crate::issuer::sandbox_issuer;
use crate::jws::{Compact, TokenType};
use crate::payload::{self, Payload};
use crate::{KeyRing, MAX_LIFETIME, MAX_TOKEN_BYTES, PolicyError, Refusal, StatusClaims, cwt};

/// How strict a verifier is about time. [`TokenVerifier::with_policy`] checks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierPolicy {
    /// How far the clocks of issuer and verifier may differ, either way: 0 to [`MAX_CLOCK_SKEW`]. Default 60 s (practice
    /// under RFC 8725).
    pub clock_skew: TimeDelta,
    /// The longest lifetime of a token that is accepted: 1 s to [`MAX_LIFETIME`], which is the default.
    pub max_lifetime: TimeDelta,
}

/// The largest difference of clocks that a policy may allow for: 10 minutes. A clock that is further out is to be set, since
/// each minute lengthens the life of every token.
pub const MAX_CLOCK_SKEW: TimeDelta = TimeDelta::minutes(10);

impl VerifierPolicy {
    fn check(&self) -> Result<(), PolicyError> {
        check_clock_skew(self.clock_skew)?;
        let lifetimes = TimeDelta::seconds(1)..=MAX_LIFETIME;
        PolicyError::unless(lifetimes.contains(&self.max_lifetime), "max_lifetime", "1 s to 7 days")
    }
}

pub(crate) fn check_clock_skew(skew: TimeDelta) -> Result<(), PolicyError> {
    PolicyError::unless((TimeDelta::zero()..=MAX_CLOCK_SKEW).contains(&skew), "clock_skew", "0 s to 10 minutes")
}

impl Default for VerifierPolicy {
    fn default() -> Self {
        Self { clock_skew: TimeDelta::seconds(60), max_lifetime: MAX_LIFETIME }
    }
}

/// Verifies the tokens of one issuer, offline.
///
/// It takes both spellings of a token: the JWT, and the CWT that begins with `KV1:`.
///
/// The order: length, three parts (or one COSE message), header, canonical base64url, signature, claims as JSON (or CBOR), disclosures, the
/// rules of [`StatusClaims`], issuer with the claim `sandbox`, audience, times. So no claim is read before its signature is good, and the
/// first refusal is the one reported.
///
/// Header parameters and claims that are not ours are ignored, so that a later issuer can add one; a name that stands
/// twice is refused wherever it is.
#[derive(Clone, Debug)]
pub struct TokenVerifier {
    issuer: String,
    is_sandbox: bool,
    keys: KeyRing,
    policy: VerifierPolicy,
}

/// The claims of a token that was issued to the audience asked for, and verified.
///
/// Only [`TokenVerifier::verify`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedStatus(StatusClaims);

/// The claims of a verified token that was issued to somebody, perhaps not to the one who looks at it.
///
/// It proves a status, not that the person agreed to show it to this reader: the person who shows the token does that.
/// Only [`TokenVerifier::verify_shown_to_me`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownStatus(StatusClaims);

impl TokenVerifier {
    /// A verifier that trusts `issuer`, which must equal `iss` in every byte, with the keys of `keys`.
    pub fn new(issuer: impl Into<String>, keys: KeyRing) -> Self {
        Self { issuer: issuer.into(), is_sandbox: false, keys, policy: VerifierPolicy::default() }
    }

    /// A verifier of what a sandbox at the address of `issuer` signs, and of nothing else: for tests of an integration.
    pub fn for_sandbox(issuer: &str, keys: KeyRing) -> Self {
        Self { is_sandbox: true, ..Self::new(sandbox_issuer(issuer), keys) }
    }

    /// The same verifier with another policy.
    ///
    /// # Errors
    /// [`PolicyError`] names the value that is out of its range.
    pub fn with_policy(self, policy: VerifierPolicy) -> Result<Self, PolicyError> {
        policy.check()?;
        Ok(Self { policy, ..self })
    }

    /// Verifies a token that was issued to `audience`, at the time `now`. The token is text, or bytes as a scanner reads
    /// them.
    ///
    /// # Errors
    /// The [`Refusal`] says why.
    pub fn verify(
        &self,
        token: impl AsRef<[u8]>,
        audience: &str,
        now: DateTime<Utc>,
    ) -> Result<VerifiedStatus, Refusal> {
        self.check(token.as_ref(), Some(audience), now).map(VerifiedStatus)
    }

    /// Verifies a token that a person shows, issued to anyone; [`ShownStatus::issued_to`] says to whom. All other
    /// checks are those of [`verify`](Self::verify).
    ///
    /// # Errors
    /// The [`Refusal`] says why.
    pub fn verify_shown_to_me(&self, token: impl AsRef<[u8]>, now: DateTime<Utc>) -> Result<ShownStatus, Refusal> {
        self.check(token.as_ref(), None, now).map(ShownStatus)
    }

    fn check(&self, token: &[u8], audience: Option<&str>, now: DateTime<Utc>) -> Result<StatusClaims, Refusal> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(Refusal::TooLong);
        }
        let json; // what the claims of a JWT borrow from
        let (object, disclosures) = if let Some(code) = token.strip_prefix(cwt::PREFIX.as_bytes()) {
            let (object, disclosures) = cwt::open(code, &self.keys)?;
            (object, Cow::Owned(disclosures.into_bytes()))
        } else {
            let end = token.iter().position(|byte| *byte == b'~').unwrap_or(token.len());
            let (jws, disclosures) = token.split_at(end);
            json = Compact::split(jws)?.authenticate(&self.keys, TokenType::Status)?;
            (payload::parse(&json)?, Cow::Borrowed(disclosures.get(1..).unwrap_or_default()))
        };
        let Payload { issuer, is_sandbox, not_before, claims } = payload::read(object, &disclosures)?;
        claims.check(self.policy.max_lifetime)?;
        self.check_issuer(&issuer, is_sandbox)?;
        if audience.is_some_and(|audience| audience != claims.audience) {
            return Err(Refusal::WrongAudience);
        }
        let begins = not_before.map_or(claims.issued_at, |not_before| not_before.max(claims.issued_at));
        self.check_times(begins, claims.expires_at, now)?;
        Ok(claims)
    }

    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    pub(crate) fn keys(&self) -> &KeyRing {
        &self.keys
    }

    /// A sandbox is another issuer, whatever it calls itself.
    pub(crate) fn check_issuer(&self, issuer: &str, is_sandbox: bool) -> Result<(), Refusal> {
        if issuer == self.issuer && is_sandbox == self.is_sandbox { Ok(()) } else { Err(Refusal::WrongIssuer) }
    }

    pub(crate) fn check_times(
        &self,
        begins: DateTime<Utc>,
        expires: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), Refusal> {
        if begins.signed_duration_since(now) > self.policy.clock_skew {
            return Err(Refusal::NotYetValid);
        }
        if now.signed_duration_since(expires) >= self.policy.clock_skew {
            return Err(Refusal::Expired);
        }
        Ok(())
    }
}

impl VerifiedStatus {
    /// All claims, without a copy.
    pub fn into_claims(self) -> StatusClaims {
        self.0
    }

    /// The answer.
    pub fn status(&self) -> VaccinationStatus {
        self.0.status
    }

    /// All claims.
    pub fn claims(&self) -> &StatusClaims {
        &self.0
    }
}

impl ShownStatus {
    /// All claims, without a copy.
    pub fn into_claims(self) -> StatusClaims {
        self.0
    }

    /// The verifying entity that the token was issued to.
    pub fn issued_to(&self) -> &str {
        &self.0.audience
    }

    /// The answer.
    pub fn status(&self) -> VaccinationStatus {
        self.0.status
    }

    /// All claims.
    pub fn claims(&self) -> &StatusClaims {
        &self.0
    }
}
