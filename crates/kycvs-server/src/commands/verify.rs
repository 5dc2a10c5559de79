use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result, bail};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use kycvs::token::{KeyRing, MAX_JWKS_BYTES, MAX_TOKEN_BYTES, StatusClaims, TokenVerifier};
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
  {\"token\":2,\"valid\":false,\"reason\":\"bad_signature\"}
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
    /// Tokens or certificates, or files with one each; default: one on each line of standard input
    #[arg(value_name = "TOKEN")]
    tokens: Vec<String>,
    #[command(flatten)]
    certificates: certificates::Options,
}

/// What is told of a token. The token itself is not: it is personal.
#[derive(Serialize)]
struct Verdict {
    token: Place,
    valid: bool,
    #[serde(flatten)]
    claims: Option<Claims>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// The token's file, or its number from 1.
#[derive(Serialize)]
#[serde(untagged)]
enum Place {
    Number(usize),
    File(String),
}

#[derive(Serialize)]
struct Claims {
    status: u8,
    /// `green` for fully, `amber` for partially, `red` for not vaccinated.
    lamp: &'static str,
    audience: String,
    as_of: String,
    policy: String,
    purpose: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    issued_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

struct Gate<'a> {
    keys: KeyRing,
    options: &'a Options,
    now: DateTime<Utc>,
}

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
    let gate = Gate { keys, options, now: SystemTime::now().into() };
    let mut out = BufWriter::new(io::stdout().lock());
    let mut worst = 0;
    let mut tell = |place: Place, token: Result<Vec<u8>>| -> Result<()> {
        let (lamp, verdict) = gate.judge(place, token);
        worst = worst.max(lamp);
        serde_json::to_writer(&mut out, &verdict)?;
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

impl Gate<'_> {
    fn judge(&self, place: Place, token: Result<Vec<u8>>) -> (u8, Verdict) {
        let verified = token.map_err(|error| words(&error)).and_then(|token| self.verify(token.trim_ascii()));
        match verified {
            Ok(claims) => {
                let claims = Claims::from(claims);
                let lamp = u8::from(claims.status != 2);
                (lamp, Verdict { token: place, valid: true, claims: Some(claims), reason: None })
            }
            Err(reason) => (2, Verdict { token: place, valid: false, claims: None, reason: Some(reason) }),
        }
    }

    fn verify(&self, token: &[u8]) -> Result<StatusClaims, String> {
        let issuer = self.options.issuer.clone().or_else(|| issuer_of(token)).unwrap_or_default();
        let verifier = TokenVerifier::new(issuer, self.keys.clone());
        let verified = match &self.options.audience {
            Some(audience) => verifier.verify(token, audience, self.now).map(|status| status.claims().clone()),
            None => verifier.verify_shown_to_me(token, self.now).map(|status| status.claims().clone()),
        };
        verified.map_err(|refusal| refusal.code().to_owned())
    }
}

impl From<StatusClaims> for Claims {
    fn from(claims: StatusClaims) -> Self {
        let status = u8::from(claims.status);
        Self {
            status,
            lamp: match status {
                2 => "green",
                1 => "amber",
                _ => "red",
            },
            audience: claims.audience,
            as_of: claims.as_of.to_string(),
            policy: claims.policy,
            purpose: claims.purpose,
            reference: claims.reference,
            issued_at: claims.issued_at,
            expires_at: claims.expires_at,
        }
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
