//! How the site gets the answer: a result code for its server, drawn when the person goes on.

use kycvs::consent::Language;
use serde_json::{Value, json};

use crate::reload::cookie;
use crate::support::{Answer, Host, RAIL};
use crate::visit::{Visit, hidden};

impl Visit {
    async fn answered(&self) -> Answer {
        let code_step = self.ask().await;
        let answer = self.second(&code_step, "confirm", &self.code()).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer
    }

    /// What a person without script presses, and what the script asks for by itself.
    async fn go_on(&self, answer: &Answer) -> Answer {
        self.form(&[("action", "continue"), ("key", hidden(answer, "key"))]).await
    }

    async fn exchange(&self, result_code: &str) -> Value {
        self.host.post(RAIL, "/v1/results", &json!({ "result_code": result_code })).await.json()
    }
}

/// The result code of a page that a person is sent on by, or that a site is told.
fn result_code(page: &Answer) -> &str {
    let plain = page.text.split_once("result_code").unwrap_or_else(|| panic!("no result code: {}", page.text)).1;
    let code = plain.trim_start_matches("&quot;").trim_start_matches([':', '=']).trim_start_matches("&quot;");
    code.split('&').next().unwrap()
}

#[tokio::test]
async fn an_answer_that_was_read_for_long_still_gets_to_the_site() {
    for visit in [Visit::redirected().await, Visit::embedded().await] {
        let answer = visit.answered().await;
        assert!(!answer.text.contains("result_code"), "nothing that could be over while the person reads");
        visit.host.advance(1_500);
        let left = visit.go_on(&answer).await;
        assert_eq!(visit.exchange(result_code(&left)).await["status"], 2);
    }
}

#[tokio::test]
async fn who_goes_on_comes_to_the_site_without_another_click() {
    let visit = Visit::redirected().await;
    let left = visit.go_on(&visit.answered().await).await;
    let (_, goes_on) = left.text.split_once("http-equiv=\"refresh\" content=\"0; url=").expect("a way on");
    let url = goes_on.split_once('"').unwrap().0;
    let returned = "https:&#x2f;&#x2f;rail.example&#x2f;kycvs&#x2f;return?result_code=";
    assert!(url.starts_with(returned) && url.ends_with("&amp;state=a%26b"), "{url}");
    assert!(left.text.contains(&format!("href=\"{url}\"")), "and by a link, where a browser does not go by itself");
}

#[tokio::test]
async fn a_result_code_is_over_after_two_minutes_and_another_one_is_to_be_had() {
    let visit = Visit::embedded().await;
    let answer = visit.answered().await;
    let first = visit.go_on(&answer).await;
    visit.host.advance(120);
    assert_eq!(visit.exchange(result_code(&first)).await["code"], "not-found");
    let second = visit.go_on(&answer).await;
    assert_ne!(result_code(&first), result_code(&second));
    assert_eq!(visit.exchange(result_code(&second)).await["status"], 2);
}

#[tokio::test]
async fn nothing_is_handed_over_without_an_answer_or_after_the_visit() {
    let visit = Visit::embedded().await;
    let code_step = visit.ask().await;
    assert_eq!(visit.go_on(&code_step).await.status, 404);
    let answer = visit.second(&code_step, "confirm", &visit.code()).await;
    assert_eq!(visit.form(&[("action", "continue"), ("key", "AAAAAAAAAAAAAAAAAAAAAA")]).await.status, 404);
    visit.host.advance(1_800);
    let late = visit.go_on(&answer).await;
    assert!(late.status == 404 && late.text.contains("request-expired") && !late.text.contains("result_code"));
}

#[tokio::test]
async fn who_loads_an_answered_page_again_finds_the_way_back_and_nothing_else() {
    for (visit, way_back) in [
        (Visit::redirected().await, "return?error=request-expired&amp;state=a%26b"),
        (Visit::embedded().await, "&quot;error&quot;:&quot;request-expired&quot;"),
    ] {
        let first = visit.look().await;
        let answer = visit.second(&visit.ask_from(&first).await, "confirm", &visit.code()).await;
        let page = visit.look_with(&cookie(&first)).await;
        assert!(page.status == 404 && page.text.contains(way_back), "{}", page.text);
        for told in ["result_code", "vaccinated\"", "eyJhbGciOi", hidden(&answer, "key")] {
            assert!(!page.text.contains(told), "{told}");
        }
        // The page that was not loaded again is as good as before.
        assert_eq!(visit.exchange(result_code(&visit.go_on(&answer).await)).await["status"], 2);
    }
}

#[tokio::test]
async fn of_two_tabs_of_a_visit_the_one_that_comes_too_late_finds_the_way_back() {
    for (visit, way_back) in [
        (Visit::redirected().await, "return?error=request-expired"),
        (Visit::embedded().await, "&quot;request-expired&quot;"),
    ] {
        let first = visit.ask().await;
        let second = visit.ask().await;
        let code = visit.code();
        assert_eq!(visit.second(&second, "confirm", &code).await.status, 200);
        let late = visit.second(&first, "confirm", &code).await;
        assert!(late.status == 404 && late.text.contains(way_back), "{}", late.text);
        assert!(!late.text.contains("result_code"));
    }
}

#[tokio::test]
async fn nothing_is_said_to_be_told_before_it_is() {
    let visit = Visit::redirected().await;
    let answer = visit.answered().await;
    for words in ["<h1>Your status</h1>", "Indian Railways gets:"] {
        assert!(answer.text.contains(words), "{}", answer.text);
    }
    let declined = Visit::redirected().await.form(&[("action", "decline")]).await;
    assert!(declined.text.contains("Indian Railways learns only that you said no"), "{}", declined.text);
}

/// The words of the button or link that leads to the site, of which the end of the address or value is known.
fn way_to_the_site<'a>(page: &'a Answer, end: &str) -> &'a str {
    let (_, after) = page.text.split_once(end).unwrap_or_else(|| panic!("no {end}: {}", page.text));
    after.split_once('<').unwrap().0
}

#[tokio::test]
async fn only_an_answer_goes_on_to_the_site_and_every_other_end_leads_back() {
    for language in Language::ALL {
        let way_back = json!({ "return_url": "https://rail.example/kycvs/return", "state": "s", "language": language });
        let visit = Visit::open(Host::new().await, way_back).await;
        let code_step = visit.ask().await;
        for _ in 0..2 {
            visit.second(&code_step, "confirm", visit.wrong_code()).await;
        }
        let locked = visit.second(&code_step, "confirm", visit.wrong_code()).await;
        let again = visit.form(&[("action", "again"), ("key", hidden(&locked, "key"))]).await;
        let answer = visit.second(&visit.ask_from(&again).await, "confirm", &visit.code()).await;
        let goes_on = way_to_the_site(&answer, "value=\"continue\">");
        let withdrawn = visit.form(&[("action", "withdraw"), ("key", hidden(&answer, "key"))]).await;
        let over = visit.form(&[("action", "decline")]).await;
        let declined = Visit::redirected().await;
        let declined = declined.form(&[("action", "decline"), ("language", language.tag())]).await;
        let back = [&locked, &withdrawn, &over, &declined].map(|page| way_to_the_site(page, "\" href=\"https:"));
        for words in back {
            let words = words.split_once('>').unwrap().1;
            assert!(words.contains("Indian Railways") && words != goes_on, "{language:?}: {words}");
            assert!(*language != Language::English || words == "Go back to Indian Railways", "{words}");
        }
        assert!(*language != Language::English || goes_on == "Continue to Indian Railways", "{goes_on}");
    }
}

#[tokio::test]
async fn nothing_is_handed_over_after_a_consent_was_withdrawn() {
    let visit = Visit::embedded().await;
    let answer = visit.answered().await;
    let first = visit.go_on(&answer).await;
    visit.form(&[("action", "withdraw"), ("key", hidden(&answer, "key"))]).await;
    for code in [&first, &visit.go_on(&answer).await] {
        assert_eq!(visit.exchange(result_code(code)).await["code"], "consent-withdrawn");
    }
}
