//! The whole way: embedded in a page of another origin, there and back, and without script.

use kycvs::consent::Language;

use crate::browser::{Browser, Settings};
use crate::page::CODE;
use crate::people::{ASHA, IMRAN, MEENA, Person};
use crate::site::Site;

/// Somebody books a train. The railway's page learns a result code and nothing else.
async fn book(language: Language, person: Person, status: u8) {
    let (site, browser) = (Site::start().await, Browser::open().await);
    browser.open_booking(&site, language).await;
    browser.step_is_good("who", language).await;
    browser.ask(&person).await;
    browser.step_is_good("code", language).await;
    let code = site.code(&person);
    browser.enter_code(&code).await;
    browser.find(&format!(".status-{status}")).await;
    browser.step_is_good("answer", language).await;
    browser.click("details summary").await;
    browser.find(".qr svg").await;
    browser.step_is_good("shown", language).await;

    browser.leave_frame().await;
    browser.holds("heard.length === 1 && heard[0][0] === 'kycvs-result'").await;
    browser.is_accessible("host").await;
    browser.picture(&format!("embedded-{}", language.tag())).await;
    let body =
        "const all = [document.documentElement.outerHTML, document.querySelector('kyc-vs').shadowRoot.innerHTML];
        return all.concat([...new FormData(document.forms[0])], heard.map(event => JSON.stringify(event)))";
    let host = browser.js(body, &[]).await.to_string();
    for secret in [person.mobile, person.name, &code, "eyJhbGciOi"] {
        assert!(!host.contains(secret), "the host's page holds {secret}: {host}");
    }
    browser.click("#book").await;
    browser.says("#status", &format!("status {status}")).await;
    site.has_no_personal_data_in_urls(&[person]);
    browser.is_clean().await;
}

#[tokio::test]
async fn a_train_is_booked_in_english() {
    book(Language::English, ASHA, 2).await;
}

#[tokio::test]
async fn a_train_is_booked_in_hindi() {
    book(Language::Hindi, MEENA, 1).await;
}

#[tokio::test]
async fn a_train_is_booked_in_bengali() {
    book(Language::Bengali, IMRAN, 0).await;
}

#[tokio::test]
async fn a_train_is_booked_in_marathi() {
    book(Language::Marathi, ASHA, 2).await;
}

#[tokio::test]
async fn a_train_is_booked_in_telugu() {
    book(Language::Telugu, MEENA, 1).await;
}

#[tokio::test]
async fn a_train_is_booked_in_tamil() {
    book(Language::Tamil, IMRAN, 0).await;
}

#[tokio::test]
async fn the_frame_is_called_by_what_it_is_about_in_the_language_of_the_person() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    let title = "document.querySelector('kyc-vs').shadowRoot.querySelector('iframe').title";
    for (attributes, words) in [("", "टीकाकरण की स्थिति बताएं"), ("title='टीका'", "टीका")]
    {
        site.put_booking(Language::Hindi, &format!("mode=\"frame\" {attributes}")).await;
        browser.goto(&format!("{}/booking", site.railway)).await;
        browser.enter_page().await;
        browser.leave_frame().await;
        browser.holds(&format!("{title} === '{words}'")).await;
        browser.is_accessible("host").await;
    }
}

#[tokio::test]
async fn a_sandbox_says_so_and_shows_the_way_to_its_codes() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    browser.goto(&site.redirected_visit(Language::English, "seat 7").await).await;
    browser.ask(&ASHA).await;
    browser.says(".sandbox", "nobody here exists").await;
    browser.click(".sandbox a").await;
    let windows = browser.until("open a window", async || {
        let windows = browser.windows().await;
        Ok((windows.len() == 2).then_some(windows))
    });
    browser.switch_to(&windows.await[1]).await;
    browser.says("main", &site.code(&ASHA)).await;
}

#[tokio::test]
async fn a_person_who_was_sent_comes_back_with_the_state() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    browser.goto(&site.redirected_visit(Language::English, "seat 7 & berth ऊपर").await).await;
    browser.ask(&MEENA).await;
    browser.enter_code(&site.code(&MEENA)).await;
    browser.find(".status-1").await;
    browser.press_button("continue").await;
    browser.says("#status", "status 1").await;
    assert_eq!(browser.text("#state").await, "seat 7 & berth ऊपर");
    site.has_no_personal_data_in_urls(&[MEENA]);
    browser.is_clean().await;
}

#[tokio::test]
async fn who_was_sent_and_loads_the_answer_again_comes_back_with_an_error() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    let visit = site.redirected_visit(Language::English, "seat 7").await;
    browser.goto(&visit).await;
    browser.ask(&MEENA).await;
    browser.enter_code(&site.code(&MEENA)).await;
    browser.find(".status-1").await;
    browser.goto(&visit).await;
    browser.says("h1", "over").await;
    browser.click(".actions a.button").await;
    browser.says("#error", "request-expired").await;
    assert_eq!([browser.text("#state").await, browser.text("#status").await], ["seat 7", "status null"]);
}

#[tokio::test]
async fn who_was_sent_and_declines_comes_back_without_an_answer() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    browser.goto(&site.redirected_visit(Language::English, "seat 7").await).await;
    browser.ask(&MEENA).await;
    browser.press_button("decline").await;
    browser.click(".actions a.button").await;
    browser.says("#error", "declined").await;
    assert_eq!(browser.text("#state").await, "seat 7");
    assert_eq!(browser.text("#status").await, "status null");
}

#[tokio::test]
async fn everything_works_without_script() {
    let site = Site::start().await;
    let browser = Browser::with(Settings { no_script: true, ..Settings::default() }).await;
    browser.resize(320, 640).await;
    browser.goto(&site.redirected_visit(Language::English, "seat 7").await).await;
    browser.fits("who").await;
    browser.tell(&Person { mobile: "12345", ..ASHA }).await;
    browser.says("[role=alert]", "10-digit").await;
    browser.ask(&ASHA).await;
    browser.fits("code").await;
    browser.enter_code(&site.wrong_code(&ASHA)).await;
    browser.says("[role=alert]", "2").await;
    site.advance(61);
    browser.press_button("resend").await;
    browser.says("[role=status]", "new OTP").await;
    browser.find(CODE).await;
    browser.enter_code(&site.code(&ASHA)).await;
    browser.find(".status-2").await;
    browser.fits("answer").await;
    browser.press_button("continue").await;
    browser.says("#status", "status 2").await;
    assert_eq!(browser.text("#state").await, "seat 7");
    site.has_no_personal_data_in_urls(&[ASHA]);
}
