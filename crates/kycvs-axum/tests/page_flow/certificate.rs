//! A certificate that a person presents before the code is entered.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use kycvs::consent::Certificate;
use kycvs::domain::{BirthDate, Dose, PersonName, Product, Source};
use kycvs::{CertificateReader, CertificateRefusal};
use serde_json::json;

use crate::support::{Answer, Host, known};
use crate::visit::{Visit, hidden};

/// Reads a name as a genuine certificate of that person over two doses, and `forged` as none.
struct Names;

impl CertificateReader for Names {
    fn read(&self, presented: &[u8], _now: DateTime<Utc>) -> Result<Certificate, CertificateRefusal> {
        let name = std::str::from_utf8(presented).unwrap();
        if name == "forged" {
            return Err(CertificateRefusal { format: Some("divoc"), reason: "invalid-signature" });
        }
        let dose = |day: &str| Dose {
            source: Source::Certificate,
            ..Dose::new(Product::find("COVISHIELD"), day.parse().unwrap())
        };
        Ok(Certificate {
            format: "divoc".into(),
            issuer: "https://cowin.gov.in/".into(),
            id: name.into(),
            names: vec![PersonName::parse(name).unwrap()],
            birth: Some(BirthDate::Year("1986".parse().unwrap())),
            doses: vec![dose("2021-04-03"), dose("2021-07-01")],
            caveat: None,
        })
    }
}

async fn opened(takes_certificates: bool) -> Visit {
    let host = Host::with(
        |_| {},
        |builder| match takes_certificates {
            true => builder.certificates(Arc::new(Names)),
            false => builder,
        },
    );
    Visit::open(host.await, json!({ "return_url": "https://rail.example/kycvs/return", "state": "s" })).await
}

/// Asks about somebody whom the registry does not know.
async fn asked(visit: &Visit) -> Answer {
    visit.form(&[("action", "ask"), ("mobile", &known().0), ("name", "Zubeida Khatun")]).await
}

async fn present(visit: &Visit, step: &Answer, certificate: &str) -> Answer {
    visit.form(&[("action", "present"), ("key", hidden(step, "key")), ("certificate", certificate)]).await
}

#[tokio::test]
async fn a_person_sees_what_was_read_and_agrees_to_it_by_the_code() {
    let visit = opened(true).await;
    let step = asked(&visit).await;
    let shown = present(&visit, &step, "Zubeida Khatun").await;
    assert_eq!(shown.status, 200);
    for said in [
        "The certificate is genuine.",
        "Zubeida Khatun, 1986",
        "https:&#x2f;&#x2f;cowin.gov.in",
        "2021-07-01",
        "name=\"otp\"",
    ] {
        assert!(shown.text.contains(said), "{said} in {}", shown.text);
    }
    let answer = visit.second(&shown, "confirm", &visit.code()).await;
    assert!(answer.text.contains("Fully vaccinated"), "{}", answer.text);
}

#[tokio::test]
async fn a_certificate_that_is_not_taken_says_why_and_costs_nothing() {
    let visit = opened(true).await;
    let step = asked(&visit).await;
    let forged = present(&visit, &step, "forged").await;
    assert_eq!((forged.status, forged.text.contains("It is not genuine")), (400, true), "{}", forged.text);
    assert!(!forged.text.contains("id=\"problem\""), "the code is not what is wrong");
    let anothers = present(&visit, &forged, "Imran Sheikh").await;
    assert!(anothers.text.contains("not in the name you entered"), "{}", anothers.text);
    assert_eq!(present(&visit, &anothers, "Zubeida Khatun").await.status, 200);
}

#[tokio::test]
async fn what_was_presented_can_be_taken_back() {
    let visit = opened(true).await;
    let shown = present(&visit, &asked(&visit).await, "Zubeida Khatun").await;
    let without = visit.form(&[("action", "take-back"), ("key", hidden(&shown, "key"))]).await;
    assert!(without.text.contains("name=\"certificate\""), "{}", without.text);
    assert_eq!(visit.second(&without, "confirm", &visit.code()).await.status, 404);
}

#[tokio::test]
async fn only_the_page_that_asked_can_present() {
    let visit = opened(true).await;
    asked(&visit).await;
    let key = "AAAAAAAAAAAAAAAAAAAAAA";
    let refused = visit.form(&[("action", "present"), ("key", key), ("certificate", "Zubeida Khatun")]).await;
    assert_eq!(refused.status, 404);
}

#[tokio::test]
async fn a_gate_reads_a_certificate_on_the_page_and_by_the_api() {
    let visit = opened(true).await;
    let verify = async |text: &str| {
        let answer = visit.host.post("", "/v1/verify", &json!({ "token": text })).await;
        (answer.status, answer.json())
    };
    let (status, genuine) = verify("Zubeida Khatun").await;
    assert_eq!((status, &genuine["valid"]), (200, &json!(true)));
    assert_eq!(
        genuine["certificate"],
        json!({ "format": "divoc", "issuer": "https://cowin.gov.in/", "names": ["Zubeida Khatun"], "birth_year": 1986,
            "vaccination_status": 2 })
    );
    assert_eq!(verify("forged").await.1, json!({ "valid": false, "reason": "invalid-signature" }));
    assert_eq!(verify("eyJ.e30.x").await.1["certificate"], json!(null), "a token is no certificate");

    let at_gate = Visit { path: "/verify".to_owned(), ..visit };
    let page = at_gate.form(&[("token", "Zubeida Khatun")]).await;
    for said in ["Fully vaccinated", "Zubeida Khatun, 1986", "with a photo ID"] {
        assert!(page.text.contains(said), "{said} in {}", page.text);
    }
    let page = at_gate.form(&[("token", "forged")]).await;
    assert!(page.text.contains("It is not genuine"), "{}", page.text);
}

#[tokio::test]
async fn a_service_that_takes_no_certificates_asks_for_none() {
    let visit = opened(false).await;
    assert!(!asked(&visit).await.text.contains("name=\"certificate\""));
}
