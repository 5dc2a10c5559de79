//! Text twice as large on the smallest phone (WCAG 1.4.4, 1.4.10).

use kycvs::consent::Language;
use serde_json::json;

use crate::browser::{Browser, Settings};
use crate::gallery::scenes;
use crate::people::ASHA;
use crate::site::Site;

/// Parts whose text is wider than they are, or is hidden below their edge. A name may be longer than its field; what a field for files says is the browser's.
const CUT_OFF: &str = "const isBox = part => part.clientWidth > 0 && !part.matches('#name, [id^=name-], [type=file], textarea, select, svg, svg *, .unseen');
    const hides = part => getComputedStyle(part).overflowY !== 'visible' && part.scrollHeight > part.clientHeight + 1;
    const isCut = part => part.scrollWidth > part.clientWidth + 1 || hides(part);
    const parts = [document.documentElement, ...document.querySelectorAll('body *')];
    return parts.filter(part => isBox(part) && isCut(part)).map(part => part.outerHTML.slice(0, 120))";

/// Latin letters, the widest scripts of India, and one from right to left.
const LANGUAGES: [Language; 5] =
    [Language::English, Language::Hindi, Language::Tamil, Language::Malayalam, Language::Urdu];

impl Browser {
    /// One with large text on a screen of 320 CSS pixels.
    async fn with_large_text() -> Self {
        let browser = Self::with(Settings { large_text: true, ..Settings::default() }).await;
        browser.resize(320, 640).await;
        browser
    }

    /// What is cut off, or has to be scrolled to the side.
    async fn cut_off(&self, step: &str) -> Option<String> {
        assert_eq!(self.js("return getComputedStyle(document.documentElement).fontSize", &[]).await, "32px");
        let cut = self.at_rest(async || self.js(CUT_OFF, &[]).await).await;
        (cut != json!([])).then(|| format!("{step}: {cut:#}"))
    }
}

#[tokio::test]
async fn every_state_of_a_visit_is_whole_in_text_of_twice_the_size() {
    let (site, browser) = (Site::start().await, Browser::with_large_text().await);
    let scenes = scenes(&site, &browser).await;
    let mut faults = Vec::new();
    for scene in scenes {
        for language in LANGUAGES.map(Language::tag) {
            browser.goto(&format!("{}/sandbox/gallery/{scene}?language={language}", site.issuer)).await;
            faults.extend(browser.cut_off(&format!("{scene}/{language}")).await);
        }
    }
    assert!(faults.is_empty(), "cut off:\n{}", faults.join("\n"));
}

#[tokio::test]
async fn every_step_of_the_own_page_is_whole_in_text_of_twice_the_size() {
    let (site, browser) = (Site::start().await, Browser::with_large_text().await);
    site.token(&ASHA).await;
    for language in LANGUAGES {
        site.advance(3_600); // so that no limit of the number is met
        let see = async |step: &str| {
            let cut = browser.cut_off(&format!("{step}/{}", language.tag())).await;
            assert_eq!(cut, None, "cut off");
        };
        browser.open_own_page(&site, language, see).await;
    }
}
