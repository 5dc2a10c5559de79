//! Whom the page asks about: a name that the entity gave, and a year of birth where a name does not decide.

use std::sync::Arc;

use async_trait::async_trait;
use kycvs::domain::{BirthYear, DoseHistory, Mobile, PersonName};
use kycvs::registry::{Found, Lookup, PersonTag, Registry, RegistryError};
use serde_json::{Value, json};

use crate::support::{Host, RAIL, known};
use crate::visit::{Visit, hidden};

/// A registry in which a name alone never decides.
struct Namesakes;

#[async_trait]
impl Registry for Namesakes {
    async fn find(&self, _: &Mobile, _: &PersonName, year: Option<BirthYear>) -> Result<Lookup, RegistryError> {
        Ok(match year.map(BirthYear::get) {
            None => Lookup::BirthYearNeeded,
            Some(1986) => {
                let person = PersonTag::from_bytes([1; 16]);
                Lookup::Found(Found { history: DoseHistory::default(), person })
            }
            Some(_) => Lookup::NotFound,
        })
    }

    async fn find_again(&self, _: &Mobile, _: &PersonTag) -> Result<Option<Found>, RegistryError> {
        Ok(Some(Found { history: DoseHistory::default(), person: PersonTag::from_bytes([1; 16]) }))
    }
}

async fn of_namesakes() -> Visit {
    let host = Host::with(|_| {}, |builder| builder.registry(Arc::new(Namesakes))).await;
    Visit::open(host, json!({ "return_url": "https://rail.example/kycvs/return", "state": "s" })).await
}

#[tokio::test]
async fn the_year_of_birth_is_asked_for_where_a_name_does_not_decide() {
    for (year, status) in [("1986", 200), ("१९८६", 200), ("1987", 404)] {
        let visit = of_namesakes().await;
        let step = visit.second(&visit.ask().await, "confirm", &visit.code()).await;
        assert!(step.text.contains("name=\"birth_year-0\""), "{}", step.text);
        let fields = ["key", "notice_hash", "otp"].map(|name| (name, hidden(&step, name)));
        let with = |year| [&[("action", "confirm"), ("birth_year-0", year)], &fields[..]].concat();
        let odd = visit.form(&with("86")).await;
        assert_eq!((odd.status, odd.text.contains("in 4 digits")), (422, true), "{}", odd.text);
        assert_eq!(visit.form(&with(year)).await.status, status, "{year}");
    }
}

#[tokio::test]
async fn a_person_who_is_asked_for_a_year_may_still_decline() {
    let visit = of_namesakes().await;
    let step = visit.second(&visit.ask().await, "confirm", &visit.code()).await;
    let declined = visit.form(&[("action", "decline"), ("key", hidden(&step, "key"))]).await;
    assert!(declined.text.contains("error=declined"), "{}", declined.text);
}

async fn result(visit: &Visit, typed: &str) -> Value {
    let asked = visit.form(&[("action", "ask"), ("mobile", &known().0), ("name", typed)]).await;
    let answer = visit.second(&asked, "confirm", &visit.code()).await;
    let left = visit.form(&[("action", "continue"), ("key", hidden(&answer, "key"))]).await;
    let (_, code) = left.text.split_once("result_code=").unwrap_or_else(|| panic!("{}", left.text));
    let code = code.split('&').next().unwrap();
    visit.host.post(RAIL, "/v1/results", &json!({ "result_code": code })).await.json()
}

#[tokio::test]
async fn an_entity_fixes_the_name_of_a_visit_or_learns_whether_it_was_given() {
    let name = known().1.name;
    for (member, given, typed, matches) in [
        ("name", name.as_str(), "Nobody At All", None),
        ("expected_name", name.as_str(), name.as_str(), Some(true)),
        ("expected_name", "Somebody Else", name.as_str(), Some(false)),
    ] {
        let mut visit = json!({ "return_url": "https://rail.example/kycvs/return", "state": "s" });
        visit[member] = given.into();
        let visit = Visit::open(Host::new().await, visit).await;
        assert_eq!(visit.look().await.text.contains("name=\"name\""), member != "name");
        let result = result(&visit, typed).await;
        assert_eq!((&result["state"], result["name_matches"].as_bool()), (&json!("granted"), matches), "{member}");
        assert!(result.get("disclosures").is_none(), "the name that was typed stays with the person");
    }
}

#[tokio::test]
async fn a_visit_takes_one_name_that_can_be_one() {
    let host = Host::new().await;
    let visit = |names: Value| {
        let mut visit = json!({ "purpose": "railway-booking", "origin": "https://rail.example" });
        visit.as_object_mut().unwrap().extend(names.as_object().unwrap().clone());
        visit
    };
    for (names, code) in [
        (json!({ "name": "A B", "expected_name": "A B" }), "invalid-request"),
        (json!({ "name": "<b>" }), "invalid-name"),
        (json!({ "expected_name": "7" }), "invalid-name"),
    ] {
        assert_eq!(host.post(RAIL, "/v1/embed-sessions", &visit(names)).await.problem(), code);
    }
}

#[tokio::test]
async fn a_visit_of_somebody_without_a_record_says_so_and_can_still_be_answered() {
    let visit = Visit::redirected().await;
    let path = visit.path.replace("/embed/", "/v1/embed-sessions/");
    let state = async || visit.host.get(RAIL, &path).await.json()["state"].as_str().unwrap().to_owned();
    let asked = visit.form(&[("action", "ask"), ("mobile", &known().0), ("name", "Nobody At All")]).await;
    assert_eq!(visit.second(&asked, "confirm", &visit.code()).await.status, 404);
    assert_eq!(state().await, "no-record");

    let asked = visit.ask().await;
    assert_eq!(state().await, "asked");
    visit.second(&asked, "confirm", &visit.code()).await;
    assert_eq!(state().await, "answered");
}
