//! A visit about a family: each is named, one code counts for those of a number, and the others get a link.

use axum::body::Body;
use axum::http::Request;
use kycvs::domain::Mobile;
use kycvs::token::TokenVerifier;
use serde_json::{Value, json};

use crate::support::{AIR, Answer, Host, RAIL, known};
use crate::visit::{Visit, hidden};

/// A number of nobody in the sample.
const ELSEWHERE: &str = "9123456780";

/// A host whose messages may have links.
pub(crate) async fn host() -> Host {
    let links = kycvs::LinkBase::parse("https://kycvs.example/l/").unwrap();
    Host::with(|config| config.issuer.links = Some(links), |builder| builder).await
}

/// The known person, somebody whom nobody knows, and a third one on a number of their own.
pub(crate) fn people() -> Value {
    let (mobile, person) = known();
    json!([
        { "mobile": mobile, "name": person.name },
        { "mobile": mobile, "name": "Xaveria Unlisted" },
        { "mobile": ELSEWHERE, "name": "Meena Devi" },
    ])
}

pub(crate) async fn opened(host: Host, people: Value) -> Visit {
    let visit = json!({ "return_url": "https://rail.example/kycvs/return", "state": "s", "people": people });
    Visit::open(host, visit).await
}

impl Visit {
    /// Sends the first form with nothing typed.
    pub(crate) async fn ask_given(&self) -> Answer {
        self.form(&[("action", "ask")]).await
    }

    async fn agree_without(&self, step: &Answer, left_out: &[&str]) -> Answer {
        let code = self.code();
        let fields = [("key", hidden(step, "key")), ("notice_hash", hidden(step, "notice_hash"))];
        let out = left_out.iter().map(|field| (*field, "yes"));
        let fields: Vec<_> = [("action", "confirm"), ("otp", &code)].into_iter().chain(fields).chain(out).collect();
        self.form(&fields).await
    }

    /// What its site gets for the code of a page that was answered.
    pub(crate) async fn result(&self, answer: &Answer) -> Value {
        let left = self.form(&[("action", "continue"), ("key", hidden(answer, "key"))]).await;
        let (_, code) = left.text.split_once("result_code=").unwrap_or_else(|| panic!("{}", left.text));
        let code = code.split('&').next().unwrap();
        self.host.post(RAIL, "/v1/results", &json!({ "result_code": code })).await.json()
    }

    /// The page behind the link that a number got last.
    pub(crate) fn behind_link(self, number: &str) -> Self {
        let to = Mobile::parse(number).unwrap();
        let messages = self.host.sms.messages();
        let message = messages.iter().rev().find(|message| message.to == to).expect("a message");
        let link = message.link.as_ref().expect("a link").strip_prefix("https://kycvs.example").unwrap();
        Self { path: link.to_owned(), host: self.host }
    }
}

fn states(result: &Value) -> Vec<&str> {
    result["people"].as_array().unwrap().iter().map(|person| person["state"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_family_is_named_on_the_page_and_its_site_reads_the_booking() {
    let visit = opened(host().await, people()).await;
    let (mobile, person) = known();
    let first = visit.look().await.text;
    assert!(
        first.contains("each person&#x27;s vaccination status") && first.contains("one answer for each person"),
        "{first}"
    );
    assert!(
        !first.contains("asks for your") && !first.contains("family&#x27;s details"),
        "nobody else is meant by \"your\""
    );
    let first = visit.look().await;
    for shown in [&person.name, "Xaveria Unlisted", "Meena Devi", &mobile[6..], &ELSEWHERE[6..]] {
        assert!(first.text.contains(shown), "{shown}");
    }
    assert!(!first.text.contains(&mobile) && !first.text.contains("name=\"mobile\""), "nothing is to be typed");

    let code_step = visit.ask_given().await;
    assert_eq!((code_step.status, visit.host.sms.messages().len()), (200, 2), "{}", code_step.text);
    assert!(
        code_step.text.contains("aria-labelledby=\"person-1 out-1\"")
            && code_step.text.contains("One more person answers on another phone. We send an SMS there.")
    );
    assert!(!code_step.text.contains("Meena"), "who answers elsewhere is not named where this code counts");

    let answer = visit.agree_without(&code_step, &[]).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(answer.text.contains("Fully vaccinated") && answer.text.contains("no single record"), "{}", answer.text);
    let result = visit.result(&answer).await;
    assert_eq!(states(&result), ["granted", "no-record", "missing"]);
    assert_eq!(result["purpose"], "railway-booking");
    let verifier = TokenVerifier::new("https://kycvs.example", visit.host.service.published_keys());
    let claims = verifier.verify_group(result["answer"].as_str().unwrap(), "rail", visit.host.service.now()).unwrap();
    assert_eq!((claims.asked, claims.tokens.len(), claims.declined), (3, 1, 0));

    let booking = format!("/v1/bookings/{}", result["id"].as_str().unwrap());
    assert_eq!(states(&visit.host.get(RAIL, &booking).await.json()), states(&result), "and again later");
    assert_eq!(visit.host.get(AIR, &booking).await.problem(), "not-found");
}

#[tokio::test]
async fn whom_the_person_switches_off_is_left_out_and_a_wrong_code_keeps_the_switch() {
    let visit = opened(host().await, people()).await;
    let step = visit.ask_given().await;
    let fields = [("key", hidden(&step, "key")), ("notice_hash", hidden(&step, "notice_hash"))];
    let typed = [("action", "confirm"), ("otp", visit.wrong_code()), ("left_out-1", "yes")];
    let again = visit.form(&[&typed[..], &fields].concat()).await;
    assert!(again.status == 422 && again.text.contains("name=\"left_out-1\" value=\"yes\" checked"), "{}", again.text);
    let answer = visit.agree_without(&again, &["left_out-1"]).await;
    assert!(answer.text.contains("You left this person out"), "{}", answer.text);
    assert_eq!(states(&visit.result(&answer).await), ["granted", "declined", "missing"]);
}

#[tokio::test]
async fn nobody_is_asked_about_when_everybody_is_left_out_and_the_code_stays_good() {
    let visit = opened(host().await, people()).await;
    let step = visit.ask_given().await;
    let refused = visit.agree_without(&step, &["left_out-0", "left_out-1"]).await;
    assert!(refused.status == 400 && refused.text.contains("Leave one person in"), "{}", refused.text);
    assert_eq!(visit.agree_without(&step, &["left_out-1"]).await.status, 200);
}

#[tokio::test]
async fn a_booker_who_declines_takes_the_question_from_the_others_too() {
    let visit = opened(host().await, people()).await;
    let step = visit.ask_given().await;
    assert!(visit.second(&step, "decline", "").await.text.contains("Nothing was shared"));
    let linked = visit.behind_link(ELSEWHERE);
    assert_eq!(linked.look().await.status, 404);
}

#[tokio::test]
async fn what_the_entity_gave_is_changed_where_it_allows_that_and_nowhere_else() {
    let (mobile, person) = known();
    let typed = [("action", "ask"), ("mobile", "9000000009"), ("name", "Somebody Else")];
    for editable in [false, true] {
        let given =
            json!({ "origin": "https://rail.example", "name": person.name, "mobile": mobile, "editable": editable });
        let visit = Visit::open(host().await, given).await;
        let page = visit.look().await.text;
        assert_eq!(page.contains(&format!("value=\"{mobile}\"")), editable, "{page}");
        assert_eq!(page.contains(&format!("value=\"{}\"", person.name)), editable, "{page}");
        let step = visit.form(&typed).await;
        assert_eq!(step.text.contains("auto\">Somebody Else"), editable, "{}", step.text);
        assert!(step.text.contains(if editable { "0009" } else { &mobile[6..] }), "{}", step.text);
    }
}

#[tokio::test]
async fn a_family_without_numbers_shares_the_one_that_is_typed() {
    let (mobile, person) = known();
    let visit = opened(host().await, json!([{ "name": person.name }, { "name": "Xaveria Unlisted" }])).await;
    let page = visit.look().await.text;
    assert!(page.contains("name=\"mobile\"") && !page.contains("name=\"mobile-1\""), "{page}");
    let step = visit.form(&[("action", "ask"), ("mobile", &mobile)]).await;
    assert!(step.text.contains("aria-labelledby=\"person-1 out-1\""), "{}", step.text);
    assert_eq!(visit.host.sms.messages().len(), 1);
}

#[tokio::test]
async fn a_list_that_cannot_be_asked_about_opens_no_visit() {
    let host = host().await;
    let (mobile, person) = known();
    let one = json!({ "mobile": mobile, "name": person.name });
    let seven: Vec<Value> =
        (0..7).map(|number| json!({ "name": format!("Person {}", "A".repeat(number + 2)) })).collect();
    for (people, code) in [
        (json!([]), "invalid-request"),
        (json!(seven), "invalid-request"),
        (json!([one, one]), "invalid-request"),
        (json!([one, { "mobile": "1", "name": "Meena Devi" }]), "invalid-mobile"),
        (json!([one, { "mobile": ELSEWHERE, "name": "<b>" }]), "invalid-name"),
        (json!([one, { "name": "A B", "expected_name": "A B" }]), "invalid-request"),
    ] {
        let visit = json!({ "purpose": "railway-booking", "origin": "https://rail.example", "people": people });
        assert_eq!(host.post(RAIL, "/v1/embed-sessions", &visit).await.problem(), code, "{people}");
    }
    let both =
        json!({ "purpose": "railway-booking", "origin": "https://rail.example", "people": [one], "name": "A B" });
    assert_eq!(host.post(RAIL, "/v1/embed-sessions", &both).await.problem(), "invalid-request");
    let without_links = Host::new().await;
    let visit = json!({ "purpose": "railway-booking", "origin": "https://rail.example", "people": self::people() });
    assert_eq!(without_links.post(RAIL, "/v1/embed-sessions", &visit).await.problem(), "invalid-request");
}

#[tokio::test]
async fn what_was_typed_wrongly_is_said_at_the_person_whose_it_is() {
    let (mobile, person) = known();
    let visit = opened(host().await, json!([{ "mobile": mobile, "name": person.name }, {}])).await;
    let page = visit.form(&[("action", "ask"), ("name-1", "7")]).await;
    let (_, field) = page.text.split_once("id=\"name-1\"").unwrap();
    assert!(page.status == 422 && field.split('>').next().unwrap().contains("aria-invalid"), "{}", page.text);
    let same = visit.form(&[("action", "ask"), ("name-1", &person.name)]).await;
    assert!(same.status == 400 && same.text.contains("Two of these people are the same"), "{}", same.text);
    assert!(visit.host.sms.messages().is_empty());
}

#[tokio::test]
async fn nothing_of_the_people_is_in_a_url_or_known_after_the_visit() {
    let visit = opened(host().await, people()).await;
    assert!(visit.path.len() < 1_000, "a cookie's path has that much room");
    visit.host.advance(1_801);
    let page = visit.look().await;
    assert!(page.status == 404 && !page.text.contains("Meena"), "{}", page.text);
    let request = Request::builder().method("GET");
    assert_eq!(visit.send(request, Body::empty()).await.status, 404);
}
