//! What a site that embeds, and one that must not, can and cannot do.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use kycvs::consent::Language;
use serde_json::json;
use sha2::{Digest, Sha384};

use crate::browser::Browser;
use crate::people::ASHA;
use crate::site::Site;

#[tokio::test]
async fn a_site_that_is_not_registered_cannot_frame_the_page() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    site.put_booking(Language::English, "mode=\"frame\"").await;
    browser.goto(&format!("{}/booking", site.stranger)).await;
    let refused = browser.until("refuse the frame", async || {
        let refused = |line: &String| line.contains("frame-ancestors");
        Ok(browser.log().await.iter().any(refused).then_some(()))
    });
    refused.await;
    browser.enter("document.querySelector('kyc-vs').shadowRoot.querySelector('iframe')").await;
    assert_eq!(browser.js("return document.querySelector('#step')", &[]).await, json!(null));
    // The same on the registered one is framed, so that the refusal is not for another reason.
    browser.goto(&format!("{}/booking", site.railway)).await;
    browser.enter_page().await;
}

#[tokio::test]
async fn a_site_that_isolates_itself_and_holds_the_script_to_a_hash_embeds_the_page() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    let hash = BASE64_STANDARD.encode(Sha384::digest(include_str!("../../../kycvs-axum/assets/embed.js")));
    let visit = site.embedded_visit(Language::English).await;
    for (hash, is_loaded) in [(hash.as_str(), true), ("AAAA", false)] {
        let script =
            format!("<script src={}/embed.js integrity=sha384-{hash} crossorigin=anonymous></script>", site.issuer);
        let page = format!("<!doctype html><title>Strict</title>{script}<kyc-vs mode=frame session={visit}></kyc-vs>");
        let isolated = [
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-embedder-policy", "require-corp"),
            (
                "content-security-policy",
                "default-src 'none'; script-src http://127.0.0.1:*; frame-src http://127.0.0.1:*",
            ),
        ];
        site.put_under(&isolated, "/strict", &page);
        browser.goto(&format!("{}/strict", site.railway)).await;
        browser.holds("crossOriginIsolated").await;
        browser.holds(&format!("Boolean(customElements.get('kyc-vs')) === {is_loaded}")).await;
        if is_loaded {
            browser.enter_page().await;
            browser.ask(&ASHA).await;
            browser.enter_code(&site.code(&ASHA)).await;
            browser.find(".status-2").await;
            browser.leave_frame().await;
            browser.is_clean().await;
        }
    }
}

#[tokio::test]
async fn only_the_redirect_page_itself_is_shown_outside_of_frames() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    for page in [site.redirected_visit(Language::English, "seat 7").await, format!("{}/verify", site.issuer)] {
        site.put("/thief", &format!("<!doctype html><title>Thief</title><iframe src='{page}'></iframe>"));
        for origin in [&site.railway, &site.stranger] {
            browser.goto(&format!("{origin}/thief")).await;
            browser.enter("document.querySelector('iframe')").await;
            assert_eq!(browser.js("return document.querySelector('#step')", &[]).await, json!(null), "{page}");
        }
    }
}

/// A result that nobody gave, as the page would tell it.
const FORGED: &str = "{ type: 'kycvs.result', result_code: 'AAAAAAAAAAAAAAAAAAAAAA' }";

#[tokio::test]
async fn a_forged_message_is_ignored_whoever_sends_it() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    site.put(
        "/forger",
        &format!("<!doctype html><title>Forger</title><script>parent.postMessage({FORGED}, '*')</script>"),
    );
    browser.open_booking(&site, Language::English).await;
    browser.leave_frame().await;
    // By the host's own window, by a frame of its origin, by one of another origin; then a message that is heard for sure.
    let forge = format!(
        "const done = arguments[0];
        let heard = 0;
        addEventListener('message', event => {{ if (event.data.type === 'kycvs.result' && ++heard === 3) done(heard); }});
        postMessage({FORGED}, '*');
        for (const origin of ['{}', '{}']) {{
            const frame = document.createElement('iframe');
            frame.src = origin + '/forger';
            document.body.append(frame);
        }}",
        site.railway, site.stranger
    );
    assert_eq!(browser.js_later(&forge).await, 3);
    assert_eq!(browser.heard().await, json!([]));
    let body = "return [...new FormData(document.forms[0])]";
    assert_eq!(browser.js(body, &[]).await, json!([]));
}

#[tokio::test]
async fn the_page_does_not_listen_to_messages() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    browser.open_booking(&site, Language::English).await;
    browser.ask(&ASHA).await;
    browser.look_at_enabled("[value=confirm]").await;
    let before = browser.js("return document.querySelector('#step').innerHTML.replace(/\\d/g, '')", &[]).await;
    let (asked, codes) = (site.heard().len(), site.sandbox.outbox().messages().len());
    browser.leave_frame().await;
    let messages = "const frame = document.querySelector('kyc-vs').shadowRoot.querySelector('iframe').contentWindow;
        for (const type of ['kycvs.result', 'kycvs.declined', 'ask', 'confirm', 'decline', 'again'])
            frame.postMessage({ type, action: type, result_code: 'x' }, '*')";
    browser.js(messages, &[]).await;
    browser.enter_page().await;
    // What was posted before this is worked on before it.
    browser.js_later("addEventListener('message', () => arguments[0](1)); postMessage('last', '*')").await;
    let after = browser.js("return document.querySelector('#step').innerHTML.replace(/\\d/g, '')", &[]).await;
    assert_eq!(before, after);
    assert_eq!((site.heard().len(), site.sandbox.outbox().messages().len()), (asked, codes));
}

#[tokio::test]
async fn a_form_of_another_site_changes_nothing() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    let visit = site.redirected_visit(Language::English, "seat 7").await;
    let fields = format!("<input name=mobile value={}><input name=name value='{}'>", ASHA.mobile, ASHA.name);
    let form = format!("<form method=post action='{visit}'>{fields}<button name=action value=ask>Win</button></form>");
    site.put("/trap", &format!("<!doctype html><title>Trap</title>{form}"));
    browser.goto(&format!("{}/trap", site.railway)).await;
    browser.click("button").await;
    browser.says("h1", "did not work").await;
    assert_eq!(site.sandbox.outbox().messages().len(), 0);
}

#[tokio::test]
async fn nothing_personal_is_left_in_the_browser() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    browser.open_booking(&site, Language::English).await;
    browser.ask(&ASHA).await;
    browser.enter_code(&site.code(&ASHA)).await;
    browser.find(".status-2").await;
    let kept = "return [location.href, document.referrer, document.cookie, history.length,
        ...performance.getEntries().map(entry => entry.name), JSON.stringify(localStorage), JSON.stringify(sessionStorage)]";
    let in_page = browser.js(kept, &[]).await;
    browser.leave_frame().await;
    let in_host = browser.js(kept, &[]).await;
    for kept in [in_page, in_host] {
        assert_eq!([&kept[2], &kept[kept.as_array().unwrap().len() - 1]], [&json!(""), &json!("{}")], "{kept}");
        for personal in [ASHA.mobile, "Lakshmi", &site.code(&ASHA), "eyJhbGciOi"] {
            assert!(!kept.to_string().contains(personal), "{personal} in {kept}");
        }
    }
    site.has_no_personal_data_in_urls(&[ASHA]);
}
