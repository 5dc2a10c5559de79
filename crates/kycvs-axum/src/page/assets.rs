use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::app::App;
use crate::problem::{Problem, ProblemCode};

const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";

/// Everything that the pages load. None of it comes from elsewhere.
const ASSETS: [(&str, &str, &str); 12] = [
    ("/embed.js", SCRIPT, include_str!("../../assets/embed.js")),
    ("/assets/page.js", SCRIPT, include_str!("../../assets/page.js")),
    ("/assets/page.css", STYLE, include_str!("../../assets/page.css")),
    ("/assets/verify/verify.mjs", SCRIPT, include_str!("../../assets/verify/verify.mjs")),
    ("/assets/verify/token.mjs", SCRIPT, include_str!("../../assets/verify/token.mjs")),
    ("/assets/verify/keys.mjs", SCRIPT, include_str!("../../assets/verify/keys.mjs")),
    ("/assets/verify/json.mjs", SCRIPT, include_str!("../../assets/verify/json.mjs")),
    ("/assets/verify/base64url.mjs", SCRIPT, include_str!("../../assets/verify/base64url.mjs")),
    ("/assets/verify/qr-scan.mjs", SCRIPT, include_str!("../../assets/verify/qr-scan.mjs")),
    ("/assets/verify/vendor/qr/decode.js", SCRIPT, include_str!("../../assets/verify/vendor/qr/decode.js")),
    ("/assets/verify/vendor/qr/index.js", SCRIPT, include_str!("../../assets/verify/vendor/qr/index.js")),
    ("/assets/verify/vendor/qr/LICENSE", "text/plain", include_str!("../../assets/verify/vendor/qr/LICENSE-MIT")),
];

pub(super) fn routes() -> Router<Arc<App>> {
    let routes = Router::new().route("/assets/brand.css", get(brand)).route("/assets/logo", get(logo));
    ASSETS
        .into_iter()
        .fold(routes, |routes, (path, kind, text)| routes.route(path, get(move || async move { asset(kind, text) })))
}

async fn brand(State(app): State<Arc<App>>) -> Response {
    asset(STYLE, app.pages.brand.css())
}

async fn logo(State(app): State<Arc<App>>) -> Result<Response, Problem> {
    let logo = app.pages.brand.logo.as_ref().ok_or(Problem::from(ProblemCode::NotFound))?;
    Ok(asset(logo.content_type, logo.bytes.clone()))
}

/// An hour: a release may change them, and pages are small.
fn asset(kind: &'static str, body: impl IntoResponse) -> Response {
    ([(CONTENT_TYPE, kind), (CACHE_CONTROL, "public, max-age=3600")], body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_loaded_from_elsewhere() {
        for (path, _, text) in ASSETS.into_iter().filter(|(path, ..)| !path.contains("vendor")) {
            for place in ["http://", "https://", "//cdn", "@import", "innerHTML", "eval("] {
                assert!(!text.contains(place), "{path} holds {place}");
            }
        }
    }
}
