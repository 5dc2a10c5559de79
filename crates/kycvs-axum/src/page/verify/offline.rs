//! The page that verifies as an application that people install, and that works without a network.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderName;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::IntoResponse;
use serde_json::json;

use super::FILES;
use crate::app::App;
use crate::page::assets::SCRIPT;
use crate::page::form::Reader;

const WORKER: &str = include_str!("../../../assets/verify/worker.js");

/// Whose page it is, and how it looks on a phone's screen of applications.
pub(super) async fn manifest(State(app): State<Arc<App>>, reader: Reader) -> impl IntoResponse {
    let language = reader.language();
    let title = app.pages.text(language).plain().get("verify_title").cloned().unwrap_or_default();
    let manifest = json!({
        "id": "/verify",
        "name": title,
        "short_name": "KYC-VS",
        "lang": language.tag(),
        "start_url": format!("/verify?language={}", language.tag()),
        "scope": "/verify",
        "display": "standalone",
        "background_color": "#10161d",
        "theme_color": "#10161d",
        "icons": [{ "src": asset(&app, "verify/icon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any maskable" }],
    });
    ([(CONTENT_TYPE, "application/manifest+json"), (CACHE_CONTROL, "no-cache")], manifest.to_string())
}

/// The script that keeps the page and what it loads. It differs with each release, and a browser then takes the new one.
pub(super) async fn worker(State(app): State<Arc<App>>) -> impl IntoResponse {
    let pages = ["page.css", "brand.css"].into_iter();
    let logo = app.pages.brand.logo.iter().map(|_| "logo");
    let files = pages.chain(logo).chain(FILES.into_iter().map(|(path, ..)| path));
    let files: Vec<String> = files.map(|path| asset(&app, path)).collect();
    let version = json!(app.pages.version);
    let script = format!("const VERSION = {version};\nconst FILES = {};\n{WORKER}", json!(files));
    let headers = [
        (CONTENT_TYPE, SCRIPT),
        (CACHE_CONTROL, "no-cache"),
        // Its fetches are held to its own policy, and its scope to what this header says.
        (CONTENT_SECURITY_POLICY, "default-src 'none'; connect-src 'self'"),
        (HeaderName::from_static("service-worker-allowed"), "/verify"),
    ];
    (headers, script)
}

fn asset(app: &App, path: &str) -> String {
    format!("/assets/{}/{path}", app.pages.version)
}
