use std::fmt;

use kycvs::OtpMessage;
use kycvs::consent::Language;

use crate::DltError;

/// What a message is sent for, which decides on its registered template: each language has one for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Occasion {
    /// A code by which a status is shared.
    Code,
    /// The same with a link, to a further number of a booking.
    Link,
    /// A code that opens the person's own page.
    OwnPage,
}

impl Occasion {
    /// What this message is sent for.
    pub fn of(message: &OtpMessage) -> Self {
        match (&message.link, message.own_page) {
            (Some(_), _) => Self::Link,
            (None, true) => Self::OwnPage,
            (None, false) => Self::Code,
        }
    }

    /// What a template is for, by what it has a place for and what its owner says.
    pub(crate) fn of_template(has_link: bool, own_page: bool) -> Result<Self, DltError> {
        match (has_link, own_page) {
            (true, true) => Err(DltError::NoLink),
            (true, false) => Ok(Self::Link),
            (false, true) => Ok(Self::OwnPage),
            (false, false) => Ok(Self::Code),
        }
    }
}

/// Completes "a template for …".
impl fmt::Display for Occasion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Code => "a code",
            Self::Link => "a code with a link",
            Self::OwnPage => "the code of the person's own page",
        })
    }
}

/// Holds a set of templates to one for each language and occasion, and to one at least.
pub(crate) fn one_each(templates: impl Iterator<Item = (Language, Occasion)>) -> Result<(), DltError> {
    let mut seen = Vec::new();
    for template in templates {
        if seen.contains(&template) {
            return Err(DltError::TwoTemplates(template.0));
        }
        seen.push(template);
    }
    if seen.is_empty() { Err(DltError::Empty) } else { Ok(()) }
}

/// The languages without a template for an occasion.
pub(crate) fn missing(templates: impl Iterator<Item = (Language, Occasion)>, occasion: Occasion) -> Vec<Language> {
    let has: Vec<Language> = templates.filter(|(_, of)| *of == occasion).map(|(language, _)| language).collect();
    Language::ALL.iter().copied().filter(|language| !has.contains(language)).collect()
}
