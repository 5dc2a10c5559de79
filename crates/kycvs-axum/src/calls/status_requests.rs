use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, NaiveDate, SubsecRound, Utc};
use kycvs::consent::{CodeProof, Confirmation, Language, Nonce, NoticeHash, RequestId};
use kycvs::domain::BirthYear;
use kycvs::token::StatusToken;
use kycvs::{Error, Granted, OpenRequest, Person, RequestState, StatusRequest};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::calls::ask::{day, mobile, name, policy, purpose, reference};
use crate::entity::Caller;
use crate::problem::{Problem, ProblemCode};
use crate::{About, JsonBody};

/// What opens a request.
#[derive(Deserialize, ToSchema)]
#[schema(as = StatusRequest)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ask {
    /// An Indian mobile number, as people write it: ten digits of any script, with or without `+91`.
    #[schema(min_length = 10, max_length = 64, example = "+91 98765 43210")]
    mobile: String,
    /// The person's name, as registered.
    #[schema(min_length = 1, max_length = 100, pattern = "^[^<>]*$", example = "Asha Rao")]
    name: String,
    /// The code of one of the entity's purposes.
    #[schema(min_length = 1, max_length = 64, pattern = "^[a-z0-9._-]+$", example = "railway-booking")]
    purpose: String,
    /// The entity's own name for the transaction, such as a booking number. Whoever is shown the token reads it, so it is
    /// neither personal nor secret.
    #[schema(min_length = 1, max_length = 64, pattern = "^[^<>]*$", example = "booking 4711")]
    reference: Option<String>,
    /// By which rules: the id of one of the purpose's policies. Without it, by the first of them.
    #[schema(min_length = 1, max_length = 32, pattern = "^[a-z][a-z0-9-]*$", example = "yellow-fever-arrival")]
    policy: Option<String>,
    /// For which day, such as that of the arrival: today, or at most a year ahead. Without it, for the day of the answer.
    #[serde(default, deserialize_with = "day")]
    #[schema(format = Date, example = "2027-01-10")]
    on: Option<NaiveDate>,
    /// The language of the notice and the message.
    #[serde(default)]
    #[schema(value_type = LanguageTag, default = "en")]
    language: Language,
}

/// What confirms a request: the code as typed, or its hash, and the notice that was agreed to.
#[derive(Deserialize, ToSchema)]
#[schema(as = Confirmation)]
#[serde(deny_unknown_fields)]
pub(crate) struct Confirm {
    /// The code, in digits of any script.
    #[schema(min_length = 6, max_length = 32, example = "482913")]
    otp: Option<String>,
    /// Instead of it, the hexadecimal SHA-256 of its ASCII digits.
    #[schema(pattern = "^[0-9a-fA-F]{64}$")]
    otp_sha256: Option<String>,
    /// The hash of the notice that the person was shown: with the code, the agreement to it.
    #[schema(pattern = "^[0-9a-f]{64}$", example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    notice_hash: String,
    /// 128 random bits of your own: with the same ones, the call may be repeated for two minutes and gives the same answer.
    /// Without them, the code works for this call alone; `birth-year-needed` gives those to go on with.
    #[schema(pattern = "^[A-Za-z0-9_-]{21}[AQgw]$", example = "YSBub25jZSBvZiBvd24hIQ")]
    attempt: Option<String>,
    /// The year of birth, in the same call again after `birth-year-needed`. One that is not needed is not looked at.
    #[serde(default, deserialize_with = "whole_number")]
    #[schema(minimum = 1900, maximum = 2100, example = 1986)]
    birth_year: Option<u16>,
    /// Whether the answer comes as a CWT, too, for a small QR code.
    #[serde(default)]
    cwt: bool,
}

/// A request that waits for its code.
#[derive(Serialize, ToSchema)]
#[schema(as = OpenRequest)]
pub(crate) struct Open {
    #[schema(pattern = "^[A-Za-z0-9_-]{22}$", example = "bm90IGEgcmVhbCBpZCEhIQ")]
    id: String,
    #[schema(value_type = String, pattern = "^pending$", example = "pending")]
    state: &'static str,
    /// The last four digits, behind dots.
    #[schema(example = "••••••3210")]
    mobile: String,
    /// How many digits the code has.
    #[schema(minimum = 6, maximum = 8, example = 6)]
    code_length: u8,
    /// From when on the code is no longer good.
    code_expires_at: DateTime<Utc>,
    /// From when on the request takes no code.
    expires_at: DateTime<Utc>,
    /// When a further code may be sent; absent when none may.
    #[serde(skip_serializing_if = "Option::is_none")]
    resend_at: Option<DateTime<Utc>>,
    notice: NoticeBody,
}

/// What the person is shown before the code is entered.
#[derive(Serialize, ToSchema)]
#[schema(as = Notice)]
pub(crate) struct NoticeBody {
    id: String,
    version: u32,
    #[schema(value_type = LanguageTag)]
    language: Language,
    /// What to show, word for word.
    text: String,
    /// What comes back with the code.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    hash: String,
}

/// An answer.
#[derive(Serialize, ToSchema)]
#[schema(as = Granted)]
pub(crate) struct GrantedBody {
    #[schema(value_type = String, pattern = "^granted$", example = "granted")]
    state: &'static str,
    /// 0 not vaccinated, 1 partially, 2 fully.
    #[schema(minimum = 0, maximum = 2, example = 2)]
    status: u8,
    /// The signed status token, a JWS (RFC 7515).
    #[schema(max_length = 8192, pattern = "^[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+$")]
    token: String,
    /// The same statement as a CWT (RFC 8392), whose characters a QR code holds in alphanumeric mode; where the confirm asked for
    /// it, as the page does.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 8192, pattern = "^KV1:[0-9A-Z $%*+./:-]+$")]
    cwt: Option<String>,
    #[schema(pattern = "^[A-Za-z0-9_-]{22}$")]
    consent_id: String,
    /// Until when the token is good.
    expires_at: DateTime<Utc>,
    /// Whether the person gave the name that the visit was opened with; absent if it was opened with none.
    #[serde(skip_serializing_if = "Option::is_none")]
    name_matches: Option<bool>,
    /// What opens the token's digests of name and year of birth (RFC 9901). They are the person's: hand them on with the token, and
    /// keep them out of your records. Absent but in the answer to a confirm.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    disclosures: Vec<String>,
}

/// State of a request.
#[derive(Serialize, ToSchema)]
#[schema(as = RequestState)]
#[serde(untagged)]
pub(crate) enum StateBody {
    Open(Box<Open>),
    Granted(GrantedBody),
    Ended(EndedBody),
}

/// A request without an answer.
#[derive(Serialize, ToSchema)]
#[schema(as = Ended)]
pub(crate) struct EndedBody {
    #[schema(value_type = String, pattern = "^(verified|declined|expired|locked|no-record)$", example = "declined")]
    state: &'static str,
}

/// A language, by its BCP 47 tag.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "it stands for `Language` in the document")]
pub(crate) enum LanguageTag {
    En,
    Hi,
    Bn,
    Mr,
    Te,
    Ta,
    Gu,
    Kn,
    Ml,
    Pa,
    Or,
    Ur,
}

/// Open a request
///
/// Sends a code to the person's mobile. Show the person `notice.text`; the code and `notice.hash` confirm. The answer is
/// the same whether or not the registry has the person.
#[utoipa::path(post, path = "/v1/status-requests", operation_id = "openRequest", tag = "requests",
    request_body = Ask, security(("apiKey" = [])),
    responses((status = 201, description = "A code is on its way.", body = Open)))]
pub(crate) async fn open(
    State(app): State<Arc<App>>,
    Caller(entity): Caller,
    JsonBody(ask): JsonBody<Ask>,
) -> Result<(StatusCode, Json<Open>), Problem> {
    let asked = StatusRequest {
        entity: entity.id.clone(),
        people: vec![Person::new(mobile(&ask.mobile)?, name(&ask.name)?)],
        purpose: purpose(&ask.purpose)?,
        policy: ask.policy.as_deref().map(policy).transpose()?,
        on: ask.on,
        reference: reference(ask.reference.as_deref())?,
        language: ask.language,
        shows_notice: true,
    };
    let open = app.request(asked).await?;
    Ok((StatusCode::CREATED, Json(open.into())))
}

/// Send a further code
///
/// The earlier code is no longer good. It can be done from `resend_at` on.
#[utoipa::path(post, path = "/v1/status-requests/{id}/resend", operation_id = "resend", tag = "requests",
    params(("id" = String, Path, description = "The request's id", pattern = "^[A-Za-z0-9_-]{21}[AQgw]$")),
    security(("apiKey" = [])), responses((status = 200, description = "A new code is on its way.", body = Open)))]
pub(crate) async fn resend(
    State(app): State<Arc<App>>,
    Caller(entity): Caller,
    Path(id): Path<String>,
) -> Result<Json<Open>, Problem> {
    let open = app.resend(&entity.id, &request_id(&id)?).await?;
    Ok(Json(open.into()))
}

/// Enter the code
///
/// With it the person agrees to the notice. A code works once; with the same `attempt` the call may be repeated for two
/// minutes, so an answer that was lost on its way is asked for again.
#[utoipa::path(post, path = "/v1/status-requests/{id}/confirm", operation_id = "confirm", tag = "requests",
    params(("id" = String, Path, description = "The request's id", pattern = "^[A-Za-z0-9_-]{21}[AQgw]$")),
    request_body = Confirm, security(("apiKey" = [])),
    responses((status = 200, description = "The person's status, with its token.", body = GrantedBody)))]
pub(crate) async fn confirm(
    State(app): State<Arc<App>>,
    Caller(entity): Caller,
    Path(id): Path<String>,
    JsonBody(confirm): JsonBody<Confirm>,
) -> Result<Json<GrantedBody>, Problem> {
    let id = request_id(&id)?;
    let code = match (&confirm.otp, &confirm.otp_sha256) {
        (Some(typed), None) => CodeProof::from_typed(typed),
        (None, Some(hash)) => CodeProof::from_sha256_hex(hash),
        _ => return Err(Problem::with_detail(ProblemCode::InvalidRequest, "Send either `otp` or `otp_sha256`.")),
    };
    let code = code.map_err(|error| Problem::explained(ProblemCode::InvalidCode, &error))?;
    let notice = NoticeHash::parse(&confirm.notice_hash).map_err(|_| Problem::from(ProblemCode::NoticeMismatch))?;
    let birth_year = birth_year(confirm.birth_year)?;
    let attempt = attempt(&app, confirm.attempt.as_deref())?;
    let mut entered = Confirmation::new(code, notice, attempt);
    entered.birth_years.extend(birth_year.map(|year| (0, year)));
    entered.with_cwt = confirm.cwt;
    let answer =
        app.confirm(&entity.id, &id, &entered, &[]).await.map_err(|problem| problem.of_attempt(&entered.attempt));
    if let Some(state) = ended_by(&answer) {
        app.tell(&entity.id, About::Request(id.to_string()), state);
    }
    Ok(Json(answer?.into()))
}

/// Decline
///
/// The person does not agree. Repeating it changes nothing.
#[utoipa::path(post, path = "/v1/status-requests/{id}/decline", operation_id = "decline", tag = "requests",
    params(("id" = String, Path, description = "The request's id", pattern = "^[A-Za-z0-9_-]{21}[AQgw]$")),
    security(("apiKey" = [])), responses((status = 200, description = "The request is over.", body = EndedBody)))]
pub(crate) async fn decline(
    State(app): State<Arc<App>>,
    Caller(entity): Caller,
    Path(id): Path<String>,
) -> Result<Json<EndedBody>, Problem> {
    let id = request_id(&id)?;
    app.decline(&entity.id, &id).await?;
    app.tell(&entity.id, About::Request(id.to_string()), "declined");
    Ok(Json(EndedBody { state: "declined" }))
}

/// State of a request
#[utoipa::path(get, path = "/v1/status-requests/{id}", operation_id = "requestState", tag = "requests",
    params(("id" = String, Path, description = "The request's id", pattern = "^[A-Za-z0-9_-]{21}[AQgw]$")),
    security(("apiKey" = [])), responses((status = 200, description = "Pending as it was opened, or granted as it was confirmed, or \
        the `state` alone: `verified`, `declined`, `expired`, `locked`, `no-record`.", body = StateBody)))]
pub(crate) async fn state(
    State(app): State<Arc<App>>,
    Caller(entity): Caller,
    Path(id): Path<String>,
) -> Result<Json<StateBody>, Problem> {
    let state = app.service.state(&entity.id, &request_id(&id)?).await?;
    Ok(Json(match state {
        RequestState::Pending(open) => StateBody::Open(Box::new(open.into())),
        RequestState::Answered(answers) => match answers.only() {
            Ok(granted) => StateBody::Granted(granted.into()),
            Err(Error::NoMatchingRecord) => ended("no-record"),
            Err(error) => return Err(error.into()),
        },
        RequestState::Verified => ended("verified"),
        RequestState::Declined => ended("declined"),
        RequestState::Locked => ended("locked"),
        RequestState::Expired => ended("expired"),
    }))
}

/// The state in which a confirm leaves its request, if that is its last.
fn ended_by(answer: &Result<Granted, Problem>) -> Option<&'static str> {
    match answer.as_ref().map_err(|problem| (problem.code, problem.attempts_left)) {
        Ok(_) => Some("granted"),
        Err((ProblemCode::NoMatchingRecord, _)) => Some("no-record"),
        Err((ProblemCode::WrongCode, Some(0))) => Some("locked"),
        Err(_) => None,
    }
}

fn ended(state: &'static str) -> StateBody {
    StateBody::Ended(EndedBody { state })
}

/// Reads an integer as JSON Schema has it: `1986.0` is one, too.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // what is beyond the range becomes its end, which is no year
pub(crate) fn whole_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u16>, D::Error> {
    match Option::<f64>::deserialize(deserializer)? {
        Some(number) if number.fract() != 0.0 => Err(D::Error::custom("a year is a whole number")),
        number => Ok(number.map(|number| number as u16)),
    }
}

pub(crate) fn birth_year(given: Option<u16>) -> Result<Option<BirthYear>, Problem> {
    given.map(BirthYear::new).transpose().map_err(|_| ProblemCode::InvalidBirthYear.into())
}

/// The caller's nonce; without one, one that nobody has.
pub(crate) fn attempt(app: &App, given: Option<&str>) -> Result<Nonce, Problem> {
    match given {
        Some(text) => Nonce::parse(text)
            .map_err(|_| Problem::with_detail(ProblemCode::InvalidRequest, "`attempt` is 22 characters of base64url.")),
        None => Ok(Nonce::from_random(app.service.draw_bytes()?)),
    }
}

/// An id that nobody was given is not found, whatever it looks like.
pub(crate) fn request_id(text: &str) -> Result<RequestId, Problem> {
    RequestId::parse(text).map_err(|_| ProblemCode::NotFound.into())
}

impl From<OpenRequest> for Open {
    fn from(open: OpenRequest) -> Self {
        let notice = open.notice.reference;
        Self {
            id: open.id.to_string(),
            state: "pending",
            mobile: format!("••••••{}", open.mobile_last_four),
            code_length: open.code_digits,
            code_expires_at: whole_seconds(open.code_expires_at),
            expires_at: whole_seconds(open.expires_at),
            resend_at: open.resend_at.map(whole_seconds),
            notice: NoticeBody {
                id: notice.id,
                version: notice.version,
                language: notice.language,
                text: (*open.notice.text).clone(),
                hash: notice.hash.to_string(),
            },
        }
    }
}

impl From<Granted> for GrantedBody {
    fn from(granted: Granted) -> Self {
        Self {
            state: "granted",
            status: granted.status.into(),
            token: granted.token.into_string(),
            cwt: granted.cwt.map(StatusToken::into_string),
            consent_id: granted.consent_id.to_string(),
            expires_at: whole_seconds(granted.expires_at),
            name_matches: granted.name_matches,
            disclosures: granted.disclosures.iter().map(|disclosure| disclosure.as_str().to_owned()).collect(),
        }
    }
}

/// Times are given to the second, so that answers differ in length by nothing but what they say.
fn whole_seconds(time: DateTime<Utc>) -> DateTime<Utc> {
    time.trunc_subsecs(0)
}
