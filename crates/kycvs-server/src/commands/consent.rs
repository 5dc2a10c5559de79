use std::io::{self, Write};

use anyhow::{Context, Result};
use clap::Subcommand;
use kycvs::consent::{ConsentId, ConsentRecord, WithdrawnBy};
use kycvs::{Access, Clock, SystemClock};
use serde_json::{Value, json};

use crate::cli::Format;
use crate::ending::Ending;
use crate::place::Place;

/// What to do with a consent.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Show who asked, for what purpose, and whether it is still in force
    #[command(after_help = "\
Example:
  kycvs consent show bm90IGEgcmVhbCBpZCEhIQ --config /etc/kycvs/kycvs.toml

Exit status: 0 done, 1 there is no such consent, 2 a store cannot be used.")]
    Show(Options),
    /// Record that the person withdrew it
    #[command(after_help = "\
Example:
  kycvs consent withdraw bm90IGEgcmVhbCBpZCEhIQ --config /etc/kycvs/kycvs.toml

Everyone who has the token knows this id: make sure first that it is the person who asks.

Exit status: 0 done, 1 there is no such consent, 2 a store cannot be used.")]
    Withdraw {
        #[command(flatten)]
        options: Options,
        /// Output format
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Write the consent artefact, byte for byte as it was hashed
    #[command(after_help = "\
Example:
  kycvs consent export bm90IGEgcmVhbCBpZCEhIQ \\
    --config /etc/kycvs/kycvs.toml > consent.json

Exit status: 0 done, 1 there is no such consent, 2 a store cannot be used.")]
    Export(Options),
}

#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    place: Place,
    /// The consent's id, which is in the token; it may begin with `-`
    #[arg(allow_hyphen_values = true)]
    id: String,
}

/// Runs one of them.
pub(crate) async fn run(command: Command) -> Result<Ending> {
    let (Command::Show(options) | Command::Withdraw { options, .. } | Command::Export(options)) = &command;
    let id = ConsentId::parse(&options.id).context("the consent's id")?;
    let service = options.place.service().await?;
    let Some(record) = service.consent(&id).await? else {
        writeln!(io::stderr(), "There is no such consent.")?;
        return Ok(Ending::WithFaults);
    };
    let mut out = io::stdout();
    match command {
        Command::Show(_) => {
            service.note_access(Access::Show, &[id]).await?;
            writeln!(out, "{}", shown(&record)?)?;
        }
        Command::Withdraw { format, .. } => {
            service.withdraw(&id, WithdrawnBy::Person).await?;
            match format {
                Format::Text => writeln!(out, "The consent is withdrawn.")?,
                Format::Json => writeln!(out, "{}", json!({ "consent": options.id, "state": "withdrawn" }))?,
            }
        }
        Command::Export(_) => {
            service.note_access(Access::Export, &[id]).await?;
            out.write_all(&record.consent.to_bytes()?)?;
        }
    }
    Ok(Ending::Well)
}

/// Who asked, for what, and whether it holds; nothing of the person.
fn shown(record: &ConsentRecord) -> Result<Value> {
    let state = format!("{:?}", record.state(SystemClock.now())).to_lowercase();
    Ok(json!({
        "entity": record.consent.verifying_entity.id,
        "purpose": record.consent.purpose.code,
        "reference": record.consent.reference,
        "state": state.split([' ', '{', '(']).next(),
    }))
}
