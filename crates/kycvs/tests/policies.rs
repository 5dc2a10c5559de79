//! By which rules and for which day a question is answered.

use std::sync::Arc;

use crate::support::{FAMILY, Host, asked, entity, id, over};
use kycvs::consent::{CodeProof, Language};
use kycvs::domain::{NeedReason, Policy, VaccinationStatus};
use kycvs::{Error, Granted, RegisteredEntity, RegisteredPurpose, RequestState, StatusRequest};
use kycvs_memory::MemoryStore;

/// A clinic whose purpose names these policies.
fn clinic(policies: Vec<Policy>, refuses_overdue: bool) -> RegisteredEntity {
    let RegisteredEntity { entity, names, purposes } = entity("clinic", "City Hospital");
    let purposes =
        purposes.into_iter().map(|known| RegisteredPurpose { policies: policies.clone(), refuses_overdue, ..known });
    RegisteredEntity { entity, names, purposes: purposes.collect() }
}

async fn host(policies: &[&str], refuses_overdue: bool) -> Host {
    let policies = policies.iter().map(|id| Policy::builtin(id).unwrap()).collect();
    let store = Arc::new(MemoryStore::new());
    over(store, None, |builder| builder.entity(clinic(policies, refuses_overdue))).await
}

fn question(policy: Option<&str>, on: Option<&str>) -> StatusRequest {
    let (policy, on) = (policy.map(id), on.map(|day| day.parse().unwrap()));
    StatusRequest { entity: id("clinic"), policy, on, ..asked(FAMILY, "Asha Lakshmi Rao") }
}

async fn answer(host: &Host, question: StatusRequest) -> Granted {
    let open = host.service.request(question).await.unwrap();
    let proof = CodeProof::from_typed(&host.code(FAMILY)).unwrap();
    host.service.confirm(&id("clinic"), &open.id, &open.confirmation(proof)).await.unwrap().only().unwrap()
}

#[tokio::test]
async fn a_question_is_answered_by_the_policy_that_it_names_and_else_by_the_first_of_the_purpose() {
    let host = host(&["measles-health-worker", "in-kyc-vs"], false).await;
    for (named, reference, status) in [
        (None, "measles-health-worker/1", VaccinationStatus::NotVaccinated),
        (Some("measles-health-worker"), "measles-health-worker/1", VaccinationStatus::NotVaccinated),
        (Some("in-kyc-vs"), "in-kyc-vs/1", VaccinationStatus::FullyVaccinated),
    ] {
        let granted = answer(&host, question(named, None)).await;
        let verified = host.verifier().verify(&granted.token, "clinic", crate::support::start()).unwrap();
        assert_eq!((granted.status, verified.claims().policy.as_str()), (status, reference));
    }
}

#[tokio::test]
async fn a_purpose_that_names_no_policy_is_answered_by_the_services_own_alone() {
    let host = host(&[], false).await;
    assert_eq!(answer(&host, question(None, None)).await.status, VaccinationStatus::FullyVaccinated);
    assert_eq!(answer(&host, question(Some("in-kyc-vs"), None)).await.status, VaccinationStatus::FullyVaccinated);
    let other = host.service.request(question(Some("travel-14"), None)).await;
    assert!(matches!(other, Err(Error::UnknownPolicy)));
}

#[tokio::test]
async fn a_policy_outside_the_purpose_sends_nothing() {
    let host = host(&["measles-health-worker"], false).await;
    let refused = host.service.request(question(Some("in-kyc-vs"), None)).await;
    assert!(matches!(refused, Err(Error::UnknownPolicy)));
    assert!(host.sms.last_code(&crate::support::mobile(FAMILY)).is_none());
}

/// Two doses by 2021-07-01: travel-14 counts them from 2021-07-15 on, and the service's clock says 2021-12-01.
#[tokio::test]
async fn the_answer_is_for_the_day_that_is_asked_about() {
    let host = host(&["yellow-fever-arrival", "travel-14"], false).await;
    let granted = answer(&host, question(Some("travel-14"), Some("2022-03-01"))).await;
    let verified = host.verifier().verify(&granted.token, "clinic", crate::support::start()).unwrap();
    assert_eq!(verified.claims().as_of.to_string(), "2022-03-01");
    assert_eq!(verified.claims().policy, "travel-14/2");
    assert_eq!(granted.status, VaccinationStatus::FullyVaccinated);
}

#[tokio::test]
async fn the_day_is_today_or_at_most_a_year_ahead() {
    let host = host(&["in-kyc-vs"], false).await;
    for day in ["2021-12-01", "2022-12-01"] {
        assert!(host.service.request(question(None, Some(day))).await.is_ok(), "{day}");
    }
    for day in ["2021-11-30", "2022-12-02"] {
        let refused = host.service.request(question(None, Some(day))).await;
        assert!(matches!(refused, Err(Error::DayOutOfRange)), "{day}");
    }
}

#[tokio::test]
async fn an_overdue_policy_answers_unless_the_purpose_refuses_it() {
    let own = |review_by: &str| {
        let need = "[[need]]\npolicy = \"in-kyc-vs\"\n";
        Policy::from_toml(&format!("id = \"own\"\nversion = 1\nreview_by = {review_by}\n{need}")).unwrap()
    };
    for (review_by, refuses, is_answered) in
        [("2021-12-01", true, true), ("2021-11-30", true, false), ("2021-11-30", false, true)]
    {
        let entity = clinic(vec![own(review_by)], refuses);
        let host = over(Arc::new(MemoryStore::new()), None, |builder| builder.entity(entity)).await;
        let asked = host.service.request(question(None, None)).await;
        assert_eq!(asked.is_ok(), is_answered, "{review_by} {refuses}");
        assert!(is_answered || matches!(asked, Err(Error::PolicyOverdue)));
    }
}

#[tokio::test]
async fn the_notice_says_by_which_rules_and_for_which_day_in_its_language() {
    let policy = Policy::builtin("yellow-fever-arrival").unwrap();
    let host = host(&["yellow-fever-arrival"], false).await;
    for &language in Language::ALL {
        let question = StatusRequest { language, ..question(None, Some("2022-03-01")) };
        let open = host.service.request(question).await.unwrap();
        assert!(open.notice.text.contains(policy.shown_name(language.tag())), "{language:?}");
        let day = language.day("2022-03-01".parse().unwrap());
        assert!(open.notice.text.contains(&day), "{language:?}");
        host.wait(3600);
    }
}

#[tokio::test]
async fn a_question_can_be_checked_before_the_person_is_there() {
    let host = host(&["yellow-fever-arrival"], false).await;
    let check = |purpose: &str, policy: Option<&str>, on: Option<&str>| {
        let (policy, on) = (policy.map(id), on.map(|day| day.parse().unwrap()));
        host.service.check_rules(&id("clinic"), &id(purpose), policy.as_ref(), on)
    };
    let purpose = asked(FAMILY, "Asha").purpose;
    let purpose = purpose.as_str();
    assert!(check(purpose, None, None).is_ok());
    assert!(check(purpose, Some("yellow-fever-arrival"), Some("2022-12-01")).is_ok());
    assert!(matches!(check(purpose, Some("travel-14"), None), Err(Error::UnknownPolicy)));
    assert!(matches!(check(purpose, None, Some("2022-12-02")), Err(Error::DayOutOfRange)));
    assert!(matches!(check("another", None, None), Err(Error::UnknownPurpose)));
}

#[tokio::test]
async fn whoever_enters_the_code_gets_each_need_with_its_reason_and_nobody_who_reads_the_answer_later() {
    let host = host(&["measles-health-worker"], false).await;
    let open = host.service.request(question(None, None)).await.unwrap();
    let proof = CodeProof::from_typed(&host.code(FAMILY)).unwrap();
    let granted =
        host.service.confirm(&id("clinic"), &open.id, &open.confirmation(proof)).await.unwrap().only().unwrap();
    let [need] = granted.needs.as_slice() else { panic!("one need") };
    assert_eq!((need.status, need.reason), (VaccinationStatus::NotVaccinated, NeedReason::NoDose));
    assert!(need.required && need.next_due.is_some());
    assert!(need.name.in_language("hi").contains("खसरा"));
    let RequestState::Answered(later) = host.service.state(&id("clinic"), &open.id).await.unwrap() else { panic!() };
    let later = later.only().unwrap();
    assert!(later.needs.is_empty(), "the entity reads the status alone");
}

#[tokio::test]
async fn a_service_knows_which_of_its_policies_are_overdue() {
    let own =
        Policy::from_toml("id = \"own\"\nversion = 3\nreview_by = 2021-11-28\n[[need]]\npolicy = \"in-kyc-vs\"\n");
    let entity = clinic(vec![own.unwrap(), Policy::builtin("us-flu").unwrap()], false);
    let host = over(Arc::new(MemoryStore::new()), None, |builder| builder.entity(entity)).await;
    let policies = host.service.policies();
    let overdue: Vec<_> = policies.iter().map(|(policy, days)| (policy.reference(), *days)).collect();
    assert_eq!(overdue, [("in-kyc-vs/1", 0), ("own/3", 3), ("us-flu/1", 0)]);
}
