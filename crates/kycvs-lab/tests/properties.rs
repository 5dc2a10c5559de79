//! The laboratory answers for any file and any history, and in bounded time.

use std::time::{Duration, Instant};

use chrono::{Days, NaiveDate};
use kycvs_domain::{BirthDate, Dose, DoseHistory, Policy, Product};
use kycvs_lab::{check, table, what_if};
use proptest::prelude::*;

/// Far more than any answer takes, also in a debug build on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

fn start() -> NaiveDate {
    "2020-01-01".parse().unwrap()
}

fn any_history() -> impl Strategy<Value = DoseHistory> {
    let codes = prop::sample::select(vec![
        "cvx:3",
        "cvx:10",
        "cvx:21",
        "cvx:20",
        "cvx:115",
        "cvx:133",
        "COVISHIELD",
        "JANSSEN",
    ]);
    let dose = (codes, 0_u64..2500).prop_map(|(code, days)| Dose::new(Product::find(code), start() + Days::new(days)));
    let birth = prop::option::of((0_u64..2000).prop_map(|days| BirthDate::Day(start() + Days::new(days))));
    (birth, prop::collection::vec(dose, 0..8)).prop_map(|(birth, doses)| DoseHistory {
        birth,
        doses,
        ..DoseHistory::default()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_text_is_checked(text in "\\PC{0,400}") {
        let _ = check(&text, start());
    }

    #[test]
    fn a_file_with_a_piece_cut_out_is_checked(from in any::<prop::sample::Index>(), length in 0_usize..200) {
        let file: Vec<char> = include_str!("../../kycvs-domain/policies/us-dtap.toml").replace("us-dtap", "own").chars().collect();
        let from = from.index(file.len());
        let rest = file.iter().skip(from + length);
        let text: String = file.iter().take(from).chain(rest).collect();
        if let Some(policy) = check(&text, start()).policy {
            prop_assert!(!table(&policy).is_empty());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_is_missing_is_found_for_any_history_in_bounded_time(
        history in any_history(), id in prop::sample::select(Policy::builtin_ids().collect::<Vec<_>>()), days in 0_u64..3000,
    ) {
        let policy = Policy::builtin(id).unwrap();
        let began = Instant::now();
        let found = what_if(&history, &policy, start() + Days::new(days));
        prop_assert_eq!(found.needs.len(), policy.needs().len());
        prop_assert!(found.needs.iter().all(|need| need.missing.len() <= 16));
        prop_assert!(began.elapsed() < PATIENCE, "{} took {:?}", id, began.elapsed());
    }
}

#[test]
fn a_file_of_ten_megabytes_or_of_ten_thousand_series_is_refused_at_once() {
    let began = Instant::now();
    let series = "[[series]]\nname = \"S\"\ndoses = [{}]\n".repeat(10_000);
    let long = "#".repeat(10 << 20);
    for text in [series, long] {
        let found = check(&format!("id = \"own\"\nversion = 1\n{text}"), start());
        assert!(found.policy.is_none() && found.faults.len() == 1, "{:?}", found.faults);
    }
    assert!(began.elapsed() < PATIENCE);
}

/// A policy takes needs from those that are built in alone, so that none can take its own.
#[test]
fn a_policy_that_extends_itself_or_another_of_the_hosts_is_refused_with_its_place() {
    for base in ["own", "another", ""] {
        let found = check(&format!("id = \"own\"\nversion = 1\n[[need]]\npolicy = \"{base}\"\n"), start());
        let fault = &found.faults[0];
        assert_eq!((fault.line, fault.problem.to_string().as_str()), (4, "no built-in policy has this id"));
    }
}
