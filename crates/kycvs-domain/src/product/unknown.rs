use std::{cmp::Reverse, fmt};

use super::{Product, catalogue::CATALOGUE, key::Key};

/// A text names no product of the catalogue. It does not repeat the text, so that it may be logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownProduct {
    nearest: [Option<Product>; 3],
}

impl UnknownProduct {
    pub(crate) fn new(text: &str) -> Self {
        let mut nearest = [None; 3];
        let Some(asked) = Key::of(text) else { return Self { nearest } };
        for at in 0..nearest.len() {
            let names = CATALOGUE.names().filter(|(_, row)| !nearest.contains(&Some(Product(row))));
            let best = names.max_by_key(|(name, row)| (name.likeness(&asked), Reverse(row.place)));
            if let Some(place) = nearest.get_mut(at) {
                *place = best.map(|(_, row)| Product(row));
            }
        }
        Self { nearest }
    }

    /// The products whose names are most like the text, the most alike first: three, but for a text that has neither a letter
    /// nor a digit of ASCII.
    pub fn nearest(&self) -> impl Iterator<Item = Product> {
        self.nearest.into_iter().flatten()
    }
}

impl fmt::Display for UnknownProduct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the catalogue has no such product")?;
        for (place, product) in self.nearest().enumerate() {
            write!(f, "{}{}", if place == 0 { "; the nearest are " } else { ", " }, product.name())?;
        }
        Ok(())
    }
}

impl std::error::Error for UnknownProduct {}
