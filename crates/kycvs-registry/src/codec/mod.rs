//! The bytes of a household: what is sealed.
//!
//! Names stand first, since a lookup reads all names and then one person. Numbers are big-endian, except that a *varint*
//! has seven bits a byte, the low ones first, and the top bit set on all but the last.
//!
//! | household | bytes |
//! |---|---|
//! | how many people: 0 (all were erased) to 6 | 1 |
//! | the length of each one's name in bytes | a varint each |
//! | the normalised names, run together, UTF-8 | the sum of these |
//! | the rest of each person, in the same order | each: |
//!
//! | person | bytes |
//! |---|---|
//! | flags: `0x80` birth date known, `0x40` id is a number, `0x1f` how many doses (0 to 24) | 1 |
//! | id, as a number: digits without a leading zero, up to 18 | varint |
//! | id, as text: its length, and ASCII letters and digits | 1 + length |
//! | birth date, where known: days since 1900-01-01 | 2 |
//! | doses, their dates ascending | each: |
//!
//! | dose | bytes |
//! |---|---|
//! | product: its number in the catalogue, 0 for one that the catalogue does not know | 1 |
//! | date: days since 1900-01-01 | 2 |
//! | `0x1f` length of the batch (0 to 20); `0xe0` dose number (0 unknown, 1 to 6, or 7: it is the next byte) | 1 |
//! | dose number, where it is 7 or more | 1 |
//! | batch, ASCII | its length |
//!
//! A person with a 15-letter name, a 14-digit id, a birth date and two doses with 9-character batches takes 52 bytes. Every
//! household has one encoding, and [`decode`] refuses all others.

mod decode;
mod encode;
mod products;
#[cfg(test)]
mod tests;

pub(crate) use decode::{RawHousehold, decode};
pub(crate) use encode::{encode, room};

const BIRTH_DATE: u8 = 0x80;
const ID_IS_NUMBER: u8 = 0x40;
const DOSE_COUNT: u8 = 0x1f;
const BATCH_LEN: u8 = 0x1f;
const NUMBER_SHIFT: u32 = 5;
const LONG_NUMBER: u8 = 7;

/// Why bytes are no household. It stays inside: what was opened with the right key was written by a registry, so this is
/// a fault of software, and tells a caller no more than "damaged".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CodecError {
    Truncated,
    TooMany,
    NotCanonical,
    NotText,
    UnknownProduct,
}

/// An id that is written as a number: 1 to 18 digits, the first of them not 0.
fn id_number(id: &str) -> Option<u64> {
    let digits = id.len() <= 18 && !id.starts_with('0') && id.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| id.parse().ok()).flatten()
}
