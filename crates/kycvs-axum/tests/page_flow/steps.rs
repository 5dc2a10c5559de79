//! From the first step to the answer.

use kycvs_axum::Config;
use serde_json::json;

use crate::support::{CONFIG, Host, RAIL, known};
use crate::visit::{Visit, hidden};

#[tokio::test]
async fn a_person_without_script_goes_all_the_way() {
    let visit = Visit::redirected().await;
    let code_step = visit.ask().await;
    assert_eq!(code_step.status, 200, "{}", code_step.text);
    for fact in
        ["Indian Railways", "to book a railway ticket", "grievance@kycvs.example", "autocomplete=\"one-time-code\""]
    {
        assert!(code_step.text.contains(fact), "{fact}");
    }
    let answer = visit.second(&code_step, "confirm", &visit.code()).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(answer.text.contains("Fully vaccinated") && answer.text.contains("<svg"), "{}", answer.text);
}

#[tokio::test]
async fn the_page_and_the_gate_name_who_asks_in_the_language_of_the_reader() {
    let name = "name = \"Indian Railways\"";
    let purpose = "text = \"to book a railway ticket\"";
    let config = CONFIG
        .replace(name, &format!("{name}\nnames = {{ hi = \"भारतीय रेल\" }}"))
        .replace(purpose, &format!("{purpose}, texts = {{ hi = \"रेल टिकट बुक करना\" }}"));
    let host = Host::with(|known| *known = Config::from_toml(&config).unwrap(), |builder| builder).await;
    let mut visit = Visit::open(host, json!({ "origin": "https://rail.example" })).await;
    let path = visit.path.clone();
    for (language, words) in
        [("hi", ["भारतीय रेल", "रेल टिकट बुक करना"]), ("ta", ["Indian Railways", "to book a railway ticket"])]
    {
        visit.path = format!("{path}?language={language}");
        let page = visit.look().await.text;
        let names = visit.host.get(RAIL, &format!("/verify/names?language={language}")).await.text;
        for words in words {
            assert!(page.contains(words) && names.contains(words), "{language}: {words}");
        }
    }
}

#[tokio::test]
async fn who_knows_the_url_of_a_visit_is_shown_nothing_of_the_person() {
    let visit = Visit::embedded().await;
    let code_step = visit.ask().await;
    visit.second(&code_step, "confirm", visit.wrong_code()).await;
    let (mobile, person) = known();
    let shown = visit.look().await.text;
    for secret in [mobile.as_str(), &mobile[6..], &person.name, hidden(&code_step, "key")] {
        assert!(!shown.contains(secret), "{secret}");
    }
    visit.second(&code_step, "confirm", &visit.code()).await;
    let shown = visit.look().await;
    assert!(shown.text.contains("name=\"mobile\"") && !shown.text.contains("eyJhbGci"), "nor that it was answered");
}

#[tokio::test]
async fn without_its_form_key_a_step_does_nothing() {
    let visit = Visit::embedded().await;
    let code_step = visit.ask().await;
    let (code, notice) = (visit.code(), hidden(&code_step, "notice_hash"));
    for key in ["", "AAAAAAAAAAAAAAAAAAAAAA", "<script>"] {
        for action in ["confirm", "resend", "withdraw", "again"] {
            let refused =
                visit.form(&[("action", action), ("otp", &code), ("notice_hash", notice), ("key", key)]).await;
            assert_eq!(refused.status, 404, "{action}");
            assert!(!refused.text.contains("<script>"));
        }
    }
    assert_eq!(visit.host.sms.messages().len(), 1);
    assert_eq!(visit.second(&code_step, "confirm", &code).await.status, 200);
}

#[tokio::test]
async fn a_form_of_another_site_sends_nothing() {
    let visit = Visit::embedded().await;
    let (mobile, person) = known();
    let fields = [("action", "ask"), ("mobile", mobile.as_str()), ("name", person.name.as_str())];
    for headers in [
        vec![("sec-fetch-site", "cross-site"), ("origin", "https://rail.example")],
        vec![("sec-fetch-site", "same-site")],
        vec![("sec-fetch-site", "none")],
        vec![("origin", "null")],
        vec![("origin", "https://rail.example")],
    ] {
        let refused = visit.form_from(&headers, &fields).await;
        assert!((400..500).contains(&refused.status), "{headers:?} {}", refused.status);
        assert!(refused.header("content-type").starts_with("text/html") && refused.text.contains("Start over"));
        assert!(!refused.text.contains("in full"), "{}", refused.text);
    }
    assert!(visit.host.sms.messages().is_empty());
}

#[tokio::test]
async fn what_was_typed_is_escaped_when_it_is_shown_again() {
    let visit = Visit::embedded().await;
    let hostile = "\"><script>alert(1)</script>";
    let page = visit.form(&[("action", "ask"), ("mobile", hostile), ("name", hostile)]).await;
    assert_eq!(page.status, 422);
    assert!(!page.text.contains("<script>alert") && !page.text.contains("\"><script"), "{}", page.text);
    let page = visit.form(&[("action", "ask"), ("mobile", "9876543210"), ("name", "<b>Asha</b>")]).await;
    assert_eq!(page.status, 422, "the API takes no markup for a name, and nor does the page");
}

#[tokio::test]
async fn the_last_wrong_code_is_not_told_as_another_try() {
    let visit = Visit::embedded().await;
    let code_step = visit.ask().await;
    for left in ["2 more times", "once more"] {
        let page = visit.second(&code_step, "confirm", visit.wrong_code()).await;
        assert!(page.status == 422 && page.text.contains(left), "{}", page.text);
    }
    let page = visit.second(&code_step, "confirm", visit.wrong_code()).await;
    assert!(page.text.contains("Too many wrong codes") && !page.text.contains("0 more"), "{}", page.text);
}

#[tokio::test]
async fn who_goes_back_after_the_answer_is_not_told_that_nothing_was_told() {
    let visit = Visit::embedded().await;
    let code_step = visit.ask().await;
    visit.second(&code_step, "confirm", &visit.code()).await;
    let page = visit.second(&code_step, "decline", "").await;
    assert!(!page.text.contains("Nothing was shared") && !page.text.contains("kycvs.declined"), "{}", page.text);
}

#[tokio::test]
async fn who_loads_the_page_again_can_still_decline_and_ends_nothing_without_the_form_key() {
    let visit = Visit::embedded().await;
    let code_step = visit.ask().await;
    assert!(visit.look().await.text.contains("value=\"decline\""));
    let page = visit.form(&[("action", "decline")]).await;
    assert!(page.status == 200 && page.text.contains("Nothing was shared"), "{} {}", page.status, page.text);
    assert!(page.text.contains("kycvs.declined"), "{}", page.text);
    let page = visit.form(&[("action", "decline"), ("key", "AAAAAAAAAAAAAAAAAAAAAA")]).await;
    assert!(page.status == 200 && page.text.contains("Nothing was shared"), "{}", page.text);
    assert_eq!(visit.second(&code_step, "confirm", &visit.code()).await.status, 200, "the visit's id is no key");
}

#[tokio::test]
async fn who_declines_in_the_second_step_has_ended_the_request() {
    let visit = Visit::embedded().await;
    let code_step = visit.ask().await;
    assert_eq!(visit.second(&code_step, "decline", "").await.status, 200);
    assert_eq!(visit.second(&code_step, "confirm", &visit.code()).await.status, 404);
}

#[tokio::test]
async fn a_code_stays_good_when_the_next_request_is_refused() {
    let visit = Visit::embedded().await;
    for _ in 1..6 {
        visit.ask().await;
    }
    let code_step = visit.ask().await;
    assert_eq!(visit.ask().await.status, 429);
    assert_eq!(visit.second(&code_step, "confirm", &visit.code()).await.status, 200);
}
