//! SMART Health Cards, by the specification's examples and the cases of its developers' tools.

use crate::common::{lines, shc_keys, text, verify};
use kycvs_domain::Source;

#[test]
fn cards_are_read_or_refused_for_the_reason_that_they_show() {
    for case in lines("shc-cases.jsonl") {
        let found = match verify(text(&case, "text").as_bytes(), &shc_keys()) {
            Ok(record) => format!("{} doses", record.doses().len()),
            Err(error) => error.code().to_owned(),
        };
        assert_eq!(found, text(&case, "expected"), "{}", case["name"]);
    }
}

#[test]
fn a_card_gives_its_doses_with_their_products() {
    let case = lines("shc-cases.jsonl").remove(0);
    let record = verify(text(&case, "text").as_bytes(), &shc_keys()).unwrap();
    assert_eq!(record.names(), ["John B. Anyperson"]);
    assert!(record.doses().iter().all(|dose| dose.product.is_some() && dose.source == Source::Certificate));
}
