use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{ConsentId, DataFiduciary, NoticeRef, Purpose, Reference, RequestId, VerifyingEntity};

/// What a person decided, and what followed at once: the consent artefact. It never changes; what happens to it later is a
/// [`ConsentEvent`].
///
/// The fields follow the DPDP Rules 2025, the consent artefact of the Ayushman Bharat Digital Mission and
/// ISO/IEC TS 27560:2023, which keeps a record of a refusal, too. It holds no mobile number and no name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// Its id.
    pub id: ConsentId,
    /// The version of this format.
    pub schema: Schema,
    /// Whose data it is about: a pseudonym that is the same for one person and one entity, and for nothing else. Absent where
    /// nobody was found, or nobody looked.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub principal: Option<String>,
    /// A keyed hash of the normalised name that was asked about and of this artefact's id. With the service's key and a name,
    /// an auditor sees whether it was that name; without the key it says nothing.
    pub name_commitment: String,
    /// In what capacity the decision was made.
    pub given_by: GivenBy,
    /// Who decided: a pseudonym that is the same for one mobile number and one entity, and for nothing else.
    pub holder: String,
    /// Who answers.
    pub data_fiduciary: DataFiduciary,
    /// Who asked.
    pub verifying_entity: VerifyingEntity,
    /// The entity's own name for the transaction.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reference: Option<Reference>,
    /// For what, and whether the answer may be shown to others.
    pub purpose: Purpose,
    /// Which data were processed.
    pub processed: Vec<DataItem>,
    /// Which of them the entity was given.
    pub shared: Vec<DataItem>,
    /// The notice.
    pub notice: NoticeRef,
    /// How the decision was made.
    pub method: Method,
    /// When it was made.
    pub given_at: DateTime<Utc>,
    /// What it was, and what came of it.
    pub outcome: Outcome,
}

/// The version of the artefact's format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Schema {
    /// The second; the first named no person.
    #[serde(rename = "kycvs-consent/2")]
    V2,
}

/// In what capacity somebody decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GivenBy {
    /// Whoever holds the mobile number that is registered for the person.
    HolderOfMobile,
    /// The same, for a person who is registered as younger than 18 years: as parent or lawful guardian (DPDP Act 2023,
    /// section 9).
    Guardian,
}

/// A kind of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DataItem {
    /// The mobile number, to send the code to and to look under.
    Mobile,
    /// The name, to look for.
    Name,
    /// The year of birth, where a name alone did not decide.
    BirthYear,
    /// The doses and the birth date that are registered.
    VaccinationRecord,
    /// A certificate that the person presented.
    Certificate,
    /// The vaccination status, 0, 1 or 2.
    Status,
}

/// How a decision was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind")]
pub enum Method {
    /// By entering a code that was sent to the mobile number, after the notice was shown; or by declining to.
    #[serde(rename = "otp-sms")]
    OtpSms {
        /// The request that the code belonged to.
        request: RequestId,
        /// Whether the notice was shown. Without it, the message with the code was all that the person read.
        notice_shown: bool,
    },
}

/// What a decision was, and what came of it (the events of ISO/IEC TS 27560).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Outcome {
    /// Consent was given, and the status shared.
    Shared {
        /// The `jti` of the one token that was given.
        token_id: String,
        /// Until when the answer may be used.
        valid_until: DateTime<Utc>,
        /// What the status rests on.
        evidence: Evidence,
        /// Where a published list says whether the token was withdrawn, if there are such lists.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        status_list: Option<StatusPosition>,
    },
    /// Consent was given, and the person took a copy of their own record; nobody else was given anything.
    Copied,
    /// Consent was given, and no one person was found, so nothing was shared.
    NoRecord,
    /// Consent was refused.
    Refused,
}

/// What a status rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Evidence {
    /// The registry of who answers.
    Registry,
    /// A certificate of another issuer, which the person presented; alone, or with what the registry knows.
    Presented {
        /// Its format, such as `divoc`.
        format: String,
        /// Who issued it.
        issuer: String,
        /// A keyed hash of its number: with the service's key, an auditor sees whether it was that certificate.
        digest: String,
    },
}

/// A token's position in a published status list, as in the token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusPosition {
    /// The list's name.
    pub uri: String,
    /// The position, from 0.
    pub idx: u32,
}

/// Something that happened to a consent after it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "lowercase")]
pub enum ConsentEvent {
    /// The person withdrew it.
    Withdrawn {
        /// When.
        at: DateTime<Utc>,
        /// In which way.
        by: WithdrawnBy,
    },
    /// What was shared turned out to be wrong for its day: the record was corrected.
    Corrected {
        /// When.
        at: DateTime<Utc>,
    },
    /// The person's record, or what was kept of the person, was erased.
    Erased {
        /// When.
        at: DateTime<Utc>,
    },
    /// Somebody read the consent who is neither its person nor its entity. It changes nothing.
    Read {
        /// When.
        at: DateTime<Utc>,
        /// Who.
        by: ReadBy,
    },
}

/// Who read a consent that is neither theirs nor given to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReadBy {
    /// An auditor, in a sample of the public log.
    Auditor,
    /// Whoever runs the service.
    Operator,
}

/// The way in which a consent was withdrawn: what showed that it was the person who asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WithdrawnBy {
    /// The host saw to it that it was the person.
    Person,
    /// Whoever holds the withdrawal code, which the person was given with the answer.
    Code,
    /// The entity that got the answer, for a person at its counter.
    Entity,
}

/// The state of a consent at some time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsentState {
    /// Given and in force.
    Active,
    /// Its time has passed, or nothing was shared on it.
    Expired,
    /// Withdrawn by the person.
    Withdrawn,
    /// What was shared on it was wrong, and is no longer good.
    Corrected,
    /// The person is erased, and what was shared is no longer good.
    Erased,
    /// Never given.
    Refused,
}

/// The stored bytes are no consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the stored consent is damaged")]
pub struct ConsentError;

impl Consent {
    /// The artefact as bytes: compact JSON, its members in the order of the fields above. These are what a ledger keeps
    /// and what [`hash_of`](Self::hash_of) is taken over.
    ///
    /// # Errors
    /// [`ConsentError`] when a time lies beyond what JSON can say (the years 0 to 9999).
    pub fn to_bytes(&self) -> Result<Vec<u8>, ConsentError> {
        serde_json::to_vec(self).map_err(|_| ConsentError)
    }

    /// The `jti` of the token that was given on it, if one was.
    pub fn token_id(&self) -> Option<&str> {
        match &self.outcome {
            Outcome::Shared { token_id, .. } => Some(token_id),
            Outcome::Copied | Outcome::NoRecord | Outcome::Refused => None,
        }
    }

    /// The hash of an artefact's bytes: SHA-256, 64 hexadecimal digits. The token carries it.
    pub fn hash_of(bytes: &[u8]) -> String {
        base16ct::lower::encode_string(&Sha256::digest(bytes))
    }
}

/// A consent with its history: what the entries of a ledger say together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentRecord {
    /// The artefact.
    pub consent: Consent,
    /// The hash of its bytes.
    pub hash: String,
    /// What happened to it later, oldest first.
    pub events: Vec<ConsentEvent>,
}

impl ConsentRecord {
    /// Reads the entries of one consent.
    ///
    /// # Errors
    /// [`ConsentError`] when there is no entry, or one is damaged.
    pub fn from_entries(entries: &[Vec<u8>]) -> Result<Self, ConsentError> {
        let (artefact, events) = entries.split_first().ok_or(ConsentError)?;
        Ok(Self {
            consent: serde_json::from_slice(artefact).map_err(|_| ConsentError)?,
            hash: Consent::hash_of(artefact),
            events: events
                .iter()
                .map(|event| serde_json::from_slice(event).map_err(|_| ConsentError))
                .collect::<Result<_, _>>()?,
        })
    }

    /// The state at `now`.
    pub fn state(&self, now: DateTime<Utc>) -> ConsentState {
        match (&self.consent.outcome, self.events.iter().rfind(|event| event.ends())) {
            (Outcome::Refused, _) => ConsentState::Refused,
            _ if self.is_withdrawn() => ConsentState::Withdrawn,
            (_, Some(ConsentEvent::Erased { .. })) => ConsentState::Erased,
            (_, Some(ConsentEvent::Corrected { .. })) => ConsentState::Corrected,
            (Outcome::Shared { valid_until, .. }, _) if now < *valid_until => ConsentState::Active,
            _ => ConsentState::Expired,
        }
    }

    /// Whether anything ended what was shared on it before its time.
    pub fn is_ended(&self) -> bool {
        self.events.iter().any(ConsentEvent::ends)
    }

    /// Whether the person withdrew it, whatever else happened to it.
    pub fn is_withdrawn(&self) -> bool {
        self.events.iter().any(|event| matches!(event, ConsentEvent::Withdrawn { .. }))
    }
}

impl ConsentEvent {
    /// When it happened.
    pub fn at(&self) -> DateTime<Utc> {
        match self {
            Self::Withdrawn { at, .. } | Self::Corrected { at } | Self::Erased { at } | Self::Read { at, .. } => *at,
        }
    }

    /// Whether it ends what was shared.
    pub fn ends(&self) -> bool {
        !matches!(self, Self::Read { .. })
    }

    /// The event as the bytes that a ledger keeps.
    ///
    /// # Errors
    /// [`ConsentError`] as for [`Consent::to_bytes`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, ConsentError> {
        serde_json::to_vec(self).map_err(|_| ConsentError)
    }
}
