use std::sync::Arc;

use chrono::NaiveDate;

use super::Period;
use crate::{Product, product::ProductSet};

/// One dose of a series: the rules of which one must be met.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// Of which one must be met.
    pub rules: Vec<Rule>,
    /// The age from which the dose is not needed, and the days by which a dose that already fits the next place may be
    /// given before.
    pub skip_from_age: Option<(Period, u16)>,
    /// The doses after which this one is not needed: any one of these will do.
    pub skip_after: Vec<Enough>,
}

/// So many valid doses of a series that another is not needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Enough {
    /// How many, at least 1.
    pub doses: usize,
    /// The age at which they were given, or above; any without it.
    pub from_age: Option<Period>,
}

/// What a dose must be to take its place. For one product, date and age at most one rule of a place is in force.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The products, and when they count.
    pub products: Arc<[Allowed]>,
    /// The first day on which the rule is in force; [`NaiveDate::MIN`] without a beginning.
    pub from: NaiveDate,
    /// The last; [`NaiveDate::MAX`] without an end.
    pub until: NaiveDate,
    /// The least age.
    pub minimum_age: Option<Period>,
    /// The age that is too high.
    pub below_age: Option<Period>,
    /// The least time since the dose before; `None` where any later day will do.
    pub minimum_interval: Option<Period>,
    /// Below it a dose is valid, with a remark.
    pub recommended_interval: Option<Period>,
    /// The least time since other doses of the series, by their place from 0.
    pub since_dose: Vec<(usize, Period)>,
    /// By how many days the minimums may be undercut.
    pub grace: u16,
    /// What must lie between the dose and earlier doses of other vaccines.
    pub not_within: Arc<[Apart]>,
}

/// Products, and when they count.
#[derive(Clone, Copy, Debug)]
pub struct Allowed {
    /// The products.
    pub products: ProductSet,
    /// The first day on which one of them was in use.
    pub first_use: NaiveDate,
    /// The first day on which a question counts them, whenever they were given.
    pub listed_on: NaiveDate,
    /// The first day on which they may be given; [`NaiveDate::MIN`] without a beginning.
    pub from: NaiveDate,
    /// The last; [`NaiveDate::MAX`] without an end.
    pub until: NaiveDate,
    /// The least age for them.
    pub minimum_age: Option<Period>,
    /// The age that is too high for them.
    pub below_age: Option<Period>,
}

/// What must lie between a dose and an earlier dose of another vaccine, such as two live ones.
#[derive(Clone, Debug)]
pub struct Apart {
    /// The earlier dose.
    pub products: ProductSet,
    /// The later dose; all when empty.
    pub given: ProductSet,
    /// How long.
    pub within: Period,
    /// Instead of `within`, after an earlier dose that counts for this need.
    pub after_valid: Option<Period>,
}

impl Place {
    /// Whether some people do not need the dose.
    pub fn is_optional(&self) -> bool {
        self.skip_from_age.is_some() || !self.skip_after.is_empty()
    }

    /// All products that may take the place.
    pub(crate) fn products(&self) -> ProductSet {
        self.rules.iter().fold(ProductSet::default(), |all, rule| all.union(rule.all_products()))
    }

    /// Whether a rule of the place is in force on `day`, for whatever product.
    pub(crate) fn is_open(&self, day: NaiveDate) -> bool {
        self.is_optional() || self.rules.iter().any(|rule| rule.in_force(day))
    }
}

impl Rule {
    /// A product for which both rules hold at one date and age.
    pub(crate) fn overlap(&self, other: &Self) -> Option<Product> {
        let pairs = self.products.iter().flat_map(|one| other.products.iter().map(move |other| (one, other)));
        let dates = self.from <= other.until && other.from <= self.until;
        let ages = starts_below(self.minimum_age, other.below_age) && starts_below(other.minimum_age, self.below_age);
        pairs.filter(|_| dates && ages).find_map(|(one, other)| one.overlap(other))
    }

    fn all_products(&self) -> ProductSet {
        self.products.iter().fold(ProductSet::default(), |all, allowed| all.union(allowed.products))
    }

    fn in_force(&self, day: NaiveDate) -> bool {
        (self.from..=self.until).contains(&day)
    }
}

impl Allowed {
    pub(crate) fn overlap(&self, other: &Self) -> Option<Product> {
        let dates = self.from <= other.until && other.from <= self.until;
        let ages = starts_below(self.minimum_age, other.below_age) && starts_below(other.minimum_age, self.below_age);
        self.products.intersection(other.products).iter().next().filter(|_| dates && ages)
    }
}

fn starts_below(start: Option<Period>, end: Option<Period>) -> bool {
    end.is_none_or(|end| start.is_none_or(|start| start < end))
}
