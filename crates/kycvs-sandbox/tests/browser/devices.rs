//! On narrow and dark screens, with pasted codes and digits of other scripts.

use kycvs::consent::Language;
use serde_json::json;

use crate::browser::Browser;
use crate::page::CODE;
use crate::people::{ASHA, GRANDFATHER, IMRAN, MEENA, Person};
use crate::site::Site;
use crate::verify::paste;

#[tokio::test]
async fn digits_of_any_script_are_a_number_and_a_code() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    browser.open_booking(&site, Language::Hindi).await;
    let in_devanagari = |text: &str| -> String {
        text.chars().map(|c| c.to_digit(10).and_then(|digit| char::from_u32(0x0966 + digit)).unwrap_or(c)).collect()
    };
    browser.fill("input[name=mobile]", &in_devanagari(MEENA.mobile)).await;
    browser.fill("input[name=name]", MEENA.name).await;
    browser.press_button("ask").await;
    browser.find(CODE).await; // by then the code is sent
    browser.enter_code(&in_devanagari(&site.code(&MEENA))).await;
    browser.find(".status-1").await;
}

#[tokio::test]
async fn a_code_may_be_pasted_with_spaces_around_and_in_it() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    browser.open_booking(&site, Language::English).await;
    browser.ask(&ASHA).await;
    let code = site.code(&ASHA);
    let copied = format!("  {} {}\n", &code[..3], &code[3..]);
    browser
        .js("arguments[0].forEach(text => document.execCommand('insertText', false, text))", &[json!([copied])])
        .await;
    browser.press_button("confirm").await;
    browser.find(".status-2").await;
}

#[tokio::test]
async fn every_step_is_good_on_the_smallest_screen() {
    every_step("light", 320, Language::Tamil, &MEENA).await;
    every_step("dark", 320, Language::English, &IMRAN).await;
}

#[tokio::test]
async fn every_step_is_good_on_a_phone() {
    every_step("light", 390, Language::Hindi, &ASHA).await;
    every_step("dark", 390, Language::English, &ASHA).await;
}

#[tokio::test]
async fn every_step_is_good_on_a_desk() {
    every_step("light", 1280, Language::English, &MEENA).await;
    every_step("dark", 1280, Language::Bengali, &IMRAN).await;
}

async fn every_step(scheme: &str, width: u32, language: Language, person: &Person) {
    let (site, browser) = (Site::start().await, Browser::open().await);
    browser.resize(width, 700).await;
    browser.prefer(scheme).await;
    browser.goto(&site.redirected_visit(language, "seat 7").await).await;
    let see = async |step: &str| {
        browser.step_is_good(step, language).await;
        browser.picture(&format!("{width}-{scheme}-{}-{step}", language.tag())).await;
    };
    browser.find("#mobile").await;
    see("1-who").await;
    browser.ask(person).await;
    see("2-code").await;
    browser.enter_code(&site.wrong_code(person)).await;
    browser.find("[role=alert]").await;
    see("2-wrong").await;
    browser.enter_code(&site.code(person)).await;
    browser.find(".status").await;
    see("3-answer").await;
    browser.click("details summary").await;
    browser.find(".qr svg").await;
    see("3-shown").await;
    browser.click("details details summary").await;
    browser.find("details details .qr svg").await;
    see("3-named").await;
    browser.click("details:has(#withdrawal) > summary").await;
    browser.find("#withdrawal").await;
    see("3-later").await;
    browser.press_button("withdraw").await;
    browser.find("a.button").await;
    see("4-end").await;
    browser.goto(&format!("{}/embed/AAAAAAAAAAAAAAAAAAAAAA", site.issuer)).await;
    browser.step_fits_and_is_accessible("no such visit").await;
    browser.is_clean().await;
}

#[tokio::test]
async fn the_step_that_asks_for_the_year_of_birth_is_good_on_every_screen() {
    for (scheme, width, language) in [("dark", 320, Language::Tamil), ("light", 1280, Language::English)] {
        let (site, browser) = (Site::start().await, Browser::open().await);
        browser.resize(width, 700).await;
        browser.prefer(scheme).await;
        browser.goto(&site.redirected_visit(language, "seat 7").await).await;
        browser.ask(&GRANDFATHER).await;
        browser.enter_code(&site.code(&GRANDFATHER)).await;
        browser.find("#birth_year-0").await;
        browser.focus_is_in_the_step().await;
        browser.step_is_good("year of birth", language).await;
        browser.enter_birth_year("51").await;
        browser.find("#birth_year-0[aria-invalid=true][aria-describedby~=problem]").await;
        browser.holds("document.activeElement.id === 'birth_year-0'").await;
        browser.step_is_good("wrong year of birth", language).await;
        browser.picture(&format!("{width}-{scheme}-{}-2-birth-year", language.tag())).await;
        browser.enter_birth_year("1951").await;
        browser.find(".status-1").await;
        browser.is_clean().await;
    }
}

#[tokio::test]
async fn the_page_that_withdraws_later_is_good_on_every_screen() {
    for (scheme, width, language) in [("dark", 320, Language::Tamil), ("light", 1280, Language::English)] {
        let (site, browser) = (Site::start().await, Browser::open().await);
        browser.resize(width, 700).await;
        browser.prefer(scheme).await;
        browser.goto(&site.redirected_visit(language, "seat 7").await).await;
        browser.ask(&ASHA).await;
        browser.enter_code(&site.code(&ASHA)).await;
        browser.find(".status-2").await;
        let link = browser.js("return document.querySelector('a[href^=\"/w?\"]').href", &[]).await;
        browser.goto(link.as_str().unwrap()).await;
        browser.holds("document.querySelector('#withdrawal').value !== ''").await;
        browser.step_is_good("withdraw later", language).await;
        browser.fill("#withdrawal", "no code").await;
        browser.press_button("withdraw").await;
        browser.find("[role=alert]").await;
        browser.holds("document.activeElement.matches('#withdrawal[aria-describedby~=problem]')").await;
        browser.step_is_good("wrong withdrawal code", language).await;
        browser.picture(&format!("{width}-{scheme}-{}-withdraw", language.tag())).await;
        // The page has put the code of the link there once more.
        browser.press_button("withdraw").await;
        browser.holds("!document.querySelector('#withdrawal')").await;
        browser.step_is_good("withdrawn later", language).await;
        site.has_no_personal_data_in_urls(&[ASHA]);
        browser.is_clean().await;
    }
}

#[tokio::test]
async fn the_page_that_verifies_is_good_on_every_screen() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    let token = site.token(&ASHA).await;
    for (scheme, width) in [("dark", 320), ("light", 1280)] {
        browser.resize(width, 700).await;
        browser.prefer(scheme).await;
        browser.goto("about:blank").await;
        browser.goto(&format!("{}/verify#{}", site.issuer, token.as_str())).await;
        browser.find(".status-2").await;
        browser.step_fits_and_is_accessible("verified").await;
        browser.picture(&format!("{width}-{scheme}-verify")).await;
        paste(&browser, "no token").await;
        browser.find("#result .error").await;
        browser.step_fits_and_is_accessible("refused").await;
    }
    browser.is_clean().await;
}
