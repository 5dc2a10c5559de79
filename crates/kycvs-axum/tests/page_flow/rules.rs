//! A visit may name its policy and day, and only the person sees the reasons for the answer.

use serde_json::{Value, json};

use crate::support::{Host, RAIL};
use crate::visit::{Visit, hidden};

const SESSIONS: &str = "/v1/embed-sessions";

async fn host() -> Host {
    Host::with(
        |config| {
            let purpose = &mut config.entities[0].purposes[0];
            purpose.policies = vec!["travel-14".into(), "measles-health-worker".into()];
        },
        |builder| builder,
    )
    .await
}

fn visit(more: &Value) -> Value {
    let mut visit =
        json!({ "purpose": "railway-booking", "return_url": "https://rail.example/kycvs/return", "state": "s" });
    visit.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    visit
}

#[tokio::test]
async fn a_visit_asks_by_the_policy_and_for_the_day_that_the_entity_named() {
    let named = visit(&json!({ "policy": "measles-health-worker", "on": "2022-03-01" }));
    let visit = Visit::open(host().await, named).await;
    let state = visit.host.get(RAIL, &visit.path.replace("/embed", SESSIONS)).await.json();
    assert_eq!((&state["policy"], &state["on"]), (&json!("measles-health-worker"), &json!("2022-03-01")));
    let step = visit.ask().await;
    assert!(
        step.text.contains("Measles for health care personnel") && step.text.contains("1 Mar 2022"),
        "{}",
        step.text
    );
    let answer = visit.second(&step, "confirm", &visit.code()).await;
    let left = visit.form(&[("action", "continue"), ("key", hidden(&answer, "key"))]).await;
    let code = left.text.split("result_code=").nth(1).unwrap().split(['&', '"']).next().unwrap();
    let result = visit.host.post(RAIL, "/v1/results", &json!({ "result_code": code })).await.json();
    let verified = visit.host.post("", "/v1/verify", &json!({ "token": result["token"] })).await.json();
    let verified = &verified["claims"];
    assert_eq!((&verified["policy"], &verified["as_of"]), (&json!("measles-health-worker/1"), &json!("2022-03-01")));
}

#[tokio::test]
async fn a_visit_that_the_purpose_does_not_allow_is_refused_by_name_before_there_is_one() {
    let host = host().await;
    for (more, code) in [
        (json!({ "policy": "yellow-fever-arrival" }), "unknown-policy"),
        (json!({ "policy": "Not An Id" }), "unknown-policy"),
        (json!({ "on": "2021-11-30" }), "day-out-of-range"),
        (json!({ "on": "2022-12-02" }), "day-out-of-range"),
    ] {
        let refused = host.post(RAIL, SESSIONS, &visit(&more)).await;
        assert_eq!((refused.status, &refused.json()["code"]), (422, &json!(code)), "{more}");
    }
    let no_day = host.post(RAIL, SESSIONS, &visit(&json!({ "on": "soon" }))).await;
    assert_eq!(no_day.json()["code"], "invalid-request");
}

#[tokio::test]
async fn an_overdue_policy_opens_no_visit_where_the_purpose_refuses_it() {
    let refuses = |config: &mut kycvs_axum::Config| {
        let purpose = &mut config.entities[0].purposes[0];
        (purpose.policies, purpose.refuses_overdue) = (vec!["own".into()], true);
        let own = "id = \"own\"\nversion = 1\nreview_by = 2021-11-30\n[[need]]\npolicy = \"in-kyc-vs\"\n";
        config.policies = vec![kycvs::domain::Policy::from_toml(own).unwrap()];
    };
    let host = Host::with(refuses, |builder| builder).await;
    let refused = host.post(RAIL, SESSIONS, &visit(&json!({}))).await;
    assert_eq!((refused.status, &refused.json()["code"]), (422, &json!("policy-overdue")));
    let metrics = host.get("", "/metrics").await;
    assert!(metrics.text.contains("kycvs_policy_review_overdue{policy=\"own/1\"} 1\n"), "{}", metrics.text);
    assert!(metrics.text.contains("kycvs_policy_review_overdue{policy=\"in-kyc-vs/1\"} 0\n"), "{}", metrics.text);
    assert!(metrics.text.ends_with("# EOF\n") && metrics.text.matches("# EOF").count() == 1);
}

/// The page's texts, as its languages have them.
const WHY: [(&str, &str, &str, &str); 6] = [
    (
        "en",
        "<h2 id=\"needs\">Why</h2>",
        "Measles for health care",
        "We found no dose that counts. The next dose is valid from",
    ),
    ("hi", ">क्यों</h2>", "स्वास्थ्यकर्मियों के लिए खसरा", "गिनी जाने वाली कोई खुराक नहीं मिली।"),
    ("bn", ">কেন</h2>", "স্বাস্থ্যকর্মীদের জন্য হাম", "ডোজ পাওয়া যায়নি।"),
    ("mr", ">का</h2>", "आरोग्य कर्मचाऱ्यांसाठी गोवर", "डोस सापडला नाही."),
    ("te", ">ఎందుకు</h2>", "ఆరోగ్య సిబ్బందికి తట్టు", "డోసు దొరకలేదు."),
    ("ta", ">ஏன்</h2>", "சுகாதாரப் பணியாளர்களுக்குத் தட்டம்மை", "டோஸ் எதுவும் கிடைக்கவில்லை."),
];

#[tokio::test]
async fn the_person_reads_each_need_with_its_reason_and_the_day_that_comes_next_and_the_entity_does_not() {
    for (language, title, need, reason) in WHY {
        let named = visit(&json!({ "policy": "measles-health-worker", "language": language }));
        let visit = Visit::open(host().await, named).await;
        let answer = visit.second(&visit.ask().await, "confirm", &visit.code()).await;
        for words in [title, need, reason] {
            assert!(answer.text.contains(words), "{language} {words}: {}", answer.text);
        }
        let left = visit.form(&[("action", "continue"), ("key", hidden(&answer, "key"))]).await;
        let code = left.text.split("result_code=").nth(1).unwrap().split(['&', '"']).next().unwrap();
        let result = visit.host.post(RAIL, "/v1/results", &json!({ "result_code": code })).await;
        assert!(!result.text.contains("\"need") && !result.text.contains("no_dose"), "{}", result.text);
    }
}

#[tokio::test]
async fn an_entity_that_enters_the_code_itself_gets_no_reasons() {
    let host = Host::new().await;
    let open = host.open().await;
    let answer = host.confirm_rightly(&open).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(!answer.text.contains("\"need") && !answer.text.contains("\"due"), "{}", answer.text);
}
