use std::fmt;

use kycvs::SystemRandomness;
use kycvs::consent::{Random, RandomError};
use sha2::{Digest, Sha256};

/// What became of a message, as the gateway that took it says later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Of which message.
    pub id: ReceiptId,
    /// What became of it.
    pub fate: Fate,
}

/// What became of a message. A receipt that says neither, such as "queued", is no receipt yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fate {
    /// It reached the phone.
    Delivered,
    /// It did not, and will not.
    Failed,
}

/// Names a message to the one gateway that reports on it: 128 bits that say nothing about whom it was for. As text, 32
/// lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ReceiptId([u8; 16]);

impl ReceiptId {
    /// Draws one that nobody can guess, for a gateway that reports to a URL of each message.
    ///
    /// # Errors
    /// A system without random numbers.
    pub fn draw() -> Result<Self, RandomError> {
        let mut bytes = [0; 16];
        SystemRandomness.fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// The name of a message to which the gateway gave an id of its own.
    pub fn of_gateway(channel: &str, id: &str) -> Self {
        let hash = Sha256::new().chain_update(channel).chain_update([0]).chain_update(id).finalize();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash[..16]);
        Self(bytes)
    }

    /// Reads its text.
    pub fn parse(text: &str) -> Option<Self> {
        let is_text = text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let number = u128::from_str_radix(text, 16).ok().filter(|_| is_text)?;
        Some(Self(number.to_be_bytes()))
    }

    /// Under which the hosts of one service keep a receipt for each other.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for ReceiptId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

/// Whoever has it may report on a message, so it is not shown.
impl fmt::Debug for ReceiptId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReceiptId(redacted)")
    }
}

impl Fate {
    /// As one host notes it for the others.
    pub fn to_note(self) -> Vec<u8> {
        match self {
            Self::Delivered => b"delivered".to_vec(),
            Self::Failed => b"failed".to_vec(),
        }
    }

    /// Reads what another host noted.
    pub fn from_note(note: &[u8]) -> Option<Self> {
        [Self::Delivered, Self::Failed].into_iter().find(|fate| fate.to_note() == note)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_text_and_no_two_messages_have_one_id() {
        let id = ReceiptId::draw().unwrap();
        assert_eq!(ReceiptId::parse(&id.to_string()), Some(id));
        assert_ne!(id, ReceiptId::draw().unwrap());
        for text in ["", "0", "+0000000000000000000000000000000", &"F".repeat(32), &"0".repeat(33), &"g".repeat(32)] {
            assert_eq!(ReceiptId::parse(text), None, "{text}");
        }
        let of = ReceiptId::of_gateway;
        assert_eq!(of("msg91", "abc"), of("msg91", "abc"));
        assert_ne!(of("msg91", "abc"), of("msg9", "1abc"));
        assert!(!format!("{id:?}").contains(&id.to_string()));
    }
}
