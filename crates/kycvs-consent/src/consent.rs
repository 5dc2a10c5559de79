use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{ConsentId, DataFiduciary, NoticeRef, Purpose, Reference, RequestId, VerifyingEntity};

/// What a person agreed to: the consent artefact, as it was given. It never changes; what happens to it later is a
/// [`ConsentEvent`].
///
/// The fields follow the DPDP Rules 2025, the consent artefact of the Ayushman Bharat Digital Mission and
/// ISO/IEC TS 27560:2023. It holds no mobile number and no name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// Its id.
    pub id: ConsentId,
    /// The version of this format.
    pub schema: Schema,
    /// Who agreed: a pseudonym that is the same for one mobile number and one entity, and for nothing else.
    pub principal: String,
    /// Who answers.
    pub data_fiduciary: DataFiduciary,
    /// Who asked.
    pub verifying_entity: VerifyingEntity,
    /// The entity's own name for the transaction.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reference: Option<Reference>,
    /// For what, and whether the answer may be shown to others.
    pub purpose: Purpose,
    /// Which data.
    pub data_items: [DataItem; 1],
    /// The notice that was shown.
    pub notice: NoticeRef,
    /// How the person agreed.
    pub method: Method,
    /// The `jti` of the one token that was given on this consent.
    pub token_id: String,
    /// When the person agreed.
    pub given_at: DateTime<Utc>,
    /// Until when the answer may be used.
    pub valid_until: DateTime<Utc>,
}

/// The version of the artefact's format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Schema {
    /// The first.
    #[serde(rename = "kycvs-consent/1")]
    V1,
}

/// A kind of data that is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DataItem {
    /// The vaccination status, 0, 1 or 2.
    #[serde(rename = "status")]
    Status,
}

/// How a person agreed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind")]
pub enum Method {
    /// By entering a code that was sent to the mobile number.
    #[serde(rename = "otp-sms")]
    OtpSms {
        /// The request that the code belonged to.
        request: RequestId,
    },
}

/// Something that happened to a consent after it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "lowercase")]
pub enum ConsentEvent {
    /// The person withdrew it.
    Withdrawn {
        /// When.
        at: DateTime<Utc>,
    },
}

/// The state of a consent at some time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsentState {
    /// Given and in force.
    Active,
    /// Its time has passed.
    Expired,
    /// Withdrawn by the person.
    Withdrawn,
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
        match self.events.last() {
            Some(ConsentEvent::Withdrawn { .. }) => ConsentState::Withdrawn,
            None if now >= self.consent.valid_until => ConsentState::Expired,
            None => ConsentState::Active,
        }
    }
}

impl ConsentEvent {
    /// The event as the bytes that a ledger keeps.
    ///
    /// # Errors
    /// [`ConsentError`] as for [`Consent::to_bytes`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, ConsentError> {
        serde_json::to_vec(self).map_err(|_| ConsentError)
    }
}
