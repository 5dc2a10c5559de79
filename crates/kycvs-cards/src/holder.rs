use std::fmt;

use kycvs_domain::{BirthDate, Dose, PersonName, Product, ProductCode};

use crate::CardError;

/// The most doses of a card: readers take a hundred resources, of which the person is one.
const MAX_DOSES: usize = 99;

/// The person whose card it is, with their own doses. `Debug` shows the number of doses only.
#[derive(Clone, Copy)]
pub struct Holder<'a> {
    /// The name as people write it, the family's name last.
    pub name: &'a str,
    /// When the person was born, as far as it is known.
    pub birth: Option<BirthDate>,
    /// The doses, 1 to 99, in any order.
    pub doses: &'a [Dose],
}

impl<'a> Holder<'a> {
    /// The doses by their day.
    pub(crate) fn doses(&self) -> Result<Vec<&'a Dose>, CardError> {
        let mut doses: Vec<_> = self.doses.iter().collect();
        doses.sort_by_key(|dose| dose.given_on);
        if (1..=MAX_DOSES).contains(&doses.len()) { Ok(doses) } else { Err(CardError::Doses) }
    }

    /// Given names and family name; of a name of one word the family name alone.
    pub(crate) fn names(&self) -> Result<(Vec<&'a str>, &'a str), CardError> {
        PersonName::parse(self.name).map_err(|_| CardError::Name)?;
        let mut words: Vec<_> = self.name.split_whitespace().collect();
        let family = words.pop().ok_or(CardError::Name)?;
        Ok((words, family))
    }

    /// The date of birth, or its year where no more is known.
    pub(crate) fn birth(&self) -> Option<String> {
        self.birth.map(|birth| match birth {
            BirthDate::Day(day) => day.to_string(),
            BirthDate::Year(year) => year.get().to_string(),
        })
    }
}

pub(crate) fn product_of(dose: &Dose) -> Result<Product, CardError> {
    dose.product.and_then(ProductCode::product).ok_or(CardError::Product)
}

impl fmt::Debug for Holder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Holder(doses: {})", self.doses.len())
    }
}
