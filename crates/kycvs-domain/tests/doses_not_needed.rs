//! Doses that a person does not need because of those they had, and doses that are due again and again.

use chrono::NaiveDate;
use kycvs_domain::{
    BirthDate, Dose, DoseHistory, Evaluation, Policy, PolicyProblem as Problem, Product, Verdict, evaluate,
};

const BORN: &str = "2010-01-01";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn policy(series: &str) -> Policy {
    let head = "id = \"own\"\nversion = 1\nproducts = [\"MMR\"]\n[[series]]\nname = \"S\"\n";
    Policy::from_toml(&format!("{head}{series}")).unwrap_or_else(|error| panic!("{error}"))
}

fn on(policy: &Policy, birth: Option<&str>, doses: &[&str], on: &str) -> Evaluation {
    let dose = |given: &&str| Dose::new(Product::find("MMR"), day(given));
    let birth = birth.map(|text| BirthDate::Day(day(text)));
    let history = DoseHistory { birth, doses: doses.iter().map(dose).collect(), ..DoseHistory::default() };
    evaluate(&history, policy, day(on))
}

fn status(policy: &Policy, doses: &[&str]) -> u8 {
    on(policy, Some(BORN), doses, "2020-01-01").status.into()
}

#[test]
fn a_dose_is_not_needed_after_so_many_valid_ones() {
    let policy =
        policy(r#"doses = [{}, { minimum_interval = "4 weeks", skip_after = [{ doses = 1, from_age = "4 years" }] }]"#);
    assert_eq!(status(&policy, &["2012-01-01"]), 1, "a dose at 2 years is not enough");
    assert_eq!(status(&policy, &["2014-01-01"]), 2, "one at 4 years is");
    assert_eq!(status(&policy, &["2012-01-01", "2012-02-01"]), 2);
    let one = on(&policy, Some(BORN), &["2014-01-01"], "2020-01-01");
    assert_eq!(one.complete_on, Some(day("2014-01-01")), "complete with the dose that made the other unnecessary");
}

#[test]
fn any_one_count_is_enough() {
    let policy = policy(
        r#"doses = [{}, {}, { skip_after = [{ doses = 2, from_age = "3 years" }, { doses = 1, from_age = "7 years" }] }]"#,
    );
    assert_eq!(status(&policy, &["2012-01-01", "2013-01-01"]), 1, "one at 3 years");
    assert_eq!(status(&policy, &["2013-01-01", "2013-02-01"]), 2, "two at 3 years");
    assert_eq!(status(&policy, &["2012-01-01", "2017-01-01"]), 2, "one at 7 years");
}

#[test]
fn nobody_is_spared_a_dose_by_an_age_that_is_not_known() {
    let policy = policy(r#"doses = [{}, { skip_after = [{ doses = 1, from_age = "4 years" }] }]"#);
    assert_eq!(u8::from(on(&policy, None, &["2014-01-01"], "2020-01-01").status), 1);
}

#[test]
fn without_a_birth_date_no_dose_is_at_a_wrong_age_and_nobody_is_of_age_to_need_none() {
    for rule in [
        r#"minimum_age = "11 years""#,
        r#"below_age = "2 years""#,
        r#"products = [{ codes = ["MMR"], minimum_age = "11 years" }]"#,
        r#"products = [{ codes = ["MMR"], below_age = "2 years" }]"#,
    ] {
        let policy = policy(&format!("doses = [{{ {rule} }}]"));
        assert_eq!(u8::from(on(&policy, Some(BORN), &["2014-01-01"], "2020-01-01").status), 0, "{rule}");
        assert_eq!(u8::from(on(&policy, None, &["2014-01-01"], "2020-01-01").status), 2, "{rule}");
    }
    let spared = policy(r#"doses = [{}, { skip_from_age = "7 years" }]"#);
    assert_eq!(u8::from(on(&spared, Some(BORN), &["2014-01-01"], "2020-01-01").status), 2);
    assert_eq!(u8::from(on(&spared, None, &["2014-01-01"], "2020-01-01").status), 1);
}

#[test]
fn a_dose_that_is_due_again_and_again_counts_each_time_and_completes_nothing() {
    let policy = policy("recurring = true\ndoses = [{}, { recommended_interval = \"10 years\" }]");
    let answer = on(&policy, Some(BORN), &["2011-01-01", "2021-01-01", "2031-01-01"], "2032-01-01");
    assert_eq!((u8::from(answer.status), answer.complete_on), (1, None));
    assert!(answer.doses.iter().all(|dose| dose.verdict == Verdict::Valid));
    assert_eq!(answer.next_due, Some(day("2041-01-01")));
}

#[test]
fn a_count_that_nobody_could_reach_is_refused() {
    let head = "id = \"own\"\nversion = 1\nproducts = [\"MMR\"]\n[[series]]\nname = \"S\"\n";
    let problem = |entry: &str| {
        let file = format!("{head}doses = [{{}}, {{ skip_after = [{entry}] }}]");
        Policy::from_toml(&file).unwrap_err().faults.remove(0).problem
    };
    assert_eq!(problem("{ doses = 0 }"), Problem::BadSkipAfter);
    assert_eq!(problem("{ doses = 17 }"), Problem::BadSkipAfter);
    assert_eq!(problem("{ doses = -1 }"), Problem::BadSkipAfter);
    assert_eq!(problem("{ from_age = \"4 years\" }"), Problem::MissingField("doses"));
    assert_eq!(
        problem("{ doses = 1, age = \"4 years\" }"),
        Problem::UnknownField { field: "age".into(), nearest: Some("from_age") }
    );
}
