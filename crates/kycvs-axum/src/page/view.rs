use std::collections::BTreeMap;

use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{AppendHeaders, Html, IntoResponse, Response};
use kycvs::consent::Language;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment};
use serde_json::{Value, json};

use super::assets::version;
use super::brand::{Brand, BrandError};
use super::icons::{ICONS, SHAPES};
use super::sample::samples;
use super::texts::{Text, Texts};
use crate::layers::BUSY_SECONDS;
use crate::problem::{Problem, ProblemCode};
use crate::{Config, Origin};

/// The pages as templates, with what all of them say.
pub(crate) struct Pages {
    templates: Environment<'static>,
    texts: Texts,
    pub(super) brand: Brand,
    issuer: Origin,
    name: String,
    /// What the pages load, by its version.
    pub(super) version: String,
}

const TEMPLATES: [(&str, &str); 24] = [
    ("page.html", include_str!("../../assets/templates/page.html")),
    ("languages.html", include_str!("../../assets/templates/languages.html")),
    ("asked.html", include_str!("../../assets/templates/asked.html")),
    ("people.html", include_str!("../../assets/templates/people.html")),
    ("typed.html", include_str!("../../assets/templates/typed.html")),
    ("shared.html", include_str!("../../assets/templates/shared.html")),
    ("notice.html", include_str!("../../assets/templates/notice.html")),
    ("qr.html", include_str!("../../assets/templates/qr.html")),
    ("gallery.html", include_str!("../../assets/templates/gallery.html")),
    ("ask.html", include_str!("../../assets/templates/ask.html")),
    ("code.html", include_str!("../../assets/templates/code.html")),
    ("certificate.html", include_str!("../../assets/templates/certificate.html")),
    ("certificate-facts.html", include_str!("../../assets/templates/certificate-facts.html")),
    ("birth-year.html", include_str!("../../assets/templates/birth-year.html")),
    ("answer.html", include_str!("../../assets/templates/answer.html")),
    ("end.html", include_str!("../../assets/templates/end.html")),
    ("withdraw.html", include_str!("../../assets/templates/withdraw.html")),
    ("me-ask.html", include_str!("../../assets/templates/me-ask.html")),
    ("me-code.html", include_str!("../../assets/templates/me-code.html")),
    ("me.html", include_str!("../../assets/templates/me.html")),
    ("me-cards.html", include_str!("../../assets/templates/me-cards.html")),
    ("receipt.html", include_str!("../../assets/templates/receipt.html")),
    ("verify.html", include_str!("../../assets/verify/verify.html")),
    ("verify-answer.html", include_str!("../../assets/verify/verify-answer.html")),
];

impl Pages {
    pub(crate) fn new(config: &Config) -> Result<Self, BrandError> {
        let brand = config.page.clone();
        brand.check()?;
        if let Some(name) = brand.templates.keys().find(|name| TEMPLATES.iter().all(|(ours, _)| ours != name)) {
            return Err(BrandError::UnknownTemplate(name.clone()));
        }
        let mut templates = Environment::new();
        templates.set_auto_escape_callback(|_| AutoEscape::Html);
        for (name, source) in TEMPLATES {
            let source = brand.templates.get(name).map_or(source, String::as_str);
            templates.add_template_owned(name, source.to_owned()).map_err(|error| unusable(name, &error))?;
        }
        let name = brand.name.as_ref().unwrap_or(&config.issuer.name).as_str().to_owned();
        let (issuer, version) = (config.issuer.url.clone(), version(config));
        let pages = Self { templates, texts: Texts::new(), brand, issuer, name, version };
        for sample in samples() {
            let page = pages.write(sample.page, Language::default(), false, sample.shown.clone());
            sample.check(&page.map_err(|error| unusable(sample.page, &error))?)?;
        }
        Ok(pages)
    }

    /// What people read in a language.
    pub(super) fn text(&self, language: Language) -> &Text {
        self.texts.of(language)
    }

    /// The page for whom there is no place now, which pages of these origins may frame.
    pub(crate) fn busy(&self, framed_by: &[&str], is_sandbox: bool) -> Response {
        let text = self.text(Language::default()).plain();
        let words = json!({ "title": text.get("ended_title"), "problem": text.get("problem_store_unavailable") });
        let mut page = self.page("end.html", Language::default(), None, is_sandbox, words);
        let ancestors = if framed_by.is_empty() { "'none'".to_owned() } else { framed_by.join(" ") };
        page.headers_mut().insert(CONTENT_SECURITY_POLICY, policy(&ancestors));
        refused(page, &Problem::from(ProblemCode::Busy).after(BUSY_SECONDS))
    }

    /// Answers with a page. `of_page` is what this page says beside what all of them do; `framed_by` the only origin whose
    /// pages may frame it.
    pub(super) fn page(
        &self,
        template: &str,
        language: Language,
        framed_by: Option<&Origin>,
        is_sandbox: bool,
        of_page: Value,
    ) -> Response {
        match self.write(template, language, is_sandbox, of_page) {
            Ok(page) => {
                let features = HeaderValue::from_static("camera=(self), otp-credentials=(self)");
                let headers = [
                    (CONTENT_SECURITY_POLICY, policy(framed_by.map_or("'none'", Origin::as_str))),
                    (HeaderName::from_static("permissions-policy"), features),
                ];
                // A site that isolates itself frames only pages that isolate themselves and allow it to.
                let isolation = framed_by.map(|_| {
                    [("cross-origin-embedder-policy", "require-corp"), ("cross-origin-resource-policy", "cross-origin")]
                });
                // A page that nobody opens as a window needs nobody who opened it.
                let alone = framed_by.is_none().then_some([("cross-origin-opener-policy", "same-origin")]);
                let more = isolation.into_iter().flatten().chain(alone.into_iter().flatten());
                (headers, AppendHeaders(more), Html(page)).into_response()
            }
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, template, "a page could not be written");
                Problem::from(ProblemCode::Internal).into_response()
            }
        }
    }

    fn write(
        &self,
        template: &str,
        language: Language,
        is_sandbox: bool,
        of_page: Value,
    ) -> Result<String, minijinja::Error> {
        let mut context = json!({
            "t": self.text(language).plain(),
            "lang": language.tag(),
            "direction": language.is_right_to_left().then(|| direction(language)),
            "languages": Language::ALL.iter().map(|other| json!({ "tag": other.tag(), "name": other.endonym() })).collect::<Vec<_>>(),
            "assets": format!("/assets/{}", self.version),
            "issuer": self.issuer,
            "brand": self.name,
            "has_logo": self.brand.logo.is_some(),
            "is_sandbox": is_sandbox,
            "shapes": SHAPES,
            "icons": BTreeMap::from(ICONS),
        });
        if let (Some(all), Value::Object(own)) = (context.as_object_mut(), of_page) {
            all.extend(own);
        }
        self.templates.get_template(template)?.render(Serde(&context))
    }
}

/// In which direction a language is written, as `dir` says it.
pub(super) fn direction(language: Language) -> &'static str {
    if language.is_right_to_left() { "rtl" } else { "ltr" }
}

fn unusable(name: &str, error: &minijinja::Error) -> BrandError {
    BrandError::Template { name: name.to_owned(), fault: error.to_string() }
}

/// A page loads from its own origin only, runs no script that is in it, and sends its forms home.
fn policy(ancestors: &str) -> HeaderValue {
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; \
         manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
    );
    // An origin is visible ASCII.
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"))
}

/// The same page with the status of a problem, which the outermost layer notes and counts.
pub(super) fn refused(mut page: Response, problem: &Problem) -> Response {
    *page.status_mut() = problem.code.status();
    page.extensions_mut().insert(problem.clone());
    page
}
