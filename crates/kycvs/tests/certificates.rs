//! Certificates of other issuers, presented before the code is entered.

use std::sync::Arc;

use crate::support::{FAMILY, FATHER_AND_SON, Host, NAMESAKES, UNKNOWN, asked, mobile, over, rail, start};
use chrono::{DateTime, NaiveDate, Utc};
use kycvs::consent::{Certificate, ConsentId, DataItem, Evidence, Language, Outcome, RequestId};
use kycvs::domain::{BirthDate, Dose, PersonName, Product, Source, VaccinationStatus};
use kycvs::registry::Join;
use kycvs::token::EvidenceKind;
use kycvs::{
    CertificateReader, CertificateRefusal, Error, OpenRequest, RequestState, StatusRequest, StatusServiceBuilder,
};
use kycvs_memory::MemoryStore;

/// Reads "name|year|day,day" as a genuine certificate over Covishield doses, and refuses what begins with `forged`.
struct Written;

impl CertificateReader for Written {
    fn read(&self, presented: &[u8], _now: DateTime<Utc>) -> Result<Certificate, CertificateRefusal> {
        let text = std::str::from_utf8(presented).unwrap();
        if text.starts_with("forged") {
            return Err(CertificateRefusal { format: Some("divoc"), reason: "invalid-signature" });
        }
        let parts: Vec<_> = text.split('|').collect();
        let [name, year, days] = parts[..] else { panic!("three parts") };
        let dose = |day: &str| {
            let given_on: NaiveDate = day.parse().unwrap();
            Dose { source: Source::Certificate, ..Dose::new(Product::find("COVISHIELD"), given_on) }
        };
        Ok(Certificate {
            format: "divoc".into(),
            issuer: "https://cowin.gov.in/".into(),
            id: text.into(),
            names: vec![PersonName::parse(name).unwrap()],
            birth: year.parse().ok().map(BirthDate::Year),
            doses: days.split(',').filter(|day| !day.is_empty()).map(dose).collect(),
            caveat: None,
        })
    }
}

const ASHA: &str = "Asha Lakshmi Rao|1986|2021-04-03,2021-07-01";

async fn host_with(adjust: impl FnOnce(StatusServiceBuilder) -> StatusServiceBuilder) -> Host {
    over(Arc::new(MemoryStore::new()), None, |builder| adjust(builder.certificates(Arc::new(Written)))).await
}

async fn host() -> Host {
    host_with(|builder| builder).await
}

async fn present(host: &Host, open: &OpenRequest, text: &str) -> Result<OpenRequest, Error> {
    host.service.present(&rail(), &open.id, text.as_bytes()).await
}

fn refusal(refused: Result<OpenRequest, Error>) -> &'static str {
    match refused {
        Err(Error::CertificateRefused(refusal)) => refusal.reason,
        other => panic!("{other:?}"),
    }
}

/// What is written down of the decision on a request that was opened at the start.
async fn decided(host: &Host, id: &RequestId) -> kycvs::consent::Consent {
    host.service.consent(&ConsentId::of(id, 0, start())).await.unwrap().unwrap().consent
}

#[tokio::test]
async fn a_registry_that_is_empty_answers_by_a_certificate() {
    let host = host().await;
    let open = host.open(UNKNOWN, "Asha Lakshmi Rao").await;
    let shown = present(&host, &open, ASHA).await.unwrap().people[0].certificate.clone().unwrap();
    assert_eq!((shown.issuer.as_str(), shown.doses.len()), ("https://cowin.gov.in/", 2));

    let granted = host.enter(&open, &host.code(UNKNOWN)).await.unwrap();
    assert_eq!(granted.status, VaccinationStatus::FullyVaccinated);
    let shown = host.verifier().verify_shown_to_me(&granted.token, start()).unwrap();
    assert_eq!(shown.claims().evidence, EvidenceKind::Presented);

    let consent = decided(&host, &open.id).await;
    assert!(consent.processed.contains(&DataItem::Certificate));
    let Outcome::Shared { evidence: Evidence::Presented { format, issuer, digest }, .. } = consent.outcome else {
        panic!("the artefact says what it rests on");
    };
    assert_eq!((format.as_str(), issuer.as_str(), digest.len()), ("divoc", "https://cowin.gov.in/", 22));
}

#[tokio::test]
async fn without_a_certificate_the_answer_rests_on_the_registry() {
    let host = host().await;
    let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
    let granted = host.enter(&open, &host.code(FAMILY)).await.unwrap();
    let shown = host.verifier().verify_shown_to_me(&granted.token, start()).unwrap();
    assert_eq!(shown.claims().evidence, EvidenceKind::Registry);
    let consent = decided(&host, &open.id).await;
    assert!(!consent.processed.contains(&DataItem::Certificate));
    assert!(matches!(consent.outcome, Outcome::Shared { evidence: Evidence::Registry, .. }));
}

#[tokio::test]
async fn a_certificate_fills_up_what_the_registry_knows_and_never_lowers_it() {
    let host = host().await;
    // One of Meena's two doses is registered; the other is in her certificate.
    let open = host.open(NAMESAKES, "Meena Devi").await;
    present(&host, &open, "Meena Devi||2021-06-01").await.unwrap();
    let granted = host.enter(&open, &host.code(NAMESAKES)).await.unwrap();
    assert_eq!(granted.status, VaccinationStatus::FullyVaccinated);
    let Outcome::Shared { evidence, .. } = decided(&host, &open.id).await.outcome else { panic!() };
    assert!(matches!(evidence, Evidence::Presented { .. }));

    // Asha is fully vaccinated by the registry: a certificate of one dose changes nothing.
    let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
    present(&host, &open, "Asha Lakshmi Rao||2021-06-20").await.unwrap();
    let granted = host.enter(&open, &host.code(FAMILY)).await.unwrap();
    assert_eq!(granted.status, VaccinationStatus::FullyVaccinated);
    let Outcome::Shared { evidence, .. } = decided(&host, &open.id).await.outcome else { panic!() };
    assert_eq!(evidence, Evidence::Registry);
}

#[tokio::test]
async fn a_host_may_let_the_registry_alone_speak_of_whom_it_knows() {
    let host = host_with(|builder| builder.join(Join::FirstAlone)).await;
    let open = host.open(NAMESAKES, "Meena Devi").await;
    present(&host, &open, "Meena Devi||2021-06-01").await.unwrap();
    let granted = host.enter(&open, &host.code(NAMESAKES)).await.unwrap();
    assert_eq!(granted.status, VaccinationStatus::PartiallyVaccinated);
}

#[tokio::test]
async fn a_certificate_of_somebody_else_is_refused_and_the_request_goes_on() {
    let host = host().await;
    let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
    assert_eq!(refusal(present(&host, &open, "Imran Sheikh||2021-04-03").await), "another-person");
    assert_eq!(refusal(present(&host, &open, "forged").await), "invalid-signature");
    let state = host.service.state(&rail(), &open.id).await.unwrap();
    assert!(matches!(state, RequestState::Pending(open) if open.people[0].certificate.is_none()));
    assert!(host.enter(&open, &host.code(FAMILY)).await.is_ok());
}

#[tokio::test]
async fn doses_of_two_birth_dates_are_not_one_persons() {
    let host = host().await;
    // The son of 1990 is registered without a dose; the certificate is of one born in 1960.
    let open = host.open(FATHER_AND_SON, "Thomas Mathew").await;
    present(&host, &open, "Thomas Mathew|1960|2021-04-03,2021-07-01").await.unwrap();
    let code = host.code(FATHER_AND_SON);
    let proof = kycvs::consent::CodeProof::from_typed(&code).unwrap();
    let entered = open.confirmation(proof);
    assert!(matches!(host.service.confirm(&rail(), &open.id, &entered).await, Err(Error::BirthYearNeeded { .. })));
    let entered = entered.born(0, "1990".parse().unwrap());
    let granted = host.service.confirm(&rail(), &open.id, &entered).await.unwrap().only().unwrap();
    assert_eq!(granted.status, VaccinationStatus::NotVaccinated);
}

#[tokio::test]
async fn one_certificate_serves_few_mobiles_and_each_of_them_again() {
    let host = host().await;
    let numbers = ["6000000001", "6000000002", "6000000003"];
    for number in numbers.into_iter().chain(["6000000001"]) {
        let open = host.open(number, "Asha Lakshmi Rao").await;
        present(&host, &open, ASHA).await.unwrap();
        assert!(host.enter(&open, &host.code(number)).await.is_ok(), "{number}");
        host.wait(1);
    }
    let open = host.open("6000000004", "Asha Lakshmi Rao").await;
    assert_eq!(refusal(present(&host, &open, ASHA).await), "too-many-mobiles");
    // Another certificate is counted by itself.
    present(&host, &open, "Asha Lakshmi Rao|1986|2021-04-03").await.unwrap();
}

#[tokio::test]
async fn a_certificate_that_was_only_shown_counts_for_no_mobile() {
    let host = host().await;
    for number in ["6000000001", "6000000002", "6000000003", "6000000004", "6000000005"] {
        let open = host.open(number, "Asha Lakshmi Rao").await;
        present(&host, &open, ASHA).await.unwrap();
    }
}

#[tokio::test]
async fn what_was_presented_is_taken_back_and_goes_with_the_request() {
    let host = host().await;
    let open = host.open(UNKNOWN, "Asha Lakshmi Rao").await;
    present(&host, &open, ASHA).await.unwrap();
    assert!(host.service.take_back(&rail(), &open.id, 0).await.unwrap().people[0].certificate.is_none());
    assert!(matches!(host.enter(&open, &host.code(UNKNOWN)).await, Err(Error::NoMatchingRecord)));
    assert!(matches!(present(&host, &open, ASHA).await, Err(Error::AlreadyUsed)));
}

#[tokio::test]
async fn a_request_takes_six_certificates_and_no_more() {
    let host = host().await;
    let open = host.open(UNKNOWN, "Asha Lakshmi Rao").await;
    for _ in 0..6 {
        assert_eq!(refusal(present(&host, &open, "forged").await), "invalid-signature");
    }
    assert!(matches!(present(&host, &open, ASHA).await, Err(Error::TooManyRequests { .. })));
}

#[tokio::test]
async fn a_service_without_a_reader_takes_none() {
    let host = crate::support::memory().await;
    let asked = StatusRequest { language: Language::English, ..asked(UNKNOWN, "Asha Lakshmi Rao") };
    let open = host.service.request(asked).await.unwrap();
    assert!(!host.service.takes_certificates());
    assert_eq!(refusal(present(&host, &open, ASHA).await), "not-taken");
    assert!(host.sms.last_code(&mobile(UNKNOWN)).is_some());
}
