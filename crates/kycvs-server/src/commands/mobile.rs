use std::io::{self, BufWriter, Write};

use anyhow::{Context, Result};
use kycvs::domain::MobileReading;
use kycvs_lab::Lines;

use crate::ending::Ending;
use crate::json_line;

/// No number is longer, in any script.
const MAX_LINE_BYTES: usize = 4096;

/// Reads a number on each line of standard input.
pub(crate) fn run() -> Result<Ending> {
    let mut lines = Lines::new(io::stdin().lock(), MAX_LINE_BYTES);
    let mut out = BufWriter::new(io::stdout().lock());
    let mut ending = Ending::Well;
    while let Some(line) = lines.next_line().context("cannot read the numbers")? {
        let input = String::from_utf8_lossy(line);
        let reading = MobileReading::of(&input);
        if reading.error.is_some() {
            ending = Ending::WithFaults;
        }
        json_line::write(&mut out, &reading)?;
    }
    out.flush()?;
    Ok(ending)
}
