//! Files of an operator, each read to its limit: a wrong file, a device or a pipe does not fill the memory.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Why a file was not read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    /// The system does not give it.
    #[error("cannot read {}", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    /// It is longer than a file of its kind is.
    #[error("{} is longer than {}", path.display(), Size(*max))]
    TooLong { path: PathBuf, max: u64 },
    /// It is not text.
    #[error("{} is not UTF-8", .0.display())]
    NotUtf8(PathBuf),
}

/// Reads a file of at most `max` bytes.
///
/// # Errors
/// [`FileError::Unreadable`], and [`FileError::TooLong`] after one byte more.
pub(crate) fn read(path: &Path, max: u64) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(max.saturating_add(1)).read_to_end(&mut bytes));
    let read = read.map_err(|source| FileError::Unreadable { path: path.to_owned(), source })?;
    let is_longer = u64::try_from(read).map_or(true, |read| read > max);
    if is_longer { Err(FileError::TooLong { path: path.to_owned(), max }) } else { Ok(bytes) }
}

/// Reads a text of at most `max` bytes.
///
/// # Errors
/// Those of [`read`], and [`FileError::NotUtf8`].
pub(crate) fn text(path: &Path, max: u64) -> Result<String, FileError> {
    String::from_utf8(read(path, max)?).map_err(|_| FileError::NotUtf8(path.to_owned()))
}

/// A number of bytes, in the largest unit that has a whole number of them.
struct Size(u64);

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            bytes if bytes.is_multiple_of(1 << 20) => write!(f, "{} MiB", bytes >> 20),
            bytes if bytes.is_multiple_of(1 << 10) => write!(f, "{} KiB", bytes >> 10),
            bytes => write!(f, "{bytes} bytes"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_to_its_limit_and_a_longer_one_is_named_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.file");
        for (length, max, says) in [
            (1024, 1024, None),
            (1025, 1024, Some("is longer than 1 KiB")),
            (1025, 1025, None),
            (1026, 1025, Some("is longer than 1025 bytes")),
            ((3 << 20) + 1, 3 << 20, Some("is longer than 3 MiB")),
        ] {
            std::fs::write(&path, vec![b'x'; length]).unwrap();
            let read = read(&path, max).map_err(|error| error.to_string());
            let expected = says.map_or(Ok(vec![b'x'; length]), |says| Err(format!("{} {says}", path.display())));
            assert!(read == expected, "{length}, {max}");
        }
        std::fs::write(&path, b"Ren\xE9").unwrap();
        assert_eq!(text(&path, 9).unwrap_err().to_string(), format!("{} is not UTF-8", path.display()));
    }

    #[test]
    fn what_has_no_end_is_refused_and_what_is_not_there_is_named() {
        let said = |path: &str| read(Path::new(path), 64 << 10).unwrap_err().to_string();
        assert_eq!(said("/no/such/file"), "cannot read /no/such/file");
        if cfg!(unix) {
            assert_eq!(said("/dev/zero"), "/dev/zero is longer than 64 KiB");
        }
    }
}
