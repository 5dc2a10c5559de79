use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use kycvs::registry::{CSV_HEADER, ImportError, ImportEvent, ImportOptions, ImportSummary, SealedRegistry};
use kycvs_sample::SampleRegistry;
use tempfile::NamedTempFile;

use crate::{BadRows, Lines, fields};

/// The header, quoted and with spaces, is not longer.
const MAX_HEADER_BYTES: usize = 512;

/// A registry file that is there, can be read, and begins as one does. It is opened before anything is made for what is in it.
pub struct RegistryFile {
    path: PathBuf,
    bytes: u64,
    rows: BufReader<File>,
}

impl RegistryFile {
    /// Opens a file.
    ///
    /// # Errors
    /// One that is missing, may not be read, is a folder, or has another header.
    pub fn open(path: &Path) -> Result<Self> {
        let csv = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
        let metadata = csv.metadata().ok();
        if metadata.as_ref().is_some_and(|metadata| metadata.is_dir()) {
            bail!("cannot open {}: it is a folder", path.display());
        }
        let mut rows = BufReader::new(csv);
        read_header(&mut rows).with_context(|| cannot_import(path))?;
        Ok(Self { path: path.to_owned(), bytes: metadata.map_or(0, |metadata| metadata.len()), rows })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Imports a registry file with a progress bar, and lists the rows that are bad.
///
/// # Errors
/// A file that cannot be read or has another header, a store that fails, and a list that cannot be written.
pub async fn import(registry: &SealedRegistry, file: RegistryFile, mut bad_rows: BadRows) -> Result<ImportSummary> {
    let RegistryFile { path, bytes, rows } = file;
    let bar = ProgressBar::new(bytes).with_style(style("importing {wide_bar} {bytes}/{total_bytes} {bytes_per_sec}"));
    let mut on_event = |event| {
        if let ImportEvent::BadRow { line, reason } = event {
            bad_rows.tell(&bar, &format!("{}:{line}: not imported: {reason}", path.display()));
        }
    };
    // The header was read when the file was opened.
    let header = format!("{CSV_HEADER}\n");
    let csv = header.as_bytes().chain(bar.wrap_read(rows));
    let imported = registry.import_csv(csv, ImportOptions::default(), &mut on_event).await;
    bar.finish_and_clear();

    let summary = imported.with_context(|| cannot_import(&path))?;
    bad_rows.end(summary.bad_rows)?;
    Ok(summary)
}

/// Reads the first line, with a byte order mark or without.
fn read_header(rows: &mut BufReader<File>) -> Result<(), ImportError> {
    let mut lines = Lines::new(rows, MAX_HEADER_BYTES);
    let line = String::from_utf8_lossy(lines.next_line()?.unwrap_or_default());
    let names = fields(line.strip_prefix('\u{feff}').unwrap_or(&line));
    if names.iter().map(String::as_str).eq(CSV_HEADER.split(',')) { Ok(()) } else { Err(ImportError::Header) }
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
