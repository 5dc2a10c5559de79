//! What holds for every policy and every history.

use std::sync::LazyLock;

use crate::common::day;
use chrono::{Days, NaiveDate};
use kycvs_domain::{BirthDate, Dose, DoseHistory, Evaluation, Policy, Product, evaluate};
use proptest::prelude::*;

static BUILTIN: LazyLock<Vec<Policy>> =
    LazyLock::new(|| Policy::builtin_ids().map(|id| Policy::builtin(id).expect(id)).collect());

const CODES: [&str; 8] = ["cvx:3", "cvx:94", "cvx:21", "cvx:10", "cvx:110", "cvx:37", "cvx:43", "cvx:189"];

fn any_period() -> impl Strategy<Value = String> {
    (0_u16..30, prop::sample::select(vec!["days", "weeks", "months"]))
        .prop_map(|(number, unit)| format!("{number} {unit}"))
}

/// A field that is there or not.
fn field(name: &'static str, value: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    prop::option::of(value).prop_map(move |value| value.map_or_else(String::new, |value| format!("{name} = {value}, ")))
}

fn any_rule() -> impl Strategy<Value = String> {
    let quoted = || any_period().prop_map(|period| format!("{period:?}"));
    let products = prop::sample::subsequence(CODES.to_vec(), 1..5).prop_map(|codes| format!("{codes:?}"));
    let near = (prop::sample::select(CODES.to_vec()), any_period()).prop_map(|(code, period)| {
        format!("[{{ products = [{code:?}], within = {period:?}, after_valid = \"1 day\" }}]")
    });
    (
        field("minimum_age", quoted()),
        field("minimum_interval", quoted()),
        field("grace", Just("\"4 days\"".to_owned())),
        field("skip_from_age", quoted()),
        field(
            "skip_after",
            (1..4, any_period()).prop_map(|(doses, age)| format!("[{{ doses = {doses}, from_age = {age:?} }}]")),
        ),
        field("not_within", near),
        products,
    )
        .prop_map(|(age, interval, grace, skip, enough, near, products)| {
            format!("{{ {age}{interval}{grace}{skip}{enough}{near}products = {products} }}")
        })
}

/// The series of one need, under the name of its table.
fn any_series(table: &'static str) -> impl Strategy<Value = String> {
    let doses = prop::collection::vec(any_rule(), 0..4).prop_map(|rules| {
        let last = r#"{ products = ["cvx:3", "cvx:10"] }"#.to_owned();
        rules.into_iter().chain([last]).collect::<Vec<_>>().join(", ")
    });
    let from = prop::sample::select(vec!["any_dose", "series_dose", "valid_dose"]);
    let series = (doses, from, any::<bool>(), any::<bool>());
    prop::collection::vec(series, 1..4).prop_map(move |all| {
        let one = |(number, (doses, from, precaution, recurring)): (usize, (String, &str, bool, bool))| {
            let precaution = if precaution { "precaution = { minimum_interval = \"1 week\" }\n" } else { "" };
            format!("[[{table}]]\nname = \"{number}\"\ninterval_from = \"{from}\"\naccepts_final_dose = true\nrecurring = {recurring}\n{precaution}doses = [{doses}]\n")
        };
        all.into_iter().enumerate().map(one).collect()
    })
}

fn any_history() -> impl Strategy<Value = DoseHistory> {
    let dose = (prop::sample::select(CODES.to_vec()), 0_u64..900, prop::option::of((1_u8..4, 1_u8..4)));
    let dose = dose.prop_map(|(code, days, number)| Dose {
        dose_number: number.map(|(number, _)| number),
        series_doses: number.map(|(_, of)| of),
        ..Dose::new(Product::find(code), day("2024-01-01") + Days::new(days))
    });
    let birth = prop_oneof![
        Just(None),
        (0_u64..900).prop_map(|days| Some(BirthDate::Day(day("2023-06-01") + Days::new(days)))),
        (1990_u16..2025).prop_map(|year| Some(BirthDate::Year(year.to_string().parse().unwrap()))),
    ];
    let doses = prop::collection::vec(dose, 0..10);
    (birth, doses).prop_map(|(birth, doses)| DoseHistory { birth, doses, ..DoseHistory::default() })
}

fn any_day() -> impl Strategy<Value = NaiveDate> {
    (0_u64..1500).prop_map(|days| day("2024-01-01") + Days::new(days))
}

fn policy(text: &str) -> Policy {
    Policy::from_toml(&format!("id = \"own\"\nversion = 1\n{text}")).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// What is found on each dose, whatever the order of the records.
fn found(history: &DoseHistory, answer: Evaluation) -> Vec<String> {
    let mut lines: Vec<_> =
        history.doses.iter().zip(answer.doses).map(|(dose, verdict)| format!("{dose:?} {verdict:?}")).collect();
    lines.sort_unstable();
    lines
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn the_order_of_the_doses_decides_nothing(
        series in any_series("series"), history in any_history(), on in any_day(), turn in 0_usize..10,
    ) {
        let mut turned = history.clone();
        turned.doses.reverse();
        if !turned.doses.is_empty() {
            let by = turn % turned.doses.len();
            turned.doses.rotate_left(by);
        }
        let own = policy(&series);
        for policy in BUILTIN.iter().chain([&own]) {
            let (one, other) = (evaluate(&history, policy, on), evaluate(&turned, policy, on));
            prop_assert_eq!(&one.needs, &other.needs);
            prop_assert_eq!(found(&history, one), found(&turned, other));
        }
    }

    #[test]
    fn another_need_never_raises_a_status(
        one in any_series("need.series"), other in any_series("need.series"), history in any_history(), on in any_day(),
    ) {
        let need = |name: &str, series: &str| format!("[[need]]\nname = \"{name}\"\n{series}");
        let first = need("One", &one);
        let (less, more) = (policy(&first), policy(&format!("{first}{}", need("Other", &other))));
        let (less, more) = (evaluate(&history, &less, on), evaluate(&history, &more, on));
        prop_assert!(more.status <= less.status);
        prop_assert_eq!(&more.needs[0], &less.needs[0]);
        prop_assert_eq!(more.status, more.needs.iter().map(|need| need.status).min().unwrap());
    }

    #[test]
    fn a_time_of_validity_never_lengthens_one(
        series in any_series("series"), history in any_history(), on in any_day(), valid_for in any_period(),
        wait in any_period(),
    ) {
        let wait = format!("wait = {wait:?}\n");
        let (endless, ends) = (policy(&format!("{wait}{series}")), policy(&format!("{wait}valid_for = {valid_for:?}\n{series}")));
        let (endless, ends) = (evaluate(&history, &endless, on), evaluate(&history, &ends, on));
        prop_assert!(ends.status <= endless.status, "{:?} {:?}", ends.needs, endless.needs);
    }
}
