//! What a gate does with what it is shown: it verifies, looks into its lists, and lights a lamp.

use std::fmt;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::ser::{Serialize, SerializeMap as _, Serializer};

use crate::{EvidenceKind, Refusal, StatusClaims, StatusLists, StatusToken, TokenVerifier, VaccinationStatus};

/// A gate: a verifier, whom tokens must have been issued to, and the status lists that it holds.
#[derive(Clone, Debug)]
pub struct Gate {
    verifier: TokenVerifier,
    audience: Option<String>,
    lists: Option<StatusLists>,
}

/// What a gate makes of a token.
///
/// `Display` is a line for people at the gate, and `Serialize` an object for a program: `valid`, `lamp`, and the
/// claims or the `reason`. Both name the bearer whom the person disclosed, and so does nothing else: `Debug` does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    outcome: Result<StatusClaims, Refusal>,
    /// `None` at a gate without lists.
    good_as_of: Option<DateTime<Utc>>,
}

/// What a gate's lamp shows, from good to bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lamp {
    /// Fully vaccinated.
    Green,
    /// Partially vaccinated.
    Amber,
    /// Not vaccinated.
    Red,
    /// The token proves nothing.
    Refused,
}

impl Gate {
    /// A gate that takes tokens issued to anyone, and does not know what was withdrawn.
    pub fn new(verifier: TokenVerifier) -> Self {
        Self { verifier, audience: None, lists: None }
    }

    /// The same gate, for tokens that were issued to `audience`.
    #[must_use]
    pub fn for_audience(self, audience: impl Into<String>) -> Self {
        Self { audience: Some(audience.into()), ..self }
    }

    /// The same gate with these lists. It takes a token only if they say that it was not withdrawn.
    #[must_use]
    pub fn with_lists(self, lists: StatusLists) -> Self {
        Self { lists: Some(lists), ..self }
    }

    /// Judges what a scanner or a clipboard gave, as [`StatusToken::scanned`] reads it, at the time `now`.
    pub fn judge(&self, scanned: &str, now: DateTime<Utc>) -> Verdict {
        let token = StatusToken::scanned(scanned);
        let verified = match &self.audience {
            Some(audience) => self.verifier.verify(&token, audience, now).map(|verified| verified.into_claims()),
            None => self.verifier.verify_shown_to_me(&token, now).map(|shown| shown.into_claims()),
        };
        let verdict = Verdict { outcome: verified, good_as_of: None };
        match &self.lists {
            Some(lists) => verdict.looked_up(lists, now),
            None => verdict,
        }
    }
}

impl Verdict {
    /// The verdict of the same gate with these lists, at the time `now`: the token is taken only if they say that it was not
    /// withdrawn.
    #[must_use]
    pub fn looked_up(self, lists: &StatusLists, now: DateTime<Utc>) -> Self {
        let checked = self.outcome.and_then(|claims| lists.require_good(&claims, now).map(|as_of| (claims, as_of)));
        match checked {
            Ok((claims, as_of)) => Self { outcome: Ok(claims), good_as_of: Some(as_of) },
            Err(refusal) => Self { outcome: Err(refusal), good_as_of: None },
        }
    }

    /// The lamp.
    pub fn lamp(&self) -> Lamp {
        match &self.outcome {
            Ok(claims) => match claims.status {
                VaccinationStatus::FullyVaccinated => Lamp::Green,
                VaccinationStatus::PartiallyVaccinated => Lamp::Amber,
                VaccinationStatus::NotVaccinated => Lamp::Red,
            },
            Err(_) => Lamp::Refused,
        }
    }

    /// What the token says, or why it was refused.
    ///
    /// # Errors
    /// The [`Refusal`].
    pub fn claims(&self) -> Result<&StatusClaims, &Refusal> {
        self.outcome.as_ref()
    }

    /// The time for which the gate's lists say that the token was not withdrawn; `None` where it was not checked.
    pub fn good_as_of(&self) -> Option<DateTime<Utc>> {
        self.good_as_of
    }
}

impl Lamp {
    /// The lamp as a word for programs: `green`, `amber`, `red` or `refused`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Amber => "amber",
            Self::Red => "red",
            Self::Refused => "refused",
        }
    }

    /// The lamp as the exit status of a command: 0 for green, 1 for amber and red, 2 for a refusal. Of several tokens the
    /// worst counts.
    pub fn exit_status(self) -> u8 {
        match self {
            Self::Green => 0,
            Self::Amber | Self::Red => 1,
            Self::Refused => 2,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let claims = match &self.outcome {
            Ok(claims) => claims,
            Err(refusal) => return write!(f, "REFUSED  {refusal} ({})", refusal.code()),
        };
        f.write_str(match claims.status {
            VaccinationStatus::FullyVaccinated => "GREEN    fully vaccinated, ",
            VaccinationStatus::PartiallyVaccinated => "AMBER    partially vaccinated, ",
            VaccinationStatus::NotVaccinated => "RED      not vaccinated, ",
        })?;
        if claims.evidence == EvidenceKind::Presented {
            f.write_str("by a certificate that was presented, ")?;
        }
        match &claims.bearer {
            None => f.write_str("bearer unknown")?,
            Some(bearer) => {
                write!(f, "for {}", bearer.name)?;
                bearer.birth_year.map_or(Ok(()), |year| write!(f, ", born {year}"))?;
                f.write_str(": check the ID")?;
            }
        }
        write!(f, "; on {} by {}; issued to {}", claims.as_of, claims.policy, claims.audience)?;
        claims.reference.as_ref().map_or(Ok(()), |reference| write!(f, ", {reference}"))?;
        write!(f, "; good until {}; ", claims.expires_at)?;
        match self.good_as_of {
            Some(as_of) => write!(f, "not withdrawn as of {}", as_of.format("%Y-%m-%d %H:%M UTC")),
            None => f.write_str("withdrawal not checked"),
        }
    }
}

impl Serialize for Verdict {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("valid", &self.outcome.is_ok())?;
        object.serialize_entry("lamp", self.lamp().word())?;
        match &self.outcome {
            Err(refusal) => object.serialize_entry("reason", refusal.code())?,
            Ok(claims) => {
                object.serialize_entry("status", &claims.status)?;
                object.serialize_entry("evidence", claims.evidence.as_str())?;
                object.serialize_entry("bearer", &claims.bearer)?;
                object.serialize_entry("standing", if self.good_as_of.is_some() { "good" } else { "not-checked" })?;
                if let Some(as_of) = self.good_as_of {
                    object.serialize_entry("standing_as_of", &text_of(as_of))?;
                }
                object.serialize_entry("audience", &claims.audience)?;
                object.serialize_entry("as_of", &claims.as_of)?;
                object.serialize_entry("policy", &claims.policy)?;
                object.serialize_entry("purpose", &claims.purpose)?;
                if let Some(reference) = &claims.reference {
                    object.serialize_entry("reference", reference)?;
                }
                object.serialize_entry("issued_at", &text_of(claims.issued_at))?;
                object.serialize_entry("expires_at", &text_of(claims.expires_at))?;
            }
        }
        object.end()
    }
}

fn text_of(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}
