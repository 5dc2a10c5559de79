use std::fmt;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use kycvs_domain::{Mobile, PersonName};
use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use crate::{Certificate, CodeBinding, NoticeRef, Purpose, Reference, RequestId, VerifyingEntity};

/// What was asked: everything about a request that stays the same while it moves, and names nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Its id.
    pub id: RequestId,
    /// Who asks.
    pub entity: VerifyingEntity,
    /// For what.
    pub purpose: Purpose,
    /// The entity's own name for the transaction.
    pub reference: Option<Reference>,
    /// By which rules: id and version of a policy.
    pub policy: String,
    /// For which day, where it is another than that of the answer.
    pub on: Option<NaiveDate>,
    /// The notice that the person is shown.
    pub notice: NoticeRef,
    /// Whether the host shows it. Where a protocol has no room for one, the message alone says who asks about whom.
    pub notice_shown: bool,
    /// Whether the name is the one that the entity expected, where it expected one.
    pub name_matches: Option<bool>,
    /// A keyed hash of the name, for the artefact.
    pub name_commitment: String,
    /// A keyed hash of the mobile number: what failures are counted under, and what the code is bound to.
    pub mobile_key: [u8; 16],
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// From when on it accepts no code.
    pub expires_at: DateTime<Utc>,
}

impl Request {
    /// What a code of this request is bound to.
    pub fn binding(&self) -> CodeBinding<'_> {
        CodeBinding {
            request: &self.id,
            entity: &self.entity.id,
            purpose: &self.purpose.code,
            mobile: &self.mobile_key,
            notice: &self.notice.hash,
        }
    }

    /// Whether its time has passed.
    pub fn is_expired(&self, now: DateTime<Utc>) -> bool {
        now >= self.expires_at
    }
}

/// A time `span` after `now`; at the end of the calendar, its last moment.
pub fn later(now: DateTime<Utc>, span: TimeDelta) -> DateTime<Utc> {
    now.checked_add_signed(span).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// About whom: kept only while a request is pending, and sealed by whoever stores it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Subject {
    /// Where the code goes.
    pub mobile: Mobile,
    /// Whose status is asked.
    pub name: PersonName,
    /// What the person presented beside what the registry knows.
    pub certificate: Option<Certificate>,
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subject(redacted)")
    }
}

/// A subject as it is stored. Its texts are wiped, since they name a person.
#[derive(Serialize, Deserialize)]
struct Written {
    mobile: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    certificate: Option<Certificate>,
}

impl Drop for Written {
    fn drop(&mut self) {
        self.mobile.zeroize();
        self.name.zeroize();
    }
}

impl From<Subject> for Written {
    fn from(subject: Subject) -> Self {
        Self {
            mobile: subject.mobile.national().to_owned(),
            name: subject.name.normalised().to_owned(),
            certificate: subject.certificate,
        }
    }
}

impl TryFrom<Written> for Subject {
    type Error = &'static str;

    fn try_from(mut written: Written) -> Result<Self, Self::Error> {
        let mobile = Mobile::parse(&written.mobile).map_err(|_| "not a mobile number")?;
        let name = PersonName::from_normalised(&written.name).map_err(|_| "not a name")?;
        Ok(Self { mobile, name, certificate: written.certificate.take() })
    }
}
