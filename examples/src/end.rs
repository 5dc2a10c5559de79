use std::io::{self, Write};
use std::process::ExitCode;
use std::time::SystemTime;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

/// How an example ended when it ran to its end: its exit status is 0 or 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Everything went as it should.
    Well,
    /// It did what it was asked, and something in it was not right; what that means is in each example's `--help`.
    WithFaults,
}

/// Gives the exit status. An error is one line with its causes, and is 2; a reader that went away (`| head`) is
/// no error.
pub fn end(outcome: anyhow::Result<Ending>) -> ExitCode {
    match outcome {
        Ok(Ending::Well) => ExitCode::SUCCESS,
        Ok(Ending::WithFaults) => ExitCode::FAILURE,
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // Where even this cannot be written, the status says it.
            let _ = writeln!(io::stderr(), "error: {}", words(&error));
            ExitCode::from(2)
        }
    }
}

/// The error and its causes. Some say their cause themselves; it is not said twice.
fn words(error: &anyhow::Error) -> String {
    let mut words = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !words.ends_with(&cause) {
            words = format!("{words}: {cause}");
        }
    }
    words
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let is = |error: &io::Error| error.kind() == io::ErrorKind::BrokenPipe;
    error.chain().any(|cause| cause.downcast_ref().is_some_and(is))
}

/// The date in India, UTC+05:30, where the rules of India's policy are counted.
pub fn today_in_india() -> NaiveDate {
    let now: DateTime<Utc> = SystemTime::now().into();
    (now + TimeDelta::minutes(330)).date_naive()
}
