//! Every state of every step, in every language.

use kycvs::consent::Language;
use serde_json::json;

use crate::browser::Browser;
use crate::pictures;
use crate::site::Site;

/// The names of the states, as the gallery lists them.
pub(crate) async fn scenes(site: &Site, browser: &Browser) -> Vec<String> {
    browser.goto(&format!("{}/sandbox/gallery", site.issuer)).await;
    browser.is_accessible("gallery").await;
    let names = browser.js("return [...document.querySelectorAll('h2')].map(title => title.id)", &[]).await;
    let names = names.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned());
    let names: Vec<_> = names.collect();
    assert!(names.len() > 15, "{names:?}");
    names
}

/// Every state in some languages: axe finds nothing, nothing sticks out, and it looks as it did, light and dark, on the smallest
/// phone, on a phone and on a desk.
async fn every_state_is_good(languages: &[Language]) {
    let (site, browser) = (Site::start().await, Browser::open().await);
    let mut differences = Vec::new();
    for scene in scenes(&site, &browser).await {
        for language in languages {
            let state = format!("{scene}/{}", language.tag());
            browser.goto(&format!("{}/sandbox/gallery/{scene}?language={}", site.issuer, language.tag())).await;
            let mut taken = Vec::new();
            for (width, scheme) in WIDTHS.into_iter().flat_map(|width| ["light", "dark"].map(|scheme| (width, scheme)))
            {
                browser.resize(width, 640).await;
                browser.prefer(scheme).await;
                let name = format!("{width}-{scheme}");
                browser.step_is_good(&format!("{state} {name}"), *language).await;
                taken.extend(browser.state_picture(&format!("gallery/{state}/{name}")).await);
            }
            differences.extend(pictures::difference(&state, &taken));
        }
    }
    assert!(differences.is_empty(), "look at target/screenshots/gallery:\n{}", differences.join("\n"));
    browser.is_clean().await;
}

/// In CSS pixels: the smallest phone, a phone, a desk.
const WIDTHS: [u32; 3] = [320, 390, 1280];

/// Two tests go through all languages at once.
const SOUTH: [Language; 5] =
    [Language::Telugu, Language::Tamil, Language::Kannada, Language::Malayalam, Language::Urdu];

#[tokio::test]
async fn every_state_is_good_in_the_languages_of_the_south_and_urdu() {
    every_state_is_good(&SOUTH).await;
}

#[tokio::test]
async fn every_state_is_good_in_every_other_language() {
    let others: Vec<_> = Language::ALL.iter().copied().filter(|language| !SOUTH.contains(language)).collect();
    every_state_is_good(&others).await;
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
