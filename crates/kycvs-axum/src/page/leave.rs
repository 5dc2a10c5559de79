//! How a visit is left: handed over, declined, withdrawn, or begun again.

use axum::response::Response;
use chrono::TimeDelta;
use kycvs::Error;
use kycvs::consent::{WithdrawnBy, later};
use kycvs::store::Version;

use super::form::Form;
use super::visit::{Asking, At, Visit};
use super::{ends, steps};
use crate::About;
use crate::address::Address;
use crate::problem::ProblemCode;
use crate::session::{Handed, Sessions, Stage, Ticket, WayBack};

impl Visit {
    pub(super) async fn decline(self, form: &Form, address: &Address) -> Result<Response, Response> {
        let noted = self.noted().await?;
        let version = noted.as_ref().map(|(_, version)| *version);
        match noted.map(|(stage, _)| stage) {
            // Noting it costs as much as a message, and is left out where there may be none: nothing was asked.
            None | Some(Stage::New) if self.message(address, &[]).take(&self.app).await.is_err() => {
                return Ok(ends::declined(&self));
            }
            None | Some(Stage::New) => {}
            Some(Stage::Asked(asked)) => {
                // The first step, loaded by another browser, has no ticket: who declines there is done, and what was asked runs
                // out by itself. If this ended it, whoever knows the visit's id could.
                let Ok(ticket) = self.ticket_of(form) else { return Ok(ends::declined(&self)) };
                match self.app.decline(&self.session.entity, &ticket.request).await {
                    Ok(()) => {}
                    Err(problem) if problem.code == ProblemCode::AlreadyUsed => return Err(ends::over(&self)),
                    // It is over all the same.
                    Err(problem) if problem.code.status().is_client_error() => {}
                    Err(problem) => return Err(ends::refusal(&self, &problem)),
                }
                // Nobody is asked for a booking that who makes it declined.
                if ticket.others > 0 {
                    let _ = self.app.service.abandon(&self.session.entity, &ticket.request).await;
                }
                if ticket.request != asked.request {
                    return Ok(ends::declined(&self)); // what was asked after it goes on
                }
            }
            // What was shared stays shared, whatever the browser's back button shows.
            Some(Stage::Ended) => return Err(ends::over(&self)),
        }
        self.end(version).await?;
        Ok(ends::declined(&self))
    }

    /// Declines behind a link, for everybody on its number. What others of the booking agreed to stays.
    pub(super) async fn decline_for_number(self, form: &Form) -> Result<Response, Response> {
        let ticket = self.ticket_of(form)?;
        match self.app.decline(&self.session.entity, &ticket.request).await {
            Ok(()) => {
                self.tell("answered");
                Ok(ends::declined(&self))
            }
            Err(problem) if problem.code.status().is_client_error() => Err(ends::over(&self)),
            Err(problem) => Err(ends::refusal(&self, &problem)),
        }
    }

    pub(super) async fn again(self, form: &Form) -> Result<Response, Response> {
        let ticket = self.ticket_of(form)?;
        let version = match self.noted().await? {
            Some((Stage::Asked(asked), version)) if asked.request == ticket.request => version,
            _ => return Err(ends::over(&self)),
        };
        if matches!(self.state_of(&ticket.request).await?, Asking::Answered) {
            return Err(ends::over(&self));
        }
        // The request may have ended by itself.
        let _ = self.app.service.abandon(&self.session.entity, &ticket.request).await;
        self.note(Some(version), Stage::New).await?.ok_or_else(|| self.conflict())?;
        Ok(steps::ask(&self, &self.given().await?, &ticket.key, None))
    }

    /// Hands over a result code, drawn for this moment: however long the answer was read, the site has time to exchange it. The
    /// exchange looks whether the consent holds.
    pub(super) async fn go_on(self, form: &Form) -> Result<Response, Response> {
        let ticket = self.ticket_of(form)?;
        if !self.is_answered(&ticket).await? {
            return Err(ends::over(&self));
        }
        let lifetime = TimeDelta::seconds(self.app.limits.result_code_seconds.into());
        let handed = Handed {
            session: self.place,
            request: ticket.request,
            is_booking: self.session.is_booking,
            purpose: self.session.purpose.clone(),
            reference: self.session.reference.clone(),
            state: match &self.session.way_back {
                WayBack::Embedded(_) | WayBack::Nowhere => None,
                WayBack::Redirect { state, .. } => Some(state.clone()),
            },
            expires_at: later(self.app.service.now(), lifetime),
        };
        let code = Sessions(&self.app.service).result_code(handed).map_err(|error| self.refuse(error))?;
        Ok(ends::handed_over(&self, &code))
    }

    /// Whether there is something to hand over: a status, or a booking of which others answer elsewhere.
    async fn is_answered(&self, ticket: &Ticket) -> Result<bool, Response> {
        match self.app.service.statuses_given(&self.session.entity, &ticket.request).await {
            Ok(granted) => Ok(granted.is_some_and(|granted| granted > 0 || ticket.others > 0)),
            Err(Error::NotFound) => Ok(false),
            Err(error) => Err(self.refuse(error)),
        }
    }

    pub(super) async fn withdraw(self, form: &Form) -> Result<Response, Response> {
        let request = self.ticket_of(form)?.request;
        let service = &self.app.service;
        let withdrawn = async {
            for consent in service.consents_of(&self.session.entity, &request).await? {
                service.withdraw(&consent, WithdrawnBy::Person).await?;
            }
            Ok(())
        };
        match withdrawn.await {
            Ok(()) => {}
            Err(Error::NotFound) => return Err(ends::over(&self)),
            Err(error) => return Err(self.refuse(error)),
        }
        if !self.is_behind_link() {
            let version = self.noted().await?.map(|(_, version)| version);
            self.end(version).await?;
        }
        Ok(ends::withdrawn(&self))
    }

    async fn end(&self, version: Option<Version>) -> Result<(), Response> {
        self.note(version, Stage::Ended).await?.ok_or_else(|| self.conflict())?;
        self.tell("ended");
        Ok(())
    }

    /// Tells the entity of a visit that has its end, or of a further number of a booking.
    pub(super) fn tell(&self, state: &'static str) {
        let about = match &self.at {
            At::Session(id) => About::Visit(id.clone()),
            At::Link { linked, .. } => About::Booking { id: linked.lead.to_string(), by: linked.request.to_string() },
        };
        self.app.tell(&self.session.entity, about, state);
    }
}
