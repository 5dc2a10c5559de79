use std::collections::BTreeMap;
use std::fmt::Write as _;

use kycvs::consent::Label;
use serde::Deserialize;

/// How the pages look, in a configuration file under `[page]`.
///
/// ```
/// let brand: kycvs_axum::Brand = toml::from_str(r##"
///     name = "Health Pass"
///     accent = "#0b5cab"
///     accent_dark = "#8ec5ff"
/// "##)?;
/// assert!(brand.check().is_ok());
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Brand {
    /// What stands at the top of every page. Default: the issuer's name.
    pub name: Option<Label>,
    /// The colour of buttons and links on a light page, as `#0b5cab`. White text must be readable on it.
    pub accent: Option<String>,
    /// The same on a dark page. Black text must be readable on it.
    pub accent_dark: Option<String>,
    /// The picture at the top, which the host reads from where it likes.
    #[serde(skip)]
    pub logo: Option<Logo>,
    /// Templates in the place of ours, by name: `page.html`, `ask.html`, `code.html`, `answer.html`, `end.html`,
    /// `verify.html`, `verify-answer.html`. They are written for minijinja, and begin best as copies of those in `assets`. All
    /// pages are written once with them when a service starts, to see that nothing is missing that a step needs.
    #[serde(skip)]
    pub templates: BTreeMap<String, String>,
}

/// A picture of at most 64 KiB: SVG or PNG.
#[derive(Clone)]
pub struct Logo {
    pub(crate) bytes: Vec<u8>,
    pub(crate) content_type: &'static str,
}

/// What is wrong with a look.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BrandError {
    /// A colour is not written as `#0b5cab`.
    #[error("`page.{0}` is not a colour such as #0b5cab")]
    NotAColour(&'static str),
    /// Text on a colour has less contrast than 4.5 to 1 (WCAG 2.2, 1.4.3).
    #[error("text on `page.{0}` cannot be read: the contrast is less than 4.5 to 1")]
    Unreadable(&'static str),
    /// A picture is neither SVG nor PNG, or is larger than 64 KiB.
    #[error("the logo must be an SVG or a PNG of at most 64 KiB")]
    Logo,
    /// There is no template of that name to be replaced.
    #[error("there is no template `{0}`")]
    UnknownTemplate(String),
    /// A template does not compile, or cannot be filled in.
    #[error("the template `{name}` cannot be used: {fault}")]
    Template {
        /// Which one.
        name: String,
        /// What is wrong, and in which line.
        fault: String,
    },
    /// A page, as the host's templates write it, has not all that its step needs.
    #[error("the page `{page}` lacks `{part}`, without which its step does not work")]
    Incomplete {
        /// The template of the page. What is missing may also be the fault of `page.html`, which is around it.
        page: &'static str,
        /// What is missing.
        part: &'static str,
    },
}

const MAX_LOGO_BYTES: usize = 64 * 1024;
const WHITE: [u8; 3] = [255, 255, 255];
const BLACK: [u8; 3] = [0, 0, 0];

impl Brand {
    /// Checks that every colour can be read.
    ///
    /// # Errors
    /// [`BrandError`] names the first thing that is wrong.
    pub fn check(&self) -> Result<(), BrandError> {
        for (field, colour, text) in [("accent", &self.accent, WHITE), ("accent_dark", &self.accent_dark, BLACK)] {
            let Some(colour) = colour else { continue };
            let colour = rgb(colour).ok_or(BrandError::NotAColour(field))?;
            if contrast(colour, text) < 4.5 {
                return Err(BrandError::Unreadable(field));
            }
        }
        Ok(())
    }

    /// The colours as a style sheet that follows that of the pages.
    pub(crate) fn css(&self) -> String {
        let mut css = String::new();
        // A `String` takes everything.
        if let Some(accent) = &self.accent {
            let _ = writeln!(css, ":root {{ --accent: {accent}; --on-accent: #fff; }}");
        }
        if let Some(accent) = &self.accent_dark {
            let dark = "@media (prefers-color-scheme: dark)";
            let _ = writeln!(css, "{dark} {{ :root {{ --accent: {accent}; --on-accent: #000; }} }}");
        }
        css
    }
}

impl Logo {
    /// Takes a picture.
    ///
    /// # Errors
    /// [`BrandError::Logo`] when it is too large, or neither PNG nor SVG by its first bytes.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, BrandError> {
        let start = bytes.trim_ascii_start();
        let content_type = match start {
            _ if bytes.len() > MAX_LOGO_BYTES => return Err(BrandError::Logo),
            [0x89, b'P', b'N', b'G', ..] => "image/png",
            [b'<', b's', b'v', b'g', ..] | [b'<', b'?', b'x', b'm', b'l', ..] => "image/svg+xml",
            _ => return Err(BrandError::Logo),
        };
        Ok(Self { bytes, content_type })
    }
}

impl std::fmt::Debug for Logo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Logo({}, {} bytes)", self.content_type, self.bytes.len())
    }
}

/// `#0b5cab` and nothing else: it goes into a style sheet.
fn rgb(text: &str) -> Option<[u8; 3]> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    Some([part(0)?, part(2)?, part(4)?])
}

/// The contrast of two colours, 1 to 21 (WCAG 2.2, relative luminance and contrast ratio).
fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
    one.max(other) / one.min(other)
}

fn luminance(colour: [u8; 3]) -> f64 {
    let [red, green, blue] = colour.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(accent: &str, accent_dark: &str) -> Result<(), BrandError> {
        let colour = |text: &str| Some(text.to_owned());
        Brand { accent: colour(accent), accent_dark: colour(accent_dark), ..Brand::default() }.check()
    }

    #[test]
    fn a_colour_that_text_cannot_be_read_on_is_refused() {
        assert_eq!(checked("#0b5cab", "#8ec5ff"), Ok(()));
        assert_eq!(checked("#ffee00", "#8ec5ff"), Err(BrandError::Unreadable("accent")));
        assert_eq!(checked("#0b5cab", "#101010"), Err(BrandError::Unreadable("accent_dark")));
        assert!((contrast(WHITE, BLACK) - 21.0).abs() < 1e-9);
    }

    #[test]
    fn nothing_but_a_colour_gets_into_the_style_sheet() {
        for text in ["red", "#fff", "#0b5cabff", "#0b5cab;}", "#+b5cab", "#0b5ca\u{e9}"] {
            assert_eq!(checked(text, "#8ec5ff"), Err(BrandError::NotAColour("accent")), "{text}");
        }
    }

    #[test]
    fn a_logo_is_a_small_picture() {
        assert_eq!(Logo::from_bytes(b"\x89PNG\r\n".to_vec()).unwrap().content_type, "image/png");
        assert_eq!(Logo::from_bytes(b"\n<svg/>".to_vec()).unwrap().content_type, "image/svg+xml");
        for bytes in [b"<html>".to_vec(), vec![], [b"<svg".to_vec(), vec![b' '; MAX_LOGO_BYTES]].concat()] {
            assert_eq!(Logo::from_bytes(bytes).err(), Some(BrandError::Logo));
        }
    }
}
