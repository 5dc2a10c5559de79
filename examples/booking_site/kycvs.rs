use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use ureq::Agent;

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

/// What the passenger agreed to tell.
#[derive(Deserialize)]
pub(crate) struct Answer {
    pub(crate) status: u8,
    /// The railway's own reference, which it opened the visit with.
    pub(crate) reference: Option<String>,
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

    async fn post<T: DeserializeOwned + Send + 'static>(&self, path: &str, body: Value) -> Result<T, Refusal> {
        let request = self.agent.post(format!("{}{path}", self.url));
        let request = request.header("Authorization", format!("Bearer {}", self.api_key));
        let call = move || -> anyhow::Result<Result<T, Refusal>> {
            let mut answer = request.send_json(body)?;
            let is_success = answer.status().is_success();
            let answer: Value = answer.body_mut().read_json()?;
            if !is_success {
                return Ok(Err(Refusal { code: answer["code"].as_str().unwrap_or("unknown").to_owned() }));
            }
            Ok(Ok(serde_json::from_value(answer)?))
        };
        // ureq waits, so it waits where nobody else has to.
        let called = tokio::task::spawn_blocking(call).await;
        called.map_err(|error| unreachable(error.into()))?.map_err(unreachable)?
    }
}

fn unreachable(error: anyhow::Error) -> Refusal {
    tracing::error!(error = &*error as &dyn std::error::Error, "KYC-VS could not be asked");
    Refusal { code: "unreachable".to_owned() }
}
