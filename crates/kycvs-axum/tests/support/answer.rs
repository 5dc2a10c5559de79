use axum::body::Body;
use axum::http::{HeaderMap, Method, Response};
use http_body_util::BodyExt;
use serde_json::Value;

/// What came back.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub async fn read(response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        Self { status: parts.status.as_u16(), headers: parts.headers, text }
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("{}: {}", self.status, self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The word of a problem; empty for any other answer.
    pub fn problem(&self) -> String {
        if self.header("content-type") != "application/problem+json" {
            return String::new();
        }
        self.json()["code"].as_str().unwrap().to_owned()
    }

    /// Holds the answer to what every answer has, and to the document.
    pub fn check(&self, method: &Method, path: &str) {
        assert_eq!(self.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(self.header("x-content-type-options"), "nosniff", "{path}");
        assert!(
            !self.header("cache-control").is_empty() && !self.header("content-security-policy").is_empty(),
            "{path}"
        );
        let is_page = self.header("content-type").starts_with("text/html");
        if self.status >= 400 && !path.starts_with("/api/") && !is_page {
            self.check_problem();
        }
        let Some(operation) = operation(method, path) else { return };
        let documented = &operation["responses"][self.status.to_string()];
        assert!(!documented.is_null() || self.status == 405, "{method} {path} answered {} {}", self.status, self.text);
        if self.status >= 400 && self.status != 405 {
            let examples = &documented["content"]["application/problem+json"]["examples"];
            assert!(!examples[self.problem()].is_null(), "{method} {path} answered {}", self.text);
        }
    }

    /// A problem says the same in its status, its headers and its members (RFC 9457).
    fn check_problem(&self) {
        let problem = self.json();
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text);
        assert_eq!(problem["status"], self.status);
        assert_eq!(problem["type"], format!("urn:kycvs:problem:{}", self.problem()));
        assert!(problem["title"].is_string() && problem["detail"].is_string());
        let retry_after = problem["retry_after"].as_u64().map(|seconds| seconds.to_string()).unwrap_or_default();
        assert_eq!(self.header("retry-after"), retry_after);
    }
}

/// What the committed document says about a call.
fn operation(method: &Method, path: &str) -> Option<Value> {
    let document: Value = serde_json::from_str(include_str!("../../openapi.json")).unwrap();
    let fits = |template: &str| {
        let (wanted, given): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
        wanted.len() == given.len()
            && wanted.iter().zip(given).all(|(wanted, given)| wanted.starts_with('{') || *wanted == given)
    };
    let (_, item) = document["paths"].as_object().unwrap().iter().find(|(template, _)| fits(template))?;
    item.get(method.as_str().to_lowercase()).cloned()
}

/// Every code that the document knows.
pub fn all_problem_codes() -> Vec<String> {
    let document: Value = serde_json::from_str(include_str!("../../openapi.json")).unwrap();
    let codes = document["components"]["schemas"]["Problem"]["properties"]["code"]["enum"].as_array().unwrap();
    codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect()
}
