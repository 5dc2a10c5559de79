use std::collections::HashMap;
use std::sync::Arc;

use anyhow::Result;
use axum::extract::{Query, State};
use axum::http::header::{CONTENT_TYPE, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use kycvs::consent::MAX_PEOPLE;
use serde::Deserialize;
use serde_json::json;

use crate::bookings::{Booking, Bookings, Passenger};
use crate::kycvs::{KycVs, Refusal};
use crate::pages::{self, Pages};

/// The site, and what it works with.
struct Site {
    kycvs: KycVs,
    bookings: Bookings,
    pages: Pages,
    url: String,
}

/// The code of the railway's purpose, as it is registered.
const PURPOSE: &str = "railway-booking";

/// The routes of the site, which is reached under `url`.
pub(crate) fn router(kycvs: &str, api_key: &str, url: &str) -> Result<Router> {
    let site = Site {
        kycvs: KycVs::new(kycvs, api_key),
        bookings: Bookings::default(),
        pages: Pages::new(kycvs)?,
        url: url.to_owned(),
    };
    Ok(Router::new()
        .route("/", get(choose))
        .route("/book", post(book))
        .route("/passenger", get(passenger))
        .route("/redirect", post(redirect))
        .route("/kycvs/return", get(come_back))
        .route("/ticket", get(show_ticket).post(ticket))
        .route("/style.css", get(|| async { ([(CONTENT_TYPE, "text/css; charset=utf-8")], pages::STYLE) }))
        .with_state(Arc::new(site)))
}

/// The form of the first page: `train`, and for each passenger `name-0`, `mobile-0` and so on.
type Journey = HashMap<String, String>;

/// What the element puts into the form.
#[derive(Deserialize)]
struct Answered {
    result_code: String,
}

/// What comes back with a person who was sent to KYC-VS.
#[derive(Deserialize)]
struct Return {
    state: Option<String>,
    result_code: Option<String>,
    error: Option<String>,
}

async fn choose(State(site): State<Arc<Site>>) -> Response {
    site.pages.choose()
}

async fn book(State(site): State<Arc<Site>>, Form(journey): Form<Journey>) -> Result<Response, Trouble> {
    let train = journey.get("train").map_or("", String::as_str);
    let booking = Booking::new(train, passengers(&journey))?.ok_or(Trouble::NoSuchTrain)?;
    // What the passenger's browser proves the booking by.
    let cookie = format!("booking={}; Path=/; HttpOnly; SameSite=Lax", site.bookings.add(booking)?);
    Ok(([(SET_COOKIE, cookie)], Redirect::to("/passenger")).into_response())
}

/// Who travels: each row that has something in it, and where none has, one passenger whom the consent page asks.
fn passengers(journey: &Journey) -> Vec<Passenger> {
    let field = |name: &str, row: usize| {
        journey.get(&format!("{name}-{row}")).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    };
    let rows = (0..MAX_PEOPLE).map(|row| Passenger { name: field("name", row), mobile: field("mobile", row) });
    let mut passengers: Vec<_> = rows.filter(|row| row.name.is_some() || row.mobile.is_some()).collect();
    if passengers.is_empty() {
        passengers.push(Passenger::default());
    }
    passengers
}

/// The page that embeds the consent page.
async fn passenger(State(site): State<Arc<Site>>, headers: HeaderMap) -> Result<Response, Trouble> {
    let booking = site.bookings.of(&headers).ok_or(Trouble::NoBooking)?;
    let visit = json!({
        "purpose": PURPOSE, "reference": booking.pnr, "origin": site.url, "people": booking.passengers,
    });
    let session = site.kycvs.open_session(visit).await?;
    Ok(site.pages.passenger(&booking, &session.id))
}

/// The same without a frame: the passenger goes to KYC-VS, and comes back.
async fn redirect(State(site): State<Arc<Site>>, headers: HeaderMap) -> Result<Redirect, Trouble> {
    let booking = site.bookings.of(&headers).ok_or(Trouble::NoBooking)?;
    let return_url = format!("{}/kycvs/return", site.url);
    let visit = json!({
        "purpose": PURPOSE, "reference": booking.pnr, "return_url": return_url, "state": booking.state,
        "people": booking.passengers,
    });
    Ok(Redirect::to(&site.kycvs.open_session(visit).await?.url))
}

async fn come_back(
    State(site): State<Arc<Site>>,
    headers: HeaderMap,
    Query(back): Query<Return>,
) -> Result<Redirect, Trouble> {
    let booking = site.bookings.of(&headers).ok_or(Trouble::NoBooking)?;
    // Who comes back is who went: another person's return would end in this passenger's booking.
    if back.state.as_deref() != Some(&booking.state) {
        return Err(Trouble::NoBooking);
    }
    match (back.result_code, back.error.as_deref()) {
        (Some(code), _) => issue(&site, &headers, &booking, &code).await,
        (None, Some("declined")) => Err(Trouble::Declined),
        (None, _) => Err(Trouble::NoAnswer),
    }
}

async fn ticket(
    State(site): State<Arc<Site>>,
    headers: HeaderMap,
    Form(answered): Form<Answered>,
) -> Result<Redirect, Trouble> {
    let booking = site.bookings.of(&headers).ok_or(Trouble::NoBooking)?;
    issue(&site, &headers, &booking, &answered.result_code).await
}

/// Exchanges the result code for the answer, and holds it to the booking: a code from another booking is no answer here.
async fn issue(site: &Site, headers: &HeaderMap, booking: &Booking, code: &str) -> Result<Redirect, Trouble> {
    let answer = site.kycvs.exchange(code).await?;
    if answer.reference.as_ref() != Some(&booking.pnr) {
        return Err(Trouble::NoBooking);
    }
    site.bookings.note(headers, answer);
    Ok(Redirect::to("/ticket"))
}

async fn show_ticket(State(site): State<Arc<Site>>, headers: HeaderMap) -> Result<Response, Trouble> {
    let booking = site.bookings.of(&headers).ok_or(Trouble::NoBooking)?;
    let mut answer = booking.answer.clone().ok_or(Trouble::NoAnswer)?;
    if answer.people.iter().any(|person| person.state == "missing") {
        answer = site.kycvs.booking(&answer.id).await?;
    }
    Ok(site.pages.ticket(&booking, &answer))
}

/// Why there is no ticket.
enum Trouble {
    NoSuchTrain,
    NoBooking,
    Declined,
    NoAnswer,
    /// KYC-VS refused, or cannot be reached.
    Refused(Refusal),
    /// The site itself has a fault.
    Fault(anyhow::Error),
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<anyhow::Error> for Trouble {
    fn from(error: anyhow::Error) -> Self {
        Self::Fault(error)
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let (status, words) = match self {
            Self::NoSuchTrain => (StatusCode::UNPROCESSABLE_ENTITY, "There is no such train.".to_owned()),
            Self::NoBooking => (StatusCode::FORBIDDEN, "This does not belong to your booking. Begin again.".to_owned()),
            Self::Declined => (StatusCode::OK, "You did not agree, so there is no ticket.".to_owned()),
            Self::NoAnswer => (StatusCode::OK, "There is no answer, so there is no ticket.".to_owned()),
            Self::Refused(refusal) => (StatusCode::BAD_GATEWAY, format!("KYC-VS did not answer: {}.", refusal.code)),
            Self::Fault(error) => {
                tracing::error!(error = &*error as &dyn std::error::Error, "the booking site has a fault");
                (StatusCode::INTERNAL_SERVER_ERROR, "Something is wrong here. Try again later.".to_owned())
            }
        };
        (status, pages::trouble(&words)).into_response()
    }
}
