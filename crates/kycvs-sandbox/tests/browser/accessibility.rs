//! What every page owes to those who cannot see it, use no mouse, or have a small screen.

use crate::browser::Browser;
use crate::site::Site;

/// The tests rest on this: they would not miss what is wrong.
#[tokio::test]
async fn what_is_wrong_in_a_frame_of_another_origin_does_not_pass_unseen() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    let policy = r#"<meta http-equiv=content-security-policy content="script-src 'none'">"#;
    site.put("/inner", &format!("<!doctype html>{policy}<img src=/x><script>1</script>"));
    site.put("/outer", &format!("<!doctype html><iframe src={}/inner></iframe>", site.stranger));
    browser.goto(&format!("{}/outer", site.railway)).await;
    browser.enter("document.querySelector('iframe')").await;
    browser.holds("window.violations.includes('script-src-elem')").await;
    assert!(browser.log().await.iter().any(|line| line.starts_with("security: ")));
    let found = browser.inaccessible().await.to_string();
    assert!(found.contains("image-alt") && found.contains("html-has-lang"), "{found}");
}

#[tokio::test]
async fn words_in_the_colour_of_their_ground_do_not_pass() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    browser.goto(&format!("{}/me", site.issuer)).await;
    browser.is_accessible("me").await;
    browser.js("document.querySelector('main button').style = 'background: #fff; color: #fff'", &[]).await;
    assert!(browser.inaccessible().await.to_string().contains("color-contrast"));
}

#[tokio::test]
async fn the_sandbox_is_accessible() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    site.token(&crate::people::ASHA).await; // so that there is a message
    for width in [320, 1280] {
        browser.resize(width, 800).await;
        browser.goto(&format!("{}/sandbox", site.issuer)).await;
        browser.is_accessible("sandbox").await;
        browser.holds("document.documentElement.scrollWidth <= document.documentElement.clientWidth").await;
        browser.picture(&format!("sandbox-{width}")).await;
    }
    browser.is_clean().await;
}

#[tokio::test]
async fn the_documentation_is_accessible() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    for (width, scheme) in [(320, "light"), (320, "dark"), (1280, "light"), (1280, "dark")] {
        browser.resize(width, 800).await;
        browser.prefer(scheme).await;
        browser.goto(&format!("{}/docs", site.issuer)).await;
        browser.is_accessible("docs").await;
        // What is wider scrolls by itself.
        browser.holds("document.documentElement.scrollWidth <= document.documentElement.clientWidth").await;
        browser.picture(&format!("docs-{width}-{scheme}")).await;
        let height = browser.js("return document.documentElement.scrollHeight", &[]).await.as_u64().unwrap();
        assert!(height < 5_000, "nobody reads a column of {height} pixels");
    }
    browser.is_clean().await;
}

#[tokio::test]
async fn a_call_of_the_documentation_opens_by_its_link() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    browser.goto(&format!("{}/docs", site.issuer)).await;
    assert!(!browser.shows("#exchangeResult").await);
    browser.click("nav a[href='#exchangeResult']").await;
    browser.says("#exchangeResult", "result_code").await;
    browser.goto(&format!("{}/docs#problems", site.issuer)).await;
    browser.says("#problems", "too-many-requests").await;
}
