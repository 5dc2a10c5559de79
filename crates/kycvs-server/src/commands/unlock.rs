use std::io::{self, Write};

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

Do it once you are sure that it is this person who asks for help.

Exit status: 0 the number is free, 2 a store cannot be used.")]
pub(crate) struct Options {
    #[command(flatten)]
    place: Place,
    /// The mobile number, or `-` to read it from standard input, so that it is in no history
    mobile: String,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Frees a mobile number that is locked, or had too many messages.
pub(crate) async fn run(options: Options) -> Result<Ending> {
    let mobile = mobile(&options.mobile)?;
    options.place.service().await?.unlock(&mobile).await?;
    match options.format {
        Format::Text => writeln!(io::stdout(), "The number that ends in {} is free.", mobile.last_four())?,
        Format::Json => writeln!(io::stdout(), "{}", json!({ "unlocked": true, "ends_in": mobile.last_four() }))?,
    }
    Ok(Ending::Well)
}

/// A number of the command line, or of standard input.
pub(crate) fn mobile(text: &str) -> Result<Mobile> {
    let mut line = String::new();
    let text = if text == "-" {
        io::stdin().read_line(&mut line).context("cannot read the number")?;
        line.trim_end_matches(['\r', '\n'])
    } else {
        text
    };
    Mobile::parse(text).context("the mobile number")
}
