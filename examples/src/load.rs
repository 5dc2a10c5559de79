use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};
use kycvs::registry::{ImportEvent, ImportOptions, ImportSummary, SealedRegistry};
use kycvs_sample::SampleRegistry;
use tempfile::NamedTempFile;

/// How many bad rows are listed where the story is about something else; `import_registry` lists them all.
pub const A_FEW: u64 = 20;

/// Imports a CSV file with a progress bar, and lists the rows that are bad as they come, `listed` of them at most.
///
/// # Errors
/// A file that cannot be read or has another header, and a store that fails.
pub async fn import(registry: &SealedRegistry, file: &Path, listed: u64) -> Result<ImportSummary> {
    let csv = File::open(file).with_context(|| format!("cannot open {}", file.display()))?;
    let bytes = csv.metadata().map_or(0, |metadata| metadata.len());
    let bar = ProgressBar::new(bytes).with_style(style("importing {wide_bar} {bytes}/{total_bytes} {bytes_per_sec}"));

    let (mut told, mut listing) = (0, Ok(()));
    let mut on_event = |event| match event {
        ImportEvent::BadRow { line, reason } if told < listed && listing.is_ok() => {
            told += 1;
            listing = bar.suspend(|| writeln!(io::stdout(), "{}:{line}: not imported: {reason}", file.display()));
        }
        _ => {}
    };
    let imported = registry.import_csv(bar.wrap_read(csv), ImportOptions::default(), &mut on_event).await;
    bar.finish_and_clear();

    listing?;
    let summary = imported.with_context(|| format!("cannot import {}", file.display()))?;
    let unlisted = summary.bad_rows.saturating_sub(told);
    if unlisted > 0 {
        writeln!(io::stdout(), "and {unlisted} more rows that were not imported")?;
    }
    Ok(summary)
}

/// A sample registry as a CSV file, as a real one would come; the file is gone when this is dropped.
///
/// # Errors
/// A file that cannot be made or written.
pub fn sample_file(sample: &SampleRegistry) -> Result<NamedTempFile> {
    let file = NamedTempFile::new().context("cannot make a temporary file")?;
    write_sample(sample, file.as_file()).context("cannot write the sample registry")?;
    Ok(file)
}

/// Writes a sample registry as a CSV file with a progress display; gives the number of rows.
///
/// # Errors
/// Those of the writer.
pub fn write_sample(sample: &SampleRegistry, csv: impl Write) -> io::Result<u64> {
    let bar = ProgressBar::no_length().with_style(style("writing {bytes} of sample people {bytes_per_sec}"));
    let rows = sample.write_csv(bar.wrap_write(csv));
    bar.finish_and_clear();
    rows
}

/// A progress display is drawn on a terminal only, on standard error.
fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
