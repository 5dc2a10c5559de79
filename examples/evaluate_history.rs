//! Evaluates dose histories by a policy: NDJSON on standard input, an answer for each line on standard output. It needs
//! no registry, no consent and no key; it is the rules alone.
//!
//!     echo '{"id":"a1","doses":[{"product":"COVAXIN","given_on":"2021-05-01"}]}' |
//!         cargo run --example evaluate_history -- --policy travel-14 --on 2021-12-01

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use chrono::NaiveDate;
use kycvs_domain::Policy;
use kycvs_examples::{Ending, end, today_in_india};
use kycvs_lab::{Lines, MAX_LINE_BYTES, evaluate_line};
use lexopt::prelude::*;

const HELP: &str = "\
Evaluates vaccination histories: NDJSON on standard input, an answer for each line on standard output.

Usage: cargo run --example evaluate_history -- [--policy ID|FILE.toml] [--on DATE] < HISTORIES

  --policy ID|FILE.toml  a built-in policy, or a file of your own (default in-kyc-vs)
  --on DATE              the date asked about, YYYY-MM-DD, for lines without `on` (default today in India)
  --help                 this text

In:   {\"id\":\"a1\",\"birth_date\":\"1986-02-11\",\"doses\":[{\"product\":\"COVISHIELD\",\"given_on\":\"2021-04-03\"}]}
Out:  {\"id\":\"a1\",\"policy\":\"in-kyc-vs/1\",\"status\":1, ...}, or {\"id\":\"a1\",\"error\":\"...\"} for a bad line

Exit status: 0 every line was evaluated, 1 some line was bad, 2 the flags, the policy or the input could not be used.
";

fn main() -> ExitCode {
    end(run())
}

fn run() -> Result<Ending> {
    let (mut policy, mut on) = (None, None);
    let mut flags = lexopt::Parser::from_env();
    while let Some(flag) = flags.next()? {
        match flag {
            Long("policy") => policy = Some(find_policy(&flags.value()?.string()?)?),
            Long("on") => on = Some(flags.value()?.parse_with(date)?),
            Long("help") | Short('h') => {
                io::stdout().write_all(HELP.as_bytes())?;
                return Ok(Ending::Well);
            }
            other => return Err(other.unexpected().into()),
        }
    }
    let policy = policy.or_else(|| Policy::builtin("in-kyc-vs")).context("the policy in-kyc-vs is not built in")?;
    evaluate_lines(&policy, on.unwrap_or_else(today_in_india))
}

fn evaluate_lines(policy: &Policy, on: NaiveDate) -> Result<Ending> {
    let mut lines = Lines::new(io::stdin().lock(), MAX_LINE_BYTES);
    let mut out = BufWriter::new(io::stdout().lock());
    let mut ending = Ending::Well;
    while let Some(line) = lines.next_line().context("cannot read the histories")? {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let answer = evaluate_line(line, policy, on).unwrap_or_else(|error| {
            ending = Ending::WithFaults;
            error
        });
        writeln!(out, "{answer}")?;
    }
    out.flush()?;
    Ok(ending)
}

/// A name without a dot is a built-in policy; anything else is a file.
fn find_policy(name: &str) -> Result<Policy> {
    if let Some(policy) = Policy::builtin(name) {
        return Ok(policy);
    }
    if Path::new(name).extension().is_none() {
        let ids: Vec<_> = Policy::builtin_ids().collect();
        bail!("no policy {name:?} is built in; there are {}. A file of your own ends in .toml", ids.join(", "));
    }
    let mut text = String::new();
    // A byte more than a policy may have, so that a longer file is refused as too long.
    let read = File::open(name).and_then(|file| file.take((256 << 10) + 1).read_to_string(&mut text));
    read.with_context(|| format!("cannot read the policy {name}"))?;
    Policy::from_toml(&text).with_context(|| format!("the policy {name}"))
}

fn date(text: &str) -> Result<NaiveDate, &'static str> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| "a date is YYYY-MM-DD")
}
