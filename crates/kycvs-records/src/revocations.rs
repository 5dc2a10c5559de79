//! Which certificates their issuers have revoked: lists that an operator keeps as files, and that nobody fetches here.

mod dcc;
mod name;
mod shc;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
pub use dcc::{Coordinates, HashKind, SliceKind};
use name::ListName;

/// The most lists that are held together.
pub const MAX_LISTS: usize = 100_000;
/// The largest file of one list, in bytes.
pub const MAX_LIST_BYTES: usize = 16 * 1024 * 1024;

/// The lists of all issuers. A certificate that is on one is refused with [`RecordError::Revoked`](crate::RecordError::Revoked); one whose
/// issuer has no list here is not, since few issuers have any.
#[derive(Clone, Debug, Default)]
pub struct Revocations {
    /// By the name of the key.
    cards: BTreeMap<String, shc::Revoked>,
    /// By the name of the key, in Base64.
    certificates: BTreeMap<String, Vec<dcc::Slice>>,
    lists: usize,
}

/// Why a file is no revocation list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RevocationError {
    /// Larger than [`MAX_LIST_BYTES`], or more lists than [`MAX_LISTS`].
    #[error("the revocation list is too large, or there are too many")]
    TooLarge,
    /// Not of its format.
    #[error("the revocation list is malformed: {0}")]
    Malformed(&'static str),
    /// Of another name than [`Revocations::add_file`] knows.
    #[error("the file's name does not say which revocation list it is")]
    Name,
    /// An older list of a key than the one that is held.
    #[error("a newer revocation list of this key is held")]
    Older,
}

impl Revocations {
    /// Takes a list of any kind, told by the name of its file: `….json` is a list of a SMART Health Card issuer;
    /// `KID.HASH.KIND`, or `KID.HASH.PREFIX.KIND`, is a slice of the EU's. There `KID` is the key id in base64url, `HASH` is `signature`,
    /// `uci` or `countrycodeuci`, `PREFIX` is what [`Coordinates`] hold, and `KIND` is `varhashlist` or `bloomfilter`.
    ///
    /// # Errors
    /// [`RevocationError`], and then nothing has changed.
    pub fn add_file(&mut self, name: &str, file: &[u8]) -> Result<(), RevocationError> {
        match ListName::read(name).ok_or(RevocationError::Name)? {
            ListName::Cards => self.add_card_list(file),
            ListName::Slice { key, hash, kind, at } => self.add_dcc_slice(&key, hash, kind, at, file),
        }
    }

    /// Takes a list of a SMART Health Card issuer, `.well-known/crl/{kid}.json`.
    ///
    /// # Errors
    /// [`RevocationError`], and then nothing has changed.
    pub fn add_card_list(&mut self, file: &[u8]) -> Result<(), RevocationError> {
        self.check(file)?;
        let (key, list) = shc::Revoked::read(file)?;
        match self.cards.get(&key) {
            Some(held) if held.counter() > list.counter() => Err(RevocationError::Older),
            _ => {
                self.lists += usize::from(self.cards.insert(key, list).is_none());
                Ok(())
            }
        }
    }

    /// Takes a slice of the EU's lists for the key of that name (Base64), as its backend hands it out: what is hashed, and at which
    /// coordinates the slice lies.
    ///
    /// # Errors
    /// [`RevocationError`], and then nothing has changed.
    pub fn add_dcc_slice(
        &mut self,
        key: &str,
        hash: HashKind,
        kind: SliceKind,
        at: Coordinates,
        slice: &[u8],
    ) -> Result<(), RevocationError> {
        self.check(slice)?;
        let slice = dcc::Slice::read(hash, kind, at, slice)?;
        self.certificates.entry(key.to_owned()).or_default().push(slice);
        self.lists += 1;
        Ok(())
    }

    /// How many lists there are.
    pub fn lists(&self) -> usize {
        self.lists
    }

    /// Whether a card by that key, with that `rid` and issued at that time, is revoked.
    pub(crate) fn has_card(&self, key: &str, rid: &str, issued_at: DateTime<Utc>) -> bool {
        self.cards.get(key).is_some_and(|list| list.has(rid, issued_at))
    }

    /// Whether a certificate by that key is revoked, by any of its hashes.
    pub(crate) fn has_certificate(&self, key: &str, hash: impl Fn(HashKind) -> Option<[u8; 16]>) -> bool {
        let slices = self.certificates.get(key).map(Vec::as_slice).unwrap_or_default();
        slices.iter().any(|slice| hash(slice.hash()).is_some_and(|hash| slice.has(&hash)))
    }

    fn check(&self, file: &[u8]) -> Result<(), RevocationError> {
        if file.len() > MAX_LIST_BYTES || self.lists >= MAX_LISTS { Err(RevocationError::TooLarge) } else { Ok(()) }
    }
}
