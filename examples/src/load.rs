use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressBarIter, ProgressStyle};
use kycvs::registry::{CsvForm, ImportEvent, ImportOptions, ImportSummary, RegistryCsv, SealedRegistry};
use kycvs_sample::SampleRegistry;
use tempfile::NamedTempFile;

use crate::{BadRows, today_in_india};

/// A registry file that is there, can be read, and begins as one does. It is opened before anything is made for what is in it.
pub struct RegistryFile {
    path: PathBuf,
    bar: ProgressBar,
    csv: RegistryCsv<ProgressBarIter<File>>,
}

impl RegistryFile {
    /// Opens a file.
    ///
    /// # Errors
    /// One that is missing, may not be read, is a folder, or has no header.
    pub fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
        let metadata = file.metadata().ok();
        if metadata.as_ref().is_some_and(|metadata| metadata.is_dir()) {
            bail!("cannot open {}: it is a folder", path.display());
        }
        let bar = ProgressBar::new(metadata.map_or(0, |metadata| metadata.len()));
        let csv = RegistryCsv::open(bar.wrap_read(file)).with_context(|| cannot_import(path))?;
        let bar = bar.with_style(style("importing {wide_bar} {bytes}/{total_bytes} {bytes_per_sec}"));
        Ok(Self { path: path.to_owned(), bar, csv })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What was found of it before its rows.
    pub fn form(&self) -> &CsvForm {
        self.csv.form()
    }
}

/// Imports a registry file of today with a progress bar, and lists what it did that nobody may have meant.
///
/// # Errors
/// A file that cannot be read, a store that fails, and a list that cannot be written.
pub async fn import(registry: &SealedRegistry, file: RegistryFile, lines: BadRows) -> Result<ImportSummary> {
    import_by(&ImportOptions::new(today_in_india()), registry, file, lines).await
}

/// The same, as the options say.
///
/// # Errors
/// As for [`import`].
pub async fn import_by(
    options: &ImportOptions,
    registry: &SealedRegistry,
    file: RegistryFile,
    mut lines: BadRows,
) -> Result<ImportSummary> {
    let RegistryFile { path, bar, csv } = file;
    let mut listed = 0;
    let mut on_event = |event: ImportEvent| {
        if let Some(line) = event.line() {
            listed += 1;
            lines.tell(&bar, &format!("{}:{line}: {event}", path.display()));
        }
    };
    let imported = registry.import_csv(csv, options, &mut on_event).await;
    bar.finish_and_clear();

    let summary = imported.with_context(|| cannot_import(&path))?;
    lines.end(listed)?;
    Ok(summary)
}

fn cannot_import(path: &Path) -> String {
    format!("cannot import {}", path.display())
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
