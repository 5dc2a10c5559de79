use std::io::{self, BufRead, Read};

/// Reads lines that somebody else wrote, in bounded memory: a line of a gigabyte is passed over, not taken up. A byte order mark at
/// the start, as programs for Windows write it, belongs to no line.
///
/// ```
/// let mut lines = kycvs_lab::Lines::new(&b"short\r\nmuch too long\nlast"[..], 5);
/// assert_eq!(lines.next_line()?, Some(&b"short"[..]));
/// assert_eq!(lines.next_line()?, Some(&b"much t"[..]));
/// assert_eq!(lines.next_line()?, Some(&b"last"[..]));
/// assert_eq!(lines.next_line()?, None);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Lines<R> {
    input: R,
    line: Vec<u8>,
    max_bytes: usize,
    is_first: bool,
}

const BYTE_ORDER_MARK: &[u8] = "\u{FEFF}".as_bytes();

impl<R: BufRead> Lines<R> {
    /// Reads lines of at most `max_bytes`; a longer one is cut after one byte more, so that it still shows as too long.
    pub fn new(input: R, max_bytes: usize) -> Self {
        Self { input, line: Vec::new(), max_bytes, is_first: true }
    }

    /// The next line without its end (LF or CRLF); `None` at the end of the input.
    ///
    /// # Errors
    /// Those of the input.
    pub fn next_line(&mut self) -> io::Result<Option<&[u8]>> {
        self.line.clear();
        let mark = if std::mem::take(&mut self.is_first) { BYTE_ORDER_MARK.len() } else { 0 };
        let limit = (self.max_bytes + mark) as u64 + 2; // room for CR and LF
        let read = self.input.by_ref().take(limit).read_until(b'\n', &mut self.line)?;
        if read == 0 {
            return Ok(None);
        }
        if self.line.pop_if(|last| *last == b'\n').is_some() {
            self.line.pop_if(|last| *last == b'\r');
        } else if read as u64 == limit {
            self.input.skip_until(b'\n')?;
        }
        if mark > 0 && self.line.starts_with(BYTE_ORDER_MARK) {
            self.line.drain(..mark);
        }
        self.line.truncate(self.max_bytes + 1);
        Ok(Some(&self.line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_too_long_costs_no_memory_and_no_later_line() {
        let input = io::repeat(b'x').take(1 << 20).chain(&b"\nshort\r\nlast"[..]);
        let mut lines = Lines::new(io::BufReader::new(input), 5);
        assert_eq!(lines.next_line().unwrap(), Some(&b"xxxxxx"[..]));
        assert!(lines.line.capacity() < 1024);
        assert_eq!(lines.next_line().unwrap(), Some(&b"short"[..]));
        assert_eq!(lines.next_line().unwrap(), Some(&b"last"[..]));
        assert_eq!(lines.next_line().unwrap(), None);
    }

    #[test]
    fn a_byte_order_mark_is_read_over_at_the_start_and_nowhere_else() {
        let mut lines = Lines::new("\u{FEFF}12345\n\u{FEFF}12\n".as_bytes(), 5);
        assert_eq!(lines.next_line().unwrap(), Some(&b"12345"[..]));
        assert_eq!(lines.next_line().unwrap(), Some("\u{FEFF}12".as_bytes()));
        let mut alone = Lines::new("\u{FEFF}".as_bytes(), 5);
        assert_eq!(alone.next_line().unwrap(), Some(&b""[..]));
        assert_eq!(alone.next_line().unwrap(), None);
    }

    #[test]
    fn lines_end_with_lf_or_crlf_at_the_very_bound_too() {
        let mut lines = Lines::new(&b"12345\r\n12345\n\n"[..], 5);
        for line in [&b"12345"[..], b"12345", b""] {
            assert_eq!(lines.next_line().unwrap(), Some(line));
        }
        assert_eq!(lines.next_line().unwrap(), None);
    }
}
