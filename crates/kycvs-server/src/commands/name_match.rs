use std::io::{self, BufWriter, Write};

use anyhow::{Context, Result};
use kycvs::domain::{NameMatch, PersonName};
use serde::Serialize;

use crate::ending::Ending;
use crate::lines::Lines;

/// A line of the answer.
#[derive(Serialize)]
struct Answer<'a> {
    asked: &'a str,
    recorded: &'a str,
    r#match: bool,
    /// In which way; none when they do not match.
    how: Option<&'static str>,
    /// Why the line holds no two names.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// Room for two names of the longest, in any script.
const MAX_LINE_BYTES: usize = 4096;

/// Compares the two names on each line of standard input.
pub(crate) fn run() -> Result<Ending> {
    let mut lines = Lines::new(io::stdin().lock(), MAX_LINE_BYTES);
    let mut out = BufWriter::new(io::stdout().lock());
    let mut ending = Ending::Well;
    while let Some(line) = lines.next_line().context("cannot read the names")? {
        let line = String::from_utf8_lossy(line);
        let (asked, recorded) = line.split_once('\t').unwrap_or((&line, ""));
        let (how, error) = match compare(asked, recorded) {
            Ok(how) => (how, None),
            Err(error) => (None, Some(error)),
        };
        if error.is_some() {
            ending = Ending::WithFaults;
        }
        serde_json::to_writer(&mut out, &Answer { asked, recorded, r#match: how.is_some(), how, error })?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(ending)
}

fn compare(asked: &str, recorded: &str) -> Result<Option<&'static str>, String> {
    let asked = PersonName::parse(asked).map_err(|error| format!("asked: {error}"))?;
    let recorded = PersonName::parse(recorded).map_err(|error| format!("recorded: {error}"))?;
    Ok(NameMatch::of(&asked, recorded.normalised()).map(word))
}

fn word(how: NameMatch) -> &'static str {
    match how {
        NameMatch::Same => "same",
        NameMatch::Reordered => "reordered",
        NameMatch::Spelling => "spelling",
        NameMatch::Initials => "initials",
        NameMatch::Joined => "joined",
        _ => "other",
    }
}
