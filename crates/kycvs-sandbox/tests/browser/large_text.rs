//! Text twice as large on the smallest phone (WCAG 1.4.4, 1.4.10).

use kycvs::consent::Language;
use serde_json::json;

use crate::browser::Browser;
use crate::gallery::scenes;
use crate::people::ASHA;
use crate::site::Site;

/// Parts whose text is wider than they are, or is hidden below their edge. A name may be longer than its field.
const CUT_OFF: &str = "const isBox = part => part.clientWidth > 0 && !part.matches('#name, [id^=name-], textarea, select, svg, svg *, .unseen');
    const hides = part => getComputedStyle(part).overflowY !== 'visible' && part.scrollHeight > part.clientHeight + 1;
    const isCut = part => part.scrollWidth > part.clientWidth + 1 || hides(part);
    return [...document.querySelectorAll('body *')].filter(part => isBox(part) && isCut(part)).map(part => part.outerHTML.slice(0, 120))";

/// Latin letters, the widest scripts of India, and one from right to left.
const LANGUAGES: [Language; 5] =
    [Language::English, Language::Hindi, Language::Tamil, Language::Malayalam, Language::Urdu];

impl Browser {
    /// As a person sets it in the browser, on a screen of 320 CSS pixels.
    async fn double_the_text(&self) {
        self.resize(320, 640).await;
        self.cdp("Page.setFontSizes", json!({ "fontSizes": { "standard": 32, "fixed": 26 } })).await;
    }

    /// Nothing is cut off, and nobody scrolls to the side.
    async fn is_whole(&self, step: &str) {
        assert_eq!(self.js("return getComputedStyle(document.documentElement).fontSize", &[]).await, "32px");
        self.fits(step).await;
        let cut = self.at_rest(async || self.js(CUT_OFF, &[]).await).await;
        assert_eq!(cut, json!([]), "{step}: cut off");
    }
}

#[tokio::test]
async fn every_state_of_a_visit_is_whole_in_text_of_twice_the_size() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    let scenes = scenes(&site, &browser).await;
    browser.double_the_text().await;
    for scene in scenes {
        for language in LANGUAGES.map(Language::tag) {
            browser.goto(&format!("{}/sandbox/gallery/{scene}?language={language}", site.issuer)).await;
            browser.is_whole(&format!("{scene}/{language}")).await;
        }
    }
}

#[tokio::test]
async fn every_step_of_the_own_page_is_whole_in_text_of_twice_the_size() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    site.token(&ASHA).await;
    browser.double_the_text().await;
    for language in LANGUAGES {
        site.advance(3_600); // so that no limit of the number is met
        let see = async |step: &str| browser.is_whole(&format!("{step}/{}", language.tag())).await;
        browser.open_own_page(&site, language, see).await;
    }
}
