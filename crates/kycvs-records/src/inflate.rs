use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags};

use crate::RecordError;

/// What a DEFLATE stream (RFC 1951) is wrapped in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wrapping {
    None,
    Zlib,
}

/// Unpacks a stream, all of it and nothing behind it, into at most `max` bytes.
pub(crate) fn inflate(packed: &[u8], wrapping: Wrapping, max: usize) -> Result<Vec<u8>, RecordError> {
    const INVALID: RecordError = RecordError::Container("DEFLATE");
    let zlib = if wrapping == Wrapping::Zlib { inflate_flags::TINFL_FLAG_PARSE_ZLIB_HEADER } else { 0 };
    let flags = zlib | inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
    let mut out = vec![0; max];
    let (status, read, written) = decompress(&mut DecompressorOxide::new(), packed, &mut out, 0, flags);
    match status {
        TINFLStatus::Done if read == packed.len() => {
            out.truncate(written);
            Ok(out)
        }
        TINFLStatus::HasMoreOutput => Err(RecordError::TooLarge("unpacked")),
        _ => Err(INVALID),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use miniz_oxide::deflate::{compress_to_vec, compress_to_vec_zlib};

    #[test]
    fn a_stream_ends_where_its_bytes_end() {
        let mut packed = compress_to_vec_zlib(b"status", 6);
        assert_eq!(inflate(&packed, Wrapping::Zlib, 100).unwrap(), b"status");
        assert!(inflate(&packed[..packed.len() - 1], Wrapping::Zlib, 100).is_err());
        packed.push(0);
        assert!(inflate(&packed, Wrapping::Zlib, 100).is_err());
        assert!(inflate(&compress_to_vec(b"status", 6), Wrapping::Zlib, 100).is_err());
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let bomb = compress_to_vec(&vec![0; 1 << 20], 9);
        assert_eq!(inflate(&bomb, Wrapping::None, 16 * 1024), Err(RecordError::TooLarge("unpacked")));
    }
}
