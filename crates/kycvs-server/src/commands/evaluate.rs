use std::io::{self, BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result, bail};
use chrono::NaiveDate;
use kycvs::domain::Policy;
use kycvs_lab::{Lines, MAX_LINE_BYTES, evaluate_line};

use crate::bounded;
use crate::ending::Ending;
use crate::today::today_in_india;

/// By which policy, and for which day.
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  echo '{\"id\":\"a1\",\"doses\":[{\"product\":\"COVAXIN\",\"given_on\":\"2021-05-01\"}]}' |
      kycvs evaluate --policy travel-14 --on 2021-12-01
  {\"id\":\"a1\",\"policy\":\"travel-14/2\",\"status\":1, …}

A bad line is answered by {\"id\":\"a1\",\"error\":\"…\"}.

Exit status: 0 every line was evaluated, 1 some line was bad, 2 the policy or the input cannot be used.")]
pub(crate) struct Options {
    /// A built-in policy, or a file of your own
    #[arg(long, value_name = "ID|FILE.toml", default_value = "in-kyc-vs")]
    policy: String,
    /// The date asked about, YYYY-MM-DD, for lines without `on`; default today in India
    #[arg(long, value_name = "DATE", value_parser = date)]
    on: Option<NaiveDate>,
}

/// A policy file is not longer.
const MAX_POLICY_BYTES: u64 = 256 << 10;

/// Evaluates the histories on standard input.
pub(crate) fn run(options: &Options) -> Result<Ending> {
    let policy = find_policy(&options.policy)?;
    let on = options.on.unwrap_or_else(today_in_india);
    let mut lines = Lines::new(io::stdin().lock(), MAX_LINE_BYTES);
    let mut out = BufWriter::new(io::stdout().lock());
    let mut ending = Ending::Well;
    while let Some(line) = lines.next_line().context("cannot read the histories")? {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let answer = evaluate_line(line, &policy, on).unwrap_or_else(|error| {
            ending = Ending::WithFaults;
            error
        });
        writeln!(out, "{answer}")?;
    }
    out.flush()?;
    Ok(ending)
}

/// A policy that is built in, or a file.
pub(crate) fn find_policy(name: &str) -> Result<Policy> {
    if let Some(policy) = Policy::builtin(name) {
        return Ok(policy);
    }
    if Path::new(name).extension().is_none() && !Path::new(name).is_file() {
        let ids: Vec<_> = Policy::builtin_ids().collect();
        bail!("there is no policy {name:?}; built in are {}; a file of your own ends in .toml", ids.join(", "));
    }
    Policy::from_toml(&read_file(Path::new(name))?).with_context(|| format!("the policy {name}"))
}

/// The text of a policy file.
pub(crate) fn read_file(path: &Path) -> Result<String> {
    Ok(bounded::text(path, MAX_POLICY_BYTES)?)
}

pub(crate) fn date(text: &str) -> Result<NaiveDate, &'static str> {
    kycvs_lab::date(text).ok_or("a date is YYYY-MM-DD, from 1900 to 2199")
}
