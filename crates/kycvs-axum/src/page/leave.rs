//! How a visit is left: handed over, declined, withdrawn, or begun again.

use axum::response::Response;
use chrono::TimeDelta;
use kycvs::Error;
use kycvs::consent::{WithdrawnBy, later};
use kycvs::store::Version;

use super::form::Form;
use super::steps;
use super::visit::{Asking, Visit};
use crate::About;
use crate::address::Address;
use crate::problem::ProblemCode;
use crate::session::{Handed, Sessions, Stage, WayBack};

impl Visit {
    pub(super) async fn decline(self, form: &Form, address: &Address) -> Result<Response, Response> {
        let noted = self.noted().await?;
        let version = noted.as_ref().map(|(_, version)| *version);
        match noted.map(|(stage, _)| stage) {
            // Noting it costs as much as a message, and is left out where there may be none: nothing was asked.
            None | Some(Stage::New) if self.message(address, None).take(&self.app).await.is_err() => {
                return Ok(steps::declined(&self));
            }
            None | Some(Stage::New) => {}
            Some(Stage::Asked(asked)) => {
                // The first step, loaded by another browser, has no ticket: who declines there is done, and what was asked runs
                // out by itself. If this ended it, whoever knows the visit's id could.
                let Ok(ticket) = self.ticket_of(form) else { return Ok(steps::declined(&self)) };
                match self.app.decline(&self.session.entity, &ticket.request).await {
                    Ok(()) => {}
                    Err(problem) if problem.code == ProblemCode::AlreadyUsed => return Err(steps::over(&self)),
                    // It is over all the same.
                    Err(problem) if problem.code.status().is_client_error() => {}
                    Err(problem) => return Err(steps::refusal(&self, &problem)),
                }
                if ticket.request != asked.request {
                    return Ok(steps::declined(&self)); // what was asked after it goes on
                }
            }
            // What was shared stays shared, whatever the browser's back button shows.
            Some(Stage::Ended) => return Err(steps::over(&self)),
        }
        self.end(version).await?;
        Ok(steps::declined(&self))
    }

    pub(super) async fn again(self, form: &Form) -> Result<Response, Response> {
        let ticket = self.ticket_of(form)?;
        let version = match self.noted().await? {
            Some((Stage::Asked(asked), version)) if asked.request == ticket.request => version,
            _ => return Err(steps::over(&self)),
        };
        if matches!(self.state_of(&ticket.request).await?, Asking::Answered) {
            return Err(steps::over(&self));
        }
        // The request may have ended by itself.
        let _ = self.app.service.abandon(&self.session.entity, &ticket.request).await;
        self.note(Some(version), Stage::New).await?.ok_or_else(|| self.conflict())?;
        Ok(steps::ask(&self, &ticket.key, None))
    }

    /// Hands over a result code, drawn for this moment: however long the answer was read, the site has time to exchange it. The
    /// exchange looks whether the consent holds.
    pub(super) async fn go_on(self, form: &Form) -> Result<Response, Response> {
        let request = self.ticket_of(form)?.request;
        match self.app.service.is_granted(&self.session.entity, &request).await {
            Ok(true) => {}
            Ok(false) | Err(Error::NotFound) => return Err(steps::over(&self)),
            Err(error) => return Err(self.refuse(error)),
        }
        let lifetime = TimeDelta::seconds(self.app.limits.result_code_seconds.into());
        let handed = Handed {
            session: self.place,
            request,
            purpose: self.session.purpose.clone(),
            reference: self.session.reference.clone(),
            state: match &self.session.way_back {
                WayBack::Embedded(_) => None,
                WayBack::Redirect { state, .. } => Some(state.clone()),
            },
            expires_at: later(self.app.service.now(), lifetime),
        };
        let code = Sessions(&self.app.service).result_code(handed).map_err(|error| self.refuse(error))?;
        Ok(steps::handed_over(&self, &code))
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
            Err(Error::NotFound) => return Err(steps::over(&self)),
            Err(error) => return Err(self.refuse(error)),
        }
        let version = self.noted().await?.map(|(_, version)| version);
        self.end(version).await?;
        Ok(steps::withdrawn(&self))
    }

    async fn end(&self, version: Option<Version>) -> Result<(), Response> {
        self.note(version, Stage::Ended).await?.ok_or_else(|| self.conflict())?;
        self.tell("ended");
        Ok(())
    }

    /// Tells the entity of a visit that has its end.
    pub(super) fn tell(&self, state: &'static str) {
        self.app.tell(&self.session.entity, About::Visit(self.id().to_owned()), state);
    }
}
