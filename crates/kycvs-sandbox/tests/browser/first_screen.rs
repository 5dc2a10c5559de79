//! What a person has on the screen at once, and what stays when they change their mind.

use kycvs::consent::Language;
use serde_json::json;
use thirtyfour::Key;

use crate::browser::Browser;
use crate::family::RAVI;
use crate::page::CODE;
use crate::people::{ASHA, IMRAN, MEENA};
use crate::site::Site;

/// Whether the element that has the focus lies on the screen of the window, through a frame if it is in one. A frame of another
/// origin tells where it is by what an observer sees of it.
const FOCUS_IS_SEEN: &str = "const done = arguments[0];
    new IntersectionObserver(([entry], watch) => { watch.disconnect(); done(entry.intersectionRatio); }).observe(document.activeElement)";

#[tokio::test]
async fn the_field_of_the_code_is_on_the_first_screen_of_a_small_phone_in_every_language() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    browser.resize(360, 640).await;
    for &language in Language::ALL {
        browser.goto(&site.redirected_visit(language, "seat 7").await).await;
        browser.ask(&MEENA).await;
        let body = "return [scrollY, Math.round(document.querySelector('#otp').getBoundingClientRect().bottom)]";
        let placed = browser.js(body, &[]).await;
        assert_eq!(placed[0], 0, "{language:?}: the page begins at its top");
        assert!(placed[1].as_i64().unwrap() <= 640, "{language:?}: {placed}");
        browser.holds("document.activeElement.id === 'otp'").await;
        browser.step_is_good("code", language).await;
        browser.picture(&format!("first-screen-{}", language.tag())).await;
        site.advance(3_600); // so that no limit of the number is met
    }
}

/// Of each name how many lines it takes.
const LINES_OF_NAMES: &str =
    "return [...document.querySelectorAll('.switches strong')].map(name => name.getClientRects().length)";

#[tokio::test]
async fn three_people_of_one_number_leave_the_field_of_the_code_on_the_first_screen() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    browser.resize(360, 640).await;
    for language in [Language::English, Language::Hindi] {
        browser.goto(&site.family_visit(language, &[ASHA, IMRAN, RAVI]).await).await;
        browser.press_button("ask").await;
        browser.find(CODE).await;
        browser.holds("document.activeElement.id === 'otp' && scrollY === 0").await;
        let bottom = browser.js("return document.querySelector('#otp').getBoundingClientRect().bottom", &[]).await;
        assert!(bottom.as_f64().unwrap() <= 640.0, "{language:?}: {bottom}");
        assert_eq!(browser.js(LINES_OF_NAMES, &[]).await, json!([1, 1, 1]), "{language:?}");
        let numbers = "return document.querySelector('main').innerText.split('3210').length - 1";
        assert_eq!(browser.js(numbers, &[]).await, 1, "{language:?}: the number is said once");
        browser.step_fits_and_is_accessible("code of a family").await;
        browser.picture(&format!("first-screen-family-{}", language.tag())).await;
        site.advance(3_600); // so that no limit of the number is met
    }
}

#[tokio::test]
async fn the_focus_stays_on_the_screen_when_a_frame_becomes_as_tall_as_its_step() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    browser.resize(390, 844).await;
    browser.open_booking(&site, Language::English).await;
    browser.ask(&ASHA).await;
    browser.holds("document.activeElement.id === 'otp'").await;
    let seen = browser.until("bring the code onto the screen", async || {
        Ok((browser.js_later(FOCUS_IS_SEEN).await == 1).then_some(()))
    });
    seen.await;
}

/// Asks, and gives how often the page moves itself within a second after the person has turned the wheel.
const MOVES_AFTER_WHEEL: &str = "
    const move = Element.prototype.scrollIntoView;
    let moves, wheel = () => {
        moves = 0;
        dispatchEvent(new WheelEvent('wheel'));
        setTimeout(() => arguments[0](moves), 1000);
    };
    Element.prototype.scrollIntoView = function (options) {
        if (wheel) { queueMicrotask(wheel); wheel = null; } else if (moves !== undefined) moves++;
        move.call(this, options);
    };
    document.querySelector('[value=ask]').click()";

#[tokio::test]
async fn a_new_step_in_a_frame_stays_where_the_person_has_scrolled_to() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    browser.resize(390, 844).await;
    browser.open_booking(&site, Language::English).await;
    browser.fill("#mobile", ASHA.mobile).await;
    browser.fill("#name", ASHA.name).await;
    assert_eq!(browser.js_later(MOVES_AFTER_WHEEL).await, 0);
}

#[tokio::test]
async fn what_was_typed_stays_when_the_language_changes_and_on_starting_over() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    browser.goto(&site.redirected_visit(Language::English, "seat 7").await).await;
    browser.fill("#mobile", ASHA.mobile).await;
    browser.fill("#name", ASHA.name).await;
    let typed = format!(
        "[...document.querySelectorAll('#mobile, #name')].map(field => field.value).join() === '{},{}'",
        ASHA.mobile, ASHA.name
    );
    browser.js("const list = document.querySelector('#language'); list.value = 'ur'; list.dispatchEvent(new Event('change', { bubbles: true }))", &[]).await;
    browser.holds("document.documentElement.lang === 'ur' && document.documentElement.dir === 'rtl'").await;
    browser.holds(&typed).await;
    browser.press_button("ask").await;
    browser.find(CODE).await;
    assert!(browser.text(".people").await.contains(ASHA.name));
    browser.press_button("again").await;
    browser.find("#mobile").await;
    browser.holds(&typed).await;
    site.has_no_personal_data_in_urls(&[ASHA]);
}

#[tokio::test]
async fn a_code_is_shown_in_groups_of_three_as_it_is_typed_and_two_taps_share_it() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    browser.goto(&site.redirected_visit(Language::English, "seat 7").await).await;
    browser.fill("#mobile", ASHA.mobile).await;
    browser.fill("#name", ASHA.name).await;
    browser.press_button("ask").await; // the first tap after the two fields
    browser.find(CODE).await;
    let code = site.code(&ASHA);
    browser.press(code.as_str()).await;
    browser.holds(&format!("document.querySelector('#otp').value === '{} {}'", &code[..3], &code[3..])).await;
    // A digit is exchanged where the caret is, and the caret stays there.
    for key in [Key::Left, Key::Left, Key::Backspace] {
        browser.press(key).await;
    }
    browser.press(&code[3..4]).await;
    browser.holds(&format!("document.querySelector('#otp').value === '{} {}'", &code[..3], &code[3..])).await;
    browser.press_button("confirm").await; // the second
    browser.find(".status-2").await;
    assert!(browser.text(".people").await.contains("Asha Lakshmi Rao"));
}

#[tokio::test]
async fn in_a_frame_nobody_agrees_before_the_notice_and_the_button_were_seen() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    browser.resize(390, 844).await;
    browser.open_booking(&site, Language::English).await;
    browser.leave_frame().await;
    // The site covers the frame with something else, as one does who wants a click on what is below (clickjacking).
    let cover = "const cover = document.createElement('div'); cover.id = 'cover';
        cover.style = 'position: fixed; inset: 0; background: white; pointer-events: none; z-index: 9'; document.body.append(cover)";
    browser.js(cover, &[]).await;
    browser.enter_page().await;
    browser.ask(&ASHA).await;
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    assert_eq!(browser.js("return document.querySelector('[value=confirm]').disabled", &[]).await, json!(true));
    browser.leave_frame().await;
    browser.js("document.querySelector('#cover').remove()", &[]).await;
    browser.enter_page().await;
    browser.look_at_enabled("[value=confirm]").await;
    browser.enter_code(&site.code(&ASHA)).await;
    browser.find(".status-2").await;
}

#[tokio::test]
async fn all_that_the_page_loads_is_less_than_60_kilobytes() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    browser.goto(&site.redirected_visit(Language::Tamil, "seat 7").await).await;
    browser.ask(&MEENA).await;
    let names = browser
        .js("return [location.href, ...performance.getEntriesByType('resource').map(entry => entry.name)]", &[])
        .await;
    let mut bytes = 0;
    for name in names.as_array().unwrap().iter().filter_map(|name| name.as_str()) {
        let name = name.to_owned();
        let body =
            tokio::task::spawn_blocking(move || ureq::get(&name).call().unwrap().body_mut().read_to_vec().unwrap());
        bytes += miniz_oxide::deflate::compress_to_vec(&body.await.unwrap(), 6).len();
    }
    assert!(bytes < 60_000, "{bytes}: {names}");
}
