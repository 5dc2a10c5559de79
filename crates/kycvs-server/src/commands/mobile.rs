use std::io::{self, BufWriter, Write};

use anyhow::{Context, Result};
use kycvs::domain::Mobile;
use serde::Serialize;

use crate::ending::Ending;
use crate::lines::Lines;

/// A line of the answer.
#[derive(Serialize)]
struct Answer<'a> {
    input: &'a str,
    /// In international form (E.164).
    mobile: Option<String>,
    error: Option<String>,
}

/// No number is longer, in any script.
const MAX_LINE_BYTES: usize = 4096;

/// Reads a number on each line of standard input.
pub(crate) fn run() -> Result<Ending> {
    let mut lines = Lines::new(io::stdin().lock(), MAX_LINE_BYTES);
    let mut out = BufWriter::new(io::stdout().lock());
    let mut ending = Ending::Well;
    while let Some(line) = lines.next_line().context("cannot read the numbers")? {
        let input = String::from_utf8_lossy(line);
        let (mobile, error) = match Mobile::parse(&input) {
            Ok(mobile) => (Some(mobile.e164()), None),
            Err(error) => (None, Some(error.to_string())),
        };
        if error.is_some() {
            ending = Ending::WithFaults;
        }
        serde_json::to_writer(&mut out, &Answer { input: &input, mobile, error })?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(ending)
}
