use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;

use crate::app::App;
use crate::session::FormKey;

/// The form key of a visit that this browser has been to, from a cookie of that visit alone. It shows the second step again to
/// who comes back to the page; what is done there takes the key in the form, so that no other site can do it.
pub(super) struct KeptKey(pub(super) Option<FormKey>);

const NAME: &str = "kycvs-visit";

impl<S: Sync> FromRequestParts<S> for KeptKey {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(kept_in(&parts.headers)))
    }
}

fn kept_in(headers: &HeaderMap) -> Option<FormKey> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find_map(|(name, key)| if name == NAME { FormKey::parse(key) } else { None })
}

/// Has the browser keep the key for as long as a visit lasts. No script reads it, and within a frame only the site that frames the
/// page has it (CHIPS); a browser that takes none shows the first step again.
pub(super) fn kept(mut page: Response, app: &App, visit: &str, key: &FormKey) -> Response {
    let seconds = app.limits.session_seconds;
    let place =
        if app.issuer.as_str().starts_with("https://") { "Secure; SameSite=None; Partitioned" } else { "SameSite=Lax" };
    let cookie = format!("{NAME}={}; Path=/embed/{visit}; Max-Age={seconds}; HttpOnly; {place}", key.text());
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        page.headers_mut().insert(SET_COOKIE, cookie);
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_of_the_visit_is_found_among_other_cookies() {
        let text = "AAAAAAAAAAAAAAAAAAAAAA";
        for (line, is_there) in [
            (format!("kycvs-visit={text}"), true),
            (format!("a=1; kycvs-visit={text}; b=2"), true),
            (format!("xkycvs-visit={text}"), false),
            ("kycvs-visit=short".to_owned(), false),
            (String::new(), false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(COOKIE, line.parse().unwrap());
            assert_eq!(kept_in(&headers).map(|key| key.text()), is_there.then(|| text.to_owned()), "{line}");
        }
    }
}
