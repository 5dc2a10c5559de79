use std::fmt;

use chrono::{DateTime, Utc};
use kycvs_consent::{
    AskedPerson, Certificate, CodeProof, Confirmation, ConsentId, NamedPerson, Nonce, Notice, Pending, RequestId,
    shown_name,
};
use kycvs_domain::VaccinationStatus;
use kycvs_token::{Disclosure, StatusToken};
use serde::{Deserialize, Serialize};

use crate::{Error, NeedAnswer, PeopleError};

/// A request that waits for its code, and what the person needs to know to enter it.
///
/// It is JSON by `serde`, to wait in the person's session between the page that asks and the page that takes the code. It names
/// people: keep it nowhere else.
#[derive(Clone, Serialize, Deserialize)]
pub struct OpenRequest {
    /// Names the request in the calls that follow.
    pub id: RequestId,
    /// The last four digits of the mobile number that the code went to.
    pub mobile_last_four: String,
    /// How many digits the code has.
    pub code_digits: u8,
    /// From when on the code is no longer good.
    pub code_expires_at: DateTime<Utc>,
    /// From when on the request accepts no code.
    pub expires_at: DateTime<Utc>,
    /// From when on a further code may be sent; `None` when none may.
    pub resend_at: Option<DateTime<Utc>>,
    /// What to show before the code is entered. Its hash goes into [`confirm`](crate::StatusService::confirm).
    pub notice: Notice,
    /// About whom the code decides.
    pub people: Vec<OpenPerson>,
    /// How many more people the booking is about: each of them answers by the code of another number.
    pub others: u8,
    /// Names whoever holds this value: with it, a confirm that is repeated gives the same answer. Every call that gives an
    /// `OpenRequest` draws another.
    pub attempt: Nonce,
}

/// One of the people whom a request is about, to be shown to whoever enters the code.
#[derive(Clone, Serialize, Deserialize)]
pub struct OpenPerson {
    /// The place in the list of people that was asked about, from 0.
    pub position: u8,
    /// The name, as the notice has it.
    pub name: String,
    /// The certificate that was presented for the person.
    pub certificate: Option<Box<Certificate>>,
}

impl fmt::Debug for OpenPerson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenPerson").field("position", &self.position).finish_non_exhaustive()
    }
}

impl fmt::Debug for OpenRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenRequest")
            .field("id", &self.id)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

impl OpenRequest {
    /// What to hand to [`confirm`](crate::StatusService::confirm) when a person who read the notice enters a code.
    pub fn confirmation(&self, code: CodeProof) -> Confirmation {
        Confirmation::new(code, self.notice.reference.hash, self.attempt)
    }

    pub(crate) fn new(pending: &Pending, code_digits: u8, attempt: Nonce) -> Self {
        let request = pending.request();
        Self {
            id: request.id,
            mobile_last_four: pending.subject().mobile.last_four().to_owned(),
            code_digits,
            code_expires_at: pending.code_expires_at(),
            expires_at: request.expires_at,
            resend_at: pending.resend_at(),
            notice: Notice { reference: request.notice.clone(), text: pending.notice_text().to_owned().into() },
            people: pending.people().map(OpenPerson::of).collect(),
            others: u8::try_from(request.people.len()).map_or(0, |here| request.asked.saturating_sub(here)),
            attempt,
        }
    }
}

impl OpenPerson {
    fn of((asked, named): (&AskedPerson, &NamedPerson)) -> Self {
        Self {
            position: asked.position,
            name: shown_name(&named.name),
            certificate: named.certificate.clone().map(Box::new),
        }
    }
}

/// What one code decided: an answer about each person whose code it was.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Answers {
    /// The answers, by position.
    pub people: Vec<PersonAnswer>,
}

/// The answer about one person.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PersonAnswer {
    /// The place in the list of people that was asked about, from 0.
    pub position: u8,
    /// What there is to tell.
    pub told: Told,
}

/// What there is to tell about a person.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Told {
    /// The status, with consent.
    Granted(Box<Granted>),
    /// The registry has nobody of that name on that number, or more than one.
    NoRecord,
    /// Whoever has the code left the person out, or declined for all.
    Declined,
    /// The person withdrew the consent since.
    Withdrawn,
    /// What was shared is over: it was corrected or erased since, or its time has passed.
    Over,
}

impl Answers {
    /// The answer about the one person whom a request is about. Where it may be about several, confirm with
    /// [`Confirmation::for_one`](kycvs_consent::Confirmation::for_one): their code is refused before it is used.
    ///
    /// # Errors
    /// [`Error::NoMatchingRecord`], [`Error::ConsentWithdrawn`] or [`Error::AlreadyUsed`] where there is no status to tell;
    /// [`PeopleError::Several`] where the request is about several people.
    pub fn only(self) -> Result<Granted, Error> {
        let mut people = self.people.into_iter();
        match (people.next().map(|person| person.told), people.next()) {
            (Some(Told::Granted(granted)), None) => Ok(*granted),
            (Some(Told::NoRecord), None) => Err(Error::NoMatchingRecord),
            (Some(Told::Withdrawn), None) => Err(Error::ConsentWithdrawn),
            (_, None) => Err(Error::AlreadyUsed),
            _ => Err(PeopleError::Several.into()),
        }
    }

    /// The statuses that were shared.
    pub fn granted(&self) -> impl Iterator<Item = &Granted> {
        self.people.iter().filter_map(|person| match &person.told {
            Told::Granted(granted) => Some(granted.as_ref()),
            _ => None,
        })
    }

    /// Whether the time of the tokens has passed; they all end at once.
    pub(crate) fn are_expired(&self, now: DateTime<Utc>) -> bool {
        self.granted().any(|granted| now >= granted.expires_at)
    }
}

/// The answer: a status, and the token that proves it to anyone.
#[derive(Clone, Serialize, Deserialize)]
pub struct Granted {
    /// The status.
    pub status: VaccinationStatus,
    /// The signed token. It is personal data.
    pub token: StatusToken,
    /// The same statement as a CWT (`KV1:`), whose QR code has two thirds of the width; where the [`Confirmation`] asked for it.
    pub cwt: Option<StatusToken>,
    /// The token's `jti`, by which a [group answer](crate::GroupState::answer) lists it.
    pub token_id: String,
    /// Until when the token is good.
    pub expires_at: DateTime<Utc>,
    /// The consent that it was given on.
    pub consent_id: ConsentId,
    /// Whether the person gave the name that the entity expected, where it expected one.
    pub name_matches: Option<bool>,
    /// What opens the token's digests of name and year of birth: the person's, to be shown with the token to whom they choose.
    /// [`confirm`](crate::StatusService::confirm) gives them, to the caller who entered the code, and nothing else does.
    pub disclosures: Vec<Disclosure>,
    /// What was found on each need of the policy, in its order: for the person's own eyes, and given as `disclosures` are. A
    /// caller who asks for a verifying entity hands on the status alone.
    pub needs: Vec<NeedAnswer>,
}

impl fmt::Debug for Granted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Granted").field("consent_id", &self.consent_id).finish_non_exhaustive()
    }
}

/// State of a request.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequestState {
    /// It waits for its code.
    Pending(OpenRequest),
    /// The code was entered, and the answer is not there yet. Whoever entered it repeats the call, with the year of birth if
    /// that was asked for.
    Verified,
    /// It was answered.
    Answered(Answers),
    /// The person declined, for everybody.
    Declined,
    /// Too many wrong codes were entered.
    Locked,
    /// Its time passed, or that of the tokens that it was answered with.
    Expired,
}
