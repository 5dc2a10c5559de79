use std::fmt;

/// The lot that a dose came from: 1 to 20 printable ASCII characters without spaces (GS1 application identifier 10).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Batch {
    len: u8,
    bytes: [u8; Self::MAX_LEN],
}

/// Why a text is no batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a batch is 1 to 20 printable ASCII characters without spaces")]
pub struct BatchError;

impl Batch {
    const MAX_LEN: usize = 20;

    /// Reads a batch; letters become upper case, since records of one lot differ in that.
    ///
    /// # Errors
    /// [`BatchError`] for an empty or longer text, or any other character.
    pub fn parse(text: &str) -> Result<Self, BatchError> {
        let len = u8::try_from(text.len()).map_err(|_| BatchError)?;
        let mut bytes = [0; Self::MAX_LEN];
        let slot = bytes.get_mut(..text.len()).ok_or(BatchError)?;
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(BatchError);
        }
        slot.copy_from_slice(text.as_bytes());
        slot.make_ascii_uppercase();
        Ok(Self { len, bytes })
    }

    /// The bytes of the text.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or_default()
    }

    /// The batch as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }
}

impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Batch({})", self.as_str())
    }
}
