//! The bytes of a household: what is sealed.
//!
//! Names come first, since a lookup reads all names and then one person. Numbers are big-endian, except that a *varint*
//! has seven bits a byte, the low ones first, and the top bit set on all but the last.
//!
//! | household | bytes |
//! |---|---|
//! | `0xf0` format: 2 (or 0, which is format 1); `0x0f` how many people: 0 (all were erased) to 6 | 1 |
//! | the length of each one's name in bytes | a varint each |
//! | the normalised names, run together, UTF-8 | the sum of these |
//! | the rest of each person, in the same order | each: |
//!
//! | person | bytes |
//! |---|---|
//! | flags: `0x80` birth known, `0x40` id is a number, `0x20` *more*, `0x1f` how many doses: 0 to 30, or 31: it is the next byte | 1 |
//! | how many doses, where it is 31 or more (at most 100) | 1 |
//! | *more*, where there is any: `0x80` of the birth the year alone is known, `0x70` how many other ids (0 to 7), `0x0f` how much evidence | 1 |
//! | id, as a number: digits without a leading zero, up to 18 | varint |
//! | id, as text: its length, and ASCII letters and digits | 1 + length |
//! | birth, where known: days since 1900-01-01, or years since 1900 | 2, or 1 |
//! | other ids, ascending: the length of each, and ASCII letters and digits | 1 + length each |
//! | doses, ascending by date and then product | each: |
//! | evidence, ascending | each: |
//!
//! | dose | bytes |
//! |---|---|
//! | product: `0x80` *long*, `0x40` *more*, `0x3f` its short number (`products.rs`; 0: it has no code) or the high bits of its code | 1 |
//! | *long*: the low bits of its code, which has 14 and no short number | 1 |
//! | date: days since 1900-01-01 | 2 |
//! | `0x1f` length of the batch (0 to 20); `0xe0` dose number (0 unknown, 1 to 6, or 7: it is the next byte) | 1 |
//! | dose number, where it is 7 or more | 1 |
//! | *more*: `0x03` source (0 registry, 1 certificate, 2 stated); `0x04` the doses of the series are known | 1 |
//! | doses of the series, where known: 1 to 255 | 1 |
//! | batch, ASCII | its length |
//!
//! | evidence | bytes |
//! |---|---|
//! | antigen: its number | 1 |
//! | `0x03` source, `0x04` disease (else antibodies), `0x08` day known, `0x10` titre known | 1 |
//! | day, where known: days since 1900-01-01 | 2 |
//! | titre, where known: mIU/ml, below 2^32 | varint |
//!
//! Format 1 had neither *more* nor *long*, and up to 24 doses: otherwise the same bytes, so one decoder reads both. What is
//! written is format 2.
//!
//! A person with a 15-letter name, a 14-digit id, a birth date and two doses of COVID-19 vaccine with 9-character batches takes
//! 52 bytes in either format; a dose of another vaccine takes one more. Every household has one encoding in format 2, and
//! [`decode`] refuses all others. A code that the catalogue does not know is kept.

mod bytes;
mod decode;
mod encode;
mod parts;
mod products;
#[cfg(test)]
mod tests;

pub(crate) use decode::{RawHousehold, decode};
pub(crate) use encode::{encode, room};

/// Of a household.
const FORMAT_1: u8 = 0x00;
const FORMAT_2: u8 = 0x20;
const PEOPLE_COUNT: u8 = 0x0f;

/// Of a person.
const BIRTH_DATE: u8 = 0x80;
const ID_IS_NUMBER: u8 = 0x40;
const MORE: u8 = 0x20;
const DOSE_COUNT: u8 = 0x1f;
const MANY_DOSES: u8 = 31;
const BIRTH_YEAR: u8 = 0x80;
const OTHER_IDS_SHIFT: u32 = 4;
const OTHER_IDS: u8 = 0x07;
const EVIDENCE_COUNT: u8 = 0x0f;
const FIRST_YEAR: u16 = 1900;

/// Of a dose.
const LONG_CODE: u8 = 0x80;
const MORE_OF_DOSE: u8 = 0x40;
const SHORT_CODE: u8 = 0x3f;
const BATCH_LEN: u8 = 0x1f;
const NUMBER_SHIFT: u32 = 5;
const LONG_NUMBER: u8 = 7;
const SERIES_KNOWN: u8 = 0x04;

/// Of evidence.
const DISEASE: u8 = 0x04;
const DAY_KNOWN: u8 = 0x08;
const TITRE_KNOWN: u8 = 0x10;

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

fn canonical<T>(value: T, holds: bool) -> Result<T, CodecError> {
    if holds { Ok(value) } else { Err(CodecError::NotCanonical) }
}

/// The ids that are written as numbers: 1 to 18 digits, the first of them not 0.
const ID_NUMBERS: std::ops::Range<u64> = 1..1_000_000_000_000_000_000;

/// An id as its number, where it is written as one.
fn id_number(id: &str) -> Option<u64> {
    let digits = id.len() <= 18 && !id.starts_with('0') && id.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| id.parse().ok()).flatten()
}
