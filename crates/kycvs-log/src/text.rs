/// A text is not what it should be. No message repeats any of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TextError {
    /// A hash is not 32 bytes in standard base64.
    #[error("a hash is not 32 bytes in base64")]
    Hash,
    /// A number is not decimal, has a leading zero, or is too large.
    #[error("not a decimal number as the format writes it")]
    Number,
    /// The text is no signed note: its text, an empty line, and signature lines.
    #[error("not a signed note")]
    Note,
    /// The text is no verifier key: a name, a key id and a key, joined by `+`.
    #[error("not a verifier key")]
    VerifierKey,
    /// The text of a note is no checkpoint: origin, size and root, a line each.
    #[error("not a checkpoint")]
    Checkpoint,
    /// The text is no proof by c2sp.org/tlog-proof@v1.
    #[error("not a transparency log proof")]
    Proof,
    /// The text is no request to a witness.
    #[error("not a request to a witness")]
    WitnessRequest,
    /// The path names nothing of a log.
    #[error("no path of a log")]
    Path,
}

/// Reads a decimal number without sign or leading zero.
pub(crate) fn number(text: &str) -> Result<u64, TextError> {
    let number: u64 = text.parse().map_err(|_| TextError::Number)?;
    if number.to_string() == text { Ok(number) } else { Err(TextError::Number) }
}
