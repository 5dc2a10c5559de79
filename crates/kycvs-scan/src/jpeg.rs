use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use crate::{Luma, ScanError};

/// Decodes a JPEG as grey, which of most is one of its planes.
pub(crate) fn decode(file: &[u8], max_pixels: usize) -> Result<Luma, ScanError> {
    let options = DecoderOptions::new_safe().jpeg_set_out_colorspace(ColorSpace::Luma);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(file), options);
    decoder.decode_headers().map_err(|_| ScanError::Damaged)?;
    if matches!(decoder.input_colorspace(), Some(ColorSpace::CMYK | ColorSpace::YCCK)) {
        decoder.set_options(options.jpeg_set_out_colorspace(ColorSpace::RGB)); // of ink there is no plane of grey
    }
    let info = decoder.info().ok_or(ScanError::Damaged)?;
    let (width, height) = (usize::from(info.width), usize::from(info.height));
    if width * height > max_pixels {
        return Err(ScanError::TooLarge);
    }
    let samples = decoder.decode().map_err(|_| ScanError::Damaged)?;
    let channels = samples.len().checked_div(width * height).unwrap_or_default();
    Luma::of(width, height, &samples, channels)
}
