use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::body::Body;
use crate::calls::status_requests::GrantedBody;
use crate::entity::Caller;
use crate::problem::{Problem, ProblemCode};
use crate::session::{ResultCode, Sessions};

/// What the page gave to the site.
#[derive(Deserialize, ToSchema)]
#[schema(as = ResultCode)]
#[serde(deny_unknown_fields)]
pub(crate) struct Exchange {
    /// The result code. It works once, for the entity that it was made for, for two minutes.
    #[schema(pattern = "^[A-Za-z0-9_-]{21}[AQgw]$", example = "bm90IGEgcmVhbCBjb2RlIQ")]
    result_code: String,
}

/// Exchange a result code
///
/// A result code works once, for its entity, for two minutes.
#[utoipa::path(post, path = "/v1/results", operation_id = "exchangeResult", tag = "page",
    request_body = Exchange, security(("apiKey" = [])),
    responses((status = 200, description = "The person's status, with its token.", body = GrantedBody)))]
pub(crate) async fn exchange(
    State(app): State<Arc<App>>,
    Caller(entity): Caller,
    Body(exchange): Body<Exchange>,
) -> Result<Json<GrantedBody>, Problem> {
    let code = ResultCode::parse(&exchange.result_code).ok_or(Problem::from(ProblemCode::NotFound))?;
    let granted = Sessions(&app.service).exchange(&entity.id, &code).await.map_err(|error| app.refuse(error))?;
    Ok(Json(granted.into()))
}
