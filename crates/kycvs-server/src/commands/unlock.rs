use std::io::{self, BufRead, Write};

use anyhow::{Context, Result};
use kycvs::domain::Mobile;
use serde_json::json;

use crate::cli::Format;
use crate::ending::Ending;
use crate::place::Place;

/// Which number.
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  kycvs unlock '98765 43210' --config /etc/kycvs/kycvs.toml

First make sure that the number belongs to the person who asks.

Exit status: 0 nothing locks it now, 2 a store cannot be used.")]
pub(crate) struct Options {
    #[command(flatten)]
    place: Place,
    /// The mobile number, or `-` to read it from standard input and keep it out of the shell's history
    mobile: String,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Unlocks a mobile number after wrong codes or too many messages.
pub(crate) async fn run(options: Options) -> Result<Ending> {
    let mobile = mobile(&options.mobile)?;
    options.place.service().await?.unlock(&mobile).await?;
    match options.format {
        Format::Text => writeln!(io::stdout(), "Nothing locks the number ending in {} now.", mobile.last_four())?,
        Format::Json => writeln!(io::stdout(), "{}", json!({ "unlocked": true, "ends_in": mobile.last_four() }))?,
    }
    Ok(Ending::Well)
}

/// A line that is longer holds no number.
const MAX_LINE_BYTES: u64 = 256;

/// A number of the command line, or of standard input.
pub(crate) fn mobile(text: &str) -> Result<Mobile> {
    let line = if text == "-" { line(io::stdin().lock()).context("cannot read the number")? } else { text.to_owned() };
    Mobile::parse(&line).context("the mobile number")
}

fn line(input: impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    input.take(MAX_LINE_BYTES).read_line(&mut line)?;
    line.truncate(line.trim_end_matches(['\r', '\n']).len());
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_on_standard_input_is_a_line_of_at_most_256_bytes() {
        assert_eq!(line(&b"98765 43210\r\n1\n"[..]).unwrap(), "98765 43210");
        assert_eq!(line(io::BufReader::new(io::repeat(b'9'))).unwrap().len(), 256);
    }
}
