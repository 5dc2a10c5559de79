use std::fmt::Display;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result};
use chrono::NaiveDate;
use kycvs::domain::Policy;
use kycvs_lab::{Diff, HistoryLine, LineError, Lines, MAX_LINE_BYTES, check, check_policy, explain, table, what_if};
use serde::Serialize;
use serde_json::{Value, json};

use super::catalogue::{self, AntigenOptions, ProductOptions};
use super::evaluate::{date, find_policy, read_file};
use crate::cli::Format;
use crate::ending::Ending;
use crate::today::today_in_india;

/// Try out vaccination policies, and find the codes that they name
#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    tool: Tool,
}

#[derive(clap::Subcommand)]
enum Tool {
    /// Check a policy file: errors with line and column, and warnings of what looks odd
    Check(CheckOptions),
    /// Explain the status, dose by dose, for histories on standard input
    Explain(HistoryOptions),
    /// Show which doses are missing and from which day they may be given, for histories on standard input
    WhatIf(HistoryOptions),
    /// Show whose status differs between two policies, and why, for histories on standard input
    Diff(DiffOptions),
    /// Write the rules as a Markdown table, for a doctor to review and sign
    Table(TableOptions),
    /// List the products of the catalogue, as a policy and a registry file name them
    Products(ProductOptions),
    /// List the antigens of the catalogue: what its products protect from
    Antigens(AntigenOptions),
}

#[derive(clap::Args)]
#[command(
    after_help = "Exit status: 0 nothing is wrong (something may be odd), 1 something is wrong, 2 it cannot be read."
)]
struct CheckOptions {
    /// A file of your own, or a built-in policy
    #[arg(value_name = "FILE.toml|ID")]
    policy: String,
    /// The day of the check, YYYY-MM-DD; default today in India
    #[arg(long, value_name = "DATE", value_parser = date)]
    on: Option<NaiveDate>,
}

#[derive(clap::Args)]
#[command(
    after_help = "Exit status: 0 every line was answered, 1 some line was bad, 2 the policy or the input cannot be used."
)]
struct HistoryOptions {
    /// A built-in policy, or a file of your own
    #[arg(long, value_name = "ID|FILE.toml", default_value = "in-kyc-vs")]
    policy: String,
    #[command(flatten)]
    answer: AnswerOptions,
}

#[derive(clap::Args)]
#[command(
    after_help = "Exit status: 0 every line was compared, 1 some line was bad, 2 a policy or the input cannot be used."
)]
struct DiffOptions {
    /// The policy before: a built-in one, or a file of your own
    #[arg(value_name = "BEFORE")]
    before: String,
    /// The policy after
    #[arg(value_name = "AFTER")]
    after: String,
    #[command(flatten)]
    answer: AnswerOptions,
}

#[derive(clap::Args)]
struct AnswerOptions {
    /// The date asked about, YYYY-MM-DD, for lines without `on`; default today in India
    #[arg(long, value_name = "DATE", value_parser = date)]
    on: Option<NaiveDate>,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(clap::Args)]
#[command(after_help = "Exit status: 0 done, 2 the policy cannot be used.")]
struct TableOptions {
    /// A built-in policy, or a file of your own
    #[arg(value_name = "ID|FILE.toml")]
    policy: String,
}

/// Runs one tool of the laboratory.
pub(crate) fn run(options: &Options) -> Result<Ending> {
    let mut out = BufWriter::new(io::stdout().lock());
    let ending = match &options.tool {
        Tool::Check(options) => check_file(options, &mut out),
        Tool::Explain(options) => {
            let policy = find_policy(&options.policy)?;
            answer(&options.answer, &mut out, |line, on| explain(&line.history, &policy, on))
        }
        Tool::WhatIf(options) => {
            let policy = find_policy(&options.policy)?;
            answer(&options.answer, &mut out, |line, on| what_if(&line.history, &policy, on))
        }
        Tool::Diff(options) => compare(options, &mut out),
        Tool::Table(options) => {
            write!(out, "{}", table(&find_policy(&options.policy)?))?;
            Ok(Ending::Well)
        }
        Tool::Products(options) => catalogue::products(options, &mut out),
        Tool::Antigens(options) => catalogue::antigens(options, &mut out),
    }?;
    out.flush()?;
    Ok(ending)
}

fn check_file(options: &CheckOptions, out: &mut impl Write) -> Result<Ending> {
    let on = options.on.unwrap_or_else(today_in_india);
    if let Some(policy) = Policy::builtin(&options.policy) {
        check_policy(&policy, on).iter().try_for_each(|warning| writeln!(out, "warning: {}", warning.oddity))?;
        writeln!(out, "{} can be used", options.policy)?;
        return Ok(Ending::Well);
    }
    let found = check(&read_file(Path::new(&options.policy))?, on);
    write!(out, "{found}")?;
    if found.policy.is_none() {
        return Ok(Ending::WithFaults);
    }
    writeln!(out, "{} can be used", options.policy)?;
    Ok(Ending::Well)
}

/// Answers each history: as text below its id, or as an object on a line of its own.
fn answer<A: Serialize + Display>(
    options: &AnswerOptions,
    out: &mut impl Write,
    answer: impl Fn(&HistoryLine, NaiveDate) -> A,
) -> Result<Ending> {
    let on = options.on.unwrap_or_else(today_in_india);
    histories(|number, line| {
        let line = match (line, options.format) {
            (Ok(line), _) => line,
            (Err(error), Format::Text) => return Ok(writeln!(out, "line {number}: {error}")?),
            (Err(error), Format::Json) => {
                return Ok(writeln!(out, "{}", json!({ "line": number, "error": error.to_string() }))?);
            }
        };
        let answer = answer(&line, line.on.unwrap_or(on));
        match options.format {
            Format::Text => writeln!(out, "{}: {answer}", line.id)?,
            Format::Json => writeln!(out, "{}", with_id(line.id, &answer)?)?,
        }
        Ok(())
    })
}

fn compare(options: &DiffOptions, out: &mut impl Write) -> Result<Ending> {
    let on = options.answer.on.unwrap_or_else(today_in_india);
    let mut diff = Diff::new(find_policy(&options.before)?, find_policy(&options.after)?);
    let ending = histories(|number, line| {
        match line {
            Ok(line) => diff.add(&line.id, &line.history, line.on.unwrap_or(on)),
            Err(error) => writeln!(io::stderr(), "line {number}: {error}")?,
        }
        Ok(())
    })?;
    let report = diff.report();
    match options.answer.format {
        Format::Text => write!(out, "{report}")?,
        Format::Json => writeln!(out, "{}", serde_json::to_string(&report)?)?,
    }
    Ok(ending)
}

/// Reads the histories on standard input, each with the number of its line.
fn histories(mut each: impl FnMut(usize, Result<HistoryLine, LineError>) -> Result<()>) -> Result<Ending> {
    let mut lines = Lines::new(io::stdin().lock(), MAX_LINE_BYTES);
    let (mut ending, mut number) = (Ending::Well, 0);
    while let Some(line) = lines.next_line().context("cannot read the histories")? {
        number += 1;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let line = HistoryLine::parse(line);
        if line.is_err() {
            ending = Ending::WithFaults;
        }
        each(number, line)?;
    }
    Ok(ending)
}

/// An answer as one object, with whose it is.
fn with_id(id: String, answer: &impl Serialize) -> Result<Value> {
    let mut answer = serde_json::to_value(answer)?;
    answer.as_object_mut().context("an answer is an object")?.insert("id".into(), id.into());
    Ok(answer)
}
