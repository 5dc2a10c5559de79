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
    let zlib = if wrapping == Wrapping::Zlib { inflate_flags::TINFL_FLAG_PARSE_ZLIB_HEADER } else { 0 };
    let flags = zlib | inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
    let mut state = DecompressorOxide::new();
    // Certificates unpack to three times as much at most; what unpacks to more has its room doubled.
    let mut out = vec![0; max.min(packed.len().saturating_mul(3))];
    let (mut rest, mut written) = (packed, 0);
    loop {
        let (status, read, more) = decompress(&mut state, rest, &mut out, written, flags);
        rest = rest.get(read..).unwrap_or_default();
        written += more;
        match status {
            TINFLStatus::Done if rest.is_empty() => {
                out.truncate(written);
                return Ok(out);
            }
            TINFLStatus::HasMoreOutput if out.len() < max => out.resize(max.min(2 * out.len().max(1)), 0),
            TINFLStatus::HasMoreOutput => return Err(RecordError::TooLarge("unpacked")),
            _ => return Err(RecordError::Container("DEFLATE")),
        }
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
    fn what_unpacks_to_much_more_is_whole_up_to_the_limit() {
        let long = b"dose ".repeat(2_000);
        let packed = compress_to_vec_zlib(&long, 9);
        assert!(packed.len() * 100 < long.len());
        assert_eq!(inflate(&packed, Wrapping::Zlib, long.len()).unwrap(), long);
        assert_eq!(inflate(&packed, Wrapping::Zlib, long.len() - 1), Err(RecordError::TooLarge("unpacked")));
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let bomb = compress_to_vec(&vec![0; 1 << 20], 9);
        assert_eq!(inflate(&bomb, Wrapping::None, 16 * 1024), Err(RecordError::TooLarge("unpacked")));
    }
}
