//! Why, what if, and what a change changes.

use chrono::NaiveDate;
use kycvs_domain::{Dose, DoseHistory, Policy, Product, VaccinationStatus, evaluate};
use kycvs_lab::{Diff, explain, table, what_if};
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn history(born: &str, doses: &[(&str, &str)]) -> DoseHistory {
    let dose = |(product, given_on): &(&str, &str)| Dose::new(Some(Product::find(product).unwrap()), day(given_on));
    let birth = (!born.is_empty()).then(|| day(born).into());
    DoseHistory { birth, doses: doses.iter().map(dose).collect(), immunity: Vec::new() }
}

fn builtin(id: &str) -> Policy {
    Policy::builtin(id).unwrap()
}

const SCHOOL: &str = r#"
id = "school"
version = 1
title = "School entry"
source = "A letter of the school board."
checked_on = 2026-11-01

[[need]]
name = "Measles"
immune = [{ born_before = 1957-01-01 }, { antibodies = "measles" }]

[[need.series]]
name = "Two doses"
doses = [
  { products = ["antigen:measles"], minimum_age = "12 months", grace = "4 days" },
  { products = ["antigen:measles"], minimum_interval = "28 days" },
]

[[need]]
name = "Polio | by mouth"

[[need.series]]
name = "One dose"
doses = [{ products = ["OPV_BIVALENT", "IPV"], minimum_age = "6 weeks", not_within = [{ products = ["BCG"], within = "1 day" }] }]
"#;

#[test]
fn an_explanation_goes_need_by_need_and_dose_by_dose() {
    let person = history("", &[("COVISHIELD", "2021-04-03"), ("COVISHIELD", "2021-04-20")]);
    let explained = explain(&person, &builtin("in-kyc-vs"), day("2021-12-01"));
    let text = explained.to_string();
    assert!(text.starts_with("partially vaccinated by in-kyc-vs/"), "{text}");
    assert!(text.contains("2021-04-03 COVISHIELD counts as dose 1\n"), "{text}");
    assert!(text.contains("2021-04-20 COVISHIELD does not count: given before the minimum interval"), "{text}");
    assert!(text.contains("the next dose could be given since 2021-05-18"), "{text}");
    let json = serde_json::to_value(&explained).unwrap();
    assert_eq!(json["doses"][1]["verdict"], "not_valid");
    assert_eq!(json["doses"][0]["number"], 1);
    assert_eq!(json["needs"][0]["reason"], "dose_missing");
    assert_eq!(json["needs"][0]["next_due"], "2021-05-18");
}

#[test]
fn an_explanation_finds_what_the_evaluation_finds() {
    let person = history("2024-01-10", &[("MMR", "2025-01-10"), ("IPV", "2024-03-01")]);
    let policy = Policy::from_toml(SCHOOL).unwrap();
    let (explained, evaluated) =
        (explain(&person, &policy, day("2026-06-01")), evaluate(&person, &policy, day("2026-06-01")));
    assert_eq!(explained.status, evaluated.status);
    assert_eq!(explained.needs.into_iter().map(|need| need.found).collect::<Vec<_>>(), evaluated.needs);
    assert_eq!(explained.doses.into_iter().map(|dose| dose.found).collect::<Vec<_>>(), evaluated.doses);
}

#[test]
fn what_is_missing_has_the_days_from_which_it_could_be_given() {
    let policy = Policy::from_toml(SCHOOL).unwrap();
    let plan = what_if(&history("2025-12-01", &[]), &policy, day("2026-11-28"));
    assert_eq!(plan.status, VaccinationStatus::NotVaccinated);
    let [measles, polio] = plan.needs.as_slice() else { panic!("{plan}") };
    let days: Vec<_> = measles.missing.iter().map(|dose| dose.from.to_string()).collect();
    assert_eq!(days, ["2026-12-01", "2026-12-29"], "without the grace");
    assert_eq!(measles.missing[0].products, ["MMR", "MR", "MEASLES", "MMRV"]);
    assert_eq!(measles.effective_on, Some(day("2026-12-29")));
    assert_eq!(polio.missing[0].from, day("2026-11-28"), "not before the day asked about");
    assert!(plan.to_string().contains("from 2026-12-29: MMR or MR or MEASLES or MMRV\n"), "{plan}");
}

#[test]
fn a_long_list_of_products_is_short_in_the_text_and_whole_in_the_data() {
    let plan = what_if(&history("", &[]), &builtin("travel-14"), day("2026-11-28"));
    let products = &plan.needs[0].missing[0].products;
    assert!(products.len() > 6, "{products:?}");
    let line = format!("from 2026-11-28: {} or {} more\n", products[..4].join(" or "), products.len() - 4);
    assert!(plan.to_string().contains(&line), "{plan}");
    let five = kycvs_lab::MissingDose { from: day("2026-11-28"), products: products[..5].to_vec() };
    let need = kycvs_lab::NeedPlan { missing: vec![five], ..plan.needs[0].clone() };
    assert!(kycvs_lab::WhatIf { needs: vec![need], ..plan }.to_string().contains(" or 1 more\n"));
}

#[test]
fn a_dose_is_put_off_until_another_vaccine_is_far_enough_away() {
    let policy = Policy::from_toml(&SCHOOL.replace("\"1 day\"", "\"10 days\"")).unwrap();
    let plan = what_if(&history("2025-12-01", &[("BCG", "2026-11-25")]), &policy, day("2026-11-28"));
    assert_eq!(plan.needs[1].missing[0].from, day("2026-12-05"));
}

#[test]
fn who_has_everything_lacks_nothing() {
    let complete = history("", &[("COVISHIELD", "2021-04-03"), ("COVISHIELD", "2021-07-01")]);
    let plan = what_if(&complete, &builtin("travel-14"), day("2021-07-02"));
    assert!(plan.needs.iter().all(|need| need.missing.is_empty()));
    assert_eq!(plan.needs[0].effective_on, Some(day("2021-07-15")), "the wait is not a dose");
}

#[test]
fn a_need_that_has_expired_is_renewed_by_one_dose_which_counts_after_its_wait() {
    let policy = Policy::from_toml(
        r#"
        id = "kitchen"
        version = 1
        wait = "14 days"

        [[need]]
        name = "Typhoid"

        [[need.series]]
        name = "Vi polysaccharide"
        products = ["TYPHOID_VI"]
        valid_for = "3 years"
        doses = [{ minimum_age = "2 years" }]

        [[need.series]]
        name = "Conjugate"
        products = ["TYPHOID_CONJUGATE"]
        valid_for = "5 years"
        doses = [{}]
        "#,
    );
    let expired = history("1990-05-01", &[("TYPHOID_VI", "2019-10-01")]);
    let plan = what_if(&expired, &policy.unwrap(), day("2026-11-29"));
    let [dose] = plan.needs[0].missing.as_slice() else { panic!("{plan}") };
    assert_eq!((dose.from, dose.products.as_slice()), (day("2026-11-29"), &["TYPHOID_VI", "TYPHOID_CONJUGATE"][..]));
    assert_eq!(plan.needs[0].effective_on, Some(day("2026-12-13")));
}

#[test]
fn two_policies_of_one_id_and_version_are_said_to_need_another_version() {
    let told = |after: &str| {
        let [before, after] = [SCHOOL, after].map(|file| Policy::from_toml(file).unwrap());
        Diff::new(before, after).report().to_string()
    };
    let stricter = SCHOOL.replace("\"28 days\"", "\"3 months\"");
    assert_eq!(
        told(&stricter),
        "school/1 to school/1: 0 of 0 people change\n\
         a changed policy needs a new `version`: a token names its policy by id and version alone\n"
    );
    assert_eq!(told(&stricter.replace("version = 1", "version = 2")), "school/1 to school/2: 0 of 0 people change\n");
}

#[test]
fn a_change_of_policy_is_counted_by_reason() {
    let people = [
        ("waits", history("", &[("JANSSEN", "2021-09-01")])),
        ("waits too", history("", &[("JANSSEN", "2021-09-02")])),
        ("stays", history("", &[("JANSSEN", "2021-05-01")])),
        ("stays without", history("", &[])),
    ];
    let mut diff = Diff::new(builtin("in-kyc-vs"), builtin("travel-14"));
    people.iter().for_each(|(id, person)| diff.add(id, person, day("2021-09-05")));
    let report = diff.report();
    assert_eq!((report.people, report.changed, report.changes.len()), (4, 2, 1));
    assert_eq!(report.changes[0].ids, ["waits", "waits too"]);
    let text = report.to_string();
    assert!(text.contains("2 of 4 people change\n"), "{text}");
    assert!(text.contains("2 to 1") && text.contains("complete, and the wait has not passed"), "{text}");
}

#[test]
fn a_dose_that_no_longer_counts_is_the_reason() {
    let policy = |age: &str| {
        Policy::from_toml(&SCHOOL.replace("12 months", age).replace("school\"", &format!("s{}\"", age.len()))).unwrap()
    };
    let mut diff = Diff::new(policy("12 months"), policy("6 years"));
    let child = history("2024-01-10", &[("MMR", "2025-01-10"), ("MMR", "2025-06-10"), ("IPV", "2024-03-01")]);
    diff.add("child", &child, day("2026-06-01"));
    let report = diff.report();
    assert_eq!(report.changes[0].why.need, "Measles");
    assert!(report.to_string().contains("given below the minimum age"), "{report}");
}

#[test]
fn the_table_says_all_that_decides() {
    let text = table(&Policy::from_toml(SCHOOL).unwrap());
    let expected = [
        "# School entry",
        "Policy `school/1`.",
        "Source: A letter of the school board.",
        "Compared with it on 2026-11-01.",
        "## Measles",
        "Met without a dose: born before 1957-01-01; antibodies against measles.",
        "| 1 | list 1 | from 1 year | any later day | grace 4 days |",
        "| 2 | list 1 | any | at least 4 weeks |  |",
        "## Polio \\| by mouth",
        "| 1 | IPV (CVX 10), OPV_BIVALENT (CVX 178) | from 6 weeks | any later day | not within 1 day of BCG (CVX 19) |",
        "1. MMR (CVX 3), MR (CVX 4), MEASLES (CVX 5), MMRV (CVX 94)",
    ];
    for line in expected {
        assert!(text.lines().any(|other| other == line), "{line}\n{text}");
    }
}

#[test]
fn every_built_in_policy_has_a_table_with_a_row_for_each_rule() {
    for id in Policy::builtin_ids() {
        let policy = builtin(id);
        let text = table(&policy);
        let series = policy.needs().iter().flat_map(|need| &need.series);
        let places = series.flat_map(|series| series.places.iter().chain(&series.precaution));
        let rules = places.map(|place| place.rules.len()).sum::<usize>();
        let rows = text.lines().filter(|line| line.starts_with("| ") && line.matches(" | ").count() == 4).count();
        let heads = text.lines().filter(|line| line.starts_with("| dose | ")).count();
        assert_eq!(rows - heads, rules, "{id}\n{text}");
    }
}

fn any_history() -> impl Strategy<Value = DoseHistory> {
    let products: Vec<Product> = Product::all().collect();
    let dose = (prop::sample::select(products), 0_u64..9000)
        .prop_map(|(product, days)| Dose::new(Some(product), day("2000-01-01") + chrono::Days::new(days)));
    let born = prop::option::of((0_u64..9000).prop_map(|days| (day("2000-01-01") + chrono::Days::new(days)).into()));
    (born, prop::collection::vec(dose, 0..12)).prop_map(|(birth, doses)| DoseHistory {
        birth,
        doses,
        immunity: Vec::new(),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// A plan that is followed leads where it says.
    #[test]
    fn who_follows_a_plan_is_vaccinated(history in any_history(), policy in prop::sample::select(vec!["in-kyc-vs", "us-cdc"])) {
        let (policy, on) = (builtin(policy), day("2022-07-20"));
        let plan = what_if(&history, &policy, on);
        let mut followed = history.clone();
        for dose in plan.needs.iter().flat_map(|need| &need.missing) {
            followed.doses.push(Dose::new(Product::find(dose.products[0]), dose.from));
        }
        if let Some(day) = plan.needs.iter().map(|need| need.effective_on).max().flatten() {
            prop_assert_eq!(evaluate(&followed, &policy, day.max(on)).status, VaccinationStatus::FullyVaccinated, "{}", plan);
        }
    }
}
