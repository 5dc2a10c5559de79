//! A person's own page, from its fields to the receipt; and every page in a mode that people with weak eyes use.

use kycvs::consent::Language;
use thirtyfour::Key;

use crate::browser::Browser;
use crate::page::CODE;
use crate::people::ASHA;
use crate::site::Site;

impl Browser {
    /// Opens the page of a person whose status was shared, step by step.
    pub(crate) async fn open_own_page(&self, site: &Site, language: Language, see: impl AsyncFn(&str)) {
        self.goto(&format!("{}/me?language={}", site.issuer, language.tag())).await;
        see("ask").await;
        self.ask(&ASHA).await;
        see("code").await;
        self.click("summary").await;
        see("notice").await;
        self.fill("#otp", &site.wrong_code(&ASHA)).await;
        self.press_button("open").await;
        self.find("#otp[aria-invalid=true]").await;
        see("wrong").await;
        self.fill("#otp", &site.code(&ASHA)).await;
        self.press_button("open").await;
        self.find("[value=withdraw]").await;
        see("page").await;
        self.press_button("receipt").await;
        self.find(".qr svg").await;
        see("receipt").await;
    }

    /// What was done is said, and has the focus.
    async fn has_news(&self, words: &str) {
        self.says(".good", words).await;
        self.holds("document.activeElement.matches('.good')").await;
    }
}

#[tokio::test]
async fn every_step_of_the_own_page_is_good_on_every_screen() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    site.token(&ASHA).await;
    for (scheme, width, language) in
        [("light", 320, Language::Hindi), ("dark", 360, Language::English), ("light", 1280, Language::Urdu)]
    {
        browser.resize(width, 640).await;
        browser.prefer(scheme).await;
        let see = async |step: &str| {
            if step == "code" {
                browser.holds("document.querySelector('#otp').getBoundingClientRect().bottom <= 640").await;
            }
            browser.step_fits_and_is_accessible(step).await;
            browser.picture(&format!("{width}-{scheme}-{}-me-{step}", language.tag())).await;
        };
        browser.open_own_page(&site, language, see).await;
        site.advance(3_600); // so that no limit of the number is met
    }
    browser.is_clean().await;
}

#[tokio::test]
async fn the_keyboard_is_enough_for_every_step_of_the_own_page() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    for _ in 0..2 {
        site.token(&ASHA).await;
        site.advance(3_600); // so that no limit of the number is met
    }
    browser.resize(360, 640).await;
    browser.goto(&format!("{}/me?language=en", site.issuer)).await;
    browser.tab_goes_through("ask").await;
    browser.tab_to("#mobile").await;
    browser.press(ASHA.mobile).await;
    browser.tab_to("#name").await;
    browser.press(ASHA.name).await;
    browser.tab_to("[value=ask]").await;
    browser.press(Key::Enter).await;

    browser.find(CODE).await;
    browser.holds("document.activeElement.id === 'otp'").await;
    browser.tab_goes_through("code").await;
    browser.press(site.code(&ASHA)).await;
    browser.tab_to("[value=open]").await;
    browser.press(" ").await;

    browser.find("[value=withdraw]").await;
    browser.focus_is_in_the_step().await;
    browser.tab_goes_through("page").await;
    browser.tab_to("[value=receipt]").await;
    browser.press(" ").await;
    browser.find(".qr svg").await;
    browser.focus_is_in_the_step().await;
    browser.tab_goes_through("receipt").await;
    browser.tab_to("[value=show]").await;
    browser.press(Key::Enter).await;

    browser.find("[value=withdraw]").await;
    for (button, words) in [("withdraw", "no longer share"), ("withdraw-all", "withdrew everything")] {
        browser.tab_to(&format!("[value={button}]")).await;
        browser.press(Key::Enter).await;
        browser.has_news(words).await;
    }
    browser.tab_goes_through("withdrawn").await;
    browser.says("main", "To correct your record, write to").await;
    browser.tab_to("summary").await;
    browser.press(" ").await;
    browser.tab_to("[value=erase]").await;
    browser.press(" ").await;
    browser.has_news("has ended").await;
    browser.tab_to("[value=close]").await;
    browser.press(Key::Enter).await;
    browser.says("h1", "You closed your page").await;
    browser.focus_is_in_the_step().await;
    browser.is_clean().await;
}

/// What a mode of the system takes away: a button is seen by its border, the focus by its outline.
const SEEN_WITHOUT_COLOURS: &str = "const edge = ({ borderTopStyle, borderTopWidth }) => borderTopStyle !== 'none' && parseFloat(borderTopWidth) >= 1;
    return [...document.querySelectorAll('main :is(button, .button, input, select)')]
        .filter(part => part.checkVisibility() && part.type !== 'checkbox' && !edge(getComputedStyle(part))).map(part => part.outerHTML)";

/// What moves without being asked to.
const MOVES: &str = "return document.getAnimations().length + [...document.querySelectorAll('*')]
    .filter(part => getComputedStyle(part).transitionDuration.split(', ').some(time => parseFloat(time) > 0)).length";

#[tokio::test]
async fn every_state_can_be_used_in_the_colours_of_the_system_and_without_motion() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    let modes = serde_json::json!({ "features": [
        { "name": "forced-colors", "value": "active" },
        { "name": "prefers-reduced-motion", "value": "reduce" },
    ] });
    browser.cdp("Emulation.setEmulatedMedia", modes).await;
    browser.resize(360, 640).await;
    for state in
        ["ask-wrong-name", "ask-family-fields", "code-wrong", "code-family", "answer-1", "answer-family", "locked"]
    {
        browser.goto(&format!("{}/sandbox/gallery/{state}", site.issuer)).await;
        browser.holds("matchMedia('(forced-colors: active)').matches").await;
        assert_eq!(browser.js(SEEN_WITHOUT_COLOURS, &[]).await, serde_json::json!([]), "{state}");
        assert_eq!(browser.js(MOVES, &[]).await, 0, "{state} moves");
        browser.fits(state).await;
        browser.picture(&format!("forced-colors-{state}")).await;
    }
}
