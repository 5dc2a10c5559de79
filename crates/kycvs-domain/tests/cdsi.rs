//! CDC's own test cases of CDSi, for the groups that have a policy here: `data/cdsi.md` names source and licence.

use std::collections::{BTreeMap, BTreeSet};

use kycvs_domain::{BirthDate, Dose, DoseHistory, Policy, Product, Verdict, evaluate};
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    id: String,
    group: String,
    birth_date: chrono::NaiveDate,
    on: chrono::NaiveDate,
    series_status: String,
    doses: Vec<CaseDose>,
}

#[derive(Deserialize)]
struct CaseDose {
    product: String,
    given_on: chrono::NaiveDate,
    evaluation: String,
}

#[test]
fn statuses_are_those_of_the_cdc_and_verdicts_but_for_named_exceptions() {
    let exceptions: BTreeMap<&str, &str> = include_str!("data/cdsi_exceptions.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split_once('\t').unwrap())
        .collect();
    let mut policies = BTreeMap::new();
    let (mut differ, mut excepted, mut doses) = (Vec::new(), BTreeSet::new(), 0);
    for line in include_str!("data/cdsi.ndjson").lines() {
        let case: Case = serde_json::from_str(line).unwrap();
        let id = format!("us-{}", case.group.to_lowercase());
        let policy = policies.entry(id).or_insert_with_key(|id| Policy::builtin(id).expect(id));
        let dose = |dose: &CaseDose| Dose::new(Some(Product::find(&dose.product).unwrap()), dose.given_on);
        let history = DoseHistory {
            birth: Some(BirthDate::Day(case.birth_date)),
            doses: case.doses.iter().map(dose).collect(),
            ..DoseHistory::default()
        };
        let answer = evaluate(&history, policy, case.on);
        let complete = matches!(case.series_status.as_str(), "Complete" | "Immune");
        let mut differs = |key: String, what: String| {
            if exceptions.contains_key(key.as_str()) {
                excepted.insert(key);
            } else {
                differ.push(format!("{key} {}: {what}", case.group));
            }
        };
        if (u8::from(answer.status) == 2) != complete {
            differs(case.id.clone(), format!("{} and not {:?}", case.series_status, answer.status));
        }
        for (number, (dose, found)) in case.doses.iter().zip(&answer.doses).enumerate() {
            doses += 1;
            let verdict = match found.verdict {
                Verdict::Valid => "Valid",
                Verdict::NotValid => "Not Valid",
                Verdict::Extraneous => "Extraneous",
            };
            if verdict != dose.evaluation {
                let what = format!("{} and not {verdict} {:?}", dose.evaluation, found.reasons);
                differs(format!("{} {}", case.id, number + 1), what);
            }
        }
    }
    assert!(differ.is_empty(), "{} differ:\n{}", differ.len(), differ.join("\n"));
    assert_eq!(excepted.len(), exceptions.len(), "an exception that is none any more");
    let excepted = excepted.iter().filter(|key| key.contains(' ')).count();
    assert!(excepted * 100 <= doses, "{excepted} of {doses}");
}
