//! The page that verifies, as a browser without script sees it.

use axum::body::Body;
use axum::http::Request;
use axum::http::request::Builder;

use crate::support::Host;

fn page(path: &str) -> Builder {
    Request::builder().uri(path).header("accept-language", "fr, ta-IN;q=0.9, en;q=0.5")
}

#[tokio::test]
async fn the_page_speaks_the_language_that_was_chosen_or_that_the_browser_likes_best() {
    let host = Host::new().await;
    for (path, language) in [("/verify", "ta"), ("/verify?language=hi", "hi"), ("/verify?language=fr", "ta")] {
        let shown = host.send(page(path), Body::empty()).await;
        assert!(shown.text.contains(&format!("<html lang=\"{language}\">")), "{path}");
    }
    let plain = host.send(Request::builder().uri("/verify"), Body::empty()).await;
    assert!(plain.text.contains("<html lang=\"en\">"));
}

#[tokio::test]
async fn an_answer_without_script_is_in_the_language_of_the_page() {
    let host = Host::new().await;
    let shown = host.send(page("/verify?language=hi"), Body::empty()).await;
    let (_, form) = shown.text.split_once("<form id=\"verify\"").unwrap();
    let action = form.split_once("action=\"").unwrap().1.split_once('"').unwrap().0;
    let form = page(action).method("POST").header("content-type", "application/x-www-form-urlencoded");
    let answer = host.send(form.header("sec-fetch-site", "same-origin"), "token=no+token").await;
    assert!(answer.status == 200 && answer.text.contains("<html lang=\"hi\">"), "{}", answer.text);
}

#[tokio::test]
async fn a_form_of_another_site_is_not_said_to_hold_no_status() {
    let form = Request::builder().method("POST").uri("/verify").header("sec-fetch-site", "cross-site");
    let form = form.header("content-type", "application/x-www-form-urlencoded");
    let refused = Host::new().await.send(form, "token=no+token").await;
    assert!(refused.status == 403 && refused.text.contains("Start over"), "{}", refused.text);
}

#[tokio::test]
async fn a_visit_that_nobody_knows_is_told_in_the_language_of_the_browser() {
    let host = Host::new().await;
    let visit = crate::visit::Visit { host, path: "/embed/AAAAAAAAAAAAAAAAAAAAAA".to_owned() };
    let header = Request::builder().header("accept-language", "te");
    assert!(visit.send(header, Body::empty()).await.text.contains("<html lang=\"te\">"));
}
