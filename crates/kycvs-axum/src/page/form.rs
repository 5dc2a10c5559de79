use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, ORIGIN, REFERER};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use kycvs::consent::Language;
use url::form_urlencoded;

use super::upload::{self, Part};
use crate::app::App;
use crate::layers::{Unread, has_file};
use crate::problem::{Problem, ProblemCode};

/// A form that one of our pages sent. A page of another site cannot send one.
#[derive(Default)]
pub(super) struct Form {
    fields: HashMap<String, String>,
    file: Option<Bytes>,
}

impl Form {
    /// A field; empty when it is not there.
    pub(super) fn text(&self, name: &str) -> &str {
        self.given(name).unwrap_or_default()
    }

    /// A field, if it is there.
    pub(super) fn given(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }

    /// The file that was chosen.
    pub(super) fn file(&self) -> Option<&Bytes> {
        self.file.as_ref()
    }

    /// Takes each field and the file once.
    fn of(parts: impl IntoIterator<Item = Part>) -> Result<Self, Problem> {
        let mut form = Self::default();
        for part in parts {
            let is_again = match part {
                Part::Field(name, value) => form.fields.insert(name, value).is_some(),
                Part::File(_, file) => form.file.replace(file).is_some(),
            };
            if is_again {
                return Err(ProblemCode::InvalidRequest.into());
            }
        }
        Ok(form)
    }
}

/// In which language somebody reads: the one that they chose, in the query as `?language=hi`, or the one of their browser.
/// Neither says anything about them that their browser does not.
#[derive(Clone, Copy)]
pub(super) struct Reader {
    pub(super) chosen: Option<Language>,
    accepted: Option<Language>,
    /// Whether the page goes into a frame, as far as the browser says so.
    pub(super) is_framed: bool,
}

impl Reader {
    pub(super) fn language(self) -> Language {
        self.chosen.or(self.accepted).unwrap_or_default()
    }
}

impl<S: Sync> FromRequestParts<S> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        let tag = query.into_iter().find_map(|(name, tag)| (name == "language").then_some(tag));
        let header = parts.headers.get(ACCEPT_LANGUAGE).and_then(|header| header.to_str().ok());
        let is_framed = parts.headers.get("sec-fetch-dest").is_some_and(|place| place == "iframe");
        let chosen = tag.and_then(|tag| Language::from_tag(&tag));
        Ok(Self { chosen, accepted: header.and_then(accepted), is_framed })
    }
}

/// The language of ours that a browser likes best (RFC 9110, 12.5.4): of the same weight, the first.
fn accepted(header: &str) -> Option<Language> {
    let liked = header.split(',').filter_map(|range| {
        let (tag, weight) = match range.split_once(';') {
            Some((tag, weight)) => (tag, weight.trim().strip_prefix("q=")?.parse().ok()?),
            None => (range, 1.0_f32),
        };
        (weight > 0.0).then_some((Language::from_tag(tag.trim())?, weight))
    });
    liked.rev().max_by(|(_, one), (_, other)| one.total_cmp(other)).map(|(language, _)| language)
}

impl FromRequest<Arc<App>> for Form {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Problem> {
        let headers = request.headers();
        if !is_ours(headers, app.issuer.as_str()) {
            return Err(ProblemCode::OriginNotAllowed.into());
        }
        if let Some(Unread(code)) = request.extensions().get() {
            return Err((*code).into());
        }
        let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_owned();
        let may_have_file = has_file(headers) && app.service.max_file_bytes().is_some();
        if !may_have_file && !kind.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded") {
            return Err(ProblemCode::UnsupportedMediaType.into());
        }
        // Its length was bounded when it was read, above all in a form with a file.
        let bytes = to_bytes(request.into_body(), usize::MAX).await.map_err(|_| ProblemCode::InvalidRequest)?;
        if may_have_file {
            return Self::of(upload::parts(&kind, &bytes).ok_or(ProblemCode::InvalidRequest)?);
        }
        Self::of(form_urlencoded::parse(&bytes).into_owned().map(|(name, value)| Part::Field(name, value)))
    }
}

/// Whether a form was sent by a page of ours. Browsers say so in `Sec-Fetch-Site`, which no page can set. Those from before
/// that (Safari before 16.4, old WebViews, KaiOS) send the origin, and some of them `null` in its place; then the referrer
/// decides, which our pages send to themselves and to nobody else. KaiOS sends no origin with a form at all.
fn is_ours(headers: &HeaderMap, issuer: &str) -> bool {
    let is_from_issuer = |referrer: &HeaderValue| {
        let rest = referrer.to_str().ok().and_then(|referrer| referrer.strip_prefix(issuer));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    match (headers.get("sec-fetch-site"), headers.get(ORIGIN)) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) if origin == "null" => headers.get(REFERER).is_some_and(is_from_issuer),
        (None, Some(origin)) => origin == issuer,
        (None, None) => headers.get(REFERER).is_none_or(is_from_issuer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours(headers: &[(&'static str, &'static str)]) -> bool {
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        is_ours(&headers, "https://kycvs.example")
    }

    #[test]
    fn a_form_of_another_site_is_refused_whatever_origin_it_claims() {
        assert!(ours(&[("sec-fetch-site", "same-origin"), ("origin", "null")]));
        assert!(ours(&[("origin", "https://kycvs.example")]));
        assert!(ours(&[]), "a client that is no browser has no person's session to abuse");
        assert!(!ours(&[("sec-fetch-site", "cross-site"), ("origin", "https://kycvs.example")]));
        assert!(!ours(&[("sec-fetch-site", "same-site")]));
        assert!(!ours(&[("sec-fetch-site", "none")]));
        assert!(!ours(&[("origin", "null")]));
        assert!(!ours(&[("origin", "null"), ("referer", "https://rail.example/")]));
        assert!(!ours(&[("origin", "null"), ("referer", "https://kycvs.example.evil.example/")]));
        assert!(!ours(&[("origin", "https://rail.example"), ("referer", "https://kycvs.example/embed/x")]));
        assert!(!ours(&[("origin", "https://rail.example")]));
        assert!(!ours(&[("referer", "https://rail.example/")]), "KaiOS sends no origin");
    }

    #[test]
    fn an_old_browser_that_hides_its_origin_is_known_by_its_referrer() {
        assert!(ours(&[("origin", "null"), ("referer", "https://kycvs.example/embed/x")]));
        assert!(ours(&[("origin", "null"), ("referer", "https://kycvs.example")]));
        assert!(ours(&[("referer", "https://kycvs.example/embed/x")]));
    }

    #[test]
    fn a_browser_is_answered_in_the_language_of_ours_that_it_likes_best() {
        for (header, language) in [
            ("ta-IN, ta;q=0.9, en;q=0.8", Some(Language::Tamil)),
            ("fr-FR, en;q=0.5, hi; q=0.7", Some(Language::Hindi)),
            ("mr, hi", Some(Language::Marathi)),
            ("hi;q=0, bn;q=0.1", Some(Language::Bengali)),
            ("fr", None),
            ("*", None),
            ("hi;q=nan, te;q=x, ;;,", None),
        ] {
            assert_eq!(accepted(header), language, "{header}");
        }
    }
}
