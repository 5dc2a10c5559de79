use std::sync::Arc;

use axum::Json;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};
use chrono::{DateTime, Utc};
use kycvs::consent::Nonce;
use kycvs::{Error, PeopleError};
use serde::Serialize;
use utoipa::ToSchema;

use crate::missing;

/// Writes the enum, the list of it and what each code says from one table, so that no code is left out of any.
macro_rules! problem_codes {
    ($($name:ident = ($word:literal, $status:literal, $meaning:literal),)*) => {
        /// Every way in which a call is refused. The words are stable; a client decides by them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ProblemCode {
            $(#[doc = $meaning] $name,)*
        }

        impl ProblemCode {
            /// All of them, in the order of the documentation.
            pub(crate) const ALL: [Self; [$($word),*].len()] = [$(Self::$name),*];

            /// The stable word, the HTTP status, and what it means in words.
            pub(crate) const fn facts(self) -> (&'static str, u16, &'static str) {
                match self {
                    $(Self::$name => ($word, $status, $meaning),)*
                }
            }
        }
    };
}

problem_codes! {
    Unauthenticated = ("unauthenticated", 401, "The API key is missing or unknown."),
    InvalidRequest = ("invalid-request", 400, "The request is malformed."),
    InvalidMobile = ("invalid-mobile", 422, "This is not an Indian mobile number."),
    InvalidName = ("invalid-name", 422, "This is not a name."),
    InvalidCode = ("invalid-code", 422, "This is not a code. It was not counted."),
    UnknownPurpose = ("unknown-purpose", 422, "The verifying entity has no such purpose."),
    UnknownPolicy = ("unknown-policy", 422, "The purpose allows no such policy."),
    DayOutOfRange = ("day-out-of-range", 422, "The day is in the past, or more than a year ahead."),
    PolicyOverdue = ("policy-overdue", 422, "The policy is overdue for review, and the purpose refuses such a one."),
    OriginNotAllowed = ("origin-not-allowed", 403, "This origin or return URL is not registered."),
    NotFound = ("not-found", 404, "There is no such thing, or it is another entity's."),
    MethodNotAllowed = ("method-not-allowed", 405, "This call takes another method."),
    WrongCode = ("wrong-code", 422, "The code is wrong."),
    InvalidBirthYear = ("invalid-birth-year", 422, "This is not a year of birth."),
    BirthYearNeeded = ("birth-year-needed", 422, "The name alone does not decide. Send the same call with the year of birth and the `attempt` given here."),
    CodeExpired = ("code-expired", 422, "The code has expired. A further one can be sent."),
    RequestExpired = ("request-expired", 410, "The request has expired. A new one is needed."),
    RequestLocked = ("request-locked", 423, "Too many wrong codes were entered in this request."),
    AlreadyUsed = ("already-used", 409, "The request was answered or declined already."),
    NoticeMismatch = ("notice-mismatch", 422, "The notice is not the one of this request."),
    NoMatchingRecord = ("no-matching-record", 404, "No single record matches this mobile and name."),
    ConsentWithdrawn = ("consent-withdrawn", 410, "The person withdrew the consent."),
    Gone = ("gone", 410, "This status list has ended: every token in it is over."),
    TooManyRequests = ("too-many-requests", 429, "Too many messages or tries."),
    MobileLocked = ("mobile-locked", 429, "Too many wrong codes were entered for this mobile number."),
    SmsUnavailable = ("sms-unavailable", 503, "The message could not be sent."),
    StoreUnavailable = ("store-unavailable", 503, "The service cannot answer now. Try again later."),
    TooLarge = ("too-large", 413, "The body is too large."),
    UnsupportedMediaType = ("unsupported-media-type", 415, "The body must be application/json."),
    TimedOut = ("timed-out", 408, "The call took too long. It may have been worked on."),
    Busy = ("busy", 503, "Too many calls are being worked on. Try again later."),
    Internal = ("internal", 500, "The server is misconfigured."),
}

impl ProblemCode {
    /// The stable word.
    pub fn as_str(self) -> &'static str {
        self.facts().0
    }

    /// The HTTP status.
    pub fn status(self) -> StatusCode {
        StatusCode::from_u16(self.facts().1).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// A refused call. A handler of a host returns one as its error, and it is answered and counted like those of the API: the
/// outermost layer writes it (RFC 9457), so that clock, log, metrics and wording are in one place. It repeats nothing of
/// what was sent.
#[derive(Clone, Debug)]
pub struct Problem {
    pub(crate) code: ProblemCode,
    /// What is wrong with this call, where there is more to say than the code does.
    detail: Option<String>,
    /// When trying again may help.
    retry: Option<Retry>,
    /// How many codes may still be tried.
    pub(crate) attempts_left: Option<u8>,
    /// By which the caller of a right code makes the same call again.
    attempt: Option<Nonce>,
    /// About whom in a list of people, by the place.
    place: Option<u8>,
    /// What the service said, for the log.
    cause: Option<Arc<Error>>,
}

#[derive(Clone, Copy, Debug)]
enum Retry {
    After(u64),
    At(DateTime<Utc>),
}

/// A refused call (RFC 9457).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemBody {
    /// `urn:kycvs:problem:` and the code.
    #[schema(format = "uri")]
    r#type: String,
    /// What the code means.
    title: &'static str,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What is wrong with this call.
    detail: String,
    /// A stable word to decide by.
    code: &'static str,
    /// Seconds after which trying again may help.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
    /// After `wrong-code`: how many codes may still be tried in this request. The number may be locked sooner
    /// (`mobile-locked`), since wrong codes of its other requests count, too.
    #[serde(skip_serializing_if = "Option::is_none")]
    attempts_left: Option<u8>,
    /// After `birth-year-needed`: the call's `attempt`, to be sent with the year of birth. It is the caller's own, or was drawn for
    /// a call without one, whose code works for nobody else.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^[A-Za-z0-9_-]{21}[AQgw]$")]
    attempt: Option<String>,
    /// About whom, by their places: after `birth-year-needed`, whose year of birth is needed; where a list of people is refused,
    /// for whose sake.
    #[serde(skip_serializing_if = "Option::is_none")]
    people: Option<Vec<u8>>,
}

impl Problem {
    /// Why.
    pub fn code(&self) -> ProblemCode {
        self.code
    }

    /// A refusal that says what is wrong with this call. The text repeats nothing of what was sent.
    pub fn with_detail(code: ProblemCode, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..code.into() }
    }

    /// A refusal in the words of the parser that refused. Parsers of KYC-VS repeat nothing of what they read.
    pub fn explained(code: ProblemCode, error: &dyn std::error::Error) -> Self {
        let text = error.to_string();
        let mut letters = text.chars();
        let capital = letters.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
        Self::with_detail(code, format!("{capital}{}.", letters.as_str()))
    }

    /// The same, to be tried again after some seconds.
    pub(crate) fn after(self, seconds: u64) -> Self {
        Self { retry: Some(Retry::After(seconds)), ..self }
    }

    /// The same, to be tried again from a time on.
    pub(crate) fn at(self, time: DateTime<Utc>) -> Self {
        Self { retry: Some(Retry::At(time)), ..self }
    }

    /// The same for the caller who made this attempt, and may have to make it again.
    pub(crate) fn of_attempt(self, attempt: &Nonce) -> Self {
        let again = self.code == ProblemCode::BirthYearNeeded;
        Self { attempt: again.then_some(*attempt), ..self }
    }

    /// The same in the words of the route that was called, where all it says is that nothing was found.
    pub(crate) fn of_route(mut self, route: &str) -> Self {
        if self.code == ProblemCode::NotFound && self.detail.is_none() {
            self.detail = missing::reason(route).map(str::to_owned);
        }
        self
    }

    /// Why a certificate was not taken, as a stable word.
    pub(crate) fn certificate_refusal(&self) -> Option<&'static str> {
        match self.cause.as_deref() {
            Some(Error::CertificateRefused(refusal)) => Some(refusal.reason),
            _ => None,
        }
    }

    /// Whose year of birth is needed, by their places.
    pub(crate) fn undecided(&self) -> Option<&[u8]> {
        match self.cause.as_deref() {
            Some(Error::BirthYearNeeded { positions }) => Some(positions),
            _ => None,
        }
    }

    /// The same about one of a list of people.
    pub(crate) fn about(self, place: u8) -> Self {
        Self { place: Some(place), ..self }
    }

    /// About whom, by their places.
    fn people(&self) -> Option<Vec<u8>> {
        match self.people_refusal() {
            Some(PeopleError::Twice { positions }) => Some(positions.to_vec()),
            _ => self.undecided().map(<[u8]>::to_vec).or(self.place.map(|place| vec![place])),
        }
    }

    /// Why a list of people is refused.
    pub(crate) fn people_refusal(&self) -> Option<PeopleError> {
        match self.cause.as_deref() {
            Some(Error::People(refusal)) => Some(*refusal),
            _ => None,
        }
    }

    /// Seconds after which trying again may help, counted from `now`.
    pub(crate) fn retry_after(&self, now: DateTime<Utc>) -> Option<u64> {
        self.retry.map(|retry| match retry {
            Retry::After(seconds) => seconds,
            Retry::At(at) => seconds_until(at, now),
        })
    }

    /// Notes a call that failed by a fault of ours, with its causes.
    pub(crate) fn note(&self) {
        if let Some(cause) = self.cause.as_deref().filter(|_| self.code.status().is_server_error()) {
            tracing::error!(code = self.code.as_str(), error = cause as &dyn std::error::Error, "a call failed");
        }
    }

    /// The answer, at `now` by the service's clock.
    pub(crate) fn written(&self, now: DateTime<Utc>) -> Response {
        let body = self.body(now);
        let retry = body.retry_after.map(|seconds| [(RETRY_AFTER, seconds.to_string())]);
        let mut response = (self.code.status(), AppendHeaders(retry.into_iter().flatten()), Json(body)).into_response();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if self.code == ProblemCode::Unauthenticated {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }

    pub(crate) fn body(&self, now: DateTime<Utc>) -> ProblemBody {
        let (code, status, title) = self.code.facts();
        ProblemBody {
            r#type: format!("urn:kycvs:problem:{code}"),
            title,
            status,
            detail: self.detail.clone().unwrap_or_else(|| title.to_owned()),
            code,
            retry_after: self.retry_after(now),
            attempts_left: self.attempts_left,
            attempt: self.attempt.as_ref().map(Nonce::secret),
            people: self.people(),
        }
    }
}

/// Whole seconds, rounded up, so that who waits for them has waited long enough.
pub(crate) fn seconds_until(at: DateTime<Utc>, now: DateTime<Utc>) -> u64 {
    let milliseconds = at.signed_duration_since(now).num_milliseconds();
    u64::try_from(milliseconds).unwrap_or(0).div_ceil(1000)
}

impl From<ProblemCode> for Problem {
    fn from(code: ProblemCode) -> Self {
        Self { code, detail: None, retry: None, attempts_left: None, attempt: None, place: None, cause: None }
    }
}

const OF_A_BOOKING: &str = "The request is about several people: a booking has calls of its own, at /v1/bookings.";

/// What the service refused.
impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let code = match error {
            Error::UnknownPurpose => ProblemCode::UnknownPurpose,
            Error::UnknownPolicy => ProblemCode::UnknownPolicy,
            Error::DayOutOfRange => ProblemCode::DayOutOfRange,
            Error::PolicyOverdue => ProblemCode::PolicyOverdue,
            Error::NotFound => ProblemCode::NotFound,
            Error::WrongCode { .. } => ProblemCode::WrongCode,
            Error::CodeExpired => ProblemCode::CodeExpired,
            Error::RequestExpired => ProblemCode::RequestExpired,
            Error::RequestLocked => ProblemCode::RequestLocked,
            Error::MobileLocked { .. } => ProblemCode::MobileLocked,
            Error::AlreadyUsed => ProblemCode::AlreadyUsed,
            Error::NoticeMismatch => ProblemCode::NoticeMismatch,
            Error::BirthYearNeeded { .. } => ProblemCode::BirthYearNeeded,
            Error::NoMatchingRecord => ProblemCode::NoMatchingRecord,
            Error::ConsentWithdrawn => ProblemCode::ConsentWithdrawn,
            Error::TooManyRequests { .. }
            | Error::HostLimit { .. }
            | Error::ResendTooEarly { .. }
            | Error::NoResendLeft => ProblemCode::TooManyRequests,
            Error::SmsUnavailable(_) => ProblemCode::SmsUnavailable,
            Error::People(refusal) => {
                let problem = match refusal {
                    PeopleError::Several => Self::with_detail(ProblemCode::InvalidRequest, OF_A_BOOKING),
                    _ => Self::explained(ProblemCode::InvalidRequest, &refusal),
                };
                return Self { cause: Some(Arc::new(error)), ..problem };
            }
            // Only a page of ours sends a certificate, and says what is wrong with it in words of its own.
            Error::CertificateRefused(_) => ProblemCode::InvalidRequest,
            // An entity of the configuration that the service does not know.
            Error::UnknownEntity => ProblemCode::Internal,
            // The store, the registry, the signer, the random numbers: all of them may answer later.
            _ => ProblemCode::StoreUnavailable,
        };
        let attempts_left = match error {
            Error::WrongCode { attempts_left } => Some(attempts_left),
            _ => None,
        };
        let retry = error.retry_at().map(Retry::At);
        Self { attempts_left, retry, cause: Some(Arc::new(error)), ..code.into() }
    }
}

/// The status, with the problem for the layer that writes it.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.code.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use kycvs::consent::RandomError;
    use kycvs::store::StoreError;
    use kycvs::token::{IssueError, Refusal};

    use super::*;

    #[test]
    fn a_problem_has_the_http_status_of_its_error() {
        let retry_at = DateTime::UNIX_EPOCH;
        let errors = [
            Error::UnknownEntity,
            Error::UnknownPurpose,
            Error::UnknownPolicy,
            Error::DayOutOfRange,
            Error::PolicyOverdue,
            Error::NotFound,
            Error::WrongCode { attempts_left: 1 },
            Error::CodeExpired,
            Error::RequestExpired,
            Error::RequestLocked,
            Error::MobileLocked { retry_at },
            Error::AlreadyUsed,
            Error::NoticeMismatch,
            Error::BirthYearNeeded { positions: vec![0] },
            Error::NoMatchingRecord,
            Error::ConsentWithdrawn,
            Error::TooManyRequests { retry_at },
            Error::ResendTooEarly { retry_at },
            Error::NoResendLeft,
            Error::StoreUnavailable(StoreError::Conflict),
            Error::RandomUnavailable(RandomError),
            Error::SigningUnavailable(IssueError::Invalid(Refusal::TooLong)),
        ];
        for error in errors {
            let (word, status, may_be_repeated) = (error.code(), error.http_status(), error.is_retryable());
            let problem = Problem::from(error);
            assert_eq!(problem.code.status().as_u16(), status, "{word}");
            assert_eq!(problem.code.status() == StatusCode::SERVICE_UNAVAILABLE, may_be_repeated, "{word}");
            assert!(
                problem.code.as_str() == "store-unavailable" || !word.starts_with("signing"),
                "as the guide has it"
            );
        }
    }
}
