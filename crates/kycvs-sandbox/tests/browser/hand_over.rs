//! What gets lost on the way, and what comes too late.

use kycvs::consent::Language;
use serde_json::json;

use crate::browser::Browser;
use crate::page::CODE;
use crate::people::ASHA;
use crate::site::Site;

/// A person books, and agrees in the embedded page.
async fn agree(site: &Site, browser: &Browser) {
    browser.open_booking(site, Language::English).await;
    browser.ask(&ASHA).await;
    browser.enter_code(&site.code(&ASHA)).await;
    browser.find(".status-2").await;
}

#[tokio::test]
async fn a_site_whose_form_is_sent_late_has_a_result_code_that_is_good() {
    let site = Site::with("result_code_seconds = 6").await;
    let browser = Browser::open().await;
    agree(&site, &browser).await;
    browser.leave_frame().await;
    browser.holds("heard.length === 1 && heard[0][0] === 'kycvs-result'").await;
    site.advance(7);
    let renewed = "new FormData(document.forms[0]).get('result_code') !== heard[0][1].resultCode";
    browser.holds(renewed).await;
    assert_eq!(browser.js("return heard.length", &[]).await, 1, "the same answer is told once");
    browser.click("#book").await;
    browser.says("#status", "status 2").await;
    browser.is_clean().await;
}

#[tokio::test]
async fn a_site_learns_that_the_visit_is_over_before_it_sends_its_form() {
    let site = Site::with("result_code_seconds = 6").await;
    let browser = Browser::open().await;
    agree(&site, &browser).await;
    site.advance(1_800);
    browser.leave_frame().await;
    browser.holds("heard.at(-1)?.[0] === 'kycvs-error' && heard.at(-1)[1].error === 'request-expired'").await;
    assert_eq!(browser.js("return [...new FormData(document.forms[0])]", &[]).await, json!([]));
    browser.enter_page().await;
    browser.find(".status-2").await;
}

#[tokio::test]
async fn who_goes_back_to_a_booking_that_was_made_does_not_send_its_result_code_again() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    agree(&site, &browser).await;
    browser.leave_frame().await;
    browser.holds("heard.length === 1 && heard[0][0] === 'kycvs-result'").await;
    browser.click("#book").await;
    browser.says("#status", "status 2").await;
    browser.js("history.back()", &[]).await;
    browser.holds("document.forms[0] && !location.pathname.includes('return')").await;
    assert_eq!(browser.js("return [...new FormData(document.forms[0])]", &[]).await, json!([]));
}

#[tokio::test]
async fn a_form_whose_answer_is_lost_is_sent_again_by_the_person_only() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    browser.goto(&site.redirected_visit(Language::English, "seat 7").await).await;
    browser.js("window.kept = fetch", &[]).await;
    // It arrives, and its answer does not; then what answers is no page of ours.
    for lost in
        ["kept(...asked).then(() => Promise.reject())", "Promise.resolve(new Response('busy', { status: 503 }))"]
    {
        browser.js(&format!("window.fetch = (...asked) => {lost}"), &[]).await;
        if lost.starts_with("kept") {
            browser.tell(&ASHA).await;
        } else {
            browser.click("[data-lost] button").await;
        }
        browser.says("[role=alert]", "No answer came").await;
        browser.holds("document.activeElement.matches('[data-lost] button')").await;
        browser.step_is_good("lost", Language::English).await;
        assert_eq!(site.sandbox.outbox().messages().len(), 1);
    }
    assert_eq!(site.heard().iter().filter(|call| call.starts_with("POST")).count(), 1);
    browser.js("window.fetch = kept", &[]).await;
    browser.click("[data-lost] button").await;
    browser.find(CODE).await;
    assert_eq!(site.sandbox.outbox().messages().len(), 1, "a form that is sent twice sends one message");
    browser.enter_code(&site.code(&ASHA)).await;
    browser.find(".status-2").await;
    browser.is_clean().await;
}

#[tokio::test]
async fn the_status_as_text_is_copied_by_a_button() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    browser.open_booking(&site, Language::English).await;
    browser.ask(&ASHA).await;
    browser.enter_code(&site.code(&ASHA)).await;
    browser.click("details summary").await;
    browser.click("[data-copy]").await;
    browser.says("[data-done]", "Copied").await;
    browser.step_is_good("Copied", Language::English).await;
    browser.is_clean().await;
}
