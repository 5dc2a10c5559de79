use chrono::{DateTime, Utc};
use kycvs_consent::{Over, RandomError, ResendRefusal};
use kycvs_registry::RegistryError;
use kycvs_store::StoreError;
use kycvs_token::IssueError;

use crate::{CertificateRefusal, PeopleError, SendError};

/// Why a call gave no answer. None of these names a person, a number or a code.
///
/// [`code`](Self::code) is the stable word for a protocol; what a person reads is the host's choice.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The entity is not registered with this service.
    #[error("the verifying entity is not registered")]
    UnknownEntity,
    /// The entity has no purpose with this code.
    #[error("the verifying entity has no such purpose")]
    UnknownPurpose,
    /// The purpose does not name this policy, or does so no longer.
    #[error("the purpose allows no such policy")]
    UnknownPolicy,
    /// The day that is asked about has passed, or is more than a year ahead.
    #[error("the day is in the past, or more than a year ahead")]
    DayOutOfRange,
    /// The policy's day of review has passed, and the purpose refuses such a policy.
    #[error("the policy is overdue for review")]
    PolicyOverdue,
    /// There is no such request, or it is another entity's.
    #[error("there is no such request")]
    NotFound,
    /// The code is wrong; it was counted.
    #[error("the code is wrong")]
    WrongCode {
        /// How many attempts are left in this request. The number may be locked sooner, since wrong codes of its other requests
        /// count, too.
        attempts_left: u8,
    },
    /// The code's time has passed. A resend helps.
    #[error("the code has expired")]
    CodeExpired,
    /// The request's time has passed. A new request helps.
    #[error("the request has expired")]
    RequestExpired,
    /// Too many wrong codes were entered in this request.
    #[error("the request is locked")]
    RequestLocked,
    /// Too many wrong codes were entered for this mobile number, over several requests.
    #[error("the mobile number is locked")]
    MobileLocked {
        /// From when on it is not.
        retry_at: DateTime<Utc>,
    },
    /// The request was declined, or its code was used elsewhere.
    #[error("the request was already used")]
    AlreadyUsed,
    /// What the person agreed to is not the notice of this request.
    #[error("the notice is not the one of this request")]
    NoticeMismatch,
    /// The list of people is not one to ask about, or to leave people out of.
    #[error(transparent)]
    People(#[from] PeopleError),
    /// The code was right, and the names alone do not decide: the same call with years of birth does, or without these people.
    /// One year is taken for each, and one that is nobody's finds no record.
    #[error("the year of birth is needed")]
    BirthYearNeeded {
        /// About whom, by their places in the list of people that was asked about.
        positions: Vec<u8>,
    },
    /// The code was right, and the registry has nobody of that name on that mobile number, or more than one.
    #[error("no record matches")]
    NoMatchingRecord,
    /// A certificate that was presented is not taken; the request is as it was.
    #[error(transparent)]
    CertificateRefused(#[from] CertificateRefusal),
    /// The person withdrew the consent.
    #[error("the consent was withdrawn")]
    ConsentWithdrawn,
    /// Too many messages to this number, to numbers near it, or for this entity.
    #[error("too many requests")]
    TooManyRequests {
        /// From when on there is room again.
        retry_at: DateTime<Utc>,
    },
    /// What the host counts beside a message has no room; see [`StatusService::admit`](crate::StatusService::admit).
    #[error("a limit of the host is used up")]
    HostLimit {
        /// Which of the host's uses, by its place in the call.
        which: usize,
        /// From when on it has room again.
        retry_at: DateTime<Utc>,
    },
    /// The wait before a further code has not passed.
    #[error("a further code may be sent later")]
    ResendTooEarly {
        /// From when on it may be sent.
        retry_at: DateTime<Utc>,
    },
    /// The request had all its codes. A new request helps.
    #[error("no further code is sent for this request")]
    NoResendLeft,
    /// The message was not taken by the gateway.
    #[error("the message could not be sent")]
    SmsUnavailable(#[source] SendError),
    /// A store did not do its part. What was not answered may be asked again.
    #[error("a store is unavailable")]
    StoreUnavailable(#[source] StoreError),
    /// The registry did not answer. The code stays good.
    #[error("the registry is unavailable")]
    RegistryUnavailable(#[source] RegistryError),
    /// The answer could not be signed. The code stays good.
    #[error("the answer could not be signed")]
    SigningUnavailable(#[source] IssueError),
    /// The system gave no random bytes.
    #[error("the system gave no random bytes")]
    RandomUnavailable(#[source] RandomError),
}

impl Error {
    /// A stable word for this error, such as `wrong-code`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownEntity => "unknown-entity",
            Self::UnknownPurpose => "unknown-purpose",
            Self::UnknownPolicy => "unknown-policy",
            Self::DayOutOfRange => "day-out-of-range",
            Self::PolicyOverdue => "policy-overdue",
            Self::NotFound => "not-found",
            Self::WrongCode { .. } => "wrong-code",
            Self::CodeExpired => "code-expired",
            Self::RequestExpired => "request-expired",
            Self::RequestLocked => "request-locked",
            Self::MobileLocked { .. } => "mobile-locked",
            Self::AlreadyUsed => "already-used",
            Self::NoticeMismatch => "notice-mismatch",
            Self::People(_) => "invalid-people",
            Self::BirthYearNeeded { .. } => "birth-year-needed",
            Self::NoMatchingRecord => "no-matching-record",
            Self::CertificateRefused(_) => "certificate-refused",
            Self::ConsentWithdrawn => "consent-withdrawn",
            Self::TooManyRequests { .. }
            | Self::HostLimit { .. }
            | Self::ResendTooEarly { .. }
            | Self::NoResendLeft => "too-many-requests",
            Self::SmsUnavailable(_) => "sms-unavailable",
            Self::StoreUnavailable(_) => "store-unavailable",
            Self::RegistryUnavailable(_) => "registry-unavailable",
            Self::SigningUnavailable(_) => "signing-unavailable",
            Self::RandomUnavailable(_) => "random-unavailable",
        }
    }

    /// The HTTP status (RFC 9110) that says the same: 404 for what is not there or another entity's, 409 to 423 for a request that is
    /// over, 422 for what the caller can put right, 429 for what has to wait, and 503 for what may be asked again.
    pub fn http_status(&self) -> u16 {
        match self {
            Self::UnknownEntity => 500, // the host asks for an entity that it did not register
            Self::NotFound | Self::NoMatchingRecord => 404,
            Self::AlreadyUsed => 409,
            Self::RequestExpired | Self::ConsentWithdrawn => 410,
            Self::RequestLocked => 423,
            Self::MobileLocked { .. }
            | Self::TooManyRequests { .. }
            | Self::HostLimit { .. }
            | Self::ResendTooEarly { .. }
            | Self::NoResendLeft => 429,
            Self::CertificateRefused(_) | Self::People(_) => 400,
            error if error.is_retryable() => 503,
            _ => 422,
        }
    }

    /// Whether the same call may be made again at once: nothing was lost, and it may be answered next time.
    pub fn is_retryable(&self) -> bool {
        matches!(
            self,
            Self::SmsUnavailable(_)
                | Self::StoreUnavailable(_)
                | Self::RegistryUnavailable(_)
                | Self::SigningUnavailable(_)
                | Self::RandomUnavailable(_)
        )
    }

    /// From when on trying again may help, where waiting helps.
    pub fn retry_at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::MobileLocked { retry_at }
            | Self::TooManyRequests { retry_at }
            | Self::HostLimit { retry_at, .. }
            | Self::ResendTooEarly { retry_at } => Some(*retry_at),
            _ => None,
        }
    }
}

impl From<Over> for Error {
    fn from(over: Over) -> Self {
        match over {
            Over::AnotherNotice => Self::NoticeMismatch,
            Over::CodeExpired => Self::CodeExpired,
            Over::Locked => Self::RequestLocked,
            Over::Used => Self::AlreadyUsed,
            Over::NotSent => Self::NotFound,
            _ => Self::RequestExpired,
        }
    }
}

impl From<ResendRefusal> for Error {
    fn from(refusal: ResendRefusal) -> Self {
        match refusal {
            ResendRefusal::TooEarly { at } => Self::ResendTooEarly { retry_at: at },
            ResendRefusal::Over(over) => over.into(),
            _ => Self::NoResendLeft,
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::StoreUnavailable(error)
    }
}

impl From<RandomError> for Error {
    fn from(error: RandomError) -> Self {
        Self::RandomUnavailable(error)
    }
}
