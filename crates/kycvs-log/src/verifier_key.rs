use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ring::signature::{ED25519, UnparsedPublicKey};

use crate::hash::sha256;
use crate::note::is_name;
use crate::{Note, NoteSignature, TextError};

/// The public half of an Ed25519 key that signs notes: of a log, or of a witness, whose signatures carry their time.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    kind: Kind,
    key: [u8; 32],
    id: [u8; 4],
}

/// What a key signs, by the number of C2SP signed-note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// The text itself.
    Text = 1,
    /// The text with a time before it (C2SP tlog-cosignature).
    Cosignature = 4,
}

impl VerifierKey {
    /// The key of a log, whose name is the origin of its checkpoints.
    ///
    /// # Errors
    /// [`TextError::VerifierKey`] for a name that is empty or has a space or a `+`.
    pub fn log(name: impl Into<String>, key: [u8; 32]) -> Result<Self, TextError> {
        Self::new(name.into(), Kind::Text, key)
    }

    /// The key of a witness.
    ///
    /// # Errors
    /// As [`log`](Self::log).
    pub fn witness(name: impl Into<String>, key: [u8; 32]) -> Result<Self, TextError> {
        Self::new(name.into(), Kind::Cosignature, key)
    }

    /// Reads `name+id+key`, as logs and witnesses publish it.
    ///
    /// # Errors
    /// [`TextError::VerifierKey`] for another text, a kind of key that is not Ed25519, or an id that is not the key's.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(base64)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(TextError::VerifierKey);
        };
        let bytes = BASE64_STANDARD.decode(base64).map_err(|_| TextError::VerifierKey)?;
        let (kind, key) = match bytes.split_first() {
            Some((1, key)) => (Kind::Text, key),
            Some((4, key)) => (Kind::Cosignature, key),
            _ => return Err(TextError::VerifierKey),
        };
        let key = Self::new(name.to_owned(), kind, key.try_into().map_err(|_| TextError::VerifierKey)?)?;
        if key.id_text() == id { Ok(key) } else { Err(TextError::VerifierKey) }
    }

    fn new(name: String, kind: Kind, key: [u8; 32]) -> Result<Self, TextError> {
        if !is_name(&name) {
            return Err(TextError::VerifierKey);
        }
        let [a, b, c, d, ..] = sha256([name.as_bytes(), b"\n", &[kind as u8], &key]).0;
        Ok(Self { name, kind, key, id: [a, b, c, d] })
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether a note carries a good signature by this key.
    pub fn verifies(&self, note: &Note) -> bool {
        let mut by_this_key = note.signatures().iter().filter(|by| by.name == self.name && by.key_id == self.id);
        by_this_key.any(|signature| self.is_good(note.text(), &signature.bytes))
    }

    /// A log's signature of a text, to be put under it.
    pub fn signature(&self, signature: [u8; 64]) -> NoteSignature {
        NoteSignature { name: self.name.clone(), key_id: self.id, bytes: signature.to_vec() }
    }

    /// A witness's signature of [`cosigned`], made at that time.
    pub fn cosignature(&self, seconds: u64, signature: [u8; 64]) -> NoteSignature {
        let bytes = [&seconds.to_be_bytes(), &signature[..]].concat();
        NoteSignature { name: self.name.clone(), key_id: self.id, bytes }
    }

    fn is_good(&self, text: &str, bytes: &[u8]) -> bool {
        let key = UnparsedPublicKey::new(&ED25519, &self.key);
        match (self.kind, bytes.split_first_chunk()) {
            (Kind::Text, _) => key.verify(text.as_bytes(), bytes).is_ok(),
            (Kind::Cosignature, Some((seconds, signature))) => {
                key.verify(cosigned(text, u64::from_be_bytes(*seconds)).as_bytes(), signature).is_ok()
            }
            (Kind::Cosignature, None) => false,
        }
    }

    fn id_text(&self) -> String {
        self.id.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// What a witness signs of a note's text, at a time in seconds since 1970.
pub fn cosigned(text: &str, seconds: u64) -> String {
    format!("cosignature/v1\ntime {seconds}\n{text}")
}

/// `name+id+key`.
impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = BASE64_STANDARD.encode([&[self.kind as u8], &self.key[..]].concat());
        write!(f, "{}+{}+{key}", self.name, self.id_text())
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifierKey({self})")
    }
}
