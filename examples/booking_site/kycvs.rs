use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use ureq::http::Response;
use ureq::{Agent, Body};

/// KYC-VS, as a verifying entity's server calls it. The API key stays here and never reaches a browser.
pub(crate) struct KycVs {
    url: String,
    api_key: String,
    agent: Agent,
}

/// A visit to the consent page.
#[derive(Deserialize)]
pub(crate) struct Session {
    /// For the element.
    pub(crate) id: String,
    /// For a redirect.
    pub(crate) url: String,
}

/// What the passengers agreed to tell, as far as they have answered.
#[derive(Clone, Deserialize)]
pub(crate) struct Answer {
    /// By which the booking is asked for again.
    pub(crate) id: String,
    /// In the order in which the visit named them.
    pub(crate) people: Vec<PassengerAnswer>,
    /// The railway's own reference, which it opened the visit with; a booking that is asked for again has none.
    pub(crate) reference: Option<String>,
}

/// What came of one passenger.
#[derive(Clone, Deserialize)]
pub(crate) struct PassengerAnswer {
    /// `granted`, or why there is no status.
    pub(crate) state: String,
    /// 0, 1 or 2.
    pub(crate) status: Option<u8>,
}

/// Why KYC-VS did not answer: the problem's code, or `unreachable`.
pub(crate) struct Refusal {
    pub(crate) code: String,
}

impl KycVs {
    pub(crate) fn new(url: &str, api_key: &str) -> Self {
        let config = Agent::config_builder().http_status_as_error(false).timeout_global(Some(Duration::from_secs(10)));
        Self { url: url.to_owned(), api_key: api_key.to_owned(), agent: config.build().into() }
    }

    /// Opens a visit: the one call before the page is shown.
    pub(crate) async fn open_session(&self, visit: Value) -> Result<Session, Refusal> {
        self.post("/v1/embed-sessions", visit).await
    }

    /// Exchanges what the page gave to the form: the one call after.
    pub(crate) async fn exchange(&self, result_code: &str) -> Result<Answer, Refusal> {
        self.post("/v1/results", json!({ "result_code": result_code })).await
    }

    /// Asks for a booking again, of which some answer later on their own phones.
    pub(crate) async fn booking(&self, id: &str) -> Result<Answer, Refusal> {
        let request = self.agent.get(format!("{}/v1/bookings/{id}", self.url));
        let request = request.header("Authorization", format!("Bearer {}", self.api_key));
        call(move || Ok(request.call()?)).await
    }

    async fn post<T: DeserializeOwned + Send + 'static>(&self, path: &str, body: Value) -> Result<T, Refusal> {
        let request = self.agent.post(format!("{}{path}", self.url));
        let request = request.header("Authorization", format!("Bearer {}", self.api_key));
        call(move || Ok(request.send_json(body)?)).await
    }
}

/// Reads the answer to a call.
async fn call<T: DeserializeOwned + Send + 'static>(
    send: impl FnOnce() -> anyhow::Result<Response<Body>> + Send + 'static,
) -> Result<T, Refusal> {
    let read = move || -> anyhow::Result<Result<T, Refusal>> {
        let mut answer = send()?;
        let is_success = answer.status().is_success();
        let answer: Value = answer.body_mut().read_json()?;
        if !is_success {
            return Ok(Err(Refusal { code: answer["code"].as_str().unwrap_or("unknown").to_owned() }));
        }
        Ok(Ok(serde_json::from_value(answer)?))
    };
    // ureq waits, so it waits where nobody else has to.
    let called = tokio::task::spawn_blocking(read).await;
    called.map_err(|error| unreachable(error.into()))?.map_err(unreachable)?
}

fn unreachable(error: anyhow::Error) -> Refusal {
    tracing::error!(error = &*error as &dyn std::error::Error, "KYC-VS could not be asked");
    Refusal { code: "unreachable".to_owned() }
}
