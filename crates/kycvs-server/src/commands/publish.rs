use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::json;

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

The servers publish by themselves. After a database was restored from a backup, stop all of them, collect every status list that is
published anywhere, also by a CDN or at a gate, run this with --recover, and start them again: no withdrawal falls, and no position is
given twice.

Exit status: 0 it is done, 2 it could not be done, and nothing was written.")]
pub(crate) struct Options {
    /// The configuration, with [issuer] and [stores]
    #[arg(long, value_name = "FILE.toml", value_parser = cli::path())]
    config: PathBuf,
    /// The embedded store of this folder
    #[arg(long, value_name = "DIR", value_parser = cli::path())]
    data: Option<PathBuf>,
    /// The folder of the keys; default DIR-keys beside the data
    #[arg(long, value_name = "DIR", value_parser = cli::path())]
    keys: Option<PathBuf>,
    /// First bring back what the database has forgotten: a folder of the lists as they were published, one on a line
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
    let lists = service.keep().await?.lists;
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
                    "Recovered: {} lists; positions are given from shard {} on.",
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
            let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            lists.extend(text.split_whitespace().map(|list| list.as_bytes().to_vec()));
        }
    }
    if lists.is_empty() {
        bail!("there is no list in {}", folder.display());
    }
    Ok(lists)
}
