use std::borrow::Cow;

use crate::Item;

/// The tag of COSE_Sign1 (RFC 9052 section 4.2).
const TAG: u64 = 18;

/// A COSE_Sign1 message with its tag, in the one form that this project writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sign1<'a> {
    /// The protected header, encoded, as it was signed.
    pub protected: Cow<'a, [u8]>,
    /// The unprotected header: nobody signed it.
    pub unprotected: Vec<(Item<'a>, Item<'a>)>,
    /// What is signed.
    pub payload: Cow<'a, [u8]>,
    /// The signature, in the form of its algorithm (RFC 9053 section 2).
    pub signature: Cow<'a, [u8]>,
}

impl<'a> Sign1<'a> {
    /// Reads a message, all of the bytes; `None` for anything but its one encoding.
    pub fn parse(bytes: &'a [u8]) -> Option<Self> {
        let Item::Tagged(TAG, message) = Item::parse(bytes)? else { return None };
        let Item::Array(parts) = *message else { return None };
        match <[Item<'a>; 4]>::try_from(parts).ok()? {
            [Item::Bytes(protected), Item::Map(unprotected), Item::Bytes(payload), Item::Bytes(signature)] => {
                Some(Self { protected, unprotected, payload, signature })
            }
            _ => None,
        }
    }

    /// The message, encoded.
    pub fn to_bytes(&self) -> Vec<u8> {
        let parts = vec![
            Item::bytes(&self.protected),
            Item::Map(self.unprotected.clone()),
            Item::bytes(&self.payload),
            Item::bytes(&self.signature),
        ];
        Item::Tagged(TAG, Box::new(Item::Array(parts))).to_bytes()
    }
}

/// What a signature is over (RFC 9052 section 4.4), with no external data.
pub fn signed(protected: &[u8], payload: &[u8]) -> Vec<u8> {
    Item::Array(vec!["Signature1".into(), Item::bytes(protected), Item::bytes(&[]), Item::bytes(payload)]).to_bytes()
}
