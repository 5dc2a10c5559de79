//! Where the page sends the person when it is over, and from where they go back to the client.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::response::Response;
use kycvs_axum::{Problem, ProblemCode};

use crate::Front;
use crate::kept::{Asked, Grant, Travelling};
use crate::parameters::Parameters;
use crate::refusal::{Denial, back, nowhere};

/// Gives the client a code for the result, or `access_denied`. Why the person did not share is nobody's business: to
/// decline, to be unknown and to be too late are one answer.
pub(crate) async fn go_on(State(front): State<Arc<Front>>, RawQuery(query): RawQuery) -> Response {
    let parameters = Parameters::read_once(query.unwrap_or_default().as_bytes());
    let Some((parameters, state, asked)) = parameters.and_then(|parameters| {
        let state = parameters.get("state")?.to_owned();
        let Travelling::Asked(asked) = Travelling::unseal(front.service(), &state)? else { return None };
        Some((parameters, state, asked))
    }) else {
        return nowhere();
    };
    let (redirect_uri, clients_state) = (asked.redirect_uri.clone(), asked.state.clone());
    let with = |what| back(&redirect_uri, clients_state.as_deref(), front.service().issuer(), what);
    let Some(result_code) = parameters.get("result_code") else {
        return with(("error", Denial::AccessDenied.as_str()));
    };
    match code(&front, &state, asked, result_code).await {
        Ok(code) => with(("code", &code)),
        Err(denial) => with(("error", denial.as_str())),
    }
}

async fn code(front: &Front, state: &str, asked: Asked, result_code: &str) -> Result<String, Denial> {
    let answer = front.http.visit_answer(&asked.client, result_code).await.map_err(|problem| denial(&problem))?;
    // Of another transaction: people can swap result codes.
    if answer.state.as_deref() != Some(state) {
        return Err(Denial::AccessDenied);
    }
    let kept = Grant::keep(front.service(), asked, result_code).await;
    kept.map_err(|_| Denial::TemporarilyUnavailable)
}

fn denial(problem: &Problem) -> Denial {
    match problem.code() {
        ProblemCode::NotFound | ProblemCode::ConsentWithdrawn => Denial::AccessDenied,
        _ => Denial::TemporarilyUnavailable,
    }
}
