//! One line for each input, for scripts.

use crate::common::{bytes, divoc_keys, lines, text, today};
use chrono::{DateTime, NaiveDate, Utc};
use kycvs_domain::Policy;
use kycvs_records::trust::import;
use kycvs_records::{Report, Rules, TrustList, Verdict};

fn report(input: &[u8], trust: &TrustList, show_person: bool) -> Report {
    let policy = Policy::builtin("in-kyc-vs").unwrap();
    let on = NaiveDate::from_ymd_opt(2022, 12, 1).unwrap();
    Report::of(input, trust, Rules::default(), Some((&policy, on)), today()..=today(), show_person)
}

#[test]
fn a_first_dose_of_two_is_a_status_of_one() {
    let case = lines("divoc-valid.jsonl").into_iter().find(|case| case["expect"]["dose"] == 1).unwrap();
    let report = report(&bytes(&case, "qr_bytes_base64"), &divoc_keys(), false);
    assert_eq!((report.verdict, report.format, report.reason), (Verdict::Verified, Some("divoc"), None));
    assert_eq!(report.status.map(u8::from), Some(1));
}

#[test]
fn the_person_is_named_only_where_that_is_asked_for() {
    let case = lines("divoc-valid.jsonl").remove(0);
    let json = |show_person| {
        serde_json::to_string(&report(&bytes(&case, "qr_bytes_base64"), &divoc_keys(), show_person)).unwrap()
    };
    let name = text(&case["expect"], "name");
    assert!(!json(false).contains(name) && !json(false).contains("names"));
    assert!(json(true).contains(name));
}

#[test]
fn the_four_words_of_a_validator_say_whose_fault_it_is() {
    let case = lines("divoc-valid.jsonl").remove(0);
    let input = bytes(&case, "qr_bytes_base64");
    assert_eq!(report(&input, &TrustList::default(), false).verdict, Verdict::IssuerNotTrusted);
    let mut keys = divoc_keys().all().to_vec();
    keys.iter_mut().for_each(|key| key.terminated = true);
    assert_eq!(report(&input, &TrustList::of(keys), false).verdict, Verdict::TerminatedKey);
    let changed = lines("divoc-mutations.jsonl").into_iter().find(|case| case["name"] == "name changed").unwrap();
    let changed = report(text(&changed, "text").as_bytes(), &divoc_keys(), false);
    assert_eq!((changed.verdict, changed.reason), (Verdict::InvalidSignature, Some("invalid-signature")));
    let nothing = report(b"hello", &divoc_keys(), false);
    assert_eq!((nothing.verdict, nothing.format, nothing.reason), (Verdict::Refused, None, Some("not-a-record")));
}

#[test]
fn a_day_that_is_asked_about_is_any_time_of_it() {
    let reason = |case: &serde_json::Value, during| {
        let trust = TrustList::of(import::certificates([&bytes(case, "certificate")[..]]).keys);
        Report::of(text(case, "text").as_bytes(), &trust, Rules::default(), None, during, false).reason
    };
    let clock = |case: &serde_json::Value| text(case, "clock").parse::<DateTime<Utc>>().ok();
    let case = lines("eu-cases.jsonl").into_iter().find(|case| {
        case["certificate"].is_string() && clock(case).is_some_and(|clock| reason(case, clock..=clock).is_none())
    });
    let case = case.unwrap();
    assert_eq!(reason(&case, today()..=today()), Some("seal-expired"));
    assert_eq!(reason(&case, clock(&case).unwrap()..=today()), None);
}
