use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, ETAG};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use kycvs::consent::Identifier;
use sha2::{Digest, Sha256};

use super::packed::Packed;
use super::verify::FILES;
use crate::Config;
use crate::app::App;
use crate::etag::is_known;
use crate::problem::{Problem, ProblemCode};

pub(super) const SCRIPT: &str = "text/javascript; charset=utf-8";
pub(super) const STYLE: &str = "text/css; charset=utf-8";

/// What sites load. Its address is written in their pages, so it cannot change with a release.
const EMBED: &str = include_str!("../../assets/embed.js");

/// Everything that the pages load, below `/assets/{version}/`. None of it comes from elsewhere.
const OWN: [(&str, &str, &str); 7] = [
    ("page.js", SCRIPT, include_str!("../../assets/page.js")),
    ("look.mjs", SCRIPT, include_str!("../../assets/look.mjs")),
    ("code.mjs", SCRIPT, include_str!("../../assets/code.mjs")),
    ("sight.mjs", SCRIPT, include_str!("../../assets/sight.mjs")),
    ("show.mjs", SCRIPT, include_str!("../../assets/show.mjs")),
    ("certificate.mjs", SCRIPT, include_str!("../../assets/certificate.mjs")),
    ("page.css", STYLE, include_str!("../../assets/page.css")),
];

/// The same with what the page that verifies loads.
fn all() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    OWN.into_iter().chain(FILES)
}

/// Names what the pages load, by the first half of a SHA-256 in hexadecimal. It is in every address, so that no page
/// meets the script of another release, and browsers need not ask again. It is in the path and not in a query, since modules
/// import each other by relative paths.
pub(super) fn version(config: &Config) -> String {
    let ours = all().map(|(.., text)| text.as_bytes()).chain([EMBED.as_bytes()]);
    let hash = ours.fold(Sha256::new(), Sha256::chain_update).chain_update(config.page.css());
    let logos = config.entities.iter().map(|entity| &entity.logo).chain([&config.page.logo]).flatten();
    let hash = logos.fold(hash, |hash, logo| hash.chain_update(&logo.bytes));
    base16ct::lower::encode_string(&hash.finalize()[..16])
}

/// What the pages load, which is had also when the server is busy.
pub(crate) fn routes() -> Router<Arc<App>> {
    let at = |path: &str| format!("/assets/{{version}}/{path}");
    let script = Packed::new(EMBED);
    let routes = Router::new()
        .route(
            "/embed.js",
            get(move |app: State<Arc<App>>, headers: HeaderMap| async move { embed(&app, &headers, &script) }),
        )
        .route(&at("brand.css"), get(brand))
        .route(&at("logo"), get(logo))
        .route(&at("logo/{entity}"), get(entity_logo));
    all().fold(routes, |routes, (path, kind, text)| {
        let file = Packed::new(text);
        let answer = move |State(app): State<Arc<App>>, Path(version): Path<String>, headers: HeaderMap| async move {
            asset(&app, &version, kind, file.answer(&headers))
        };
        routes.route(&at(path), get(answer))
    })
}

/// Asked for again each time, and answered with nothing while it is the same. Any site may load it, also one that holds it to a
/// hash (`integrity`, which needs CORS) or that isolates itself (`Cross-Origin-Embedder-Policy`).
fn embed(app: &App, headers: &HeaderMap, script: &Packed) -> Response {
    // The same text, packed or not.
    let tag = format!("W/\"{}\"", app.pages.version);
    let kept = [
        (ETAG, tag.clone()),
        (CACHE_CONTROL, "public, no-cache".to_owned()),
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*".to_owned()),
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin".to_owned()),
    ];
    if is_known(headers, &tag) {
        return (StatusCode::NOT_MODIFIED, kept).into_response();
    }
    (kept, [(CONTENT_TYPE, SCRIPT)], script.answer(headers)).into_response()
}

async fn brand(State(app): State<Arc<App>>, Path(version): Path<String>) -> Response {
    asset(&app, &version, STYLE, app.pages.brand.css())
}

async fn logo(State(app): State<Arc<App>>, Path(version): Path<String>) -> Result<Response, Problem> {
    let logo = app.pages.brand.logo.as_ref().ok_or(Problem::from(ProblemCode::NotFound))?;
    Ok(asset(&app, &version, logo.content_type(), logo.bytes.clone()))
}

/// The picture of who asks.
async fn entity_logo(
    State(app): State<Arc<App>>,
    Path((version, entity)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let entity = Identifier::parse(&entity).ok().and_then(|id| app.entities.of_id(&id));
    let logo = entity.and_then(|entity| entity.logo.as_ref()).ok_or(Problem::from(ProblemCode::NotFound))?;
    Ok(asset(&app, &version, logo.content_type(), logo.bytes.clone()))
}

/// Kept for good. While hosts of two releases run side by side, one is asked for what the other's page names: it gives what
/// it has, which nobody keeps.
fn asset(app: &App, version: &str, kind: &'static str, body: impl IntoResponse) -> Response {
    let kept = if version == app.pages.version { "public, max-age=31536000, immutable" } else { "no-store" };
    ([(CONTENT_TYPE, kind), (CACHE_CONTROL, kept)], body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Logo, Theme};

    #[test]
    fn nothing_is_loaded_from_elsewhere() {
        let ours = all().chain([("embed.js", SCRIPT, EMBED)]);
        for (path, _, text) in ours.filter(|(path, ..)| !path.contains("vendor")) {
            let text = text.replace("http://www.w3.org/2000/svg", ""); // a name, not a place
            for place in ["http://", "https://", "//cdn", "@import", "innerHTML", "eval("] {
                assert!(!text.contains(place), "{path} holds {place}");
            }
        }
    }

    #[test]
    fn every_message_names_whom_it_is_for() {
        for (path, _, text) in all().chain([("embed.js", SCRIPT, EMBED)]) {
            assert!(!text.contains("\"*\")"), "{path} posts to anybody");
        }
    }

    #[test]
    fn another_look_has_another_address() {
        let plain = Config::from_toml(&format!(
            "[issuer]\nurl = 'https://kycvs.example'\nname = 'A'\ngrievance = 'B'\n\
             [[entity]]\nid = 'rail'\nname = 'C'\napi_key_sha256 = '{}'\npurposes = [{{ code = 'x', text = 'y' }}]\n",
            "1".repeat(64)
        ));
        let plain = plain.unwrap();
        let changed = |change: &dyn Fn(&mut Config)| {
            let mut config = plain.clone();
            change(&mut config);
            version(&config)
        };
        let logo = || Some(Logo::from_bytes(b"<svg/>".to_vec()).unwrap());
        assert_eq!(changed(&|_| ()), version(&plain));
        let accent = Some("#0b5cab".to_owned());
        assert_ne!(
            changed(&|config| config.page.light = Theme { accent: accent.clone(), ..Theme::default() }),
            version(&plain)
        );
        assert_ne!(changed(&|config| config.page.logo = logo()), version(&plain));
        assert_ne!(changed(&|config| config.entities[0].logo = logo()), version(&plain));
    }
}
