use std::fmt;
use std::str::FromStr;

use kycvs_domain::is_visible;
use serde::{Deserialize, Serialize};

/// Why a text was refused. It does not repeat the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TextError {
    /// There is nothing in it.
    #[error("the text is empty")]
    Empty,
    /// It is longer than its kind allows.
    #[error("the text is longer than {max} characters")]
    TooLong {
        /// The most characters that its kind allows.
        max: usize,
    },
    /// It holds a character that its kind does not allow: a control character, a line break, or one that turns the
    /// direction of writing; in an identifier, anything but `a-z`, `0-9`, `-`, `_` and `.`.
    #[error("the text holds a character that is not allowed")]
    ForbiddenCharacter,
}

/// An identifier that a host chose: 1 to 64 of `a-z`, `0-9`, `-`, `_`, `.`. Entities and purposes are named so.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Identifier(String);

impl Identifier {
    const MAX: usize = 64;

    /// Reads an identifier.
    ///
    /// # Errors
    /// [`TextError`] when it is empty, too long, or holds another character.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte);
        match text.len() {
            0 => Err(TextError::Empty),
            len if len > Self::MAX => Err(TextError::TooLong { max: Self::MAX }),
            _ if !text.bytes().all(allowed) => Err(TextError::ForbiddenCharacter),
            _ => Ok(Self(text.to_owned())),
        }
    }

    /// `kycvs`: the issuer's, where a host chooses no other.
    pub fn kycvs() -> Self {
        Self("kycvs".to_owned())
    }

    /// The identifier as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A line that people read: 1 to `MAX` characters without control characters, line breaks and direction marks.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Line<const MAX: usize>(String);

/// A name, a purpose or a contact in a notice.
pub type Label = Line<200>;

/// The verifying entity's own name for the transaction, such as a booking number. Whoever is shown the token reads it.
pub type Reference = Line<64>;

impl<const MAX: usize> Line<MAX> {
    /// Reads a line, without the white space around it.
    ///
    /// # Errors
    /// [`TextError`] when it is empty, too long, or holds a forbidden character.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let text = text.trim_matches(' ');
        if text.chars().nth(MAX).is_some() {
            return Err(TextError::TooLong { max: MAX });
        }
        if !is_visible(text) {
            return Err(TextError::ForbiddenCharacter);
        }
        if text.is_empty() { Err(TextError::Empty) } else { Ok(Self(text.to_owned())) }
    }

    /// The line as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Identifier {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Identifier {
    type Error = TextError;

    fn try_from(text: String) -> Result<Self, TextError> {
        Self::parse(&text)
    }
}

impl From<Identifier> for String {
    fn from(identifier: Identifier) -> Self {
        identifier.0
    }
}

impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const MAX: usize> FromStr for Line<MAX> {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        Self::parse(text)
    }
}

impl<const MAX: usize> TryFrom<String> for Line<MAX> {
    type Error = TextError;

    fn try_from(text: String) -> Result<Self, TextError> {
        Self::parse(&text)
    }
}

impl<const MAX: usize> fmt::Display for Line<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const MAX: usize> From<Line<MAX>> for String {
    fn from(line: Line<MAX>) -> Self {
        line.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_line_break_or_a_direction_mark_is_refused() {
        for text in ["a\nb", "a\r\nb", "a\u{202E}b", "a\u{2066}b", "a\0b", "a\u{2028}b"] {
            assert_eq!(Label::parse(text), Err(TextError::ForbiddenCharacter));
        }
        assert_eq!(Label::parse("भारतीय रेल").unwrap().as_str(), "भारतीय रेल");
    }

    #[test]
    fn a_line_is_as_long_as_its_characters_in_any_script() {
        for character in ["a", "भ", "𑄌"] {
            assert!(Label::parse(&character.repeat(200)).is_ok(), "{character}");
            assert_eq!(Label::parse(&character.repeat(201)), Err(TextError::TooLong { max: 200 }), "{character}");
        }
        assert!(Reference::parse(&format!("  {}  ", "a".repeat(64))).is_ok(), "spaces around it do not count");
        assert_eq!(Reference::parse("  "), Err(TextError::Empty));
    }

    #[test]
    fn a_line_and_an_identifier_show_as_they_were_given() {
        assert_eq!(Label::parse(" भारतीय रेल ").unwrap().to_string(), "भारतीय रेल");
        assert_eq!(Identifier::parse("railway-booking").unwrap().to_string(), "railway-booking");
    }

    #[test]
    fn an_identifier_has_one_spelling() {
        assert!(Identifier::parse("railway-booking").is_ok());
        assert_eq!(Identifier::parse("kycvs"), Ok(Identifier::kycvs()));
        for text in ["Railway", "rail way", "", "é", "a/b"] {
            assert!(Identifier::parse(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            if let Ok(line) = Reference::parse(&text) {
                prop_assert!(line.as_str().chars().count() <= 64);
                prop_assert_eq!(Reference::parse(line.as_str()), Ok(line));
            }
            if let Ok(identifier) = Identifier::parse(&text) {
                prop_assert_eq!(identifier.as_str(), text);
            }
        }
    }

    #[test]
    fn an_identifier_has_64_characters_at_most() {
        assert!(Identifier::parse(&"a".repeat(64)).is_ok());
        assert_eq!(Identifier::parse(&"a".repeat(65)), Err(TextError::TooLong { max: 64 }));
    }
}
