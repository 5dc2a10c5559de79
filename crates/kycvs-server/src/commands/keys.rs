use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Result;
use clap::Subcommand;
use kycvs::{Clock, SystemClock};
use serde_json::json;

use crate::cli::{self, Format};
use crate::ending::Ending;
use crate::keys::Keys;

/// What to do with the keys of a server.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Make the keys that a new server needs, in a folder that only its owner may read
    New(Options),
    /// Make the next signing key if it is due; it is published at once, and signs a day later
    Stage(Options),
    /// Delete the signing keys that no living token needs
    Retire(Options),
    /// Name the keys, and show none
    List(Options),
}

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  kycvs keys list --keys /etc/kycvs/keys
  kycvs keys stage --keys /etc/kycvs/keys    # each day, where the servers may only read the folder

A server that may write to the folder stages and retires by itself. A key signs for 30 days.

Exit status: 0 it is done, 2 the folder or a key cannot be used.")]
pub(crate) struct Options {
    /// The folder of the keys
    #[arg(long, value_name = "DIR", value_parser = cli::path())]
    keys: PathBuf,
    /// How to tell it
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs one of them.
pub(crate) fn run(command: &Command) -> Result<Ending> {
    let (Command::New(options) | Command::Stage(options) | Command::Retire(options) | Command::List(options)) = command;
    if matches!(command, Command::New(_)) {
        Keys::make_missing(&options.keys)?;
    }
    let keys = Keys::read(&options.keys)?;
    if matches!(command, Command::Stage(_) | Command::Retire(_)) {
        keys.keep_signing()?;
    }
    let now = SystemClock.now();
    let signing = keys.signing()?;
    let signs = signing.signing(now).public_key().key_id().to_string();
    let published: Vec<String> = signing.published(now).iter().map(|key| key.key_id().to_string()).collect();
    let mut out = io::stdout().lock();
    match options.format {
        Format::Json => {
            let list: Vec<_> =
                keys.fingerprints().map(|(name, print)| json!({ "file": name, "fingerprint": short(&print) })).into();
            let next = signing.next_key_due();
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
                writeln!(out, "{:<13} {kid}", if kid == signs { "signs" } else { "published" })?;
            }
            writeln!(out, "next key due  {}", signing.next_key_due().format("%Y-%m-%d %H:%M UTC"))?;
        }
    }
    Ok(Ending::Well)
}

/// Enough of a fingerprint to compare by eye.
fn short(print: &[u8; 32]) -> String {
    print.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
