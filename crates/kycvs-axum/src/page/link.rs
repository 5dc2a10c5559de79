//! The page behind the link of a message: a person of a booking on another number than the one who books. It begins at the second
//! step, and is known to nobody but who has the link. Once it is answered, declined, locked or over, it shows the same to all.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use chrono::TimeDelta;
use kycvs::Error;
use kycvs::consent::{Link, later};

use super::form::{Form, Reader};
use super::visit::{Asking, At, Visit};
use super::{ends, steps};
use crate::address::Address;
use crate::app::App;
use crate::problem::Problem;
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
    match open(app, &link, reader).await {
        Ok(visit) => visit.act(address, form).await,
        Err(refusal) => refusal,
    }
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
