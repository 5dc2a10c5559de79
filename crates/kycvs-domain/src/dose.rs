use std::fmt;

use chrono::NaiveDate;

use crate::{Batch, BirthDate, Evidence, Product, ProductCode};

/// One dose, as it was recorded.
///
/// ```
/// use kycvs_domain::{Dose, Product, Source};
/// let given_on = "2021-07-01".parse()?;
/// let second_of_two =
///     Dose { dose_number: Some(2), series_doses: Some(2), ..Dose::new(Product::find("COVISHIELD"), given_on) };
/// assert_eq!(second_of_two.source, Source::Registry);
/// # Ok::<(), chrono::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Dose {
    /// The product; `None` when the record names one that has no code. A dose counts only if the catalogue knows its code.
    pub product: Option<ProductCode>,
    /// The day it was given.
    pub given_on: NaiveDate,
    /// The number that the record gives it, from 1. Dates decide over it.
    pub dose_number: Option<u8>,
    /// How many doses the record says that its series has, from 1: the second 2 of "2 of 2".
    pub series_doses: Option<u8>,
    /// The lot.
    pub batch: Option<Batch>,
    /// Where the record comes from.
    pub source: Source,
}

impl Dose {
    /// A dose of a register that says no more than what was given, and when; `None` where it names no known product.
    pub fn new(product: Option<Product>, given_on: NaiveDate) -> Self {
        Self {
            product: product.map(Product::code),
            given_on,
            dose_number: None,
            series_doses: None,
            batch: None,
            source: Source::Registry,
        }
    }
}

/// Who vouches for a record, the strongest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// The register of those who vaccinate.
    #[default]
    Registry,
    /// A certificate that was presented and verified.
    Certificate,
    /// The person's own word, or a card that nobody verified.
    Stated,
}

/// What is known of one person's vaccination: all that [`evaluate`](crate::evaluate) needs, and nothing that names them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct DoseHistory {
    /// When the person was born, as far as it is known; rules about age do not hold against a person without it.
    pub birth: Option<BirthDate>,
    /// The doses, in any order.
    pub doses: Vec<Dose>,
    /// Evidence of immunity other than a dose, in any order.
    pub immunity: Vec<Evidence>,
}

/// A history is personal data: only the number of doses is shown.
impl fmt::Debug for DoseHistory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DoseHistory(doses: {})", self.doses.len())
    }
}
