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
use kycvs::registry::{CsvForm, DateOrder, ImportMode, ImportOptions, ImportSummary, SealedRegistry};
use kycvs_examples::{BadRows, Data, Ending, RegistryFile, end, import_by, path, today_in_india, write_sample};
use kycvs_sample::SampleRegistry;
use lexopt::prelude::*;

const HELP: &str = "\
Imports a registry CSV file into an embedded store. Importing a file twice changes nothing the second time.

Usage: cargo run --release --example import_registry -- FILE.csv --data DIR [--mode MODE] [--dates ORDER]
                                                         [--merge-duplicates] [--dry-run] [--bad-rows LIST]
       cargo run --release --example import_registry -- FILE.csv --generate N

  --data DIR       the folder with the store and its keys; it is made when it is missing, for its owner alone
  --mode MODE      snapshot (the default): the file has all doses of the people in it, and others are taken away; or
                   changes: the file has what is new
  --dates ORDER    day-first or month-first: what 03-04-2021 means; without it such a row is bad
  --merge-duplicates  merge two ids of one mobile with one name and one day of birth
  --dry-run        write nothing, and say what would be done
  --bad-rows LIST  list all bad rows, and other reports of a line, in a new file; on the terminal the first 1000 are
                   listed and the others counted
  --generate N     write FILE.csv instead, which must not exist: a sample registry of N people who do not exist either
  --help           this text

The file names its columns, in any order:
  beneficiary_id,name,mobile,birth_date,product,given_on,dose_number,batch
and, where it needs them, action and to. It has a row for each dose, and one with the last four fields empty for a person
without a dose. docs/importing.md says more.

Exit status: 0 all rows were imported, 1 some rows were bad (the rest was imported), 2 the flags, a file or the folder
could not be used.
";

/// How many bad rows are listed on the terminal.
const LISTED: u64 = 1_000;

enum Task {
    Import { file: PathBuf, folder: PathBuf, bad_rows: Option<PathBuf>, options: ImportOptions },
    Generate { file: PathBuf, people: u64 },
    Help,
}

#[tokio::main]
async fn main() -> ExitCode {
    end(run().await)
}

async fn run() -> Result<Ending> {
    match Task::from_flags()? {
        Task::Import { file, folder, bad_rows, options } => {
            import_into(&folder, &file, bad_rows.as_deref(), options).await
        }
        Task::Generate { file, people } => generate(&file, people),
        Task::Help => {
            io::stdout().write_all(HELP.as_bytes())?;
            Ok(Ending::Well)
        }
    }
}

async fn import_into(folder: &Path, file: &Path, bad_rows: Option<&Path>, options: ImportOptions) -> Result<Ending> {
    let file = RegistryFile::open(file)?;
    tell_form(file.form())?;
    let listed = BadRows::first(LISTED);
    let listed = match bad_rows {
        Some(list) => listed.and_in(list)?,
        None => listed,
    };
    let data = Data::open(Some(folder))?;
    let registry = SealedRegistry::open(&data.keys.registry, data.store.clone()).await?;
    let start = Instant::now();
    let summary = import_by(&options, &registry, file, listed).await?;
    report(&summary, start.elapsed().as_secs_f64())?;
    if summary.households_written > 0 && !options.dry_run {
        drop((registry, data));
        Data::compact(folder)?;
    }
    Ok(if summary.bad_rows == 0 { Ending::Well } else { Ending::WithFaults })
}

/// Says what is read and what is not, so that a column with a misspelt name does not go unnoticed.
fn tell_form(form: &CsvForm) -> io::Result<()> {
    let mut out = io::stdout();
    if form.header_line > 1 {
        writeln!(out, "header  in line {}; what is above it is passed over", form.header_line)?;
    }
    if !form.extra_columns.is_empty() {
        writeln!(out, "columns not read: {}", form.extra_columns.join(", "))?;
    }
    Ok(())
}

fn report(summary: &ImportSummary, seconds: f64) -> io::Result<()> {
    let ImportSummary { rows, bad_rows, rows_ignored, doubtful, .. } = summary;
    let ImportSummary { people_added, people_corrected, people_removed, people_moved, ids_merged, .. } = summary;
    let ImportSummary { doses_added, doses_corrected, doses_voided, doses_taken_away, doses_unchanged, .. } = summary;
    let rows_per_second = *rows as f64 / seconds;
    let mut out = io::stdout();
    writeln!(
        out,
        "rows    {rows} in {seconds:.1} s, {rows_per_second:.0} a second; {bad_rows} bad, {rows_ignored} ignored"
    )?;
    write!(out, "people  {people_added} added, {people_corrected} corrected, {people_removed} removed, ")?;
    writeln!(out, "{people_moved} moved, {ids_merged} merged; {doubtful} doubtful")?;
    write!(out, "doses   {doses_added} added, {doses_corrected} corrected, {doses_voided} voided, ")?;
    writeln!(out, "{doses_taken_away} taken away, {doses_unchanged} unchanged")
}

fn mode(word: &str) -> Result<ImportMode> {
    match word {
        "snapshot" => Ok(ImportMode::Snapshot),
        "changes" => Ok(ImportMode::Changes),
        _ => bail!("--mode is snapshot or changes"),
    }
}

fn date_order(word: &str) -> Result<DateOrder> {
    match word {
        "day-first" => Ok(DateOrder::DayFirst),
        "month-first" => Ok(DateOrder::MonthFirst),
        _ => bail!("--dates is day-first or month-first"),
    }
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
        let mut options = ImportOptions::new(today_in_india());
        let mut flags = lexopt::Parser::from_env();
        while let Some(flag) = flags.next()? {
            match flag {
                Value(value) if file.is_none() => file = Some(path(value)?),
                Long("data") => folder = Some(path(flags.value()?)?),
                Long("bad-rows") => bad_rows = Some(path(flags.value()?)?),
                Long("mode") => options.mode = mode(&flags.value()?.string()?)?,
                Long("dates") => options.date_order = date_order(&flags.value()?.string()?)?,
                Long("merge-duplicates") => options.merge_duplicates = true,
                Long("dry-run") => options.dry_run = true,
                Long("generate") => people = Some(flags.value()?.parse()?),
                Long("help") | Short('h') => return Ok(Self::Help),
                other => return Err(other.unexpected().into()),
            }
        }
        let file = file.context("which file? Give FILE.csv (see --help)")?;
        match (folder, people) {
            (Some(folder), None) => Ok(Self::Import { file, folder, bad_rows, options }),
            (None, Some(_)) if bad_rows.is_some() => bail!("--bad-rows goes with --data (see --help)"),
            (None, Some(people)) => Ok(Self::Generate { file, people }),
            _ => bail!("give either --data DIR or --generate N (see --help)"),
        }
    }
}
