use std::io::Cursor;

use png::{Decoder, Transformations};

use crate::{Luma, ScanError, jpeg};

/// Decodes a picture, whose pixels are counted before.
pub(crate) fn decode(file: &[u8], max_pixels: usize) -> Result<Luma, ScanError> {
    if file.starts_with(b"\x89PNG\r\n\x1a\n") {
        png(file, max_pixels)
    } else if file.starts_with(b"\xff\xd8\xff") {
        jpeg::decode(file, max_pixels)
    } else {
        Err(ScanError::Kind)
    }
}

fn png(file: &[u8], max_pixels: usize) -> Result<Luma, ScanError> {
    let mut decoder = Decoder::new(Cursor::new(file));
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(|_| ScanError::Damaged)?;
    let side = |length: u32| usize::try_from(length).map_err(|_| ScanError::TooLarge);
    let (width, height) = (side(reader.info().width)?, side(reader.info().height)?);
    if width.checked_mul(height).is_none_or(|pixels| pixels > max_pixels) {
        return Err(ScanError::TooLarge);
    }
    let mut samples = vec![0; reader.output_buffer_size().ok_or(ScanError::TooLarge)?];
    let frame = reader.next_frame(&mut samples).map_err(|_| ScanError::Damaged)?;
    samples.truncate(frame.buffer_size());
    Luma::of(width, height, &samples, frame.color_type.samples())
}
