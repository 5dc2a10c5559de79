use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use kycvs::SystemRandomness;
use kycvs::consent::Random;
use serde::Serialize;

use crate::kycvs::Answer;

/// The bookings that are under way, the newest of them: a real railway has a database.
#[derive(Default)]
pub(crate) struct Bookings(Mutex<VecDeque<(String, Booking)>>);

/// One booking.
#[derive(Clone)]
pub(crate) struct Booking {
    /// Ten digits. It goes along as the reference, and is in the token.
    pub(crate) pnr: String,
    pub(crate) train: &'static str,
    /// Comes back with a passenger who was sent to KYC-VS.
    pub(crate) state: String,
    /// Who travels, as far as the site was told.
    pub(crate) passengers: Vec<Passenger>,
    /// What came of it, once whoever books has answered.
    pub(crate) answer: Option<Answer>,
}

/// Somebody who travels. What is not known here, the consent page asks for.
#[derive(Clone, Default, Serialize)]
pub(crate) struct Passenger {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mobile: Option<String>,
}

pub(crate) const TRAINS: [(&str, &str); 3] = [
    ("12951", "12951 Mumbai Rajdhani, Mumbai Central 17:00 to New Delhi 08:32"),
    ("12301", "12301 Howrah Rajdhani, Howrah 16:50 to New Delhi 10:05"),
    ("12621", "12621 Tamil Nadu Express, Chennai Central 22:00 to New Delhi 06:35"),
];

const CAPACITY: usize = 1_000;

impl Booking {
    /// A booking of a train by its number; `None` if there is no such train.
    pub(crate) fn new(number: &str, passengers: Vec<Passenger>) -> Result<Option<Self>> {
        let Some((_, train)) = TRAINS.iter().find(|(known, _)| *known == number) else { return Ok(None) };
        let mut bytes = [0; 8];
        SystemRandomness.fill(&mut bytes)?;
        let pnr = (1_000_000_000 + u64::from_le_bytes(bytes) % 9_000_000_000).to_string();
        Ok(Some(Self { pnr, train, state: secret()?, passengers, answer: None }))
    }
}

impl Bookings {
    /// Takes a booking, and tells the secret that a browser proves it by.
    pub(crate) fn add(&self, booking: Booking) -> Result<String> {
        let id = secret()?;
        let mut bookings = self.lock();
        if bookings.len() == CAPACITY {
            bookings.pop_front();
        }
        bookings.push_back((id.clone(), booking));
        Ok(id)
    }

    /// The booking of a browser.
    pub(crate) fn of(&self, headers: &HeaderMap) -> Option<Booking> {
        let id = cookie(headers)?;
        self.lock().iter().find(|(known, _)| known == id).map(|(_, booking)| booking.clone())
    }

    /// Notes what the passengers told so far.
    pub(crate) fn note(&self, headers: &HeaderMap, answer: Answer) {
        let Some(id) = cookie(headers) else { return };
        if let Some((_, booking)) = self.lock().iter_mut().find(|(known, _)| known == id) {
            booking.answer = Some(answer);
        }
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<(String, Booking)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get(COOKIE)?.to_str().ok()?;
    cookies.split(';').find_map(|cookie| cookie.trim().strip_prefix("booking="))
}

fn secret() -> Result<String> {
    let mut bytes = [0; 16];
    SystemRandomness.fill(&mut bytes)?;
    Ok(base16ct::lower::encode_string(&bytes))
}
