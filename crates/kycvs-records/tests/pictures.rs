//! Certificates in files, as a service and `kycvs verify` take them.

#![cfg(all(feature = "scan", feature = "service"))]

use crate::common::{shc_keys, text, today};
use kycvs::{CertificateReader, CertificateRefusal};
use kycvs_records::{Reader, Rules, shown_in};

fn picture() -> Vec<u8> {
    std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../kycvs-scan/tests/data/smart-health-card.jpg")).unwrap()
}

#[test]
fn a_service_reads_the_certificate_in_a_picture_and_in_a_text() {
    let reader = Reader::new(shc_keys(), Rules { accept_expired_seals: true });
    let shown = reader.shown_in(&picture(), &|| true).unwrap();
    assert!(shown.starts_with(b"shc:/"));
    assert!(reader.max_file_bytes().unwrap() >= 5 << 20);
    let card = crate::common::lines("shc-cases.jsonl").remove(0);
    let file = text(&card, "text").as_bytes();
    assert_eq!(reader.shown_in(file, &|| true).unwrap(), file);
    assert_eq!(reader.read(file, today()).unwrap().format, "smart-health-card");
}

#[test]
fn a_picture_without_a_code_or_without_time_is_refused_by_its_word() {
    let reader = Reader::new(shc_keys(), Rules::default());
    let word = |file: &[u8], goes_on| reader.shown_in(file, &|| goes_on).unwrap_err();
    let refused = |reason| CertificateRefusal { format: None, reason };
    assert_eq!(word(&picture(), false), refused("out-of-time"));
    assert_eq!(word(&picture()[..20], true), refused("damaged"));
    assert_eq!(word(b"%PDF-1.7 /Encrypt", true), refused("encrypted"));
    assert_eq!(word(&vec![0; (5 << 20) + 1], true), refused("too-large"));
    assert_eq!(shown_in(b"a text", &|| true).unwrap(), b"a text");
}
