use std::{fmt, num::NonZeroU16};

use crate::Product;

/// The number that stands for a product in records: 1 to 16383. It never changes, whatever catalogue reads it.
///
/// A number below 10000 is the code of the US CDC's table of vaccines administered (CVX), taken as it is: that table is the
/// longest, has a code for most products of the world, comes with the records of many systems, and its codes are never
/// used again. A number from 10000 on is the catalogue's own, for a product that CVX has no code for or names together
/// with another: those of India's, Europe's and WHO's lists get theirs here, and no list can run into another's. CVX uses
/// 3 digits, and these lists name some hundred products, so either range has room for ten times as many.
///
/// A code that this catalogue does not know is kept: a later catalogue, or another host's, may.
///
/// ```
/// use kycvs_domain::{Product, ProductCode};
/// let covaxin = ProductCode::parse("COVAXIN").ok_or("in the catalogue")?;
/// assert_eq!((covaxin.get(), covaxin.product()), (502, Product::find("cvx:502")));
/// let later = ProductCode::parse("cvx:9100").ok_or("a code")?;
/// assert_eq!((later.to_string(), later.product()), ("cvx:9100".into(), None));
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProductCode(NonZeroU16);

impl ProductCode {
    /// The largest code: 14 bits, as a sealed record holds it.
    pub const MAX: u16 = (1 << 14) - 1;

    /// The first of the catalogue's own codes.
    pub(super) const FIRST_OWN: u16 = 10_000;

    /// The code with that number; `None` for 0 and above [`MAX`](Self::MAX).
    pub const fn new(number: u16) -> Option<Self> {
        match NonZeroU16::new(number) {
            Some(number) if number.get() <= Self::MAX => Some(Self(number)),
            _ => None,
        }
    }

    /// Reads whatever names a product, as [`Product::find`] does, and beyond it the codes `cvx:…` and `kycvs:…` that this
    /// catalogue does not know.
    pub fn parse(text: &str) -> Option<Self> {
        let number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?;
        let (digits, own) = match (text.strip_prefix("cvx:"), text.strip_prefix("kycvs:")) {
            (Some(digits), _) => (digits, false),
            (_, Some(digits)) => (digits, true),
            _ => return Product::find(text).map(Product::code),
        };
        Self::new(number(digits)?).filter(|code| code.is_own() == own)
    }

    /// The number.
    pub const fn get(self) -> u16 {
        self.0.get()
    }

    /// The product of the catalogue; `None` for a code that it does not know.
    pub fn product(self) -> Option<Product> {
        Product::of(self)
    }

    pub(super) const fn is_own(self) -> bool {
        self.get() >= Self::FIRST_OWN
    }
}

/// As [`parse`](ProductCode::parse) reads it: `cvx:210`, or `kycvs:10013`.
impl fmt::Display for ProductCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", if self.is_own() { "kycvs" } else { "cvx" }, self.0)
    }
}

impl fmt::Debug for ProductCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_14_bits_and_is_written_as_it_is_read() {
        assert_eq!((ProductCode::new(0), ProductCode::new(ProductCode::MAX + 1)), (None, None));
        for number in 1..=ProductCode::MAX {
            let code = ProductCode::new(number).unwrap();
            assert_eq!(ProductCode::parse(&code.to_string()), Some(code));
        }
        for text in ["cvx:", "cvx:0", "cvx:10013", "kycvs:210", "kycvs:16384", "cvx:+1", "cvx:1 "] {
            assert_eq!(ProductCode::parse(text), None, "{text}");
        }
        assert_eq!(ProductCode::parse("cvx:03"), ProductCode::new(3), "as HL7 writes it");
    }
}
