use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::json;

use crate::cli::{self, Format};
use crate::config::Configuration;
use crate::ending::Ending;
use crate::shared;

/// Of which servers.
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  kycvs migrate --config /etc/kycvs/kycvs.toml

The first time it also makes the keys: copy their folder to each server. It makes none for a database that has tables.

Exit status: 0 the tables are up to date, 2 they are not.")]
pub(crate) struct Options {
    /// The configuration, with [stores]
    #[arg(long, value_name = "FILE.toml", value_parser = cli::path())]
    config: PathBuf,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Brings the tables up to date.
pub(crate) async fn run(options: Options) -> Result<Ending> {
    let kept = Configuration::read_kept(&options.config)?;
    let url = kept.stores.postgres.as_deref();
    let url = url.context("the configuration has no `stores.postgres`: there is nothing to migrate")?;
    let missing = shared::migrate(&kept, url).await?;
    match options.format {
        Format::Json => writeln!(io::stdout(), "{}", json!({ "migrations": missing }))?,
        Format::Text => writeln!(io::stdout(), "Applied {missing} migrations.")?,
    }
    Ok(Ending::Well)
}
