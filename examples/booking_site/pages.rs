use anyhow::Result;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};
use axum::response::{Html, IntoResponse, Response};
use kycvs::consent::MAX_PEOPLE;
use minijinja::{AutoEscape, Environment, Value, context};

use crate::bookings::{Booking, TRAINS};
use crate::kycvs::Answer;

pub(crate) const STYLE: &str = include_str!("style.css");

/// The pages of the site.
pub(crate) struct Pages {
    url: String,
    policy: HeaderValue,
}

impl Pages {
    pub(crate) fn new(url: &str) -> Result<Self> {
        // What a site allows that embeds the consent page: the element's script, its frame, and, for the redirect, the way.
        let policy = format!(
            "default-src 'none'; style-src 'self'; script-src {url}; frame-src {url}; \
             form-action 'self' {url}; base-uri 'none'; frame-ancestors 'none'"
        );
        Ok(Self { url: url.to_owned(), policy: HeaderValue::try_from(policy)? })
    }

    pub(crate) fn choose(&self) -> Response {
        let trains: Vec<Value> =
            TRAINS.iter().map(|(number, words)| context! { number => *number, words => *words }).collect();
        self.page(include_str!("choose.html"), context! { trains, most => MAX_PEOPLE })
    }

    pub(crate) fn passenger(&self, booking: &Booking, session: &str) -> Response {
        let values = context! { kycvs => &self.url, session, pnr => &booking.pnr, train => booking.train };
        self.page(include_str!("passenger.html"), values)
    }

    pub(crate) fn ticket(&self, booking: &Booking, answer: &Answer) -> Response {
        let names = booking.passengers.iter().map(|passenger| passenger.name.as_deref());
        let passengers: Vec<Value> = names
            .zip(&answer.people)
            .map(|(name, person)| context! { name, state => &person.state, status => person.status })
            .collect();
        self.page(include_str!("ticket.html"), context! { pnr => &booking.pnr, train => booking.train, passengers })
    }

    fn page(&self, main: &str, values: Value) -> Response {
        let headers =
            [(CONTENT_SECURITY_POLICY, self.policy.clone()), (CACHE_CONTROL, HeaderValue::from_static("no-store"))];
        (headers, render(main, values)).into_response()
    }
}

/// A page that says why it goes no further.
pub(crate) fn trouble(words: &str) -> Response {
    render(include_str!("trouble.html"), context! { words })
}

fn render(main: &str, values: Value) -> Response {
    let mut pages = Environment::new();
    pages.set_auto_escape_callback(|_| AutoEscape::Html);
    let page = pages.render_str(main, values).and_then(|main| {
        pages.render_str(include_str!("frame.html"), context! { main => Value::from_safe_string(main) })
    });
    match page {
        Ok(page) => Html(page).into_response(),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a page could not be written");
            axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
