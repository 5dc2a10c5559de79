use std::{cmp::Reverse, fmt, num::NonZeroU8, sync::LazyLock};

use super::key::Key;
use super::table::{Fields, rows};

/// What a vaccine protects from, and what evidence of immunity is about: `measles`, `hepatitis_b`, `men_w`.
///
/// Its number, 1 to 63, is in sealed records and never changes. One that this catalogue does not know is kept.
///
/// ```
/// use kycvs_domain::{Antigen, Product};
/// let measles = Antigen::find("measles").ok_or("in the catalogue")?;
/// assert!(Product::find("MMR").is_some_and(|mmr| mmr.protects_from(measles)));
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Antigen(NonZeroU8);

/// `id,name,disease`.
static ANTIGENS: LazyLock<Vec<(Antigen, &str, &str)>> =
    LazyLock::new(|| rows(include_str!("../../data/antigens.csv")).filter_map(read).collect());

impl Antigen {
    const MAX: u8 = 63;

    /// The antigen with that name, as a policy writes it after `antigen:`.
    pub fn find(name: &str) -> Option<Self> {
        ANTIGENS.iter().find(|(_, other, _)| *other == name).map(|(antigen, ..)| *antigen)
    }

    /// The names of the three that are most like a text, the most alike first.
    pub(crate) fn nearest_names(text: &str) -> Vec<&'static str> {
        let Some(asked) = Key::of(text) else { return Vec::new() };
        let mut names: Vec<_> = ANTIGENS.iter().map(|(_, name, _)| *name).collect();
        names.sort_by_key(|name| Reverse(Key::of(name).map_or(0, |key| key.likeness(&asked))));
        names.truncate(3);
        names
    }

    /// The antigen with that number; `None` for 0 and above 63.
    pub fn from_id(id: u8) -> Option<Self> {
        NonZeroU8::new(id).filter(|id| id.get() <= Self::MAX).map(Self)
    }

    /// Its number, 1 to 63.
    pub fn id(self) -> u8 {
        self.0.get()
    }

    /// Its name; `None` for one that the catalogue does not know.
    pub fn name(self) -> Option<&'static str> {
        self.row().map(|(_, name, _)| *name)
    }

    /// The disease, in words of English; `None` for one that the catalogue does not know.
    pub fn disease(self) -> Option<&'static str> {
        self.row().map(|(.., disease)| *disease)
    }

    /// All that the catalogue knows, in the order of their numbers.
    pub fn all() -> impl Iterator<Item = Self> {
        ANTIGENS.iter().map(|(antigen, ..)| *antigen)
    }

    fn row(self) -> Option<&'static (Self, &'static str, &'static str)> {
        ANTIGENS.iter().find(|(antigen, ..)| *antigen == self)
    }
}

fn read(mut fields: Fields<'static>) -> Option<(Antigen, &'static str, &'static str)> {
    let id = fields.next()?.parse().ok()?;
    Some((Antigen::from_id(id)?, fields.next()?, fields.next()?))
}

impl fmt::Debug for Antigen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "antigen {}", self.0),
        }
    }
}

/// A set of antigens, a bit for each number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct AntigenSet(u64);

impl AntigenSet {
    pub(super) fn contains(self, antigen: Antigen) -> bool {
        self.0 & (1 << antigen.id()) != 0
    }

    pub(super) fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

impl FromIterator<Antigen> for AntigenSet {
    fn from_iter<I: IntoIterator<Item = Antigen>>(antigens: I) -> Self {
        Self(antigens.into_iter().fold(0, |bits, antigen| bits | 1 << antigen.id()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_an_antigen_with_a_number_and_a_name_of_its_own() {
        let lines = rows(include_str!("../../data/antigens.csv")).count();
        assert_eq!(Antigen::all().count(), lines);
        for (place, antigen) in Antigen::all().enumerate() {
            assert_eq!(usize::from(antigen.id()), place + 1);
            assert_eq!(Antigen::find(antigen.name().unwrap()), Some(antigen));
        }
        assert_eq!((Antigen::from_id(0), Antigen::from_id(64)), (None, None));
        assert_eq!(Antigen::from_id(63).map(|later| (later.name(), later.disease())), Some((None, None)));
    }
}
