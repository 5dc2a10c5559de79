use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::text::number;
use crate::{Checkpoint, Hash, Note, ProofError, TextError, VerifierKey, verify_inclusion};

/// How many hashes a proof has at most: a tree is no higher than 63.
pub const MAX_PROOF_HASHES: usize = 63;

/// A proof of inclusion that needs nothing else but the log's key: a text by c2sp.org/tlog-proof@v1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofFile {
    /// What the application adds: how the entry is made, for instance.
    pub extra: Option<Vec<u8>>,
    /// The number of the entry.
    pub index: u64,
    /// The hashes from the entry to the root.
    pub hashes: Vec<Hash>,
    /// The checkpoint under which it is proved, with its signatures.
    pub checkpoint: Note,
}

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1\n";

impl ProofFile {
    /// Reads a proof. To have read one proves nothing: [`verify`](Self::verify) does.
    ///
    /// # Errors
    /// [`TextError::Proof`].
    pub fn parse(text: &str) -> Result<Self, TextError> {
        Self::read(text).ok_or(TextError::Proof)
    }

    fn read(text: &str) -> Option<Self> {
        let (head, note) = text.strip_prefix(FIRST_LINE)?.split_once("\n\n")?;
        let mut lines = head.split('\n').peekable();
        let extra = lines.next_if(|line| line.starts_with("extra ")).and_then(|line| line.strip_prefix("extra "));
        let extra = extra.map(|base64| BASE64_STANDARD.decode(base64)).transpose().ok()?;
        let index = number(lines.next()?.strip_prefix("index ")?).ok()?;
        let hashes: Vec<Hash> =
            lines.take(MAX_PROOF_HASHES + 1).map(Hash::from_base64).collect::<Result<_, _>>().ok()?;
        let is_short = hashes.len() <= MAX_PROOF_HASHES;
        let checkpoint = Note::parse(note).ok()?;
        is_short.then_some(Self { extra, index, hashes, checkpoint })
    }

    /// Verifies that an entry, by its hash, is in the log of this key. Returns the checkpoint that says so; whether a witness signed
    /// it, too, is for the caller to ask.
    ///
    /// # Errors
    /// [`ProofError::Root`] when the checkpoint is not the log's, and every other [`ProofError`].
    pub fn verify(&self, leaf: &Hash, log: &VerifierKey) -> Result<Checkpoint, ProofError> {
        let checkpoint = Checkpoint::parse(self.checkpoint.text()).map_err(|_| ProofError::Root)?;
        if checkpoint.origin != log.name() || !log.verifies(&self.checkpoint) {
            return Err(ProofError::Root);
        }
        verify_inclusion(self.index, leaf, checkpoint.size, &checkpoint.root, &self.hashes)?;
        Ok(checkpoint)
    }
}

impl fmt::Display for ProofFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(FIRST_LINE)?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", BASE64_STANDARD.encode(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        self.hashes.iter().try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.checkpoint)
    }
}
