//! The pictures in a PDF, taken out as they lie there (ISO 32000-1, 7.3.8 and 8.9.5). Nothing is rendered.

use std::borrow::Cow;

use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

use crate::{Limits, Luma, ScanError, ascii, jpeg};

/// Sides of a picture that may hold a code, in pixels.
const SIDES: std::ops::RangeInclusive<usize> = 40..=4200;
/// How far before a stream its dictionary may begin.
const MAX_DICTIONARY: usize = 4096;

/// Takes out the pictures that may hold a code. One that cannot be read is passed over.
pub(crate) fn pictures(file: &[u8], limits: &Limits, goes_on: &dyn Fn() -> bool) -> Result<Vec<Luma>, ScanError> {
    if find(file, b"/Encrypt").is_some() {
        return Err(ScanError::Encrypted);
    }
    let mut pictures = Vec::new();
    let (mut rest, mut pixels) = (file, 0);
    while let Some((dictionary, data, after)) = next_stream(rest) {
        rest = after;
        let Some((width, height)) = sides(dictionary) else { continue };
        pixels += width * height;
        if pictures.len() >= limits.pictures || pixels > 2 * limits.pixels {
            return Err(ScanError::TooLarge);
        }
        if !goes_on() {
            return Err(ScanError::OutOfTime);
        }
        let Some(data) = out_of_letters(dictionary, data) else { continue };
        if has(dictionary, b"DCTDecode") && !has(dictionary, b"FlateDecode") {
            pictures.extend(jpeg::decode(&data, limits.pixels));
        } else if has(dictionary, b"FlateDecode") {
            pictures.extend(flate(dictionary, &data, width, height));
        }
    }
    Ok(pictures)
}

/// The dictionary and the data of the next stream, and what follows.
fn next_stream(file: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let at = find(file, b"stream")?;
    let (before, from) = file.split_at(at);
    let data = from.get(b"stream".len()..)?;
    let data = data.strip_prefix(b"\r\n").or_else(|| data.strip_prefix(b"\n")).unwrap_or(data);
    let end = find(data, b"endstream")?;
    let dictionary = before.get(before.len().saturating_sub(MAX_DICTIONARY)..)?;
    let start = rfind(dictionary, b" obj").unwrap_or_default();
    Some((dictionary.get(start..)?, data.get(..end)?, data.get(end + b"endstream".len()..)?))
}

/// The sides of a stream that is a picture and no mask.
fn sides(dictionary: &[u8]) -> Option<(usize, usize)> {
    let sides =
        has(dictionary, b"/Image").then(|| Some((number(dictionary, b"/Width")?, number(dictionary, b"/Height")?)));
    sides.flatten().filter(|(width, height)| SIDES.contains(width) && SIDES.contains(height))
}

/// The data of a stream whose first filter may put it into letters.
fn out_of_letters<'a>(dictionary: &[u8], data: &'a [u8]) -> Option<Cow<'a, [u8]>> {
    let first = dictionary.get(find(dictionary, b"/Filter")? + b"/Filter".len()..)?;
    let first = first.trim_ascii_start().strip_prefix(b"[").unwrap_or(first).trim_ascii_start();
    match first {
        name if name.starts_with(b"/ASCII85Decode") || name.starts_with(b"/A85") => ascii::base85(data).map(Cow::Owned),
        name if name.starts_with(b"/ASCIIHexDecode") || name.starts_with(b"/AHx") => {
            ascii::hexadecimal(data).map(Cow::Owned)
        }
        _ => Some(Cow::Borrowed(data)),
    }
}

/// A picture by zlib: one or eight bits a sample, with PNG's filters or without.
fn flate(dictionary: &[u8], data: &[u8], width: usize, height: usize) -> Option<Luma> {
    let filters = number(dictionary, b"/Predictor").is_some_and(|predictor| predictor >= 10);
    let most = height * (4 * width + 1);
    let samples = decompress_to_vec_zlib_with_limit(data, most).ok()?;
    let line = samples.len() / height - usize::from(filters);
    if number(dictionary, b"/BitsPerComponent") == Some(1) && line == width.div_ceil(8) {
        let samples = if filters { unfiltered(&samples, line, 1)? } else { samples };
        let bit =
            |line: &[u8], x: usize| if line.get(x / 8).unwrap_or(&0) >> (7 - x % 8) & 1 == 1 { u8::MAX } else { 0 };
        let pixels: Vec<u8> =
            samples.chunks_exact(line).take(height).flat_map(|line| (0..width).map(move |x| bit(line, x))).collect();
        return Luma::of(width, height, &pixels, 1).ok();
    }
    let channels = line / width;
    let samples = if filters { unfiltered(&samples, line, channels)? } else { samples };
    // Four channels are cyan, magenta, yellow and black, whose sum is darkness.
    match channels {
        1 | 3 => Luma::of(width, height, samples.get(..width * height * channels)?, channels).ok(),
        4 => {
            let dark = |sample: &[u8]| sample.iter().fold(0_u8, |sum, part| sum.saturating_add(*part));
            let pixels: Vec<u8> =
                samples.chunks_exact(4).take(width * height).map(|sample| 255 - dark(sample)).collect();
            Luma::of(width, height, &pixels, 1).ok()
        }
        _ => None,
    }
}

/// Undoes PNG's filters (PNG, section 9): each line begins with the number of its own.
fn unfiltered(samples: &[u8], line: usize, channels: usize) -> Option<Vec<u8>> {
    let mut out: Vec<u8> = Vec::with_capacity(samples.len());
    let mut above = vec![0; line];
    for filtered in samples.chunks_exact(line + 1) {
        let (filter, filtered) = filtered.split_first()?;
        let mut current: Vec<u8> = Vec::with_capacity(line);
        for (x, (byte, up)) in filtered.iter().zip(&above).enumerate() {
            let before = |row: &[u8]| x.checked_sub(channels).and_then(|x| row.get(x)).copied().unwrap_or_default();
            let (left, corner) = (before(&current), before(&above));
            let predicted = match filter {
                0 => 0,
                1 => left,
                2 => *up,
                3 => left.midpoint(*up),
                4 => paeth(left, *up, corner),
                _ => return None,
            };
            current.push(byte.wrapping_add(predicted));
        }
        out.extend_from_slice(&current);
        above = current;
    }
    Some(out)
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let guess = i16::from(left) + i16::from(up) - i16::from(corner);
    let away = |byte: u8| (guess - i16::from(byte)).abs();
    let nearest = if away(left) <= away(up) { left } else { up };
    if away(nearest) <= away(corner) { nearest } else { corner }
}

/// The number that follows a name; of a reference to one, nothing.
fn number(dictionary: &[u8], name: &[u8]) -> Option<usize> {
    let after = dictionary.get(find(dictionary, name)? + name.len()..)?.trim_ascii_start();
    let digits = after.iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(after.get(..digits)?).ok()?.parse().ok()
}

fn has(bytes: &[u8], wanted: &[u8]) -> bool {
    find(bytes, wanted).is_some()
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = *wanted.first()?;
    let mut from = 0;
    loop {
        let at = from + bytes.get(from..)?.iter().position(|byte| *byte == first)?;
        if bytes.get(at..)?.starts_with(wanted) {
            return Some(at);
        }
        from = at + 1;
    }
}

fn rfind(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).rposition(|window| window == wanted)
}
