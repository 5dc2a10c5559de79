use std::collections::HashSet;
use std::fmt;

/// What is wrong at one place of a configuration file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Fault {
    /// The line, from 1; 0 where it is not known.
    pub(crate) line: usize,
    /// The key, such as `entity[0].api_key_sha256`; empty for the file as a whole.
    pub(crate) place: String,
    /// What is wrong, and what to write instead. It repeats no value.
    pub(crate) what: String,
}

impl Fault {
    /// Whether it is in a section, or in the file as a whole.
    pub(crate) fn is_in(&self, section: &str) -> bool {
        self.place.is_empty() || self.section() == section
    }

    /// The top-level section that it is in.
    pub(crate) fn section(&self) -> &str {
        self.place.split(['.', '[']).next().unwrap_or_default()
    }

    /// Whether it is at a place, or in it.
    pub(crate) fn is_within(&self, place: &str) -> bool {
        let rest = self.place.strip_prefix(place);
        !place.is_empty() && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    }

    /// The faults in the order of the file, each once.
    pub(crate) fn once_each(mut faults: Vec<Self>) -> Vec<Self> {
        let mut seen = HashSet::new();
        faults.retain(|fault| seen.insert(fault.clone()));
        faults.sort_by_key(|fault| fault.line);
        faults
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "{}:", self.line)?;
        }
        if !self.place.is_empty() {
            write!(f, " `{}`:", self.place)?;
        }
        write!(f, " {}", self.what)
    }
}
