//! The page behind the link of a message: a person of a booking on another number than the one who books. It begins at the second
//! step, and is known to nobody but who has the link. Once it is answered, declined, locked or over, it shows the same to all.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;
use kycvs::Error;
use kycvs::consent::{Link, later};

use super::form::{Form, Reader};
use super::people::left_out;
use super::visit::{Asking, At, Visit};
use super::{ends, steps};
use crate::address::Address;
use crate::app::App;
use crate::problem::{Problem, ProblemCode};
use crate::session::{FormKey, Session, WayBack};

/// The second step. To open the link decides nothing, so whoever looks ahead of the person, such as a message's preview, uses
/// nothing up.
pub(super) async fn show(
    State(app): State<Arc<App>>,
    Path(link): Path<String>,
    reader: Reader,
) -> Result<Response, Response> {
    let visit = open(app, &link, reader).await?;
    let At::Link { linked, .. } = &visit.at else { return Err(ends::over(&visit)) };
    match visit.state_of(&linked.request).await? {
        Asking::Waits(open) => {
            let key = FormKey::draw(&visit.app.service).map_err(|error| visit.refuse(error))?;
            let ticket = visit.ticket(&open, key, String::new())?;
            Ok(steps::code(&visit, &open, &ticket, None, false))
        }
        Asking::Answered | Asking::Over => Err(ends::over(&visit)),
    }
}

/// Any further step. The form says which.
pub(super) async fn act(
    State(app): State<Arc<App>>,
    Path(link): Path<String>,
    reader: Reader,
    address: Result<Address, Problem>,
    form: Result<Form, Problem>,
) -> Response {
    let done = async {
        let mut visit = open(app, &link, reader).await?;
        let refuse = |problem: Problem| ends::refusal(&visit, &problem);
        let (address, form) = (address.map_err(refuse)?, form.map_err(refuse)?);
        visit.speak(form.text("language"));
        visit.left_out = left_out(&form);
        match form.text("action") {
            "confirm" => visit.confirm(&form, &address).await,
            "present" => visit.present(&form).await,
            "take-back" => visit.take_back(&form).await,
            "resend" => visit.resend(&form, &address).await,
            "decline" => decline(visit, &form).await,
            "withdraw" => visit.withdraw(&form).await,
            _ => Err(ends::refusal(&visit, &ProblemCode::InvalidRequest.into())),
        }
    };
    done.await.unwrap_or_else(IntoResponse::into_response)
}

async fn open(app: Arc<App>, text: &str, reader: Reader) -> Result<Visit, Response> {
    let nowhere = |app: &App| ends::link_over(app, reader.language());
    let Ok(link) = Link::parse(text) else { return Err(nowhere(&app)) };
    let linked = match app.service.behind_link(&link).await {
        Ok(linked) => linked,
        Err(Error::NotFound) => return Err(nowhere(&app)),
        Err(error) => return Err(ends::refused_without_visit(&app, reader.language(), &error.into())),
    };
    let session = Session {
        entity: linked.entity.clone(),
        purpose: linked.purpose.clone(),
        policy: None,
        on: None,
        reference: None,
        given: None,
        is_booking: true,
        language: reader.chosen.unwrap_or(linked.language),
        way_back: WayBack::Nowhere,
        // What may be done, the request says; nothing else of this visit has a time.
        expires_at: later(app.service.now(), TimeDelta::seconds(app.limits.session_seconds.into())),
    };
    let place = *linked.request.as_bytes();
    Ok(Visit::at(app, At::Link { text: text.to_owned(), linked }, session, place))
}

/// Declines for everybody on this number. What others of the booking agreed to stays.
async fn decline(visit: Visit, form: &Form) -> Result<Response, Response> {
    let ticket = visit.ticket_of(form)?;
    match visit.app.decline(&visit.session.entity, &ticket.request).await {
        Ok(()) => {
            visit.tell("answered");
            Ok(ends::declined(&visit))
        }
        Err(problem) if problem.code.status().is_client_error() => Err(ends::over(&visit)),
        Err(problem) => Err(ends::refusal(&visit, &problem)),
    }
}
