use std::ops::Range;

use crate::ScanError;

/// A place in a picture, by column and row.
pub(crate) type Point = (f32, f32);

/// A picture as shades of grey, a byte a pixel, line by line.
#[derive(Clone)]
pub(crate) struct Luma {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) pixels: Vec<u8>,
}

impl Luma {
    /// A picture of samples of one byte: grey, grey and alpha, red green blue, or these with alpha. What is transparent is white.
    pub(crate) fn of(width: usize, height: usize, samples: &[u8], channels: usize) -> Result<Self, ScanError> {
        let expected = width.checked_mul(height).and_then(|pixels| pixels.checked_mul(channels));
        if expected != Some(samples.len()) || samples.is_empty() {
            return Err(ScanError::Damaged);
        }
        let grey = |r: u8, g: u8, b: u8| {
            let weighted = 299 * u32::from(r) + 587 * u32::from(g) + 114 * u32::from(b);
            u8::try_from(weighted / 1000).unwrap_or(u8::MAX)
        };
        let on_white = |grey: u8, alpha: u8| {
            let (grey, alpha) = (u32::from(grey), u32::from(alpha));
            u8::try_from((grey * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
        };
        let pixels = samples.chunks_exact(channels).map(|sample| match *sample {
            [g] => g,
            [g, a] => on_white(g, a),
            [r, g, b] => grey(r, g, b),
            [r, g, b, a] => on_white(grey(r, g, b), a),
            _ => u8::MAX,
        });
        let mut pixels: Vec<u8> = pixels.collect();
        stretch(&mut pixels);
        Ok(Self { width, height, pixels })
    }

    /// Paints over a code that has such points at its corners.
    pub(crate) fn cover(&mut self, corners: &[Point]) {
        let ends = |of: fn(&Point) -> f32| {
            let at = || corners.iter().map(of);
            (at().fold(f32::MAX, f32::min), at().fold(f32::MIN, f32::max))
        };
        let ((left, right), (top, bottom)) = (ends(|point| point.0), ends(|point| point.1));
        // A reader's points may be the middles of finder patterns. What is painted white spoils no other code's quiet zone.
        let beyond = (right - left).max(bottom - top) / 8.0;
        let (columns, rows) = (within(left - beyond, right + beyond), within(top - beyond, bottom + beyond));
        for line in self.pixels.chunks_exact_mut(self.width).take(rows.end).skip(rows.start) {
            let end = columns.end.min(line.len());
            line.get_mut(columns.start..end).unwrap_or_default().fill(u8::MAX);
        }
    }

    /// The same picture with no side longer than `side`: each pixel the mean of those that it stands for. `None` where it is no longer already.
    pub(crate) fn shrunk(&self, side: usize) -> Option<Self> {
        let longest = self.width.max(self.height);
        if longest <= side {
            return None;
        }
        let scaled = |length: usize| (length * side / longest).max(1);
        let (width, height) = (scaled(self.width), scaled(self.height));
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            let (top, bottom) = span(y, height, self.height);
            for x in 0..width {
                let (left, right) = span(x, width, self.width);
                let lines = self.pixels.chunks_exact(self.width).skip(top).take(bottom - top);
                let sum: u32 =
                    lines.flat_map(|line| line.get(left..right).unwrap_or_default()).map(|p| u32::from(*p)).sum();
                let count = u32::try_from((bottom - top) * (right - left)).unwrap_or(u32::MAX).max(1);
                pixels.push(u8::try_from(sum / count).unwrap_or(u8::MAX));
            }
        }
        Some(Self { width, height, pixels })
    }
}

/// The pixels between two places.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // what lies before the picture becomes its edge
fn within(from: f32, to: f32) -> Range<usize> {
    from.max(0.0) as usize..to.max(0.0) as usize
}

/// How far the dark and the light of a picture are apart at least, for a reader to tell them from noise.
const CONTRAST: u8 = 128;

/// Spreads the shades of a faint picture over all that there are, but for the darkest and the lightest hundredth.
fn stretch(pixels: &mut [u8]) {
    let mut counts = [0_usize; 256];
    pixels.iter().for_each(|pixel| counts[usize::from(*pixel)] += 1);
    let rare = pixels.len() / 100;
    let reached = |mut shades: Box<dyn Iterator<Item = u8>>| {
        let mut seen = 0;
        shades.find(|shade| {
            seen += counts[usize::from(*shade)];
            seen > rare
        })
    };
    let (dark, light) = (reached(Box::new(0..=u8::MAX)), reached(Box::new((0..=u8::MAX).rev())));
    let (Some(dark), Some(light)) = (dark, light) else { return };
    let range = light.saturating_sub(dark);
    if range == 0 || range >= CONTRAST {
        return;
    }
    for pixel in pixels {
        let above = u32::from(pixel.saturating_sub(dark).min(range));
        *pixel = u8::try_from(above * 255 / u32::from(range)).unwrap_or(u8::MAX);
    }
}

/// Which of the old lines a new one stands for: at least one.
fn span(at: usize, new: usize, old: usize) -> (usize, usize) {
    let from = at * old / new;
    (from, ((at + 1) * old / new).max(from + 1).min(old))
}
