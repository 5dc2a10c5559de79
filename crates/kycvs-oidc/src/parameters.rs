use std::collections::HashMap;

use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use url::form_urlencoded;

/// The parameters of a request, of which none comes twice (RFC 6749, section 3.1).
pub(crate) struct Parameters(HashMap<String, String>);

impl Parameters {
    /// Reads a query or the body of a form. `None` where a parameter comes twice.
    pub(crate) fn read(encoded: &[u8]) -> Option<Self> {
        let mut parameters = HashMap::new();
        for (name, value) in form_urlencoded::parse(encoded).into_owned() {
            if parameters.insert(name, value).is_some() {
                return None;
            }
        }
        Some(Self(parameters))
    }

    /// A parameter. One without a value is as one that did not come.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

/// Whether a body says that it is a form.
pub(crate) fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).map_or(&b""[..], |kind| kind.as_bytes()).to_ascii_lowercase();
    kind.split(|byte| *byte == b';').next().map(<[u8]>::trim_ascii) == Some(b"application/x-www-form-urlencoded")
}
