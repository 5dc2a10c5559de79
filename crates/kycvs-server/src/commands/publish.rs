use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use kycvs::token::StatusListToken;
use serde_json::json;

use super::audit_lists::MAX_LISTS_BYTES;
use crate::bounded;
use crate::cli::{self, Format};
use crate::config::Configuration;
use crate::ending::Ending;
use crate::place::{Nowhere, builder};
use crate::stores::Stores;

/// Whose lists.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  kycvs publish --config /etc/kycvs/kycvs.toml
  curl -o lists/all https://kycvs.example/s/all
  kycvs publish --config /etc/kycvs/kycvs.toml --recover lists

Servers publish by themselves. After restoring a database from a backup, stop all servers, collect every published status list, those of CDNs and gates included, run this with --recover, and start the servers again: no withdrawal is lost, and no position is assigned twice.

Exit status: 0 done, 2 failed; of a recovery nothing is written then, unless the error says that it is.")]
pub(crate) struct Options {
    /// The configuration, with [issuer] and [stores]
    #[arg(long, value_name = "FILE.toml", value_parser = cli::path())]
    config: PathBuf,
    /// The embedded store in this folder
    #[arg(long, value_name = "DIR", value_parser = cli::path())]
    data: Option<PathBuf>,
    /// The folder of the keys; default: DIR-keys next to the data
    #[arg(long, value_name = "DIR", value_parser = cli::path())]
    keys: Option<PathBuf>,
    /// First restore what the database lost, from a folder of published lists, one on each line
    #[arg(long, value_name = "DIR", value_parser = cli::path())]
    recover: Option<PathBuf>,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Publishes the status lists that are due, after a restored database was brought up to what is published.
pub(crate) async fn run(options: Options) -> Result<Ending> {
    let Configuration { http: config, stores, flow, service, log, signing, .. } = Configuration::read(&options.config)?;
    let published = options.recover.as_deref().map(lists_in).transpose()?;
    let mut stores = Stores::open_existing(&stores.or_folders(options.data, options.keys)).await?;
    stores.keys.sign_by(&signing)?;
    let (builder, _) = builder(&stores, &config, log.as_ref(), stores.keys.signing()?).await?;
    let builder = service.apply_to(builder.sender(std::sync::Arc::new(Nowhere)), &flow, &config.policies)?;
    let service = config.apply_to(builder)?.build()?;
    let recovered = match published {
        Some(published) => Some(service.recover_status_lists(&published).await?),
        None => None,
    };
    let kept = service.keep().await;
    let lists = match recovered {
        Some(_) => kept.context("the lists are recovered, and not published yet")?.lists,
        None => kept?.lists,
    };
    let mut out = io::stdout();
    match options.format {
        Format::Json => {
            let recovered = recovered.map(|of| json!({ "lists": of.lists, "first_shard": of.first_shard }));
            writeln!(out, "{}", json!({ "published": lists, "recovered": recovered }))?;
        }
        Format::Text => {
            if let Some(recovered) = recovered {
                writeln!(
                    out,
                    "Recovered: {} lists; new positions begin at shard {}.",
                    recovered.lists, recovered.first_shard
                )?;
            }
            writeln!(out, "Published: {lists} lists.")?;
        }
    }
    Ok(Ending::Well)
}

/// The lists of a folder, each on a line of its own, as `/s/all` serves them.
fn lists_in(folder: &Path) -> Result<Vec<Vec<u8>>> {
    let mut lists = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if path.is_file() {
            let text = bounded::text(&path, MAX_LISTS_BYTES)?;
            for list in text.split_whitespace() {
                let read = StatusListToken::from_kept(list.to_owned()).claims_unverified();
                read.with_context(|| format!("{} holds what is no list", path.display()))?;
                lists.push(list.as_bytes().to_vec());
            }
        }
    }
    if lists.is_empty() {
        bail!("there is no list in {}", folder.display());
    }
    Ok(lists)
}
