use chrono::NaiveDate;
use kycvs_domain::Policy;
use kycvs_lab::{HistoryLine, check, explain, what_if};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What the page asks.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    /// A policy file, or the id of a built-in policy.
    policy: String,
    /// A history, as a line of NDJSON has it; it may lie on several lines.
    history: String,
    /// The day asked about.
    on: NaiveDate,
}

/// Answers a question `{"policy":…,"history":…,"on":"2026-11-28"}` with one JSON object:
///
/// - `faults` and `warnings` of the policy file, each with `line`, `column` and `text`;
/// - `history`: what is wrong with the history, or null;
/// - `explanation` and `plan`: why, and what is missing, or null where something is wrong;
/// - `builtin`: the ids of the built-in policies.
///
/// A question of another form gives `{"error":…}`. It answers for any bytes.
///
/// ```
/// let question = br#"{"policy":"in-kyc-vs","history":"{\"id\":\"a\",\"doses\":[]}","on":"2026-11-28"}"#;
/// let answer: serde_json::Value = serde_json::from_str(&kycvs_playground::answer(question))?;
/// assert_eq!(answer["explanation"]["status"], 0);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn answer(question: &[u8]) -> String {
    match serde_json::from_slice::<Question>(question) {
        Ok(question) => question.answer(),
        Err(error) => json!({ "error": error.to_string() }),
    }
    .to_string()
}

impl Question {
    fn answer(&self) -> Value {
        let (policy, faults, warnings) = match Policy::builtin(self.policy.trim()) {
            Some(policy) => (Some(policy), Vec::new(), Vec::new()),
            None => {
                let found = check(&self.policy, self.on);
                let faults = found.faults.iter().map(|fault| place(fault.line, fault.column, &fault.problem));
                let warnings =
                    found.warnings.iter().map(|warning| place(warning.line, warning.column, &warning.oddity));
                (found.policy, faults.collect(), warnings.collect())
            }
        };
        let line = HistoryLine::parse(self.history.as_bytes());
        let asked = policy.zip(line.as_ref().ok());
        let on = asked.as_ref().and_then(|(_, line)| line.on).unwrap_or(self.on);
        json!({
            "faults": faults,
            "warnings": warnings,
            "history": line.as_ref().err().map(ToString::to_string),
            "explanation": asked.as_ref().map(|(policy, line)| to_json(&explain(&line.history, policy, on))),
            "plan": asked.as_ref().map(|(policy, line)| to_json(&what_if(&line.history, policy, on))),
            "builtin": Policy::builtin_ids().collect::<Vec<_>>(),
        })
    }
}

fn place(line: usize, column: usize, text: &impl ToString) -> Value {
    json!({ "line": line, "column": column, "text": text.to_string() })
}

/// These are objects of texts, numbers and lists, which JSON has.
fn to_json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(policy: &str, history: &str) -> Value {
        let question = json!({ "policy": policy, "history": history, "on": "2026-11-28" });
        serde_json::from_str(&answer(question.to_string().as_bytes())).unwrap()
    }

    const HISTORY: &str = r#"{"id":"a","doses":[{"product":"JANSSEN","given_on":"2021-09-01"}]}"#;

    #[test]
    fn a_right_policy_and_history_are_explained_and_planned() {
        let answer = ask("travel-14", HISTORY);
        assert_eq!(answer["explanation"]["status"], 2);
        assert_eq!(answer["plan"]["needs"][0]["missing"], json!([]));
        assert_eq!((&answer["faults"], &answer["history"]), (&json!([]), &Value::Null));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place_and_nothing_is_explained() {
        let answer = ask("id = \"x\"\nversion = 0\n", "{");
        let lines: Vec<_> = answer["faults"].as_array().unwrap().iter().map(|fault| &fault["line"]).collect();
        assert_eq!(lines, [1, 2], "no series, and the version");
        assert!(answer["history"].as_str().unwrap().starts_with("not JSON"));
        assert_eq!((&answer["explanation"], &answer["plan"]), (&Value::Null, &Value::Null));
    }

    #[test]
    fn any_bytes_are_answered() {
        for question in [&b""[..], b"{}", b"\xff", b"[]", br#"{"policy":1}"#] {
            assert!(answer(question).starts_with(r#"{"error":"#));
        }
    }
}
