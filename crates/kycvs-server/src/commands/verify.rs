mod certificates;
mod input;
mod tokens;

use std::io::{self, BufWriter, Write};
use std::ops::RangeInclusive;
use std::time::SystemTime;

use anyhow::Result;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use kycvs::token::StatusToken;
use kycvs_records::Report;
use serde::Serialize;
use serde_json::{Map, Value};

use self::certificates::Certificates;
use self::input::Place;
use self::tokens::Gates;
use super::evaluate::date;
use crate::ending::{Ending, words};
use crate::json_line;

/// What is verified, and by what.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  kycvs verify --jwks jwks.json --issuer https://kycvs.example shared/*.jwt
  kycvs verify --trust trust.kycvs --policy in-kyc-vs --on 2026-12-01 \\
    certificate.json card.png 'HC1:…'
  kycvs verify --jwks jwks.json --trust trust.kycvs < what-people-showed.txt

It writes a line of JSON for each input; for a token, the verdict of a gate follows:
  {\"input\":\"certificate.json\",\"format\":\"divoc\",\"verdict\":\"verified\",
   \"reason\":null,\"issuer\":\"https://cowin.gov.in/\",\"doses\":[…],\"status\":2}
  {\"input\":2,\"format\":\"kycvs-jwt\",\"verdict\":\"invalid-signature\",
   \"reason\":\"bad-signature\",\"issuer\":null,\"doses\":[],\"status\":null,
   \"valid\":false,\"lamp\":\"refused\"}

Tokens of kycvs-sandbox are refused as wrong-issuer, whatever --issuer is: verify them by POST /v1/verify of that sandbox.

An INPUT that is neither a certificate nor a file and looks like the path of one has the reason no-such-file.

The verdict is verified, terminated-key, issuer-not-trusted, invalid-signature, list-too-old or, for any other reason, refused.

Exit status: 0 all are verified and fully vaccinated, 1 some are not fully vaccinated, 2 some are not verified, 3 the flags, keys or lists cannot be used, or nobody reads the output. Without --policy a certificate has no status: to be verified is enough.")]
#[command(group = clap::ArgGroup::new("keys").args(["jwks", "trust"]).multiple(true).required(true))]
pub(crate) struct Options {
    #[command(flatten)]
    tokens: tokens::Options,
    #[command(flatten)]
    certificates: certificates::Options,
    /// The date asked about, YYYY-MM-DD, at any time of that day; default: now, and for doses today in India
    #[arg(long, value_name = "DATE", value_parser = date)]
    on: Option<NaiveDate>,
    /// Show the names in a certificate, and the bearer that a token discloses
    #[arg(long)]
    show_person: bool,
    /// Tokens or certificates, or files of one each, pictures and PDFs included; default: one on each line of standard input
    #[arg(value_name = "INPUT")]
    inputs: Vec<String>,
}

/// What is reported about an input, without the input itself: it is personal.
#[derive(Serialize)]
struct Line {
    input: Place,
    #[serde(flatten)]
    report: Report,
    /// What a gate says about a token.
    #[serde(flatten)]
    token: Map<String, Value>,
}

/// Verifies the inputs. The exit status is that of a gate.
pub(crate) fn run(options: &Options) -> Ending {
    match options.judge_all() {
        Ok(worst) => Ending::Status(worst),
        Err(error) => {
            // Where even this cannot be written, the status says it.
            let _ = writeln!(io::stderr(), "error: {}", words(&error));
            Ending::Status(3)
        }
    }
}

impl Options {
    fn judge_all(&self) -> Result<u8> {
        let during = self.during(SystemTime::now().into());
        let mut gates = Gates::open(&self.tokens, during.clone(), self.show_person)?;
        let certificates = Certificates::open(&self.certificates, self.on, during, self.show_person)?;
        let mut out = BufWriter::new(io::stdout().lock());
        let mut worst = 0;
        input::for_each(&self.inputs, |input, read| {
            let is_argument = matches!(input, Place::Number(_)) && !self.inputs.is_empty();
            let (exit_status, report, token) = match read {
                Ok(shown) => match std::str::from_utf8(&shown).ok().filter(|text| StatusToken::is_in(text)) {
                    Some(token) => gates.judge(token)?,
                    None => {
                        let mut judged = certificates.judge(&shown);
                        if is_argument && judged.1.reason == Some("not-a-record") && input::looks_like_a_file(&shown) {
                            judged.1.reason = Some("no-such-file");
                        }
                        judged
                    }
                },
                Err(reason) => (2, Report::refused(reason), Map::new()),
            };
            worst = worst.max(exit_status);
            Ok(json_line::write(&mut out, &Line { input, report, token })?)
        })?;
        out.flush()?;
        Ok(worst)
    }

    /// A day that is asked about begins in India and ends in UTC: what is valid at some time of it is valid on it.
    fn during(&self, now: DateTime<Utc>) -> RangeInclusive<DateTime<Utc>> {
        self.on.map_or(now..=now, |on| {
            let start = on.and_time(NaiveTime::MIN).and_utc();
            start - TimeDelta::minutes(330)..=start + TimeDelta::seconds(24 * 3600 - 1)
        })
    }
}
