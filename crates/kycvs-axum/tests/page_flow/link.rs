//! The page behind the link of a message: opened by its person, twice, by another, too late, after an end.

use kycvs::consent::Language;
use serde_json::json;

use crate::family::{host, opened};
use crate::support::{Answer, RAIL, known};
use crate::visit::{Visit, hidden};

/// A visit of a booker on another number; its link leads the known person to a page of their own.
async fn linked() -> (Visit, String) {
    let (mobile, person) = known();
    let people = json!([{ "mobile": "9123456780", "name": "Meena Devi" }, { "mobile": mobile, "name": person.name }]);
    let visit = opened(host().await, people).await;
    visit.ask_given().await;
    let booking = visit.path.clone();
    (visit.behind_link(&mobile), booking)
}

fn is_over(page: &Answer) {
    assert_eq!(page.status, 404, "{}", page.text);
    assert!(page.text.contains("This link no longer works"), "{}", page.text);
    let (mobile, person) = known();
    for told in [&person.name, &mobile[6..], "Indian Railways", "vaccinated", "eyJhbGciOi"] {
        assert!(!page.text.contains(told), "{told} in {}", page.text);
    }
}

#[tokio::test]
async fn a_link_leads_its_person_to_the_code_and_to_the_answer() {
    let (page, _) = linked().await;
    let (_, person) = known();
    let step = page.look().await;
    assert_eq!(step.status, 200, "{}", step.text);
    for shown in ["Indian Railways", &person.name, "name=\"otp\"", "value=\"decline\""] {
        assert!(step.text.contains(shown), "{shown} in {}", step.text);
    }
    assert!(!step.text.contains("Meena") && !step.text.contains("value=\"again\""), "{}", step.text);
    let answer = page.second(&step, "confirm", &page.code()).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(answer.text.contains("Fully vaccinated") && !answer.text.contains("value=\"continue\""), "{}", answer.text);
    is_over(&page.look().await);
    is_over(&page.second(&step, "decline", "").await);
}

#[tokio::test]
async fn a_link_that_is_opened_twice_takes_one_answer() {
    let (page, _) = linked().await;
    let (one, other) = (page.look().await, page.look().await);
    assert_eq!(hidden(&one, "notice_hash"), hidden(&other, "notice_hash"));
    assert_eq!(page.second(&other, "confirm", &page.code()).await.status, 200);
    let late = page.second(&one, "confirm", &page.code()).await;
    assert!(
        late.status >= 400 && !late.text.contains("vaccinated") && !late.text.contains("eyJhbGci"),
        "{}",
        late.text
    );
    let again = page.second(&other, "confirm", &page.code()).await;
    assert!(again.status == 200 && again.text.contains("Fully vaccinated"), "a lost answer is asked for again");
}

#[tokio::test]
async fn another_person_with_the_link_and_without_the_code_gets_no_answer() {
    let (page, _) = linked().await;
    let step = page.look().await;
    for status in [422, 422, 423] {
        let refused = page.second(&step, "confirm", page.wrong_code()).await;
        assert_eq!(refused.status, status, "{}", refused.text);
    }
    is_over(&page.look().await);
    let sent = page.host.sms.messages().len();
    assert_eq!(page.second(&step, "resend", "").await.status, 423);
    assert_eq!(page.second(&step, "confirm", &page.code()).await.status, 423);
    assert_eq!(page.host.sms.messages().len(), sent);
}

#[tokio::test]
async fn an_expired_a_declined_and_an_unknown_link_show_the_same() {
    let (page, _) = linked().await;
    page.host.advance(601);
    let expired = page.look().await;
    is_over(&expired);
    let (page, _) = linked().await;
    let step = page.look().await;
    assert!(page.second(&step, "decline", "").await.text.contains("Nothing was shared"));
    let declined = page.look().await;
    is_over(&declined);
    is_over(&page.second(&step, "confirm", &page.code()).await);
    assert_eq!(expired.text, declined.text);
    for unknown in ["AAAAAAAAAAAAAAAAAAAAAA", "short", "%3Cscript%3E"] {
        let page = Visit { path: format!("/l/{unknown}"), host: host().await };
        assert_eq!(page.look().await.text, expired.text, "{unknown}");
    }
}

#[tokio::test]
async fn a_decline_after_another_agreed_takes_back_nothing_of_theirs() {
    let (mobile, person) = known();
    let people = json!([{ "mobile": mobile, "name": person.name }, { "mobile": "9123456780", "name": "Meena Devi" }]);
    let visit = opened(host().await, people).await;
    let step = visit.ask_given().await;
    let answer = visit.second(&step, "confirm", &visit.code()).await;
    let result = visit.result(&answer).await;
    let booking = format!("/v1/bookings/{}", result["id"].as_str().unwrap());
    let page = visit.behind_link("9123456780");
    let step = page.look().await;
    page.second(&step, "decline", "").await;
    let after = page.host.get(RAIL, &booking).await.json();
    assert_eq!((&after["people"][0]["state"], &after["people"][1]["state"]), (&json!("granted"), &json!("declined")));
    assert_eq!(after["people"][0]["token"], result["people"][0]["token"]);
}

#[tokio::test]
async fn a_form_without_its_page_does_nothing_and_its_ticket_opens_no_other_link() {
    let (page, _) = linked().await;
    let step = page.look().await;
    let notice = hidden(&step, "notice_hash");
    for action in ["confirm", "resend", "decline", "withdraw"] {
        let refused = page.form(&[("action", action), ("otp", &page.code()), ("notice_hash", notice)]).await;
        is_over(&refused);
    }
    let foreign = linked().await.0.look().await;
    is_over(&page.second(&foreign, "confirm", &page.code()).await);
    for action in ["ask", "again", "continue", "speak", ""] {
        assert_eq!(page.form(&[("action", action), ("key", hidden(&step, "key"))]).await.status, 400, "{action}");
    }
    assert_eq!(page.second(&step, "confirm", &page.code()).await.status, 200);
}

#[tokio::test]
async fn a_further_number_that_answers_is_told_to_the_entity_by_the_booking() {
    let (page, _) = linked().await;
    let heard = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let listener = heard.clone();
    page.host.http.on_event(move |event| listener.lock().unwrap().push(event.message(Default::default()).body));
    let step = page.look().await;
    page.second(&step, "confirm", &page.code()).await;
    let told = heard.lock().unwrap().join("\n");
    assert!(told.contains("booking.answered") && !told.contains(page.path.trim_start_matches("/l/")), "{told}");
}

#[tokio::test]
async fn a_link_speaks_the_language_of_its_booking_or_the_one_that_is_chosen() {
    let (mobile, person) = known();
    let people = json!([{ "mobile": "9123456780", "name": "Meena Devi" }, { "mobile": mobile, "name": person.name }]);
    let visit = json!({ "origin": "https://rail.example", "language": "ta", "people": people });
    let visit = Visit::open(host().await, visit).await;
    visit.ask_given().await;
    let page = visit.behind_link(&mobile);
    assert!(page.look().await.text.contains("<html lang=\"ta\""));
    let hindi = Visit { path: format!("{}?language=hi", page.path), host: page.host };
    let shown = hindi.look().await.text;
    assert!(
        shown.contains("<html lang=\"hi\"") && shown.contains("<div lang=\"ta\""),
        "the notice is in the one it was written in"
    );
}

/// They include the one who books, who got no link.
#[tokio::test]
async fn the_others_are_said_to_get_an_sms_and_not_a_link_in_every_language() {
    let (mut page, _) = linked().await;
    let path = page.path.clone();
    for &language in Language::ALL {
        page.path = format!("{path}?language={}", language.tag());
        let shown = page.look().await.text;
        let (_, others) = shown.split_once("<p class=\"hint others\">").unwrap();
        let others = others.split_once("</p>").unwrap().0;
        assert!(others.contains("SMS"), "{others}");
        assert!(
            language != Language::English
                || others == "One more person answers on another phone. We send an SMS there."
        );
    }
}
