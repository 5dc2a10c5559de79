//! A railway that asks for the vaccination status while it books, with the passenger's consent: the whole way from a
//! registry file to a signed answer, in one process.
//!
//!     cargo run --example railway_booking
//!     cargo run --example railway_booking -- --scripted --out shared
//!
//! Read `host.rs` first: it is what a host writes to put the service together. `interactive.rs` and `scripted.rs` use it.

mod choose;
mod family;
mod host;
mod interactive;
mod options;
mod scripted;
mod share;

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result};
use kycvs::domain::Policy;
use kycvs::registry::{ImportSummary, SealedRegistry};
use kycvs_examples::{BadRows, Data, Ending, RegistryFile, end, import, sample_file, today_in_india};
use kycvs_sample::SampleRegistry;
use options::Options;

#[tokio::main]
async fn main() -> ExitCode {
    end(run().await)
}

async fn run() -> Result<Ending> {
    let Some(options) = Options::from_flags()? else {
        io::stdout().write_all(options::HELP.as_bytes())?;
        return Ok(Ending::Well);
    };
    match &options.registry {
        Some(file) => book(&options, file).await,
        None => book(&options, sample_file(&SampleRegistry::new(1, options.people))?.path()).await,
    }
}

async fn book(options: &Options, file: &Path) -> Result<Ending> {
    let registry_file = RegistryFile::open(file)?;
    if let Some(out) = &options.out {
        share::make_folder(out)?;
    }
    let data = Data::open(options.data.as_deref())?;
    let registry = Arc::new(SealedRegistry::open(&data.keys.registry, data.store.clone()).await?);
    let bad_rows = if options.registry.is_some() { BadRows::a_few() } else { BadRows::of_sample() };
    tell_import(&import(&registry, registry_file, bad_rows).await?)?;
    let policy = Policy::builtin("in-kyc-vs").context("the policy in-kyc-vs is not built in")?;
    let cast = choose::from_file(file, &*registry, &policy, today_in_india()).await?;
    if options.interactive {
        // People of one's own file are not listed on the screen.
        let cast = options.registry.is_none().then_some(&cast);
        interactive::book(&data, registry, cast, options.out.as_deref()).await
    } else {
        scripted::book(&data, registry, &cast, options.out.as_deref()).await
    }
}

fn tell_import(summary: &ImportSummary) -> io::Result<()> {
    let ImportSummary { rows, bad_rows, people_added, doses_added, .. } = summary;
    writeln!(
        io::stdout(),
        "Registry: {rows} rows read, {people_added} people and {doses_added} doses new, {bad_rows} rows bad."
    )
}
