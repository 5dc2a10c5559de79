//! The keyboard alone: where Tab stops, in which order, and that it shows.

use kycvs::consent::Language;
use serde_json::json;
use thirtyfour::Key;

use crate::browser::Browser;
use crate::page::CODE;
use crate::people::{ASHA, MEENA};
use crate::site::Site;

/// Whether the focus is on something that shows it: an outline that is wide enough and not see-through (WCAG 2.4.7, 2.4.13).
const FOCUS_SHOWS: &str = "const style = getComputedStyle(document.activeElement);
    return document.activeElement !== document.body && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2";

/// All that can be used, from the top down, and in a row from the side where the language begins. Tab starts at the top.
const USABLE: &str = "window.before = document.activeElement;
    const box = part => part.getBoundingClientRect();
    const sameRow = (a, b) => a.top < b.bottom && b.top < a.bottom;
    const side = document.documentElement.dir === 'rtl' ? -1 : 1;
    const order = (a, b) => sameRow(a, b) ? side * (a.left - b.left) : a.top - b.top;
    const parts = document.querySelectorAll('a[href], button:enabled, input:not([type=hidden]):enabled, select, textarea, summary');
    window.usable = [...parts].filter(part => part.checkVisibility()).sort((a, b) => order(box(a), box(b)));
    const top = document.createElement('span');
    top.tabIndex = -1;
    document.body.prepend(top);
    top.focus();
    top.remove();
    return usable.map(part => part.outerHTML.slice(0, 120))";

/// Whether the whole of the focused part is on the screen, or as much of it as fits.
const ON_SCREEN: &str = "(({ top, bottom }) => top >= -1 && bottom <= Math.max(innerHeight, bottom - top) + 1)(document.activeElement.getBoundingClientRect())";

impl Browser {
    /// Presses Tab until an element has the focus, which is visible on each one on the way.
    pub(crate) async fn tab_to(&self, selector: &str) {
        for _ in 0..20 {
            let there = format!("return document.activeElement.matches({selector:?})");
            if self.js(&there, &[]).await == true {
                return;
            }
            self.press(Key::Tab).await;
            assert_eq!(self.js(FOCUS_SHOWS, &[]).await, true, "the focus is not to be seen on {}", self.focus().await);
        }
        panic!("Tab does not get to {selector}, but to {}", self.focus().await);
    }

    /// Tab stops at all that can be used, in the order in which people read; each stop shows and is on the screen; and Tab leads out
    /// again. The focus ends where it was.
    pub(crate) async fn tab_goes_through(&self, step: &str) {
        let usable = self.js(USABLE, &[]).await;
        for (place, part) in usable.as_array().unwrap().iter().enumerate() {
            self.press(Key::Tab).await;
            let is_there = self.js("return document.activeElement === usable[arguments[0]]", &[json!(place)]).await;
            assert_eq!(is_there, true, "{step}: Tab leads to {} and not to {part}", self.focus().await);
            assert_eq!(self.js(FOCUS_SHOWS, &[]).await, true, "{step}: the focus is not to be seen on {part}");
            self.holds(ON_SCREEN).await;
        }
        self.press(Key::Tab).await;
        assert_eq!(self.js("return document.activeElement !== usable.at(-1)", &[]).await, true, "{step}: a trap");
        self.js("before.focus()", &[]).await;
    }

    /// The focus is in the step, not lost on the body with the step that went away.
    pub(crate) async fn focus_is_in_the_step(&self) {
        self.holds("document.querySelector('#step').contains(document.activeElement)").await;
    }
}

#[tokio::test]
async fn the_keyboard_is_enough() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    browser.goto(&site.redirected_visit(Language::English, "seat 7").await).await;
    browser.tab_goes_through("ask").await;
    browser.tab_to("#mobile").await;
    browser.press(ASHA.mobile).await;
    browser.tab_to("#name").await;
    browser.press(ASHA.name).await;
    browser.press(Key::Enter).await; // as in every form: the first button

    browser.find(CODE).await;
    browser.holds("document.activeElement.id === 'otp'").await;
    browser.press(site.wrong_code(&ASHA)).await;
    browser.tab_to("[value=confirm]").await;
    browser.press(Key::Enter).await;
    browser.find("[role=alert]").await;
    browser.holds("document.activeElement.id === 'otp'").await;

    browser.tab_goes_through("code").await;
    browser.press(site.code(&ASHA)).await;
    browser.press(Key::Enter).await;
    browser.find(".status-2").await;
    browser.focus_is_in_the_step().await;
    browser.tab_goes_through("answer").await;
    browser.tab_to("[value=continue]").await;
    browser.tab_to("summary").await;
    browser.press(Key::Enter).await;
    browser.find(".qr svg").await;
    browser.tab_to("[value=withdraw]").await;
    browser.press(Key::Enter).await;
    browser.says("h1", "withdrew").await;
    browser.focus_is_in_the_step().await;
    browser.tab_to("a.button").await;
    browser.press(Key::Enter).await;
    browser.find("#status").await;
}

#[tokio::test]
async fn the_language_is_changed_by_keyboard_and_stays() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    browser.goto(&site.redirected_visit(Language::English, "seat 7").await).await;
    browser.tab_to("#language").await;
    browser.press("த").await; // the first letter of Tamil's own name
    browser.holds("document.documentElement.lang === 'ta'").await;
    browser.ask(&MEENA).await;
    assert_eq!(browser.js("return document.querySelector('.notice [lang]').lang", &[]).await, "ta");
    browser.enter_code(&site.wrong_code(&MEENA)).await;
    browser.find("[role=alert]").await;
    browser.holds("document.documentElement.lang === 'ta'").await;
}
