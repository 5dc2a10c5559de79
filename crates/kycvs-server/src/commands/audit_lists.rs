use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use chrono::{DateTime, TimeDelta, Utc};
use kycvs::token::{MAX_STATUS_LIST_BYTES, MAX_STATUS_LISTS, StatusListClaims, StatusListToken};
use kycvs::transparency::{VerifierKey, hash_leaf};
use kycvs::{Clock, StatusService, SystemClock, leaf_of, statement_of_list};
use sha2::{Digest, Sha256};

use crate::ending::Ending;
use crate::place::Place;
use crate::{bounded, cli};

#[derive(clap::Args)]
#[command(after_help = "\
Example:
  curl -s https://kycvs.example/s/all > lists/$(date +%s)
  kycvs audit lists lists/* --config /etc/kycvs/kycvs.toml

An auditor fetches the lists every five minutes, from anywhere. It checks that no bit of a list is ever cleared, that no two lists of a name have the same time, and that each is in the public log; a list of the last day may not be there yet.

Exit status: 0 all is right, 1 something is not, 2 a file cannot be read.")]
pub(crate) struct Lists {
    #[command(flatten)]
    place: Place,
    /// Status lists as they were published, one on each line
    #[arg(required = true, value_name = "FILE", value_parser = cli::path())]
    files: Vec<PathBuf>,
}

/// The longest file of lists, one on each line: as many as a gate holds.
pub(super) const MAX_LISTS_BYTES: u64 = (MAX_STATUS_LISTS * MAX_STATUS_LIST_BYTES) as u64;

/// How long the log may take (docs/audit.md).
const IN_THE_LOG_WITHIN: TimeDelta = TimeDelta::hours(24);

/// Checks lists that somebody kept against each other and against the log.
pub(crate) async fn run(options: &Lists) -> Result<Ending> {
    let mut lists = BTreeMap::new();
    for file in &options.files {
        for list in read(file)? {
            let claims =
                list.claims_unverified().with_context(|| format!("{} holds what is no list", file.display()))?;
            lists.insert((claims.uri.clone(), claims.issued_at, list.as_str().to_owned()), (list, claims));
        }
    }
    let lists: Vec<(StatusListToken, StatusListClaims)> = lists.into_values().collect();
    let mut faults = fallen(&lists);
    let service = options.place.service().await?;
    let key = service.log_key().context("there is no log")?.clone();
    let mut waiting = 0;
    for (list, claims) in &lists {
        match is_in_log(&service, &key, list).await? {
            true => {}
            false if SystemClock.now() < claims.issued_at + IN_THE_LOG_WITHIN => waiting += 1,
            false => faults.push(format!("{} is not in the log", named(&claims.uri, claims.issued_at))),
        }
    }
    for fault in &faults {
        writeln!(io::stderr(), "{fault}")?;
    }
    writeln!(io::stdout(), "{} lists: {waiting} wait for the log, {} faults", lists.len(), faults.len())?;
    Ok(if faults.is_empty() { Ending::Well } else { Ending::WithFaults })
}

/// The tokens of a file.
pub(super) fn read(file: &Path) -> Result<Vec<StatusListToken>> {
    let text = bounded::text(file, MAX_LISTS_BYTES)?;
    let lists: Vec<_> = text.split_whitespace().map(|list| StatusListToken::from_kept(list.to_owned())).collect();
    if lists.is_empty() {
        bail!("there is no list in {}", file.display());
    }
    Ok(lists)
}

/// What the log has of a list.
pub(super) fn leaf(list: &StatusListToken) -> Result<[u8; 32]> {
    Ok(leaf_of(&[0; 16], 0, &Sha256::digest(statement_of_list(list)?).into()))
}

async fn is_in_log(service: &StatusService, key: &VerifierKey, list: &StatusListToken) -> Result<bool> {
    let Some(proof) = service.log_proof_of_list(list).await? else { return Ok(false) };
    Ok(proof.verify(&hash_leaf(&leaf(list)?), key).is_ok())
}

/// Where a list takes back what the one before it said. They are sorted by name and time.
fn fallen(lists: &[(StatusListToken, StatusListClaims)]) -> Vec<String> {
    let pairs = lists.windows(2).filter_map(|pair| match pair {
        [(_, before), (_, after)] if before.uri == after.uri => Some((before, after)),
        _ => None,
    });
    let fault = |(before, after): (&StatusListClaims, &StatusListClaims)| {
        let name = named(&after.uri, after.issued_at);
        if before.issued_at == after.issued_at {
            return Some(format!("{name} was signed twice, in two ways"));
        }
        match before.list.clone().join(&after.list) {
            Ok(0) => None,
            Ok(fallen) => Some(format!("{name}: {fallen} bits fell that had risen before")),
            Err(error) => Some(format!("{name}: {error}")),
        }
    };
    pairs.filter_map(fault).collect()
}

fn named(uri: &str, issued_at: DateTime<Utc>) -> String {
    format!("{uri} of {}", issued_at.format("%Y-%m-%dT%H:%M:%SZ"))
}
