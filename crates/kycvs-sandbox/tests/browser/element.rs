//! The element itself: how it is loaded, how it fits into a page, and what it says when it cannot show anything.

use kycvs::consent::Language;
use miniz_oxide::deflate::compress_to_vec;
use serde_json::json;

use crate::browser::Browser;
use crate::page::CODE;
use crate::people::ASHA;
use crate::site::Site;

const FRAME: &str = "document.querySelector('kyc-vs').shadowRoot.querySelector('iframe')";

/// What is there in the place of the page until it comes.
const SKELETON: &str = "document.querySelector('kyc-vs').shadowRoot.querySelector('[part=skeleton]')";

#[test]
fn the_script_takes_less_than_five_kilobytes() {
    // gzip adds a head and a sum to a deflated stream (RFC 1952).
    let bytes = compress_to_vec(include_bytes!("../../../kycvs-axum/assets/embed.js"), 6).len() + 18;
    assert!(bytes < 5_000, "{bytes}");
}

#[tokio::test]
async fn a_frame_that_is_refused_is_said_after_a_while() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    site.put_booking(Language::English, "mode=\"frame\"").await;
    browser.goto(&format!("{}/booking", site.stranger)).await;
    browser.holds(FRAME).await;
    assert_eq!(browser.js(&format!("return {FRAME}.style.visibility"), &[]).await, "hidden");
    browser.holds(SKELETON).await;
    browser.picture("skeleton").await;
    browser.holds("heard.length === 1").await;
    assert_eq!(browser.heard().await, json!([["kycvs-error", { "error": "not-loaded" }]]));
    browser.holds(&format!("!{SKELETON}")).await;
}

#[tokio::test]
async fn a_frame_that_is_shown_stays_without_an_error() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    browser.open_booking(&site, Language::English).await;
    browser.leave_frame().await;
    browser.holds(&format!("{FRAME}.style.visibility === 'visible' && !{SKELETON}")).await;
    browser.holds(&format!("{FRAME}.allow.includes('otp-credentials http')")).await;
    browser.js_later("setTimeout(arguments[0], 11_000)").await;
    assert_eq!(browser.heard().await, json!([]));
}

#[tokio::test]
async fn the_element_works_when_its_script_comes_late() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    let visit = site.embedded_visit(Language::English).await;
    let element = format!("<form><kyc-vs mode=frame name=result_code session={visit}></kyc-vs></form>");
    let listens =
        "<script>window.heard = []; addEventListener('kycvs-result', event => heard.push(event.detail))</script>";
    site.put("/late", &format!("<!doctype html><title>Late</title>{listens}{element}"));
    browser.goto(&format!("{}/late", site.railway)).await;
    let add = "const script = document.createElement('script'); script.src = arguments[0]; script.async = true; document.body.append(script)";
    browser.js(add, &[json!(format!("{}/embed.js", site.issuer))]).await;
    browser.enter_page().await;
    browser.ask(&ASHA).await;
    browser.enter_code(&site.code(&ASHA)).await;
    browser.leave_frame().await;
    browser
        .holds("heard.length === 1 && new FormData(document.forms[0]).get('result_code') === heard[0].resultCode")
        .await;
}

#[tokio::test]
async fn a_script_that_is_loaded_twice_changes_nothing() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    browser.open_booking(&site, Language::English).await;
    browser.leave_frame().await;
    let again = "const [issuer, done] = [arguments[0], () => document.body.append('loaded')];
        document.head.append(Object.assign(document.createElement('script'), { src: issuer, onload: done }))";
    browser.js(again, &[json!(format!("{}/embed.js", site.issuer))]).await;
    browser.says("body", "loaded").await;
    browser.is_clean().await;
}

#[tokio::test]
async fn how_the_page_looks_is_passed_on_where_no_server_sees_it() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    site.put_booking(Language::English, "mode=\"frame\" appearance-accent=\"#0b5cab\" appearance-radius=\"4px\"").await;
    browser.goto(&format!("{}/booking", site.railway)).await;
    browser.enter_page().await;
    browser.holds("location.hash === '#appearance-accent=%230b5cab&appearance-radius=4px'").await;
    browser.fill("input[name=name]", "Asha").await;
    browser.leave_frame().await;
    browser.js("document.querySelector('kyc-vs').setAttribute('appearance-theme', 'dark')", &[]).await;
    browser.enter_page().await;
    browser.holds("location.hash.endsWith('&appearance-theme=dark')").await;
    let typed = browser.js("return document.querySelector('input[name=name]').value", &[]).await;
    assert_eq!(typed, "Asha", "what was typed stays");
    assert!(!site.heard().iter().any(|call| call.contains("appearance")), "{:#?}", site.heard());
}

#[tokio::test]
async fn a_shorter_step_is_not_left_above_what_is_in_sight() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    browser.resize(360, 640).await;
    browser.open_booking(&site, Language::English).await;
    browser.leave_frame().await;
    browser.js("document.body.insertAdjacentHTML('beforeend', '<div style=\"height: 3000px\"></div>')", &[]).await;
    browser.enter_page().await;
    browser.ask(&ASHA).await;
    browser.find(CODE).await;
    browser.leave_frame().await;
    browser.js(&format!("window.scrollTo(0, {FRAME}.getBoundingClientRect().bottom + scrollY - 100)"), &[]).await;
    browser.enter_page().await;
    browser.js("document.querySelector('button[name=action][value=decline]').click()", &[]).await;
    browser.leave_frame().await;
    browser.holds("heard.some(event => event[0] === 'kycvs-declined')").await;
    let in_sight = format!(
        "(() => {{ const {{ top, bottom }} = {FRAME}.getBoundingClientRect(); return bottom > 0 && top < innerHeight }})()"
    );
    browser.holds(&in_sight).await;
}
