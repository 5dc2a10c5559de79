//! The policy laboratory: for those who write the rules, try them, and answer for them.
//!
//! Everything here is pure, as the rules are: no clock, no I/O. The command line, a playground in a browser and an
//! evaluation of a register by night call the same functions.
//!
//! | module | holds |
//! |---|---|
//! | `history` | [`HistoryLine`]: a person's history as a line of NDJSON, and what is wrong with one |
//! | `lines` | [`Lines`]: lines that somebody else wrote, in bounded memory |
//! | `answer` | [`evaluate_line`]: histories in, verdicts out, a JSON object on each line |
//! | `check` | [`check()`]: everything that is wrong in a policy file at once, and what is odd in it |
//! | `explain` | [`explain()`]: why a policy finds what it finds, dose by dose and need by need |
//! | `what_if` | [`what_if()`]: what a person lacks, and from which day it could be given |
//! | `diff` | [`Diff`]: whose status changes from one policy to another, and why |
//! | `table` | [`table()`]: the rules as a document for a doctor to read and sign |
//!
//! ```
//! use kycvs_domain::Policy;
//! use kycvs_lab::evaluate_line;
//! let policy = Policy::builtin("in-kyc-vs").ok_or("built in")?;
//! let line = br#"{"id":"a1","doses":[{"product":"COVISHIELD","given_on":"2021-04-03"}]}"#;
//! let answer = evaluate_line(line, &policy, "2021-12-01".parse()?)?;
//! assert!(answer.starts_with(r#"{"id":"a1","policy":"in-kyc-vs/1","status":1,"#));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod answer;
mod check;
mod diff;
mod explain;
mod history;
mod lines;
mod table;
mod what_if;
mod words;

pub use answer::evaluate_line;
pub use check::{Check, Contradiction, Oddity, Warning, check, check_policy};
pub use diff::{Change, Diff, DiffReport, Why};
pub use explain::{ExplainedDose, ExplainedNeed, Explanation, explain};
pub use history::{FormProblem, HistoryLine, LineError, MAX_LINE_BYTES, MAX_LINE_DOSES, date};
pub use lines::Lines;
pub use table::table;
pub use what_if::{MissingDose, NeedPlan, WhatIf, what_if};
