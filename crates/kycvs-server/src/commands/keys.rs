use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Subcommand;
use kycvs::token::SigningKeys;
use kycvs::{Clock, SystemClock};
use serde_json::json;

use super::drill;
use crate::cli::{self, Format};
use crate::config::{Configuration, Kept};
use crate::ending::Ending;
use crate::keys::Keys;

/// What to do with the keys of a server.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Make the keys that a new server needs, in a folder that only its owner may read
    New(Options),
    /// Make the next signing key if it is due; it is published at once, and signs later
    Stage(Options),
    /// Delete the signing keys that no valid token needs
    Retire(Options),
    /// List the keys by fingerprint, without their secrets
    List(Options),
    /// Rehearse key rotation and the loss of a device, with keys of its own
    Drill(drill::Options),
}

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  kycvs keys list --keys /etc/kycvs/keys
  kycvs keys stage --config /etc/kycvs/kycvs.toml

A server that may write to the folder stages and retires keys by itself; where it may only read it, run `stage` each day. A key signs for 30 days. With [signing] in the configuration, keys are made in hardware, and the folder keeps a note of each.

Exit status: 0 done, 2 the folder, a key or a device cannot be used.")]
pub(crate) struct Options {
    /// The configuration, with [stores] keys and [signing]
    #[arg(long, value_name = "FILE.toml", value_parser = cli::path(), required_unless_present = "keys")]
    config: Option<PathBuf>,
    /// The folder of the keys
    #[arg(long, value_name = "DIR", value_parser = cli::path())]
    keys: Option<PathBuf>,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs one of them.
pub(crate) async fn run(command: Command) -> Result<Ending> {
    let (options, makes_secrets, keeps_signing) = match command {
        Command::New(options) => (options, true, true),
        Command::Stage(options) | Command::Retire(options) => (options, false, true),
        Command::List(options) => (options, false, false),
        Command::Drill(options) => return drill::run(options).await,
    };
    let kept = match &options.config {
        Some(config) => Configuration::read_kept(config)?,
        None => Kept::default(),
    };
    let folder = options.keys.or_else(|| kept.stores.keys.clone()).context("[stores] has no `keys`: give --keys")?;
    if makes_secrets {
        Keys::make_missing(&folder)?;
        kept.further_keys().try_for_each(|(_, make)| make(&folder))?;
    }
    let mut keys = Keys::read(&folder)?;
    keys.sign_by(&kept.signing)?;
    if keeps_signing {
        keys.keep_signing()?;
    }
    list(&keys, options.format)
}

fn list(keys: &Keys, format: Format) -> Result<Ending> {
    let now = SystemClock.now();
    let signing = keys.signing_so_far()?;
    let signs = signing.as_ref().map(|signing| signing.signing(now).public_key().key_id().to_string());
    let ring = signing.as_ref().map(|signing| signing.published(now));
    let published: Vec<String> = ring.iter().flat_map(|ring| ring.iter()).map(|key| key.key_id().to_string()).collect();
    let next = signing.as_ref().map(SigningKeys::next_key_due);
    let mut out = io::stdout().lock();
    match format {
        Format::Json => {
            let list: Vec<_> =
                keys.fingerprints().map(|(name, print)| json!({ "file": name, "fingerprint": short(&print) })).into();
            writeln!(
                out,
                "{}",
                json!({ "secrets": list, "signs": signs, "published": published, "next_key_due": next })
            )?;
        }
        Format::Text => {
            for (name, print) in keys.fingerprints() {
                writeln!(out, "{name:<13} {}", short(&print))?;
            }
            for kid in published {
                writeln!(out, "{:<13} {kid}", if Some(&kid) == signs.as_ref() { "signs" } else { "published" })?;
            }
            match next {
                Some(next) => writeln!(out, "next key due  {}", next.format("%Y-%m-%d %H:%M UTC"))?,
                None => writeln!(out, "no signing key yet: a server makes the first, or `kycvs keys stage`")?,
            }
        }
    }
    Ok(Ending::Well)
}

/// Enough of a fingerprint to compare by eye.
fn short(print: &[u8; 32]) -> String {
    print.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
