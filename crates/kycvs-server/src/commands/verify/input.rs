use std::io;
use std::path::Path;
#[cfg(feature = "scan")]
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use kycvs_lab::Lines;
use serde::Serialize;

use crate::bounded::{self, FileError};

/// The longest input on standard input: a card in sixteen codes.
const MAX_LINE_BYTES: usize = 128 * 1024;
/// The longest file: a picture.
const MAX_FILE_BYTES: u64 = 5 << 20;

/// The input's file, or its number from 1.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Place {
    Number(usize),
    File(String),
}

/// Hands over each input that is named, or each line of standard input, as what it shows: of a picture or PDF the code. An input that
/// cannot be read comes with the word that says why, and does not stop the others.
///
/// # Errors
/// Those of `judge`, and of standard input.
pub(super) fn for_each(
    inputs: &[String],
    mut judge: impl FnMut(Place, Result<Vec<u8>, &'static str>) -> Result<()>,
) -> Result<()> {
    for (input, number) in inputs.iter().zip(1..) {
        if Path::new(input).exists() {
            let shown = read(Path::new(input)).and_then(shown_in);
            judge(Place::File(input.clone()), shown)?;
        } else {
            judge(Place::Number(number), Ok(input.clone().into_bytes()))?;
        }
    }
    if inputs.is_empty() {
        let mut lines = Lines::new(io::stdin().lock(), MAX_LINE_BYTES);
        let mut number = 0;
        while let Some(line) = lines.next_line().context("cannot read standard input")? {
            if !line.trim_ascii().is_empty() {
                number += 1;
                judge(Place::Number(number), Ok(line.to_vec()))?;
            }
        }
    }
    Ok(())
}

/// Whether a text that is no certificate was meant as a file: it is in a folder, or ends as the files of certificates do. Nothing in
/// JSON, no URL and nothing with a longer part than a file's name is.
pub(super) fn looks_like_a_file(shown: &[u8]) -> bool {
    const ENDS: [&str; 8] = ["pdf", "png", "jpg", "jpeg", "json", "txt", "jwt", "smart-health-card"];
    let ends =
        |path: &Path| path.extension().is_some_and(|end| ENDS.iter().any(|known| end.eq_ignore_ascii_case(known)));
    let is_path = |text: &str| {
        let is_other = text.contains(['{', '"', '\n']) || text.contains("://");
        !is_other && text.split('/').all(|part| part.len() < 256) && (text.contains('/') || ends(Path::new(text)))
    };
    std::str::from_utf8(shown).is_ok_and(is_path)
}

/// What a file shows. A picture or PDF is read for two seconds at most.
#[cfg(feature = "scan")]
fn shown_in(file: Vec<u8>) -> Result<Vec<u8>, &'static str> {
    let start = Instant::now();
    kycvs_scan::shown_in(&file, &|| start.elapsed() < Duration::from_secs(2)).map_err(|error| error.code())
}

#[cfg(not(feature = "scan"))]
fn shown_in(file: Vec<u8>) -> Result<Vec<u8>, &'static str> {
    Ok(file)
}

/// Reads a file without the byte order mark that programs for Windows begin a text with.
fn read(path: &Path) -> Result<Vec<u8>, &'static str> {
    let mut bytes = bounded::read(path, MAX_FILE_BYTES).map_err(|error| match error {
        FileError::TooLong { .. } => "too-large",
        FileError::Unreadable { .. } | FileError::NotUtf8(_) => "unreadable",
    })?;
    if bytes.starts_with("\u{FEFF}".as_bytes()) {
        bytes.drain(..3);
    }
    Ok(bytes)
}
