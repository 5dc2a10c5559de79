//! Where gateways report on messages that they took: `/v1/receipts/CHANNEL`, or `/v1/receipts/CHANNEL/MESSAGE`.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::TimeDelta;
use kycvs::consent::later;
use kycvs::{Error, StatusService};
use kycvs_axum::{Problem, ProblemCode};
use kycvs_sms::{Receipt, ReceiptId, Receipts, Report};
use sha2::{Digest, Sha256};

use crate::config::Reporter;

/// How long a receipt is kept for the host that waits for it: longer than any channel is waited for.
const KEPT: TimeDelta = TimeDelta::minutes(10);

/// What the calls work with.
struct Desk {
    service: Arc<StatusService>,
    receipts: Receipts,
    reporters: Vec<Reporter>,
}

/// The calls, for gateways that report; each says its password by `Authorization`, as Basic or as Bearer.
pub(crate) fn routes(service: Arc<StatusService>, receipts: Receipts, reporters: Vec<Reporter>) -> Router {
    let desk = Arc::new(Desk { service, receipts, reporters });
    Router::new()
        .route("/v1/receipts/{channel}", get(of_channel).post(of_channel))
        .route("/v1/receipts/{channel}/{message}", get(of_message).post(of_message))
        .with_state(desk)
}

async fn of_channel(
    State(desk): State<Arc<Desk>>,
    Path(channel): Path<String>,
    query: RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    desk.take_in(&channel, None, query, &headers, &body).await
}

async fn of_message(
    State(desk): State<Arc<Desk>>,
    Path((channel, message)): Path<(String, String)>,
    query: RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let message = ReceiptId::parse(&message).ok_or(ProblemCode::NotFound)?;
    desk.take_in(&channel, Some(message), query, &headers, &body).await
}

impl Desk {
    async fn take_in(
        &self,
        channel: &str,
        id: Option<ReceiptId>,
        RawQuery(query): RawQuery,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<StatusCode, Problem> {
        let reporter =
            self.reporters.iter().find(|reporter| reporter.name == channel && reporter.is_who_calls(headers));
        let reporter = reporter.ok_or(ProblemCode::Unauthenticated)?;
        let content_type = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let report = Report { id, query: query.as_deref().unwrap_or_default(), content_type, body };
        let read = reporter.format.read(channel, report);
        for receipt in read.map_err(|error| Problem::explained(ProblemCode::InvalidRequest, &error))? {
            if !self.receipts.take_in(channel, receipt) {
                self.keep_for_others(receipt).await?;
            }
        }
        Ok(StatusCode::NO_CONTENT)
    }

    /// Another host may wait for it, or this one begin to in a moment.
    async fn keep_for_others(&self, Receipt { id, fate }: Receipt) -> Result<(), Problem> {
        let known = self.service.note(id.as_bytes()).await?.map(|note| note.version);
        let forget_at = later(self.service.now(), KEPT);
        match self.service.keep_note(id.as_bytes(), known, fate.to_note(), forget_at).await {
            // The same receipt, at another host at the same time.
            Err(Error::StoreUnavailable(kycvs::store::StoreError::Conflict)) => Ok(()),
            done => Ok(done.map(|_| ())?),
        }
    }
}

impl Reporter {
    fn is_who_calls(&self, headers: &HeaderMap) -> bool {
        let Some((scheme, credential)) =
            headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.split_once(' '))
        else {
            return false;
        };
        let said = match scheme.to_ascii_lowercase().as_str() {
            "bearer" => Some(credential.trim().to_owned()),
            "basic" => {
                let pair = BASE64_STANDARD.decode(credential.trim()).ok().and_then(|pair| String::from_utf8(pair).ok());
                pair.and_then(|pair| Some(pair.split_once(':')?.1.to_owned()))
            }
            _ => None,
        };
        // Of hashes, so that the time tells nothing about the secret.
        said.is_some_and(|said| Sha256::digest(said) == Sha256::digest(&self.secret))
    }
}
