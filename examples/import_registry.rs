//! Imports a registry CSV file into a folder with an embedded, sealed store, and says what came of every bad row.
//!
//!     cargo run --release --example import_registry -- sample.csv --generate 1000000
//!     cargo run --release --example import_registry -- sample.csv --data registry

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use kycvs::registry::{ImportSummary, SealedRegistry};
use kycvs_examples::{BadRows, Data, Ending, RegistryFile, end, import, path, write_sample};
use kycvs_sample::SampleRegistry;
use lexopt::prelude::*;

const HELP: &str = "\
Imports a registry CSV file into an embedded store. Importing a file twice changes nothing the second time.

Usage: cargo run --release --example import_registry -- FILE.csv --data DIR [--bad-rows LIST]
       cargo run --release --example import_registry -- FILE.csv --generate N

  --data DIR       the folder with the store and its keys; it is made when it is missing, for its owner alone
  --bad-rows LIST  list all bad rows in a new file; on the terminal the first 1000 are listed and the others counted
  --generate N     write FILE.csv instead, which must not exist: a sample registry of N people who do not exist either
  --help           this text

The file is UTF-8 and begins with
  beneficiary_id,name,mobile,birth_date,product,given_on,dose_number,batch
It has a row for each dose, and one with the last four fields empty for a person without a dose.

Exit status: 0 all rows were imported, 1 some rows were bad (the rest was imported), 2 the flags, a file or the folder
could not be used.
";

/// How many bad rows are listed on the terminal.
const LISTED: u64 = 1_000;

enum Task {
    Import { file: PathBuf, folder: PathBuf, bad_rows: Option<PathBuf> },
    Generate { file: PathBuf, people: u64 },
    Help,
}

#[tokio::main]
async fn main() -> ExitCode {
    end(run().await)
}

async fn run() -> Result<Ending> {
    match Task::from_flags()? {
        Task::Import { file, folder, bad_rows } => import_into(&folder, &file, bad_rows.as_deref()).await,
        Task::Generate { file, people } => generate(&file, people),
        Task::Help => {
            io::stdout().write_all(HELP.as_bytes())?;
            Ok(Ending::Well)
        }
    }
}

async fn import_into(folder: &Path, file: &Path, bad_rows: Option<&Path>) -> Result<Ending> {
    let file = RegistryFile::open(file)?;
    let listed = BadRows::first(LISTED);
    let listed = match bad_rows {
        Some(list) => listed.and_in(list)?,
        None => listed,
    };
    let data = Data::open(Some(folder))?;
    let registry = SealedRegistry::new(&data.keys.registry, data.store.clone());
    let start = Instant::now();
    let summary = import(&registry, file, listed).await?;
    report(&summary, start.elapsed().as_secs_f64())?;
    if summary.households_written > 0 {
        drop((registry, data));
        Data::compact(folder)?;
    }
    Ok(if summary.bad_rows == 0 { Ending::Well } else { Ending::WithFaults })
}

fn report(summary: &ImportSummary, seconds: f64) -> io::Result<()> {
    let ImportSummary { rows, bad_rows, people_added, people_corrected, .. } = summary;
    let ImportSummary { doses_added, doses_corrected, doses_unchanged, .. } = summary;
    let rows_per_second = *rows as f64 / seconds;
    let mut out = io::stdout();
    writeln!(out, "rows    {rows} in {seconds:.1} s, {rows_per_second:.0} a second; {bad_rows} bad")?;
    writeln!(out, "people  {people_added} added, {people_corrected} corrected")?;
    writeln!(out, "doses   {doses_added} added, {doses_corrected} corrected, {doses_unchanged} unchanged")
}

fn generate(file: &Path, people: u64) -> Result<Ending> {
    let sample = SampleRegistry::new(1, people);
    let csv = File::create_new(file).with_context(|| format!("cannot make {}", file.display()))?;
    let rows = write_sample(&sample, csv).with_context(|| format!("cannot write {}", file.display()))?;
    writeln!(io::stdout(), "{}: {} people, {rows} rows", file.display(), sample.people())?;
    Ok(Ending::Well)
}

impl Task {
    fn from_flags() -> Result<Self> {
        let (mut file, mut folder, mut bad_rows, mut people) = (None, None, None, None);
        let mut flags = lexopt::Parser::from_env();
        while let Some(flag) = flags.next()? {
            match flag {
                Value(value) if file.is_none() => file = Some(path(value)?),
                Long("data") => folder = Some(path(flags.value()?)?),
                Long("bad-rows") => bad_rows = Some(path(flags.value()?)?),
                Long("generate") => people = Some(flags.value()?.parse()?),
                Long("help") | Short('h') => return Ok(Self::Help),
                other => return Err(other.unexpected().into()),
            }
        }
        let file = file.context("which file? Give FILE.csv (see --help)")?;
        match (folder, people) {
            (Some(folder), None) => Ok(Self::Import { file, folder, bad_rows }),
            (None, Some(_)) if bad_rows.is_some() => bail!("--bad-rows goes with --data (see --help)"),
            (None, Some(people)) => Ok(Self::Generate { file, people }),
            _ => bail!("give either --data DIR or --generate N (see --help)"),
        }
    }
}
