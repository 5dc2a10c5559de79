use std::{cmp::Reverse, fmt};

use super::{
    Product,
    antigen::AntigenSet,
    catalogue::{CATALOGUE, Row},
    key::Key,
};

/// A text names no product of the catalogue. It does not repeat the text, so that it may be logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownProduct {
    nearest: [Option<Product>; 3],
}

/// A name that is less like the text is no guess, from 0 to 1000.
const LIKE: u32 = 400;

/// A product against another disease is offered only for a name that is as like as this.
const VERY_LIKE: u32 = 600;

impl UnknownProduct {
    pub(crate) fn new(text: &str) -> Self {
        let mut nearest = [None; 3];
        let Some((asked, kind)) = telling(text).and_then(|asked| Some((asked, kind(&asked)?))) else {
            return Self { nearest };
        };
        for at in 0..nearest.len() {
            let names = CATALOGUE.names().filter(|(_, row)| !nearest.contains(&Some(Product(row))));
            let ranked = names.map(|(name, row)| (rank(name.likeness(&asked), row, kind), row));
            let best = ranked.filter(|((is_near, ..), _)| *is_near).max_by_key(|(rank, _)| *rank);
            if let Some(place) = nearest.get_mut(at) {
                *place = best.map(|(_, row)| Product(row));
            }
        }
        Self { nearest }
    }

    /// The products that may be meant, the most likely first, at most three: those that protect from what the nearest name does,
    /// by the likeness of their names. None where no name is like the text.
    pub fn nearest(&self) -> impl Iterator<Item = Product> {
        self.nearest.into_iter().flatten()
    }
}

/// A text without the word that any of them may have. One that is too long for a name is none.
fn telling(text: &str) -> Option<Key> {
    let is_telling = |word: &&str| !word.eq_ignore_ascii_case("vaccine");
    Key::of(text)?;
    Key::of(&text.split_whitespace().filter(is_telling).collect::<String>())
}

/// What the nearest name protects from: a product's, a brand's of several, or that of a kind of vaccine.
fn kind(asked: &Key) -> Option<AntigenSet> {
    let products = CATALOGUE.names().map(|(name, row)| (name.likeness(asked), true, Reverse(row.place), row.antigens));
    let kinds = CATALOGUE.kinds.iter().map(|(name, antigens)| (name.likeness(asked), false, Reverse(0), *antigens));
    let best = products.chain(kinds).max_by_key(|(likeness, is_product, place, _)| (*likeness, *is_product, *place));
    best.filter(|(likeness, ..)| *likeness >= LIKE).map(|(.., antigens)| antigens)
}

/// Whether a product is near at all, whether it is of just that kind, and how like its name is; of two alike the first.
fn rank(likeness: u32, row: &Row, kind: AntigenSet) -> (bool, bool, u32, Reverse<u16>) {
    let is_of_kind = row.antigens == kind;
    let is_near = is_of_kind || row.antigens.intersects(kind) || likeness >= VERY_LIKE;
    (is_near, is_of_kind, likeness, Reverse(row.place))
}

impl fmt::Display for UnknownProduct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the catalogue has no such product")?;
        for (place, product) in self.nearest().enumerate() {
            write!(f, "{}{}", if place == 0 { "; the nearest are " } else { ", " }, product.name())?;
        }
        f.write_str("; `kycvs policy products` lists all")
    }
}

impl std::error::Error for UnknownProduct {}
