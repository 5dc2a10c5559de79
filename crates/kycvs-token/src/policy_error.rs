use std::fmt;

/// A policy's value is outside of its range, or does not go with another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PolicyError {
    /// The value's name, such as `clock_skew`.
    pub field: &'static str,
    /// What it may be, in words.
    pub range: &'static str,
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, range } = self;
        write!(f, "`{field}` must be {range}")
    }
}

impl std::error::Error for PolicyError {}

impl PolicyError {
    pub(crate) fn unless(holds: bool, field: &'static str, range: &'static str) -> Result<(), Self> {
        if holds { Ok(()) } else { Err(Self { field, range }) }
    }
}
