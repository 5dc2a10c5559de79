//! What is genuinely signed and must prove nothing all the same, or no more than it says: cards made here, by a key that is trusted.

use crate::common::shc::{Maker, dose, patient, with};
use crate::common::{divoc_keys, text, today, verify};
use chrono::TimeDelta;
use kycvs_records::{RecordError, TrustList, TrustedKey};
use serde_json::{Value, json};

#[test]
fn a_dose_that_its_issuer_calls_too_weak_or_changes_the_meaning_of_does_not_count() {
    let maker = Maker::new();
    let doses = |second: Value| {
        let card = maker.card(&patient(Some("1986-02-11")), &[dose("2021-04-03"), second]);
        maker.read(&[card]).map(|record| record.doses().len())
    };
    assert_eq!(doses(dose("2021-07-03")), Ok(2));
    assert_eq!(doses(with(dose("2021-07-03"), "/isSubpotent", json!(true))), Ok(1));
    assert_eq!(doses(with(dose("2021-07-03"), "/isSubpotent", json!(false))), Ok(2));
    assert_eq!(doses(with(dose("2021-07-03"), "/status", json!("not-done"))), Ok(1));
    let changed = doses(with(dose("2021-07-03"), "/modifierExtension", json!([])));
    assert!(matches!(changed, Err(RecordError::Ambiguous(_))), "{changed:?}");
    let another = doses(with(dose("2021-07-03"), "/patient", json!({ "reference": "resource:9" })));
    assert!(matches!(another, Err(RecordError::Ambiguous(_))), "{another:?}");
}

#[test]
fn two_namesakes_cards_are_not_one_record() {
    let maker = Maker::new();
    let of = |birth, day| maker.card(&patient(birth), &[dose(day)]);
    let merged =
        |one, other| maker.read(&[of(one, "2021-04-03"), of(other, "2021-07-03")]).map(|read| read.doses().len());
    assert_eq!(merged(Some("1986-02-11"), Some("1986-02-11")), Ok(2));
    for (one, other) in [(None, None), (Some("1986-02-11"), None), (Some("1986-02-11"), Some("1987-02-11"))] {
        assert!(matches!(merged(one, other), Err(RecordError::Ambiguous(_))), "{one:?} and {other:?}");
    }
}

#[test]
fn a_key_makes_no_certificate_after_its_end_in_any_format() {
    let maker = Maker::new();
    let card = maker.card(&patient(None), &[dose("2021-04-03")]);
    let read = |until| verify(card.as_bytes(), &TrustList::of(vec![TrustedKey { until, ..maker.key() }])).map(|_| ());
    let day = TimeDelta::days(1);
    assert_eq!(read(Some(today() - day)), Ok(()), "it was good when the card was made");
    assert_eq!(read(Some(today() - day * 2)), Err(RecordError::KeyNotForThis));

    let samples: Value = serde_json::from_slice(&crate::common::data("divoc-samples.json")).unwrap();
    let cowin = text(&samples, "cowin-production-dummy").as_bytes();
    let ended = |year: &str| {
        let until = Some(crate::common::at(&format!("{year}-01-01T00:00:00Z")));
        let keys = divoc_keys().all().iter().map(|key| TrustedKey { until, ..key.clone() }).collect();
        verify(cowin, &TrustList::of(keys)).map(|_| ())
    };
    assert_eq!(ended("2021"), Err(RecordError::KeyNotForThis));
    assert_eq!(ended("2022"), Ok(()));
}

#[test]
fn a_key_that_one_list_calls_ended_is_ended_whatever_another_says() {
    let maker = Maker::new();
    let card = maker.card(&patient(None), &[dose("2021-04-03")]);
    let ended = TrustedKey { terminated: true, ..maker.key() };
    for keys in [vec![maker.key(), ended.clone()], vec![ended, maker.key()]] {
        let read = verify(card.as_bytes(), &TrustList::of(keys)).map(|_| ());
        assert_eq!(read, Err(RecordError::KeyTerminated));
    }
}
