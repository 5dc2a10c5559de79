use std::collections::BTreeMap;
use std::fmt::Write as _;

use kycvs::consent::Label;
use serde::Deserialize;

use super::logo::Logo;

/// How the pages look, in a configuration file under `[page]`.
///
/// ```
/// let brand: kycvs_axum::Brand = toml::from_str(r##"
///     name = "Health Pass"
///     light.accent = "#0b5cab"
///     dark.accent = "#8ec5ff"
/// "##)?;
/// assert!(brand.check().is_ok());
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Brand {
    /// What is at the top of every page. Default: the issuer's name.
    pub name: Option<Label>,
    /// The colours of a light page.
    pub light: Theme,
    /// The colours of a dark page.
    pub dark: Theme,
    /// The picture at the top.
    pub logo: Option<Logo>,
    /// Templates in the place of ours, by name: `page.html`, `ask.html`, `code.html`, `answer.html`, `end.html`,
    /// `verify.html`, `verify-answer.html`. They are written for minijinja, and begin best as copies of those in `assets`. All
    /// pages are written once with them when a service starts, to see that nothing is missing that a step needs.
    #[serde(skip)]
    pub templates: BTreeMap<String, String>,
}

/// Six colours, each written as `#0b5cab`. What is not said stays as it is. Each is a CSS custom property of the same name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Theme {
    /// Buttons and links. It is readable on `paper` and `ground`; the text on a button is white or black, whichever is clearer.
    pub accent: Option<String>,
    /// Behind everything, where the page is in no frame.
    pub ground: Option<String>,
    /// Cards and fields.
    pub paper: Option<String>,
    /// Text.
    pub ink: Option<String>,
    /// Hints.
    pub soft: Option<String>,
    /// The edges of fields.
    pub line: Option<String>,
}

/// What is wrong with a look.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BrandError {
    /// A colour is not written as `#0b5cab`.
    #[error("`page.{theme}.{colour}` is not a colour such as #0b5cab")]
    NotAColour {
        /// `light` or `dark`.
        theme: &'static str,
        /// Which of the six.
        colour: &'static str,
    },
    /// Two colours have too little contrast: text needs 4.5 to 1, and the edge of a field 3 to 1 (WCAG 2.2, 1.4.3 and 1.4.11).
    #[error("`page.{theme}.{colour}` cannot be told from `{on}`: the contrast is less than {least} to 1")]
    Unreadable {
        /// `light` or `dark`.
        theme: &'static str,
        /// Which of the six.
        colour: &'static str,
        /// On which of the six.
        on: &'static str,
        /// The least contrast.
        least: &'static str,
    },
    /// A picture is no [`Logo`].
    #[error(
        "a logo must be a PNG of at most 1,024 pixels a side, or an SVG without scripts, animations and links, of at most 64 KiB; \
         in a file as a data: URL in base64"
    )]
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

const WHITE: [u8; 3] = [255, 255, 255];
const BLACK: [u8; 3] = [0, 0, 0];

/// The six of `page.css`, light and dark, in the order of [`Theme::colours`].
const LIGHT: [&str; 6] = ["#0b5cab", "#f3f5f8", "#ffffff", "#17202b", "#4a5868", "#7c8a9a"];
const DARK: [&str; 6] = ["#8ec5ff", "#10161d", "#18212b", "#edf1f6", "#b3c0ce", "#76879a"];

/// Which colour has to be told from which, and how clearly.
const CONTRASTS: [(&str, &str, f64, &str); 7] = [
    ("accent", "paper", 4.5, "4.5"),
    ("accent", "ground", 4.5, "4.5"),
    ("ink", "paper", 4.5, "4.5"),
    ("ink", "ground", 4.5, "4.5"),
    ("soft", "paper", 4.5, "4.5"),
    ("soft", "ground", 4.5, "4.5"),
    ("line", "paper", 3.0, "3"),
];

impl Brand {
    /// Checks that everything can be read.
    ///
    /// # Errors
    /// [`BrandError`] names the first thing that is wrong.
    pub fn check(&self) -> Result<(), BrandError> {
        self.light.check("light", LIGHT)?;
        self.dark.check("dark", DARK)
    }

    /// The colours as a style sheet that follows that of the pages.
    pub(crate) fn css(&self) -> String {
        let mut css = String::new();
        let dark = self.dark.css();
        // A `String` takes everything.
        let _ = writeln!(css, ":root {{ {}}}", self.light.css());
        let _ = writeln!(css, "@media (prefers-color-scheme: dark) {{ :root:not([data-theme=light]) {{ {dark}}} }}");
        let _ = writeln!(css, ":root[data-theme=dark] {{ {dark}}}");
        css
    }
}

impl Theme {
    fn colours(&self) -> [(&'static str, Option<&String>); 6] {
        [
            ("accent", self.accent.as_ref()),
            ("ground", self.ground.as_ref()),
            ("paper", self.paper.as_ref()),
            ("ink", self.ink.as_ref()),
            ("soft", self.soft.as_ref()),
            ("line", self.line.as_ref()),
        ]
    }

    fn check(&self, theme: &'static str, defaults: [&str; 6]) -> Result<(), BrandError> {
        let mut colours = Vec::new();
        for ((colour, own), default) in self.colours().into_iter().zip(defaults) {
            let rgb = rgb(own.map_or(default, String::as_str));
            colours.push((colour, rgb.ok_or(BrandError::NotAColour { theme, colour })?));
        }
        let of = |name| colours.iter().find(|(colour, _)| *colour == name).map_or(WHITE, |(_, rgb)| *rgb);
        for (colour, on, contrast_wanted, least) in CONTRASTS {
            if contrast(of(colour), of(on)) < contrast_wanted {
                return Err(BrandError::Unreadable { theme, colour, on, least });
            }
        }
        Ok(())
    }

    fn css(&self) -> String {
        let mut css = String::new();
        for (colour, value) in self.colours() {
            let Some(value) = value else { continue };
            let _ = write!(css, "--{colour}: {value}; ");
            let Some(rgb) = rgb(value).filter(|_| colour == "accent") else { continue };
            let text = if contrast(rgb, WHITE) >= contrast(rgb, BLACK) { "#fff" } else { "#000" };
            let _ = write!(css, "--on-accent: {text}; ");
        }
        css
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

    fn themed(light: Theme, dark: Theme) -> Brand {
        Brand { light, dark, ..Brand::default() }
    }

    fn colour(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn colours_that_cannot_be_told_apart_are_refused() {
        assert_eq!(Brand::default().check(), Ok(()));
        let accent = |light: &str, dark: &str| {
            themed(
                Theme { accent: colour(light), ..Theme::default() },
                Theme { accent: colour(dark), ..Theme::default() },
            )
            .check()
        };
        let unreadable = |theme, colour, on, least| Err(BrandError::Unreadable { theme, colour, on, least });
        assert_eq!(accent("#0b5cab", "#8ec5ff"), Ok(()));
        assert_eq!(accent("#ffee00", "#8ec5ff"), unreadable("light", "accent", "paper", "4.5"));
        assert_eq!(accent("#0b5cab", "#101010"), unreadable("dark", "accent", "paper", "4.5"));
        let ink = Theme { ink: colour("#888888"), ..Theme::default() };
        assert_eq!(themed(ink, Theme::default()).check(), unreadable("light", "ink", "paper", "4.5"));
        let line = Theme { line: colour("#eeeeee"), ..Theme::default() };
        assert_eq!(themed(line, Theme::default()).check(), unreadable("light", "line", "paper", "3"));
        assert!((contrast(WHITE, BLACK) - 21.0).abs() < 1e-9);
    }

    #[test]
    fn the_text_on_a_button_is_the_clearer_of_black_and_white() {
        let css = |accent| themed(Theme { accent: colour(accent), ..Theme::default() }, Theme::default()).css();
        assert!(css("#0b5cab").contains("--accent: #0b5cab; --on-accent: #fff;"), "{}", css("#0b5cab"));
        assert!(css("#8ec5ff").contains("--on-accent: #000;"));
    }

    #[test]
    fn the_colours_that_are_checked_are_those_of_the_style_sheet() {
        let css = include_str!("../../assets/page.css").replace("#fff;", "#ffffff;");
        for theme in [LIGHT, DARK] {
            for ((colour, _), value) in Theme::default().colours().into_iter().zip(theme) {
                assert!(css.contains(&format!("--{colour}: {value};")), "{colour} {value}");
            }
        }
    }

    #[test]
    fn nothing_but_a_colour_gets_into_the_style_sheet() {
        for text in ["red", "#fff", "#0b5cabff", "#0b5cab;}", "#+b5cab", "#0b5ca\u{e9}"] {
            let brand = themed(Theme { paper: colour(text), ..Theme::default() }, Theme::default());
            assert_eq!(brand.check(), Err(BrandError::NotAColour { theme: "light", colour: "paper" }), "{text}");
        }
    }
}
