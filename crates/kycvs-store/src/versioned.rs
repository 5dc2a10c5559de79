/// Counts the writes of one record: [`Version::FIRST`] at its first write, one more at each that follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(u64);

impl Version {
    /// The version of a record that was written once.
    pub const FIRST: Self = Self(1);

    /// The version after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// What an adapter stores.
    pub fn get(self) -> u64 {
        self.0
    }

    /// What an adapter stored. Nothing has the version 0.
    pub fn from_stored(number: u64) -> Option<Self> {
        (number > 0).then_some(Self(number))
    }

    /// The version of a write that names `expected` as what it read (`None`: there was no record).
    #[must_use]
    pub fn after(expected: Option<Self>) -> Self {
        expected.map_or(Self::FIRST, Self::next)
    }
}

/// A body and the version it had when it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versioned<T> {
    /// What was stored.
    pub body: T,
    /// The version to name when replacing it.
    pub version: Version,
}
