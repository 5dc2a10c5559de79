use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;
#[cfg(feature = "scan")]
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use kycvs::domain::{Policy, VaccinationStatus};
use kycvs_records::{Report, Rules, TrustList, Verdict};
use serde::Serialize;

use super::evaluate::{date, find_policy};
use super::trust;
use crate::cli;
use crate::lines::Lines;
use crate::today::today_in_india;

/// What certificates are held against.
#[derive(clap::Args)]
#[command(next_help_heading = "Certificates of others")]
#[group(id = "certificates", multiple = true)]
pub(crate) struct Options {
    /// Verify certificates by this trust list: CoWIN and DIVOC, EU DCC, SMART Health Cards
    #[arg(long, value_name = "FILE", value_parser = cli::path())]
    trust: Option<PathBuf>,
    /// The public half of the key that signed the trust list; default: the list's name and `.pub`
    #[arg(long, value_name = "FILE", requires = "trust", value_parser = cli::path())]
    trust_key: Option<PathBuf>,
    /// Give the status under this policy, built in or a file
    #[arg(long, value_name = "ID|FILE.toml", requires = "trust")]
    policy: Option<String>,
    /// The date asked about, YYYY-MM-DD; default today in India
    #[arg(long, value_name = "DATE", requires = "trust", value_parser = date)]
    on: Option<NaiveDate>,
    /// Take certificates whose seal was good when it was made and has expired since
    #[arg(long, requires = "trust")]
    accept_expired_seals: bool,
    /// Show the names that a certificate gives
    #[arg(long, requires = "trust")]
    show_person: bool,
}

/// The longest input on standard input: a card in sixteen codes.
const MAX_BYTES: usize = 128 * 1024;
/// The longest file: a picture.
const MAX_FILE_BYTES: u64 = 5 << 20;

#[derive(Serialize)]
struct Line {
    input: Place,
    #[serde(flatten)]
    report: Report,
}

/// The input's file, or its number from 1.
#[derive(Serialize)]
#[serde(untagged)]
enum Place {
    Number(usize),
    File(String),
}

impl Options {
    /// Whether certificates are to be verified, and no tokens.
    pub(crate) fn is_asked_for(&self) -> bool {
        self.trust.is_some()
    }

    /// Verifies certificates: those named, or one on each line of standard input. Gives the exit status of a gate.
    pub(crate) fn judge_all(&self, inputs: &[String]) -> Result<u8> {
        let trust = trust::open(self.trust.as_deref().unwrap_or(Path::new("")), self.trust_key.as_deref())?;
        let policy = self.policy.as_deref().map(find_policy).transpose()?;
        let mut out = BufWriter::new(io::stdout().lock());
        let mut worst = 0;
        let mut judge = |input: Place, bytes: &[u8]| -> Result<()> {
            let code = code_in(bytes);
            let bytes = code.as_deref().unwrap_or(bytes);
            let report = self.report(bytes, &trust, policy.as_ref());
            worst = worst.max(status(&report));
            serde_json::to_writer(&mut out, &Line { input, report })?;
            Ok(out.write_all(b"\n")?)
        };
        for (input, number) in inputs.iter().zip(1..) {
            if Path::new(input).is_file() {
                judge(Place::File(input.clone()), &read(Path::new(input))?)?;
            } else {
                judge(Place::Number(number), input.as_bytes())?;
            }
        }
        if inputs.is_empty() {
            let mut lines = Lines::new(io::stdin().lock(), MAX_BYTES);
            let mut number = 0;
            while let Some(line) = lines.next_line().context("cannot read the certificates")? {
                if !line.trim_ascii().is_empty() {
                    number += 1;
                    judge(Place::Number(number), line)?;
                }
            }
        }
        out.flush()?;
        Ok(worst)
    }

    /// A day that is asked about begins in India and ends in UTC: a certificate that holds at some time of it holds on it.
    fn report(&self, input: &[u8], trust: &TrustList, policy: Option<&Policy>) -> Report {
        let now: DateTime<Utc> = SystemTime::now().into();
        let day = |on: NaiveDate| {
            let start = on.and_time(NaiveTime::MIN).and_utc();
            start - TimeDelta::minutes(330)..=start + TimeDelta::seconds(24 * 3600 - 1)
        };
        let during = self.on.map_or(now..=now, day);
        let rules = Rules { accept_expired_seals: self.accept_expired_seals };
        let policy = policy.map(|policy| (policy, self.on.unwrap_or_else(today_in_india)));
        Report::of(input, trust, rules, policy, during, self.show_person)
    }
}

/// 0 verified and, where a policy was asked, fully vaccinated; 1 verified and not; 2 refused.
fn status(report: &Report) -> u8 {
    match (report.verdict, report.status) {
        (Verdict::Verified, None | Some(VaccinationStatus::FullyVaccinated)) => 0,
        (Verdict::Verified, Some(_)) => 1,
        _ => 2,
    }
}

/// The first code in a picture or PDF, which is read for two seconds at most.
#[cfg(feature = "scan")]
fn code_in(file: &[u8]) -> Option<Vec<u8>> {
    let start = Instant::now();
    let codes = kycvs_scan::scan(file, &kycvs_scan::Limits::default(), &|| start.elapsed() < Duration::from_secs(2));
    codes.ok()?.into_iter().next()
}

#[cfg(not(feature = "scan"))]
fn code_in(_file: &[u8]) -> Option<Vec<u8>> {
    None
}

/// Reads a file that has no more bytes than it may, and one more, so that a longer one shows as too long.
fn read(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes));
    read.with_context(|| format!("cannot read {}", path.display()))?;
    Ok(bytes)
}
