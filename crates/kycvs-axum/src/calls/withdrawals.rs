use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use kycvs::consent::ConsentId;
use kycvs::{Error, WithdrawalCode};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::JsonBody;
use crate::address::Address;
use crate::app::App;
use crate::entity::Caller;
use crate::problem::{Problem, ProblemCode};

/// What withdraws a consent.
#[derive(Deserialize, ToSchema)]
#[schema(as = Withdrawal)]
#[serde(deny_unknown_fields)]
pub(crate) struct Withdrawal {
    /// The consent's id.
    #[schema(pattern = "^[A-Za-z0-9_-]{21}[AQgw]$", example = "SbHaCUK3H2jJ0I7O-DtJow")]
    consent: String,
    /// The code that the person was given with the answer.
    #[schema(pattern = "^[A-Za-z0-9_-]{21}[AQgw]$", example = "bm90IGEgcmVhbCBjb2RlIQ")]
    code: String,
}

/// Withdraw a consent
///
/// For whoever holds the withdrawal code. It needs no message, and doing it again changes nothing. A wrong code and an
/// unknown consent are refused alike.
#[utoipa::path(post, path = "/v1/withdrawals", operation_id = "withdraw", tag = "anyone",
    request_body = Withdrawal, responses((status = 204, description = "The consent is withdrawn.")))]
pub(crate) async fn by_code(
    State(app): State<Arc<App>>,
    address: Address,
    JsonBody(asked): JsonBody<Withdrawal>,
) -> Result<StatusCode, Problem> {
    withdraw_by_code(&app, &address, &asked.consent, &asked.code).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Withdraws by a code that came from some address, for the API and for the page. Only a wrong one counts for the address.
pub(crate) async fn withdraw_by_code(app: &App, address: &Address, consent: &str, code: &str) -> Result<(), Problem> {
    let withdrawn = match (ConsentId::parse(consent), WithdrawalCode::parse(code)) {
        (Ok(consent), Ok(code)) => app.service.withdraw_by_code(&consent, &code).await,
        _ => Err(Error::NotFound),
    };
    if matches!(withdrawn, Err(Error::NotFound)) {
        address.take_wrong(app, "withdrawal").await?;
    }
    Ok(withdrawn?)
}

/// Withdraw a consent at the counter
///
/// For the entity that got the answer: a clerk does it for a person who asks. Doing it again changes nothing.
#[utoipa::path(post, path = "/v1/consents/{id}/withdrawal", operation_id = "withdrawAtCounter", tag = "requests",
    params(("id" = String, Path, description = "The consent's id", pattern = "^[A-Za-z0-9_-]{21}[AQgw]$")),
    security(("apiKey" = [])), responses((status = 204, description = "The consent is withdrawn.")))]
pub(crate) async fn at_counter(
    State(app): State<Arc<App>>,
    Caller(entity): Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let id = ConsentId::parse(&id).map_err(|_| Problem::from(ProblemCode::NotFound))?;
    app.service.withdraw_at_counter(&entity.id, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
