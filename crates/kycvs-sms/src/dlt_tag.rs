use std::fmt;

use crate::{DltError, Variable};

/// What a registered template says may be in one of its places.
///
/// Since January 2026 operators take new templates only with a tag in each place (TRAI's direction of 18 November 2025),
/// and drop a message in which something else is there. What a tag allows is as the operators' portals and MSG91
/// publish it, read in November 2026.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Tag {
    /// `{#var#}`, of templates registered before: anything, 30 characters at most.
    Any,
    /// `{#numeric#}` or `{#number#}`: digits.
    Numeric,
    /// `{#alphanumeric#}`: letters of any script, digits and spaces.
    Alphanumeric,
    /// `{#url#}`: a link or a host that is registered, too.
    Url,
    /// `{#urlott#}`: a link to an app that is registered, too.
    AppUrl,
    /// `{#cbn#}`: a number to call back that is registered, too.
    CallbackNumber,
    /// `{#email#}`: an address.
    Email,
}

impl Tag {
    /// Reads the word between `{#` and `#}`.
    ///
    /// # Errors
    /// [`DltError::UnknownTag`].
    pub(crate) fn parse(word: &str) -> Result<Self, DltError> {
        Ok(match word.to_ascii_lowercase().as_str() {
            "var" => Self::Any,
            "numeric" | "number" => Self::Numeric,
            "alphanumeric" => Self::Alphanumeric,
            "url" => Self::Url,
            "urlott" => Self::AppUrl,
            "cbn" => Self::CallbackNumber,
            "email" => Self::Email,
            _ => return Err(Self::unknown(word)),
        })
    }

    /// The beginning of what is no tag.
    pub(crate) fn unknown(word: &str) -> DltError {
        DltError::UnknownTag(word.chars().take(30).collect())
    }

    /// The most characters of a value.
    pub(crate) fn max(self) -> usize {
        if self == Self::Any { 30 } else { 40 }
    }

    /// Whether a variable can ever be in such a place.
    pub(crate) fn suits(self, variable: Variable) -> bool {
        match self {
            Self::Any => true,
            Self::Numeric => matches!(variable, Variable::Code | Variable::ValidityMinutes),
            Self::Alphanumeric => !matches!(variable, Variable::Domain | Variable::Link),
            Self::Url => matches!(variable, Variable::Domain | Variable::Link),
            Self::AppUrl | Self::CallbackNumber | Self::Email => false,
        }
    }

    /// Whether a character may be in such a place.
    pub(crate) fn allows(self, c: char) -> bool {
        match self {
            Self::Numeric => c.is_ascii_digit(),
            // The marks of Indian scripts are part of their letters; the danda is a full stop.
            Self::Alphanumeric => match c {
                '\u{964}' | '\u{965}' => false,
                '\u{900}'..='\u{D7F}' | '\u{200C}' | '\u{200D}' | ' ' => true,
                _ => c.is_alphanumeric(),
            },
            _ => true,
        }
    }
}

/// As it is registered: `{#numeric#}`.
impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Any => "{#var#}",
            Self::Numeric => "{#numeric#}",
            Self::Alphanumeric => "{#alphanumeric#}",
            Self::Url => "{#url#}",
            Self::AppUrl => "{#urlott#}",
            Self::CallbackNumber => "{#cbn#}",
            Self::Email => "{#email#}",
        })
    }
}
