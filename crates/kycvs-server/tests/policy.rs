//! The policy laboratory on the command line.

use std::io::Write;
use std::process::{Command, Stdio};

use kycvs::domain::{Antigen, Product};

use crate::support::run;

/// What a run of `kycvs policy` wrote, and its exit status.
fn policy(args: &[&str], histories: &str) -> (String, Option<i32>) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_kycvs"))
        .arg("policy")
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(histories.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    (String::from_utf8(output.stdout).unwrap(), output.status.code())
}

fn file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

const PEOPLE: &str =
    "{\"id\":\"a1\",\"on\":\"2021-09-05\",\"doses\":[{\"product\":\"JANSSEN\",\"given_on\":\"2021-09-01\"}]}\n\n{\n";

#[test]
fn a_file_is_checked_with_the_place_of_everything_that_is_wrong() {
    let wrong = file("id = \"Campus\"\nversion = 0\n[[series]]\nname = \"x\"\ndoses = [{ products = [\"MRM\"] }]\n");
    let (out, status) = policy(&["check", wrong.path().to_str().unwrap()], "");
    assert_eq!((out.lines().filter(|line| line.starts_with("error: line ")).count(), status), (3, Some(1)), "{out}");
    assert!(!out.contains("can be used"), "{out}");
    let odd = file("id = \"campus\"\nversion = 1\n[[series]]\nname = \"x\"\ndoses = [{ products = [\"MMR\"] }]\n");
    let (out, status) = policy(&["check", odd.path().to_str().unwrap()], "");
    assert!(out.starts_with("warning: line 1, column 1: the policy has no `source`\n"), "{out}");
    assert_eq!(status, Some(0), "what is odd is not wrong");
    assert!(out.ends_with(&format!("\n{} can be used\n", odd.path().display())), "{out}");
    assert_eq!(
        policy(&["check", "in-kyc-vs", "--on", "2022-01-01"], ""),
        ("in-kyc-vs can be used\n".to_owned(), Some(0))
    );
    assert_eq!(policy(&["check", "no-such-file.toml"], "").1, Some(2));
}

#[test]
fn why_and_what_if_are_answered_for_each_history_as_text_or_json() {
    let (out, status) = policy(&["explain", "--policy", "travel-14"], PEOPLE);
    assert!(out.starts_with("a1: partially vaccinated by travel-14/"), "{out}");
    assert!(out.contains("2021-09-01 JANSSEN counts as dose 1\n") && out.contains("line 3: not JSON"), "{out}");
    assert_eq!(status, Some(1), "a line was bad");
    let (out, _) = policy(&["what-if", "--policy", "travel-14", "--format", "json"], PEOPLE);
    let lines: Vec<serde_json::Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["id"], "a1");
    assert_eq!(lines[0]["needs"][0]["effective_on"], "2021-09-15");
    assert_eq!(lines[1]["line"], 3);
}

#[test]
fn a_change_of_policy_and_a_table_are_written() {
    let (out, status) = policy(&["diff", "in-kyc-vs", "travel-14"], PEOPLE.lines().next().unwrap());
    assert!(out.contains("1 of 1 people change\n") && out.contains("a1\n"), "{out}");
    assert_eq!(status, Some(0));
    let (out, status) = policy(&["diff", "in-kyc-vs", "travel-14"], &format!("no history\n{PEOPLE}"));
    assert!(out.contains("of 1 people change\n"), "a bad line is named and the rest is compared: {out}");
    assert_eq!(status, Some(1));
    let (out, status) = policy(&["table", "in-kyc-vs"], "");
    assert!(out.contains("| dose | vaccines | age | since the dose before | further |\n"), "{out}");
    assert_eq!((status, policy(&["table", "no-such-policy"], "").1), (Some(0), Some(2)));
}

#[test]
fn the_catalogue_is_listed_by_words_and_by_antigen_as_a_policy_names_it() {
    let names = |args: &[&str]| -> Vec<String> {
        let (out, status) = policy(&[&["products", "--format", "json"], args].concat(), "");
        assert_eq!(status, Some(0), "{args:?}");
        let name =
            |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["name"].as_str().unwrap().into();
        out.lines().map(name).collect()
    };
    let catalogue: Vec<_> = Product::all().map(Product::name).collect();
    assert_eq!(names(&[]), catalogue);
    assert_eq!(names(&["CoviShield"]), ["COVISHIELD"]);
    assert_eq!(names(&["chadox1", "Serum Institute"]), ["COVISHIELD"], "family and maker");
    assert_eq!(names(&["covish"]), ["COVISHIELD"]);
    let has_janssen = |word: &str| names(&[word]).contains(&"JANSSEN".to_owned());
    assert_eq!(["covid", "covid-19", "COVID_19"].map(has_janssen), [false, true, true], "a disease is a whole word");
    assert_eq!(names(&["cvx:210"]), ["COVISHIELD", "VAXZEVRIA"]);
    assert_eq!(names(&["whole virion inactivated corona"])[0], "COVAXIN", "as a certificate prints it");
    let measles: Vec<_> = Product::find_all("antigen:measles").map(Product::name).collect();
    assert_eq!(names(&["--antigen", "measles"]), measles);
    assert_eq!(names(&["--antigen", "antigen:measles"]), measles);
    assert_eq!(names(&["--antigen", "measles", "varicella"]), ["MMRV"]);
    let (out, _) = policy(&["products", "covishield"], "");
    assert_eq!(out, "COVISHIELD  cvx:210      ChAdOx1-S, Serum Institute of India: covid_19\n");
    assert_eq!(policy(&["products", "covishield", "measles"], ""), (String::new(), Some(2)));
    let misspelt = run("kycvs", ["policy", "products", "covisheild"]);
    assert!(misspelt.status == 2 && misspelt.stderr.contains("; the nearest are COVISHIELD, "), "{}", misspelt.stderr);
    assert_eq!(policy(&["products", "--antigen", "measels"], "").1, Some(2));
}

#[test]
fn the_antigens_are_listed_and_what_is_unknown_names_the_list() {
    let (out, status) = policy(&["antigens"], "");
    assert_eq!((out.lines().count(), status), (Antigen::all().count(), Some(0)));
    assert!(out.contains("\nyellow_fever            yellow fever, "), "{out}");
    let (json, _) = policy(&["antigens", "--format", "json"], "");
    let first: serde_json::Value = serde_json::from_str(json.lines().next().unwrap()).unwrap();
    assert_eq!((&first["name"], &first["disease"]), (&"covid_19".into(), &"COVID-19".into()), "{json}");
    let wrong = file(
        "id = \"campus\"\nversion = 1\n[[series]]\nname = \"x\"\ndoses = [{ products = [\"MRM\", \"cvx:9999\", \"antigen:measels\"] }]\n",
    );
    let (out, _) = policy(&["check", wrong.path().to_str().unwrap()], "");
    let named = |command: &str| out.lines().filter(|line| line.ends_with(&format!("`{command}` lists all"))).count();
    assert_eq!((named("kycvs policy products"), named("kycvs policy antigens")), (2, 1), "{out}");
}
