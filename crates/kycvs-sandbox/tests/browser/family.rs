//! A family on two phones, as people use the page and the link.

use kycvs::consent::Language;
use serde_json::json;

use crate::browser::Browser;
use crate::people::{ASHA, IMRAN, MEENA, NOBODY, Person};
use crate::site::Site;

/// Somebody on Asha's number whom nobody registered.
pub(crate) const RAVI: Person = Person { name: "Ravi Rao", ..IMRAN };

#[tokio::test]
async fn a_family_books_on_two_phones_and_one_of_them_is_left_out() {
    for (width, language) in [(360, Language::English), (320, Language::Tamil), (390, Language::Urdu)] {
        let (site, browser) = (Site::start().await, Browser::open().await);
        browser.resize(width, 640).await;
        browser.goto(&site.family_visit(language, &[ASHA, IMRAN, RAVI, MEENA]).await).await;
        for person in [ASHA, IMRAN, RAVI, MEENA] {
            browser.holds(&format!("document.body.innerText.includes({})", json!(person.name))).await;
        }
        browser.step_fits_and_is_accessible("the family").await;
        browser.press_button("ask").await;

        browser.find("input[name=otp]").await;
        browser.step_fits_and_is_accessible("the switches").await;
        browser.click("input[name=left_out-1]").await;
        browser.enter_code(&site.code(&ASHA)).await;
        browser.find(".status-2").await;
        browser.step_fits_and_is_accessible("the answers").await;
        let cards =
            "return [document.querySelectorAll('.status').length, document.querySelectorAll('main > .card').length]";
        assert_eq!(browser.js(cards, &[]).await[0], 1, "one is left out, one is unknown");

        // Meena's own phone.
        let link = site.link(&MEENA);
        browser.goto(&link).await;
        browser.find("input[name=otp]").await;
        browser.step_fits_and_is_accessible("behind the link").await;
        browser.enter_code(&site.code(&MEENA)).await;
        browser.find(".status-1").await;
        browser.step_fits_and_is_accessible("the answer behind the link").await;
        browser.goto(&link).await;
        browser.holds("!document.querySelector('form') && !document.body.innerText.includes('Meena')").await;
        browser.step_fits_and_is_accessible("a link that is used up").await;
        site.has_no_personal_data_in_urls(&[ASHA, IMRAN, MEENA, NOBODY]);
    }
}
