use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result, bail};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use kycvs::token::{
    Gate, KeyRing, Lamp, MAX_JWKS_BYTES, MAX_TOKEN_BYTES, StatusLists, StatusToken, TokenVerifier, Verdict,
};
use serde::Serialize;

use super::certificates;
use crate::cli;
use crate::ending::{Ending, words};

/// Which tokens, and by which keys.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  kycvs verify --jwks jwks.json --issuer https://kycvs.example shared/*.jwt
  kycvs verify --jwks jwks.json < tokens.txt
  kycvs verify --trust trust.kycvs --policy in-kyc-vs --on 2026-12-01 certificate.json 'HC1:…'

A line of JSON for each token:
  {\"token\":\"shared/1.jwt\",\"valid\":true,\"status\":2,\"lamp\":\"green\", …}
  {\"token\":2,\"valid\":false,\"reason\":\"bad-signature\"}
With --trust, a line for each certificate:
  {\"input\":\"certificate.json\",\"format\":\"divoc\",\"verdict\":\"verified\",\"reason\":null,\"issuer\":\"https://cowin.gov.in/\", …}

Exit status: 0 all are fully vaccinated, 1 some are not, 2 some are refused, 3 the flags or the keys cannot be used.")]
pub(crate) struct Options {
    /// The issuer's public keys, a JWK set
    #[arg(long, value_name = "FILE", required_unless_present = "trust", conflicts_with = "trust", value_parser = cli::path())]
    jwks: Option<PathBuf>,
    /// Whose tokens are trusted; default: of every issuer whose keys are in the JWK set
    #[arg(long, value_name = "URL")]
    issuer: Option<String>,
    /// Accept only tokens that were issued to this entity; default: whoever they were issued to
    #[arg(long, value_name = "ID")]
    audience: Option<String>,
    /// A folder of the issuer's status lists: a token of which they do not say that it is good is refused
    #[arg(long, value_name = "DIR", conflicts_with = "trust", value_parser = cli::path())]
    status_list: Option<PathBuf>,
    /// Tokens or certificates, or files with one each; default: one on each line of standard input
    #[arg(value_name = "TOKEN")]
    tokens: Vec<String>,
    #[command(flatten)]
    certificates: certificates::Options,
}

/// What is told of a token. The token itself is not: it is personal.
#[derive(Serialize)]
struct Line {
    token: Place,
    #[serde(flatten)]
    judged: Judged,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Judged {
    Verdict(Box<Verdict>),
    Unreadable { valid: bool, lamp: &'static str, reason: String },
}

/// The token's file, or its number from 1.
#[derive(Serialize)]
#[serde(untagged)]
enum Place {
    Number(usize),
    File(String),
}

/// A gate for each issuer of the set, made when the first token of that issuer comes; it reads the status lists once.
struct Gates<'a> {
    keys: KeyRing,
    options: &'a Options,
    now: DateTime<Utc>,
    of_issuer: HashMap<String, Gate>,
}

/// So many gates are held at once: a token may claim any issuer.
const MAX_GATES: usize = 64;

/// Verifies the tokens. The exit status is that of a gate.
pub(crate) fn run(options: &Options) -> Ending {
    let judged = match options.certificates.is_asked_for() {
        true => options.certificates.judge_all(&options.tokens),
        false => judge_all(options),
    };
    match judged {
        Ok(worst) => Ending::Status(worst),
        Err(error) => {
            // Where even this cannot be written, the status says it.
            let _ = writeln!(io::stderr(), "error: {}", words(&error));
            Ending::Status(3)
        }
    }
}

fn judge_all(options: &Options) -> Result<u8> {
    let path = options.jwks.as_deref().unwrap_or(Path::new(""));
    let jwks = read(path, MAX_JWKS_BYTES)?;
    let keys = KeyRing::from_jwks(&String::from_utf8_lossy(&jwks)).with_context(|| format!("{}", path.display()))?;
    let mut gates = Gates { keys, options, now: SystemTime::now().into(), of_issuer: HashMap::new() };
    let mut out = BufWriter::new(io::stdout().lock());
    let mut worst = 0;
    let mut tell = |place: Place, token: Result<Vec<u8>>| -> Result<()> {
        let (exit_status, judged) = gates.judge(token)?;
        worst = worst.max(exit_status);
        serde_json::to_writer(&mut out, &Line { token: place, judged })?;
        Ok(out.write_all(b"\n")?)
    };
    for (at, token) in options.tokens.iter().enumerate() {
        match looks_like_a_token(token) {
            true => tell(Place::Number(at + 1), Ok(token.clone().into_bytes()))?,
            false => tell(Place::File(token.clone()), read(Path::new(token), MAX_TOKEN_BYTES))?,
        }
    }
    if options.tokens.is_empty() {
        let mut lines = crate::lines::Lines::new(io::stdin().lock(), MAX_TOKEN_BYTES);
        let mut number = 0;
        while let Some(line) = lines.next_line().context("cannot read the tokens")? {
            if !line.trim_ascii().is_empty() {
                number += 1;
                tell(Place::Number(number), Ok(line.to_vec()))?;
            }
        }
    }
    out.flush()?;
    Ok(worst)
}

impl Gates<'_> {
    fn judge(&mut self, token: Result<Vec<u8>>) -> Result<(u8, Judged)> {
        let token = match token {
            Ok(token) => token,
            Err(error) => {
                let lamp = Lamp::Refused;
                let judged = Judged::Unreadable { valid: false, lamp: lamp.word(), reason: words(&error) };
                return Ok((lamp.exit_status(), judged));
            }
        };
        let token = StatusToken::scanned(&String::from_utf8_lossy(&token)).into_string();
        let issuer = self.options.issuer.clone().or_else(|| issuer_of(token.as_bytes())).unwrap_or_default();
        let gate = match self.of_issuer.remove(&issuer) {
            Some(gate) => gate,
            None => self.gate(&issuer)?,
        };
        let verdict = gate.judge(&token, self.now);
        if self.of_issuer.len() < MAX_GATES {
            self.of_issuer.insert(issuer, gate);
        }
        Ok((verdict.lamp().exit_status(), Judged::Verdict(Box::new(verdict))))
    }

    fn gate(&self, issuer: &str) -> Result<Gate> {
        let verifier = TokenVerifier::new(issuer, self.keys.clone());
        let mut gate = Gate::new(verifier.clone());
        if let Some(audience) = &self.options.audience {
            gate = gate.for_audience(audience);
        }
        if let Some(folder) = &self.options.status_list {
            let mut lists = StatusLists::default();
            // A list that is refused here may be another issuer's; a token of which no list tells is refused.
            let read = lists.insert_folder(&verifier, folder, self.now);
            read.with_context(|| format!("cannot read {}", folder.display()))?;
            gate = gate.with_lists(lists);
        }
        Ok(gate)
    }
}

/// Three parts in base64url, the first of which begins a JSON object.
fn looks_like_a_token(text: &str) -> bool {
    text.starts_with("eyJ") && text.matches('.').count() == 2 && !Path::new(text).exists()
}

/// Who says to have issued it. The keys decide whether that is so.
fn issuer_of(token: &[u8]) -> Option<String> {
    let payload = token.split(|byte| *byte == b'.').nth(1)?;
    let payload: serde_json::Value = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
    payload["iss"].as_str().map(str::to_owned)
}

/// Reads a file that has no more bytes than it may.
fn read(path: &Path, max_bytes: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(max_bytes as u64 + 1).read_to_end(&mut bytes));
    read.with_context(|| format!("cannot read {}", path.display()))?;
    if bytes.len() > max_bytes {
        bail!("{} is longer than {max_bytes} bytes", path.display());
    }
    Ok(bytes)
}
