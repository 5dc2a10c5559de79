//! `/verify`: the browser verifies, and the server is not asked.

use serde_json::json;

use crate::browser::{Browser, Settings};
use crate::people::{ASHA, IMRAN, MEENA};
use crate::site::Site;

/// The server gave the page and the keys, and saw no token.
fn server_was_not_asked(site: &Site, token: &str) {
    let heard = site.heard();
    assert!(heard.iter().any(|call| call.starts_with("GET /.well-known/jwks.json")), "{heard:#?}");
    assert!(!heard.iter().any(|call| call.starts_with("POST ") || call.contains(token)), "{heard:#?}");
}

impl Browser {
    /// Opens the part of the page for who has no camera.
    pub(crate) async fn open_other(&self) {
        self.js("document.querySelector('#other').open = true", &[]).await;
    }
}

pub(crate) async fn paste(browser: &Browser, token: &str) {
    // A paste and not seven hundred keys.
    let body = "document.querySelector('#other').open = true; const field = document.querySelector('#token'); field.focus(); field.value = ''; document.execCommand('insertText', false, arguments[0])";
    browser.js(body, &[json!(token)]).await;
    browser.click("#verify [type=submit]").await;
}

#[tokio::test]
async fn a_pasted_token_is_verified_in_the_browser() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    for (person, words) in [(ASHA, "Fully vaccinated"), (MEENA, "Partially vaccinated"), (IMRAN, "Not vaccinated")] {
        let token = site.token(&person).await;
        browser.goto(&format!("{}/verify", site.issuer)).await;
        paste(&browser, token.as_str()).await;
        let shown = browser.says("#result", words).await;
        assert!(shown.contains("Indian Railways") && shown.contains("to book a railway ticket"), "{shown}");
        assert!(!shown.contains("PNR"), "the entity's reference says nothing to who is shown the status: {shown}");
        server_was_not_asked(&site, token.as_str());
    }
    browser.is_clean().await;
}

#[tokio::test]
async fn a_token_with_one_character_changed_is_refused_with_words() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    let token = site.token(&ASHA).await;
    let parts: Vec<&str> = token.as_str().split('.').collect();
    let start_of_signature = parts[0].len() + parts[1].len() + 2;
    browser.goto(&format!("{}/verify", site.issuer)).await;
    for place in [10, parts[0].len() + 40, start_of_signature + 20] {
        let mut changed = token.as_str().to_owned();
        let other = if changed.as_bytes()[place] == b'A' { "B" } else { "A" };
        changed.replace_range(place..=place, other);
        paste(&browser, &changed).await;
        let told = browser.text("#result .error").await;
        assert!(told.len() > 20, "{told}");
        paste(&browser, token.as_str()).await;
        browser.says("#result", "Fully vaccinated").await;
    }
    server_was_not_asked(&site, token.as_str());
}

#[tokio::test]
async fn a_token_that_is_over_is_told_from_a_forged_one() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    let token = site.token(&ASHA).await;
    site.advance(2 * 24 * 3600);
    browser.goto(&format!("{}/verify", site.issuer)).await;
    paste(&browser, token.as_str()).await;
    browser.says("#result", "expired").await;
    paste(&browser, "no token at all").await;
    browser.says("#result", "Copy the whole text").await;
}

#[tokio::test]
async fn the_picture_of_a_qr_code_is_read() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    let token = site.token(&ASHA).await;
    let picture = browser.file("qr.png", &token.qr().unwrap().to_png(4).unwrap());
    browser.goto(&format!("{}/verify", site.issuer)).await;
    browser.open_other().await;
    browser.find("#picture").await.send_keys(picture.to_str().unwrap()).await.unwrap();
    browser.says("#result", "Fully vaccinated").await;
    server_was_not_asked(&site, token.as_str());

    let nothing = browser.file("page.png", &browser.screenshot().await);
    browser.find("#picture").await.send_keys(nothing.to_str().unwrap()).await.unwrap();
    browser.says("#result", "could not read a QR code").await;
    browser.is_clean().await;
}

#[tokio::test]
async fn without_a_camera_the_page_says_what_else_to_do() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    browser.goto(&format!("{}/verify", site.issuer)).await;
    browser.click("#camera").await;
    browser.says("#result", "We cannot use the camera").await;
    browser.find("#token").await;
}

#[tokio::test]
async fn a_token_behind_the_address_leaves_no_trace_there() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    let token = site.token(&ASHA).await;
    let page = format!("{}/verify", site.issuer);
    browser.goto(&format!("{page}#{}", token.as_str())).await;
    browser.says("#result", "Fully vaccinated").await;
    assert_eq!(browser.url().await, page);
    server_was_not_asked(&site, token.as_str());
}

#[tokio::test]
async fn the_language_is_changed_without_a_button_where_scripts_run_and_stays_where_not() {
    let site = Site::start().await;
    let button = ".languages button";
    let browser = Browser::open().await;
    browser.goto(&format!("{}/verify", site.issuer)).await;
    browser.holds("document.documentElement.classList.contains('scripted')").await;
    assert!(!browser.shows(button).await);
    browser.choose("#language option[value=ta]").await;
    browser.holds("document.documentElement.lang === 'ta'").await;

    let browser = Browser::with(Settings { no_script: true, ..Settings::default() }).await;
    browser.goto(&format!("{}/verify", site.issuer)).await;
    browser.choose("#language option[value=ta]").await;
    browser.click(button).await;
    browser.find("html[lang=ta]").await;
    browser.fill("#token", "no token").await;
    browser.click("#verify [type=submit]").await;
    browser.find("html[lang=ta] #result .error").await;
}

#[tokio::test]
async fn without_script_the_server_verifies() {
    let site = Site::start().await;
    let browser = Browser::with(Settings { no_script: true, ..Settings::default() }).await;
    let token = site.token(&ASHA).await;
    browser.goto(&format!("{}/verify", site.issuer)).await;
    browser.fill("#token", token.as_str()).await;
    browser.click("#verify [type=submit]").await;
    let shown = browser.says("#result", "Fully vaccinated").await;
    assert!(shown.contains("Indian Railways") && !shown.contains("PNR"), "{shown}");
    browser.fill("#token", &token.as_str()[1..]).await;
    browser.click("#verify [type=submit]").await;
    browser.find("#result .error").await;
    assert!(!site.heard().iter().any(|call| call.contains(token.as_str())));
}
