use std::collections::HashMap;

use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use url::form_urlencoded;

/// The parameters of a request. Of one that comes twice no value is kept: another reader may take the other one.
pub(crate) struct Parameters(HashMap<String, Option<String>>);

impl Parameters {
    /// Reads a query or the body of a form.
    pub(crate) fn read(encoded: &[u8]) -> Self {
        let mut parameters = HashMap::new();
        for (name, value) in form_urlencoded::parse(encoded).into_owned() {
            parameters.entry(name).and_modify(|value| *value = None).or_insert(Some(value));
        }
        Self(parameters)
    }

    /// The same, where none comes twice (RFC 6749, section 3.1).
    pub(crate) fn read_once(encoded: &[u8]) -> Option<Self> {
        Some(Self::read(encoded)).filter(|parameters| !parameters.has_twice())
    }

    /// Whether one comes twice.
    pub(crate) fn has_twice(&self) -> bool {
        self.0.values().any(Option::is_none)
    }

    /// A parameter. One without a value is as one that did not come.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_deref().filter(|value| !value.is_empty())
    }
}

/// Whether a body says that it is a form.
pub(crate) fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).map_or(&b""[..], |kind| kind.as_bytes()).to_ascii_lowercase();
    kind.split(|byte| *byte == b';').next().map(<[u8]>::trim_ascii) == Some(b"application/x-www-form-urlencoded")
}
