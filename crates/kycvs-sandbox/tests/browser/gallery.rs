//! Every state of every step, in every language.

use kycvs::consent::Language;
use serde_json::json;

use crate::browser::Browser;
use crate::site::Site;

/// The names of the states, as the gallery lists them.
async fn scenes(site: &Site, browser: &Browser) -> Vec<String> {
    browser.goto(&format!("{}/sandbox/gallery", site.issuer)).await;
    browser.is_accessible("gallery").await;
    let names = browser.js("return [...document.querySelectorAll('h2')].map(title => title.id)", &[]).await;
    let names = names.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned());
    let names: Vec<_> = names.collect();
    assert!(names.len() > 15, "{names:?}");
    names
}

async fn every_state_is_good(scheme: &str, width: u32, languages: &[Language]) {
    let (site, browser) = (Site::start().await, Browser::open().await);
    browser.resize(width, 640).await;
    browser.prefer(scheme).await;
    for scene in scenes(&site, &browser).await {
        for language in languages {
            browser.goto(&format!("{}/sandbox/gallery/{scene}?language={}", site.issuer, language.tag())).await;
            browser.step_is_good(&format!("{scene} in {}", language.tag()), *language).await;
            browser.picture(&format!("gallery/{width}-{scheme}-{}-{scene}", language.tag())).await;
        }
    }
    browser.is_clean().await;
}

#[tokio::test]
async fn every_state_is_good_in_every_language_on_the_smallest_screen() {
    every_state_is_good("light", 320, Language::ALL).await;
}

#[tokio::test]
async fn every_state_is_good_in_the_dark_on_a_phone_and_on_a_desk() {
    every_state_is_good("dark", 390, &[Language::Urdu, Language::Malayalam]).await;
    every_state_is_good("dark", 1280, &[Language::English, Language::Tamil]).await;
}

#[tokio::test]
async fn what_a_site_wants_of_the_look_is_taken_where_it_can_be_read() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    let look = "return ['--accent', '--on-accent', '--radius'].map(name => getComputedStyle(document.documentElement).getPropertyValue(name))";
    for (wanted, got) in [
        ("appearance-accent=%237a1fa2&appearance-radius=4px", json!(["#7a1fa2", "#fff", "4px"])),
        ("appearance-accent=%23ffee00&appearance-radius=40px", json!(["#0b5cab", "#fff", ".75rem"])),
        ("appearance-accent=red;&appearance-radius=1em", json!(["#0b5cab", "#fff", ".75rem"])),
        ("appearance-theme=dark&appearance-accent=%23ffee00", json!(["#ffee00", "#000", ".75rem"])),
    ] {
        browser.prefer("light").await;
        browser.goto("about:blank").await;
        browser.goto(&format!("{}/sandbox/gallery/ask#{wanted}", site.issuer)).await;
        browser.holds("document.documentElement.classList.contains('scripted')").await;
        assert_eq!(browser.js(look, &[]).await, got, "{wanted}");
        browser.is_accessible(wanted).await;
    }
}
