use std::io::{self, Read};

use super::csv::CsvError;
use crate::wipe::Wiped;

/// How the characters of a file are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// UTF-8, with a byte order mark or without.
    Utf8,
    /// UTF-16, the low byte first, as Excel's "Unicode text" is.
    Utf16Le,
    /// UTF-16, the high byte first.
    Utf16Be,
}

/// A file as UTF-8, in bounded memory.
pub(crate) struct Text<R> {
    file: R,
    encoding: Encoding,
    /// What was read and not given on yet: the first bytes of the file; of UTF-16, what does not make a character yet.
    kept: Wiped,
    /// How many bytes of the file were read.
    pub(crate) bytes: u64,
}

/// Enough to tell an encoding.
const HEAD_BYTES: usize = 64;

impl<R: Read> Text<R> {
    /// Reads the first bytes, and tells the encoding by them.
    pub(crate) fn open(mut file: R) -> Result<Self, CsvError> {
        let mut head = Wiped::with_capacity(HEAD_BYTES);
        let bytes = file.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head)? as u64;
        let (encoding, mark) = encoding_of(&head)?;
        head.drain(..mark);
        Ok(Self { file, encoding, kept: head, bytes })
    }

    pub(crate) fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Reads on into `to`, of at least eight bytes; gives how many there are now, 0 only at the end of the file.
    pub(crate) fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.encoding != Encoding::Utf8 {
            return self.read_utf16(to);
        }
        if self.kept.is_empty() {
            let read = self.file.read(to)?;
            self.bytes += read as u64;
            return Ok(read);
        }
        let taken = self.kept.len().min(to.len());
        to.iter_mut().zip(self.kept.drain(..taken)).for_each(|(place, byte)| *place = byte);
        Ok(taken)
    }

    /// A unit of two bytes takes at most three of UTF-8. Half a pair becomes U+FFFD, which no field may hold.
    fn read_utf16(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let room = to.len() / 3 * 2;
        loop {
            let before = self.kept.len();
            self.kept.resize(room.max(before), 0);
            let read = self.file.read(self.kept.get_mut(before..).unwrap_or_default())?;
            self.kept.truncate(before + read);
            self.bytes += read as u64;
            let ended = read == 0 && before < room;

            let (pairs, _) = self.kept.get(..room.min(before + read)).unwrap_or_default().as_chunks::<2>();
            let unit = |pair: &[u8; 2]| match self.encoding {
                Encoding::Utf16Be => u16::from_be_bytes(*pair),
                Encoding::Utf16Le | Encoding::Utf8 => u16::from_le_bytes(*pair),
            };
            let half = !ended && pairs.last().map(unit).is_some_and(|last| (0xd800..0xdc00).contains(&last));
            let (pairs, _) = pairs.split_at(pairs.len() - usize::from(half));
            let mut written = 0;
            for character in char::decode_utf16(pairs.iter().map(unit)) {
                let Some(place) = to.get_mut(written..) else { break };
                written += character.unwrap_or(char::REPLACEMENT_CHARACTER).encode_utf8(place).len();
            }
            let taken = pairs.len() * 2;
            self.kept.drain(..taken);
            if written > 0 || ended {
                return Ok(written);
            }
        }
    }
}

/// The encoding, and how many bytes its mark takes. A header is ASCII, so UTF-16 without a mark shows by its zeros.
fn encoding_of(head: &[u8]) -> Result<(Encoding, usize), CsvError> {
    Ok(match head {
        [0xef, 0xbb, 0xbf, ..] => (Encoding::Utf8, 3),
        [0xff, 0xfe, ..] => (Encoding::Utf16Le, 2),
        [0xfe, 0xff, ..] => (Encoding::Utf16Be, 2),
        [b'P', b'K', 3, 4, ..] | [0xd0, 0xcf, 0x11, 0xe0, ..] => return Err(CsvError::Workbook),
        [low, 0, low2, 0, ..] if *low > 0 && *low2 > 0 => (Encoding::Utf16Le, 0),
        [0, low, 0, low2, ..] if *low > 0 && *low2 > 0 => (Encoding::Utf16Be, 0),
        _ => (Encoding::Utf8, 0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Gives a few bytes at a time, as a pipe may.
    struct Trickle<'a>(&'a [u8], usize);

    impl Read for Trickle<'_> {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            let few = to.len().min(self.1);
            self.0.read(&mut to[..few])
        }
    }

    fn all(file: &[u8], step: usize, room: usize) -> String {
        let mut text = Text::open(Trickle(file, step)).unwrap();
        let (mut all, mut to) = (Vec::new(), vec![0; room]);
        loop {
            match text.read(&mut to).unwrap() {
                0 => break,
                read => all.extend_from_slice(&to[..read]),
            }
        }
        assert_eq!(text.bytes, file.len() as u64);
        String::from_utf8(all).unwrap()
    }

    proptest! {
        #[test]
        fn utf_16_reads_as_utf_8_does(text in "[ -~]{2}\\PC{0,200}", step in 1..9_usize, room in 8..40_usize) {
            let utf16 = |mark: &[u16], bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
                mark.iter().copied().chain(text.encode_utf16()).flat_map(bytes).collect()
            };
            prop_assume!(!text.starts_with("PK"));
            let marked = format!("\u{feff}{text}");
            for file in [
                text.clone().into_bytes(),
                marked.into_bytes(),
                utf16(&[0xfeff], u16::to_le_bytes),
                utf16(&[0xfeff], u16::to_be_bytes),
                utf16(&[], u16::to_le_bytes),
                utf16(&[], u16::to_be_bytes),
            ] {
                prop_assert_eq!(&all(&file, step, room), &text);
            }
        }

        #[test]
        fn any_bytes_after_a_mark_are_read_to_their_end(bytes in prop::collection::vec(any::<u8>(), 0..300), room in 8..40_usize) {
            all(&[&[0xff, 0xfe], &bytes[..]].concat(), 7, room);
            all(&[&[0xfe, 0xff], &bytes[..]].concat(), 7, room);
        }
    }

    #[test]
    fn a_workbook_is_named_as_one() {
        for head in [&b"PK\x03\x04\x14\0"[..], b"\xd0\xcf\x11\xe0\xa1\xb1"] {
            assert!(matches!(Text::open(head), Err(CsvError::Workbook)));
        }
    }
}
