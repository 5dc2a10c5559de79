use chrono::NaiveDate;
use kycvs_domain::{Evaluation, Policy, evaluate};
use serde::Serialize;

use crate::{HistoryLine, history::readable_id};

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a str,
    policy: &'a str,
    #[serde(flatten)]
    evaluation: Evaluation,
}

#[derive(Serialize)]
struct Refusal<'a> {
    id: Option<&'a str>,
    error: String,
}

/// Evaluates one line, and gives the line that answers it, without its end. `on` is the date for lines that name none.
///
/// # Errors
/// The answer to a bad line, `{"id":…,"error":"…"}`; the id is null where it cannot be read.
pub fn evaluate_line(line: &[u8], policy: &Policy, on: NaiveDate) -> Result<String, String> {
    match HistoryLine::parse(line) {
        Ok(HistoryLine { id, on: own, history }) => {
            let evaluation = evaluate(&history, policy, own.unwrap_or(on));
            Ok(to_json(&Answer { id: &id, policy: policy.reference(), evaluation }))
        }
        Err(error) => Err(to_json(&Refusal { id: readable_id(line).as_deref(), error: error.to_string() })),
    }
}

/// Writing these to a string cannot fail; if it did, the line would still be JSON.
fn to_json(answer: &impl Serialize) -> String {
    serde_json::to_string(answer).unwrap_or_else(|_| r#"{"id":null,"error":"the answer could not be written"}"#.into())
}
