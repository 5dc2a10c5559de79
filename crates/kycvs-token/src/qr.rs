use std::error::Error;
use std::fmt::{self, Write as _};

use qrcodegen::{QrCodeEcc, QrSegment, Version};

use crate::StatusToken;

/// The longest token, in bytes, that a QR code holds: version 40 at level L (ISO/IEC 18004). Usual tokens have 700.
pub const MAX_QR_BYTES: usize = 2953;

/// The most pixels that a module of a PNG has on a side. The largest picture then has 2960 pixels.
pub const MAX_PNG_SCALE: u8 = 16;

/// How the text of a SMART Health Card begins.
const HEALTH_CARD: &str = "shc:/";

/// The light modules around the code, which a reader needs (ISO/IEC 18004 asks for four).
const QUIET_ZONE: u8 = 4;

/// A token or a certificate as a QR code (ISO/IEC 18004), to be shown.
///
/// It has the lowest version that holds the token, so that its modules are as large as they can be, and then the highest level of
/// error correction that this version has room for: at least L for a JWT, and M for a CWT, which is small enough for it. A
/// token is one segment, which every reader reads alike: a JWT's bytes, or a CWT's characters, of which two take 11 bits.
///
/// Whoever sees the picture has the token: `Debug` shows its size only.
#[derive(Clone)]
pub struct QrCode(qrcodegen::QrCode);

/// How much of a QR code may be lost before it cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ErrorCorrection {
    /// L: about 7 %.
    Low,
    /// M: about 15 %.
    Medium,
    /// Q: about 25 %.
    Quartile,
    /// H: about 30 %.
    High,
}

/// Why there is no picture of a token.
#[derive(Debug)]
#[non_exhaustive]
pub enum QrError {
    /// The token has more than [`MAX_QR_BYTES`]: hand it over in another way.
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// A module must have 1 to [`MAX_PNG_SCALE`] pixels on a side.
    Scale {
        /// The number asked for.
        scale: u8,
    },
    /// The picture could not be written.
    Png(Box<dyn Error + Send + Sync>),
}

impl fmt::Display for QrError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { bytes } => write!(f, "a token of {bytes} bytes does not fit a QR code, which holds 2953"),
            Self::Scale { scale } => write!(f, "a module cannot have {scale} pixels on a side; 1 to 16 are allowed"),
            Self::Png(_) => f.write_str("the PNG could not be written"),
        }
    }
}

impl Error for QrError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Png(source) => Some(&**source),
            _ => None,
        }
    }
}

impl StatusToken {
    /// The token as a QR code.
    ///
    /// # Errors
    /// [`QrError::TooLong`] above [`MAX_QR_BYTES`].
    pub fn qr(&self) -> Result<QrCode, QrError> {
        QrCode::of(self.as_str())
    }
}

impl QrCode {
    /// Another text that is read as one, such as a certificate, as a QR code: the digits of `shc:/` and texts of the alphanumeric
    /// set (`KV1:`, `HC1:`) at level M in the mode that is made for them, any other in bytes at level L.
    ///
    /// # Errors
    /// [`QrError::TooLong`] for what version 40 does not hold; of bytes, above [`MAX_QR_BYTES`].
    pub fn of(text: &str) -> Result<Self, QrError> {
        let digits = text.strip_prefix(HEALTH_CARD).filter(|digits| QrSegment::is_numeric(digits));
        let (segments, level) = if let Some(digits) = digits {
            let prefix = QrSegment::make_bytes(HEALTH_CARD.as_bytes());
            (vec![prefix, QrSegment::make_numeric(digits)], QrCodeEcc::Medium)
        } else if QrSegment::is_alphanumeric(text) {
            (vec![QrSegment::make_alphanumeric(text)], QrCodeEcc::Medium)
        } else {
            (vec![QrSegment::make_bytes(text.as_bytes())], QrCodeEcc::Low)
        };
        let (lowest, highest) = (Version::MIN, Version::MAX);
        qrcodegen::QrCode::encode_segments_advanced(&segments, level, lowest, highest, None, true)
            .map(Self)
            .map_err(|_| QrError::TooLong { bytes: text.len() })
    }

    /// The version, 1 to 40, which says how large the code is.
    pub fn version(&self) -> u8 {
        self.0.version().value()
    }

    /// The error correction level.
    pub fn error_correction(&self) -> ErrorCorrection {
        match self.0.error_correction_level() {
            QrCodeEcc::Low => ErrorCorrection::Low,
            QrCodeEcc::Medium => ErrorCorrection::Medium,
            QrCodeEcc::Quartile => ErrorCorrection::Quartile,
            QrCodeEcc::High => ErrorCorrection::High,
        }
    }

    /// The modules on a side, without the quiet zone: 21 to 177.
    pub fn side(&self) -> u8 {
        17 + 4 * self.version()
    }

    /// Whether a module is dark; `x` goes to the right, `y` down, both from 0. Outside of the code all is light.
    pub fn is_dark(&self, x: u8, y: u8) -> bool {
        self.0.get_module(x.into(), y.into())
    }

    /// An SVG image of one path on white, with the quiet zone and no size of its own. `label` is what a screen reader says.
    ///
    /// It has no style and no script, so it may be inline in a page with a strict `Content-Security-Policy`.
    pub fn to_svg(&self, label: &str) -> String {
        let side = self.framed_side();
        let (label, dark) = (escaped(label), self.dark_runs());
        format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img" aria-label="{label}" shape-rendering="crispEdges"><rect width="{side}" height="{side}" fill="#fff"/><path stroke="#000" d="{dark}"/></svg>"##
        )
    }

    /// A PNG image in black and white, one bit a pixel, with the quiet zone. A module has `scale` pixels on a side, 1 to
    /// [`MAX_PNG_SCALE`]; 4 suits a screen.
    ///
    /// # Errors
    /// [`QrError::Scale`] for another scale.
    pub fn to_png(&self, scale: u8) -> Result<Vec<u8>, QrError> {
        if !(1..=MAX_PNG_SCALE).contains(&scale) {
            return Err(QrError::Scale { scale });
        }
        let side = u32::from(self.framed_side()) * u32::from(scale);
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, side, side);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::One);
        let mut writer = encoder.write_header().map_err(unwritten)?;
        writer.write_image_data(&self.pixels(scale.into())).map_err(unwritten)?;
        writer.finish().map_err(unwritten)?;
        Ok(file)
    }

    fn framed_side(&self) -> u8 {
        self.side() + 2 * QUIET_ZONE
    }

    /// As [`is_dark`](Self::is_dark), counted from the corner of the quiet zone.
    fn is_dark_framed(&self, x: u8, y: u8) -> bool {
        let inside = |at: u8| at.checked_sub(QUIET_ZONE);
        inside(x).zip(inside(y)).is_some_and(|(x, y)| self.is_dark(x, y))
    }

    /// The dark runs of each row as lines of an SVG path, drawn through the middle of the modules. Only the first of a row
    /// says where it is, the others how far they are from the last, which halves what a page weighs.
    fn dark_runs(&self) -> String {
        let side = self.framed_side();
        let mut path = String::new();
        for y in 0..side {
            let (mut x, mut pen) = (0, None);
            while x < side {
                let run = (x..side).take_while(|x| self.is_dark_framed(*x, y)).fold(0_u8, |run, _| run + 1);
                if run > 0 {
                    let _ = match pen {
                        None => write!(path, "M{x} {y}.5h{run}"),
                        Some(pen) => write!(path, "m{} 0h{run}", x - pen),
                    }; // a `String` takes everything
                    pen = Some(x + run);
                }
                x += run + 1;
            }
        }
        path
    }

    /// The rows of the picture from the top, each filled up to whole bytes. A set bit is white.
    fn pixels(&self, scale: usize) -> Vec<u8> {
        let side = self.framed_side();
        let mut pixels = Vec::new();
        for y in 0..side {
            let row = (0..side).flat_map(|x| std::iter::repeat_n(!self.is_dark_framed(x, y), scale));
            let row: Vec<bool> = row.collect();
            let packed: Vec<u8> = row.chunks(8).map(packed).collect();
            pixels.extend(packed.repeat(scale));
        }
        pixels
    }
}

impl fmt::Debug for QrCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QrCode")
            .field("version", &self.version())
            .field("error_correction", &self.error_correction())
            .finish_non_exhaustive()
    }
}

/// Up to eight bits as a byte, the first one highest.
fn packed(bits: &[bool]) -> u8 {
    bits.iter().enumerate().fold(0, |byte, (at, bit)| byte | u8::from(*bit) << (7 - at))
}

/// A text as it is in an attribute of XML, which has no control characters (XML 1.0 section 2.2).
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

fn unwritten(error: png::EncodingError) -> QrError {
    QrError::Png(Box::new(error))
}
