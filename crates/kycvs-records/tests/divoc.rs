//! CoWIN's certificates and those of other DIVOC countries.

use crate::common::{bytes, data, divoc_keys, lines, text, verify};
use kycvs_domain::{BirthDate, Product};
use kycvs_records::{RecordError, TrustList};

#[test]
fn every_way_of_packing_a_certificate_is_read() {
    for case in lines("divoc-valid.jsonl") {
        let record = verify(&bytes(&case, "qr_bytes_base64"), &divoc_keys()).unwrap();
        let (expected, dose) = (&case["expect"], record.doses()[0]);
        assert_eq!(record.names(), [text(expected, "name")]);
        assert_eq!(dose.product, Product::find(text(expected, "vaccine")).map(Product::code));
        assert_eq!(u64::from(dose.dose_number.unwrap()), expected["dose"]);
        assert_eq!(u64::from(dose.series_doses.unwrap()), expected["totalDoses"]);
        assert_eq!(dose.given_on.to_string(), text(expected, "given_on_utc"));
        assert_eq!(record.birth(), expected["birth_date"].as_str().map(|day| BirthDate::Day(day.parse().unwrap())));
        assert_eq!(record.id(), text(expected, "certificateId"));
    }
}

/// An editor's byte order mark, a mail's line breaks, and members in another order.
#[test]
fn a_text_is_read_as_editors_and_mail_bring_it() {
    let case = lines("divoc-valid.jsonl").into_iter().find(|case| case["packing"] == "json").unwrap();
    let json = bytes(&case, "qr_bytes_base64");
    let zip = lines("divoc-valid.jsonl").into_iter().find(|case| case["packing"] == "go-raw").unwrap();
    let (start, end) = text(&zip, "qr_bytes_base64").split_at(76);
    let sorted = serde_json::from_slice::<serde_json::Value>(&json).unwrap();
    let said = |input: &[u8]| verify(input, &divoc_keys()).map(|record| record.doses().to_vec());
    for (name, input) in [
        ("a mark", [&b"\xef\xbb\xbf"[..], &json].concat()),
        ("sorted, with escapes and breaks", serde_json::to_vec_pretty(&sorted).unwrap()),
        ("slashes escaped", String::from_utf8(json.clone()).unwrap().replace('/', "\\/").into_bytes()),
    ] {
        assert_eq!(said(&input), said(&json), "{name}");
    }
    let wrapped = format!("B64:{start}\r\n{end}\r\n");
    assert!(said(wrapped.as_bytes()).is_ok());
    assert_eq!(said(wrapped.as_bytes()), said(&bytes(&zip, "qr_bytes_base64")));
}

#[test]
fn what_the_signature_does_not_protect_is_refused_or_means_nothing() {
    for case in lines("divoc-mutations.jsonl") {
        let (name, must) = (text(&case, "name"), text(&case, "must"));
        let found = verify(text(&case, "text").as_bytes(), &divoc_keys());
        match (must, &found) {
            ("verified" | "either" | "the same day, or refused", Ok(record)) => {
                assert!(record.doses()[0].product.is_some(), "{name}");
            }
            ("no known product: the dose counts for nothing", Ok(record)) => {
                assert_eq!(record.doses()[0].product, None)
            }
            (must, Err(error)) if must.starts_with("refused") => {
                let expected = match must {
                    "refused: signature" => "invalid-signature",
                    "refused: ambiguous dose" => "ambiguous",
                    must if must.starts_with("refused: algorithm does not") => "key-not-for-this",
                    _ => "malformed",
                };
                assert_eq!(error.code(), expected, "{name}");
            }
            _ => panic!("{name}: {must}, and not {found:?}"),
        }
    }
}

#[test]
fn a_zip_has_one_file_of_that_name_and_unpacks_to_little() {
    for case in lines("divoc-containers.jsonl") {
        let found = verify(&bytes(&case, "bytes_base64"), &divoc_keys());
        assert_eq!(found.is_ok(), text(&case, "must") == "verified", "{}: {found:?}", case["name"]);
    }
}

#[test]
fn a_certificate_of_cowins_production_key_says_one_of_two() {
    let samples: serde_json::Value = serde_json::from_slice(&data("divoc-samples.json")).unwrap();
    let record = verify(text(&samples, "cowin-production-dummy").as_bytes(), &divoc_keys()).unwrap();
    assert_eq!((record.doses()[0].dose_number, record.doses()[0].series_doses), (Some(1), Some(2)));
    assert_eq!(record.issuer().name, "https://cowin.gov.in/");
}

#[test]
fn a_certificate_that_signs_nothing_about_the_person_is_refused() {
    let samples: serde_json::Value = serde_json::from_slice(&data("divoc-samples.json")).unwrap();
    let found = verify(text(&samples, "jamaica-test-user").as_bytes(), &divoc_keys());
    assert_eq!(found.unwrap_err(), RecordError::Shape("credentialSubject.id"));
}

#[test]
fn nobody_is_trusted_by_default() {
    let case = lines("divoc-valid.jsonl").remove(0);
    let found = verify(&bytes(&case, "qr_bytes_base64"), &TrustList::default());
    assert_eq!(found.unwrap_err(), RecordError::UnknownIssuer);
}
