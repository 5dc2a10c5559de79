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
async fn the_sandbox_is_accessible() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    site.token(&crate::people::ASHA).await; // so that there is a message
    for width in [320, 1280] {
        browser.resize(width, 800).await;
        browser.goto(&format!("{}/sandbox", site.issuer)).await;
        browser.is_accessible("sandbox").await;
        browser.picture(&format!("sandbox-{width}")).await;
    }
    browser.is_clean().await;
}

#[tokio::test]
async fn the_documentation_is_accessible() {
    let (site, browser) = (Site::start().await, Browser::open().await);
    browser.resize(320, 800).await;
    for scheme in ["light", "dark"] {
        browser.prefer(scheme).await;
        browser.goto(&format!("{}/docs", site.issuer)).await;
        browser.is_accessible("docs").await;
        browser.picture(&format!("docs-{scheme}")).await;
    }
    browser.is_clean().await;
}
