//! Rules that hold from or until a day, and doses given on other days.

use crate::common::{day, history};
use kycvs_domain::{Evaluation, Policy, Reason, evaluate};

/// What a policy with this rule for the second Covaxin says about one on 2022-03-01 and these.
fn answer(rule: &str, doses: &[&str], on: &str) -> Evaluation {
    let policy = format!(
        "id = \"own\"\nversion = 1\n[[series]]\nname = \"Own\"\n\
         doses = [[{{ products = [\"COVAXIN\"] }}], [{{ products = [\"COVAXIN\"], minimum_interval = \"28 days\", {rule} }}]]\n",
    );
    let doses = history("", &[&["COVAXIN 2022-03-01"], doses].concat());
    evaluate(&doses, &Policy::from_toml(&policy).unwrap(), day(on))
}

fn second(rule: &str, dose: &str) -> Vec<Reason> {
    answer(rule, &[dose], "2022-12-31").doses.remove(1).reasons
}

#[test]
fn a_dose_before_its_rule_is_in_force_is_not_too_early_but_says_so_and_one_after_it_is_too_late() {
    assert_eq!(second("from = 2022-05-01", "COVAXIN 2022-04-30"), [Reason::NotYetInForce]);
    assert_eq!(second("from = 2022-03-05", "COVAXIN 2022-03-20"), [Reason::TooEarly], "below the interval");
    assert_eq!(second("from = 2022-05-01", "COVAXIN 2022-05-01"), []);
    assert_eq!(second("until = 2022-05-01", "COVAXIN 2022-05-01"), []);
    assert_eq!(second("until = 2022-05-01", "COVAXIN 2022-05-02"), [Reason::TooLate]);
}

#[test]
fn between_two_rules_a_dose_comes_before_the_second() {
    let gap = "until = 2022-04-10 }, { products = [\"COVAXIN\"], minimum_interval = \"28 days\", from = 2022-05-01";
    assert_eq!(second(gap, "COVAXIN 2022-04-10"), []);
    assert_eq!(second(gap, "COVAXIN 2022-04-11"), [Reason::NotYetInForce]);
    assert_eq!(answer(gap, &[], "2022-04-10").next_due, Some(day("2022-03-29")));
    assert_eq!(answer(gap, &[], "2022-04-11").next_due, Some(day("2022-05-01")));
}

#[test]
fn where_the_only_series_waits_for_its_rule_the_dose_is_due_when_it_comes_into_force() {
    assert_eq!(answer("from = 2022-05-01", &[], "2022-03-02").next_due, Some(day("2022-05-01")));
    assert_eq!(answer("until = 2022-05-01", &[], "2022-05-02").next_due, None, "no rule lets it be given any more");
}
