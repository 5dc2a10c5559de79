use super::Product;

/// A set of products, a bit for each id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ProductSet(u128);

impl ProductSet {
    pub(crate) fn contains(self, product: Product) -> bool {
        self.0 & bit(product) != 0
    }

    pub(crate) fn insert(&mut self, product: Product) {
        self.0 |= bit(product);
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The product of the lowest id.
    pub(crate) fn first(self) -> Option<Product> {
        Product::all().find(|product| self.contains(*product))
    }
}

impl FromIterator<Product> for ProductSet {
    fn from_iter<I: IntoIterator<Item = Product>>(products: I) -> Self {
        Self(products.into_iter().fold(0, |bits, product| bits | bit(product)))
    }
}

/// An id that does not fit, which a test of the catalogue excludes, is in no set.
fn bit(product: Product) -> u128 {
    1_u128.checked_shl(u32::from(product.id())).unwrap_or(0)
}
