//! A gate that verifies tokens offline. It knows the issuer's public keys (`jwks.json`) and needs nothing but
//! `kycvs-token`: no network, no registry, no account.
//!
//!     cargo run --example railway_booking -- --scripted --out shared
//!     cargo run --example airport_gate -- shared/*.jwt --jwks shared/jwks.json

use std::error::Error;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::SystemTime;

use kycvs_token::{KeyRing, MAX_JWKS_BYTES, MAX_TOKEN_BYTES, StatusClaims, TokenVerifier, VaccinationStatus};

const HELP: &str = "\
Verifies status tokens offline.

Usage: cargo run --example airport_gate -- FILE.jwt... --jwks jwks.json [--audience ID] [--issuer URL]

  --jwks FILE    the issuer's public keys
  --audience ID  accept only tokens that were issued to ID; without it, tokens that a traveller shows, whoever they were
                 issued to
  --issuer URL   whose tokens are trusted (default https://kycvs.example)
  --help         this text

Green is fully vaccinated (2), amber partially (1), red not vaccinated (0); a token that proves nothing is refused.

Exit status: 0 all are green, 1 some are amber or red, 2 some are refused, 3 the flags or the keys could not be used.
";

/// What the lamp shows, from good to bad.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Lamp {
    Green,
    AmberOrRed,
    Refused,
}

struct Gate {
    verifier: TokenVerifier,
    audience: Option<String>,
}

#[derive(Default)]
struct Flags {
    files: Vec<String>,
    jwks: Option<String>,
    audience: Option<String>,
    issuer: Option<String>,
    help: bool,
}

fn main() -> ExitCode {
    match run() {
        Ok(Lamp::Green) => ExitCode::SUCCESS,
        Ok(Lamp::AmberOrRed) => ExitCode::from(1),
        Ok(Lamp::Refused) => ExitCode::from(2),
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
    let jwks = flags.jwks.ok_or("which keys? Give --jwks FILE (see --help)")?;
    if flags.files.is_empty() {
        return Err("which tokens? Give one or more files (see --help)".into());
    }
    let keys = read(&jwks, MAX_JWKS_BYTES).map_err(|error| format!("cannot read {jwks}: {error}"))?;
    let keys = KeyRing::from_jwks(&String::from_utf8_lossy(&keys)).map_err(|error| format!("{jwks}: {error}"))?;
    let issuer = flags.issuer.unwrap_or_else(|| "https://kycvs.example".to_owned());
    let gate = Gate { verifier: TokenVerifier::new(issuer, keys), audience: flags.audience };

    let mut worst = Lamp::Green;
    for file in &flags.files {
        let (lamp, words) = gate.judge(file);
        writeln!(io::stdout(), "{}: {words}", file.escape_debug())?;
        worst = worst.max(lamp);
    }
    Ok(worst)
}

impl Gate {
    fn judge(&self, file: &str) -> (Lamp, String) {
        let token = match read(file, MAX_TOKEN_BYTES) {
            Ok(token) => token,
            Err(error) => return (Lamp::Refused, format!("REFUSED  the file cannot be read: {error}")),
        };
        let (token, now) = (token.trim_ascii(), SystemTime::now().into());
        let verified = match &self.audience {
            Some(audience) => self.verifier.verify(token, audience, now).map(|status| status.claims().clone()),
            None => self.verifier.verify_shown_to_me(token, now).map(|status| status.claims().clone()),
        };
        match verified {
            Ok(claims) => show(&claims),
            Err(refusal) => (Lamp::Refused, format!("REFUSED  {refusal} ({})", refusal.code())),
        }
    }
}

fn show(claims: &StatusClaims) -> (Lamp, String) {
    let (lamp, light) = match claims.status {
        VaccinationStatus::FullyVaccinated => (Lamp::Green, "GREEN    fully vaccinated"),
        VaccinationStatus::PartiallyVaccinated => (Lamp::AmberOrRed, "AMBER    partially vaccinated"),
        VaccinationStatus::NotVaccinated => (Lamp::AmberOrRed, "RED      not vaccinated"),
    };
    let StatusClaims { as_of, policy, audience, expires_at, .. } = claims;
    let reference = claims.reference.as_deref().map(|reference| format!(", {reference}")).unwrap_or_default();
    (lamp, format!("{light} on {as_of} by {policy}; issued to {audience}{reference}; good until {expires_at}"))
}

/// Reads a file, and not more than a byte beyond `max_bytes`: then it is refused as too long.
fn read(path: impl AsRef<Path>, max_bytes: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(max_bytes as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
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
                _ if arg.starts_with('-') => return Err(format!("there is no flag {arg:?} (see --help)")),
                "" => return Err("a file name is empty (see --help)".to_owned()),
                _ => flags.files.push(arg),
            }
        }
        Ok(flags)
    }
}
