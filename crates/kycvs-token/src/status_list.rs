//! The bits of a status list (draft-ietf-oauth-status-list-21 section 4), and their compressed form.

use std::fmt;

use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::{
    TINFL_FLAG_PARSE_ZLIB_HEADER, TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF,
};
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

/// What status lists are made by. It is a draft in the RFC Editor's queue, without a number of its own.
pub const STATUS_LIST_SPECIFICATION: &str = "draft-ietf-oauth-status-list-21";

/// The most positions of a list: 2^20, which are 128 KiB of bits.
pub const MAX_STATUS_LIST_POSITIONS: u32 = 1 << 20;

const MAX_BYTES: usize = MAX_STATUS_LIST_POSITIONS as usize / 8;

/// The bits of a status list, one for each token: 0 for a token that is good, 1 for one that no longer is.
///
/// A bit that rose never falls. So an old list and a new one can be joined, and writing one again changes nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct StatusList {
    /// Position 0 is the least significant bit of byte 0 (section 4.1 of the draft).
    bytes: Vec<u8>,
}

/// Why there is no such list, or no such position in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StatusListError {
    /// A list has whole bytes: 8 to [`MAX_STATUS_LIST_POSITIONS`] positions, a multiple of 8.
    Length,
    /// The position is not in the list.
    OutOfRange,
    /// Not a zlib stream (RFC 1950) of a list and nothing more.
    NotZlib,
}

impl fmt::Display for StatusListError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Length => "a status list has 8 to 1,048,576 positions, a multiple of 8",
            Self::OutOfRange => "the position is beyond the end of the status list",
            Self::NotZlib => "not the zlib stream of a status list",
        })
    }
}

impl std::error::Error for StatusListError {}

impl StatusList {
    /// A list of `positions` tokens, all good.
    ///
    /// # Errors
    /// [`StatusListError::Length`].
    pub fn new(positions: u32) -> Result<Self, StatusListError> {
        if positions == 0 || positions > MAX_STATUS_LIST_POSITIONS || !positions.is_multiple_of(8) {
            return Err(StatusListError::Length);
        }
        Ok(Self { bytes: vec![0; positions as usize / 8] })
    }

    /// How many positions there are.
    pub fn positions(&self) -> u32 {
        u32::try_from(self.bytes.len() * 8).unwrap_or(MAX_STATUS_LIST_POSITIONS)
    }

    /// How many of them have risen.
    pub fn risen(&self) -> u32 {
        self.bytes.iter().map(|byte| byte.count_ones()).sum()
    }

    /// Whether the bit at `index` has risen; `None` beyond the end.
    pub fn has_risen(&self, index: u32) -> Option<bool> {
        let (byte, mask) = place(index);
        self.bytes.get(byte).map(|byte| byte & mask != 0)
    }

    /// Raises the bit at `index`. It may have risen before.
    ///
    /// # Errors
    /// [`StatusListError::OutOfRange`].
    pub fn raise(&mut self, index: u32) -> Result<(), StatusListError> {
        let (byte, mask) = place(index);
        *self.bytes.get_mut(byte).ok_or(StatusListError::OutOfRange)? |= mask;
        Ok(())
    }

    /// Raises every bit that has risen in `other`. Returns how many have risen here and not there: more than none, where
    /// `other` is the later list, means that its publisher lost something.
    ///
    /// # Errors
    /// [`StatusListError::Length`] for a list of another length, and then nothing has changed.
    pub fn join(&mut self, other: &Self) -> Result<u32, StatusListError> {
        if self.bytes.len() != other.bytes.len() {
            return Err(StatusListError::Length);
        }
        let mut only_here = 0;
        for (ours, theirs) in self.bytes.iter_mut().zip(&other.bytes) {
            only_here += (*ours & !theirs).count_ones();
            *ours |= theirs;
        }
        Ok(only_here)
    }

    /// The list as a zlib stream (RFC 1950). `level` is 0 to 9, from fast to small; 6 takes some 30 ms for a million
    /// positions.
    pub fn to_zlib(&self, level: u8) -> Vec<u8> {
        compress_to_vec_zlib(&self.bytes, level.min(9))
    }

    /// Reads a zlib stream. It inflates to at most 128 KiB, whatever it is.
    ///
    /// # Errors
    /// [`StatusListError::Length`] for a longer list or an empty one, [`StatusListError::NotZlib`] for what is cut short,
    /// damaged, or followed by something.
    pub fn from_zlib(stream: &[u8]) -> Result<Self, StatusListError> {
        let mut bytes = vec![0; MAX_BYTES];
        let flags = TINFL_FLAG_PARSE_ZLIB_HEADER | TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
        let (status, read, written) = decompress(&mut DecompressorOxide::new(), stream, &mut bytes, 0, flags);
        match status {
            TINFLStatus::Done if read == stream.len() && written > 0 => {
                bytes.truncate(written);
                Ok(Self { bytes })
            }
            TINFLStatus::Done if read == stream.len() => Err(StatusListError::Length),
            TINFLStatus::HasMoreOutput => Err(StatusListError::Length),
            _ => Err(StatusListError::NotZlib),
        }
    }
}

/// The byte and the bit of a position.
fn place(index: u32) -> (usize, u8) {
    (index as usize / 8, 1 << (index % 8))
}

impl fmt::Debug for StatusList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StatusList").field("positions", &self.positions()).field("risen", &self.risen()).finish()
    }
}
