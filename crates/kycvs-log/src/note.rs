use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::TextError;

/// The longest note that is read, in bytes.
pub const MAX_NOTE_BYTES: usize = 1 << 16;

/// How many signatures a note may carry.
pub const MAX_SIGNATURES: usize = 100;

/// A text with signatures under it (C2SP signed-note). To have read one proves nothing: [`VerifierKey::verifies`] does.
///
/// [`VerifierKey::verifies`]: crate::VerifierKey::verifies
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<NoteSignature>,
}

/// A signature as a note carries it: who made it, and with which of their keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteSignature {
    pub(crate) name: String,
    pub(crate) key_id: [u8; 4],
    pub(crate) bytes: Vec<u8>,
}

impl Note {
    /// Puts signatures under a text, which ends with a line feed.
    ///
    /// # Errors
    /// [`TextError::Note`] for another text, no signature, or more than [`MAX_SIGNATURES`].
    pub fn new(text: impl Into<String>, signatures: Vec<NoteSignature>) -> Result<Self, TextError> {
        let text = text.into();
        let is_plain = text.ends_with('\n') && !text.chars().any(|c| c < ' ' && c != '\n');
        let is_signed = (1..=MAX_SIGNATURES).contains(&signatures.len());
        let note = Self { text, signatures };
        if is_plain && is_signed && note.to_string().len() <= MAX_NOTE_BYTES { Ok(note) } else { Err(TextError::Note) }
    }

    /// Reads a note.
    ///
    /// # Errors
    /// [`TextError::Note`].
    pub fn parse(note: &str) -> Result<Self, TextError> {
        if note.len() > MAX_NOTE_BYTES {
            return Err(TextError::Note);
        }
        let (text, signatures) = note.rsplit_once("\n\n").ok_or(TextError::Note)?;
        let signatures = NoteSignature::parse_lines(signatures)?;
        Self::new(format!("{text}\n"), signatures)
    }

    /// What is signed; it ends with a line feed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signatures, verified or not.
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// The same with further signatures.
    ///
    /// # Errors
    /// [`TextError::Note`] when there are too many.
    pub fn with(self, further: impl IntoIterator<Item = NoteSignature>) -> Result<Self, TextError> {
        let Self { text, mut signatures } = self;
        signatures.extend(further);
        Self::new(text, signatures)
    }
}

impl NoteSignature {
    /// Reads signature lines, each with its line feed.
    ///
    /// # Errors
    /// [`TextError::Note`].
    pub(crate) fn parse_lines(lines: &str) -> Result<Vec<Self>, TextError> {
        let lines = lines.strip_suffix('\n').ok_or(TextError::Note)?;
        lines.split('\n').take(MAX_SIGNATURES + 1).map(|line| Self::parse(line).ok_or(TextError::Note)).collect()
    }

    fn parse(line: &str) -> Option<Self> {
        let (name, base64) = line.strip_prefix("— ")?.split_once(' ')?;
        let bytes = BASE64_STANDARD.decode(base64).ok()?;
        let (key_id, bytes) = bytes.split_first_chunk()?;
        let is_whole = is_name(name) && !bytes.is_empty();
        is_whole.then(|| Self { name: name.to_owned(), key_id: *key_id, bytes: bytes.to_vec() })
    }
}

/// Whether a text can be the name of a key: not empty, without spaces and without `+`.
pub(crate) fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.chars().any(|c| c == '+' || c.is_whitespace() || c.is_control())
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| writeln!(f, "{signature}"))
    }
}

/// Its line, without the line feed.
impl fmt::Display for NoteSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "— {} {}", self.name, BASE64_STANDARD.encode([&self.key_id, &self.bytes[..]].concat()))
    }
}
