mod series;
mod written;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use zeroize::Zeroizing;

use series::Use;
use written::Written;

/// An Indian mobile number: ten digits of which the first is 6, 7, 8 or 9, in a series that mobiles have.
///
/// The series are those of the National Numbering Plan of India's Department of Telecommunications; the table is
/// `data/mobile_series.txt`. A number is personal data: it is never shown by `Debug`, and [`last_four`](Self::last_four)
/// is what a page may show. `serde` writes it as [`e164`](Self::e164), and reads it as [`parse`](Self::parse) does.
///
/// ```
/// use kycvs_domain::Mobile;
/// let mobile = Mobile::parse("+91 98765-43210")?;
/// assert_eq!(mobile, Mobile::parse("०९८७६५४३२१०")?);
/// assert_eq!(mobile.national(), "9876543210");
/// assert_eq!(mobile.last_four(), "3210");
/// assert_eq!(format!("{mobile:?}"), "Mobile(redacted)");
/// # Ok::<(), kycvs_domain::MobileError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mobile([u8; DIGITS]);

const DIGITS: usize = 10;

/// Why a text is no Indian mobile number. The text itself is never part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MobileError {
    /// There is no digit in it.
    #[error("the mobile number is empty")]
    Empty,
    /// It is longer than [`Mobile::MAX_INPUT_CHARS`].
    #[error("the mobile number is longer than {} characters", Mobile::MAX_INPUT_CHARS)]
    TooLong,
    /// A control character, such as NUL or a line break before the end.
    #[error("the mobile number contains a control character")]
    ControlCharacter,
    /// Something that is no digit or separator, or a plus sign that is not at the beginning.
    #[error(
        "the mobile number contains a character other than digits, spaces, hyphens, dots, brackets and a leading plus"
    )]
    ForbiddenCharacter,
    /// The prefix of another country than India (+91).
    #[error("the mobile number is not Indian: its country code is not 91")]
    ForeignNumber,
    /// Not ten digits, the country code and a leading 0 left aside.
    #[error("an Indian mobile number has ten digits")]
    WrongLength,
    /// Ten digits, but the first is not 6 to 9: a landline or a service number.
    #[error("an Indian mobile number begins with 6, 7, 8 or 9")]
    NotMobile,
    /// Ten digits of a series that landlines have, or written as landlines are: 080-22345678.
    #[error("the number is a landline's: it gets no SMS")]
    Landline,
}

impl MobileError {
    /// The error as a stable word: `"wrong-length"`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong => "too-long",
            Self::ControlCharacter => "control-character",
            Self::ForbiddenCharacter => "forbidden-character",
            Self::ForeignNumber => "foreign-number",
            Self::WrongLength => "wrong-length",
            Self::NotMobile => "not-mobile",
            Self::Landline => "landline",
        }
    }
}

impl Mobile {
    /// The longest text that [`parse`](Self::parse) reads, in characters.
    pub const MAX_INPUT_CHARS: usize = 64;

    /// Reads a number as people write it.
    ///
    /// The ten digits may be of any script and may follow the country code (`+91`, `0091`, `91`), a 0, or both. Spaces,
    /// tabs, hyphens, dots and brackets may come anywhere, and so may the marks of direction and of no width that a copied
    /// number brings along; a link `tel:`, with parameters or without, and a line end after it are read. Ten digits are always the number itself, also when they begin with 91.
    ///
    /// # Errors
    /// A [`MobileError`] for the first thing that is wrong.
    pub fn parse(text: &str) -> Result<Self, MobileError> {
        if text.len() > Self::MAX_INPUT_CHARS && text.chars().nth(Self::MAX_INPUT_CHARS).is_some() {
            return Err(MobileError::TooLong);
        }
        let written = Written::read(text)?;
        let national = written.national()?;
        if national[0] < b'6' {
            return Err(MobileError::NotMobile);
        }
        match series::use_of(&national) {
            Use::Mobile => Ok(Self(national)),
            Use::Both if !written.has_an_area_code() => Ok(Self(national)),
            Use::Both | Use::Landline => Err(MobileError::Landline),
        }
    }

    /// The ten digits, in ASCII.
    pub fn national(&self) -> &str {
        ascii(&self.0)
    }

    /// `+91` and the ten digits: the number in the form of ITU-T E.164.
    pub fn e164(&self) -> String {
        ascii(&self.e164_bytes()).to_owned()
    }

    /// The bytes of [`e164`](Self::e164), without an allocation: what a keyed hash takes.
    pub fn e164_bytes(&self) -> [u8; 13] {
        let mut bytes = *b"+91..........";
        bytes[3..].copy_from_slice(&self.0);
        bytes
    }

    /// The last four digits: enough to remind a person which phone was meant.
    pub fn last_four(&self) -> &str {
        let [_, _, _, _, _, _, last @ ..] = &self.0;
        ascii(last)
    }

    /// All but the last four digits: the range that SMS pumping walks through.
    pub fn prefix(&self) -> &str {
        let [prefix @ .., _, _, _, _] = &self.0;
        ascii(prefix)
    }
}

impl FromStr for Mobile {
    type Err = MobileError;

    fn from_str(text: &str) -> Result<Self, MobileError> {
        Self::parse(text)
    }
}

impl Serialize for Mobile {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(ascii(&self.e164_bytes()))
    }
}

impl<'de> Deserialize<'de> for Mobile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Zeroizing::new(String::deserialize(deserializer)?);
        Self::parse(&text).map_err(D::Error::custom)
    }
}

impl fmt::Debug for Mobile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mobile(redacted)")
    }
}

fn ascii(digits: &[u8]) -> &str {
    std::str::from_utf8(digits).unwrap_or_default()
}

/// A text and the mobile number in it: a line of `kycvs mobile`.
///
/// ```
/// use kycvs_domain::MobileReading;
/// let line = |input| serde_json::to_string(&MobileReading::of(input));
/// assert_eq!(line("(+91)-98000-00004")?, r#"{"input":"(+91)-98000-00004","mobile":"+919800000004","error":null}"#);
/// assert_eq!(line("080-22345678")?, r#"{"input":"080-22345678","mobile":null,"error":"landline"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Serialize)]
#[non_exhaustive]
pub struct MobileReading<'a> {
    /// The text as it was given.
    pub input: &'a str,
    /// The number in the form of E.164.
    pub mobile: Option<String>,
    /// The word of the [`MobileError`].
    pub error: Option<&'static str>,
}

impl<'a> MobileReading<'a> {
    /// Reads a text.
    pub fn of(input: &'a str) -> Self {
        let mobile = Mobile::parse(input);
        Self { input, error: mobile.err().map(MobileError::word), mobile: mobile.ok().map(|mobile| mobile.e164()) }
    }
}
