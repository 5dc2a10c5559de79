//! Histories in one line, for tests that read as rules.
#![allow(dead_code, reason = "each test file takes what it needs")]

use chrono::NaiveDate;
use kycvs_domain::{Batch, Dose, DoseHistory, DoseVerdict, Evaluation, Policy, Product, Verdict, evaluate};

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// `"COVISHIELD 2021-04-03"`, with ` #2` for a recorded dose number and ` @4121Z025` for a batch.
pub(crate) fn dose(text: &str) -> Dose {
    let mut words = text.split(' ');
    let product = Product::find(words.next().expect("a product"));
    let given_on = day(words.next().expect("a date"));
    let (mut dose_number, mut batch) = (None, None);
    for word in words {
        match word.split_at(1) {
            ("#", number) => dose_number = Some(number.parse().expect("a dose number")),
            ("@", lot) => batch = Some(Batch::parse(lot).expect("a batch")),
            _ => panic!("{word} is neither a dose number nor a batch"),
        }
    }
    Dose { dose_number, batch, ..Dose::new(product, given_on) }
}

/// A person's doses; `born` is empty where the date of birth is not known.
pub(crate) fn history(born: &str, doses: &[&str]) -> DoseHistory {
    let birth = (!born.is_empty()).then(|| day(born).into());
    DoseHistory { birth, doses: doses.iter().map(|text| dose(text)).collect(), immunity: Vec::new() }
}

/// What a policy answers, in a form that a test can print: the status, and a line for each dose.
pub(crate) fn answer(policy: &str, history: &DoseHistory, on: &str) -> (u8, Vec<String>) {
    let evaluation = evaluated(policy, history, on);
    (evaluation.status.into(), evaluation.doses.iter().map(line).collect())
}

pub(crate) fn evaluated(policy: &str, history: &DoseHistory, on: &str) -> Evaluation {
    evaluate(history, &Policy::builtin(policy).expect("a built-in policy"), day(on))
}

fn line(dose: &DoseVerdict) -> String {
    let mut line = match dose.verdict {
        Verdict::Valid => "valid",
        Verdict::NotValid => "not valid",
        Verdict::Extraneous => "extraneous",
    }
    .to_owned();
    for reason in &dose.reasons {
        let name = serde_json::to_value(reason).expect("a word");
        line += &format!(", {}", name.as_str().expect("a word").replace('_', " "));
    }
    line
}
