//! Certificates in files, as a service and `kycvs verify` take them.

use kycvs::{CertificateReader, CertificateRefusal};
use kycvs_records::{Reader, Rules, TrustList};
use kycvs_scan::{Scanning, shown_in};

fn picture() -> Vec<u8> {
    std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/smart-health-card.jpg")).unwrap()
}

/// It trusts nobody.
fn reader() -> Scanning<Reader> {
    Scanning(Reader::new(TrustList::default(), Rules::default()))
}

#[test]
fn a_service_reads_the_certificate_in_a_picture_and_in_a_text() {
    let shown = reader().shown_in(&picture(), &|| true).unwrap();
    assert!(shown.starts_with(b"shc:/"));
    assert!(reader().max_file_bytes().unwrap() >= 5 << 20);
    assert_eq!(reader().shown_in(&shown, &|| true).unwrap(), shown);
    let refused = reader().read(&shown, "2026-11-28T12:00:00Z".parse().unwrap()).unwrap_err();
    assert_eq!(refused.format, Some("smart-health-card"));
}

#[test]
fn a_picture_without_a_code_or_without_time_is_refused_by_its_word() {
    let word = |file: &[u8], goes_on| reader().shown_in(file, &|| goes_on).unwrap_err();
    let refused = |reason| CertificateRefusal { format: None, reason };
    assert_eq!(word(&picture(), false), refused("out-of-time"));
    assert_eq!(word(&picture()[..20], true), refused("damaged"));
    assert_eq!(word(b"%PDF-1.7 /Encrypt", true), refused("encrypted"));
    assert_eq!(word(&vec![0; (5 << 20) + 1], true), refused("too-large"));
    assert_eq!(shown_in(b"a text", &|| true).unwrap(), b"a text");
}
