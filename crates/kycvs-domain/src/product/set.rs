use super::Product;

/// A set of products, a bit for each place in the catalogue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProductSet([u64; Self::WORDS]);

impl ProductSet {
    const WORDS: usize = 5;

    /// How many products the catalogue may have, which a test holds it to.
    #[cfg(test)]
    pub(super) const MOST: usize = Self::WORDS * 64;

    /// Whether the product is one of them.
    pub fn contains(&self, product: Product) -> bool {
        let (word, bit) = position(product);
        self.0.get(word).is_some_and(|bits| bits & bit != 0)
    }

    pub(crate) fn insert(&mut self, product: Product) {
        let (word, bit) = position(product);
        if let Some(bits) = self.0.get_mut(word) {
            *bits |= bit;
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|bits| *bits == 0)
    }

    /// Whether they have a product in common.
    pub(crate) fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).fold(0, |both, (bits, other)| both | bits & other) != 0
    }

    /// The products of either.
    pub fn union(mut self, other: Self) -> Self {
        self.0.iter_mut().zip(other.0).for_each(|(bits, other)| *bits |= other);
        self
    }

    /// The products of both.
    pub fn intersection(mut self, other: Self) -> Self {
        self.0.iter_mut().zip(other.0).for_each(|(bits, other)| *bits &= other);
        self
    }

    /// The products, in the order of the catalogue.
    pub fn iter(&self) -> impl Iterator<Item = Product> {
        Product::all().filter(|product| self.contains(*product))
    }
}

impl FromIterator<Product> for ProductSet {
    fn from_iter<I: IntoIterator<Item = Product>>(products: I) -> Self {
        let mut set = Self::default();
        products.into_iter().for_each(|product| set.insert(product));
        set
    }
}

fn position(product: Product) -> (usize, u64) {
    let place = usize::from(product.0.place);
    (place / 64, 1 << (place % 64))
}
