//! A gate that verifies tokens offline. It knows the issuer's public keys (`jwks.json`), and the status lists of a folder if
//! it is given one: no network, no registry, no account. For tokens it needs nothing but `kycvs-token`.
//!
//!     cargo run --example railway_booking -- --scripted --out shared
//!     cargo run --example airport_gate -- shared/*.jwt --jwks shared/jwks.json
//!
//! With a trust list it reads certificates that people already hold, too: CoWIN and DIVOC, EU DCC, SMART Health Cards.
//!
//! With a network now and then, one line fills the folder: `curl -o lists/all https://kycvs.example/s/all`.

use std::error::Error;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, Utc};
use kycvs_domain::Policy;
use kycvs_records::{MAX_TRUST_LIST_BYTES, Report, Rules, TrustList, Verdict};
use kycvs_token::{Gate, KeyRing, Lamp, MAX_JWKS_BYTES, MAX_TOKEN_BYTES, StatusLists, StatusToken, TokenVerifier};

const HELP: &str = "\
Verifies status tokens and certificates offline. Give --jwks, --trust or both.

Usage: cargo run --example airport_gate -- FILE... [--jwks jwks.json [--audience ID] [--issuer URL]
                                                    [--status DIR [--max-list-age 24h]]]
                                           [--trust trust.kycvs]

  --jwks FILE         the public keys of the issuer of tokens; without it every token is refused
  --audience ID       accept only tokens that were issued to ID; without it, tokens that a traveller shows, whoever they
                      were issued to
  --issuer URL        whose tokens are trusted (default https://kycvs.example)
  --status DIR        the issuer's status lists; a token of which they do not say that it is good is refused. Without them,
                      withdrawal is not checked
  --max-list-age AGE  how old a list may be: 90s, 30m, 24h or 7d (default 24h)
  --trust FILE        whose certificates are taken, as `kycvs trust import` writes it, with its key beside it in FILE.pub;
                      a file that holds no token is then read as a certificate, by the policy in-kyc-vs
  --help              this text

Green is fully vaccinated (2), amber partially (1), red not vaccinated (0); a token that proves nothing is refused.

A bare token proves that somebody has that status, and not who: the gate says `bearer unknown`. A traveller who also shows
name and year of birth is named, and then the gate compares them with a photo ID.

Exit status: 0 all are green, 1 some are amber or red, 2 some are refused, 3 the flags, keys or lists could not be used.
";

#[derive(Default)]
struct Flags {
    files: Vec<String>,
    jwks: Option<String>,
    audience: Option<String>,
    issuer: Option<String>,
    status: Option<String>,
    max_list_age: Option<Duration>,
    trust: Option<String>,
    help: bool,
}

fn main() -> ExitCode {
    match run() {
        Ok(lamp) => ExitCode::from(lamp.exit_status()),
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::from(3)
        }
    }
}

fn run() -> Result<Lamp, Box<dyn Error>> {
    let flags = Flags::read(std::env::args_os().skip(1))?;
    if flags.help {
        io::stdout().write_all(HELP.as_bytes())?;
        return Ok(Lamp::Green);
    }
    if flags.files.is_empty() {
        return Err("which tokens? Give one or more files (see --help)".into());
    }
    let gate = flags.gate()?;
    let certificates = flags.trust.as_deref().map(Certificates::open).transpose()?;
    let mut worst = Lamp::Green;
    for file in &flags.files {
        let (lamp, words) = judge(gate.as_ref(), certificates.as_ref(), file);
        writeln!(io::stdout(), "{}: {words}", file.escape_debug())?;
        worst = worst.max(lamp);
    }
    Ok(worst)
}

fn judge(gate: Option<&Gate>, certificates: Option<&Certificates>, file: &str) -> (Lamp, String) {
    // A scanner's text may be a link, and broken into lines.
    match (read(file, 2 * MAX_TOKEN_BYTES), certificates) {
        (Ok(shown), Some(certificates)) if !StatusToken::is_in(&String::from_utf8_lossy(&shown)) => {
            certificates.judge(&shown, SystemTime::now().into())
        }
        (Ok(token), _) => {
            let Some(gate) = gate else { return (Lamp::Refused, "REFUSED  a token needs --jwks".to_owned()) };
            let verdict = gate.judge(&String::from_utf8_lossy(&token), SystemTime::now().into());
            (verdict.lamp(), verdict.to_string())
        }
        (Err(error), _) => (Lamp::Refused, format!("REFUSED  the file cannot be read: {error}")),
    }
}

/// Certificates of other issuers, and who is trusted to issue them.
struct Certificates {
    trust: TrustList,
    policy: Policy,
}

impl Certificates {
    fn open(path: &str) -> Result<Self, Box<dyn Error>> {
        let bytes =
            |path: &str| read(path, MAX_TRUST_LIST_BYTES).map_err(|error| format!("cannot read {path}: {error}"));
        let key = BASE64_STANDARD
            .decode(bytes(&format!("{path}.pub"))?.trim_ascii())
            .map_err(|error| format!("{path}.pub: {error}"))?;
        let trust = TrustList::open(&bytes(path)?, &key).map_err(|error| format!("{path}: {error}"))?;
        Ok(Self { trust, policy: Policy::builtin("in-kyc-vs").ok_or("the policy is built in")? })
    }

    /// Green, amber and red as for a token. Where somebody can mend it, amber says who, and why.
    fn judge(&self, shown: &[u8], now: DateTime<Utc>) -> (Lamp, String) {
        let policy = Some((&self.policy, now.date_naive()));
        let report = Report::of(shown, &self.trust, Rules::default(), policy, now..=now, true);
        let reason = report.reason.unwrap_or_default();
        let to_act = match (report.verdict, reason) {
            (Verdict::IssuerNotTrusted, _) => Some("the operator: the issuer is not in the trust list"),
            (Verdict::ListTooOld, _) => Some("the operator: the trust list is too old"),
            (Verdict::TerminatedKey, _) => {
                Some("the traveller: the issuer has ended the key, and gives a new certificate")
            }
            (_, "seal-expired") => Some("the traveller: the seal has expired, and the issuer gives a new certificate"),
            (_, "incomplete") => Some("the traveller: the card has further codes"),
            _ => None,
        };
        let names = report.names.unwrap_or_default().join(", ");
        let whose = format!("by a certificate of {}, for {names}: check the ID", report.issuer.unwrap_or_default());
        match (report.status.map(u8::from), to_act) {
            (Some(2), _) => (Lamp::Green, format!("GREEN    fully vaccinated, {whose}")),
            (Some(1), _) => (Lamp::Amber, format!("AMBER    partially vaccinated, {whose}")),
            (Some(_), _) => (Lamp::Red, format!("RED      not vaccinated, {whose}")),
            (None, Some(who)) => (Lamp::Amber, format!("AMBER    to act is {who}")),
            (None, None) => (Lamp::Refused, format!("REFUSED  the certificate is not taken ({reason})")),
        }
    }
}

/// Reads a file, and not more than a byte beyond `max_bytes`: then it is refused as too long.
fn read(path: impl AsRef<Path>, max_bytes: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(max_bytes as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

impl Flags {
    /// What judges tokens; nothing does without keys.
    fn gate(&self) -> Result<Option<Gate>, Box<dyn Error>> {
        let keys = match (&self.jwks, &self.trust) {
            (Some(jwks), _) => {
                let keys = read(jwks, MAX_JWKS_BYTES).map_err(|error| format!("cannot read {jwks}: {error}"))?;
                KeyRing::from_jwks(&String::from_utf8_lossy(&keys)).map_err(|error| format!("{jwks}: {error}"))?
            }
            (None, Some(_)) => return Ok(None),
            (None, None) => return Err("which keys? Give --jwks FILE, --trust FILE or both (see --help)".into()),
        };
        let issuer = self.issuer.clone().unwrap_or_else(|| "https://kycvs.example".to_owned());
        let verifier = TokenVerifier::new(issuer, keys);
        let mut gate = Gate::new(verifier.clone());
        if let Some(audience) = &self.audience {
            gate = gate.for_audience(audience);
        }
        match (&self.status, self.max_list_age) {
            (Some(folder), age) => Ok(Some(gate.with_lists(lists(folder, age, &verifier)?))),
            (None, None) => Ok(Some(gate)),
            (None, Some(_)) => Err("which lists? Give --status DIR (see --help)".into()),
        }
    }
}

/// The lists of a folder. What is wrong with one of them is reported, and the tokens in it are refused.
fn lists(folder: &str, age: Option<Duration>, verifier: &TokenVerifier) -> Result<StatusLists, Box<dyn Error>> {
    let mut lists = match age {
        Some(age) => StatusLists::new(age)?,
        None => StatusLists::default(),
    };
    let faults = lists.insert_folder(verifier, Path::new(folder), SystemTime::now().into());
    for fault in faults.map_err(|error| format!("cannot read {folder}: {error}"))? {
        writeln!(io::stderr(), "warning: {fault}")?;
    }
    Ok(lists)
}

impl Flags {
    fn read(args: impl Iterator<Item = std::ffi::OsString>) -> Result<Self, String> {
        let mut flags = Self::default();
        let mut args = args.map(|arg| arg.into_string().map_err(|_| "a flag or file name is not UTF-8"));
        while let Some(arg) = args.next().transpose()? {
            let mut value = || args.next().transpose()?.filter(|v| !v.is_empty()).ok_or(format!("{arg} needs a value"));
            match arg.as_str() {
                "--help" | "-h" => flags.help = true,
                "--jwks" => flags.jwks = Some(value()?),
                "--audience" => flags.audience = Some(value()?),
                "--issuer" => flags.issuer = Some(value()?),
                "--status" => flags.status = Some(value()?),
                "--trust" => flags.trust = Some(value()?),
                "--max-list-age" => flags.max_list_age = Some(age(&value()?)?),
                _ if arg.starts_with('-') => return Err(format!("there is no flag {arg:?} (see --help)")),
                "" => return Err("a file name is empty (see --help)".to_owned()),
                _ => flags.files.push(arg),
            }
        }
        Ok(flags)
    }
}

/// `90s`, `30m`, `24h` or `7d`.
fn age(text: &str) -> Result<Duration, String> {
    let units = [("s", 1), ("m", 60), ("h", 3600), ("d", 86_400)];
    let read = |(unit, seconds)| text.strip_suffix(unit)?.parse::<u32>().ok()?.checked_mul(seconds);
    let seconds = units.into_iter().find_map(read).ok_or(format!("{text:?} is no age such as 90s, 30m, 24h or 7d"))?;
    Ok(Duration::from_secs(seconds.into()))
}
