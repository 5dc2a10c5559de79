use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::JsonBody;
use crate::app::App;
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
    granted: GrantedBody,
    /// The code of the purpose that the person agreed to: that of the visit.
    #[schema(example = "railway-booking")]
    purpose: String,
    /// The entity's own name for the transaction, which it opened the visit with, less spaces around it; absent if it gave
    /// none. Take the answer for this transaction and no other: people can swap result codes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "booking 4711")]
    reference: Option<String>,
}

/// Exchange a result code
///
/// A result code works for its entity, for two minutes; an answer that was lost on its way is asked for again. Send the `session`
/// of this browser, or hold `reference` to the transaction that the code was sent for.
#[utoipa::path(post, path = "/v1/results", operation_id = "exchangeResult", tag = "page",
    request_body = Exchange, security(("apiKey" = [])),
    responses((status = 200, description = "The person's status, with its token.", body = ResultBody)))]
pub(crate) async fn exchange(
    State(app): State<Arc<App>>,
    Caller(entity): Caller,
    JsonBody(exchange): JsonBody<Exchange>,
) -> Result<Json<ResultBody>, Problem> {
    let sessions = Sessions(&app.service);
    let session = exchange.session.map(|id| sessions.read(&id)).transpose()?.map(|(place, _)| place);
    let (granted, handed) = sessions.exchange(&entity.id, &exchange.result_code, session).await?;
    Ok(Json(ResultBody {
        granted: granted.into(),
        purpose: handed.purpose.into(),
        reference: handed.reference.map(String::from),
    }))
}
