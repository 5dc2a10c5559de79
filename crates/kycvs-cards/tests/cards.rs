//! Cards are read by our own reader of what others issue, and by readers that are not ours.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD as BASE64URL};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use kycvs_cards::fhir::{Author, immunization_record};
use kycvs_cards::{CardError, EuDcc, Holder, eu_dcc, health_card};
use kycvs_domain::{Batch, BirthDate, Dose, Product};
use kycvs_records::trust::{Algorithm as Trusted, Framework, TrustedKey};
use kycvs_records::{Presented, Record, Rules, TrustList, fhir};
use kycvs_test_servers::packages;
use kycvs_token::{Algorithm, KeyRing, QrCode, Signer as _, SigningKey};
use serde_json::{Value, json};

const ISSUER: &str = "https://kycvs.example/cards";
const KEY_ID: [u8; 8] = *b"\x01kycvs\xff\x00";

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_640_995_200, 0).unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn doses() -> [Dose; 2] {
    let dose = |day, number, batch| Dose {
        dose_number: Some(number),
        series_doses: Some(2),
        batch: Some(Batch::parse(batch).unwrap()),
        ..Dose::new(Product::find("COVISHIELD"), day)
    };
    [dose(day("2021-07-01"), 2, "4121Z119"), dose(day("2021-04-03"), 1, "4121Z025")]
}

fn holder(doses: &[Dose]) -> Holder<'_> {
    Holder { name: "Asha Lakshmi Rao", birth: Some(BirthDate::Day(day("1986-02-11"))), doses }
}

fn about() -> EuDcc<'static> {
    EuDcc {
        country: "IN",
        issuer: "KYC-VS example",
        id: "URN:UVCI:01:IN:0123456789ABCDEF",
        key_id: KEY_ID,
        place: (2, 2),
        expires_at: now() + TimeDelta::days(365),
    }
}

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn key() -> SigningKey {
    SigningKey::generate(Algorithm::Es256).unwrap()
}

fn trusting(key: &SigningKey) -> TrustList {
    let public = key.public_key();
    let trusted = |framework, issuer: &str, name: String| TrustedKey {
        framework,
        issuer: issuer.into(),
        name,
        algorithm: Trusted::Es256,
        key: public.as_bytes().to_vec(),
        from: None,
        until: None,
        uses: Vec::new(),
        contexts: Vec::new(),
        terminated: false,
    };
    TrustList::of(vec![
        trusted(Framework::Shc, ISSUER, public.key_id().as_str().to_owned()),
        trusted(Framework::Dcc, "IN", BASE64_STANDARD.encode(KEY_ID)),
    ])
}

fn read(text: &str, trust: &TrustList) -> Record {
    Presented::from_bytes(text.as_bytes()).unwrap().verify(trust, Rules::default(), now()).unwrap()
}

#[test]
fn our_reader_reads_a_health_card_with_all_doses() {
    let (key, doses) = (key(), doses());
    let card = block_on(health_card(&holder(&doses), ISSUER, &key, now())).unwrap();
    for text in [card.as_str().to_owned(), card.file(), card.qr_text().unwrap()] {
        let record = read(&text, &trusting(&key));
        assert_eq!(record.names(), ["Asha Lakshmi Rao"]);
        assert_eq!(record.birth(), holder(&doses).birth);
        let read: Vec<_> = record.doses().iter().map(|dose| (dose.product, dose.given_on, dose.batch)).collect();
        assert_eq!(read, [&doses[1], &doses[0]].map(|dose| (dose.product, dose.given_on, dose.batch)));
    }
    assert_eq!(format!("{card:?} {:?}", holder(&doses)), "HealthCard(redacted) Holder(doses: 2)");
}

#[test]
fn our_reader_reads_the_last_dose_from_a_dcc() {
    let (key, doses) = (key(), doses());
    let text = block_on(eu_dcc(&holder(&doses), &about(), &key, now())).unwrap();
    let record = read(&text, &trusting(&key));
    assert_eq!(record.names(), ["Asha Lakshmi Rao", "ASHA LAKSHMI RAO"]);
    assert_eq!((record.id(), record.sealed_until()), (about().id, Some(about().expires_at)));
    let [dose] = record.doses() else { panic!("one dose") };
    assert_eq!((dose.product, dose.given_on), (doses[0].product, doses[0].given_on));
    assert_eq!((dose.dose_number, dose.series_doses), (Some(2), Some(2)));
    assert!(QrCode::of(&text).unwrap().side() <= 89, "{}", QrCode::of(&text).unwrap().side());
}

#[test]
fn our_import_reads_an_immunization_record_of_nrces() {
    let doses = doses();
    let author = Author { organization: "KYC-VS example", identifier: ("https://kycvs.example", "1") };
    let id = ("https://healthid.ndhm.gov.in", "22-7225-4829-5255");
    let record = immunization_record(&holder(&doses), id, Some("+919818512600"), &author, now()).unwrap();
    let rows: Vec<_> = fhir::rows(record.as_bytes()).into_iter().collect::<Result<_, _>>().unwrap();
    let told: Vec<_> = rows
        .iter()
        .map(|row| {
            [
                &row.beneficiary_id,
                &row.name,
                &row.mobile,
                &row.birth_date,
                &row.product,
                &row.given_on,
                &row.dose_number,
                &row.batch,
            ]
            .map(String::as_str)
        })
        .collect();
    let person = ["22722548295255", "Asha Lakshmi Rao", "+919818512600", "1986-02-11"];
    let expected = |day, number, batch| [person[0], person[1], person[2], person[3], "COVISHIELD", day, number, batch];
    assert_eq!(told, [expected("2021-04-03", "1", "4121Z025"), expected("2021-07-01", "2", "4121Z119")]);
}

#[test]
fn no_card_is_made_that_a_reader_would_not_take() {
    let (key, doses) = (key(), doses());
    let other = SigningKey::generate(Algorithm::EdDsa).unwrap();
    let card = |holder: Holder<'_>, issuer: &str, key: &SigningKey| {
        block_on(health_card(&holder, issuer, key, now())).unwrap_err()
    };
    let good = || holder(&doses);
    assert!(matches!(card(good(), ISSUER, &other), CardError::Algorithm));
    for issuer in ["http://kycvs.example", "https://kycvs.example/", "https://", "https://a b"] {
        assert!(matches!(card(good(), issuer, &key), CardError::Issuer), "{issuer}");
    }
    assert!(matches!(card(holder(&[]), ISSUER, &key), CardError::Doses));
    assert!(matches!(card(holder(&[doses[0]; 100]), ISSUER, &key), CardError::Doses));
    let unknown = [Dose::new(None, doses[0].given_on)];
    assert!(matches!(card(holder(&unknown), ISSUER, &key), CardError::Product));
    assert!(matches!(card(Holder { name: "", ..good() }, ISSUER, &key), CardError::Name));
    let dcc = |about: EuDcc<'_>| block_on(eu_dcc(&good(), &about, &key, now())).unwrap_err();
    assert!(matches!(dcc(EuDcc { country: "in", ..about() }), CardError::Issuer));
    assert!(matches!(dcc(EuDcc { id: "", ..about() }), CardError::Range(_)));
    assert!(matches!(dcc(EuDcc { place: (0, 2), ..about() }), CardError::Range(_)));
    assert!(matches!(dcc(EuDcc { place: (2, 10), ..about() }), CardError::Range(_)));
    assert!(matches!(dcc(EuDcc { expires_at: now(), ..about() }), CardError::Range(_)));
}

#[test]
fn a_long_card_is_given_as_a_file() {
    let (key, doses) = (key(), doses());
    let many: Vec<Dose> = (0..99)
        .map(|days| Dose { given_on: day("2021-01-01") + TimeDelta::days(days * 37 % 400), ..doses[0] })
        .collect();
    let card = block_on(health_card(&holder(&many), ISSUER, &key, now())).unwrap();
    assert!(card.as_str().len() > kycvs_cards::MAX_QR_CHARACTERS && card.qr_text().is_none());
    assert_eq!(read(&card.file(), &trusting(&key)).doses().len(), 99);
}

/// ZXing reads the pictures; joserfc and zlib open the card, python-cwt the certificate.
#[test]
fn other_readers_read_both_cards_from_their_pictures() {
    let readers = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/readers"));
    let python = packages::python(env!("CARGO_TARGET_TMPDIR"), readers);
    let (key, doses) = (key(), doses());
    let card = block_on(health_card(&holder(&doses), ISSUER, &key, now())).unwrap();
    let until = DateTime::<Utc>::from(std::time::SystemTime::now()) + TimeDelta::days(1); // the library reads the clock itself
    let dcc = block_on(eu_dcc(&holder(&doses), &EuDcc { expires_at: until, ..about() }, &key, now())).unwrap();
    let picture = |text: &str| BASE64_STANDARD.encode(QrCode::of(text).unwrap().to_png(4).unwrap());
    let jwks: Value = serde_json::from_str(&KeyRing::new([key.public_key().clone()]).unwrap().to_jwks()).unwrap();
    let task = json!({
        "jwks": jwks,
        "key_id": BASE64URL.encode(KEY_ID),
        "health_card": picture(&card.qr_text().unwrap()),
        "dcc": picture(&dcc),
    });
    let mut child =
        Command::new(python).arg(readers.join("read.py")).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(task.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "read.py failed; it said why above");
    let read: Value = serde_json::from_slice(&output.stdout).unwrap();
    let immunization = |day: &str, batch: &str| {
        json!({
            "resourceType": "Immunization",
            "status": "completed",
            "vaccineCode": { "coding": [{ "system": "http://hl7.org/fhir/sid/cvx", "code": "210" }] },
            "patient": { "reference": "resource:0" },
            "occurrenceDateTime": day,
            "lotNumber": batch,
        })
    };
    let name = json!([{ "family": "Rao", "given": ["Asha", "Lakshmi"] }]);
    let patient = json!({ "resourceType": "Patient", "name": name, "birthDate": "1986-02-11" });
    let resources = [patient, immunization("2021-04-03", "4121Z025"), immunization("2021-07-01", "4121Z119")];
    let entries: Vec<_> = resources
        .into_iter()
        .enumerate()
        .map(|(at, resource)| json!({ "fullUrl": format!("resource:{at}"), "resource": resource }))
        .collect();
    assert_eq!(read["health_card"]["iss"], ISSUER);
    assert_eq!(read["health_card"]["vc"]["credentialSubject"]["fhirBundle"]["entry"], json!(entries));
    let dose = json!({
        "tg": "840539006", "vp": "J07BX03", "mp": "Covishield", "ma": "Serum Institute of India", "dn": 2, "sd": 2,
        "dt": "2021-07-01", "co": "IN", "is": "KYC-VS example", "ci": about().id,
    });
    let names = json!({ "fn": "Rao", "gn": "Asha Lakshmi", "fnt": "RAO", "gnt": "ASHA<LAKSHMI" });
    assert_eq!(read["dcc"], json!({ "ver": "1.3.0", "nam": names, "dob": "1986-02-11", "v": [dose] }));
}
