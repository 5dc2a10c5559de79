//! The flow in WebKit, the engine of Safari, and in Firefox.

use kycvs::consent::Language;
use kycvs_test_servers::Firefox;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::page::CODE;
use crate::people::{ASHA, MEENA};
use crate::site::Site;

/// Fills in a form and presses one of its buttons. WebKit's driver gives no focus within a frame of another origin, so nothing can
/// be typed there by keys.
async fn send(browser: &Browser, fields: Value, button: &str) {
    let body = "for (const [name, value] of Object.entries(arguments[0])) document.querySelector(`input[name=${name}]`).value = value;
        document.querySelector(`button[name=action][value=${arguments[1]}]`).click()";
    browser.find(&format!("button[name=action][value={button}]:enabled")).await;
    browser.js(body, &[fields, json!(button)]).await;
}

#[tokio::test]
async fn a_train_is_booked_in_a_frame_of_webkit() {
    let (site, browser) = (Site::start().await, Browser::webkit().await);
    site.put_booking(Language::English, "mode=\"frame\"").await;
    browser.goto(&format!("{}/booking", site.railway)).await;
    browser.enter_page().await;
    send(&browser, json!({ "mobile": ASHA.mobile, "name": ASHA.name }), "ask").await;
    browser.find(CODE).await;
    send(&browser, json!({ "otp": site.wrong_code(&ASHA) }), "confirm").await;
    browser.says("[role=alert]", "2").await;
    send(&browser, json!({ "otp": site.code(&ASHA) }), "confirm").await;
    browser.find(".status-2").await;
    browser.leave_frame().await;
    browser.holds("heard.length === 1 && heard[0][0] === 'kycvs-result'").await;
    // The frame may still be growing, and WebKit's driver clicks where the button was.
    browser.js("document.querySelector('#book').click()", &[]).await;
    browser.says("#status", "status 2").await;
    site.has_no_personal_data_in_urls(&[ASHA]);
}

#[tokio::test]
async fn who_was_sent_comes_back_with_webkit() {
    let (site, browser) = (Site::start().await, Browser::webkit().await);
    browser.goto(&site.redirected_visit(Language::Hindi, "seat 7 & berth ऊपर").await).await;
    browser.ask(&MEENA).await;
    browser.enter_code(&site.code(&MEENA)).await;
    browser.find(".status-1").await;
    browser.press_button("continue").await;
    browser.says("#status", "status 1").await;
    assert_eq!(browser.text("#state").await, "seat 7 & berth ऊपर");
    site.has_no_personal_data_in_urls(&[MEENA]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_train_is_booked_in_a_frame_of_firefox() {
    let (site, mut browser) = (Site::start().await, Firefox::start());
    site.put_booking(Language::English, "mode=\"frame\"").await;
    browser.goto(&format!("{}/booking", site.railway));
    let page = Some("/embed/");
    let button = |action: &str| format!("button[name=action][value={action}]");
    browser.holds(page, "document.querySelector('input[name=mobile]')");
    browser.type_into(page, "input[name=mobile]", ASHA.mobile);
    browser.type_into(page, "input[name=name]", ASHA.name);
    browser.press(page, &button("ask"));
    browser.holds(page, "document.querySelector('input[name=otp]')");
    browser.type_into(page, "input[name=otp]", &site.wrong_code(&ASHA));
    browser.press(page, &button("confirm"));
    browser.holds(page, "document.querySelector('[role=alert]').innerText.includes('2')");
    browser.type_into(page, "input[name=otp]", &site.code(&ASHA));
    browser.press(page, &button("confirm"));
    browser.holds(page, "document.querySelector('.status-2')");
    browser.holds(None, "heard.length === 1 && heard[0][0] === 'kycvs-result'");
    browser.press(None, "#book");
    browser.holds(None, "document.querySelector('#status').innerText.includes('status 2')");
    site.has_no_personal_data_in_urls(&[ASHA]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_was_sent_comes_back_with_firefox() {
    let (site, mut browser) = (Site::start().await, Firefox::start());
    browser.goto(&site.redirected_visit(Language::Hindi, "seat 7 & berth ऊपर").await);
    browser.type_into(None, "input[name=mobile]", MEENA.mobile);
    browser.type_into(None, "input[name=name]", MEENA.name);
    browser.press(None, "button[name=action][value=ask]");
    browser.holds(None, "document.querySelector('input[name=otp]')");
    browser.type_into(None, "input[name=otp]", &site.code(&MEENA));
    browser.press(None, "button[name=action][value=confirm]");
    browser.holds(None, "document.querySelector('.status-1')");
    browser.press(None, "button[name=action][value=continue]");
    browser.holds(None, "document.querySelector('#status').innerText.includes('status 1')");
    browser.holds(None, "document.querySelector('#state').innerText === 'seat 7 & berth ऊपर'");
    site.has_no_personal_data_in_urls(&[MEENA]);
}
