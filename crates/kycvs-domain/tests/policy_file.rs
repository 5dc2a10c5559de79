//! What a policy file may say, and where it is refused.

use crate::common::{day, history};
use kycvs_domain::{Policy, PolicyError, PolicyProblem as Problem, Product, evaluate};
use proptest::prelude::*;

const HEAD: &str = "id = \"own\"\nversion = 3\n";
const COVAXIN: &str = r#"{ products = ["COVAXIN"] }"#;

/// A file with these rules for the two doses of one series, on line 5.
fn two_doses(first: &str, second: &str) -> String {
    format!("{HEAD}[[series]]\nname = \"Own\"\ndoses = [{first}, {second}]\n")
}

/// What is wrong: line, column, problem.
fn faults(text: &str) -> Vec<(usize, usize, Problem)> {
    let PolicyError { faults } = Policy::from_toml(text).expect_err("refused");
    faults.into_iter().map(|fault| (fault.line, fault.column, fault.problem)).collect()
}

#[track_caller]
fn refused(text: &str, line: usize, problem: Problem) {
    let found: Vec<_> = faults(text).into_iter().map(|(line, _, problem)| (line, problem)).collect();
    assert_eq!(found, [(line, problem)]);
}

#[track_caller]
fn refused_rule(fields: &str, problem: Problem) {
    refused(&two_doses(COVAXIN, &format!(r#"{{ products = ["COVAXIN"], {fields} }}"#)), 5, problem);
}

#[test]
fn every_built_in_policy_reads() {
    for id in Policy::builtin_ids() {
        let policy = Policy::builtin(id).expect(id);
        assert_eq!(policy.id(), id);
        assert_eq!(policy.reference(), format!("{id}/{}", policy.version()));
        assert!(!policy.title().is_empty() && !policy.source().is_empty(), "{id}");
        assert!(policy.checked_on().is_some(), "{id}");
    }
    assert!(Policy::builtin("in-kyc").is_none());
}

#[test]
fn a_policy_of_a_hosts_own_reads() {
    let policy = Policy::from_toml(&two_doses(COVAXIN, COVAXIN)).unwrap();
    assert_eq!((policy.id(), policy.version(), policy.reference()), ("own", 3, "own/3"));
    assert_eq!(format!("{policy:?}"), "Policy(own/3)");
}

#[test]
fn everything_that_is_wrong_is_said_at_once_with_line_and_column() {
    let text = "id = \"Own\"\nversion = 0\nwaits = \"1 day\"\n[[series]]\ndoses = [\n  { products = [\"COVAXIN\", \"COVIFLOR\"], minimum_age = \"12\" },\n]\n";
    let found = faults(text);
    assert_eq!(
        found,
        [
            (1, 1, Problem::BadId),
            (2, 1, Problem::BadVersion),
            (3, 1, Problem::UnknownField { field: "waits".into(), nearest: Some("wait") }),
            (4, 1, Problem::MissingField("name")),
            (
                6,
                28,
                Problem::UnknownProduct { name: "COVIFLOR".into(), nearest: Product::parse("COVIFLOR").unwrap_err() }
            ),
            (6, 41, Problem::BadPeriod("minimum_age")),
        ]
    );
    let error = Policy::from_toml(text).unwrap_err().to_string();
    assert_eq!(error.lines().count(), 6);
    assert!(error.starts_with("line 1, column 1: an id is"), "{error}");
    assert!(error.contains("there is no field `waits` here; is `wait` meant?"), "{error}");
}

#[test]
fn an_unknown_product_or_disease_is_refused_with_the_nearest() {
    let says = |entry: &str| {
        let text = two_doses(COVAXIN, &format!("{{ products = [\"{entry}\"] }}"));
        Policy::from_toml(&text).unwrap_err().faults[0].problem.to_string()
    };
    assert!(
        says("COVISHEELD").starts_with("`COVISHEELD`: the catalogue has no such product; the nearest are COVISHIELD, ")
    );
    let antigen = says("antigen:tick_born");
    assert!(antigen.contains("is named `tick_born`; the nearest are tick_borne_encephalitis, "), "{antigen}");
    assert_eq!(antigen.matches(", ").count(), 2);
    assert_eq!(
        says("cvx:9999"),
        "no product has the code `cvx:9999`; `kycvs policy products` lists all",
        "a number is like none"
    );
    let nothing = "nothing that a vaccine protects from is named `खसरा`; `kycvs policy antigens` lists all";
    assert_eq!(says("antigen:खसरा"), nothing);
    assert!(says("COVISHEELD").ends_with("; `kycvs policy products` lists all"));
}

#[test]
fn what_is_not_toml_is_refused_with_its_line() {
    let line = |text: &str| match faults(text).first() {
        Some((line, _, Problem::Syntax(_))) => *line,
        other => panic!("{other:?}"),
    };
    assert_eq!(line("id = \"own\"\nversion ="), 2);
    assert_eq!(line("id = \"own\"\nid = \"own\""), 2);
    refused(
        "id = \"own\"\nversion = \"1\"\n[[need]]\npolicy = \"in-kyc-vs\"",
        2,
        Problem::WrongType { field: "version", expected: "a whole number" },
    );
}

#[test]
fn a_need_may_be_that_of_a_built_in_policy() {
    let own = "id = \"own\"\nversion = 1\n[[need]]\npolicy = \"us-cdc\"\nwait = \"7 days\"\n";
    assert!(Policy::from_toml(own).is_ok());
    refused(&own.replace("us-cdc", "us"), 4, Problem::UnknownBase);
    refused(&own.replace("us-cdc", "own"), 4, Problem::UnknownBase);
    refused(&format!("{own}grace = \"1 day\""), 6, Problem::UnknownField { field: "grace".into(), nearest: None });
    refused(&format!("{own}[[need]]\npolicy = \"us-cdc-14\""), 6, Problem::RepeatedName);
}

#[test]
fn a_need_of_a_policy_that_takes_it_from_another_has_the_nearest_wait() {
    let own = |wait: &str| {
        Policy::from_toml(&format!("id = \"own\"\nversion = 1\n[[need]]\npolicy = \"travel-15\"\n{wait}")).unwrap()
    };
    let doses = history("", &["COVAXIN 2021-04-03", "COVAXIN 2021-05-03"]);
    let effective_on = |policy| evaluate(&doses, &policy, day("2021-12-31")).effective_on;
    assert_eq!(effective_on(own("")), Some(day("2021-05-18")));
    assert_eq!(effective_on(own("wait = \"3 weeks\"")), Some(day("2021-05-24")));
    assert_eq!(effective_on(own("wait = \"0 days\"")), Some(day("2021-05-03")));
}

#[test]
fn a_policy_of_a_hosts_own_does_not_pass_for_a_built_in_one() {
    for id in Policy::builtin_ids() {
        let own = two_doses(COVAXIN, COVAXIN).replace("\"own\"", &format!("{id:?}"));
        refused(&own, 1, Problem::BuiltinId(id));
    }
}

#[test]
fn a_file_has_a_limit_in_bytes_and_lists_have_one_in_length() {
    let padded = |bytes: usize| format!("{}#", two_doses(COVAXIN, COVAXIN)) + &"x".repeat(bytes);
    let rest = 256 * 1024 - padded(0).len();
    assert!(Policy::from_toml(&padded(rest)).is_ok());
    refused(&padded(rest + 1), 1, Problem::TooLarge);
    refused(&"[[series]]\n".repeat(1_000_000), 1, Problem::TooLarge);

    refused(HEAD, 1, Problem::MissingField("series"));
    let series = |count: usize| {
        let one = |n| format!("[[series]]\nname = \"{n}\"\ndoses = [{COVAXIN}]\n");
        HEAD.to_owned() + &(0..count).map(one).collect::<String>()
    };
    assert!(Policy::from_toml(&series(64)).is_ok());
    refused(&series(65), 3, Problem::Count { what: "series", max: 64 });
    refused(&series(3_000), 3, Problem::Count { what: "series", max: 64 });
    refused(&two_doses(COVAXIN, "[]"), 5, Problem::Count { what: "rules", max: 32 });
    refused(&two_doses(COVAXIN, "{ products = [] }"), 5, Problem::Count { what: "products", max: 512 });
    refused(&two_doses(COVAXIN, "{}"), 5, Problem::MissingField("products"));
    let doses = vec![COVAXIN; 17].join(", ");
    let many = format!("{HEAD}[[series]]\nname = \"Own\"\ndoses = [{doses}]\n");
    refused(&many, 5, Problem::Count { what: "doses", max: 16 });
}

#[test]
fn a_file_of_nothing_but_faults_is_answered_with_the_first_hundred() {
    let many: String = HEAD.to_owned() + &(0..9_000).map(|n| format!("x{n} = 1\n")).collect::<String>();
    assert_eq!(faults(&many).len(), PolicyError::MAX_FAULTS);
}

#[test]
fn an_id_is_what_a_token_can_carry() {
    let file = two_doses(COVAXIN, COVAXIN);
    for id in ["", "Own", "own/1", "1own", "-own", "öwn", "own policy", &"x".repeat(33)] {
        refused(&file.replace("\"own\"", &format!("{id:?}")), 1, Problem::BadId);
    }
    assert!(Policy::from_toml(&file.replace("\"own\"", &format!("{:?}", "x".repeat(32)))).is_ok());
    for version in ["0", "-1", "4294967296"] {
        refused(&file.replace("version = 3", &format!("version = {version}")), 2, Problem::BadVersion);
    }
}

#[test]
fn names_are_texts_and_differ() {
    let file = two_doses(COVAXIN, COVAXIN);
    let bad = |field| Problem::BadText { field, max: 120 };
    refused(&file.replace("\"Own\"", "\"\""), 4, bad("name"));
    refused(&file.replace("\"Own\"", r#""a\u0000b""#), 4, bad("name"));
    refused(&file.replace("Own", "a\u{202E}b"), 4, bad("name"));
    let again = format!("{file}[[series]]\nname = \"Own\"\ndoses = [{COVAXIN}]");
    refused(&again, 7, Problem::RepeatedName);
    for title in [r"\n", r"\u202E", "a\u{2066}b", "a\u{200B}", &"x".repeat(121)] {
        refused(&format!("title = \"{title}\"\n{file}"), 1, bad("title"));
    }
    assert!(Policy::from_toml(&format!("title = \"यात्रा, क्\u{200D}ष\"\n{file}")).is_ok(), "joiners shape letters");
}

#[test]
fn products_are_of_the_catalogue_and_named_once() {
    let products = |list: &str| two_doses(COVAXIN, &format!("{{ products = [{list}] }}"));
    refused(&products(r#""COVAXIN", "cvx:502""#), 5, Problem::RepeatedProduct("COVAXIN"));
    refused(&products(r#""VAXZEVRIA", "cvx:210""#), 5, Problem::RepeatedProduct("VAXZEVRIA"));
    let aged = r#"{ codes = ["COVAXIN"], minimum_age = "12 years", below_age = "18 years" }, { codes = ["cvx:502"], "#;
    refused(&products(&format!(r#"{aged} minimum_age = "17 years" }}"#)), 5, Problem::RepeatedProduct("COVAXIN"));
    assert!(Policy::from_toml(&products(&format!(r#"{aged} minimum_age = "18 years" }}"#))).is_ok());
    refused(&products(r#"{ below_age = "5 years" }"#), 5, Problem::MissingField("codes"));
}

#[test]
fn contradictions_within_a_rule_are_refused() {
    refused_rule(r#"minimum_interval = "28 days", recommended_interval = "3 weeks""#, Problem::RecommendedBelowMinimum);
    refused_rule("from = 2022-01-02, until = 2022-01-01", Problem::EmptyDates);
    refused_rule("from = 2022-01-01T00:00:00", Problem::BadDate("from"));
    refused_rule("until = 00:00:00", Problem::BadDate("until"));
    refused_rule(r#"minimum_age = "18 years", below_age = "216 months""#, Problem::EmptyAges);
    for age in ["18", "-18 years", "+8 years", "151 years", " years", "99999 years", ""] {
        refused_rule(&format!("minimum_age = {age:?}"), Problem::BadPeriod("minimum_age"));
    }
    refused_rule(r#"grace = "1 month""#, Problem::BadGrace);
    refused_rule(r#"grace = "367 days""#, Problem::BadGrace);
    refused_rule(r#"since_dose = { 2 = "1 week" }"#, Problem::BadSinceDose);
    refused_rule(r#"since_dose = { first = "1 week" }"#, Problem::BadSinceDose);
}

#[test]
fn a_series_is_never_complete_without_a_dose() {
    let skipped = r#"{ products = ["COVAXIN"], skip_from_age = "4 years" }"#;
    refused(&two_doses(skipped, skipped), 5, Problem::EverySkipped);
    assert!(Policy::from_toml(&two_doses(COVAXIN, skipped)).is_ok());
    assert!(Policy::from_toml(&two_doses(skipped, COVAXIN)).is_ok());
}

#[test]
fn a_policy_has_needs_or_series_at_the_top() {
    let need = format!("[[need]]\nname = \"N\"\n[[need.series]]\nname = \"S\"\ndoses = [{COVAXIN}]\n");
    assert!(Policy::from_toml(&format!("{HEAD}{need}")).is_ok());
    refused(&format!("{HEAD}{need}[[series]]\nname = \"S\"\ndoses = [{COVAXIN}]\n"), 8, Problem::NeedsAndSeries);
    refused(&format!("{HEAD}{need}{need}"), 8, Problem::RepeatedName);
    refused(&format!("{HEAD}{need}immune = 1"), 8, Problem::UnknownField { field: "immune".into(), nearest: None });
}

#[test]
fn two_rules_of_a_dose_do_not_hold_for_one_product_at_once() {
    let rules = |first: &str, second: &str| {
        let rule = |code: &str, fields: &str| format!(r#"{{ products = ["{code}"]{fields} }}"#);
        Policy::from_toml(&two_doses(COVAXIN, &format!("[{}, {}]", rule("COVISHIELD", first), rule("cvx:210", second))))
    };
    let overlap = Problem::Overlap { rule: 1, product: "COVISHIELD" };
    let problem = |result: Result<Policy, PolicyError>| result.unwrap_err().faults[0].problem.clone();
    assert_eq!(problem(rules(", until = 2021-05-13", ", from = 2021-05-13")), overlap);
    assert_eq!(problem(rules("", ", from = 2021-05-13")), overlap);
    assert_eq!(problem(rules(r#", below_age = "6 years""#, r#", minimum_age = "5 years""#)), overlap);
    assert!(rules(", until = 2021-05-12", ", from = 2021-05-13").is_ok());
    assert!(rules(r#", below_age = "5 years""#, r#", minimum_age = "5 years""#).is_ok());
}

#[test]
fn a_policy_is_overdue_after_its_day_of_review() {
    let policy = Policy::from_toml(&format!("review_by = 2026-12-31\n{}", two_doses(COVAXIN, COVAXIN))).unwrap();
    assert_eq!(policy.review_by(), Some(day("2026-12-31")));
    assert!(!policy.is_overdue(day("2026-12-31")) && policy.is_overdue(day("2027-01-01")));
    assert!(!Policy::from_toml(&two_doses(COVAXIN, COVAXIN)).unwrap().is_overdue(day("2999-01-01")));
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in ".{0,200}") {
        let _ = Policy::from_toml(&text);
    }

    #[test]
    fn a_built_in_file_with_one_changed_byte_is_read_or_refused(at in any::<prop::sample::Index>(), byte in 0_u8..128) {
        let mut bytes = include_str!("../policies/us-cdc.toml").replace("id = \"us-cdc\"", "id = \"own\"").into_bytes();
        *at.get_mut(&mut bytes) = byte;
        if let Ok(text) = String::from_utf8(bytes) {
            let _ = Policy::from_toml(&text);
        }
    }
}

#[test]
fn the_policies_of_the_guide_are_read() {
    let guide = include_str!("../../../docs/policies.md");
    let files: Vec<_> = guide.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(files.len() > 1);
    for file in files {
        Policy::from_toml(file).unwrap_or_else(|error| panic!("{error}\n{file}"));
    }
}
