use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use kycvs::registry::{ImportEvent, ImportOptions, ImportSummary, SealedRegistry};
use serde_json::json;

use crate::cli::{self, Format};
use crate::config::{Configuration, StoreSettings};
use crate::ending::Ending;
use crate::stores::Stores;

/// What, and into where.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  kycvs import people.csv --data /var/lib/kycvs
  kycvs import people.csv --config /etc/kycvs/kycvs.toml --bad-rows bad.txt

The file is UTF-8 and begins with
  beneficiary_id,name,mobile,birth_date,product,given_on,dose_number,batch
It has a row for each dose, and one with the last four fields empty for a person without a dose. Importing it twice changes
nothing the second time. A row that is bad is named by its line and why, and the rest is imported.

Exit status: 0 all rows were imported, 1 some rows were bad, 2 a file or a store cannot be used.")]
pub(crate) struct Options {
    #[arg(value_name = "FILE.csv", value_parser = cli::path())]
    file: PathBuf,
    /// Into the embedded store of this folder; store and keys are made where there are none
    #[arg(long, value_name = "DIR", value_parser = cli::path(), required_unless_present = "config", conflicts_with = "config")]
    data: Option<PathBuf>,
    /// The folder of the keys; default DIR-keys beside the data
    #[arg(long, value_name = "DIR", value_parser = cli::path(), requires = "data")]
    keys: Option<PathBuf>,
    /// Into the [stores] of this configuration
    #[arg(long, value_name = "FILE.toml", value_parser = cli::path())]
    config: Option<PathBuf>,
    /// List all bad rows in this new file
    #[arg(long, value_name = "FILE", value_parser = cli::path())]
    bad_rows: Option<PathBuf>,
    /// How to tell what was done
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// How many bad rows are listed on the terminal.
const LISTED: u64 = 20;

/// Imports a file.
pub(crate) async fn run(options: Options) -> Result<Ending> {
    // Before anything is made for what is in it.
    let name = options.file.display();
    let csv = File::open(&options.file).with_context(|| format!("cannot open {name}"))?;
    let metadata = csv.metadata().with_context(|| format!("cannot open {name}"))?;
    if metadata.is_dir() {
        bail!("cannot open {name}: it is a folder");
    }
    let settings = match &options.config {
        Some(config) => Configuration::read_stores(config)?,
        None => StoreSettings::default(),
    };
    let settings = settings.or_folders(options.data.clone(), options.keys.clone());
    let bad_rows = BadRows::new(&options.file, options.bad_rows.as_deref())?;
    let stores = Stores::open(&settings).await?;
    let started = Instant::now();
    let summary = import(&stores.registry(), &options, csv, metadata.len(), bad_rows).await?;
    tell(&options, &summary, started)?;
    drop(stores);
    if let (Some(folders), true) = (settings.folders(), summary.households_written > 0) {
        folders.compact()?;
    }
    match summary {
        ImportSummary { rows, bad_rows, .. } if rows > 0 && rows == bad_rows => {
            bail!("no row of {name} could be imported")
        }
        ImportSummary { bad_rows: 0, .. } => Ok(Ending::Well),
        _ => Ok(Ending::WithFaults),
    }
}

async fn import(
    registry: &SealedRegistry,
    options: &Options,
    csv: impl Read + Send,
    bytes: u64,
    mut bad_rows: BadRows,
) -> Result<ImportSummary> {
    let style = "importing {wide_bar} {bytes}/{total_bytes} {bytes_per_sec}";
    let style = ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar());
    // It is drawn on a terminal only, on standard error.
    let bar = ProgressBar::new(bytes).with_style(style);
    let mut on_event = |event| {
        if let ImportEvent::BadRow { line, reason } = event {
            bad_rows.list(&bar, line, &reason);
        }
    };
    let imported = registry.import_csv(bar.wrap_read(csv), ImportOptions::default(), &mut on_event).await;
    bar.finish_and_clear();
    let summary = imported.with_context(|| format!("cannot import {}", options.file.display()))?;
    bad_rows.end(summary.bad_rows)?;
    Ok(summary)
}

fn tell(options: &Options, summary: &ImportSummary, started: Instant) -> Result<()> {
    let ImportSummary { rows, bad_rows, people_added, people_corrected, .. } = summary;
    let ImportSummary { doses_added, doses_corrected, doses_unchanged, .. } = summary;
    let mut out = io::stdout().lock();
    if options.format == Format::Json {
        let told = json!({
            "rows": rows, "bad_rows": bad_rows, "people_added": people_added, "people_corrected": people_corrected,
            "doses_added": doses_added, "doses_corrected": doses_corrected, "doses_unchanged": doses_unchanged,
        });
        writeln!(out, "{told}")?;
        return Ok(());
    }
    writeln!(out, "rows    {rows} in {:.1} s; {bad_rows} bad", started.elapsed().as_secs_f64())?;
    writeln!(out, "people  {people_added} added, {people_corrected} corrected")?;
    writeln!(out, "doses   {doses_added} added, {doses_corrected} corrected, {doses_unchanged} unchanged")?;
    Ok(())
}

/// Where the rows are listed that were not imported: the first on the terminal, all of them in a file.
struct BadRows {
    name: String,
    listed: u64,
    file: Option<(PathBuf, BufWriter<File>)>,
    /// Whether all of them are in the file.
    kept: io::Result<()>,
}

impl BadRows {
    fn new(csv: &Path, list: Option<&Path>) -> Result<Self> {
        let make = |path: &Path| {
            let file = File::create_new(path).with_context(|| format!("cannot make {}", path.display()))?;
            anyhow::Ok((path.to_owned(), BufWriter::new(file)))
        };
        Ok(Self { name: csv.display().to_string(), listed: 0, file: list.map(make).transpose()?, kept: Ok(()) })
    }

    fn list(&mut self, bar: &ProgressBar, line: u64, reason: &dyn std::fmt::Display) {
        let row = format!("{}:{line}: not imported: {reason}", self.name);
        if let (Some((_, file)), Ok(())) = (&mut self.file, &self.kept) {
            self.kept = writeln!(file, "{row}");
        }
        if self.listed < LISTED {
            self.listed += 1;
            // A terminal that went away does not stop the import.
            bar.suspend(|| drop(writeln!(io::stderr(), "{row}")));
        }
    }

    fn end(self, bad_rows: u64) -> Result<()> {
        if let Some((path, mut file)) = self.file {
            let kept = self.kept.and_then(|()| file.flush());
            kept.with_context(|| format!("cannot write {}", path.display()))?;
        }
        let unlisted = bad_rows.saturating_sub(self.listed);
        if unlisted > 0 && io::stderr().is_terminal() {
            writeln!(io::stderr(), "and {unlisted} more rows that were not imported; --bad-rows FILE lists them all")?;
        }
        Ok(())
    }
}
