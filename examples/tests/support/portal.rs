//! The portal as a program of its own, on free ports, and its pages as a browser without script uses them.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::{Value, json};
use ureq::Agent;

/// A portal that runs, until it is dropped.
pub struct Portal {
    child: Child,
    stdout: BufReader<ChildStdout>,
    /// What it said: the first word of a line, and the rest.
    said: HashMap<String, String>,
}

impl Portal {
    /// The demonstration, with a small sample.
    pub fn demonstration() -> Self {
        Self::start(&["--people", "1000", "--booking-listen", "127.0.0.1:0"], "unknown")
    }

    /// Starts it, and waits until it has said the line that begins with `last`.
    pub fn start(args: &[&str], last: &str) -> Self {
        Self::start_with(args, &[], last)
    }

    /// The same, with variables in its environment.
    pub fn start_with(args: &[&str], environment: &[(String, String)], last: &str) -> Self {
        let mut command = Command::new(super::program("portal"));
        command.envs(environment.iter().cloned());
        command.args(["--listen", "127.0.0.1:0"]).args(args).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the portal starts");
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut said = HashMap::new();
        while !said.contains_key(last) {
            let mut line = String::new();
            let read = stdout.read_line(&mut line).unwrap();
            assert_ne!(read, 0, "the portal ended before it said `{last}`: {said:?}");
            let (word, rest) = line.trim().split_once(' ').unwrap_or_default();
            let (word, rest) = match (word, rest.trim().split_once(' ')) {
                ("api-key", Some((entity, key))) => (format!("key-{entity}"), key.trim()),
                _ => (word.to_owned(), rest.trim()),
            };
            said.insert(word, rest.to_owned());
        }
        Self { child, stdout, said }
    }

    /// What it said under a word, such as where it listens.
    pub fn said(&self, word: &str) -> &str {
        self.said.get(word).unwrap_or_else(|| panic!("the portal did not say `{word}`: {:?}", self.said))
    }

    /// Someone to try: mobile and name.
    pub fn person(&self, word: &str) -> (&str, &str) {
        let (mobile, name) = self.said(word).split_once("  ").unwrap();
        (mobile, name.split("  (").next().unwrap())
    }

    pub fn client(&self, entity: &str) -> Client {
        Client::new(self.said("portal"), &format!("Bearer {}", self.said(&format!("key-{entity}"))))
    }

    /// Someone without a key, such as a person with a browser.
    pub fn visitor(&self) -> Client {
        Client::new(self.said("portal"), "")
    }

    /// The code that was sent last to a number.
    pub fn code(&self, mobile: &str) -> String {
        let sent = self.visitor().get(&format!("/sandbox/outbox?mobile={mobile}")).json();
        sent.as_array().and_then(|sent| sent.last()).expect("a message")["code"].as_str().unwrap().to_owned()
    }

    /// Asks it to end, as a service manager does, and gives its exit status.
    #[cfg(unix)]
    pub fn terminate(&mut self) -> Option<i32> {
        let killed = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(killed.success());
        self.stdout.read_to_string(&mut String::new()).unwrap();
        self.child.wait().unwrap().code()
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Calls one server. It follows no redirects and keeps no cookies.
pub struct Client {
    agent: Agent,
    base: String,
    authorization: String,
}

/// An answer, read as a whole.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub text: String,
}

impl Client {
    pub fn new(base: &str, authorization: &str) -> Self {
        let config = Agent::config_builder().http_status_as_error(false).max_redirects(0);
        let agent = config.max_redirects_will_error(false).build().into();
        Self { agent, base: base.to_owned(), authorization: authorization.to_owned() }
    }

    pub fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[])
    }

    pub fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.agent.get(self.url(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        read(request.call().unwrap())
    }

    /// Posts JSON, as a verifying entity's server does.
    pub fn post(&self, path: &str, body: Value) -> Answer {
        let request = self.agent.post(self.url(path)).header("authorization", &self.authorization);
        read(request.send_json(body).unwrap())
    }

    /// Posts a form, as a browser does.
    pub fn submit(&self, path: &str, fields: &[(&str, &str)], cookie: &str) -> Answer {
        let request = self.agent.post(self.url(path)).header("sec-fetch-site", "same-origin").header("cookie", cookie);
        read(request.send_form(fields.iter().copied()).unwrap())
    }

    /// A path on this server, or a whole URL.
    fn url(&self, path: &str) -> String {
        if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) }
    }
}

fn read(mut answer: ureq::http::Response<ureq::Body>) -> Answer {
    let text = answer.body_mut().read_to_string().unwrap();
    Answer { status: answer.status().as_u16(), headers: answer.headers().clone(), text }
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("{} {}", self.status, self.text))
    }

    /// The code of a problem.
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_else(|| panic!("{}", self.text)).to_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name}: {self:?}")).to_str().unwrap()
    }

    /// The cookie that was set, as it is sent back.
    pub fn cookie(&self) -> String {
        self.header("set-cookie").split(';').next().unwrap().to_owned()
    }
}

/// Opens a request for a status over the API.
pub fn ask(client: &Client, purpose: &str, (mobile, name): (&str, &str)) -> Answer {
    client.post("/v1/status-requests", json!({ "mobile": mobile, "name": name, "purpose": purpose }))
}

/// Enters a code over the API.
pub fn confirm(client: &Client, asked: &Answer, code: &str) -> Answer {
    let asked = asked.json();
    let (id, hash) = (asked["id"].as_str().unwrap(), &asked["notice"]["hash"]);
    client.post(&format!("/v1/status-requests/{id}/confirm"), json!({ "otp": code, "notice_hash": hash }))
}

/// The API key of [`configuration`]'s entity.
pub const RAILWAY_KEY: &str = "a key that only the railway has";

/// A configuration of production for one entity, with something more in it.
pub fn configuration(more: &str) -> String {
    let hash = sha256(RAILWAY_KEY);
    format!(
        r#"
[issuer]
url = "https://kycvs.example"
name = "A ministry"
grievance = "grievance@kycvs.example"
[[entity]]
id = "rail"
name = "A railway"
api_key_sha256 = "{hash}"
purposes = [{{ code = "booking", text = "to book a railway ticket" }}]
{more}
"#
    )
}

/// The hash of a code, as CoWIN's clients send it, or of an API key.
pub fn sha256(code: &str) -> String {
    use sha2::{Digest, Sha256};
    base16ct::lower::encode_string(&Sha256::digest(code.as_bytes()))
}
