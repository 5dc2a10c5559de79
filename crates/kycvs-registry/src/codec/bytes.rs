use super::CodecError;
use crate::record::date_from_days;

/// What is left to read.
#[derive(Clone, Copy, Default)]
pub(super) struct Bytes<'a>(pub(super) &'a [u8]);

impl<'a> Bytes<'a> {
    #[inline]
    pub(super) fn varint(&mut self) -> Result<u64, CodecError> {
        let mut number = 0;
        for shift in (0..63).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return if byte == 0 && shift > 0 { Err(CodecError::NotCanonical) } else { Ok(number) };
            }
        }
        Err(CodecError::TooMany)
    }

    #[inline]
    pub(super) fn date(&mut self) -> Result<chrono::NaiveDate, CodecError> {
        let days = self.array().map(u16::from_be_bytes)?;
        date_from_days(days).ok_or(CodecError::NotCanonical)
    }

    #[inline]
    pub(super) fn text(&mut self, length: u64) -> Result<&'a str, CodecError> {
        str::from_utf8(self.take(length)?).map_err(|_| CodecError::NotText)
    }

    #[inline]
    pub(super) fn byte(&mut self) -> Result<u8, CodecError> {
        self.array().map(|[byte]| byte)
    }

    #[inline]
    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], CodecError> {
        let (array, rest) = self.0.split_first_chunk().ok_or(CodecError::Truncated)?;
        self.0 = rest;
        Ok(*array)
    }

    #[inline]
    pub(super) fn take(&mut self, length: u64) -> Result<&'a [u8], CodecError> {
        let length = usize::try_from(length).map_err(|_| CodecError::Truncated)?;
        let (taken, rest) = self.0.split_at_checked(length).ok_or(CodecError::Truncated)?;
        self.0 = rest;
        Ok(taken)
    }
}
