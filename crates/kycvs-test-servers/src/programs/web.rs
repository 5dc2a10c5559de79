//! One server as its callers see it.

use serde_json::{Value, json};
use ureq::Agent;

/// Calls one server. It follows no redirects and keeps no cookies.
#[derive(Debug)]
pub struct Client {
    agent: Agent,
    base: String,
    authorization: String,
}

/// An answer, read as a whole.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Its headers.
    pub headers: ureq::http::HeaderMap,
    /// The body.
    pub text: String,
}

impl Client {
    /// Calls `base`, with this `Authorization` or none.
    pub fn new(base: &str, authorization: &str) -> Self {
        let config = Agent::config_builder().http_status_as_error(false).max_redirects(0);
        let agent = config.max_redirects_will_error(false).build().into();
        Self { agent, base: base.to_owned(), authorization: authorization.to_owned() }
    }

    /// Gets a path or URL.
    pub fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[])
    }

    /// The same with headers.
    pub fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.agent.get(self.url(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        read(request.call().expect("an answer"))
    }

    /// Posts JSON, as a verifying entity's server does.
    pub fn post(&self, path: &str, body: Value) -> Answer {
        let request = self.agent.post(self.url(path)).header("authorization", &self.authorization);
        read(request.send_json(body).expect("an answer"))
    }

    /// Posts a form, as a browser does.
    pub fn submit(&self, path: &str, fields: &[(&str, &str)], cookie: &str) -> Answer {
        let request = self.agent.post(self.url(path)).header("sec-fetch-site", "same-origin").header("cookie", cookie);
        read(request.send_form(fields.iter().copied()).expect("an answer"))
    }

    /// A path on this server, or a whole URL.
    fn url(&self, path: &str) -> String {
        if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) }
    }
}

fn read(mut answer: ureq::http::Response<ureq::Body>) -> Answer {
    let text = answer.body_mut().read_to_string().expect("an answer");
    Answer { status: answer.status().as_u16(), headers: answer.headers().clone(), text }
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("{} {}", self.status, self.text))
    }

    /// The code of a problem.
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_else(|| panic!("{}", self.text)).to_owned()
    }

    /// A header, which must be there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name}: {self:?}")).to_str().expect("an answer")
    }

    /// The cookie that was set, as it is sent back.
    pub fn cookie(&self) -> String {
        self.header("set-cookie").split(';').next().expect("an answer").to_owned()
    }
}

/// Opens a request for a status over the API.
pub fn ask(client: &Client, purpose: &str, (mobile, name): (&str, &str)) -> Answer {
    client.post("/v1/status-requests", json!({ "mobile": mobile, "name": name, "purpose": purpose }))
}

/// Enters a code over the API.
pub fn confirm(client: &Client, asked: &Answer, code: &str) -> Answer {
    let asked = asked.json();
    let (id, hash) = (asked["id"].as_str().expect("an answer"), &asked["notice"]["hash"]);
    client
        .post(&format!("/v1/status-requests/{id}/confirm"), json!({ "otp": code, "notice_hash": hash, "attempt": id }))
}

/// The hash of a code, as CoWIN's clients send it, or of an API key.
pub fn sha256(code: &str) -> String {
    use sha2::{Digest as _, Sha256};
    base16ct::lower::encode_string(&Sha256::digest(code.as_bytes()))
}
