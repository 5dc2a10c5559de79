//! Pictures of every state, held to those that were kept.
//!
//! What is kept is small: of each 16 × 16 pixels their mean. So it does not matter how a machine smooths the edge of a letter, while a
//! line that breaks elsewhere, another colour, or a part that is gone are seen. Where lines break depends on the fonts, which are those
//! of Debian's `fonts-noto-core`; so `cargo xtask screenshots` compares, and other runs of the tests do not.

use std::fs::{self, File};
use std::io::{BufWriter, Cursor};
use std::iter::repeat;
use std::path::Path;

use crate::browser::Browser;
use png::{BitDepth, ColorType, Compression, Decoder, Encoder, Transformations};

/// How many pixels a side become one.
const BLOCK: usize = 16;
/// By how much a mean may differ, of 255.
const MOST_DIFFERENCE: u8 = 24;
/// How many means of a state, in six pictures of some 10,000 blocks, may differ by more.
const MOST_BLOCKS: usize = 8;
/// Of a mean, so many bits are kept.
const KEPT_BITS: u8 = 0b1111_0000;
/// Whether pictures are kept or compared; neither if it is not set.
const WANTED: &str = "KYCVS_SCREENSHOTS";

const HIDE_TIMES: &str =
    "document.querySelectorAll('time, .countdown, [data-resend-in]').forEach(part => part.style.visibility = 'hidden')";

/// A picture with a mean for each block, in rows.
#[derive(Debug, PartialEq)]
pub(crate) struct Small {
    width: usize,
    means: Vec<[u8; 3]>,
}

impl Browser {
    /// Takes a picture of a state, if pictures are wanted: as it is for who looks, and made small. What says the time is left out.
    pub(crate) async fn state_picture(&self, name: &str) -> Option<Small> {
        std::env::var_os(WANTED)?;
        self.js(HIDE_TIMES, &[]).await;
        let picture = self.whole_page().await;
        Self::put_picture(name, &picture);
        Some(Small::of_png(&picture))
    }
}

/// How the pictures of a state, which are kept beside each other in one file, differ from those that were kept; nothing where they
/// do not, or where nobody wants to know.
pub(crate) fn difference(state: &str, taken: &[Small]) -> Option<String> {
    let wanted = std::env::var(WANTED).ok()?;
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/browser/pictures/{state}.png"));
    let taken = Small::beside(taken);
    if wanted == "keep" {
        taken.keep(&file);
        return None;
    }
    let Ok(kept) = fs::read(file) else { return Some(format!("{state}: no picture is kept")) };
    let blocks = taken.blocks_unlike(&Small::of_kept(&kept));
    (blocks > MOST_BLOCKS).then(|| format!("{state}: {blocks} blocks differ"))
}

impl Small {
    fn of_png(png: &[u8]) -> Self {
        let (width, pixels) = decode(png);
        let height = pixels.len() / width;
        let (columns, rows) = (width / BLOCK, height / BLOCK);
        let mean = |row: usize, column: usize| {
            let inside =
                (0..BLOCK * BLOCK).map(|at| pixels[(row * BLOCK + at / BLOCK) * width + column * BLOCK + at % BLOCK]);
            let sum =
                inside.fold([0_usize; 3], |sum, pixel| [0, 1, 2].map(|part| sum[part] + usize::from(pixel[part])));
            sum.map(|sum| u8::try_from(sum / (BLOCK * BLOCK)).unwrap())
        };
        let means = (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column)));
        Self { width: columns, means: means.map(|(row, column)| mean(row, column)).collect() }
    }

    fn of_kept(png: &[u8]) -> Self {
        let (width, means) = decode(png);
        Self { width, means }
    }

    /// All in a row, on white.
    fn beside(pictures: &[Self]) -> Self {
        let width = pictures.iter().map(|picture| picture.width).sum();
        let height = pictures.iter().map(|picture| picture.means.len() / picture.width).max().unwrap_or_default();
        let row_of = |picture: &Self, row: usize| {
            let own = picture.means.iter().skip(row * picture.width).take(picture.width).copied();
            own.chain(repeat([255; 3])).take(picture.width).collect::<Vec<_>>()
        };
        let means = (0..height).flat_map(|row| pictures.iter().flat_map(move |picture| row_of(picture, row)));
        Self { width, means: means.collect() }
    }

    fn keep(&self, file: &Path) {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        let (width, height) = (self.width, self.means.len() / self.width);
        let file = BufWriter::new(File::create(file).unwrap());
        let mut encoder = Encoder::new(file, u32::try_from(width).unwrap(), u32::try_from(height).unwrap());
        encoder.set_color(ColorType::Rgb);
        encoder.set_depth(BitDepth::Eight);
        encoder.set_compression(Compression::High);
        let bytes: Vec<u8> = self.means.iter().flatten().map(|part| part & KEPT_BITS).collect();
        encoder.write_header().unwrap().write_image_data(&bytes).unwrap();
    }

    /// How many blocks are not as they were; what one picture is longer by counts, too.
    fn blocks_unlike(&self, kept: &Self) -> usize {
        if self.width != kept.width {
            return usize::MAX;
        }
        let unlike = |(one, other): &(&[u8; 3], &[u8; 3])| {
            one.iter().zip(*other).any(|(one, other)| (one & KEPT_BITS).abs_diff(*other) > MOST_DIFFERENCE)
        };
        self.means.iter().zip(&kept.means).filter(unlike).count() + self.means.len().abs_diff(kept.means.len())
    }
}

/// The width of a picture in pixels, and its pixels in rows.
fn decode(png: &[u8]) -> (usize, Vec<[u8; 3]>) {
    let mut decoder = Decoder::new(Cursor::new(png));
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    let mut reader = decoder.read_info().unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut bytes).unwrap();
    let parts = frame.color_type.samples();
    assert!(parts >= 3, "pictures of pages are in colour");
    let pixels = bytes[..frame.buffer_size()].chunks_exact(parts).map(|pixel| [pixel[0], pixel[1], pixel[2]]);
    (usize::try_from(frame.width).unwrap(), pixels.collect())
}

#[test]
fn a_picture_differs_by_a_line_that_is_gone_and_not_by_the_edge_of_a_letter() {
    let page = |change: &dyn Fn(usize) -> [u8; 3]| Small { width: 40, means: (0..40 * 100).map(change).collect() };
    let kept = page(&|_| [240, 240, 240]);
    assert_eq!(page(&|_| [230, 244, 240]).blocks_unlike(&kept), 0);
    let line_is_gone = page(&|at| if (400..420).contains(&at) { [200, 200, 200] } else { [240, 240, 240] });
    assert_eq!(line_is_gone.blocks_unlike(&kept), 20);
    let longer = Small { width: 40, means: vec![[240, 240, 240]; 40 * 101] };
    assert_eq!(longer.blocks_unlike(&kept), 40);
    const { assert!(MOST_BLOCKS < 20) }
}
