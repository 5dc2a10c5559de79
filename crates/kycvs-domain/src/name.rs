mod arrange;
mod bracket;
mod choose;
mod dotted;
mod fold;
mod heads;
mod initial;
mod letters;
mod matching;
mod normalise;
mod pairing;
mod reading;
mod script;
mod sounds;
mod spelling;
mod surname;
mod table;
mod titles;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use zeroize::Zeroizing;

pub use choose::{Choice, choose, may_be_confused};
pub use matching::{NameComparison, NameMatch, names_match};

/// A person's name, normalised so that two ways of typing it can be compared with [`names_match`](crate::names_match).
///
/// Normalising takes compatibility forms apart (NFKC), folds case, folds the diacritics of Latin letters, makes
/// punctuation a space, drops apostrophes, and drops leading honorifics that are never part of a name (`Smt`, `Mrs`,
/// `श्रीमती`). Other scripts stay as they are written. Normalising twice changes nothing more.
///
/// ```
/// use kycvs_domain::PersonName;
/// assert_eq!(PersonName::parse("Smt.  José-Lakshmi D’SOUZA")?.normalised(), "jose lakshmi dsouza");
/// assert_eq!(PersonName::parse("R.K. Narayan")?.normalised(), "r k narayan");
/// # Ok::<(), kycvs_domain::NameError>(())
/// ```
///
/// A leading word that may be a title or a name stays, and the comparison decides: `Sri Devi` is somebody called Devi or
/// somebody called Sridevi, `MS Subbulakshmi` is a Ms or has the initials M. S.
///
/// It is wiped when dropped. `serde` writes it [`normalised`](Self::normalised), and reads it as [`parse`](Self::parse) does.
#[derive(Clone)]
pub struct PersonName(Zeroizing<String>);

/// Why a text is no name. The text itself is never part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// There is nothing in it but spaces.
    #[error("the name is empty")]
    Empty,
    /// It is longer than [`PersonName::MAX_CHARS`], as it was given or normalised.
    #[error("the name is longer than {} characters", PersonName::MAX_CHARS)]
    TooLong,
    /// It has more words than [`PersonName::MAX_TOKENS`].
    #[error("the name has more than {} words", PersonName::MAX_TOKENS)]
    TooManyTokens,
    /// A control character or a line break: NUL, a tab.
    #[error("the name contains a control character")]
    ControlCharacter,
    /// A character nobody sees that changes what is read: a mark that turns letters around, a variation selector.
    #[error("the name contains an invisible character")]
    InvisibleCharacter,
    /// A digit or another number.
    #[error("the name contains a digit")]
    Digit,
    /// Neither letter, mark, space nor punctuation: an emoji, a private or an unassigned character.
    #[error("the name contains a character that is no part of a name")]
    ForbiddenCharacter,
    /// There is punctuation but no letter.
    #[error("the name has no letter")]
    NoLetter,
    /// There is an honorific but no name.
    #[error("the name is only a form of address")]
    OnlyHonorific,
    /// It begins with a relation: whose son somebody is, but not who.
    #[error("the name says whose relative a person is and not who")]
    OnlyRelation,
    /// A text that should have been normalised is not.
    #[error("the stored name is not normalised")]
    NotNormalised,
}

impl PersonName {
    /// The longest name, in characters.
    pub const MAX_CHARS: usize = 100;
    /// The longest name, in bytes: UTF-8 takes four at most for a character.
    pub const MAX_BYTES: usize = 4 * Self::MAX_CHARS;
    /// The most words a name has.
    pub const MAX_TOKENS: usize = 16;

    /// Reads a name as a person writes it.
    ///
    /// # Errors
    /// A [`NameError`] for the first thing that is wrong.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        check_length(text)?;
        let name = normalise::normalise(text)?;
        if name.is_empty() {
            return Err(if text.trim().is_empty() { NameError::Empty } else { NameError::NoLetter });
        }
        let name = arrange::arrange(name)?;
        check_length(&name)?;
        // A word and its space take two bytes, so that few names have to be counted.
        if name.len() > 2 * Self::MAX_TOKENS && name.split(' ').nth(Self::MAX_TOKENS).is_some() {
            return Err(NameError::TooManyTokens);
        }
        Ok(Self(name.into()))
    }

    /// The name as a registry keeps it: normalised words with single spaces between them.
    pub fn normalised(&self) -> &str {
        &self.0
    }

    /// Takes up a name that [`normalised`](Self::normalised) gave.
    ///
    /// # Errors
    /// As [`parse`](Self::parse), and [`NameError::NotNormalised`] when parsing would change the text.
    pub fn from_normalised(text: &str) -> Result<Self, NameError> {
        Self::parse(text)
            .and_then(|name| if name.normalised() == text { Ok(name) } else { Err(NameError::NotNormalised) })
    }
}

impl FromStr for PersonName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        Self::parse(text)
    }
}

impl Serialize for PersonName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.normalised())
    }
}

impl<'de> Deserialize<'de> for PersonName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Zeroizing::new(String::deserialize(deserializer)?);
        Self::parse(&text).map_err(D::Error::custom)
    }
}

/// A name is personal data: it is shown only where somebody asks for [`PersonName::normalised`].
impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonName(redacted)")
    }
}

fn check_length(text: &str) -> Result<(), NameError> {
    if text.len() > PersonName::MAX_CHARS && text.chars().nth(PersonName::MAX_CHARS).is_some() {
        return Err(NameError::TooLong);
    }
    Ok(())
}
