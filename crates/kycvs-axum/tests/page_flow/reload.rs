//! Who loads the page again goes on where they were, and nobody else does.

use axum::body::Body;
use axum::http::Request;
use serde_json::json;

use crate::support::{Answer, Host, known};
use crate::visit::{Visit, hidden};

impl Visit {
    /// Loads the page as a browser does that has been there.
    pub(crate) async fn look_with(&self, cookie: &str) -> Answer {
        self.send(Request::builder().header("cookie", format!("other=1; {cookie}")), Body::empty()).await
    }

    /// Sends the first form as the browser does that loaded the page.
    pub(crate) async fn ask_from(&self, page: &Answer) -> Answer {
        let (mobile, person) = known();
        let key = ("key", hidden(page, "key"));
        self.form(&[("action", "ask"), ("mobile", &mobile), ("name", &person.name), key]).await
    }
}

pub(crate) fn cookie(page: &Answer) -> String {
    page.header("set-cookie").split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_page_that_is_loaded_again_goes_on_at_the_second_step() {
    let visit = Visit::embedded().await;
    let first = visit.look().await;
    let asked = visit.ask_from(&first).await;
    let again = visit.look_with(&cookie(&first)).await;
    assert_eq!(hidden(&again, "notice_hash"), hidden(&asked, "notice_hash"));
    assert_eq!(visit.host.sms.messages().len(), 1, "and sends no further code");
    assert_eq!(visit.second(&again, "confirm", &visit.code()).await.status, 200);
    assert_eq!(visit.look_with(&cookie(&first)).await.status, 404, "what was answered is over");
}

#[tokio::test]
async fn another_browser_or_none_sees_the_first_step() {
    let visit = Visit::embedded().await;
    let first = visit.look().await;
    visit.ask_from(&first).await;
    let (mobile, person) = known();
    for page in [visit.look().await, visit.look_with("kycvs-visit=AAAAAAAAAAAAAAAAAAAAAA").await] {
        assert!(page.status == 200 && page.text.contains("name=\"mobile\""), "{}", page.text);
        assert!(!page.text.contains(&mobile[6..]) && !page.text.contains(&person.name));
    }
}

#[tokio::test]
async fn the_cookie_is_of_this_visit_alone_and_no_script_reads_it() {
    let visit = Visit::embedded().await;
    let set = visit.look().await.header("set-cookie").to_owned();
    let path = format!("Path={};", visit.path);
    for part in [path.as_str(), "HttpOnly", "Secure", "SameSite=None", "Partitioned", "Max-Age=1800"] {
        assert!(set.contains(part), "{part} in {set}");
    }
    let another = Visit::open(visit.host, json!({ "origin": "https://rail.example" })).await;
    let asked = another.ask_from(&another.look().await).await;
    let seen = another.look_with(&cookie(&asked)).await;
    assert!(seen.text.contains("name=\"mobile\""), "the key of another visit opens nothing");
}

#[tokio::test]
async fn the_key_alone_changes_nothing_without_the_form() {
    let visit = Visit::embedded().await;
    let first = visit.look().await;
    let asked = visit.ask_from(&first).await;
    let fields = [("action", "confirm"), ("otp", &visit.code()), ("notice_hash", hidden(&asked, "notice_hash"))];
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = Request::builder()
        .method("POST")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .header("cookie", cookie(&first));
    assert_eq!(visit.send(request, body).await.status, 404);
}

#[tokio::test]
async fn a_request_that_ran_out_is_begun_again() {
    let visit = Visit::embedded().await;
    let first = visit.look().await;
    visit.ask_from(&first).await;
    visit.host.advance(601);
    assert!(visit.look_with(&cookie(&first)).await.text.contains("name=\"mobile\""));
    let again = visit.ask_from(&first).await;
    assert_eq!(visit.second(&again, "confirm", &visit.code()).await.status, 200);
}

#[tokio::test]
async fn a_form_that_is_sent_twice_sends_one_message_and_another_number_a_further_one() {
    let visit = Visit::embedded().await;
    let first = visit.look().await;
    let asked = visit.ask_from(&first).await;
    let again = visit.ask_from(&first).await;
    assert_eq!(hidden(&again, "notice_hash"), hidden(&asked, "notice_hash"));
    assert_eq!(visit.host.sms.messages().len(), 1);
    let key = ("key", hidden(&first, "key"));
    let other = visit.form(&[("action", "ask"), ("mobile", "9876500000"), ("name", "Somebody"), key]).await;
    assert_eq!((other.status, visit.host.sms.messages().len()), (200, 2));
    let late = visit.second(&asked, "confirm", &visit.code()).await;
    assert!(late.status == 404 && late.text.contains("request-expired"), "only one request of a visit is open");
}

#[tokio::test]
async fn what_was_refused_leaves_the_earlier_code_as_good_as_before() {
    let host = Host::with(|config| config.limits.messages_per_visit = 1.try_into().unwrap(), |builder| builder).await;
    let visit = Visit::open(host, json!({ "origin": "https://rail.example" })).await;
    let first = visit.look().await;
    visit.ask_from(&first).await;
    assert_eq!(visit.ask_from(&first).await.status, 429);
    let step = visit.look_with(&cookie(&first)).await;
    assert_eq!(visit.second(&step, "confirm", &visit.code()).await.status, 200);
}
