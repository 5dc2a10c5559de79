use serde::Serialize;

use super::reading::{Likeness, Reading};
use crate::PersonName;

/// How two names were found to be one person's. A later way includes the earlier ones.
///
/// Matching is deterministic and conservative: no nicknames, no edit distance, no guesses by sound, and no word may be
/// missing on either side. Two people of one household must never match, so all but [`Same`](Self::Same) need at least
/// one whole word (two letters or more) that is equal on both sides, and own names must come in the same order.
///
/// In JSON a way is a word: `"same"`, `"reordered"`.
///
/// ```
/// use kycvs_domain::{NameMatch, PersonName};
/// let asked = PersonName::parse("Laxmi Rao")?;
/// assert_eq!(NameMatch::of(&asked, "lakshmi rao"), Some(NameMatch::Spelling));
/// assert_eq!(NameMatch::of(&asked, "l rao"), Some(NameMatch::Initials));
/// assert_eq!(NameMatch::of(&asked, "lakshmi narayana rao"), None);
/// # Ok::<(), kycvs_domain::NameError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum NameMatch {
    /// The same words in the same order; a title, a relation (S/O) or a second name (alias) left aside.
    Same,
    /// The same words in another order, which only surnames and initials may change.
    Reordered,
    /// Words that are two spellings of one name: Laxmi and Lakshmi, रमेश and Ramesh.
    Spelling,
    /// Initials that stand for words of the other name: R Kumar and Ramesh Kumar.
    Initials,
    /// Words or initials of one name that are written as one in the other: Ram Kumar and Ramkumar, R K and RK.
    Joined,
}

impl NameMatch {
    /// How `asked` names the person recorded under the normalised name `recorded`; `None` when it does not.
    ///
    /// The outcome is the same when the two change places. A `recorded` that is not normalised is compared as it is.
    pub fn of(asked: &PersonName, recorded: &str) -> Option<Self> {
        match Reading::of(asked.normalised()).likeness(recorded) {
            Likeness::Match(way) => Some(way),
            Likeness::InDoubt | Likeness::Different => None,
        }
    }
}

/// Whether `asked` names the person recorded under the normalised name `recorded`: [`NameMatch::of`] as yes or no.
pub fn names_match(asked: &PersonName, recorded: &str) -> bool {
    NameMatch::of(asked, recorded).is_some()
}

/// Two names as they were written, and whether they are one person's: a line of `kycvs name-match`.
///
/// ```
/// use kycvs_domain::NameComparison;
/// let line = |asked, recorded| serde_json::to_string(&NameComparison::of(asked, recorded));
/// assert_eq!(line("SK Sharma", "S K Sharma")?, r#"{"asked":"SK Sharma","recorded":"S K Sharma","match":true,"how":"joined"}"#);
/// assert_eq!(NameComparison::of("Thomas Mathew", "Mathew Thomas").how, "birth-year-needed");
/// assert_eq!(NameComparison::of("Ramesh 2", "Ramesh").how, "invalid-name");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct NameComparison<'a> {
    /// The name that somebody asks with.
    pub asked: &'a str,
    /// The name in the register.
    pub recorded: &'a str,
    /// Whether the names alone say that it is one person.
    #[serde(rename = "match")]
    pub is_match: bool,
    /// The word of the [`NameMatch`]; `birth-year-needed` where a year of birth must decide, `different`, or `invalid-name`
    /// where one of the two cannot be read.
    pub how: &'static str,
}

impl<'a> NameComparison<'a> {
    /// Compares two names as people write them.
    pub fn of(asked: &'a str, recorded: &'a str) -> Self {
        let how = match (PersonName::parse(asked), PersonName::parse(recorded)) {
            (Ok(asked), Ok(recorded)) => Reading::of(asked.normalised()).likeness(recorded.normalised()).word(),
            _ => "invalid-name",
        };
        let is_match = !matches!(how, "birth-year-needed" | "different" | "invalid-name");
        Self { asked, recorded, is_match, how }
    }
}

impl Likeness {
    fn word(self) -> &'static str {
        match self {
            Self::Match(NameMatch::Same) => "same",
            Self::Match(NameMatch::Reordered) => "reordered",
            Self::Match(NameMatch::Spelling) => "spelling",
            Self::Match(NameMatch::Initials) => "initials",
            Self::Match(NameMatch::Joined) => "joined",
            Self::InDoubt => "birth-year-needed",
            Self::Different => "different",
        }
    }
}
