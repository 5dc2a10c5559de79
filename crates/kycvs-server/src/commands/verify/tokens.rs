use std::collections::HashMap;
use std::fs;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use chrono::{DateTime, Utc};
use kycvs::token::{
    Gate, KeyRing, Lamp, MAX_JWKS_BYTES, Refusal, StatusLists, StatusToken, TokenVerifier, Verdict as Judged,
};
use kycvs_records::{Report, Verdict};
use serde_json::{Map, Value};

use crate::{bounded, cli};

/// What tokens are checked against.
#[derive(clap::Args)]
#[command(next_help_heading = "Tokens of KYC-VS: JWT, SD-JWT, KV1:")]
#[group(id = "of_tokens", multiple = true)]
pub(super) struct Options {
    /// The issuer's public keys, a JWK set
    #[arg(long, value_name = "FILE", value_parser = cli::path())]
    jwks: Option<PathBuf>,
    /// Accept only tokens of this issuer; default: of every issuer whose keys are in the JWK set
    #[arg(long, value_name = "URL", requires = "jwks")]
    issuer: Option<String>,
    /// Accept only tokens that were issued to this entity; default: to any entity
    #[arg(long, value_name = "ID", requires = "jwks")]
    audience: Option<String>,
    /// A folder of the issuer's status lists: a token that they do not show as valid is refused
    #[arg(long, value_name = "DIR", requires = "jwks", value_parser = cli::path())]
    status_list: Option<PathBuf>,
}

/// A gate for each issuer of the set, made when the first token of that issuer comes; it reads the status lists once.
pub(super) struct Gates<'a> {
    /// Without any, no token's issuer is trusted.
    keys: Option<KeyRing>,
    options: &'a Options,
    during: RangeInclusive<DateTime<Utc>>,
    show_person: bool,
    of_issuer: HashMap<String, Gate>,
}

/// So many gates are held at once: a token may claim any issuer.
const MAX_GATES: usize = 64;

impl<'a> Gates<'a> {
    /// Reads the keys.
    pub(super) fn open(options: &'a Options, during: RangeInclusive<DateTime<Utc>>, show_person: bool) -> Result<Self> {
        let keys = options.jwks.as_deref().map(|path| {
            let jwks = bounded::text(path, MAX_JWKS_BYTES as u64)?;
            KeyRing::from_jwks(&jwks).with_context(|| format!("{}", path.display()))
        });
        let keys = keys.transpose()?;
        // Before the first token asks for the lists.
        if let Some(folder) = &options.status_list {
            fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
        }
        Ok(Self { keys, options, during, show_person, of_issuer: HashMap::new() })
    }

    /// The exit status, and the report.
    pub(super) fn judge(&mut self, shown: &str) -> Result<(u8, Report, Map<String, Value>)> {
        let token = StatusToken::scanned(shown);
        let issuer = self.options.issuer.clone().or_else(|| token.issuer_unverified()).unwrap_or_default();
        let gate = match self.of_issuer.remove(&issuer) {
            Some(gate) => gate,
            None => match self.gate(&issuer)? {
                Some(gate) => gate,
                None => return Ok((Lamp::Refused.exit_status(), refused(&token, &Refusal::UnknownKey), Map::new())),
            },
        };
        let mut judged = gate.judge(token.as_str(), *self.during.end());
        if judged.claims() == Err(&Refusal::Expired) {
            judged = gate.judge(token.as_str(), *self.during.start());
        }
        if self.of_issuer.len() < MAX_GATES {
            self.of_issuer.insert(issuer.clone(), gate);
        }
        let report = match judged.claims() {
            Ok(claims) => Report {
                format: Some(format_of(&token)),
                verdict: Verdict::Verified,
                reason: None,
                issuer: Some(issuer),
                names: self.show_person.then(|| claims.bearer.iter().map(|bearer| bearer.name.clone()).collect()),
                doses: Vec::new(),
                status: Some(claims.status),
            },
            Err(refusal) => refused(&token, refusal),
        };
        Ok((judged.lamp().exit_status(), report, self.said(&judged)?))
    }

    fn gate(&self, issuer: &str) -> Result<Option<Gate>> {
        let Some(keys) = &self.keys else { return Ok(None) };
        let verifier = TokenVerifier::new(issuer, keys.clone());
        let mut gate = Gate::new(verifier.clone());
        if let Some(audience) = &self.options.audience {
            gate = gate.for_audience(audience);
        }
        if let Some(folder) = &self.options.status_list {
            let mut lists = StatusLists::default();
            // A list that is refused here may be another issuer's; a token of which no list tells is refused.
            let read = lists.insert_folder(&verifier, folder, *self.during.end());
            read.with_context(|| format!("cannot read {}", folder.display()))?;
            gate = gate.with_lists(lists);
        }
        Ok(Some(gate))
    }

    /// What a gate says, without what the report has, and without the bearer unless persons are shown.
    fn said(&self, judged: &Judged) -> Result<Map<String, Value>> {
        let Value::Object(mut said) = serde_json::to_value(judged)? else { bail!("a gate's words are an object") };
        said.retain(|name, _| match name.as_str() {
            "reason" | "status" => false,
            "bearer" => self.show_person,
            _ => true,
        });
        Ok(said)
    }
}

fn refused(token: &StatusToken, refusal: &Refusal) -> Report {
    let verdict = match refusal {
        Refusal::UnknownKey | Refusal::WrongIssuer => Verdict::IssuerNotTrusted,
        Refusal::BadSignature => Verdict::InvalidSignature,
        Refusal::StatusStale => Verdict::ListTooOld,
        _ => Verdict::Refused,
    };
    Report { format: Some(format_of(token)), verdict, ..Report::refused(refusal.code()) }
}

fn format_of(token: &StatusToken) -> &'static str {
    match token.as_str() {
        text if text.starts_with("KV1:") => "kycvs-cwt",
        text if text.contains('~') => "kycvs-sd-jwt",
        _ => "kycvs-jwt",
    }
}
