use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::JsonBody;
use crate::app::App;
use crate::calls::bookings::BookingBody;
use crate::calls::status_requests::GrantedBody;
use crate::entity::Caller;
use crate::problem::Problem;
use crate::session::Sessions;

/// What the page gave to the site.
#[derive(Deserialize, ToSchema)]
#[schema(as = ResultCode)]
#[serde(deny_unknown_fields)]
pub(crate) struct Exchange {
    /// The result code. It works for the entity that it was made for, for two minutes.
    #[schema(pattern = "^[A-Za-z0-9_-]{100,}$")]
    result_code: String,
    /// The id of the visit that it has to come from: another visit's code is then refused.
    #[schema(pattern = "^[A-Za-z0-9_-]{100,}$")]
    session: Option<String>,
}

/// An answer, and what it is the answer to: nothing else ties a result code to what the person is doing at the site.
#[derive(Serialize, ToSchema)]
#[schema(as = Result)]
pub(crate) struct ResultBody {
    #[serde(flatten)]
    answer: AnswerBody,
    /// The code of the purpose that the person agreed to: that of the visit.
    #[schema(example = "railway-booking")]
    purpose: String,
    /// The entity's own name for the transaction, which it opened the visit with, less spaces around it; absent if it gave
    /// none. Take the answer for this transaction and no other: people can swap result codes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "booking 4711")]
    reference: Option<String>,
}

/// The answer: that about one person, or of a visit about `people` the booking as far as it got.
#[derive(Serialize, ToSchema)]
#[schema(as = VisitAnswer)]
#[serde(untagged)]
pub(crate) enum AnswerBody {
    One(GrantedBody),
    Booking(BookingBody),
}

/// Exchange a result code
///
/// A result code works for its entity, for two minutes; an answer that was lost on its way is asked for again. Send the `session`
/// of this browser, or hold `reference` to the transaction that the code was sent for. Of a visit about `people`, the answer is the
/// booking: who is `missing` answers later, and `GET /v1/bookings/{id}` has it then.
#[utoipa::path(post, path = "/v1/results", operation_id = "exchangeResult", tag = "page",
    request_body = Exchange, security(("apiKey" = [])),
    responses((status = 200, description = "The person's status with its token, or the booking.", body = ResultBody)))]
pub(crate) async fn exchange(
    State(app): State<Arc<App>>,
    Caller(entity): Caller,
    JsonBody(exchange): JsonBody<Exchange>,
) -> Result<Json<ResultBody>, Problem> {
    let sessions = Sessions(&app.service);
    let session = exchange.session.map(|id| sessions.read(&id)).transpose()?.map(|(place, _)| place);
    let handed = sessions.handed(&exchange.result_code, session)?;
    let answer = if handed.is_booking {
        let group = app.service.group(&entity.id, &handed.request).await?;
        AnswerBody::Booking(BookingBody::of(handed.request.to_string(), group))
    } else {
        AnswerBody::One(sessions.answer(&entity.id, &handed).await?.into())
    };
    Ok(Json(ResultBody { answer, purpose: handed.purpose.into(), reference: handed.reference.map(String::from) }))
}
