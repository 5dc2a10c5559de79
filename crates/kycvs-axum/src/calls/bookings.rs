use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, NaiveDate, SubsecRound, Utc};
use kycvs::consent::{CodeProof, Confirmation, Language, MAX_PEOPLE, NoticeHash};
use kycvs::{Answers, Error, GroupState, Person, PersonAnswer, StatusRequest, Told};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::status_requests::{GrantedBody, LanguageTag, Open, attempt, birth_year, request_id, whole_number};
use crate::app::App;
use crate::calls::ask::{day, mobile, name, policy, purpose, reference};
use crate::entity::Caller;
use crate::object::objects;
use crate::problem::{Problem, ProblemCode};
use crate::{About, JsonBody};

/// What opens a booking.
#[derive(Deserialize, ToSchema)]
#[schema(as = BookingRequest)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ask {
    /// About whom, in an order of your own: a place in this list, from 0, names a person in the calls that follow. The first
    /// has a mobile.
    #[serde(deserialize_with = "objects")]
    #[schema(min_items = 1, max_items = 6)]
    people: Vec<AskedPerson>,
    /// The code of one of the entity's purposes.
    #[schema(min_length = 1, max_length = 64, pattern = "^[a-z0-9._-]+$", example = "railway-booking")]
    purpose: String,
    /// The entity's own name for the transaction, such as a booking number.
    #[schema(min_length = 1, max_length = 64, pattern = "^[^<>]*$", example = "booking 4711")]
    reference: Option<String>,
    /// By which rules: the id of one of the purpose's policies. Without it, by the first of them.
    #[schema(min_length = 1, max_length = 32, pattern = "^[a-z][a-z0-9-]*$", example = "yellow-fever-arrival")]
    policy: Option<String>,
    /// For which day: today, or at most a year ahead. Without it, for the day of the answer.
    #[serde(default, deserialize_with = "day")]
    #[schema(format = Date, example = "2027-01-10")]
    on: Option<NaiveDate>,
    /// The language of the notice and the message.
    #[serde(default)]
    #[schema(value_type = LanguageTag, default = "en")]
    language: Language,
}

/// One of the people of a booking.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskedPerson {
    /// An Indian mobile number. Anyone without one shares the first person's; people of one number share one code.
    #[schema(min_length = 10, max_length = 64, example = "+91 98765 43210")]
    mobile: Option<String>,
    /// The person's name, as registered.
    #[schema(min_length = 1, max_length = 100, pattern = "^[^<>]*$", example = "Asha Rao")]
    name: String,
}

/// What confirms a booking: the code, the notice that was agreed to, and for whom.
#[derive(Deserialize, ToSchema)]
#[schema(as = BookingConfirmation)]
#[serde(deny_unknown_fields)]
pub(crate) struct Confirm {
    /// The code, in digits of any script.
    #[schema(min_length = 6, max_length = 32, example = "482913")]
    otp: String,
    /// The hash of the notice that was shown: with the code, the agreement to it.
    #[schema(pattern = "^[0-9a-f]{64}$", example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    notice_hash: String,
    /// 128 random bits of your own: with the same ones, the call may be repeated for two minutes and gives the same answers.
    #[schema(pattern = "^[A-Za-z0-9_-]{21}[AQgw]$", example = "YSBub25jZSBvZiBvd24hIQ")]
    attempt: Option<String>,
    /// About whom nothing is shared, by their places.
    #[serde(default)]
    #[schema(max_items = 6, example = json!([2]))]
    left_out: Vec<Place>,
    /// Years of birth, in the same call again after `birth-year-needed`. One that is not needed is not looked at.
    #[serde(default, deserialize_with = "objects")]
    #[schema(max_items = 6)]
    birth_years: Vec<Born>,
    /// Whether each answer comes as a CWT, too, for a small QR code.
    #[serde(default)]
    cwt: bool,
}

/// A person's place in the booking.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(try_from = "f64")]
#[schema(maximum = 5, example = 1)]
pub(crate) struct Place(u8);

/// An integer as JSON Schema has it: `1.0` is one, too.
impl TryFrom<f64> for Place {
    type Error = &'static str;

    fn try_from(number: f64) -> Result<Self, Self::Error> {
        let place = (0..=5).find(|place| f64::from(*place) == number);
        place.map(Self).ok_or("a place is a whole number from 0 to 5")
    }
}

/// When somebody was born.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Born {
    position: Place,
    #[serde(deserialize_with = "whole_number")]
    #[schema(value_type = u16, minimum = 1900, maximum = 2100, example = 1986)]
    year: Option<u16>,
}

/// What came of a booking so far.
#[derive(Serialize, ToSchema)]
#[schema(as = Booking)]
pub(crate) struct BookingBody {
    #[schema(pattern = "^[A-Za-z0-9_-]{22}$", example = "bm90IGEgcmVhbCBpZCEhIQ")]
    id: String,
    /// Each person, in the order in which they were asked about.
    people: Vec<PersonBody>,
    /// The signed group answer, a JWS: which tokens answer the booking, and how many people were asked and declined. Absent before
    /// the first token.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
    /// From when on nobody answers any more.
    ends_at: DateTime<Utc>,
}

/// The state of a person: an answer as a request about one person has it, or the state alone.
#[derive(Serialize, ToSchema)]
#[schema(as = BookedPerson)]
#[serde(untagged)]
pub(crate) enum PersonBody {
    Granted(GrantedBody),
    Without(UnansweredBody),
}

/// A person without an answer.
#[derive(Serialize, ToSchema)]
#[schema(as = Unanswered)]
pub(crate) struct UnansweredBody {
    /// `missing` is a person who has not answered, for whatever reason; `over`, one whose answer was corrected or erased, or has passed.
    #[schema(value_type = String, pattern = "^(no-record|declined|withdrawn|over|missing)$", example = "missing")]
    state: &'static str,
}

/// Open a booking
///
/// One request about one to six people. Those of one mobile share one code; show `notice.text`, which names them all. Where
/// this server has no page for links, all of them have one mobile. Resend and decline it as a request, by its id.
#[utoipa::path(post, path = "/v1/bookings", operation_id = "openBooking", tag = "requests",
    request_body = Ask, security(("apiKey" = [])),
    responses((status = 201, description = "A code is on its way.", body = Open)))]
pub(crate) async fn open(
    State(app): State<Arc<App>>,
    Caller(entity): Caller,
    JsonBody(ask): JsonBody<Ask>,
) -> Result<(StatusCode, Json<Open>), Problem> {
    if ask.people.len() > MAX_PEOPLE {
        return Err(Error::from(kycvs::PeopleError::TooMany).into());
    }
    let without_mobile = || Problem::with_detail(ProblemCode::InvalidMobile, "The first person has no `mobile`.");
    let first = ask.people.first().and_then(|first| first.mobile.as_deref());
    let person = |(place, person): (u8, &AskedPerson)| {
        let number = person.mobile.as_deref().or(first).ok_or_else(without_mobile);
        let person = number.and_then(|number| Ok(Person::new(mobile(number)?, name(&person.name)?)));
        person.map_err(|problem| problem.about(place))
    };
    let asked = StatusRequest {
        entity: entity.id.clone(),
        people: (0..).zip(&ask.people).map(person).collect::<Result<_, Problem>>()?,
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

/// Enter the code of a booking
///
/// With it the person agrees for everybody on the mobile but those who are left out. A name that is not registered costs the
/// others nothing. After `birth-year-needed`, whose `people` are their places, nobody was answered about yet.
#[utoipa::path(post, path = "/v1/bookings/{id}/confirm", operation_id = "confirmBooking", tag = "requests",
    params(("id" = String, Path, description = "The booking's id", pattern = "^[A-Za-z0-9_-]{21}[AQgw]$")),
    request_body = Confirm, security(("apiKey" = [])),
    responses((status = 200, description = "What came of it so far.", body = BookingBody)))]
pub(crate) async fn confirm(
    State(app): State<Arc<App>>,
    Caller(entity): Caller,
    Path(id): Path<String>,
    JsonBody(confirm): JsonBody<Confirm>,
) -> Result<Json<BookingBody>, Problem> {
    let id = request_id(&id)?;
    let code =
        CodeProof::from_typed(&confirm.otp).map_err(|error| Problem::explained(ProblemCode::InvalidCode, &error))?;
    let notice = NoticeHash::parse(&confirm.notice_hash).map_err(|_| Problem::from(ProblemCode::NoticeMismatch))?;
    let mut entered = Confirmation::new(code, notice, attempt(&app, confirm.attempt.as_deref())?);
    entered.left_out.extend(confirm.left_out.iter().map(|Place(position)| position));
    for Born { position: Place(position), year } in &confirm.birth_years {
        entered
            .birth_years
            .extend(birth_year(*year).map_err(|problem| problem.about(*position))?.map(|year| (*position, year)));
    }
    entered.with_cwt = confirm.cwt;
    let answers = app.confirm_all(&entity.id, &id, &entered, None, &[]).await;
    if let Some(state) = ended_by(&answers) {
        app.tell(&entity.id, About::Request(id.to_string()), state);
    }
    let answers = answers.map_err(|problem| problem.of_attempt(&entered.attempt))?;
    let mut booking = BookingBody::of(id.to_string(), app.service.group(&entity.id, &id).await?);
    // These have what is for the people alone, too.
    for PersonAnswer { position, told } in answers.people {
        if let Some(person) = booking.people.get_mut(usize::from(position)) {
            *person = PersonBody::of(Some(told));
        }
    }
    Ok(Json(booking))
}

/// State of a booking
///
/// Each person as soon as there is an answer, and who is missing.
#[utoipa::path(get, path = "/v1/bookings/{id}", operation_id = "bookingState", tag = "requests",
    params(("id" = String, Path, description = "The booking's id", pattern = "^[A-Za-z0-9_-]{21}[AQgw]$")),
    security(("apiKey" = [])), responses((status = 200, description = "What came of it so far.", body = BookingBody)))]
pub(crate) async fn state(
    State(app): State<Arc<App>>,
    Caller(entity): Caller,
    Path(id): Path<String>,
) -> Result<Json<BookingBody>, Problem> {
    let id = request_id(&id)?;
    Ok(Json(BookingBody::of(id.to_string(), app.service.group(&entity.id, &id).await?)))
}

/// The state in which a confirm leaves the request of its mobile, if that is its last.
fn ended_by(answers: &Result<Answers, Problem>) -> Option<&'static str> {
    match answers {
        Ok(answers) if answers.granted().next().is_some() => Some("granted"),
        Ok(_) => Some("no-record"),
        Err(problem) if problem.code == ProblemCode::WrongCode && problem.attempts_left == Some(0) => Some("locked"),
        Err(_) => None,
    }
}

impl BookingBody {
    pub(crate) fn of(id: String, group: GroupState) -> Self {
        Self {
            id,
            people: group.people.into_iter().map(PersonBody::of).collect(),
            answer: group.answer.map(kycvs::token::GroupToken::into_string),
            ends_at: group.ends_at.trunc_subsecs(0),
        }
    }
}

impl PersonBody {
    fn of(told: Option<Told>) -> Self {
        let state = match told {
            Some(Told::Granted(granted)) => return Self::Granted((*granted).into()),
            Some(Told::NoRecord) => "no-record",
            Some(Told::Declined) => "declined",
            Some(Told::Withdrawn) => "withdrawn",
            Some(Told::Over) => "over",
            None => "missing",
        };
        Self::Without(UnansweredBody { state })
    }
}
