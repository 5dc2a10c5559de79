use std::fs::File;
use std::io::{BufRead, BufReader, Read as _};
use std::path::Path;

use anyhow::{Context, Result, bail};
use kycvs_records::fhir::{self, FhirError, Row};

use crate::bounded;

/// The columns of a registry's file, in the order in which the rows of a bundle have them.
const HEADER: [&str; 8] =
    ["beneficiary_id", "name", "mobile", "birth_date", "product", "given_on", "dose_number", "batch"];

/// What FHIR files hold, as the table that an import reads.
pub(super) struct FhirFile {
    /// The table, with its header.
    pub(super) csv: Vec<u8>,
    /// Where each of its rows comes from.
    pub(super) places: Vec<String>,
    /// What gave no row, and why.
    pub(super) faults: Vec<(String, &'static str)>,
    /// How much was read.
    pub(super) bytes: u64,
}

/// Reads a bundle, or of a file `….ndjson` a bundle on each line.
pub(super) fn read(path: &Path) -> Result<FhirFile> {
    let unreadable = || format!("cannot read {}", path.display());
    let mut table =
        Table { writer: csv::Writer::from_writer(Vec::new()), places: Vec::new(), faults: Vec::new(), bytes: 0 };
    table.writer.write_record(HEADER)?;
    if path.extension().is_some_and(|extension| extension == "ndjson") {
        let mut file = BufReader::new(File::open(path).with_context(unreadable)?);
        let (limit, mut text) = (fhir::MAX_BYTES as u64 + 2, Vec::new());
        for line in 1_u64.. {
            text.clear();
            if file.by_ref().take(limit).read_until(b'\n', &mut text).with_context(unreadable)? == 0 {
                break;
            }
            if text.len() > fhir::MAX_BYTES && !text.ends_with(b"\n") {
                bail!("{}: line {line} is longer than 1 MiB", path.display());
            }
            table.bytes += text.len() as u64;
            if !text.trim_ascii().is_empty() {
                table.add(&text, Some(line))?;
            }
        }
    } else {
        let bundle = bounded::read(path, fhir::MAX_BYTES as u64)?;
        table.bytes = bundle.len() as u64;
        table.add(&bundle, None)?;
    }
    let Table { writer, places, faults, bytes } = table;
    Ok(FhirFile { csv: writer.into_inner().context("the table could not be held")?, places, faults, bytes })
}

struct Table {
    writer: csv::Writer<Vec<u8>>,
    places: Vec<String>,
    faults: Vec<(String, &'static str)>,
    bytes: u64,
}

impl Table {
    fn add(&mut self, bundle: &[u8], line: Option<u64>) -> Result<()> {
        // Editors and exports on Windows put a byte order mark first.
        let bundle = bundle.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bundle);
        let place = |pointer: String| match line {
            Some(line) if pointer.is_empty() => format!("line {line}"),
            Some(line) => format!("line {line}, {pointer}"),
            None => pointer,
        };
        for row in fhir::rows(bundle) {
            match row {
                Ok(row) => {
                    let Row {
                        pointer,
                        beneficiary_id,
                        name,
                        mobile,
                        birth_date,
                        product,
                        given_on,
                        dose_number,
                        batch,
                    } = row;
                    // A line break in a field would move the lines that follow.
                    let fields = [beneficiary_id, name, mobile, birth_date, product, given_on, dose_number, batch];
                    if fields.iter().any(|field| field.contains(['\n', '\r'])) {
                        self.faults.push((place(pointer), "a text with a line break"));
                        continue;
                    }
                    self.writer.write_record(fields)?;
                    self.places.push(place(pointer));
                }
                Err(FhirError { pointer, reason }) => self.faults.push((place(pointer), reason)),
            }
        }
        Ok(())
    }
}
