use std::fmt;

use chrono::{DateTime, Utc};
use kycvs_domain::{BirthDate, Dose, DoseHistory};

use crate::RecordError;

/// What a certificate says, after its signature was verified. `Debug` shows its issuer and nothing of the person.
#[derive(Clone)]
pub struct Record {
    pub(crate) issuer: Issuer,
    pub(crate) names: Vec<String>,
    pub(crate) birth: Option<BirthDate>,
    pub(crate) doses: Vec<Dose>,
    pub(crate) id: String,
    pub(crate) sealed_until: Option<DateTime<Utc>>,
    pub(crate) caveats: Vec<Caveat>,
}

/// Who issued a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    /// A country's code (EU DCC), or a URL (SMART Health Cards and DIVOC).
    pub name: String,
    /// The name of the key that signed: a key id, or DIVOC's verification method.
    pub key: String,
}

/// What a reader should know beside the verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Caveat {
    /// The seal has expired; the host takes such certificates.
    ExpiredSeal,
    /// The trust list is past its time, though not yet twice.
    TrustListStale,
    /// It is genuine, and of its dose the day is not whole or a number is zero: the dose counts for nothing.
    DoseUnclear,
}

impl Record {
    /// Who issued it.
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// The person's name: as written, and as transliterated where the format has both. Personal data.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// When the person was born, as far as the certificate says. Personal data.
    pub fn birth(&self) -> Option<BirthDate> {
        self.birth
    }

    /// The doses. Of a certificate that names the last dose alone, its number and the number of its series say how many were given
    /// by then.
    pub fn doses(&self) -> &[Dose] {
        &self.doses
    }

    /// What the certificate says, for a policy to judge.
    pub fn history(&self) -> DoseHistory {
        DoseHistory { birth: self.birth, doses: self.doses.clone(), immunity: Vec::new() }
    }

    /// The certificate's own id, empty where it has none. Keep no more than a keyed hash of it.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Until when the issuer's seal holds, where it says so.
    pub fn sealed_until(&self) -> Option<DateTime<Utc>> {
        self.sealed_until
    }

    /// What a reader should know beside the verdict.
    pub fn caveats(&self) -> &[Caveat] {
        &self.caveats
    }
}

/// The most characters of a name, or of each part of one.
const MAX_NAME: usize = 100;

/// A name, or a part of one, that is no longer than people's are.
pub(crate) fn fair_name(name: &str) -> Result<&str, RecordError> {
    if name.chars().count() > MAX_NAME { Err(RecordError::TooLarge("a name")) } else { Ok(name) }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record").field("issuer", &self.issuer.name).finish_non_exhaustive()
    }
}

impl Caveat {
    /// A stable word for protocols and scripts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ExpiredSeal => "expired-seal",
            Self::TrustListStale => "trust-list-stale",
            Self::DoseUnclear => "dose-unclear",
        }
    }
}
