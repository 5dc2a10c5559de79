//! A booking over HTTP: one code about several people of one mobile, and an answer for each.

use std::sync::{Arc, Mutex};

use crate::support::{Host, RAIL, sample};
use kycvs::domain::{Choice, PersonName, choose};
use kycvs::token::TokenVerifier;
use serde_json::{Value, json};

const ATTEMPT: &str = "YSBub25jZSBvZiBvd24hIQ";

/// A mobile of the sample, and three of its people whom no other there could be taken for.
fn household() -> (String, Vec<String>) {
    let sample = sample();
    let distinct = |names: &[String]| {
        names.iter().all(|name| {
            let asked = PersonName::parse(name).unwrap();
            let known: Vec<_> = names.iter().map(|name| PersonName::parse(name).unwrap()).collect();
            choose(&asked, None, known.iter().map(|name| (name.normalised(), None, ()))) == Choice::One(())
        })
    };
    let mut found = sample.iter().filter_map(|household| {
        let names: Vec<String> = household.people.iter().map(|person| person.name.clone()).collect();
        (names.len() >= 3 && distinct(&names)).then(|| (household.mobile.clone(), names[..3].to_vec()))
    });
    found.next().expect("many households of the sample have three people")
}

fn booking(people: &[(&str, &str)]) -> Value {
    let people: Vec<Value> = people.iter().map(|(mobile, name)| json!({ "mobile": mobile, "name": name })).collect();
    json!({ "people": people, "purpose": "railway-booking", "reference": "booking 4711" })
}

fn states(booking: &Value) -> Vec<&str> {
    booking["people"].as_array().unwrap().iter().map(|person| person["state"].as_str().unwrap()).collect()
}

/// Opens a booking about the three, and somebody whom nobody knows.
async fn opened(host: &Host) -> (String, Value) {
    let (mobile, names) = household();
    let mut people: Vec<(&str, &str)> = names.iter().map(|name| (mobile.as_str(), name.as_str())).collect();
    people.push((&mobile, "Xaveria Unlisted"));
    let open = host.post(RAIL, "/v1/bookings", &booking(&people)).await;
    assert_eq!(open.status, 201, "{}", open.text);
    (mobile, open.json())
}

#[tokio::test]
async fn one_code_answers_about_each_person_and_the_booking_verifies_at_once() {
    let host = Host::new().await;
    let (mobile, open) = opened(&host).await;
    let path = format!("/v1/bookings/{}", open["id"].as_str().unwrap());
    let before = host.get(RAIL, &path).await.json();
    assert_eq!((states(&before), before.get("answer")), (vec!["missing"; 4], None));
    assert_eq!(host.sms.messages().len(), 1);

    let body = json!({ "otp": host.code(&mobile), "notice_hash": open["notice"]["hash"], "attempt": ATTEMPT, "left_out": [1] });
    let told = host.post(RAIL, &format!("{path}/confirm"), &body).await;
    assert_eq!(told.status, 200, "{}", told.text);
    let told = told.json();
    assert_eq!(states(&told), ["granted", "declined", "granted", "no-record"]);
    assert!(told["people"][0]["disclosures"].is_array(), "what is the person's, to who entered the code");

    let later = host.get(RAIL, &path).await.json();
    assert_eq!(states(&later), states(&told));
    assert!(later["people"][0].get("disclosures").is_none(), "and to nobody else");
    let verifier = TokenVerifier::new("https://kycvs.example", host.service.published_keys());
    let claims = verifier.verify_group(later["answer"].as_str().unwrap(), "rail", host.service.now()).unwrap();
    assert_eq!((claims.asked, claims.tokens.len(), claims.declined), (4, 2, 1));
    for at in [0, 2] {
        let token = later["people"][at]["token"].as_str().unwrap();
        assert!(claims.includes(verifier.verify(token, "rail", host.service.now()).unwrap().claims()));
    }
    assert_eq!(host.get(crate::support::AIR, &path).await.problem(), "not-found", "another entity's");
}

#[tokio::test]
async fn the_call_about_one_person_takes_no_code_of_a_booking() {
    let host = Host::new().await;
    let (mobile, open) = opened(&host).await;
    let id = open["id"].as_str().unwrap();
    let body = json!({ "otp": host.code(&mobile), "notice_hash": open["notice"]["hash"], "attempt": ATTEMPT });
    let refused = host.post(RAIL, &format!("/v1/status-requests/{id}/confirm"), &body).await;
    assert_eq!(refused.problem(), "invalid-request");
    let detail = "The request is about several people: a booking has calls of its own, at /v1/bookings.";
    assert_eq!(refused.json()["detail"], detail);
    let path = format!("/v1/bookings/{id}");
    assert_eq!(states(&host.get(RAIL, &path).await.json()), ["missing"; 4], "nothing was shared");

    // The code is still good for the call that is meant; its answers are at its own address, too.
    assert_eq!(host.post(RAIL, &format!("{path}/confirm"), &body).await.status, 200);
    assert_eq!(host.get(RAIL, &format!("/v1/status-requests/{id}")).await.json()["detail"], detail);
}

#[tokio::test]
async fn a_list_that_cannot_be_asked_about_is_refused_before_a_message() {
    let host = Host::new().await;
    let one = ("98765 43210", "Asha Rao");
    for people in [
        vec![],
        vec![one; 7],
        vec![one, ("+91 9876543210", "RAO ASHA")],
        vec![one, ("9123456780", "Meena Devi")], // this server has no page for links
    ] {
        let refused = host.post(RAIL, "/v1/bookings", &booking(&people)).await;
        assert_eq!((refused.status, refused.problem().as_str()), (400, "invalid-request"), "{}", refused.text);
    }
    // For whose sake is said by the places.
    for (people, problem, places) in [
        ([one, ("1", "Meena Devi")], "invalid-mobile", json!([1])),
        ([("98765 43210", "4"), one], "invalid-name", json!([0])),
        ([one, one], "invalid-request", json!([0, 1])),
    ] {
        let refused = host.post(RAIL, "/v1/bookings", &booking(&people)).await;
        assert_eq!((refused.problem().as_str(), &refused.json()["people"]), (problem, &places));
    }
    let visit =
        |people: Value| json!({ "people": people, "purpose": "railway-booking", "origin": "https://rail.example" });
    let refused = host.post(RAIL, "/v1/embed-sessions", &visit(json!([{}, {}, { "mobile": "1" }]))).await;
    assert_eq!((refused.problem().as_str(), &refused.json()["people"]), ("invalid-mobile", &json!([2])));
    let year =
        json!({ "otp": "482913", "notice_hash": "0".repeat(64), "birth_years": [{ "position": 3, "year": 1899 }] });
    let refused = host.post(RAIL, "/v1/bookings/YSBub25jZSBvZiBvd24hIQ/confirm", &year).await;
    assert_eq!((refused.problem().as_str(), &refused.json()["people"]), ("invalid-birth-year", &json!([3])));
    let mut without = booking(&[one, one]);
    without["people"][0].as_object_mut().unwrap().remove("mobile");
    let refused = host.post(RAIL, "/v1/bookings", &without).await;
    assert!(refused.status == 422 && refused.text.contains("The first person has no `mobile`."), "{}", refused.text);
    assert!(host.sms.messages().is_empty());
}

#[tokio::test]
async fn who_has_no_mobile_shares_the_first_persons() {
    let host = Host::new().await;
    let (mobile, names) = household();
    let people = json!([{ "mobile": mobile, "name": names[0] }, { "name": names[1] }]);
    let open = host.post(RAIL, "/v1/bookings", &json!({ "people": people, "purpose": "railway-booking" })).await;
    assert_eq!(open.status, 201, "{}", open.text);
    let open = open.json();
    let body = json!({ "otp": host.code(&mobile), "notice_hash": open["notice"]["hash"] });
    let path = format!("/v1/bookings/{}/confirm", open["id"].as_str().unwrap());
    let told = host.post(RAIL, &path, &body).await;
    assert_eq!((told.status, states(&told.json())), (200, vec!["granted"; 2]), "{}", told.text);
}

#[tokio::test]
async fn leaving_out_everybody_or_a_stranger_is_refused_and_a_wrong_code_counts() {
    let host = Host::new().await;
    let (mobile, open) = opened(&host).await;
    let heard = Arc::new(Mutex::new(Vec::new()));
    let listener = heard.clone();
    host.http.on_event(move |event| listener.lock().unwrap().push(event.state));
    let path = format!("/v1/bookings/{}/confirm", open["id"].as_str().unwrap());
    let code = host.code(&mobile);
    let confirm =
        |otp: &str, left_out: Value| json!({ "otp": otp, "notice_hash": open["notice"]["hash"], "left_out": left_out });
    for left_out in [json!([0, 1, 2, 3]), json!([4]), json!([255])] {
        let refused = host.post(RAIL, &path, &confirm(&code, left_out)).await;
        assert_eq!(refused.problem(), "invalid-request", "{}", refused.text);
    }
    let wrong = if code == "123456" { "654321" } else { "123456" };
    for left in [2, 1, 0] {
        let refused = host.post(RAIL, &path, &confirm(wrong, json!([]))).await.json();
        assert_eq!((refused["code"].as_str(), refused["attempts_left"].as_i64()), (Some("wrong-code"), Some(left)));
    }
    assert_eq!(host.post(RAIL, &path, &confirm(&code, json!([]))).await.problem(), "request-locked");
    assert_eq!(*heard.lock().unwrap(), ["locked"]);
}
