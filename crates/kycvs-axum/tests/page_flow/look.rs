//! What a host may change of the look, and what it must leave.

use std::collections::BTreeMap;

use kycvs_axum::{BrandError, Config, ConfigError, Http, Logo};
use serde_json::json;

use crate::support::{CONFIG, Host};
use crate::visit::Visit;

const CODE: &str = include_str!("../../assets/templates/code.html");
const PAGE: &str = include_str!("../../assets/templates/page.html");

/// What comes of a host's own template.
async fn with_template(name: &str, template: &str) -> Result<Http, BrandError> {
    let mut config = Config::from_toml(CONFIG).unwrap();
    config.page.templates = BTreeMap::from([(name.to_owned(), template.to_owned())]);
    match Http::new(Host::new().await.service, config) {
        Ok(http) => Ok(http),
        Err(ConfigError::Page(error)) => Err(error),
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_template_that_has_what_its_step_needs_may_look_as_it_likes() {
    let plainer = CODE.replace('"', "'").replace("<h1>", "<h1 class=own>");
    assert!(with_template("code.html", &plainer).await.is_ok());
    assert!(with_template("page.html", &PAGE.replace("<header", "<header class=own")).await.is_ok());
}

#[tokio::test]
async fn a_template_that_lacks_what_its_step_needs_is_refused_at_the_start() {
    for (name, template, said) in [
        ("code.html", CODE.replace("name=\"otp\"", ""), "the page `code.html` lacks `name=otp`, without which"),
        ("code.html", CODE.replace("{% include \"notice.html\" %}", ""), "the page `code.html` lacks `sample-heading`"),
        ("code.html", CODE.replace("{{ key }}", ""), "the page `code.html` lacks `value=sample-key`"),
        ("page.html", PAGE.replace("{% block main %}", ""), "the template `page.html` cannot be used: "),
        ("page.html", PAGE.replace("id=\"step\"", ""), "the page `ask.html` lacks `id=step`"),
        ("ask.html", "Hello".to_owned(), "the page `ask.html` lacks `id=step`"),
        ("code.html", "{{ nothing | strange }}".to_owned(), "the template `code.html` cannot be used: "),
        ("codes.html", CODE.to_owned(), "there is no template `codes.html`"),
    ] {
        let error = with_template(name, &template).await.map(|_| ()).unwrap_err().to_string();
        assert!(error.starts_with(said), "{said}: {error}");
    }
}

#[tokio::test]
async fn the_validity_of_a_code_is_told_once() {
    let page = Visit::embedded().await.ask().await.text;
    assert_eq!(page.matches("3 minutes").count(), 1, "{page}");
}

/// The page shows who asks by their logo, from its own origin, or by the first letter of their name.
#[tokio::test]
async fn who_asks_is_shown_by_their_logo_or_by_their_first_letter() {
    let plain = Visit::embedded().await.look().await;
    assert!(plain.text.contains("class=\"monogram\" aria-hidden=\"true\">I</span>"), "{}", plain.text);
    assert!(!plain.text.contains("<img"), "{}", plain.text);

    let logo = Logo::from_bytes(b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec()).unwrap();
    let host = Host::with(|config| config.entities[0].logo = Some(logo), |builder| builder).await;
    let visit = Visit::open(host, json!({ "origin": "https://rail.example" })).await;
    let page = visit.look().await;
    let text = page.text.replace("&#x2f;", "/");
    let (_, path) = text.split_once("<img class=\"emblem\" src=\"").unwrap();
    let picture = visit.host.get("", path.split('"').next().unwrap()).await;
    assert_eq!((picture.status, picture.header("content-type")), (200, "image/svg+xml"));
    assert!(picture.header("content-security-policy").starts_with("default-src 'none'"), "its address runs no script");
    assert!(page.header("content-security-policy").contains("img-src 'self'"));
    assert!(!text.contains("class=\"monogram\""), "{text}");
    let none = path.split('"').next().unwrap().replace("/logo/rail", "/logo/air");
    assert_eq!(visit.host.get("", &none).await.problem(), "not-found");
}
