//! A certificate that a person presents before the code is entered.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, Utc};
use kycvs::consent::Certificate;
use kycvs::domain::{BirthDate, Dose, PersonName, Product, Source};
use kycvs::{CertificateReader, CertificateRefusal};
use serde_json::json;

use crate::support::{Answer, Host, known};
use crate::visit::{Visit, hidden};

/// Reads a name as a genuine certificate of that person over two doses, and `forged` as none. It reads files if it is to: of a PDF what
/// follows its magic.
#[derive(Default)]
struct Names {
    reads_files: bool,
    files: AtomicUsize,
}

const MAX_FILE: usize = 40_000;

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

    fn max_file_bytes(&self) -> Option<usize> {
        self.reads_files.then_some(MAX_FILE)
    }

    fn shown_in(&self, file: &[u8], goes_on: &dyn Fn() -> bool) -> Result<Vec<u8>, CertificateRefusal> {
        self.files.fetch_add(1, Ordering::Relaxed);
        assert!(goes_on(), "there is time");
        let shown = file.strip_prefix(b"%PDF").map(|rest| rest.trim_ascii().to_vec());
        shown.ok_or(CertificateRefusal { format: None, reason: "no-code" })
    }
}

async fn opened(takes_certificates: bool) -> Visit {
    opened_with(takes_certificates.then(|| Arc::new(Names::default()))).await
}

async fn opened_with(reader: Option<Arc<Names>>) -> Visit {
    let host = Host::with(
        |_| {},
        |builder| match reader {
            Some(reader) => builder.certificates(reader),
            None => builder,
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

fn reader_of_files() -> Arc<Names> {
    Arc::new(Names { reads_files: true, ..Names::default() })
}

async fn upload(visit: &Visit, step: &Answer, file: &[u8]) -> Answer {
    visit.upload(&[("action", "present"), ("key", hidden(step, "key"))], file).await
}

#[tokio::test]
async fn without_script_a_file_is_read_by_the_server() {
    let visit = opened_with(Some(reader_of_files())).await;
    let step = asked(&visit).await;
    assert!(step.text.contains("enctype=\"multipart/form-data\" data-no-script"), "{}", step.text);
    let none = upload(&visit, &step, b"a photo of a cat").await;
    assert_eq!(
        (none.status, none.text.contains("could not read a QR code in this picture")),
        (400, true),
        "{}",
        none.text
    );
    let long = [&b"%PDFZubeida Khatun"[..], &[b' '; MAX_FILE - 18]].concat();
    let shown = upload(&visit, &none, &long).await;
    assert_eq!((shown.status, shown.text.contains("The certificate is genuine.")), (200, true), "{}", shown.text);
    let answer = visit.second(&shown, "confirm", &visit.code()).await;
    assert!(answer.text.contains("Fully vaccinated"), "{}", answer.text);
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused_by_a_page() {
    let visit = opened_with(Some(reader_of_files())).await;
    let step = asked(&visit).await;
    let large = upload(&visit, &step, &[b'x'; MAX_FILE + 17_000]).await;
    assert_eq!((large.status, large.header("content-type")), (413, "text/html; charset=utf-8"), "{}", large.text);
    assert_eq!(upload(&visit, &step, b"%PDFZubeida Khatun").await.status, 200, "the request goes on");
}

#[tokio::test]
async fn no_file_is_read_for_a_request_that_has_had_its_certificates_or_for_nobody() {
    let reader = reader_of_files();
    let visit = opened_with(Some(reader.clone())).await;
    let step = asked(&visit).await;
    for _ in 0..9 {
        upload(&visit, &step, b"a photo of a cat").await;
    }
    assert_eq!(reader.files.load(Ordering::Relaxed), 6);
    visit.upload(&[("action", "present"), ("key", "AAAAAAAAAAAAAAAAAAAAAA")], b"%PDF").await;
    assert_eq!(reader.files.load(Ordering::Relaxed), 6, "nobody's page");
}

#[tokio::test]
async fn a_reader_without_pictures_is_offered_no_file() {
    let visit = opened(true).await;
    let step = asked(&visit).await;
    assert!(!step.text.contains("multipart"), "{}", step.text);
    assert_eq!(upload(&visit, &step, b"%PDFZubeida Khatun").await.status, 415);
}
