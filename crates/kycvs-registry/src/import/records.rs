use std::io::{self, Read};
use std::ops::Range;

use csv_core::ReadRecordResult;

use super::error::RowError;
use super::row::MAX_ROW_BYTES;
use super::text::Text;
use crate::wipe::Wiped;

/// How much of a file is held at a time: many of the longest rows.
const WINDOW: usize = 64 * MAX_ROW_BYTES;
const MAX_FIELDS: usize = 256;

/// The records of a file (RFC 4180), in bounded memory whatever it holds.
///
/// A field in quotes may hold line ends. So an open quote could take all later rows with it; it does not, since a record
/// is at most [`MAX_ROW_BYTES`] long and a quote is followed by a separator or a line end: what breaks either rule is one
/// bad line, and reading goes on at the next.
pub(crate) struct Records<R> {
    pub(crate) text: Text<R>,
    separator: u8,
    /// Which bytes are no part of a field without quotes.
    is_special: [bool; 256],
    window: Wiped,
    /// Where the next record begins.
    start: usize,
    ended: bool,
    /// The number of the next line, from 1.
    line: u64,
    parser: csv_core::Reader,
    /// The fields of a record with quotes, one after the other.
    fields: Wiped,
    /// Where each field of the record ends.
    ends: Vec<usize>,
    /// The record that was read last: where it begins, and its line.
    last: (usize, u64),
}

/// One record.
#[derive(Clone, Copy)]
pub(crate) struct Record<'a> {
    /// Its first line, from 1.
    pub(crate) line: u64,
    /// Whether it takes more than one line.
    pub(crate) spans_lines: bool,
    /// Whether there is no control character in it.
    is_plain: bool,
    /// The fields, with that many bytes between two of them.
    fields: &'a [u8],
    between: usize,
    /// The same as text, where it is one.
    text: Option<&'a str>,
    ends: &'a [usize],
}

impl<'a> Record<'a> {
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// A field, without the spaces around it; an absent one is empty.
    pub(crate) fn field(&self, at: usize) -> Result<&'a str, RowError> {
        let Some(place) = self.place(at) else { return Ok("") };
        let text = match self.text {
            Some(text) => text.get(place).ok_or(RowError::NotUtf8)?,
            None => str::from_utf8(self.fields.get(place).unwrap_or_default()).map_err(|_| RowError::NotUtf8)?,
        };
        if !self.is_plain && text.bytes().any(|byte| byte.is_ascii_control()) {
            return Err(RowError::ControlCharacter);
        }
        let is_letter = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii_graphic);
        let has_spaces = !is_letter(text.as_bytes().first()) || !is_letter(text.as_bytes().last());
        Ok(if has_spaces { text.trim() } else { text })
    }

    fn place(&self, at: usize) -> Option<Range<usize>> {
        let before = at.checked_sub(1).and_then(|before| self.ends.get(before));
        Some(before.map_or(0, |end| end + self.between)..*self.ends.get(at)?)
    }

    /// A row of a table that has nothing in it.
    pub(crate) fn is_empty(&self) -> bool {
        let is_blank = |place: Range<usize>| self.fields.get(place).is_none_or(|field| field.trim_ascii().is_empty());
        (0..self.len()).filter_map(|at| self.place(at)).all(is_blank)
    }
}

impl<R: Read> Records<R> {
    pub(crate) fn new(text: Text<R>) -> Self {
        // With room for more, so that a row that is too long is distinguished from one that is not.
        let mut fields = Wiped::with_capacity(MAX_ROW_BYTES + 2);
        fields.resize(MAX_ROW_BYTES + 2, 0);
        Self {
            text,
            separator: b',',
            is_special: [false; 256],
            window: Wiped::with_capacity(WINDOW),
            start: 0,
            ended: false,
            line: 1,
            parser: csv_core::Reader::new(),
            fields,
            ends: vec![0; MAX_FIELDS],
            last: (0, 1),
        }
    }

    /// The beginning of the file, a window of it.
    pub(crate) fn head(&mut self) -> io::Result<&[u8]> {
        self.fill()?;
        Ok(&self.window)
    }

    /// Goes on behind the header.
    pub(crate) fn begin(&mut self, bytes: usize, header_line: u64, separator: u8) {
        self.start = bytes;
        self.line = header_line + 1;
        self.separator = separator;
        self.is_special = std::array::from_fn(|byte| {
            u8::try_from(byte).is_ok_and(|byte| byte == separator || byte == b'"' || byte.is_ascii_control())
        });
        self.parser = csv_core::ReaderBuilder::new().delimiter(separator).build();
    }

    /// The next record that is not an empty line; `None` at the end of the file. A bad one comes with its line.
    pub(crate) fn next(&mut self) -> io::Result<Option<Result<Record<'_>, (u64, RowError)>>> {
        loop {
            if self.window.len() - self.start < MAX_ROW_BYTES + 2 && !self.ended {
                self.fill()?;
            }
            match self.window.get(self.start) {
                None => return Ok(None),
                Some(b'\n' | b'\r') => {
                    self.start += self.line_end_at(self.start);
                    self.line += 1;
                }
                Some(_) => break,
            }
        }
        let line = self.line;
        self.last = (self.start, line);
        if let Some(Plain { count, read }) = self.plain() {
            let ends = self.ends.get(..count).unwrap_or_default();
            let len = ends.last().copied().unwrap_or(0);
            let fields = self.window.get(self.start..self.start + len).unwrap_or_default();
            self.start += read;
            self.line += 1;
            let text = str::from_utf8(fields).ok();
            return Ok(Some(Ok(Record { line, spans_lines: false, is_plain: true, fields, between: 1, text, ends })));
        }
        Ok(Some(match self.parse() {
            Ok(count) => {
                let ends = self.ends.get(..count).unwrap_or_default();
                let len = ends.last().copied().unwrap_or(0);
                let fields = self.fields.get(..len).unwrap_or_default();
                let is_plain = !fields.iter().any(u8::is_ascii_control);
                let spans_lines = !is_plain && fields.iter().any(ends_line);
                Ok(Record { line, spans_lines, is_plain, fields, between: 0, text: str::from_utf8(fields).ok(), ends })
            }
            Err(reason) => {
                self.keep_first_line_only()?;
                Err((line, reason))
            }
        }))
    }

    /// Gives back all lines of the last record but the first: a quote in it took them, which it should not have.
    pub(crate) fn keep_first_line_only(&mut self) -> io::Result<()> {
        let (start, line) = self.last;
        (self.start, self.line) = (start, line + 1);
        loop {
            let rest = self.window.get(self.start..).unwrap_or_default();
            let end = rest.iter().position(ends_line);
            self.start += end.unwrap_or(rest.len());
            // Of CR LF the second half may not be here yet.
            if self.ended || end.is_some_and(|end| end + 1 < rest.len()) {
                self.start += self.line_end_at(self.start);
                return Ok(());
            }
            self.fill()?;
        }
    }

    /// Takes the record apart that begins at `start` if it is one line, as nearly all are: without a quote or a control
    /// character it is what stands between separators.
    fn plain(&mut self) -> Option<Plain> {
        let window = self.window.get(self.start..)?;
        let line = window.get(..MAX_ROW_BYTES + 1).unwrap_or(window);
        let (mut at, mut count) = (0, 0);
        loop {
            at += line.get(at..)?.iter().position(|byte| self.is_special[usize::from(*byte)])?;
            *self.ends.get_mut(count)? = at;
            count += 1;
            match line.get(at..)? {
                [byte, ..] if *byte == self.separator => at += 1,
                [b'\n', ..] => return Some(Plain { count, read: at + 1 }),
                [b'\r', b'\n', ..] => return Some(Plain { count, read: at + 2 }),
                _ => return None,
            }
        }
    }

    /// Takes the record apart that begins at `start`; gives how many fields it has.
    fn parse(&mut self) -> Result<usize, RowError> {
        let end = (self.start + MAX_ROW_BYTES + 1).min(self.window.len());
        let input = self.window.get(self.start..end).unwrap_or_default();
        self.parser.reset();
        let (result, mut read, _, mut count) = self.parser.read_record(input, &mut self.fields, &mut self.ends);
        match result {
            ReadRecordResult::Record => {}
            ReadRecordResult::InputEmpty if self.ended && end == self.window.len() && input.len() <= MAX_ROW_BYTES => {
                let rest = self.ends.get_mut(count..).unwrap_or_default();
                count += self.parser.read_record(&[], &mut self.fields, rest).3;
            }
            ReadRecordResult::OutputEndsFull => return Err(RowError::FieldCount),
            _ if input.iter().any(ends_line) => return Err(RowError::Quote),
            _ => return Err(RowError::TooLong),
        }
        let record = input.get(..read).unwrap_or_default();
        if record.contains(&b'"') && !is_well_quoted(record, self.separator) {
            return Err(RowError::Quote);
        }
        if record.ends_with(b"\r") {
            read += self.line_end_at(self.start + read - 1) - 1;
        }
        self.line += lines(self.window.get(self.start..self.start + read).unwrap_or_default()).count() as u64;
        self.start += read;
        Ok(count)
    }

    /// How long the line end there is.
    fn line_end_at(&self, at: usize) -> usize {
        match self.window.get(at..) {
            Some([b'\r', b'\n', ..]) => 2,
            Some([_, ..]) => 1,
            _ => 0,
        }
    }

    /// Moves what is left to the front, and reads until the window is full or the file ends.
    fn fill(&mut self) -> io::Result<()> {
        self.window.drain(..self.start);
        self.start = 0;
        let mut len = self.window.len();
        self.window.resize(WINDOW, 0);
        while len < WINDOW - 8 {
            let read = self.text.read(self.window.get_mut(len..).unwrap_or_default())?;
            if read == 0 {
                self.ended = true;
                break;
            }
            len += read;
        }
        self.window.truncate(len);
        Ok(())
    }
}

/// A record without quotes: how many fields it has, and how many bytes were read.
struct Plain {
    count: usize,
    read: usize,
}

/// LF ends a line, as does CR, alone or before it.
fn ends_line(byte: &u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// The lines of a text, each with its end.
pub(crate) fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let end = rest.iter().position(ends_line).unwrap_or(rest.len());
        let line_end = if rest.get(end..).is_some_and(|end| end.starts_with(b"\r\n")) { 2 } else { 1 };
        let (line, after) = rest.split_at(rest.len().min(end + line_end));
        rest = after;
        (!line.is_empty()).then_some(line)
    })
}

/// Whether each quote opens a field, closes one, or appears twice for itself. The parser is more lenient, and would read an
/// open quote together with the next one, wherever that is.
fn is_well_quoted(record: &[u8], separator: u8) -> bool {
    #[derive(PartialEq)]
    enum At {
        FieldBegin,
        Plain,
        Quoted,
        Quote,
        AfterQuotes,
    }
    let mut at = At::FieldBegin;
    for byte in record {
        at = match (at, *byte) {
            (At::Quoted, b'"') => At::Quote,
            (At::Quoted, _) | (At::FieldBegin | At::Quote, b'"') => At::Quoted,
            (_, b'"') => return false,
            (_, b'\r' | b'\n') => At::FieldBegin,
            (_, byte) if byte == separator => At::FieldBegin,
            (At::Quote | At::AfterQuotes, b' ') => At::AfterQuotes,
            (At::Quote | At::AfterQuotes, _) => return false,
            (At::FieldBegin | At::Plain, _) => At::Plain,
        };
    }
    at != At::Quoted
}

#[cfg(test)]
mod tests;
