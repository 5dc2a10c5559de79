use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter, Cursor, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use async_trait::async_trait;
use indicatif::{ProgressBar, ProgressStyle};
use kycvs::registry::{
    Corrected, DateOrder, ImportEvent, ImportMode, ImportOptions, ImportSummary, OnCorrection, RegistryCsv,
    SealedRegistry,
};
use kycvs::store::StoreError;
use kycvs::{Clock, Correction, Corrections, SystemClock};

use super::import_fhir::{self, FhirFile};
use crate::cli::{self, Format};
use crate::config::{Configuration, StoreSettings};
use crate::ending::Ending;
use crate::stores::Stores;
use crate::today::today_in_india;

/// What, and into where.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  kycvs import people.csv --data /var/lib/kycvs
  kycvs import people.csv --config /etc/kycvs/kycvs.toml \\
    --bad-rows bad-rows.jsonl

The file names its columns, in any order:
  beneficiary_id,name,mobile,birth_date,product,given_on,dose_number,batch

It may also have action and to. It has a row for each dose; for a person without a dose, one with the last four fields empty.

With --from fhir it is a FHIR R4 bundle of a patient and their immunizations, as India's NRCeS defines it, or a file ….ndjson with one on each line.

Importing a file again changes nothing. A bad row is reported with its line and the reason, and the rest is imported; docs/importing.md lists all that is reported.

Exit status: 0 all rows were imported, 1 some rows were bad, 2 a file or a store cannot be used.")]
#[command(group = clap::ArgGroup::new("stores").args(["data", "config"]).required(true))]
pub(crate) struct Options {
    /// The file to import
    #[arg(value_name = "FILE", value_parser = cli::path())]
    file: PathBuf,
    /// The format of the file
    #[arg(long, value_enum, value_name = "FORM", default_value_t)]
    from: Form,
    /// Import into the embedded store in this folder; store and keys are made if missing
    #[arg(long, value_name = "DIR", value_parser = cli::path())]
    data: Option<PathBuf>,
    /// The folder of the keys; default: DIR-keys next to the data
    #[arg(long, value_name = "DIR", value_parser = cli::path(), requires = "data")]
    keys: Option<PathBuf>,
    /// Import into the [stores] of this configuration
    #[arg(long, value_name = "FILE.toml", value_parser = cli::path())]
    config: Option<PathBuf>,
    /// Whether the file has all doses of its people, so that others are removed, or only changes
    #[arg(long, value_enum, default_value_t)]
    mode: Mode,
    /// What comes first in a date such as 03-04-2021; without this, such a row is bad
    #[arg(long, value_enum, value_name = "ORDER")]
    dates: Option<Dates>,
    /// Merge two ids on one mobile that have the same name and day of birth
    #[arg(long)]
    merge_duplicates: bool,
    /// Write nothing, and report what would be done
    #[arg(long)]
    dry_run: bool,
    /// Write everything that is reported about a line to this new file, a JSON object on each line
    #[arg(long, value_name = "FILE", value_parser = cli::path())]
    bad_rows: Option<PathBuf>,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    #[default]
    Csv,
    Fhir,
}

#[derive(Clone, Copy, Default, clap::ValueEnum)]
enum Mode {
    #[default]
    Snapshot,
    Changes,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Dates {
    DayFirst,
    MonthFirst,
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
    let mut settings = settings.or_folders(options.data.clone(), options.keys.clone());
    let tried = tempfile::tempdir().context("cannot make a folder to try the import in")?;
    if options.dry_run && settings.folders().is_some_and(|folders| !folders.exist()) {
        settings = settings.or_folders(Some(tried.path().join("data")), Some(tried.path().join("keys")));
    }
    let bar = ProgressBar::new(metadata.len());
    let (csv, fhir): (Box<dyn Read + Send>, _) = match options.from {
        Form::Csv => (Box::new(bar.wrap_read(csv)), None),
        Form::Fhir => {
            let FhirFile { csv, places, faults, bytes } = import_fhir::read(&options.file)?;
            (Box::new(Cursor::new(csv)), Some((places, faults, bytes)))
        }
    };
    let csv = RegistryCsv::open(csv).with_context(|| format!("cannot import {name}"))?;
    if !csv.form().extra_columns.is_empty() {
        writeln!(io::stderr(), "{name}: columns not read: {}", csv.form().extra_columns.join(", "))?;
    }
    let mut bad_rows = BadRows::new(&options.file, options.bad_rows.as_deref())?;
    let fhir = fhir.map(|(places, faults, bytes)| (bad_rows.list_fhir(places, &faults), bytes));
    let stores = Stores::open(&settings).await?;
    let started = Instant::now();
    let mut summary = import(&stores.registry().await?, stores.corrections(), &options, csv, bar, bad_rows).await?;
    if let Some((bad_resources, bytes)) = fhir {
        summary.rows += bad_resources;
        summary.rows_done += bad_resources;
        summary.bad_rows += bad_resources;
        summary.bytes = bytes;
    }
    report(&options, &summary, started)?;
    drop(stores);
    if let (Some(folders), true) = (settings.folders(), summary.households_written > 0 && !options.dry_run) {
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
    corrections: Corrections,
    options: &Options,
    csv: RegistryCsv<impl Read + Send>,
    bar: ProgressBar,
    mut bad_rows: BadRows,
) -> Result<ImportSummary> {
    let style = "importing {wide_bar} {bytes}/{total_bytes} {bytes_per_sec}";
    let style = ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar());
    // It is drawn on a terminal only, on standard error.
    let bar = bar.with_style(style);
    let how = ImportOptions {
        mode: match options.mode {
            Mode::Snapshot => ImportMode::Snapshot,
            Mode::Changes => ImportMode::Changes,
        },
        date_order: match options.dates {
            None => DateOrder::Unknown,
            Some(Dates::DayFirst) => DateOrder::DayFirst,
            Some(Dates::MonthFirst) => DateOrder::MonthFirst,
        },
        merge_duplicates: options.merge_duplicates,
        dry_run: options.dry_run,
        on_correction: Some(Arc::new(Announced(corrections))),
        ..ImportOptions::new(today_in_india())
    };
    let mut on_event = |event| bad_rows.list(&bar, &event);
    let imported = registry.import_csv(csv, &how, &mut on_event).await;
    bar.finish_and_clear();
    let summary = imported.with_context(|| format!("cannot import {}", options.file.display()))?;
    bad_rows.end()?;
    Ok(summary)
}

/// What the import corrects, for the servers that have answered from it.
struct Announced(Corrections);

#[async_trait]
impl OnCorrection for Announced {
    async fn corrected(&self, corrected: &[Corrected]) -> Result<(), StoreError> {
        let mut corrections = Vec::with_capacity(corrected.len());
        for Corrected { mobile, erased } in corrected {
            corrections.push(Correction { mobile: *mobile, erased: None });
            corrections.extend(erased.iter().map(|person| Correction { mobile: *mobile, erased: Some(*person) }));
        }
        self.0.announce(&corrections, SystemClock.now()).await.map_err(StoreError::unavailable)
    }
}

impl fmt::Debug for Announced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Announced")
    }
}

fn report(options: &Options, summary: &ImportSummary, started: Instant) -> Result<()> {
    let ImportSummary { rows, bad_rows, rows_ignored, doubtful, .. } = summary;
    let ImportSummary { people_added, people_corrected, people_removed, people_moved, ids_merged, .. } = summary;
    let ImportSummary { doses_added, doses_corrected, doses_voided, doses_taken_away, doses_unchanged, .. } = summary;
    let mut out = io::stdout().lock();
    if options.format == Format::Json {
        writeln!(out, "{}", serde_json::to_string(summary)?)?;
        return Ok(());
    }
    let seconds = started.elapsed().as_secs_f64();
    writeln!(out, "rows    {rows} in {seconds:.1} s; {bad_rows} bad, {rows_ignored} ignored")?;
    write!(out, "people  {people_added} added, {people_corrected} corrected, {people_removed} removed, ")?;
    writeln!(out, "{people_moved} moved, {ids_merged} merged; {doubtful} doubtful")?;
    write!(out, "doses   {doses_added} added, {doses_corrected} corrected, {doses_voided} voided, ")?;
    writeln!(out, "{doses_taken_away} taken away, {doses_unchanged} unchanged")?;
    Ok(())
}

/// Where is listed what is reported about a line: the first on the terminal, all in a file.
struct BadRows {
    name: String,
    /// Of FHIR, where each row of the table comes from.
    places: Vec<String>,
    reported: u64,
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
        Ok(Self {
            name: csv.display().to_string(),
            places: Vec::new(),
            reported: 0,
            file: list.map(make).transpose()?,
            kept: Ok(()),
        })
    }

    /// Lists what of FHIR gave no row; returns how much that is.
    fn list_fhir(&mut self, places: Vec<String>, faults: &[(String, &'static str)]) -> u64 {
        self.places = places;
        for (place, reason) in faults {
            if let (Some((_, file)), Ok(())) = (&mut self.file, &self.kept) {
                self.kept = writeln!(file, "{}", serde_json::json!({ "place": place, "reason": reason }));
            }
            self.reported += 1;
            if self.reported <= LISTED {
                // A terminal that went away does not stop the import.
                let place = if place.is_empty() { String::new() } else { format!(" {place}:") };
                drop(writeln!(io::stderr(), "{}:{place} {reason}", self.name));
            }
        }
        faults.len() as u64
    }

    fn list(&mut self, bar: &ProgressBar, event: &ImportEvent) {
        let Some(line) = event.line() else { return };
        if let (Some((_, file)), Ok(())) = (&mut self.file, &self.kept) {
            self.kept = serde_json::to_string(event).map_err(io::Error::from).and_then(|json| writeln!(file, "{json}"));
        }
        self.reported += 1;
        if self.reported <= LISTED {
            // A terminal that went away does not stop the import.
            // The first line is the header.
            let place = usize::try_from(line).ok().and_then(|line| self.places.get(line.checked_sub(2)?));
            let place = place.map_or(format!("{line}"), |place| format!(" {place}"));
            bar.suspend(|| drop(writeln!(io::stderr(), "{}:{place}: {event}", self.name)));
        }
    }

    fn end(self) -> Result<()> {
        if let Some((path, mut file)) = self.file {
            let kept = self.kept.and_then(|()| file.flush());
            kept.with_context(|| format!("cannot write {}", path.display()))?;
        }
        let unlisted = self.reported.saturating_sub(LISTED);
        if unlisted > 0 && io::stderr().is_terminal() {
            writeln!(io::stderr(), "and {unlisted} more lines; --bad-rows FILE lists them all")?;
        }
        Ok(())
    }
}
