//! Status lists from a folder, as a gate without a network holds them.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use crate::{InsertError, Inserted, MAX_STATUS_LIST_BYTES, MAX_STATUS_LISTS, Refusal, StatusLists, TokenVerifier};

/// The most files of a folder that are read.
const MAX_FILES: usize = 2 * MAX_STATUS_LISTS;

/// A list of a folder that was not taken as it is. What was held before holds on, and the other lists are read.
#[derive(Debug)]
pub struct ListFault {
    /// The file.
    pub path: PathBuf,
    /// The line in it, from 1.
    pub line: usize,
    /// What is wrong.
    pub problem: ListProblem,
}

/// What is wrong with a list of a folder.
#[derive(Debug)]
#[non_exhaustive]
pub enum ListProblem {
    /// The file cannot be read.
    Unreadable(io::Error),
    /// The list was not inserted.
    Refused(InsertError),
    /// The list was inserted, and its publisher lost withdrawals that this gate knows of.
    RolledBack {
        /// How many.
        fallen: u32,
    },
}

impl fmt::Display for ListProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(_) => f.write_str("it cannot be read"),
            Self::Refused(source) => fmt::Display::fmt(source, f),
            Self::RolledBack { fallen } => write!(f, "it lacks {fallen} withdrawals that were published before"),
        }
    }
}

impl std::error::Error for ListProblem {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreadable(source) => Some(source),
            Self::Refused(_) | Self::RolledBack { .. } => None, // said in its own words
        }
    }
}

impl StatusLists {
    /// Inserts every list of a folder: each file holds lists, one on a line, as `/s/all` serves them. A list that is older
    /// than one that is held is passed over. Hidden files and folders within are not read; a pipe, a socket
    /// or a device is a fault, and is not opened.
    ///
    /// # Errors
    /// Only where the folder cannot be read, or has more than 2,048 files; then nothing has changed. What is wrong with one
    /// of its files is returned.
    pub fn insert_folder(
        &mut self,
        verifier: &TokenVerifier,
        folder: &Path,
        now: DateTime<Utc>,
    ) -> io::Result<Vec<ListFault>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_name().as_encoded_bytes().starts_with(b".") || entry.path().is_dir() {
                continue;
            }
            if files.len() == MAX_FILES {
                return Err(io::Error::new(io::ErrorKind::InvalidInput, "more than 2,048 files"));
            }
            files.push(entry.path());
        }
        files.sort();
        let mut faults = Vec::new();
        for path in files {
            self.insert_file(verifier, &path, now, &mut faults);
        }
        Ok(faults)
    }

    fn insert_file(&mut self, verifier: &TokenVerifier, path: &Path, now: DateTime<Utc>, faults: &mut Vec<ListFault>) {
        let mut fault = |line, problem| faults.push(ListFault { path: path.to_owned(), line, problem });
        let mut reader = match open(path) {
            Ok(file) => BufReader::new(file),
            Err(error) => return fault(1, ListProblem::Unreadable(error)),
        };
        for number in 1..=MAX_STATUS_LISTS {
            let mut line = Vec::new();
            match reader.by_ref().take(MAX_STATUS_LIST_BYTES as u64 + 2).read_until(b'\n', &mut line) {
                Ok(0) => return,
                Ok(_) if line.trim_ascii().is_empty() => continue,
                Ok(_) => {}
                Err(error) => return fault(number, ListProblem::Unreadable(error)),
            }
            match self.insert(verifier, line.trim_ascii(), now) {
                Ok(Inserted::New | Inserted::Joined) | Err(InsertError::Older) => {}
                Ok(Inserted::RolledBack { fallen }) => fault(number, ListProblem::RolledBack { fallen }),
                Err(error) => {
                    let is_cut = error == InsertError::Refused(Refusal::TooLong);
                    fault(number, ListProblem::Refused(error));
                    if is_cut {
                        return; // what follows is the rest of that line
                    }
                }
            }
        }
    }
}

impl fmt::Display for ListFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, line {}: {}", self.path.display(), self.line, self.problem)
    }
}

/// Opens a regular file. A pipe without a writer would never open.
fn open(path: &Path) -> io::Result<File> {
    if fs::metadata(path)?.is_file() {
        File::open(path)
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"))
    }
}
