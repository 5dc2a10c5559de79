//! Who may put a page into a frame.

use axum::body::Body;
use axum::http::Request;

use crate::support::{Answer, Host};
use crate::visit::{Visit, hidden};

/// The only origin that may frame a page.
fn framed_by(page: &Answer) -> &str {
    let policy = page.header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'") && !policy.contains("unsafe")
    );
    for part in ["<script>", "style=\"", "onclick", "javascript:"] {
        assert!(!page.text.contains(part), "{part}");
    }
    let origin = policy.split_once("frame-ancestors ").unwrap().1;
    // Who may frame it may be isolated.
    assert_eq!(page.headers.get("cross-origin-resource-policy").is_some(), origin != "'none'");
    origin
}

const RAILWAY: &str = "https://rail.example";

#[tokio::test]
async fn only_the_origin_of_the_visit_frames_its_steps_and_its_refusals() {
    let visit = Visit::embedded().await;
    let code_step = visit.ask().await;
    let refused = visit.second(&code_step, "confirm", visit.wrong_code()).await;
    let incomplete = visit.form(&[("action", "nothing that we know")]).await;
    let stolen = visit.form_from(&[("sec-fetch-site", "cross-site")], &[("action", "ask")]).await;
    let answer = visit.second(&code_step, "confirm", &visit.code()).await;
    let over = visit.second(&code_step, "again", "").await;
    for page in [&visit.look().await, &code_step, &refused, &incomplete, &stolen, &answer, &over] {
        assert_eq!(framed_by(page), RAILWAY, "{}", page.text);
    }
    assert_eq!([refused.status, incomplete.status, stolen.status, over.status], [422, 400, 403, 404]);
}

#[tokio::test]
async fn a_visit_whose_time_is_over_says_so_in_its_frame_and_tells_the_site() {
    let visit = Visit::embedded().await;
    let code_step = visit.ask().await;
    visit.host.advance(1_800);
    let late = visit.second(&code_step, "resend", "").await;
    for page in [visit.look().await, late] {
        assert_eq!((page.status, framed_by(&page)), (404, RAILWAY));
        assert!(page.text.contains("This request is over") && page.text.contains("request-expired"), "{}", page.text);
    }
    assert_eq!(visit.host.sms.messages().len(), 1);
}

#[tokio::test]
async fn who_was_sent_and_comes_too_late_finds_the_way_back() {
    let visit = Visit::redirected().await;
    visit.host.advance(1_800);
    let page = visit.look().await;
    assert!(page.text.contains("error=request-expired&amp;state=a%26b"), "{}", page.text);
}

#[tokio::test]
async fn a_visit_that_nobody_knows_is_framed_by_nobody() {
    let visit = Visit::embedded().await;
    for path in ["/embed/AAAAAAAAAAAAAAAAAAAAAA", "/embed/nothing"] {
        let stranger = Visit { host: Host::new().await, path: path.to_owned() };
        for page in [stranger.look().await, stranger.ask().await] {
            assert_eq!((page.status, framed_by(&page)), (404, "'none'"));
        }
    }
    // What was forgotten is not known either.
    visit.host.advance(1_800 + 3_600 + 3_600);
    visit.host.service.keep().await.unwrap();
    assert_eq!(framed_by(&visit.look().await), "'none'");
}

#[tokio::test]
async fn who_was_sent_sees_the_page_outside_of_frames_only() {
    let visit = Visit::redirected().await;
    let code_step = visit.ask().await;
    let answer = visit.second(&code_step, "confirm", &visit.code()).await;
    let left = visit.form(&[("action", "continue"), ("key", hidden(&answer, "key"))]).await;
    let verifier = visit.host.send(Request::builder().uri("/verify"), Body::empty()).await;
    for page in [&visit.look().await, &code_step, &answer, &left, &verifier] {
        assert_eq!(framed_by(page), "'none'");
    }
}
