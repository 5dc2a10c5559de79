use std::fmt;

use chrono::serde::ts_microseconds;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use kycvs_domain::{Mobile, PersonName};
use serde::{Deserialize, Serialize};

use crate::{Certificate, CodeBinding, ConsentId, Link, NoticeRef, Purpose, Reference, RequestId, VerifyingEntity};

/// How many people one booking has at most, as a railway ticket has.
pub const MAX_PEOPLE: usize = 6;

/// What was asked of one mobile number: everything about a request that stays the same while it moves, and names nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Its id.
    pub id: RequestId,
    /// The requests of the booking, this one among them: one for each mobile number, the first one's first.
    pub group: Vec<RequestId>,
    /// About how many people the booking asks, on all numbers.
    pub asked: u8,
    /// About whom it asks on this number, 1 to [`MAX_PEOPLE`].
    pub people: Vec<AskedPerson>,
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
    /// A keyed hash of the mobile number: what failures are counted under, and what the code is bound to.
    pub mobile_key: [u8; 16],
    /// When it was opened.
    #[serde(with = "ts_microseconds")]
    pub opened_at: DateTime<Utc>,
    /// From when on it accepts no code.
    #[serde(with = "ts_microseconds")]
    pub expires_at: DateTime<Utc>,
}

/// One of the people whom a request is about, without a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedPerson {
    /// The place in the booking's list of people, from 0.
    pub position: u8,
    /// Whether the name is the one that the entity expected, where it expected one.
    pub name_matches: Option<bool>,
    /// A keyed hash of the name, for the artefact.
    pub name_commitment: String,
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

    /// The consent that one of its people gives.
    pub fn consent_of(&self, person: &AskedPerson) -> ConsentId {
        ConsentId::of(&self.id, person.position, self.opened_at)
    }

    /// Whether it is the first of its booking, by which the entity knows all of it.
    pub fn leads(&self) -> bool {
        self.group.first() == Some(&self.id)
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
pub struct Subject {
    /// Where the code goes.
    pub mobile: Mobile,
    /// Whose status is asked, in the order of [`Request::people`].
    pub people: Vec<NamedPerson>,
    /// What the message leads to, where the code is not entered by whoever booked.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub link: Option<Link>,
}

/// One of the people whom a request is about.
#[derive(Clone, Serialize, Deserialize)]
pub struct NamedPerson {
    /// The name that was given.
    pub name: PersonName,
    /// What was presented beside what the registry knows.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub certificate: Option<Certificate>,
}

impl fmt::Debug for NamedPerson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NamedPerson(redacted)")
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subject(redacted)")
    }
}
