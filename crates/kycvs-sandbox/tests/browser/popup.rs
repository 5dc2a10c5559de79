//! The page in a window of its own, opened by the element's button.

use kycvs::consent::Language;
use serde_json::{Value, json};
use thirtyfour::WindowHandle;

use crate::browser::Browser;
use crate::page::CODE;
use crate::people::ASHA;
use crate::site::Site;

/// The element's button, in the railway's page.
const BUTTON: &str = "document.querySelector('kyc-vs').shadowRoot.querySelector('button')";

impl Browser {
    async fn press_popup_button(&self) {
        self.js(&format!("{BUTTON}.click()"), &[]).await;
    }

    /// The windows, once there are two.
    async fn two_windows(&self) -> Vec<WindowHandle> {
        let windows = async || {
            let windows = self.windows().await;
            Ok((windows.len() == 2).then_some(windows))
        };
        self.until("open a window", windows).await
    }
}

/// A page of the railway with the element's button and these words in it.
async fn put_button(site: &Site, words: &str, policy: &[(&'static str, &'static str)]) {
    let (issuer, visit) = (&site.issuer, site.embedded_visit(Language::English).await);
    let script = format!("<script src={issuer}/embed.js></script>");
    let element = format!("<kyc-vs session={visit}>{words}</kyc-vs>");
    site.put_under(policy, "/button", &format!("<!doctype html><title>Button</title>{script}{element}"));
}

#[tokio::test]
async fn a_window_of_its_own_serves_as_well_as_a_frame() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    site.put_booking(Language::English, "title=\"Show your status\"").await;
    browser.goto(&format!("{}/booking", site.railway)).await;
    browser.is_accessible("host").await;
    browser.press_popup_button().await;
    let windows = browser.two_windows().await;
    browser.switch_to(&windows[1]).await;
    browser.ask(&ASHA).await;
    browser.enter_code(&site.code(&ASHA)).await;
    browser.find(".status-2").await;
    browser.is_accessible("window").await;
    browser.switch_to(&windows[0]).await;
    browser.holds("heard.length === 1 && heard[0][0] === 'kycvs-result'").await;
    browser.click("#book").await;
    browser.says("#status", "status 2").await;
    browser.is_clean().await;
}

#[tokio::test]
async fn a_second_press_of_the_button_shows_the_same_window() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    site.put_booking(Language::English, "").await;
    browser.goto(&format!("{}/booking", site.railway)).await;
    browser.js(&format!("{BUTTON}.click(); {BUTTON}.click()"), &[]).await;
    let windows = browser.two_windows().await;
    browser.switch_to(&windows[1]).await;
    browser.ask(&ASHA).await;
    browser.switch_to(&windows[0]).await;
    browser.press_popup_button().await;
    assert_eq!(browser.windows().await.len(), 2);
    browser.switch_to(&windows[1]).await;
    assert!(browser.shows(CODE).await, "the step that the person is at stays");
    browser.enter_code(&site.code(&ASHA)).await;
    browser.find(".status-2").await;
    browser.switch_to(&windows[0]).await;
    browser.holds("heard.length === 1 && heard[0][0] === 'kycvs-result'").await;
}

#[tokio::test]
async fn the_button_is_called_by_what_stands_between_the_tags_or_else_by_the_title() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    for (words, shown) in [("Show your status", "Show your status"), ("<b>Show</b> it", "Show it"), ("\n", "KYC-VS")] {
        put_button(&site, words, &[]).await;
        browser.goto(&format!("{}/button", site.railway)).await;
        // The words of a slot are those of the element.
        let label =
            format!("({BUTTON}.querySelector('slot') ? document.querySelector('kyc-vs') : {BUTTON}).textContent");
        browser.holds(&format!("{label}.trim() === '{shown}'")).await;
    }
}

#[tokio::test]
async fn a_window_that_the_sites_policy_cuts_off_asks_nobody_in_vain() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    for (policy, reaches) in [("same-origin", false), ("same-origin-allow-popups", true)] {
        let opened = browser.windows().await;
        put_button(&site, "Show", &[("cross-origin-opener-policy", policy)]).await;
        browser.switch_to(&opened[0]).await;
        browser.goto(&format!("{}/button", site.railway)).await;
        browser.press_popup_button().await;
        let window = browser.until("open a window", async || {
            Ok(browser.windows().await.into_iter().find(|window| !opened.contains(window)))
        });
        browser.switch_to(&window.await).await;
        if reaches {
            browser.find("#mobile").await;
        } else {
            browser.says("[role=alert]", "lost its link").await;
            browser.step_fits_and_is_accessible("apart").await;
            assert_eq!(browser.js("return document.querySelector('#mobile')", &[]).await, Value::Null);
            assert_eq!(browser.js("return window.opener", &[]).await, json!(null));
        }
    }
    assert!(site.sandbox.outbox().messages().is_empty());
}

/// A person who agrees in the window that the railway's page opened. Gives the windows as they were then.
async fn agree(site: &Site, browser: &Browser) -> Vec<WindowHandle> {
    site.put_booking(Language::English, "title=\"Share\"").await;
    browser.goto(&format!("{}/booking", site.railway)).await;
    browser.press_popup_button().await;
    let windows = browser.two_windows().await;
    browser.switch_to(&windows[1]).await;
    browser.ask(&ASHA).await;
    browser.enter_code(&site.code(&ASHA)).await;
    windows
}

#[tokio::test]
async fn the_window_closes_when_the_person_goes_on_and_the_button_says_that_they_answered() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    let windows = agree(&site, &browser).await;
    browser.click("[data-leave]").await;
    let closed = async || Ok((browser.windows().await.len() == 1).then_some(()));
    browser.until("close the window", closed).await;
    browser.switch_to(&windows[0]).await;
    browser.holds(&format!("{BUTTON}.part.contains('answered') && {BUTTON}.disabled")).await;
    browser.holds(&format!("{BUTTON}.textContent === '\u{2713} Share'")).await;
    browser.is_accessible("answered").await;
    browser.click("#book").await;
    browser.says("#status", "status 2").await;
}

#[tokio::test]
async fn the_window_closes_when_the_person_declines_and_may_be_opened_again() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    site.put_booking(Language::English, "").await;
    browser.goto(&format!("{}/booking", site.railway)).await;
    browser.press_popup_button().await;
    let windows = browser.two_windows().await;
    browser.switch_to(&windows[1]).await;
    browser.ask(&ASHA).await;
    browser.press_button("decline").await;
    browser.until("close the window", async || Ok((browser.windows().await.len() == 1).then_some(()))).await;
    browser.switch_to(&windows[0]).await;
    browser.holds("JSON.stringify(heard.map(event => event[0])) === '[\"kycvs-declined\"]'").await;
    browser.holds(&format!("{BUTTON}.part.contains('declined') && !{BUTTON}.disabled")).await;
    browser.press_popup_button().await;
    browser.two_windows().await;
}

#[tokio::test]
async fn the_site_learns_that_the_person_closed_the_window() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    site.put_booking(Language::English, "").await;
    browser.goto(&format!("{}/booking", site.railway)).await;
    browser.press_popup_button().await;
    let windows = browser.two_windows().await;
    browser.holds(&format!("{BUTTON}.part.contains('open')")).await;
    browser.switch_to(&windows[1]).await;
    browser.find("#mobile").await;
    browser.js("window.close()", &[]).await;
    browser.switch_to(&windows[0]).await;
    browser.holds("heard.length === 1 && heard[0][0] === 'kycvs-closed'").await;
    browser.holds(&format!("{BUTTON}.part.contains('idle')")).await;
}

#[tokio::test]
async fn the_site_learns_that_its_window_was_blocked() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    site.put_booking(Language::English, "").await;
    browser.goto(&format!("{}/booking", site.railway)).await;
    // What a browser's blocker of popups makes of `open`.
    browser.js(&format!("window.open = () => null; {BUTTON}.click()"), &[]).await;
    assert_eq!(browser.heard().await, json!([["kycvs-error", { "error": "window-blocked" }]]));
    browser.holds(&format!("{BUTTON}.part.contains('failed') && !{BUTTON}.disabled")).await;
}

#[tokio::test]
async fn a_site_may_close_the_window_itself() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    let windows = agree(&site, &browser).await;
    browser.find(".status-2").await;
    browser.switch_to(&windows[0]).await;
    browser.holds("heard.length === 1 && heard[0][0] === 'kycvs-result'").await;
    browser.js("document.querySelector('kyc-vs').close()", &[]).await;
    browser.until("close the window", async || Ok((browser.windows().await.len() == 1).then_some(()))).await;
    browser.holds(&format!("{BUTTON}.part.contains('answered')")).await;
    assert_eq!(browser.js("return heard.length", &[]).await, 1, "it is not said to be closed without an answer");
}

#[tokio::test]
async fn a_result_code_that_no_window_replaces_is_over_in_time() {
    let (site, browser) = (Site::with("result_code_seconds = 2").await, Browser::open().await);
    let windows = agree(&site, &browser).await;
    browser.click("[data-leave]").await;
    browser.switch_to(&windows[0]).await;
    browser.holds("heard.at(-1)?.[0] === 'kycvs-error' && heard.at(-1)[1].error === 'result-expired'").await;
    assert_eq!(browser.js("return [...new FormData(document.forms[0])]", &[]).await, json!([]));
}
