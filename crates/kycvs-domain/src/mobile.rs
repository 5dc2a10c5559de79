use std::fmt;

use crate::decimal_digit;

/// An Indian mobile number: ten digits of which the first is 6, 7, 8 or 9.
///
/// The range is that of the National Numbering Plan of India's Department of Telecommunications. A number is personal
/// data: it is never shown by `Debug`, and [`last_four`](Self::last_four) is what a page may show.
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
    /// A control character: NUL, a tab, a line break.
    #[error("the mobile number contains a control character")]
    ControlCharacter,
    /// Something that is no digit, space or hyphen, or a plus sign that is not at the beginning.
    #[error("the mobile number contains a character other than digits, spaces, hyphens and a leading plus sign")]
    ForbiddenCharacter,
    /// The prefix of another country than India (+91).
    #[error("the mobile number is not Indian: its country code is not 91")]
    ForeignNumber,
    /// Not ten digits, the prefix `+91`, `0091`, `91` or `0` left aside.
    #[error("an Indian mobile number has ten digits")]
    WrongLength,
    /// Ten digits, but the first is not 6 to 9: a landline or a service number.
    #[error("an Indian mobile number begins with 6, 7, 8 or 9")]
    NotMobile,
}

impl Mobile {
    /// The longest text that [`parse`](Self::parse) reads, in characters.
    pub const MAX_INPUT_CHARS: usize = 64;

    /// Reads a number as people write it.
    ///
    /// The ten digits may be of any script and may follow `+91`, `0091`, `91` or `0`; spaces and hyphens may stand
    /// anywhere. Ten digits are always the number itself, also when they begin with 91.
    ///
    /// # Errors
    /// A [`MobileError`] for the first thing that is wrong.
    pub fn parse(text: &str) -> Result<Self, MobileError> {
        if text.len() > Self::MAX_INPUT_CHARS && text.chars().nth(Self::MAX_INPUT_CHARS).is_some() {
            return Err(MobileError::TooLong);
        }
        let dialled = Dialled::read(text)?;
        let national = dialled.national()?;
        if national[0] < b'6' {
            return Err(MobileError::NotMobile);
        }
        Ok(Self(national))
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

impl fmt::Debug for Mobile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mobile(redacted)")
    }
}

fn ascii(digits: &[u8]) -> &str {
    std::str::from_utf8(digits).unwrap_or_default()
}

/// The digits of a text, before it is known which of them are a prefix.
struct Dialled {
    plus: bool,
    /// ASCII digits; those after the longest form of a number are counted only.
    digits: [u8; Self::LONGEST],
    count: usize,
}

impl Dialled {
    /// `0091` and ten digits.
    const LONGEST: usize = 14;

    fn read(text: &str) -> Result<Self, MobileError> {
        let mut dialled = Self { plus: false, digits: [0; Self::LONGEST], count: 0 };
        for c in text.chars() {
            if let Some(value) = decimal_digit(c) {
                if let Some(digit) = dialled.digits.get_mut(dialled.count) {
                    *digit = b'0' + value;
                }
                dialled.count += 1;
            } else if matches!(c, '+' | '\u{FF0B}') && !dialled.plus && dialled.count == 0 {
                dialled.plus = true;
            } else if c.is_control() {
                return Err(MobileError::ControlCharacter);
            } else if !is_separator(c) {
                return Err(MobileError::ForbiddenCharacter);
            }
        }
        Ok(dialled)
    }

    fn national(&self) -> Result<[u8; DIGITS], MobileError> {
        let digits = self.digits.get(..self.count).ok_or(MobileError::WrongLength)?;
        let rest = match (self.plus, digits) {
            (_, []) => return Err(MobileError::Empty),
            (true, [b'9', b'1', rest @ ..]) | (false, [b'0', b'0', b'9', b'1', rest @ ..]) => rest,
            (true, _) | (false, [b'0', b'0', ..]) => return Err(MobileError::ForeignNumber),
            (false, [b'0', rest @ ..]) => rest,
            (false, [b'9', b'1', rest @ ..]) if rest.len() == DIGITS => rest,
            (false, digits) => digits,
        };
        rest.try_into().map_err(|_| MobileError::WrongLength)
    }
}

/// Spaces, no-break ones too, and the hyphens, dashes and the minus sign that word processors and keyboards put.
fn is_separator(c: char) -> bool {
    matches!(c, ' ' | '-' | '\u{A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}')
        || matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}')
}
