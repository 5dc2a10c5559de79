use std::fmt;

use crate::text::number;
use crate::{Hash, Note, NoteSignature, TextError};

/// How many hashes a request to a witness has at most.
pub const MAX_CONSISTENCY_HASHES: usize = 63;

/// What is posted to `add-checkpoint` of a witness (C2SP tlog-witness): a checkpoint, and the proof that its tree begins with
/// the one that the witness signed last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WitnessRequest {
    /// The size that the witness signed last; 0 when it knows nothing of the log.
    pub old_size: u64,
    /// The proof of consistency.
    pub hashes: Vec<Hash>,
    /// The checkpoint, signed by the log.
    pub checkpoint: Note,
}

/// What a witness answered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WitnessAnswer {
    /// 200: it signed; [`VerifierKey::verifies`](crate::VerifierKey::verifies) tells whether well.
    Signed(Vec<NoteSignature>),
    /// 409: the last checkpoint that it signed has this size.
    Has(u64),
    /// 422: the proof does not lead from the tree that it signed to this one.
    Inconsistent,
    /// Anything else: 404 for a log that it does not know, 403 for a key, and what is no answer.
    Refused,
}

impl WitnessRequest {
    /// Reads a request, as a witness does.
    ///
    /// # Errors
    /// [`TextError::WitnessRequest`].
    pub fn parse(text: &str) -> Result<Self, TextError> {
        Self::read(text).ok_or(TextError::WitnessRequest)
    }

    fn read(text: &str) -> Option<Self> {
        let (head, note) = text.split_once("\n\n")?;
        let mut lines = head.split('\n');
        let old_size = number(lines.next()?.strip_prefix("old ")?).ok()?;
        let lines: Vec<&str> = lines.take(MAX_CONSISTENCY_HASHES + 1).collect();
        let is_short = lines.len() <= MAX_CONSISTENCY_HASHES;
        let hashes = lines.into_iter().map(Hash::from_base64).collect::<Result<_, _>>().ok()?;
        let checkpoint = Note::parse(note).ok()?;
        is_short.then_some(Self { old_size, hashes, checkpoint })
    }
}

impl fmt::Display for WitnessRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old_size)?;
        self.hashes.iter().try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.checkpoint)
    }
}

impl WitnessAnswer {
    /// Reads an answer, by its HTTP status.
    pub fn read(status: u16, body: &str) -> Self {
        let answer = match status {
            200 if body.len() <= crate::MAX_NOTE_BYTES => NoteSignature::parse_lines(body).ok().map(Self::Signed),
            409 => body.strip_suffix('\n').and_then(|size| number(size).ok()).map(Self::Has),
            422 => Some(Self::Inconsistent),
            _ => None,
        };
        answer.unwrap_or(Self::Refused)
    }
}
