//! What does not end with an answer.

use kycvs::consent::Language;

use crate::browser::Browser;
use crate::page::CODE;
use crate::people::{ASHA, IMRAN, NOBODY, Person};
use crate::site::Site;

async fn open() -> (Site, Browser) {
    let (site, browser) = (Site::start().await, Browser::open().await);
    browser.open_booking(&site, Language::English).await;
    (site, browser)
}

#[tokio::test]
async fn a_wrong_code_tells_how_many_are_left() {
    let (site, browser) = open().await;
    browser.ask(&ASHA).await;
    for left in ["2 more times", "once more"] {
        browser.enter_code(&site.wrong_code(&ASHA)).await;
        let told = browser.says("[role=alert]", left).await;
        assert!(!told.contains(&site.wrong_code(&ASHA)));
        browser.step_is_good("wrong code", Language::English).await;
    }
    browser.picture("wrong-code").await;
    browser.enter_code(&site.code(&ASHA)).await;
    browser.find(".status-2").await;
    browser.is_clean().await;
}

#[tokio::test]
async fn three_wrong_codes_lock_the_request_and_another_one_may_be_begun() {
    let (site, browser) = open().await;
    browser.ask(&ASHA).await;
    for left in ["2 more times", "once more", "closed"] {
        browser.enter_code(&site.wrong_code(&ASHA)).await;
        browser.says("[role=alert]", left).await;
    }
    browser.step_is_good("locked", Language::English).await;
    browser.picture("locked").await;
    assert!(!browser.shows(CODE).await);
    browser.press_button("again").await;
    browser.ask(&ASHA).await;
    browser.enter_code(&site.code(&ASHA)).await;
    browser.find(".status-2").await;
    browser.leave_frame().await;
    browser.holds("heard.length === 2").await;
    let heard = browser.heard().await;
    assert_eq!([&heard[0][0], &heard[0][1]["error"], &heard[1][0]], ["kycvs-error", "request-locked", "kycvs-result"]);
}

#[tokio::test]
async fn a_code_that_is_over_is_replaced_by_another() {
    let (site, browser) = open().await;
    browser.ask(&ASHA).await;
    let first = site.code(&ASHA);
    site.advance(181);
    browser.enter_code(&first).await;
    browser.says("[role=alert]", "expired").await;
    browser.step_is_good("expired", Language::English).await;
    browser.press_button("resend").await;
    browser.until("send another code", async || Ok((site.code(&ASHA) != first).then_some(()))).await;
    browser.says("[role=status]", "new OTP").await;
    browser.enter_code(&site.code(&ASHA)).await;
    browser.find(".status-2").await;
}

#[tokio::test]
async fn a_request_whose_time_is_over_can_be_begun_again() {
    let (site, browser) = open().await;
    browser.ask(&ASHA).await;
    let code = site.code(&ASHA);
    site.advance(601);
    browser.enter_code(&code).await;
    browser.says("[role=alert]", "over").await;
    browser.step_is_good("over", Language::English).await;
    browser.press_button("again").await;
    browser.ask(&ASHA).await;
    browser.enter_code(&site.code(&ASHA)).await;
    browser.find(".status-2").await;
}

#[tokio::test]
async fn who_declines_is_asked_no_more() {
    for has_a_code in [false, true] {
        let (_site, browser) = open().await;
        if has_a_code {
            browser.ask(&ASHA).await;
        }
        browser.press_button("decline").await;
        browser.says("h1", "Nothing was shared").await;
        browser.step_is_good("declined", Language::English).await;
        assert!(!browser.shows("input").await && !browser.shows("button").await);
        browser.leave_frame().await;
        browser.holds("heard.length === 1 && heard[0][0] === 'kycvs-declined'").await;
        browser.is_clean().await;
    }
}

#[tokio::test]
async fn of_two_people_on_one_number_only_the_named_one_is_answered() {
    let (site, browser) = open().await;
    browser.ask(&IMRAN).await;
    let code = browser.all_text().await;
    browser.enter_code(&site.code(&IMRAN)).await;
    browser.find(".status-0").await;
    let answer = browser.all_text().await;
    for page in [code, answer] {
        assert!(!page.contains("Asha Lakshmi"), "{page}");
    }
}

#[tokio::test]
async fn an_unknown_number_goes_the_same_way_until_a_right_code() {
    let (site, browser) = open().await;
    browser.ask(&ASHA).await;
    let known = apart_from(&ASHA, &browser.text("main").await);
    browser.open_booking(&site, Language::English).await;
    browser.ask(&NOBODY).await;
    assert_eq!(apart_from(&NOBODY, &browser.text("main").await), known);
    browser.enter_code(&site.wrong_code(&NOBODY)).await;
    browser.says("[role=alert]", "2 more times").await;
    browser.enter_code(&site.code(&NOBODY)).await;
    browser.says("[role=alert]", "no single record").await;
    browser.step_is_good("no record", Language::English).await;
    browser.leave_frame().await;
    browser
        .holds("heard.length === 1 && heard[0][0] === 'kycvs-error' && heard[0][1].error === 'no-matching-record'")
        .await;
}

#[tokio::test]
async fn what_was_typed_wrong_is_said_where_it_stands() {
    let (_site, browser) = open().await;
    for (person, field) in [(Person { mobile: "12345", ..ASHA }, "mobile"), (Person { name: "12345", ..ASHA }, "name")]
    {
        browser.tell(&person).await;
        browser.find(&format!("#{field}[aria-invalid=true][aria-describedby~=problem]")).await;
        browser.holds(&format!("document.activeElement.id === '{field}'")).await;
        browser.step_is_good(field, Language::English).await;
    }
    browser.ask(&ASHA).await;
    browser.enter_code("12").await;
    browser.says("[role=alert]", "6 digits").await;
    browser.holds("document.activeElement.id === 'otp'").await;
}

#[tokio::test]
async fn a_visit_that_was_answered_shows_nothing_to_who_opens_it_again() {
    let (site, browser) = open().await;
    browser.ask(&ASHA).await;
    browser.enter_code(&site.code(&ASHA)).await;
    browser.find(".status-2").await;
    browser.goto(&format!("{}/booking", site.railway)).await;
    browser.enter_page().await;
    browser.find("input[name=mobile]").await;
    let page = browser.all_text().await;
    assert!(!page.contains("Fully vaccinated") && !page.contains(ASHA.name) && !page.contains("eyJhbGciOi"), "{page}");
}

#[tokio::test]
async fn a_consent_can_be_taken_back_at_once() {
    let (site, browser) = open().await;
    browser.ask(&ASHA).await;
    browser.enter_code(&site.code(&ASHA)).await;
    browser.press_button("withdraw").await;
    browser.says("h1", "withdrew").await;
    browser.step_is_good("withdrawn", Language::English).await;
    browser.leave_frame().await;
    browser.holds("heard.at(-1)[0] === 'kycvs-error'").await;
    browser.click("#book").await;
    browser.says("#status", "status null").await;
}

/// A step without what differs from person to person: the name that was typed, and digits, of which some count down.
fn apart_from(person: &Person, text: &str) -> String {
    text.replace(person.name, "(name)").replace(|c: char| c.is_ascii_digit(), "#")
}
