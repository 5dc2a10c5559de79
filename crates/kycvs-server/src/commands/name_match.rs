use std::io::{self, BufWriter, Write};

use anyhow::{Context, Result};
use kycvs::domain::NameComparison;
use kycvs_lab::Lines;

use crate::ending::Ending;
use crate::json_line;

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
        let compared = NameComparison::of(asked, recorded);
        if compared.how == "invalid-name" {
            ending = Ending::WithFaults;
        }
        json_line::write(&mut out, &compared)?;
    }
    out.flush()?;
    Ok(ending)
}
