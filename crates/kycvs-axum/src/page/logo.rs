//! Pictures of a host and of those who ask, which the pages show from their own origin.

use std::fmt;

use axum::body::Bytes;
use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Deserialize;

use super::brand::BrandError;

/// A picture of at most 64 KiB: a PNG of at most 1,024 pixels a side, or an SVG of shapes alone. In a configuration file it is a
/// `data:` URL, so that a host needs no further file:
///
/// ```sh
/// echo "logo = 'data:image/png;base64,$(base64 -w0 logo.png)'"
/// ```
///
/// ```
/// let logo: kycvs_axum::Logo = serde_json::from_str(r#""data:image/svg+xml;base64,PHN2Zy8+""#)?;
/// assert_eq!(format!("{logo:?}"), "Logo(image/svg+xml, 6 bytes)");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct Logo {
    pub(crate) bytes: Bytes,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Png,
    Svg,
}

const MAX_BYTES: usize = 64 * 1024;
const MAX_PIXELS: u32 = 1024;

impl Logo {
    /// Takes a picture, whose kind is known by its first bytes.
    ///
    /// # Errors
    /// [`BrandError::Logo`] for any other kind, a larger one, and an SVG that could do more than draw.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, BrandError> {
        let kind = match bytes.as_slice() {
            _ if bytes.len() > MAX_BYTES => None,
            [0x89, b'P', b'N', b'G', ..] => has_few_pixels(&bytes).then_some(Kind::Png),
            _ => std::str::from_utf8(&bytes).is_ok_and(draws_only).then_some(Kind::Svg),
        };
        Ok(Self { kind: kind.ok_or(BrandError::Logo)?, bytes: bytes.into() })
    }

    pub(crate) fn content_type(&self) -> &'static str {
        self.kind.content_type()
    }
}

impl Kind {
    fn content_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Svg => "image/svg+xml",
        }
    }
}

impl TryFrom<String> for Logo {
    type Error = BrandError;

    /// Reads a `data:` URL.
    fn try_from(url: String) -> Result<Self, BrandError> {
        let of = |kind: Kind| url.strip_prefix("data:")?.strip_prefix(kind.content_type())?.strip_prefix(";base64,");
        let said = [Kind::Png, Kind::Svg].into_iter().find_map(|kind| Some((kind, of(kind)?)));
        let (kind, base64) = said.ok_or(BrandError::Logo)?;
        let logo = Self::from_bytes(BASE64_STANDARD.decode(base64).map_err(|_| BrandError::Logo)?)?;
        if logo.kind == kind { Ok(logo) } else { Err(BrandError::Logo) }
    }
}

impl fmt::Debug for Logo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Logo({}, {} bytes)", self.content_type(), self.bytes.len())
    }
}

/// Its header says how large a PNG is once it is unpacked (PNG, third edition, 11.2.1).
fn has_few_pixels(png: &[u8]) -> bool {
    let side = |at: usize| png.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes);
    let is_side = |side: Option<u32>| side.is_some_and(|side| (1..=MAX_PIXELS).contains(&side));
    png.get(12..16) == Some(b"IHDR") && is_side(side(16)) && is_side(side(20))
}

/// Whether an SVG draws and does nothing else. A page shows it as a picture, where no script runs; whoever opens its address
/// would run one. What hides words from this look is refused, too: declarations, and letters by their numbers.
fn draws_only(svg: &str) -> bool {
    let text = svg.to_ascii_lowercase();
    let text = text.trim_ascii();
    let body = match text.strip_prefix("<?xml") {
        Some(rest) => rest.split_once("?>").map_or("", |(_, body)| body.trim_ascii_start()),
        None => text,
    };
    let words = ["<!", "<?", "&#", "script", "<foreignobject", "<animate", "<set", "@import"];
    let at_home = |of: &str| body.split(of).skip(1).all(is_of_this_picture);
    body.starts_with("<svg")
        && !words.iter().any(|word| body.contains(word))
        && !has_handlers(body)
        && at_home("href")
        && at_home("url")
}

/// Whether what follows `href` or `url` names a part of the same picture: `="#shape"`, `(#colour)`.
fn is_of_this_picture(after: &str) -> bool {
    after.trim_start_matches(['=', '(', '"', '\'', ' ', '\n', '\r', '\t']).starts_with('#')
}

/// Whether an attribute such as `onload=` is there.
fn has_handlers(body: &str) -> bool {
    body.match_indices("on").any(|(at, _)| {
        let (before, rest) = body.split_at(at);
        let is_name = !before.ends_with(|letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_'));
        is_name
            && rest.trim_start_matches(|letter: char| letter.is_ascii_alphabetic()).trim_ascii_start().starts_with('=')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), &width.to_be_bytes(), &height.to_be_bytes()].concat()
    }

    fn is_taken(svg: &str) -> bool {
        Logo::from_bytes(svg.as_bytes().to_vec()).is_ok()
    }

    #[test]
    fn a_logo_is_a_small_picture() {
        assert_eq!(Logo::from_bytes(png(512, 512)).unwrap().kind, Kind::Png);
        assert_eq!(Logo::from_bytes(b"\n<svg/>".to_vec()).unwrap().kind, Kind::Svg);
        let large = [b"<svg>".to_vec(), vec![b' '; MAX_BYTES], b"</svg>".to_vec()].concat();
        for bytes in
            [b"<html>".to_vec(), vec![], large, png(0, 8), png(8, 1025), b"\x89PNG\r\n".to_vec(), vec![0xff; 9]]
        {
            assert_eq!(Logo::from_bytes(bytes).err(), Some(BrandError::Logo));
        }
    }

    #[test]
    fn an_svg_draws_and_does_nothing_else() {
        for good in [
            "<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"><path d=\"M0 0h9\"/></svg>",
            "<svg><defs><g id=\"a\"/></defs><use href=\"#a\" fill=\"url(#b)\"/><title>Union on rails</title></svg>",
            "<svg><path style=\"fill:url('#c')\" xlink:href='#a' fill-opacity=\"1\"/></svg>",
        ] {
            assert!(is_taken(good), "{good}");
        }
        for bad in [
            "<svg><script>alert(1)</script></svg>",
            "<svg><SCRIPT/></svg>",
            "<svg><x:script/></svg>",
            "<svg onload=\"alert(1)\"/>",
            "<svg\nONLOAD = 'alert(1)'/>",
            "<svg/onload=alert(1)>",
            "<svg><a href=\"javascript:alert(1)\"/></svg>",
            "<svg><a href=\"&#106;avascript:alert(1)\"/></svg>",
            "<svg><image href=\"https://evil.example/p.png\"/></svg>",
            "<svg><image xlink:href = 'data:image/svg+xml,x'/></svg>",
            "<svg><path fill=\"url(https://evil.example/f)\"/></svg>",
            "<svg><style>@import 'https://evil.example'</style></svg>",
            "<svg><foreignObject/></svg>",
            "<svg><set attributeName=\"href\" to=\"https://evil.example\"/></svg>",
            "<!DOCTYPE svg [<!ENTITY x \"y\">]><svg>&x;</svg>",
            "<?xml version=\"1.0\"?><?xml-stylesheet href=\"https://evil.example\"?><svg/>",
            "<html><svg/></html>",
        ] {
            assert!(!is_taken(bad), "{bad}");
        }
    }

    #[test]
    fn in_a_file_a_logo_is_a_data_url_of_the_kind_that_it_says() {
        let url = |kind: &str, bytes: &[u8]| format!("data:{kind};base64,{}", BASE64_STANDARD.encode(bytes));
        assert!(Logo::try_from(url("image/png", &png(8, 8))).is_ok());
        assert!(Logo::try_from(url("image/svg+xml", b"<svg/>")).is_ok());
        for wrong in [
            url("image/png", b"<svg/>"),
            url("image/svg+xml", &png(8, 8)),
            url("image/jpeg", &png(8, 8)),
            "data:image/png;base64,?".to_owned(),
            "https://evil.example/logo.png".to_owned(),
            String::new(),
        ] {
            assert_eq!(Logo::try_from(wrong).err(), Some(BrandError::Logo));
        }
    }
}
