use std::io::{self, BufRead, BufReader, Read};

use crate::row::{MAX_ROW_BYTES, RowError};

/// The lines of a file, in bounded memory whatever it holds.
pub(crate) struct Lines<R> {
    file: BufReader<R>,
    line: Vec<u8>,
    /// The number of the line that was read last, from 1.
    pub(crate) number: u64,
    /// How many bytes were read.
    pub(crate) bytes: u64,
}

impl<R: Read> Lines<R> {
    pub(crate) fn new(file: R) -> Self {
        Self { file: BufReader::with_capacity(256 * 1024, file), line: Vec::new(), number: 0, bytes: 0 }
    }

    /// The next line without its end (LF or CRLF); `None` at the end of the file.
    pub(crate) fn next(&mut self) -> io::Result<Option<Result<&str, RowError>>> {
        self.line.clear();
        let limit = MAX_ROW_BYTES as u64 + 2;
        let read = self.file.by_ref().take(limit).read_until(b'\n', &mut self.line)?;
        if read == 0 {
            return Ok(None);
        }
        self.number += 1;
        self.bytes += read as u64;
        let mut line = self.line.as_slice();
        if let Some(ended) = line.strip_suffix(b"\n") {
            line = ended.strip_suffix(b"\r").unwrap_or(ended);
        } else if read as u64 == limit {
            self.bytes += self.file.skip_until(b'\n')? as u64;
        }
        Ok(Some(text(line)))
    }
}

fn text(line: &[u8]) -> Result<&str, RowError> {
    if line.len() > MAX_ROW_BYTES {
        return Err(RowError::TooLong);
    }
    if line.iter().any(u8::is_ascii_control) {
        return Err(RowError::ControlCharacter);
    }
    str::from_utf8(line).map_err(|_| RowError::NotUtf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_any_length_takes_no_later_line_with_it() {
        let longest = "a".repeat(MAX_ROW_BYTES);
        let file = format!("{longest}\r\n{longest}a\n{longest}{longest}{longest}\nb\n\nlast");
        let mut lines = Lines::new(file.as_bytes());
        let mut read = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            read.push(line.map(str::to_owned));
        }
        let too_long = || Err(RowError::TooLong);
        let text = |text: &str| Ok(text.to_owned());
        assert_eq!(read, [text(&longest), too_long(), too_long(), text("b"), text(""), text("last")]);
        assert_eq!((lines.number, lines.bytes), (6, file.len() as u64));
        assert!(lines.line.capacity() <= 4 * MAX_ROW_BYTES, "memory stays bounded");
    }
}
