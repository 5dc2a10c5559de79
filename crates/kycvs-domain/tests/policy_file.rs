#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

//! What a policy file may say, and where it is refused.

mod common;

use common::{day, history};
use kycvs_domain::{Policy, PolicyProblem as Problem, evaluate};
use proptest::prelude::*;

/// A file with these two lists of rules for the two doses of one series.
fn two_doses(first: &str, second: &str) -> String {
    format!("id = \"own\"\nversion = 3\n[[series]]\nname = \"Own\"\ndoses = [[{first}], [{second}]]\n")
}

const COVAXIN: &str = r#"{ products = ["COVAXIN"] }"#;

#[track_caller]
fn refused(text: &str, place: &str, problem: Problem) {
    let error = Policy::from_toml(text).expect_err("refused");
    assert_eq!((error.place.as_str(), &error.problem), (place, &problem));
}

#[track_caller]
fn refused_rule(rule: &str, problem: Problem) {
    refused(&two_doses(COVAXIN, rule), r#"series "Own", dose 2, rule 1"#, problem);
}

#[test]
fn every_built_in_policy_reads() {
    for id in Policy::builtin_ids() {
        let policy = Policy::builtin(id).expect(id);
        assert_eq!(policy.id(), id);
        assert_eq!(policy.reference(), format!("{id}/{}", policy.version()));
        assert!(!policy.title().is_empty());
    }
    assert_eq!(
        Policy::builtin_ids().collect::<Vec<_>>(),
        ["in-kyc-vs", "travel-14", "travel-15", "us-cdc", "us-cdc-14"]
    );
    assert!(Policy::builtin("in-kyc").is_none());
}

#[test]
fn a_policy_of_a_hosts_own_reads() {
    let policy = Policy::from_toml(&two_doses(COVAXIN, COVAXIN)).unwrap();
    assert_eq!((policy.id(), policy.version(), policy.reference()), ("own", 3, "own/3"));
    assert_eq!(format!("{policy:?}"), "Policy(own/3)");
}

#[test]
fn a_policy_may_extend_a_built_in_one_with_a_wait() {
    let own = "id = \"own\"\nversion = 1\nextends = \"us-cdc\"\nwait_days = 7\n";
    assert!(Policy::from_toml(own).is_ok());
    refused(&own.replace("us-cdc", "us"), "extends", Problem::UnknownBase);
    refused(&format!("{own}grace_days = 1"), "policy", Problem::FixedByBase("grace_days"));
    refused(&format!("{own}[[series]]\nname = \"x\"\ndoses = []"), "policy", Problem::FixedByBase("series"));
}

#[test]
fn a_policy_that_extends_one_that_extends_another_has_the_rules_of_the_last_and_the_nearest_wait() {
    let own =
        |wait: &str| Policy::from_toml(&format!("id = \"own\"\nversion = 1\nextends = \"travel-14\"\n{wait}")).unwrap();
    let doses = history("", &["COVAXIN 2021-04-03", "COVAXIN 2021-05-03"]);
    let effective_on = |policy| evaluate(&doses, &policy, day("2021-12-31")).effective_on;
    assert_eq!(effective_on(own("")), Some(day("2021-05-17")));
    assert_eq!(effective_on(own("wait_days = 21")), Some(day("2021-05-24")));
    assert_eq!(effective_on(own("wait_days = 0")), Some(day("2021-05-03")));
}

#[test]
fn a_policy_of_a_hosts_own_does_not_pass_for_a_built_in_one() {
    for id in Policy::builtin_ids() {
        let own = two_doses(COVAXIN, COVAXIN).replace("\"own\"", &format!("{id:?}"));
        refused(&own, "id", Problem::BuiltinId(id));
    }
    refused(include_str!("../policies/in-kyc-vs.toml"), "id", Problem::BuiltinId("in-kyc-vs"));
}

#[test]
fn what_is_not_toml_or_of_another_form_is_refused_with_its_line() {
    let syntax = |text: &str| {
        let error = Policy::from_toml(text).expect_err(text);
        assert!(matches!(error.problem, Problem::Syntax(_)), "{error}");
        error.place
    };
    assert_eq!(syntax("id = \"own\"\nversion ="), "line 2");
    assert_eq!(syntax(&two_doses(COVAXIN, COVAXIN).replace("name =", "nome =")), "line 4");
    assert_eq!(syntax("id = \"own\"\nid = \"own\""), "line 2");
    assert_eq!(syntax("id = \"own\"\nversion = -1"), "line 2");
    assert_eq!(syntax(&two_doses(COVAXIN, r#"{ products = ["COVAXIN"], minimum_days = "28" }"#)), "line 5");
    assert_eq!(syntax(""), "line 1");
}

#[test]
fn a_file_has_a_limit_in_bytes_and_lists_have_one_in_length() {
    let padded = |bytes: usize| format!("{}#", two_doses(COVAXIN, COVAXIN)) + &"x".repeat(bytes);
    let rest = 256 * 1024 - padded(0).len();
    assert!(Policy::from_toml(&padded(rest)).is_ok());
    refused(&padded(rest + 1), "policy", Problem::TooLarge);

    refused("id = \"own\"\nversion = 1", "policy", Problem::Count { what: "series", max: 64 });
    let series = |count: usize| {
        let one = |n| format!("[[series]]\nname = \"{n}\"\ndoses = [[{COVAXIN}]]\n");
        "id = \"own\"\nversion = 1\n".to_owned() + &(0..count).map(one).collect::<String>()
    };
    assert!(Policy::from_toml(&series(64)).is_ok());
    refused(&series(65), "policy", Problem::Count { what: "series", max: 64 });
    let nine =
        two_doses(COVAXIN, COVAXIN).replace("doses = [", &format!("doses = [{}", format!("[{COVAXIN}], ").repeat(7)));
    refused(&nine, r#"series "Own""#, Problem::Count { what: "doses", max: 8 });
    refused(&two_doses(COVAXIN, ""), r#"series "Own", dose 2"#, Problem::Count { what: "rules", max: 32 });
    refused_rule("{ products = [] }", Problem::Count { what: "products", max: 127 });
    refused_rule("{ minimum_days = 28 }", Problem::Count { what: "products", max: 127 });
}

#[test]
fn an_id_is_what_a_token_can_carry() {
    let file = two_doses(COVAXIN, COVAXIN);
    for id in ["", "Own", "own/1", "1own", "-own", "öwn", "own policy", &"x".repeat(33)] {
        refused(&file.replace("\"own\"", &format!("{id:?}")), "id", Problem::BadId);
    }
    assert!(Policy::from_toml(&file.replace("\"own\"", &format!("{:?}", "x".repeat(32)))).is_ok());
    refused(&file.replace("version = 3", "version = 0"), "version", Problem::BadVersion);
}

#[test]
fn names_of_series_are_texts_and_differ() {
    let file = two_doses(COVAXIN, COVAXIN);
    refused(&file.replace("\"Own\"", "\"\""), "series 1", Problem::BadText("name"));
    refused(&file.replace("\"Own\"", r#""a\u0000b""#), "series 1", Problem::BadText("name"));
    refused(&file.replace("Own", "a\u{202E}b"), "series 1", Problem::BadText("name"));
    let again = format!("{file}[[series]]\nname = \"Own\"\ndoses = [[{COVAXIN}]]");
    refused(&again, r#"series "Own""#, Problem::RepeatedSeries);
    for title in [r"\n", r"\u202E", "a\u{2066}b", "a\u{200B}", &"x".repeat(121)] {
        refused(&format!("title = \"{title}\"\n{file}"), "title", Problem::BadText("title"));
    }
    assert!(Policy::from_toml(&format!("title = \"यात्रा, क्\u{200D}ष\"\n{file}")).is_ok(), "joiners shape letters");
}

#[test]
fn products_are_of_the_catalogue_and_named_once() {
    refused_rule(r#"{ products = ["COVIFLOR"] }"#, Problem::UnknownProduct("COVIFLOR".into()));
    refused_rule(r#"{ products = ["COVAXIN", "cvx:502"] }"#, Problem::RepeatedProduct("COVAXIN"));
    refused_rule(r#"{ products = ["VAXZEVRIA", "cvx:210"] }"#, Problem::RepeatedProduct("VAXZEVRIA"));
}

#[test]
fn contradictions_within_a_rule_are_refused() {
    let rule = |fields: &str| format!(r#"{{ products = ["COVAXIN"], {fields} }}"#);
    refused_rule(&rule("minimum_days = 28, recommended_days = 27"), Problem::RecommendedBelowMinimum);
    refused_rule(&rule("from = 2022-01-02, until = 2022-01-01"), Problem::EmptyDates);
    refused_rule(&rule("from = 2022-01-01T00:00:00"), Problem::BadDate("from"));
    refused_rule(&rule("until = 00:00:00"), Problem::BadDate("until"));
    refused_rule(&rule(r#"minimum_age = "18 years", below_age = "216 months""#), Problem::EmptyAges);
    for age in ["18", "18 days", "+8 years", "151 years", " years", "99999 years", ""] {
        refused_rule(&rule(&format!("minimum_age = {age:?}")), Problem::BadAge("minimum_age"));
    }
    refused_rule(&rule("recommended_days = 3654"), Problem::TooManyDays { field: "recommended_days", max: 3653 });
    refused_rule(&rule("grace_days = 3654"), Problem::TooManyDays { field: "grace_days", max: 3653 });
}

#[test]
fn the_first_dose_has_no_interval() {
    let rule = r#"{ products = ["COVAXIN"], minimum_days = 28 }"#;
    refused(&two_doses(rule, COVAXIN), r#"series "Own", dose 1"#, Problem::IntervalOfFirstDose);
}

#[test]
fn two_rules_of_a_dose_do_not_hold_for_one_product_at_once() {
    let rules = |first: &str, second: &str| {
        let rule = |code: &str, fields: &str| format!(r#"{{ products = ["{code}"]{fields} }}"#);
        let both = format!("{}, {}", rule("COVISHIELD", first), rule("cvx:210", second));
        Policy::from_toml(&two_doses(COVAXIN, &both))
    };
    let overlap = Problem::Overlap { rule: 1, product: "COVISHIELD" };
    let error = rules(", until = 2021-05-13", ", from = 2021-05-13").unwrap_err();
    assert_eq!((error.place.as_str(), error.problem), (r#"series "Own", dose 2, rule 2"#, overlap.clone()));
    assert_eq!(rules("", ", from = 2021-05-13").unwrap_err().problem, overlap);
    assert_eq!(rules(r#", below_age = "6 years""#, r#", minimum_age = "5 years""#).unwrap_err().problem, overlap);
    assert!(rules(", until = 2021-05-12", ", from = 2021-05-13").is_ok());
    assert!(rules(r#", below_age = "5 years""#, r#", minimum_age = "5 years""#).is_ok());
}

#[test]
fn an_error_says_where_and_what() {
    let error = Policy::from_toml(&two_doses(COVAXIN, r#"{ products = ["COVIFLOR"] }"#)).unwrap_err();
    assert_eq!(error.to_string(), r#"series "Own", dose 2, rule 1: no product has the code `COVIFLOR`"#);
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in ".{0,200}") {
        let _ = Policy::from_toml(&text);
    }

    #[test]
    fn a_built_in_file_with_one_changed_byte_is_read_or_refused(at in any::<prop::sample::Index>(), byte in 0_u8..128) {
        let mut bytes = include_str!("../policies/in-kyc-vs.toml").replace("id = \"in-kyc-vs\"", "id = \"own\"").into_bytes();
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
    assert_eq!(files.len(), 2);
    for file in files {
        Policy::from_toml(file).unwrap();
    }
}
