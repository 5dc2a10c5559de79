//! Slices of the EU's revocation lists: sets of the beginnings of hashes, or Bloom filters of hashes.

use ring::digest::{SHA256, digest};

use super::RevocationError;

const MALFORMED: RevocationError = RevocationError::Malformed("not a slice of its kind");

/// What of a certificate is hashed (SHA-256, of which 16 bytes count).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HashKind {
    /// The signature: of ECDSA its first half.
    Signature,
    /// The certificate's id (`ci`).
    Uci,
    /// The country of vaccination (`co`), then the id.
    CountryCodeUci,
}

/// How a slice holds its set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SliceKind {
    /// `VARHASHLIST`: the beginnings of the hashes.
    VarHashList,
    /// `BLOOMFILTER`.
    BloomFilter,
}

/// Where a slice lies: it is asked only about hashes that begin so. Empty (`POINT`) for a key with one slice for each chunk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coordinates {
    /// The first hexadecimal digits of the hash that every member has: none, one (`VECTOR`'s x) or two (`COORDINATE`'s x and y), then
    /// the chunk's digit where chunks are by digit.
    pub prefix: String,
}

/// A slice.
#[derive(Clone, Debug)]
pub(super) struct Slice {
    hash: HashKind,
    prefix: String,
    set: Set,
}

#[derive(Clone, Debug)]
enum Set {
    /// Elements of one length, sorted.
    Prefixes {
        size: usize,
        elements: Vec<u8>,
    },
    Bloom {
        hashes: u8,
        words: Vec<u32>,
    },
}

impl Slice {
    pub(super) fn read(
        hash: HashKind,
        kind: SliceKind,
        at: Coordinates,
        bytes: &[u8],
    ) -> Result<Self, RevocationError> {
        let is_prefix = at.prefix.len() <= 3 && at.prefix.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if !is_prefix {
            return Err(RevocationError::Malformed("coordinates that are not hexadecimal digits"));
        }
        let set = match kind {
            SliceKind::VarHashList => prefixes(bytes),
            SliceKind::BloomFilter => bloom(bytes),
        };
        Ok(Self { hash, prefix: at.prefix, set: set.ok_or(MALFORMED)? })
    }

    pub(super) fn hash(&self) -> HashKind {
        self.hash
    }

    pub(super) fn has(&self, hash: &[u8; 16]) -> bool {
        let digit = |at: usize| hash.get(at / 2).map(|byte| if at.is_multiple_of(2) { byte >> 4 } else { byte & 15 });
        let lies_here = self.prefix.chars().enumerate().all(|(at, c)| c.to_digit(16) == digit(at).map(u32::from));
        lies_here
            && match &self.set {
                // Compared for equality, byte by byte: the reference sorts them as signed numbers.
                Set::Prefixes { size, elements } => {
                    elements.chunks_exact(*size).any(|element| hash.get(..*size) == Some(element))
                }
                Set::Bloom { hashes, words } => (0..*hashes).all(|round| is_set(words, hash, round)),
            }
    }
}

/// Version 1 (2 bytes), the rate of false positives (4), the number of elements (4), their size (1), and the elements.
fn prefixes(bytes: &[u8]) -> Option<Set> {
    let (head, elements) = bytes.split_at_checked(11)?;
    let ([0, 1, .., size], Ok(count)) = (head, <[u8; 4]>::try_from(head.get(6..10)?)) else { return None };
    let (size, count) = (usize::from(*size), usize::try_from(u32::from_be_bytes(count)).ok()?);
    let is_whole = (1..=16).contains(&size) && elements.len() == size.checked_mul(count)?;
    is_whole.then(|| Set::Prefixes { size, elements: elements.to_vec() })
}

/// Version 1 (2 bytes), the number of hashes (1), their kind, which is 0 for SHA-256 (1), the rate (4), the declared and the current
/// number of elements (4 each), the number of words (4), and the words of 32 bits. All numbers are big-endian.
fn bloom(bytes: &[u8]) -> Option<Set> {
    let (head, words) = bytes.split_at_checked(20)?;
    let [0, 1, hashes, 0, ..] = *head else { return None };
    let count = usize::try_from(u32::from_be_bytes(head.get(16..20)?.try_into().ok()?)).ok()?;
    let (chunks, rest) = words.as_chunks::<4>();
    let is_whole = hashes > 0 && count > 0 && chunks.len() == count && rest.is_empty();
    is_whole.then(|| Set::Bloom { hashes, words: chunks.iter().map(|word| u32::from_be_bytes(*word)).collect() })
}

/// Whether the bit of a round is set: SHA-256 of the element and the round's number as a signed number, modulo the number of bits.
fn is_set(words: &[u32], element: &[u8], round: u8) -> bool {
    let hash = digest(&SHA256, &[element, &[round]].concat());
    let bits = u64::try_from(words.len()).unwrap_or(u64::MAX).saturating_mul(32).max(1);
    let unsigned = hash.as_ref().iter().fold(0, |rest: u64, byte| (rest * 256 + u64::from(*byte)) % bits);
    // Below zero it is less by 2^256, and a remainder is never below zero.
    let is_negative = hash.as_ref().first().is_some_and(|byte| *byte >= 0x80);
    let wrap = (0..32).fold(1 % bits, |rest: u64, _| rest * 256 % bits);
    let index = if is_negative { (unsigned + bits - wrap) % bits } else { unsigned };
    let word = usize::try_from(index / 32).ok().and_then(|at| words.get(at));
    word.is_some_and(|word| word & (0x8000_0000 >> (index % 32)) != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slice(kind: SliceKind, bytes: &[u8]) -> Result<Slice, RevocationError> {
        Slice::read(HashKind::Uci, kind, Coordinates::default(), bytes)
    }

    /// The vector of dgca-partialvarhashfilter (Apache-2.0).
    #[test]
    fn a_list_of_beginnings_has_what_the_reference_says() {
        let bytes = [0, 1, 0x35, 0x86, 0x37, 0xbd, 0, 0, 0, 6, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14];
        let list = slice(SliceKind::VarHashList, &bytes).unwrap();
        let has = |one, two| list.has(&[one, two, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9]);
        assert!(has(3, 4) && has(5, 6) && has(13, 14));
        assert!(!has(4, 5) && !has(255, 255));
        for end in 0..bytes.len() {
            assert!(slice(SliceKind::VarHashList, &bytes[..end]).is_err(), "{end} bytes");
        }
        let changed = |at: usize, byte| {
            let mut bytes = bytes;
            bytes[at] = byte;
            slice(SliceKind::VarHashList, &bytes).is_err()
        };
        assert!(changed(1, 2) && changed(10, 0) && changed(10, 17) && changed(9, 7));
    }

    /// The words of a filter, the number of its hashes, and what it has.
    type Case = (&'static [i32], u8, &'static [(&'static str, bool)]);

    /// The filters of dgc-bloomfilter's tests (Apache-2.0), with the number of hashes that they were made with.
    #[test]
    fn a_filter_has_what_the_reference_says() {
        let cases: [Case; 4] = [
            (&[2_102_098_068, 1_202_697_683, 439_752_268], 66, &[("1", true)]),
            (&[2_129_861_756, 1_680_563_432], 22, &[("1", true), ("2", true)]),
            (&[72_564_506, 917_192_896], 15, &[("1", true), ("2", false), ("3", true)]),
            (
                &[373_367_068, -1_457_290_747, -1_504_305_326, 379_210_944],
                22,
                &[("1", true), ("2", false), ("3", true), ("4", true)],
            ),
        ];
        for (words, hashes, elements) in cases {
            let words: Vec<u32> = words.iter().map(|word| word.cast_unsigned()).collect();
            for (element, expected) in elements {
                let found = (0..hashes).all(|round| is_set(&words, element.as_bytes(), round));
                assert_eq!(found, *expected, "{element} in {words:?}");
            }
        }
    }

    #[test]
    fn a_filter_cut_short_or_of_another_hash_is_refused() {
        let bytes = [0, 1, 3, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 2, 3, 4];
        assert!(slice(SliceKind::BloomFilter, &bytes).is_ok());
        for end in 0..bytes.len() {
            assert!(slice(SliceKind::BloomFilter, &bytes[..end]).is_err(), "{end} bytes");
        }
        for (at, byte) in [(1, 2), (2, 0), (3, 1), (19, 0), (19, 2)] {
            let mut bytes = bytes;
            bytes[at] = byte;
            assert!(slice(SliceKind::BloomFilter, &bytes).is_err(), "byte {at}");
        }
        let far = Coordinates { prefix: "g".into() };
        assert!(Slice::read(HashKind::Uci, SliceKind::BloomFilter, far, &bytes).is_err());
    }
}
