use std::fmt;

use crate::{Antigen, UnknownProduct};

/// Why a policy file was refused: everything that is wrong, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError {
    /// At least one, at most [`PolicyError::MAX_FAULTS`].
    pub faults: Vec<PolicyFault>,
}

/// One thing that is wrong in a policy file, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {problem}")]
pub struct PolicyFault {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong there.
    pub problem: PolicyProblem,
}

impl PolicyError {
    /// More are not collected: the file is then of another kind.
    pub const MAX_FAULTS: usize = 100;
}

/// One fault on each line.
impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.faults.iter().enumerate() {
            write!(f, "{}{fault}", if index == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

impl std::error::Error for PolicyError {}

/// What is wrong in a policy file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyProblem {
    /// The file is longer than 256 KiB.
    #[error("a policy file has at most 262144 bytes")]
    TooLarge,
    /// The text is not TOML.
    #[error("{0}")]
    Syntax(String),
    /// A field that the language does not have here.
    #[error("there is no field `{field}` here{}", .nearest.map_or_else(String::new, |nearest| format!("; is `{nearest}` meant?")))]
    UnknownField {
        /// Its name, of which 32 characters are kept.
        field: String,
        /// The field of the language that reads most like it, where one does.
        nearest: Option<&'static str>,
    },
    /// A field that must be there is not.
    #[error("the field `{0}` is missing")]
    MissingField(&'static str),
    /// A field holds a value of another type.
    #[error("`{field}` is {expected}")]
    WrongType {
        /// The field.
        field: &'static str,
        /// What it must be.
        expected: &'static str,
    },
    /// An id is what a token can carry: 1 to 32 lower-case letters, digits and hyphens, a letter first.
    #[error("an id is 1 to 32 lower-case letters, digits and hyphens, and begins with a letter")]
    BadId,
    /// A token that carries the id of a built-in policy is by its rules and no others.
    #[error("`{0}` is a built-in policy; a policy of your own has an id of its own")]
    BuiltinId(&'static str),
    /// Versions count from 1.
    #[error("a version is a number from 1 to 4294967295")]
    BadVersion,
    /// A text is empty, too long, or holds control, invisible or bidirectional characters.
    #[error("`{field}` is 1 to {max} visible characters")]
    BadText {
        /// The field.
        field: &'static str,
        /// The most characters it may have.
        max: usize,
    },
    /// `policy` of a need names a policy that is not built in.
    #[error("no built-in policy has this id")]
    UnknownBase,
    /// A policy has either `[[need]]` or `[[series]]` at the top.
    #[error(
        "a policy has either `need` or `series` at the top, not both: below its `[[need]]`, a series of it is written `[[need.series]]`"
    )]
    NeedsAndSeries,
    /// No need decides.
    #[error("at least one need is required")]
    NoneRequired,
    /// A list is empty or too long.
    #[error("there must be 1 to {max} {what}")]
    Count {
        /// What is counted, such as `series`.
        what: &'static str,
        /// The most there may be.
        max: usize,
    },
    /// A period is a number and its unit.
    #[error(
        "`{0}` is a period such as \"4 days\", \"6 weeks\", \"12 months\", \"18 years\" or \"19 years - 4 days\"; at most 150 years"
    )]
    BadPeriod(&'static str),
    /// A grace is a number of days or weeks.
    #[error("`grace` is a number of days or weeks, at most 366 days")]
    BadGrace,
    /// Two needs, or two series of one need, have one name.
    #[error("another has this name")]
    RepeatedName,
    /// The catalogue knows no product of that name.
    #[error("`{name}`: {nearest}")]
    UnknownProduct {
        /// The name, of which 32 characters are kept.
        name: String,
        /// What is most like it.
        nearest: UnknownProduct,
    },
    /// The catalogue knows no product of that code.
    #[error("no product has the code `{0}`; `kycvs policy products` lists all")]
    UnknownCode(String),
    /// A list names a product twice, itself or by a code of its family.
    #[error("the product {0} is listed twice")]
    RepeatedProduct(&'static str),
    /// A field holds a time or no day of the calendar.
    #[error("`{0}` is a date without a time, such as 2021-05-13")]
    BadDate(&'static str),
    /// A rule ends before it begins.
    #[error("`until` is before `from`")]
    EmptyDates,
    /// `below_age` is not above `minimum_age`.
    #[error("`below_age` is not above `minimum_age`")]
    EmptyAges,
    /// The recommended interval is shorter than the minimum.
    #[error("`recommended_interval` is less than `minimum_interval`")]
    RecommendedBelowMinimum,
    /// `since_dose` names no earlier dose of the series.
    #[error("`since_dose` names a dose before this one by its number, such as {{ 1 = \"16 weeks\" }}")]
    BadSinceDose,
    /// `skip_after` does not count doses.
    #[error(
        "`skip_after` is a list such as [{{ doses = 3 }}, {{ doses = 1, from_age = \"4 years\" }}], with 1 to 16 doses"
    )]
    BadSkipAfter,
    /// Words in a language that no page is in.
    #[error("there is no language `{0}` here; the languages are {list}", list = super::Words::LANGUAGES.join(", "))]
    UnknownLanguage(String),
    /// A word that the field does not have.
    #[error("`{field}` is one of {words}")]
    UnknownWord {
        /// The field.
        field: &'static str,
        /// The words it may be.
        words: &'static str,
    },
    /// From some age on, the series is complete without a dose.
    #[error("one dose of a series has no `skip_from_age`")]
    EverySkipped,
    /// Two rules of one dose hold for one product at one time and age, so that neither decides.
    #[error("rule {rule} of this dose holds for {product} at the same dates and ages")]
    Overlap {
        /// The number of the earlier rule, from 1.
        rule: usize,
        /// The product.
        product: &'static str,
    },
    /// The catalogue knows no such antigen.
    #[error("nothing that a vaccine protects from is named `{name}`{}", or_the_nearest(.nearest))]
    UnknownAntigen {
        /// The name, of which 32 characters are kept.
        name: String,
        /// The names that are most like it.
        nearest: Vec<&'static str>,
    },
    /// An entry of `immune` is not one of the three kinds.
    #[error("an entry of `immune` has `born_before`, `antibodies` or `disease`")]
    BadImmune,
}

impl PolicyProblem {
    /// An entry of a list of products that the catalogue does not know.
    pub(super) fn unknown(entry: &str) -> Self {
        match entry.split_once(':') {
            Some(("antigen", name)) => Self::unknown_antigen(name),
            Some(_) => Self::UnknownCode(beginning(entry)),
            None => Self::UnknownProduct { name: beginning(entry), nearest: UnknownProduct::new(entry) },
        }
    }

    /// Something that no vaccine protects from.
    pub(super) fn unknown_antigen(name: &str) -> Self {
        Self::UnknownAntigen { name: beginning(name), nearest: Antigen::nearest_names(name) }
    }
}

pub(super) fn beginning(text: &str) -> String {
    text.chars().take(32).collect()
}

fn or_the_nearest(names: &[&str]) -> String {
    let nearest = if names.is_empty() { String::new() } else { format!("; the nearest are {}", names.join(", ")) };
    format!("{nearest}; `kycvs policy antigens` lists all")
}
