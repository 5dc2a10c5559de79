//! What is odd in a policy in which nothing is wrong.

use chrono::NaiveDate;
use kycvs_domain::Policy;
use kycvs_lab::{Contradiction, Oddity, check, check_policy};

fn today() -> NaiveDate {
    "2026-11-28".parse().unwrap()
}

const HEAD: &str = "id = \"campus\"\nversion = 1\nsource = \"a letter\"\nchecked_on = 2026-11-01\n";

/// The oddities of a policy with these series, each with its line below the head.
fn odd(series: &str) -> Vec<(usize, Oddity)> {
    let check = check(&format!("{HEAD}{series}"), today());
    assert_eq!(check.faults, []);
    check.warnings.into_iter().map(|warning| (warning.line - 4, warning.oddity)).collect()
}

#[test]
fn a_rule_whose_age_the_doses_before_it_pass_is_never_met() {
    let series = |below: &str| {
        format!(
            "[[series]]\nname = \"Rotavirus\"\ndoses = [\n{{ products = [\"ROTARIX\"], minimum_age = \"6 weeks\" }},\n\
             {{ products = [\"ROTARIX\"], minimum_interval = \"4 weeks\", below_age = \"{below}\" }},\n]\n"
        )
    };
    assert_eq!(odd(&series("9 weeks")), [(5, Oddity::NeverMet(Contradiction::Ages))]);
    assert_eq!(odd(&series("8 months")), []);
}

#[test]
fn a_rule_whose_dates_end_before_its_products_are_in_use_is_never_met() {
    let series = "[[series]]\nname = \"Corbevax\"\ndoses = [{ products = [\"CORBEVAX\"], until = 2021-06-30 }]\n";
    let found = odd(series);
    assert_eq!(found[0], (3, Oddity::NeverMet(Contradiction::Dates)));
    assert_eq!(found[1], (3, Oddity::Closed("2021-06-30".parse().unwrap())), "and it is over as well");
}

#[test]
fn a_series_that_is_over_before_its_wait_has_passed_makes_nobody_fully_vaccinated() {
    let series = |wait: &str| {
        format!(
            "[[series]]\nname = \"Cholera\"\nwait = \"{wait}\"\nvalid_for = \"2 years\"\ndoses = [{{ products = [\"DUKORAL\"] }}]\n"
        )
    };
    let over = Oddity::NeverEffective { wait: "25 months".into(), valid_for: "2 years".into() };
    assert_eq!(odd(&series("25 months")), [(1, over)]);
    assert_eq!(odd(&series("24 months")), [], "of one day");
    assert_eq!(odd(&series("10 days")), []);
}

#[test]
fn a_dose_of_which_every_rule_has_ended_is_closed_and_one_with_a_rule_in_force_is_not() {
    let series = |until: &str| {
        format!(
            "[[series]]\nname = \"Covaxin\"\ndoses = [[\n{{ products = [\"COVAXIN\"], until = 2022-01-01 }},\n\
             {{ products = [\"COVAXIN\"], from = 2022-01-02{until} }},\n]]\n"
        )
    };
    assert_eq!(odd(&series("")), []);
    assert_eq!(odd(&series(", until = 2023-01-01")), [(3, Oddity::Closed("2023-01-01".parse().unwrap()))]);
}

#[test]
fn a_series_that_another_always_beats_never_decides() {
    let short =
        "[[series]]\nname = \"One\"\ndoses = [{ products = [\"antigen:measles\"], minimum_age = \"12 months\" }]\n";
    let long = "[[series]]\nname = \"Two\"\ndoses = [\n{ products = [\"MMR\"], minimum_age = \"15 months\" },\n\
                { products = [\"MMR\"], minimum_interval = \"28 days\" },\n]\n";
    assert_eq!(odd(&format!("{short}{long}")), [(4, Oddity::Beaten("One".into()))]);
    assert_eq!(odd(&format!("{long}{short}")), [(1, Oddity::Beaten("One".into()))], "in whichever order");
    let alike = short.replace("One", "Again");
    assert_eq!(odd(&format!("{short}{alike}")), [(4, Oddity::Beaten("One".into()))], "of two alike the second");
    let younger = short.replace("12 months", "16 months");
    assert_eq!(odd(&format!("{younger}{long}")), [], "each can be complete before the other");
}

#[test]
fn a_policy_says_where_it_is_from_and_is_reviewed_in_time() {
    let series = "[[series]]\nname = \"Janssen\"\ndoses = [{ products = [\"JANSSEN\"] }]\n";
    let found = |head: &str| {
        let warnings = check(&format!("id = \"campus\"\nversion = 1\n{head}{series}"), today()).warnings;
        warnings.into_iter().map(|warning| warning.oddity).collect::<Vec<_>>()
    };
    assert_eq!(found(""), [Oddity::NoSource, Oddity::NotChecked]);
    let head = "source = \"a letter\"\nchecked_on = 2025-01-01\nreview_by = ";
    assert_eq!(found(&format!("{head}2026-11-27\n")), [Oddity::Overdue("2026-11-27".parse().unwrap())]);
    assert_eq!(found(&format!("{head}2026-11-28\n")), []);
}

#[test]
fn every_fault_is_named_at_once_with_its_place_and_none_is_a_warning_too() {
    let check = check(
        "id = \"Campus\"\nversion = 0\n\n[[series]]\nname = \"x\"\ndoses = [{ products = [\"MRM\"] }]\n",
        today(),
    );
    assert!(check.policy.is_none() && check.warnings.is_empty());
    let text = check.to_string();
    assert_eq!(text.lines().count(), 3, "{text}");
    assert!(text.starts_with("error: line 1, column 1: an id "), "{text}");
    assert!(text.lines().any(|line| line.starts_with("error: line 6, column ")), "{text}");
}

/// What ships is written with the same care.
#[test]
fn no_rule_of_a_built_in_policy_is_out_of_reach() {
    for id in Policy::builtin_ids() {
        for warning in check_policy(&Policy::builtin(id).unwrap(), today()) {
            assert!(!matches!(warning.oddity, Oddity::NeverMet(_)), "{id}: {warning}");
        }
    }
}
